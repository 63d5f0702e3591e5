# SPDX-License-Identifier: GPL-2.0-or-later
"""Import: what a distribution really ships → its layers, factored with those of the others."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from distgen import disk, layer
from distgen.distro import Distro
from distgen.errors import UsageError, did_you_mean
from distgen.factor import Layers, factor
from distgen.layout import Layout, open_layout
from distgen.render import File, Ownership
from distgen.resolve import Request, resolve_all
from distgen.tree import Tree, open_tree
from distgen.variant import BASE, Variant

HEAD = ("# SPDX-License-Identifier: GPL-2.0-or-later", "")


def parse_source(distro: Distro, text: str) -> tuple[Variant, Path]:
    """``ARCH[:FLAVOUR]=FILE`` of the command line; UsageError where the variant is not known."""
    name, equals, path = text.partition("=")
    if not equals:
        message = f"{text}: does not say which configuration it is"
        raise UsageError(message, f"write ARCH[:FLAVOUR]={text}, for example x86_64={text}")
    arch_name, _, flavour = name.partition(":")
    arch = next((arch for arch in distro.arches if arch.name == arch_name), None)
    if arch is None:
        message = f"{name}: {distro.name} has no arch {arch_name!r}"
        raise UsageError(message, did_you_mean(arch_name, (a.name for a in distro.arches)))
    if flavour not in (BASE, *arch.flavours):
        message = f"{name}: {distro.name} has no flavour {flavour!r} on {arch_name}"
        raise UsageError(message, did_you_mean(flavour, arch.flavours))
    return Variant(distro=distro.name, arch=arch_name, flavour=flavour), Path(path)


def import_into(
    path: Path, into: Path | None, name: str, sources: Sequence[str]
) -> list[tuple[str, int]]:
    """Import flat configurations of ``name``; the layer files written, with their settings."""
    tree = open_tree(path)
    layout = open_layout(into.resolve() if into else tree.path / "distro")
    target = layout.distro(name)
    files = import_configs(tree, layout, dict(parse_source(target, source) for source in sources))
    disk.write(layout.folder, files)
    return [(file.path, file.content.count(b"CONFIG_")) for file in files]


def import_configs(tree: Tree, layout: Layout, sources: Mapping[Variant, Path]) -> list[File]:
    """The layer files of ``layout`` after ``sources`` have taken the place of what it said of them.

    Every other variant is resolved from the layers that are there. Nothing is written.
    """
    layers: dict[Variant, Sequence[Path]] = {}
    for variant in layout.variants:
        if variant in sources:
            layers[variant] = [sources[variant]]
        elif paths := layout.layers(variant):
            layers[variant] = paths
    for path in sources.values():
        layer.read(path)
    requests = {v: Request(arch=v.arch, layers=paths) for v, paths in layers.items()}
    values = {
        variant: configuration.settable
        for variant, configuration in resolve_all(tree, requests, settable=True).items()
    }
    return list(layer_files(layout, factor(values, {v: layout.places(v) for v in values})))


def layer_files(layout: Layout, layers: Layers) -> Iterable[File]:
    """Every layer file of ``layout`` as it should be: one that nothing needs is emptied.

    The head of a file stays, and so does the reason of a setting that stays.
    """
    contents = {place: layers.get(place, {}) for place in {*layout.files(), *layers}}
    for place, values in sorted(contents.items()):
        path = layout.path(place)
        before = layer.read(path) if path.is_file() else layer.Layer()
        settings = {}
        for symbol, value in values.items():
            kept = before.settings.get(symbol)
            reason = kept.reason if kept and kept.value == value else ()
            settings[symbol] = layer.Setting(symbol=symbol, value=value, reason=reason)
        text = layer.Layer(settings=settings, head=before.head or HEAD).text()
        yield File(path=place.path, content=text.encode(), ownership=Ownership.SEEDED)
