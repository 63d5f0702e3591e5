# SPDX-License-Identifier: GPL-2.0-or-later
"""The 52 flat configurations of three distributions for 7.2, and how to resolve them.

They are what the layers that ship give. What the distributions published is the same once it is
resolved, which tests hold where ../shared/data has those files.
"""

import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from distgen.distros.distro import Arch, Distro
from distgen.distros.families import families
from distgen.distros.load import load_all
from distgen.distros.variant import Variant
from distgen.factoring.factor import factor
from distgen.factoring.optimum import Orders
from distgen.kconfig.batch import job, resolve, resolve_all
from distgen.kernel.tree import open_tree
from distgen.layers.layout import Layout, open_layout
from distgen.packaging.render import render
from distgen.store.file import Ownership
from tests.lib.command import PROJECT, run
from tests.lib.skips import PUBLISHED, Lack, skip_for

DEBIAN = {"amd64": "x86_64", "arm64": "aarch64", "armhf": "armv7l", "ppc64el": "ppc64le"}
KERNEL = {
    "aarch64": "arm64",
    "armv7l": "arm",
    "ppc64le": "powerpc",
    "riscv64": "riscv",
    "s390x": "s390",
    "x86_64": "x86_64",
}


@dataclass(frozen=True, kw_only=True)
class Flat:
    """One configuration as a distribution ships it."""

    name: str
    arch: str
    path: Path


SETTING = re.compile(r"(?m)^(?:# )?CONFIG_(\w+)(?:=.*| is not set)$")


