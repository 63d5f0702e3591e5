# SPDX-License-Identifier: GPL-2.0-or-later
"""What it costs to make Fedora's source RPM of a whole Linux 6.12.

The floor is what no way around git, zstd and rpmbuild can save. kernel-ark compresses with
`xz -0` and as many threads as there are jobs; only its tarball and its source package are counted,
not its configurations. All payloads are stored as they are, which rpm's own default would not do.
"""

import tempfile
from pathlib import Path

from package import VERSION, remove, timed, warm_rows, warm_targets, working_tree
from rows import JOBS, Row, measure, room, show, target

SPEC = """\
Name: kernel
Version: 6.12
Release: 1
Summary: The Linux kernel
License: GPL-2.0-only
Source0: {tarball}
%description
The tree and nothing else.
"""
RPMBUILD = "rpmbuild -bs --nodeps --quiet --define '_source_payload w.ufdio'"


def bench(runs: int) -> None:
    """Measure, print the table, and say which target is met."""
    with tempfile.TemporaryDirectory(prefix="distgen-bench-", dir=room(8)) as name:
        folder = Path(name)
        tree = working_tree(folder, "fedora")
        rows = cold_rows(folder, tree) | warm_rows(tree, "fedora-srpm")
        measure(rows.values(), runs)
        show(f"source RPM of {VERSION}, -j2", rows.values())
    ours = rows["ours"].median
    target("faster than make srcrpm-pkg", rows["srcrpm"].median / ours, 2.5, at_least=True)
    target("faster than kernel-ark's way", rows["ark"].median / ours, 2.5, at_least=True)
    target("times the floor", ours / rows["floor"].median, 1.3, at_least=False)
    warm_targets(rows)


def cold_rows(folder: Path, tree: Path) -> dict[str, Row]:
    """From nothing to a source RPM."""
    objects = folder / "objects"
    return {
        "ours": Row(
            name="ours: make fedora-srpm, cold",
            way=lambda: timed(
                f"make -j{JOBS} fedora-srpm", tree, before=lambda: remove(tree / "distro/out")
            ),
        ),
        "floor": Row(
            name="floor: git archive | zstd -T0, rpmbuild -bs",
            way=lambda: tarball_and_srpm(folder, tree, "zstd -T0 -q", "zst"),
        ),
        "srcrpm": Row(
            name="make srcrpm-pkg",
            way=lambda: timed(
                f"make -s -j{JOBS} O={objects} srcrpm-pkg",
                tree,
                before=lambda: remove(
                    objects / "rpmbuild", objects / "linux.tar.gz", objects / ".tmp_HEAD"
                ),
            ),
        ),
        "ark": Row(
            name=f"kernel-ark: git archive | xz -0 -T{JOBS}, rpmbuild -bs",
            way=lambda: tarball_and_srpm(folder, tree, f"xz -0 -T{JOBS}", "xz"),
        ),
    }


def tarball_and_srpm(folder: Path, tree: Path, compress: str, ext: str) -> float:
    """The seconds for a tarball of HEAD and a source package that holds nothing else."""
    topdir = folder / f"topdir-{ext}"
    remove(topdir)
    for name in ("SOURCES", "SPECS"):
        (topdir / name).mkdir(parents=True)
    tarball, spec = topdir / f"SOURCES/linux.tar.{ext}", topdir / "SPECS/kernel.spec"
    spec.write_text(SPEC.format(tarball=tarball.name))
    return timed(
        f"git archive --prefix=linux/ HEAD | {compress} -c > {tarball}"
        f" && {RPMBUILD} --define '_topdir {topdir}' {spec}",
        tree,
    )
