# SPDX-License-Identifier: GPL-2.0-or-later
"""What it costs to make Debian's source package of a whole Linux 6.12.

The floor is what no way around git, xz and the checksums of a .dsc can save.
"""

import tempfile
from pathlib import Path

from package import VERSION, remove, timed, warm_rows, warm_targets, working_tree
from rows import JOBS, Row, measure, room, show, target


def bench(runs: int) -> None:
    """Measure, print the table, and say which target is met."""
    with tempfile.TemporaryDirectory(prefix="distgen-bench-", dir=room(8)) as name:
        folder = Path(name)
        tree = working_tree(folder, "debian")
        rows = cold_rows(folder, tree) | warm_rows(tree, "deb-src")
        measure(rows.values(), runs)
        show(f"Debian source package of {VERSION}, -j2", rows.values())
    ours = rows["ours"].median
    target("faster than make srcdeb-pkg", rows["srcdeb"].median / ours, 5, at_least=True)
    warm_targets(rows)


def cold_rows(folder: Path, tree: Path) -> dict[str, Row]:
    """From nothing to a source package."""
    objects = folder / "objects"
    tarball = folder / "linux.tar.xz"
    return {
        "ours": Row(
            name="ours: make deb-src, cold",
            way=lambda: timed(
                f"make -j{JOBS} deb-src", tree, before=lambda: remove(tree / "distro/out")
            ),
        ),
        "floor": Row(
            name="floor: git archive | xz -0 -T0, three checksums",
            way=lambda: timed(
                f"git archive --prefix=linux/ HEAD | xz -0 -T0 > {tarball}"
                f" && md5sum {tarball} && sha1sum {tarball} && sha256sum {tarball}",
                tree,
            ),
        ),
        "srcdeb": Row(
            name="make srcdeb-pkg",
            way=lambda: timed(
                f"make -s -j{JOBS} O={objects} srcdeb-pkg",
                tree,
                before=lambda: clean(folder, objects),
            ),
        ),
    }


def clean(folder: Path, objects: Path) -> None:
    """Remove what srcdeb-pkg would not make again."""
    remove(objects / "debian", objects / "linux.tar.gz", objects / ".tmp_HEAD")
    remove(*folder.glob("linux-upstream_*"))
