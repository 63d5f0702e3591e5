# SPDX-License-Identifier: GPL-2.0-or-later
"""Import: what a distribution really ships → its layers, factored with those of the others."""

from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from tempfile import TemporaryDirectory

from distgen.distros.variant import Variant
from distgen.factoring.refactor import changed_files, factored
from distgen.kconfig.batch import Request, resolve_all
from distgen.kconfig.values import parse_values
from distgen.kernel.tree import Tree
from distgen.layers import fragment
from distgen.layers.layout import Layout
from distgen.sources.configuration import Configuration
from distgen.sources.kinds import provenance_of, read_sources
from distgen.sources.provenance import with_provenance
from distgen.store.file import File


def import_into(
    tree: Tree, layout: Layout, name: str, texts: Sequence[str], provenance: str | None = None
) -> list[tuple[str, int]]:
    """Import configurations; the files written, with the number of settings in each.

    ``texts`` are sources, ``[[DISTRO/]ARCH[:FLAVOUR]=]PATH`` or ``DISTRO=PATH``, of the distro
    ``name`` where they name no other. ``provenance`` goes into its distro.toml; None means what
    the sources say, and where they say nothing the line stays as it is.
    """
    by_owner: dict[str, list[str]] = {layout.distro(name).name: []}
    for text in texts:
        owner, rest = _owner(layout, text, name)
        by_owner.setdefault(owner, []).append(rest)
    sources: dict[Variant, Configuration] = {}
    said = []
    for owner, some in by_owner.items():
        found = read_sources(layout.distro(owner), some)
        sources |= found
        text = provenance_of(found.values())
        if owner == name and provenance is not None:
            text = provenance
        if text:
            said.append(with_provenance(layout.folder, owner, text))
    files = changed_files(layout, [*import_configs(tree, layout, sources), *said])
    layout.write(files)
    return [(file.path, len(parse_values(file.content))) for file in files]


def _owner(layout: Layout, text: str, name: str) -> tuple[str, str]:
    """Whose a source is, and the source without that: ``rhel/x86_64=PATH``, ``rhel=PATH``."""
    variant, equals, path = text.partition("=")
    owner, slash, rest = variant.partition("/")
    if equals and owner in {distro.name for distro in layout.distros}:
        return owner, f"{rest}={path}" if slash else path
    return name, text


def import_configs(
    tree: Tree, layout: Layout, sources: Mapping[Variant, Configuration]
) -> list[File]:
    """The layer files of ``layout`` after ``sources`` have taken the place of what it said of them.

    Every other variant is resolved from the layers that are there. Where all ``sources`` are of
    derivatives, the layers of others stay as they are. Nothing is written.
    """
    owners = _owners(layout, {variant.distro for variant in sources})
    with TemporaryDirectory(prefix="distgen-") as folder:
        layers: dict[Variant, Sequence[Path]] = {}
        for number, variant in enumerate(layout.variants):
            if owners is not None and variant.distro not in owners:
                continue
            if variant in sources:
                flat = Path(folder) / f"{number}.config"
                flat.write_text(sources[variant].text, encoding="utf-8")
                layers[variant] = [flat]
            elif paths := layout.layers(variant):
                layers[variant] = paths
        requests = {v: Request(arch=v.arch, layers=paths) for v, paths in layers.items()}
        resolved = resolve_all(tree, requests, settable=True, config=True)
    return factored(
        tree,
        layout,
        resolved,
        of_layers=resolved.keys() - sources.keys(),
        reasons=_reasons(sources.values()),
    )


def _owners(layout: Layout, names: Set[str]) -> Set[str] | None:
    """Whose layers may change: those of derivatives and of what descends from them; None: all."""
    if any(len(layout.distro(name).lineage) == 1 for name in names):
        return None
    return {distro.name for distro in layout.distros if names & {*distro.lineage}}


def _reasons(sources: Iterable[Configuration]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the sources say above their settings; of two that differ the first counts."""
    reasons: dict[tuple[str, str], tuple[str, ...]] = {}
    for source in sources:
        for setting in fragment.parse(source.text, Path(source.origin)).settings.values():
            if setting.reason:
                reasons.setdefault((setting.symbol, setting.value), setting.reason)
    return reasons
