# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey: run the tree's own check of its layers, and count the findings."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from distgen.distros.finding_kind import Kind
from distgen.kconfig.batch import kbuild_folder
from distgen.kernel.tree import Tree
from distgen.run import run
from distgen.words import plural


def survey(tree: Tree, distros: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Count the findings of ``make D-configs-check`` for each distribution, by kind.

    Everything is built outside the tree. If a check cannot run, a line says so. Returns the lines,
    and symbol → the distributions that leave it undecided.
    """
    undecided: dict[str, list[str]] = {}
    goals = {distro: f"{distro}-configs-check" for distro in distros}
    lines = []
    with kbuild_folder() as objtree:
        argv = ["make", "-k", "-j2", "--no-print-directory", f"O={objtree}", *goals.values()]
        run(argv, cwd=tree.path, check=False)
        for distro, goal in goals.items():
            command = f"make -C {tree.path} {goal}"
            report = Path(objtree) / "distro" / "out" / distro / "check" / "report.json"
            if not report.is_file():
                lines.append(f"  {distro}: could not be checked; to see why: {command}")
                continue
            rows = json.loads(report.read_text(encoding="utf-8"))
            found = [row for row in rows if not row["excuse"]]
            for symbol in {row["symbol"] for row in found if row["kind"] == Kind.UNDECIDED}:
                undecided.setdefault(symbol, []).append(distro)
            configurations = len(list(report.parent.glob("*.findings")))
            lines += _summary(distro, configurations, rows)
            if found:
                lines.append(f"    they are listed by: {command}")
    return lines, undecided


def _summary(distro: str, configurations: int, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What ``make D-configs`` prints. A setting counts once for all configurations."""
    settings = {
        tuple(value for key, value in row.items() if key != "configuration")
        for row in rows
        if not row["excuse"]
    }
    kinds = Counter(kind for kind, *_ in settings)
    count = len(settings)
    head = f"{configurations} {plural('configuration', configurations)}"
    yield f"  {distro}: {head}, {count} {plural('finding', count)}"
    for kind in Kind:
        if kinds[kind]:
            yield f"    {kinds[kind]:6} {kind:<10} {kind.meaning}"
    if allowed := sum(row["excuse"] == "allowed" for row in rows):
        yield f"    {allowed:6} {'allowed':<10} distro.toml says why"
