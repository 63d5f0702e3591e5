# SPDX-License-Identifier: GPL-2.0-or-later
"""The 52 flat configurations that three distributions ship for 7.2, and how to resolve them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from distgen.distro import Arch, Distro, Family
from distgen.render import Ownership, render
from distgen.resolve import Job, resolve
from distgen.tree import open_tree
from tests.conftest import PROJECT

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


def flat_configs(folder: Path) -> list[Flat]:
    """All of ``configs-7.2``, sorted by arch."""
    found = []
    for path in folder.glob("*/*.config"):
        first = path.stem.split("_none_")[0] if path.parent.name == "debian" else path.stem
        arch = DEBIAN.get(first, first if path.parent.name == "debian" else first.split("-")[0])
        found.append(Flat(name=f"{path.parent.name}/{path.stem}", arch=arch, path=path))
    return sorted(found, key=lambda flat: (flat.arch, flat.name))


def makefile_of_all_arches(folder: Path) -> Path:
    """A Makefile.distro, with its scripts, for a distribution that has every arch."""
    arches = tuple(
        Arch(name=name, kernel=kernel, package=name, gnu="none", image="none")
        for name, kernel in KERNEL.items()
    )
    everything = Distro(
        name="everything",
        title="Everything",
        family=Family.RPM,
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
    jobs: dict[str, list[Job]] = {}
    for flat in flats:
        target = out / flat.name
        target.parent.mkdir(parents=True, exist_ok=True)
        job = Job(
            layers=[flat.path],
            findings=target.with_suffix(".findings"),
            config=target.with_suffix(".config"),
        )
        jobs.setdefault(flat.arch, []).append(job)
    started = time.monotonic()
    resolve(open_tree(tree), jobs, out, makefile)
    return time.monotonic() - started


def dummy_tools(tree: Path) -> list[str]:
    """What makes `make olddefconfig` take scripts/dummy-tools for everything."""
    dummy = tree / "scripts" / "dummy-tools"
    names = {"PAHOLE": "pahole", "RUSTC": "rustc", "BINDGEN": "bindgen", "PYTHON3": "python3"}
    return [f"CROSS_COMPILE={dummy}/", *(f"{key}={dummy}/{name}" for key, name in names.items())]