@pytest.fixture(scope="session")
def flats_folder(kconfig_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 52, in files as the distributions have them, from the layers that ship."""
    return write_flats(kconfig_tree, tmp_path_factory.mktemp("flats"))


@pytest.fixture(scope="session")
def published_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 52 as the distributions published them."""
    skip_for(Lack.PUBLISHED)
    folder = tmp_path_factory.mktemp("published")
    run("tar", "-xf", PUBLISHED, cwd=folder)
    return folder / "configs-7.2"


def shipped_variants(layout: Layout) -> list[Variant]:
    """Those that a distribution has published: minimal is ours, and Ubuntu's are Debian's."""
    return [v for v in layout.variants if v.flavour != "minimal" and v.distro != "ubuntu"]


def write_flats(tree: Path, folder: Path) -> Path:
    """Resolve the layers that ship, and write what Debian and kernel-ark would publish of that.

    Debian publishes what Kconfig made. Kernel-ark merges and does not resolve: its files begin
    with the arch, and have what the distribution says for the options of other arches as well.
    """
    layout = open_layout(PROJECT / "distro")
    made = resolve_all(open_tree(tree), layout.requests(shipped_variants(layout)), config=True)
    everything: dict[str, dict[str, str]] = {}
    for variant, configuration in made.items():
        everything.setdefault(variant.distro, {}).update(settings_of(configuration.config))
    for variant, configuration in made.items():
        path = folder / f"{name_of(layout, variant)}.config"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(configuration.config)
        if variant.distro != "debian":
            merged = everything[variant.distro] | settings_of(configuration.config)
            lines = [f"# {KERNEL[variant.arch]}", *(merged[symbol] for symbol in sorted(merged))]
            path.write_text("\n".join(lines) + "\n")
    return folder


def settings_of(config: bytes) -> dict[str, str]:
    """Symbol → the line that sets it."""
    return {match[1]: match[0] for match in SETTING.finditer(config.decode())}


def name_of(layout: Layout, variant: Variant) -> str:
    """What ``Flat.name`` is of a variant that ships."""
    if variant.distro != "debian":
        return f"{variant.distro}/{variant.arch}{variant.flavour and f'-{variant.flavour}'}"
    arch = layout.arch(variant)
    (package,) = (v.package for v in arch.variants if v.flavour == variant.flavour)
    return f"debian/{arch.package}_none_{package}"


def flat_configs(folder: Path) -> list[Flat]:
    """All in a folder with a folder for each distribution, sorted by arch."""
    found = []
    for path in folder.glob("*/*.config"):
        first = path.stem.split("_none_")[0] if path.parent.name == "debian" else path.stem
        arch = DEBIAN.get(first, first if path.parent.name == "debian" else first.split("-")[0])
        found.append(Flat(name=f"{path.parent.name}/{path.stem}", arch=arch, path=path))
    return sorted(found, key=lambda flat: (flat.arch, flat.name))


def variant_of(flat: Flat) -> Variant:
    """Which variant of the distributions that ship a file of the real data is."""
    distro, _, stem = flat.name.partition("/")
    if distro == "debian":
        (facts,) = load_all([PROJECT / "distro"], [distro])
        arch = next(arch for arch in facts.arches if arch.name == flat.arch)
        name = stem.split("_none_")[1]
        flavour = next(v.flavour for v in arch.variants if v.package == name)
    else:
        flavour = stem.removeprefix(flat.arch).removeprefix("-")
    return Variant(distro=distro, arch=flat.arch, flavour=flavour)


def makefile_of_all_arches(folder: Path) -> Path:
    """A Makefile.distro, with its scripts, for a distribution that has every arch."""
    arches = tuple(
        Arch(name=name, kernel=kernel, package=name, gnu="none", image="none")
        for name, kernel in KERNEL.items()
    )
    everything = Distro(
        name="everything",
        title="Everything",
        family=families()["rpm"],
        source="kernel",
        maintainer="Somebody <somebody@example.org>",
        homepage="https://example.org/",
        lineage=("everything",),
        arches=arches,
    )
    for file in render([everything], layers=PROJECT / "distro"):
        if file.ownership is Ownership.OWNED:
            (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / file.path).write_bytes(file.content)
            (folder / file.path).chmod(file.mode)
    return folder / "Makefile.distro"


def resolve_flat(tree: Path, flats: Sequence[Flat], out: Path, makefile: Path) -> float:
    """Resolve to ``out/<name>.config`` and ``.findings``; the seconds that it took."""
    jobs: dict[str, list[str]] = {}
    for flat in flats:
        target = out / flat.name
        target.parent.mkdir(parents=True, exist_ok=True)
        files = {word: target.with_suffix(f".{word}") for word in ("findings", "config")}
        jobs.setdefault(flat.arch, []).append(job([flat.path], files))
    started = time.monotonic()
    resolve(open_tree(tree), jobs, out, makefile)
    return time.monotonic() - started


def dummy_tools(tree: Path) -> list[str]:
    """What makes `make olddefconfig` take scripts/dummy-tools for everything.

    On a busy machine powerpc's own test of the compiler fails now and then without bash-env.
    """
    dummy = tree / "scripts" / "dummy-tools"
    bash_env = f"BASH_ENV={PROJECT / 'distro/scripts/kconfig/bash-env'}"
    names = {"PAHOLE": "pahole", "RUSTC": "rustc", "BINDGEN": "bindgen", "PYTHON3": "python3"}
    return [
        bash_env,
        f"CROSS_COMPILE={dummy}/",
        *(f"{key}={dummy}/{name}" for key, name in names.items()),
    ]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How many settings configurations take: flat, for their base flavours alone, and in layers.

    Not one fewer than ``bound`` would do: for each symbol what the base flavours take and one for
    every value that flavours without a folder in common want against the base flavours of their
    arches, or one for every value.
    """

    flat: int
    base: int
    bound: int
    layers: int


def count_settings(values: Mapping[Variant, Mapping[str, str]], orders: Orders) -> Settings:
    """Factor what users could set in each configuration, and the base flavours by themselves."""

    def count(some: Mapping[Variant, Mapping[str, str]]) -> dict[str, int]:
        found: dict[str, int] = {}
        for settings in factor(some, orders).values():
            for symbol in settings:
                found[symbol] = found.get(symbol, 0) + 1
        return found

    base = count({variant: some for variant, some in values.items() if not variant.flavour})
    related = relatives({variant.flavour for variant in values})
    wanted: dict[str, set[str]] = {}
    against: dict[str, set[tuple[str, str]]] = {}
    for variant, some in values.items():
        theirs = values[replace(variant, flavour="")]
        for symbol, value in some.items():
            wanted.setdefault(symbol, set()).add(value)
            if theirs.get(symbol, value) != value:
                against.setdefault(symbol, set()).add((related[variant.flavour], value))
    layers = count(values)
    return Settings(
        flat=sum(map(len, values.values())),
        base=sum(base.values()),
        bound=sum(max(len(wanted[s]), base.get(s, 0) + len(against.get(s, ()))) for s in layers),
        layers=sum(layers.values()),
    )


def relatives(flavours: Collection[str]) -> dict[str, str]:
    """Flavour → a name for all that read a folder of its, or of one that is related to it."""
    related: dict[str, str] = {}
    for flavour in flavours:
        met = {related.get(token, token) for token in flavour.split("-")}
        name = min(met)
        related |= {token: name for token in met}
        related = {token: name if it in met else it for token, it in related.items()}
    return {flavour: related[flavour.split("-")[0]] for flavour in flavours}
