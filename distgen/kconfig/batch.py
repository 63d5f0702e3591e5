# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about values, answered by the tree's own Kconfig through kconfig-batch.

The program is started by ``make`` exactly as the in-tree targets start it, so that ``make`` and
``distgen`` can never disagree.
"""

import os
import re
import tempfile
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from distgen.errors import UnsupportedError
from distgen.kconfig.finding import Finding, read_findings
from distgen.kconfig.option import Option, Options, read_lines
from distgen.kconfig.values import parse_values
from distgen.kernel.tree import Tree
from distgen.run import run
from distgen.shipped import shipped

Key = TypeVar("Key", bound=Hashable)


def job(layers: Iterable[Path], files: Mapping[str, Path]) -> str:
    """The line that asks for ``files`` of one configuration, by keywords of kconfig-batch.c."""
    words = [*files.items(), *(("layer", path) for path in layers)]
    return "\t".join(f"{keyword}\t{path}" for keyword, path in words) + "\n"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What Kconfig makes of the layers of one configuration.

    ``settable`` holds every option that a user could set in it, with its value; ``config`` is the
    whole file; ``options`` describes every symbol of its arch; ``causes`` has what
    ``Option.elsewhere`` needs. What was not asked for is empty.
    """

    findings: Sequence[Finding] = ()
    settable: Mapping[str, str] = field(default_factory=dict)
    config: bytes = b""
    options: Mapping[str, Option] = field(default_factory=dict)
    causes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Request:
    """The layers of one configuration in order, for the arch that ``uname -m`` calls so."""

    arch: str
    layers: Sequence[Path]


def resolve_all(  # noqa: PLR0913  (the keywords say what is wanted)
    tree: Tree,
    requests: Mapping[Key, Request],
    *,
    settable: bool = False,
    config: bool = False,
    causes: bool = False,
    describe: Collection[str] = (),
) -> dict[Key, Configuration]:
    """Resolve every request; Kconfig is parsed once for each arch.

    ``describe`` asks for the named options; ``causes`` for all (8 MB) of the first configuration of
    each arch, and the causes of each.
    Raises what ``resolve`` raises, and CommandError with file and line for a broken layer.
    """
    with tempfile.TemporaryDirectory(prefix="distgen-") as name:
        out = Path(name)
        jobs: dict[str, list[str]] = {}
        made: dict[Key, dict[str, Path]] = {}
        symbols = out / "symbols"
        symbols.write_text("".join(f"{name}\n" for name in describe), encoding="utf-8")
        for number, (key, request) in enumerate(requests.items()):
            wanted = {
                "findings": True,
                "config": config,
                "settable": settable,
                "causes": causes,
                "describe": describe or (causes and request.arch not in jobs),
            }
            files = {word: out / f"{number}.{word}" for word, asked in wanted.items() if asked}
            if describe:
                files["symbols"] = symbols
            made[key] = files
            line = job([path.resolve() for path in request.layers], files)
            jobs.setdefault(request.arch, []).append(line)
        if jobs:
            resolve(tree, jobs)
        return {key: _read(files) for key, files in made.items()}


def resolve(
    tree: Tree,
    jobs: Mapping[str, Sequence[str]],
    out: Path | None = None,
    makefile: Path | None = None,
) -> None:
    """Run the jobs of each arch (by its ``uname -m`` name).

    ``out`` is where kconfig-batch is built, by default the tree's own ``distro/out``; ``makefile``
    the Makefile.distro that knows the arches, by default the tree's own or that which ships.
    Raises UnsupportedError for a tree or ``out`` that Kbuild cannot work in, or an arch that no
    distribution beside the makefile has, and CommandError where make or kconfig-batch fails.
    """
    out = out or _objtree(tree)
    refuse_blanks(tree.path, out)
    makefile = makefile or makefile_of(tree)
    paths = makefile.parent.glob("distro/*/Makefile")
    lines = "".join(path.read_text(encoding="utf-8") for path in paths)
    known = re.findall(r"^(\w+)-arch :=", lines, re.M)
    if unknown := [arch for arch in jobs if arch not in known]:
        message = f"{makefile.parent}: no distro/*/Makefile has {', '.join(unknown)}"
        raise UnsupportedError(message, "write them from every distro.toml: distgen init TREE")
    argv = ["make", "-rR", "--no-print-directory", f"-j{os.cpu_count() or 1}"]
    argv += [f"srctree={tree.path}", f"objtree={out}", "Q=@"]
    # The longest first, so that all processors are done at about the same time.
    longest = sorted(jobs, key=lambda arch: len(jobs[arch]), reverse=True)
    argv += ["-f", str(makefile), *(f"distro-resolve-{arch}" for arch in longest)]
    with tempfile.TemporaryDirectory(prefix="distgen-") as folder:
        for arch, some in jobs.items():
            Path(folder, arch).write_text("".join(some), encoding="utf-8")
        argv.append(f"DISTRO_JOBS_DIR={folder}".replace("$", "$$"))
        run(argv, cwd=out, show=True)


def refuse_blanks(*paths: Path) -> None:
    """Raise UnsupportedError for a source or object tree in whose path Kbuild allows no blank."""
    for path in paths:
        if any(c.isspace() for c in str(path)):
            message = f"{path}: Kbuild cannot work with white space in a path"
            raise UnsupportedError(message, "move it to a path without")


def kbuild_folder() -> "tempfile.TemporaryDirectory[str]":
    """A temporary folder that Kbuild can work in."""
    blank = any(c.isspace() for c in tempfile.gettempdir())
    return tempfile.TemporaryDirectory(prefix="distgen-", dir="/tmp" if blank else None)


def _objtree(tree: Tree) -> Path:
    """Where kconfig-batch is built: in a tree that distgen has been in, its own ``distro/out``."""
    if (tree.path / "Makefile.distro").is_file() and os.access(tree.path, os.W_OK):
        return tree.path
    return Path(_shared_objtree().name)


_shared_objtree = cache(kbuild_folder)  # it is gone when the process ends


def makefile_of(tree: Tree) -> Path:
    """The Makefile.distro that knows the arches: the tree's own, or that which ships."""
    own = tree.path / "Makefile.distro"
    return own if own.is_file() else shipped() / "Makefile.distro"


def _read(files: Mapping[str, Path]) -> Configuration:
    return Configuration(
        findings=read_findings(files["findings"]),
        settable=parse_values(files["settable"].read_bytes()) if "settable" in files else {},
        config=files["config"].read_bytes() if "config" in files else b"",
        options=Options(read_lines(files["describe"])) if "describe" in files else {},
        causes=read_lines(files["causes"]) if "causes" in files else {},
    )
