# SPDX-License-Identifier: GPL-2.0-or-later
"""Import: what a distribution really ships → its layers, factored with those of the others."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from distgen import disk, layer
from distgen.distro import Distro, load_all, names_in
from distgen.errors import UsageError, did_you_mean
from distgen.factor import Layers, Place, factor
from distgen.render import File, Ownership
from distgen.resolve import Job, resolve, settable_values
from distgen.tree import Tree, open_tree
from distgen.variant import BASE, Variant, layer_order

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


def layer_paths(folder: Path, distro: Distro, variant: Variant) -> list[Path]:
    """The layers of a variant that exist below ``folder`` (a ``distro/``), in order."""
    arch = next(arch for arch in distro.arches if arch.name == variant.arch)
    order = layer_order(variant.flavour, lineage=["", *distro.lineage], names=arch.layers)
    paths = (folder / owner / "configs" / sub / f"{name}.config" for owner, sub, name in order)
    return [path for path in paths if path.is_file()]


def import_into(
    path: Path, into: Path | None, name: str, sources: Sequence[str]
) -> list[tuple[str, int]]:
    """Import flat configurations of ``name``; the layer files written, with their settings."""
    tree = open_tree(path)
    folder = into.resolve() if into else tree.path / "distro"
    names = names_in([folder])
    if name not in names:
        message = f"{folder}: no distribution {name!r}"
        raise UsageError(message, did_you_mean(name, names))
    distros = load_all([folder], names)
    target = next(distro for distro in distros if distro.name == name)
    files = import_configs(
        tree, folder, distros, dict(parse_source(target, source) for source in sources)
    )
    disk.write(folder, files)
    return [(file.path, file.content.count(b"CONFIG_")) for file in files]


def import_configs(
    tree: Tree, folder: Path, distros: Sequence[Distro], sources: Mapping[Variant, Path]
) -> list[File]:
    """The layer files of ``folder`` after ``sources`` have taken the place of what it said of them.

    Every other variant of ``distros`` is resolved from the layers that are there. Nothing is
    written.
    """
    layers: dict[Variant, Sequence[Path]] = {}
    for distro in distros:
        for variant in distro.variants:
            if variant in sources:
                layers[variant] = [sources[variant]]
            elif paths := layer_paths(folder, distro, variant):
                layers[variant] = paths
    for path in sources.values():
        layer.read(path)
    values = resolve_settable(tree, layers)
    return list(_files(folder, factor(values)))


def resolve_settable(
    tree: Tree, layers: Mapping[Variant, Sequence[Path]]
) -> dict[Variant, dict[str, str]]:
    """For each variant every option that a user could set there, with its resolved value."""
    with tempfile.TemporaryDirectory(prefix="distgen-") as name:
        out = Path(name)
        jobs: dict[str, list[Job]] = {}
        settable: dict[Variant, Path] = {}
        for number, (variant, paths) in enumerate(layers.items()):
            settable[variant] = out / f"{number}.settable"
            job = Job(
                layers=[path.resolve() for path in paths],
                findings=out / f"{number}.findings",
                settable=settable[variant],
            )
            jobs.setdefault(variant.arch, []).append(job)
        resolve(tree, jobs, out)
        return {variant: settable_values(path) for variant, path in settable.items()}


def _files(folder: Path, layers: Layers) -> Iterable[File]:
    """Every layer file of ``folder`` as it should be: one that nothing needs is emptied.

    The head of a file stays, and so does the reason of a setting that stays.
    """
    contents = {_path(place): values for place, values in layers.items()}
    old = [*folder.glob("configs/**/*.config"), *folder.glob("*/configs/**/*.config")]
    for path in old:
        contents.setdefault(path.relative_to(folder).as_posix(), {})
    for name, values in sorted(contents.items()):
        before = layer.read(folder / name) if (folder / name).is_file() else layer.Layer()
        settings = {}
        for symbol, value in values.items():
            kept = before.settings.get(symbol)
            reason = kept.reason if kept and kept.value == value else ()
            settings[symbol] = layer.Setting(symbol=symbol, value=value, reason=reason)
        text = layer.Layer(settings=settings, head=before.head or HEAD).text()
        yield File(path=name, content=text.encode(), ownership=Ownership.SEEDED)


def _path(place: Place) -> str:
    parts = [place.owner, "configs", place.folder, f"{place.name}.config"]
    return "/".join(part for part in parts if part)
