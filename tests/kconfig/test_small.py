# SPDX-License-Identifier: GPL-2.0-or-later
"""The small tree is one that all is well with."""

from pathlib import Path

from tests.lib.command import run
from tests.lib.tree import SMALL_DISTROS


def test_its_configurations_have_no_findings(small_tree: Path) -> None:
    done = run("make", *(f"{name}-configs-check" for name in SMALL_DISTROS), cwd=small_tree)
    for name, count in (("alpha", 6), ("beta", 4), ("gamma", 6)):
        assert f"{name}: {count} configurations, 0 findings" in done.stdout
