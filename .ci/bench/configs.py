# SPDX-License-Identifier: GPL-2.0-or-later
"""What it costs to resolve 52 real configurations of three distributions of Linux 7.2.13."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rows import JOBS, PROJECT, Row, measure, room, show, target

from distgen.kconfig.batch import resolve_all
from distgen.kernel.tree import open_tree
from distgen.layers.layout import open_layout
from tests.lib.flat import (
    KERNEL,
    Flat,
    count_settings,
    dummy_tools,
    flat_configs,
    makefile_of_all_arches,
    resolve_flat,
)

SHARED = PROJECT.parent / "shared" / "data"


def bench(runs: int) -> None:
    """Measure, print the table, and say which target is met."""
    with tempfile.TemporaryDirectory(prefix="distgen-bench-", dir=room(2)) as name:
        folder = Path(name)
        for archive in ("configs-7.2", "linux-7.2.13-kconfig"):
            unpack(archive, folder)
        rows = rows_of(folder)
        measure(rows.values(), runs)
        show("52 configurations of 7.2.13, -j2", rows.values())
        ours = rows["ours"].median
        each_time, ark = rows["each"].median, rows["ark"].median
        target("faster than one olddefconfig each", each_time / ours, 4, at_least=True)
        target("faster than kernel-ark's way", ark / ours, 8, at_least=True)
        show_settings(folder)


def unpack(name: str, folder: Path) -> None:
    """One of the archives with real data."""
    archive = SHARED / f"{name}.tar.xz"
    if not archive.is_file():
        sys.exit(f"bench: {archive} is not there: it holds the real configurations")
    subprocess.run(["tar", "-xf", archive], cwd=folder, check=True)


def rows_of(folder: Path) -> dict[str, Row]:
    """Every way to resolve them."""
    tree = folder / "linux-7.2.13"
    flats = flat_configs(folder / "configs-7.2")
    (folder / "makefile").mkdir()
    makefile = makefile_of_all_arches(folder / "makefile")
    out = folder / "out"
    out.mkdir()
    resolve_flat(tree, flats, out, makefile)  # builds the host program
    return {
        "ours": Row(
            name="ours: kconfig-batch, cold",
            way=lambda: resolve_flat(tree, flats, out, makefile),
        ),
        "each": Row(
            name="make olddefconfig, each",
            way=lambda: each(tree, flats, folder, ("olddefconfig",)),
        ),
        "ark": Row(
            name="make listnewconfig and olddefconfig, each",
            way=lambda: each(tree, flats, folder, ("listnewconfig", "olddefconfig")),
        ),
    }


def each(tree: Path, flats: Sequence[Flat], folder: Path, goals: Sequence[str]) -> float:
    """One make for each configuration and goal, JOBS of them at a time."""
    tools = dummy_tools(tree)

    def one(slot: int, flat: Flat, goal: str) -> None:
        build = folder / f"build-{slot}-{flat.arch}"
        build.mkdir(exist_ok=True)
        shutil.copy(flat.path, build / ".config")
        subprocess.run(
            ["make", "-s", f"O={build}", f"ARCH={KERNEL[flat.arch]}", *tools, goal],
            cwd=tree,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )

    def part(slot: int) -> None:
        for flat in flats[slot::JOBS]:
            for goal in goals:
                one(slot, flat, goal)

    for slot in range(JOBS):  # builds conf, which is not measured
        for flat in {flat.arch: flat for flat in flats}.values():
            if not (folder / f"build-{slot}-{flat.arch}").exists():
                one(slot, flat, "olddefconfig")
    started = time.monotonic()
    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(part, range(JOBS)))
    return time.monotonic() - started


def show_settings(folder: Path) -> None:
    """How few settings the configurations take in layers, and why it could not be fewer."""
    layout = open_layout(PROJECT / "distro")
    requests = layout.requests(layout.variants)
    resolved = resolve_all(open_tree(folder / "linux-7.2.13"), requests, settable=True)
    values = {variant: made.settable for variant, made in resolved.items()}
    count = count_settings(values, {variant: layout.places(variant) for variant in values})
    print(f"{count.flat} settings flat, {count.layers} in layers, and {count.bound} at the least")
    print(f"{count.base} for the base flavours, {count.layers - count.base} for all others on top")
    target("of 19275 for the base flavours", count.base / 19275, 1.01, at_least=False)
