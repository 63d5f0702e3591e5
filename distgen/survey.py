# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey: how the layers fit the kernel of a tree, by the tree's own check."""

import tempfile
from collections.abc import Sequence

from distgen.run import run
from distgen.tree import Tree


def survey(tree: Tree, distros: Sequence[str]) -> list[str]:
    """For each distribution how many findings of which kind ``make D-configs-check`` has.

    Everything is built outside the tree. Where the check cannot run, a line says so.
    """
    lines = []
    with tempfile.TemporaryDirectory(prefix="distgen-") as objtree:
        for distro in distros:
            goal = f"{distro}-configs-check"
            argv = ["make", "-j2", "--no-print-directory", f"O={objtree}"]
            done = run([*argv, goal], cwd=tree.path, check=False)
            _, found, report = done.stdout.partition(f"{distro}: ")
            head = report.partition("\n\n")[0].rstrip().splitlines()
            if found:
                lines += [f"  {distro}: {head[0]}", *(f"  {line}" for line in head[1:])]
            if not found or len(head) > 1:
                verb = "says which" if found else "could not be run here: it says why"
                lines.append(f"    make -C {tree.path} {goal}  # {verb}")
    return lines
