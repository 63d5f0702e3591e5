# SPDX-License-Identifier: GPL-2.0-or-later
"""Import: what a distribution really ships → its layers, factored with those of the others."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from distgen import disk, layer
from distgen.factor import Layers, factor
from distgen.layout import Layout, open_layout
from distgen.provenance import with_provenance
from distgen.render import File, Ownership
from distgen.resolve import Request, resolve_all
from distgen.sources.source import Source, provenance_of, read_sources
from distgen.tree import Tree, open_tree
from distgen.variant import Variant

HEAD = ("# SPDX-License-Identifier: GPL-2.0-or-later", "")


def import_into(
    path: Path, into: Path | None, name: str, texts: Sequence[str], provenance: str | None = None
) -> list[tuple[str, int]]:
    """Import configurations of ``name``; the files written, with the settings in each.

    ``texts`` are sources, ``[ARCH[:FLAVOUR]=]PATH``. ``provenance`` goes into distro.toml; None
    means what the sources say, and where they say nothing the line stays as it is.
    """
    tree = open_tree(path)
    layout = open_layout(into.resolve() if into else tree.path / "distro")
    sources = read_sources(layout.distro(name), texts)
    text = provenance_of(sources.values()) if provenance is None else provenance
    said = [with_provenance(layout.folder, name, text)] if text else []
    files = import_configs(tree, layout, sources)
    disk.write(layout.folder, [*files, *said])
    return [(file.path, file.content.count(b"CONFIG_")) for file in files]


def import_configs(tree: Tree, layout: Layout, sources: Mapping[Variant, Source]) -> list[File]:
    """The layer files of ``layout`` after ``sources`` have taken the place of what it said of them.

    Every other variant is resolved from the layers that are there. Nothing is written.
    """
    with TemporaryDirectory(prefix="distgen-") as folder:
        layers: dict[Variant, Sequence[Path]] = {}
        for number, variant in enumerate(layout.variants):
            if variant in sources:
                flat = Path(folder) / f"{number}.config"
                flat.write_text(sources[variant].text, encoding="utf-8")
                layers[variant] = [flat]
            elif paths := layout.layers(variant):
                layers[variant] = paths
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
