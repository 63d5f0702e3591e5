# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers made of what distributions really ship: nothing is lost on the way."""

import shutil
from pathlib import Path

import pytest

from distgen.distros.load import load_all
from distgen.distros.variant import Variant
from tests.lib.command import PROJECT, distgen
from tests.lib.flat import (
    Flat,
    flat_configs,
    makefile_of_all_arches,
    resolve_flat,
    variant_of,
)
from tests.lib.folder import layers_of
from tests.lib.kernels import DISTROS, Prepared
from tests.lib.packages import make_deb, make_srpm, write_files


@pytest.fixture(scope="module")
def shipped(flats_folder: Path) -> dict[Variant, Flat]:
    """A flat file of every variant that ships; minimal is ours, Ubuntu is Debian."""
    return by_variant(flats_folder)


def by_variant(folder: Path) -> dict[Variant, Flat]:
    distros = load_all([PROJECT / "distro"], DISTROS)
    variants = {v for d in distros if len(d.lineage) == 1 for v in d.variants}
    flats = {variant_of(flat): flat for flat in flat_configs(folder)}
    assert {variant for variant in variants if variant.flavour != "minimal"} == set(flats)
    return {variant: flats[variant] for variant in sorted(flats)}


@pytest.mark.parametrize("prepared", ["7.2"], indirect=True, scope="session")
def test_the_layers_give_what_the_distributions_ship(
    prepared: Prepared, resolved: Path, published_folder: Path, tmp_path: Path
) -> None:
    """Byte for byte what the flat file gives with the same tools."""
    shipped = by_variant(published_folder)
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


def test_a_source_package_brings_what_its_configurations_say(
    kconfig_tree: Path, shipped: dict[Variant, Flat], tmp_path: Path
) -> None:
    """The same configurations as a source RPM and as flat files give the same layers."""
    ours = {v: flat for v, flat in shipped.items() if v.distro == "fedora"}
    members = {
        f"{variant.config.removesuffix('.config')}-fedora.config": flat.path.read_bytes()
        for variant, flat in ours.items()
    }
    members["kernel-x86_64-rhel.config"] = b"<<<<<<< nobody reads this\n"
    srpm = make_srpm(tmp_path / "rpm", members, payload="w3.zstdio")
    folder = copy_of_distro(tmp_path)
    toml = folder / "fedora" / "distro.toml"
    before = layers_of(folder), toml.read_text()
    done = distgen("config", "import", "fedora", srpm, "--tree", kconfig_tree, "--into", folder)
    assert f"  READ    {srpm}\n" in done.stderr
    assert layers_of(folder) == before[0]
    changed = set(toml.read_text().splitlines()) ^ set(before[1].splitlines())
    assert {line.partition(", ")[0] for line in changed} == {
        'provenance = "Fedora dist-git kernel-7.2.0-0.rc6',
        'provenance = "kernel-7.2.13-200.src',
    }
    words = [f"x86_64={srpm}", "--provenance", "by hand"]
    distgen("config", "import", "fedora", *words, "--tree", kconfig_tree, "--into", folder)
    assert layers_of(folder) == before[0]
    assert '\nprovenance = "by hand"\n' in toml.read_text()


def copy_of_distro(folder: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "distro", folder / "distro"))


PRIORITY = "ORDER=common\nx86_64=generic:generic-x68\n"
ANNOTATIONS = (
    "# FORMAT: 4\n# ARCH: amd64\n# FLAVOUR: amd64-amd64\n\nCONFIG_A policy<{'amd64': 'y'}>\n"
    "CONFIG_B policy<{'amd64': y}>\n"
)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources that something is wrong with, by the names that the tests have for them."""
    folder = tmp_path_factory.mktemp("bad")
    text = "CONFIG_A=y\n" * 2000
    make_srpm(folder / "rpm", {"kernel-x86_64-fedora.config": text}).rename(
        folder / "whole.src.rpm"
    )
    (folder / "short.src.rpm").write_bytes((folder / "whole.src.rpm").read_bytes()[:9000])
    marked = {"kernel-x86_64.config": text + ">>>>>>> theirs\n"}
    make_srpm(folder / "rpm2", marked).rename(folder / "marked.src.rpm")
    make_deb(folder / "deb", {"usr/share/doc/x": "x"}).rename(folder / "empty.deb")
    write_files(
        folder,
        {
            "merge": "CONFIG_A=y\n<<<<<<< HEAD\nCONFIG_B=y\n=======\n",
            "blank": "CONFIG_A=y\nCONFIG_B=y \n",
            "ark/priority.fedora": PRIORITY,
            "ark/common/generic/CONFIG_A": "CONFIG_A=y\n",
            "annotations": ANNOTATIONS,
            "dsc/defines.toml": "[[kernelarch]\n",
            "text": "hello\n",
        },
    )
    return folder


@pytest.mark.parametrize(
    ("distro", "source", "message"),
    [
        ("fedora", "{flat}", "does not say which configuration it is"),
        ("fedora", "x86-64={flat}", "fedora has no arch 'x86-64'"),
        ("fedora", "x86_64:rtt={flat}", "fedora has no flavour 'rtt' on x86_64"),
        ("fedora", "x86_64={flat}.gone", "No such file or directory"),
        ("fedora", "aarch64={flat}", "{flat}:1: not a configuration of aarch64: # x86_64"),
        ("fedora", "x86_64={bad}/merge", "{bad}/merge:2: expected CONFIG_NAME=value"),
        ("fedora", "x86_64={bad}/blank", "{bad}/blank:2: white space after the value"),
        ("fedora", "x86_64={bad}/text", "{bad}/text: not a source of configurations"),
        (
            "fedora",
            "{bad}/short.src.rpm",
            "short.src.rpm: kernel-x86_64-fedora.config: truncated or",
        ),
        ("fedora", "{bad}/marked.src.rpm", "marked.src.rpm: kernel-x86_64.config:2001: expected"),
        ("fedora", "x86_64:rt={bad}/whole.src.rpm", "{bad}/whole.src.rpm: holds no x86_64:rt"),
        ("fedora", "{bad}/ark", "{bad}/ark/priority.fedora:2: no layer 'generic-x68' in common"),
        ("debian", "{bad}/empty.deb", "{bad}/empty.deb: no configuration in it"),
        ("debian", "{bad}/annotations", "{bad}/annotations:6: not a dictionary"),
        ("debian", "{bad}/dsc", "{bad}/dsc/defines.toml:1: "),
    ],
)
def test_a_source_that_is_wrong(
    kconfig_tree: Path,
    shipped: dict[Variant, Flat],
    bad: Path,
    tmp_path: Path,
    distro: str,
    source: str,
    message: str,
) -> None:
    """Exit 2, a message with the place, and not one byte of the layout changed."""
    folder = copy_of_distro(tmp_path)
    flat = shipped[Variant(distro="fedora", arch="x86_64")].path
    words = [source.format(flat=flat, bad=bad), "--provenance", "not to be written"]
    done = distgen("config", "import", distro, *words, "--tree", kconfig_tree, "--into", folder,
                   check=False)  # fmt: skip
    assert done.returncode == 2
    assert message.format(flat=flat, bad=bad) in done.stderr
    assert not done.stdout
    before = {p.relative_to(PROJECT / "distro") for p in (PROJECT / "distro").rglob("*")}
    assert {path.relative_to(folder) for path in folder.rglob("*")} == before
    for path in folder.rglob("*"):
        if path.is_file():
            original = PROJECT / "distro" / path.relative_to(folder)
            assert path.read_bytes() == original.read_bytes()
