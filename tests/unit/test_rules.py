# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules of docs/design.md that import-linter cannot hold, since they are about functions."""

import re

from tests.lib.command import PROJECT

OPENS = re.compile(r"\b(open_tree|locked_for_writing|locked_for_reading)\b")
ALLOWED = {
    "cli": "the rule: only a command opens the tree and takes the lock",
    "kernel/tree.py": "defines open_tree",
    "store/transaction.py": "defines the locks, and takes one for a single write",
    "verify/kernel.py": "opens the kernel that it has unpacked itself",
}


def test_only_a_command_opens_the_tree_and_takes_the_lock() -> None:
    package = PROJECT / "distgen"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if OPENS.search(path.read_text())
    }
    assert {name for name in found if not name.startswith("cli/")} == ALLOWED.keys() - {"cli"}
    assert {"cli/opened.py", "cli/config.py"} <= found
