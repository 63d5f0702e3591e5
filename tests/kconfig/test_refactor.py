# SPDX-License-Identifier: GPL-2.0-or-later
"""Refactoring: fewer settings, and every configuration what it was."""

from pathlib import Path

from tests.lib.command import distgen
from tests.lib.small import configs, edit, layers


def test_what_says_nothing_new_goes_and_nothing_else_changes(small_tree: Path) -> None:
    distgen("config", "refactor", "--tree", small_tree)
    fewest, before = layers(small_tree), configs(small_tree)
    edit(small_tree, "gamma/configs/x86_64.config", "", to="CONFIG_MODULES=y")
    assert configs(small_tree) == before
    spoiled = layers(small_tree)
    done = distgen("config", "refactor", "--dry-run", "--tree", small_tree)
    assert "     1 ->      0 gamma/configs/x86_64.config\n" in done.stdout
    assert layers(small_tree) == spoiled
    distgen("config", "refactor", "--tree", small_tree)
    after = {name: text for name, text in layers(small_tree).items() if "CONFIG_" in text}
    assert after == {name: text for name, text in fewest.items() if "CONFIG_" in text}
    assert configs(small_tree) == before


def test_the_second_time_there_is_nothing_to_do(small_tree: Path) -> None:
    distgen("config", "refactor", "--tree", small_tree)
    stamps = {p: p.stat().st_mtime_ns for p in (small_tree / "distro").rglob("*.config")}
    done = distgen("config", "refactor", "--tree", small_tree)
    assert done.stdout == ""
    assert {p: p.stat().st_mtime_ns for p in stamps} == stamps
