# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers made of what distributions really ship: nothing is lost on the way."""

import shutil
from pathlib import Path

import pytest

from distgen.distro import load_all
from distgen.variant import Variant
from tests.conftest import PROJECT, distgen
from tests.real.conftest import DISTROS, Prepared
from tests.real.flat import Flat, flat_configs, makefile_of_all_arches, resolve_flat

pytestmark = pytest.mark.real
DEBIAN_FLAVOURS = {"amd64": "", "arm64": "", "arm64-16k": "16k"}


def variant_of(flat: Flat) -> Variant:
    """Which variant a file of the real data is."""
    distro, _, stem = flat.name.partition("/")
    if distro == "debian":
        last = stem.split("_none_")[1]
        flavour = DEBIAN_FLAVOURS.get(last, last.removesuffix(f"-{stem.split('_')[0]}"))
    else:
        flavour = stem.removeprefix(flat.arch).removeprefix("-")
    return Variant(distro=distro, arch=flat.arch, flavour=flavour)


@pytest.fixture(scope="module")
def shipped(shared_configs: Path) -> dict[Variant, Flat]:
    """The real configuration of every variant that ships with distgen."""
    variants = {v for d in load_all([PROJECT / "distro"], DISTROS) for v in d.variants}
    flats = {variant_of(flat): flat for flat in flat_configs(shared_configs)}
    assert variants <= set(flats)
    return {variant: flats[variant] for variant in sorted(variants)}


@pytest.mark.parametrize("prepared", ["7.2"], indirect=True, scope="session")
def test_the_layers_give_what_the_distributions_ship(
    prepared: Prepared, resolved: Path, shipped: dict[Variant, Flat], tmp_path: Path
) -> None:
    """Byte for byte what the flat file gives with the same tools."""
    makefile = makefile_of_all_arches(tmp_path / "makefile")
    resolve_flat(prepared.tree, list(shipped.values()), tmp_path, makefile)
    for variant, flat in shipped.items():
        layered = resolved / "distro/out" / variant.distro / "configs" / variant.config
        whole = (tmp_path / flat.name).with_suffix(".config")
        assert layered.read_bytes() == whole.read_bytes(), str(variant)


def test_importing_again_changes_nothing(
    kconfig_tree: Path, shipped: dict[Variant, Flat], tmp_path: Path
) -> None:
    folder = tmp_path / "distro"
    shutil.copytree(PROJECT / "distro", folder)
    generic = folder / "fedora/configs/generic.config"
    reasoned = generic.read_text().replace("CONFIG_", "# because\nCONFIG_", 1)
    generic.write_text(reasoned)
    stale = folder / "configs/rt-debug/x86_64.config"
    stale.parent.mkdir(exist_ok=True)
    stale.write_text("CONFIG_64BIT=y\n")
    before = {path: path.read_bytes() for path in folder.rglob("*.config")}
    sources = [
        f"{variant.arch}{f':{variant.flavour}' if variant.flavour else ''}={flat.path}"
        for variant, flat in shipped.items()
        if variant.distro == "fedora"
    ]
    distgen("config", "import", "fedora", *sources, "--tree", kconfig_tree, "--into", folder)
    after = {path: path.read_bytes() for path in folder.rglob("*.config")}
    assert b"CONFIG_" not in after.pop(stale), "what no configuration needs is taken out"
    before.pop(stale)
    assert after == before


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{flat}", "does not say which configuration it is"),
        ("x86-64={flat}", "fedora has no arch 'x86-64'"),
        ("x86_64:rtt={flat}", "fedora has no flavour 'rtt' on x86_64"),
        ("x86_64={flat}.gone", "No such file or directory"),
        ("x86_64={merge}", "merge:1: expected CONFIG_NAME=value"),
    ],
)
def test_a_source_that_is_none(
    kconfig_tree: Path, shipped: dict[Variant, Flat], tmp_path: Path, source: str, message: str
) -> None:
    folder = tmp_path / "distro"
    shutil.copytree(PROJECT / "distro", folder)
    (tmp_path / "merge").write_text("<<<<<<< HEAD\nCONFIG_A=y\n")
    flat = shipped[Variant(distro="fedora", arch="x86_64")].path
    text = source.format(flat=flat, merge=tmp_path / "merge")
    done = distgen("config", "import", "fedora", text, "--tree", kconfig_tree, "--into", folder,
                   check=False)  # fmt: skip
    assert done.returncode == 2
    assert message in done.stderr
    for path in folder.rglob("*.config"):
        assert path.read_bytes() == (PROJECT / "distro" / path.relative_to(folder)).read_bytes()
