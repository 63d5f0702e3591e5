# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of findings are the same in the tree and in distgen."""

import re

from distgen.distros.finding_kind import Kind
from tests.lib.command import PROJECT


def test_the_report_in_the_tree_has_the_same_kinds() -> None:
    report = (PROJECT / "distro/scripts/kconfig/report.awk").read_text()
    names = re.search(r'split\("([a-z ]+)", kinds', report)
    assert names and names[1].split() == [*Kind]
    meanings = dict(re.findall(r'what\["(\w+)"\] = "(.*)"', report))
    assert meanings == {kind: kind.meaning for kind in Kind}
