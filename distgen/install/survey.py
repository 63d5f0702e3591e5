# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey: how the layers fit the kernel of a tree, by the tree's own check."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from distgen.kconfig.batch import kbuild_folder
from distgen.kernel.tree import Tree
from distgen.run import run


@dataclass(frozen=True, kw_only=True)
class Survey:
    """``lines`` to read, and symbol → the distributions that leave it undecided."""

    lines: Sequence[str]
    undecided: Mapping[str, Sequence[str]]


def survey(tree: Tree, distros: Sequence[str]) -> Survey:
    """For each distribution how many findings of which kind ``make D-configs-check`` has.

    Everything is built outside the tree. Where the check cannot run, a line says so.
    """
    undecided: dict[str, list[str]] = {}
    goals = {distro: f"{distro}-configs-check" for distro in distros}
    lines = []
    with kbuild_folder() as objtree:
        argv = ["make", "-k", "-j2", "--no-print-directory", f"O={objtree}", *goals.values()]
        run(argv, cwd=tree.path, check=False)
        for distro, goal in goals.items():
            command = f"make -C {tree.path} {goal}"
            report = Path(objtree) / "distro" / "out" / distro / "check" / "report.txt"
            if not report.is_file():
                lines.append(f"  {distro}: could not be checked; to see why: {command}")
                continue
            for symbol in _undecided(report.with_suffix(".json")):
                undecided.setdefault(symbol, []).append(distro)
            head = report.read_text(encoding="utf-8").partition("\n\n")[0].rstrip().splitlines()
            lines += [f"  {line}" for line in head]
            if not head[0].endswith(" 0 findings"):
                lines.append(f"    they are listed by: {command}")
    return Survey(lines=lines, undecided=undecided)


def _undecided(report: Path) -> set[str]:
    findings = json.loads(report.read_text(encoding="utf-8"))
    return {
        finding["symbol"]
        for finding in findings
        if finding["kind"] == "undecided" and not finding["excuse"]
    }
