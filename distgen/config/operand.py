# SPDX-License-Identifier: GPL-2.0-or-later
"""An operand of a comparison: what a word of the command line means, and its configurations."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from distgen.distros.variant import Variant
from distgen.errors import UsageError, did_you_mean
from distgen.layers.layout import Layout, in_words, open_layout
from distgen.run import run

NOW = "now"
GIT = "git:"
GENERATED = "# Automatically generated file; DO NOT EDIT."  # what Kconfig heads a .config with


class OperandKind(StrEnum):
    """What can be compared: two of the same kind, or a file and a configuration."""

    VARIANT = "configuration"
    DISTRO = "distribution"
    REVISION = "revision"
    FILE = "file"


@dataclass(frozen=True, kw_only=True)
class Operand:
    """``word`` as it was typed, and the ``layout`` whose ``variants`` it is.

    ``path`` is that of a file, which has none. ``note`` says how else it could be understood.
    """

    word: str
    kind: OperandKind
    layout: Layout
    variants: tuple[Variant, ...] = ()
    path: Path | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One configuration: its layers in order, to be shown as they are called from ``root``.

    A file that is compared as it stands has no ``arch``.
    """

    layers: tuple[Path, ...]
    root: Path
    arch: str = ""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two configurations to compare; ``variant`` is what the pair is called."""

    variant: Variant
    subjects: tuple[Subject, Subject]


# ---- Words -----------------------------------------------------------------


def open_operands(
    stack: ExitStack, layout: Layout, first: str, second: str | None
) -> list[Operand]:
    """Both sides; without a second word a revision is compared with what there is now.

    The layers of a revision are taken out into a folder that lives as long as ``stack``.
    """
    operand = open_operand(stack, layout, first)
    if second is None and operand.kind is not OperandKind.REVISION:
        message = f"{first} is a {operand.kind}: give what to compare it with"
        raise UsageError(message, f"distgen config diff {first} B")
    return [operand, open_operand(stack, layout, second or NOW)]


def open_operand(stack: ExitStack, layout: Layout, word: str) -> Operand:
    """What ``word`` names, or UsageError: the first there is in the order of ``OperandKind``."""
    if word.startswith(GIT):
        return _revision(stack, layout, word, word.removeprefix(GIT))
    if word.startswith((".", "/")):
        return _file(layout, word)
    if word == NOW:
        return Operand(
            word=word, kind=OperandKind.REVISION, layout=layout, variants=layout.variants
        )
    distro = word.partition("/")[0]
    if distro in (d.name for d in layout.distros):
        kind = OperandKind.VARIANT if "/" in word else OperandKind.DISTRO
        named = (layout.variant(word),) if "/" in word else layout.distro(word).variants
        note = _otherwise(layout, word, kind)
        return Operand(word=word, kind=kind, layout=layout, variants=named, note=note)
    if Path(word).is_file():
        return _file(layout, word)
    if _commit(layout, word):
        return _revision(stack, layout, word, word)
    message = f"{word}: no distribution, configuration, file or git revision"
    raise UsageError(message, did_you_mean(word, [d.name for d in layout.distros]))


def _otherwise(layout: Layout, word: str, kind: OperandKind) -> str:
    """How to say what else there is of the same name, or ""."""
    others = [f"./{word} for the file"] if Path(word).is_file() else []
    if _commit(layout, word):
        others.append(f"{GIT}{word} for the revision")
    return f"{word}: taken for the {kind}; write {' or '.join(others)}" if others else ""


def _file(layout: Layout, word: str) -> Operand:
    path = Path(word)
    if not path.is_file():
        message = f"{word}: no such file"
        raise UsageError(message, f"give a .config file, or {GIT}REVISION for a git revision")
    return Operand(word=word, kind=OperandKind.FILE, layout=layout, path=path)


def _commit(layout: Layout, name: str) -> str:
    """The id of a commit in the repository of the layout, "" where there is none."""
    argv = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    return run(argv, cwd=layout.folder, check=False).stdout.strip()


def _revision(stack: ExitStack, layout: Layout, word: str, name: str) -> Operand:
    """The layers as they were in a commit."""
    commit = _commit(layout, name)
    if not commit:
        message = f"{word}: not a revision in the git repository of {layout.folder}"
        raise UsageError(message, f"git -C {layout.folder} log --oneline -- . lists revisions")
    folder = run(["git", "rev-parse", "--show-prefix"], cwd=layout.folder).stdout.strip()
    if not run(["git", "ls-tree", commit, "./"], cwd=layout.folder).stdout:
        message = f"{word}: that revision has no {folder}"
        raise UsageError(message, f"git -C {layout.folder} log --oneline -- . lists some with it")
    out = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="distgen-")))
    archive = out / "layers.tar"
    run(["git", "archive", "--format=tar", f"--output={archive}", commit, "."], cwd=layout.folder)
    root = out / "distro"
    root.mkdir()
    run(["tar", "-xf", str(archive), "-C", str(root)], cwd=out)
    then = open_layout(root)
    return Operand(word=word, kind=OperandKind.REVISION, layout=then, variants=then.variants)


# ---- Pairs -----------------------------------------------------------------


def pairs(first: Operand, second: Operand) -> list[Pair]:
    """What is to be compared with what; UsageError for two sides that have nothing in common."""
    kinds = {first.kind, second.kind}
    if kinds in ({OperandKind.FILE, OperandKind.VARIANT}, {OperandKind.FILE}):
        variants = [*first.variants, *second.variants]
        variant = variants[0] if variants else Variant(distro="", arch="")
        subjects = (_subject(first, variant), _subject(second, variant))
        return [Pair(variant=variant, subjects=subjects)]
    if len(kinds) > 1:
        what = f"{first.word} is a {first.kind} and {second.word} a {second.kind}"
        message = f"{what}: these cannot be compared"
        raise UsageError(message, "compare two of the same kind, or a file and a configuration")
    found = [
        Pair(variant=a, subjects=(_subject(first, a), _subject(second, b)))
        for a, b in _matches(first, second)
    ]
    if not found:
        message = f"{first.word} and {second.word} have no configuration in common"
        raise UsageError(message, "distgen list shows the configurations")
    return found


def _matches(first: Operand, second: Operand) -> Iterator[tuple[Variant, Variant]]:
    if first.kind is OperandKind.VARIANT:
        yield first.variants[0], second.variants[0]
        return
    of_any = first.kind is OperandKind.DISTRO
    for a in first.variants:
        for b in second.variants:
            if (a.arch, a.flavour) == (b.arch, b.flavour) and (of_any or a.distro == b.distro):
                yield a, b


def notes(first: Operand, second: Operand) -> Iterator[str]:
    """What a user should know: words that mean more, and what only one operand has."""
    yield from (operand.note for operand in (first, second) if operand.note)
    if OperandKind.FILE in (first.kind, second.kind):
        return
    matched = {variant for pair in _matches(first, second) for variant in pair}
    for operand in (first, second):
        if lonely := [variant for variant in operand.variants if variant not in matched]:
            yield f"only in {operand.word}: {in_words(lonely, operand.variants)}"


def _subject(operand: Operand, variant: Variant) -> Subject:
    """One side of a pair. A file that is no whole .config is resolved if the arch is known."""
    if not operand.path:
        layers = tuple(operand.layout.layers(variant))
        return Subject(layers=layers, root=operand.layout.folder.parent, arch=variant.arch)
    with operand.path.open(encoding="utf-8", errors="replace") as lines:
        whole = any(line.rstrip() == GENERATED for line in islice(lines, 20))
    return Subject(layers=(operand.path,), root=Path(), arch="" if whole else variant.arch)
