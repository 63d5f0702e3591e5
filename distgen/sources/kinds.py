# SPDX-License-Identifier: GPL-2.0-or-later
"""Sources of configurations, whatever their kind: ``[ARCH[:FLAVOUR]=]PATH`` → flat settings."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from distgen.distros.distro import Distro
from distgen.distros.variant import BASE, Variant
from distgen.errors import UsageError, did_you_mean
from distgen.log import say
from distgen.sources import annotations, ark, deb, dsc, flat, srpm
from distgen.sources.configuration import Configuration, Offered, fragment
from distgen.sources.unknown import unknown_error, variant_of, word

HEAD = 64 << 10  # bytes that a kind of source is recognised by


class SourceKind(Protocol):
    """A module that reads one kind of source.

    ``UNDERSTOOD`` says for people what it takes, ``recognise`` whether it takes a path that begins
    with ``head`` (b"" for a folder), ``read`` what there is for a distribution.
    """

    UNDERSTOOD: str

    def recognise(self, path: Path, head: bytes) -> bool: ...

    def read(self, path: Path, distro: Distro) -> list[Offered]: ...


# The first that recognises a source reads it; flat takes whatever has a setting in it
KINDS: tuple[SourceKind, ...] = (srpm, deb, dsc, ark, annotations, flat)


def read_sources(distro: Distro, texts: Sequence[str]) -> dict[Variant, Configuration]:
    """Every configuration that ``texts``, each ``[ARCH[:FLAVOUR]=]PATH``, hold or pick out.

    Raises UsageError with file and line, or member, for what is broken; for configurations that
    the distribution does not know; and for one that comes from two sources.
    """
    opened: dict[Path, list[Offered]] = {}
    sources: dict[Variant, Configuration] = {}
    for source in texts:
        wanted, path = parse_source(distro, source)
        if path not in opened:
            opened[path] = _read(distro, path)
        for variant, found in _pick(distro, path, wanted, opened[path]).items():
            if variant in sources:
                message = f"{variant} comes from {sources[variant].origin} and from {found.origin}"
                raise UsageError(message, f"give one source for {word(variant)}")
            text = fragment(found.read().values())
            if not text:
                message = f"{found.origin}: no settings in it"
                raise UsageError(message, "give a whole configuration")
            sources[variant] = Configuration(
                text=text, origin=found.origin, provenance=found.provenance
            )
    return sources


def provenance_of(sources: Iterable[Configuration]) -> str:
    """What the sources say of themselves, each thing once."""
    return "; ".join(dict.fromkeys(source.provenance for source in sources if source.provenance))


def parse_source(distro: Distro, text: str) -> tuple[Variant | None, Path]:
    """``[ARCH[:FLAVOUR]=]PATH``; UsageError where the distribution has no such configuration."""
    name, equals, path = text.partition("=")
    if not equals or "/" in name:
        return None, Path(text)
    if not path:
        message = f"{text}: names no file"
        raise UsageError(message, f"write {text}PATH")
    arch_name, _, flavour = name.partition(":")
    arch = next((arch for arch in distro.arches if arch.name == arch_name), None)
    if arch is None:
        message = f"{name}: {distro.name} has no arch {arch_name!r}"
        raise UsageError(message, did_you_mean(arch_name, (a.name for a in distro.arches)))
    if flavour not in (BASE, *arch.flavours):
        message = f"{name}: {distro.name} has no flavour {flavour!r} on {arch_name}"
        raise UsageError(message, did_you_mean(flavour, arch.flavours))
    return Variant(distro=distro.name, arch=arch_name, flavour=flavour), Path(path)


def _read(distro: Distro, path: Path) -> list[Offered]:
    """All that a source has."""
    try:
        head = b""
        if not path.is_dir():
            with path.open("rb") as file:
                head = file.read(HEAD)
        for kind in KINDS:
            if kind.recognise(path, head):
                say(f"  READ    {path}")
                return kind.read(path, distro)
    except OSError as error:
        message = f"{error.filename or path}: {error.strerror or error}"
        raise UsageError(message, "give a source that can be read") from error
    understood = "\n    ".join(kind.UNDERSTOOD for kind in KINDS)
    message = f"{path}: not a source of configurations"
    raise UsageError(message, f"give one of:\n    {understood}")


def _pick(
    distro: Distro, path: Path, wanted: Variant | None, opened: Sequence[Offered]
) -> dict[Variant, Offered]:
    """What is wanted of a source, everything where nothing is named."""
    known: dict[Variant, Offered] = {}
    unknown = []
    for found in opened:
        variant = variant_of(distro, found)
        if variant is None:
            unknown += [] if found.optional else [found]
        elif variant in known:
            message = f"{variant} comes from {known[variant].origin} and from {found.origin}"
            raise UsageError(message, f"names in distro/{distro.name}/distro.toml tell them apart")
        else:
            known[variant] = found
    if not opened:
        message = f"{path}: no configuration in it"
        raise UsageError(message, "give one that holds configurations")
    if wanted:
        if wanted not in known:
            message = f"{path}: holds no {word(wanted)}"
            raise UsageError(message, did_you_mean(word(wanted), map(word, known)))
        return {wanted: known[wanted]}
    if unknown:
        raise unknown_error(distro, path, unknown, known)
    _refuse_doubtful(path, known)
    return {variant: found for variant, found in known.items() if found.named}


def _refuse_doubtful(path: Path, known: Mapping[Variant, Offered]) -> None:
    """Raise UsageError where the command line has to name what it means."""
    if known and not any(found.named for found in known.values()):
        message = f"{path}: does not say which configuration it is"
        likely = [v for v, found in known.items() if not found.optional] or known
        words = "".join(f"\n    {word(variant)}={path}" for variant in likely)
        raise UsageError(message, f"write ARCH[:FLAVOUR]={path}, one of:{words}")
    for variant, found in known.items():
        if found.caution:
            message = f"{path}: {word(variant)} is {found.caution}"
            plain = " ".join(f"{word(v)}={path}" for v, f in known.items() if not f.caution)
            named = f"name it where your tree has them: {word(variant)}={path}"
            raise UsageError(message, f"{named}\n  the others: {plain}")
