# SPDX-License-Identifier: GPL-2.0-or-later
"""Import: what a distribution really ships → its layers, factored with those of the others."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from distgen import layer
from distgen.distro import Distro
from distgen.errors import UsageError, did_you_mean
from distgen.factor import Layers, Place, factor
from distgen.render import File, Ownership
from distgen.resolve import Job, resolve, settable_values
from distgen.tree import Tree
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
    return list(_files(factor(values)))


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


def _files(layers: Layers) -> Iterable[File]:
    for place, values in sorted(layers.items()):
        text = layer.of_values(values, HEAD).text()
        yield File(path=_path(place), content=text.encode(), ownership=Ownership.SEEDED)


def _path(place: Place) -> str:
    parts = [place.owner, "configs", place.folder, f"{place.name}.config"]
    return "/".join(part for part in parts if part)
