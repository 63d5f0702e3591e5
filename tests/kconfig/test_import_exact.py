# SPDX-License-Identifier: GPL-2.0-or-later
"""Import is exact for whatever it is given, and gives the same again."""

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from distgen.distros.variant import Variant
from distgen.kconfig.batch import Request, resolve_all
from distgen.kernel.tree import open_tree
from distgen.layers.layout import Layout, open_layout
from tests.lib.command import PROJECT, distgen
from tests.lib.flat import KERNEL, Flat, flat_configs, shipped_variants, variant_of
from tests.lib.folder import layers_of

HEAD = """\
title = "{name}"
family = "rpm"
source = "kernel"
maintainer = "Somebody <somebody@example.org>"
homepage = "https://example.org/"
{parent}
"""
ARCH = """
[arches.{arch}]
kernel = "{kernel}"
package = "{arch}"
gnu = "none"
image = "none"
parents = {parents}
flavours = {flavours}
"""
Deal = dict[Variant, Flat]


def configs_of(tree: Path, requests: Mapping[Variant, Request]) -> dict[Variant, bytes]:
    found = resolve_all(open_tree(tree), requests, config=True)
    return {variant: configuration.config for variant, configuration in found.items()}


def out_of_flats(tree: Path, flats: Mapping[Variant, Flat]) -> dict[Variant, bytes]:
    return configs_of(tree, {v: Request(arch=v.arch, layers=[f.path]) for v, f in flats.items()})


def out_of_layers(tree: Path, layout: Layout, variants: Mapping[Variant, Flat]) -> object:
    return configs_of(tree, layout.requests(variants))


def test_all_that_ships(kconfig_tree: Path, published_folder: Path) -> None:
    flats = {variant_of(flat): flat for flat in flat_configs(published_folder)}
    layout = open_layout(PROJECT / "distro")
    assert set(flats) == {*shipped_variants(layout)}
    assert len(flats) == 52
    theirs = out_of_flats(kconfig_tree, flats)
    assert out_of_layers(kconfig_tree, layout, flats) == theirs


def deal(draw: random.Random, flats: list[Flat], arches: tuple[str, ...], count: int) -> Deal:
    """Some configurations to distributions that do not exist, at most one of a kind to each."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = ["".join(draw.choices(letters, k=draw.randint(1, 12))) for _ in range(3)]
    dealt: Deal = {}
    some = draw.sample([flat for flat in flats if flat.arch in arches], count)
    for flat in some:
        theirs = variant_of(flat)
        for name in draw.sample(names, 3):
            variant = Variant(distro=name, arch=theirs.arch, flavour=theirs.flavour)
            if variant not in dealt:
                dealt[variant] = flat
                break
    return dealt


def write_distros(folder: Path, dealt: Deal) -> Layout:
    """A distro.toml for each, without layers; the second is a child of the first."""
    names = sorted({variant.distro for variant in dealt})
    for number, name in enumerate(names):
        parent = f'parent = "{names[0]}"' if number == 1 else ""
        text = HEAD.format(name=name, parent=parent)
        for arch in sorted({variant.arch for variant in dealt}):
            flavours = [v.flavour for v in dealt if (v.distro, v.arch) == (name, arch)]
            text += ARCH.format(
                arch=arch,
                kernel=KERNEL[arch],
                parents=["x86"] if arch == "x86_64" else [],
                flavours=sorted(filter(None, flavours)),
            )
        (folder / name).mkdir(parents=True)
        (folder / name / "distro.toml").write_text(text)
    return open_layout(folder)


def import_all(tree: Path, folder: Path, paths: Mapping[Variant, Path]) -> None:
    words = [
        f"{v.distro}/{v.arch}{f':{v.flavour}' if v.flavour else ''}={path}"
        for v, path in paths.items()
    ]
    first = next(iter(paths)).distro
    distgen("config", "import", first, *words, "--tree", tree, "--into", folder)


@pytest.mark.parametrize(
    ("seed", "arches"),
    [(1, ("x86_64", "s390x")), (2, ("aarch64", "armv7l")), (3, ("ppc64le", "riscv64", "x86_64"))],
)
def test_configurations_dealt_to_others(
    kconfig_tree: Path, flats_folder: Path, tmp_path: Path, seed: int, arches: tuple[str, ...]
) -> None:
    """Exact, whoever they are of; in any order the same; and what comes out, imported, too."""
    draw = random.Random(seed)
    dealt = deal(draw, flat_configs(flats_folder), arches, 10)
    layout = write_distros(tmp_path / "distro", dealt)
    import_all(kconfig_tree, layout.folder, {v: flat.path for v, flat in dealt.items()})
    theirs = out_of_flats(kconfig_tree, dealt)
    assert out_of_layers(kconfig_tree, layout, dealt) == theirs

    again = write_distros(tmp_path / "again", dealt)
    paths = {}
    for number, variant in enumerate(draw.sample(list(dealt), len(dealt))):
        paths[variant] = tmp_path / f"{number}.config"
        paths[variant].write_bytes(theirs[variant])
    import_all(kconfig_tree, again.folder, paths)
    assert layers_of(again.folder) == layers_of(layout.folder)


def test_one_changed_option(kconfig_tree: Path, flats_folder: Path, tmp_path: Path) -> None:
    """A driver that nothing depends on, in one of four: only lines about it change."""
    flats = {variant_of(flat): flat for flat in flat_configs(flats_folder)}
    dealt = {v: f for v, f in flats.items() if v.arch == "s390x" and v.flavour in ("", "debug")}
    paths = {variant: flat.path for variant, flat in dealt.items()}
    layout = write_distros(tmp_path / "distro", dealt)
    import_all(kconfig_tree, layout.folder, paths)
    before = layers_of(layout.folder)
    variant = Variant(distro="rhel", arch="s390x")
    text = paths[variant].read_text()
    assert "\nCONFIG_DUMMY=m\n" in text
    paths[variant] = tmp_path / "changed.config"
    paths[variant].write_text(text.replace("CONFIG_DUMMY=m", "CONFIG_DUMMY=y"))
    import_all(kconfig_tree, layout.folder, paths)
    after = layers_of(layout.folder)
    changed = {
        line
        for name in {*before, *after}
        for line in set(before.get(name, b"").split(b"\n")) ^ set(after.get(name, b"").split(b"\n"))
    }
    assert changed
    assert all(b"DUMMY" in line for line in changed), changed
