# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey: how the layers fit the kernel of a tree, by the tree's own check."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from distgen.run import run
from distgen.tree import Tree


def survey(tree: Tree, distros: Sequence[str]) -> list[str]:
    """For each distribution how many findings of which kind ``make D-configs-check`` has.

    Everything is built outside the tree. Where the check cannot run, a line says so.
    """
    goals = {distro: f"{distro}-configs-check" for distro in distros}
    lines = []
    with tempfile.TemporaryDirectory(prefix="distgen-") as objtree:
        argv = ["make", "-k", "-j2", "--no-print-directory", f"O={objtree}", *goals.values()]
        run(argv, cwd=tree.path, check=False)
        for distro, goal in goals.items():
            command = f"make -C {tree.path} {goal}"
            report = Path(objtree) / "distro" / "out" / distro / "check" / "report.txt"
            if not report.is_file():
                lines.append(f"  {distro}: could not be checked; to see why: {command}")
                continue
            head = report.read_text(encoding="utf-8").partition("\n\n")[0].rstrip().splitlines()
            lines += [f"  {line}" for line in head]
            if not head[0].endswith(" 0 findings"):
                lines.append(f"    they are listed by: {command}")
    return lines
