# SPDX-License-Identifier: GPL-2.0-or-later
"""Sources of configurations, whatever their kind: ``[ARCH[:FLAVOUR]=]PATH`` → flat settings."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from distgen.distros.distro import Distro
from distgen.distros.variant import BASE, Variant
from distgen.errors import UsageError, did_you_mean
from distgen.sources import annotations, ark, deb, dsc, flat, srpm
from distgen.sources.configuration import Found, fragment
from distgen.sources.unknown import unknown_error, variant_of, word

HEAD = 64 << 10  # bytes that a kind of source is recognised by
KINDS = (srpm, deb, dsc, ark, annotations)  # flat is what is left


@dataclass(frozen=True, kw_only=True)
class Source:
    """One configuration as a fragment: ``text`` has each symbol once, the value that counts.

    ``origin`` is where it comes from, ``provenance`` what the source says of itself, or "".
    """

    text: str
    origin: str
    provenance: str = ""


def read_sources(distro: Distro, texts: Sequence[str]) -> dict[Variant, Source]:
    """Every configuration that ``texts``, each ``[ARCH[:FLAVOUR]=]PATH``, hold or pick out.

    Raises UsageError with file and line, or member, for what is broken; for configurations that
    the distribution does not know; and for one that comes from two sources.
    """
    opened: dict[Path, list[Found]] = {}
    sources: dict[Variant, Source] = {}
    for text in texts:
        wanted, path = parse_source(distro, text)
        for variant, found in _read(distro, path, wanted, opened):
            if variant in sources:
                message = f"{variant} comes from {sources[variant].origin} and from {found.origin}"
                raise UsageError(message, f"give one source for {word(variant)}")
            settings = found.read()
            if not settings:
                message = f"{found.origin}: not one setting in it"
                raise UsageError(message, "give a whole configuration")
            sources[variant] = Source(
                text=fragment(settings.values()),
                origin=found.origin,
                provenance=found.provenance,
            )
    return sources


def provenance_of(sources: Iterable[Source]) -> str:
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


def _read(
    distro: Distro, path: Path, wanted: Variant | None, opened: dict[Path, list[Found]]
) -> list[tuple[Variant, Found]]:
    """Open a source, the second time from ``opened``, and pick out what is wanted."""
    if path in opened:
        return _pick(distro, path, wanted, opened[path])
    try:
        head = b""
        if not path.is_dir():
            with path.open("rb") as file:
                head = file.read(HEAD)
        kind = next((kind for kind in KINDS if kind.recognise(path, head)), None)
        if kind:
            print(f"  READ    {path}", file=sys.stderr)
            opened[path] = kind.read(path, distro)
            return _pick(distro, path, wanted, opened[path])
        if flat.recognise(path, head):
            return [flat.read(path, distro, wanted)]
    except OSError as error:
        message = f"{error.filename or path}: {error.strerror or error}"
        raise UsageError(message, "give a source that can be read") from error
    understood = "\n    ".join(kind.UNDERSTOOD for kind in (flat, *KINDS))
    message = f"{path}: not a source of configurations"
    raise UsageError(message, f"give one of:\n    {understood}")


def _pick(
    distro: Distro, path: Path, wanted: Variant | None, opened: Sequence[Found]
) -> list[tuple[Variant, Found]]:
    known: dict[Variant, Found] = {}
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
    if wanted and wanted not in known:
        message = f"{path}: holds no {word(wanted)}"
        raise UsageError(message, did_you_mean(word(wanted), map(word, known)))
    if unknown and not wanted:
        raise unknown_error(distro, path, unknown, known)
    chosen = [(v, found) for v, found in known.items() if wanted in (None, v)]
    for variant, found in chosen:
        if found.caution and not wanted:
            message = f"{path}: {word(variant)} is {found.caution}"
            plain = " ".join(f"{word(v)}={path}" for v, f in known.items() if not f.caution)
            hint = (
                f"name it where your tree has them: {word(variant)}={path}\n  the others: {plain}"
            )
            raise UsageError(message, hint)
    return chosen
