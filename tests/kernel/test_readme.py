# SPDX-License-Identifier: GPL-2.0-or-later
"""The README is a promise: every command in it runs."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lib.command import PROJECT, distgen, git, run
from tests.lib.kernels import DISTROS, Checkout, Prepared

README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = {
    name: (PROJECT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("users", "maintainers", "reviewers")
}
PROJECTS_OWN = {"demo", "test", "check", "bench", "man"}


def goals() -> set[str]:
    """What README and pages ask make for, `deb-…` aside, and what a page makes first."""
    text = "\n".join([README, *PAGES.values()])
    found = re.findall(r"(?:^|`)make (?:-\S+ |~\S+ |O=\S+ |-C /\S+ )*([a-z-]+)", text, re.M)
    return {goal for goal in found if goal != "deb-" and not goal.startswith("bazzite-")}


@pytest.mark.parametrize("prepared", ["6.12"], indirect=True, scope="session")
def test_every_target_is_there(prepared: Prepared) -> None:
    in_tree = goals() - PROJECTS_OWN
    assert in_tree >= {"fedora-configs", "fedora-srpm", "deb-src", "distro-help", "distro-clean"}
    for goal in sorted(in_tree):
        run("make", "-n", goal, cwd=prepared.tree)
    for goal in PROJECTS_OWN & goals():
        run("make", "-n", goal, cwd=PROJECT)


def test_every_distgen_command_is_there(mini_tree: Path) -> None:
    commands = re.findall(r"^  (\w+) ", distgen("--help").stdout.split("Commands:")[1], re.M)
    named = {name for name in commands if f"distgen {name}" in README}
    assert named == {"init", "check", "config", "verify", "doctor", "diff", "render", "remove"}
    distgen("init", mini_tree, "--distro", "fedora", "--distro", "debian")
    assert distgen("check", mini_tree).returncode == 0


CONFIG_COMMANDS = re.findall(r"^distgen config (?!import|menuconfig)([^#\n]+)", README, re.M)


def test_commands_on_layers(kconfig_tree: Path, tmp_path: Path) -> None:
    """As they stand, one after the other; menuconfig and import have tests of their own."""
    assert len(CONFIG_COMMANDS) == 8
    tree = tmp_path / "linux"
    shutil.copytree(kconfig_tree, tree, symlinks=True)
    distgen("init", tree, *(f"--distro={name}" for name in DISTROS))
    git(tree, "init", "-q")
    git(tree, "add", "-f", "distro")
    git(tree, "commit", "-qm", "layers")
    for command in CONFIG_COMMANDS:
        done = distgen("config", *shlex.split(command), cwd=tree, check=False)
        expected = 1 if command.startswith("diff fedora/x86_64 debian/x86_64") else 0
        assert done.returncode == expected, done.stderr
    assert git(tree, "status", "--porcelain", "--untracked-files=no") == ""
    shutil.rmtree(tree)


@pytest.mark.parametrize("page", PAGES)
def test_a_page(page: str, checkout: Checkout, tmp_path: Path) -> None:
    """Its commands as they stand, one block after the other, on a fresh checkout of 7.2."""
    (tmp_path / "distgen").write_text(f'#!/bin/sh\nexec {sys.executable} -m distgen "$@"\n')
    (tmp_path / "distgen").chmod(0o755)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT)}
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGES[page], re.M | re.S)
    assert len(blocks) >= 3
    with checkout("7.2") as tree:
        for block in blocks:
            done = run("sh", "-ec", block, cwd=tree, env=env, check=False)
            # Not everything can run everywhere, which is what doctor is for
            assert done.returncode in ((0, 1) if block == "distgen doctor\n" else (0,)), done.stderr
    shutil.rmtree("/tmp/distgen-doc", ignore_errors=True)


def test_demo(kernel: Callable[[str], Path]) -> None:
    """From a kernel tree to a table of checked products; the second time from what is there."""
    for again in (False, True):
        done = run("make", "demo", f"KERNEL={kernel('6.12')}", cwd=PROJECT)
        table = done.stdout[done.stdout.index("target  ") :]
        for goal, product in (
            ("fedora-configs", "distro/out/fedora/configs"),
            ("deb-configs", "distro/out/debian/configs"),
            ("fedora-srpm", ".src.rpm"),
            ("deb-src", ".dsc"),
            ("deb-src", ".orig.tar.gz"),
        ):
            assert re.search(rf"^make {goal} .*{re.escape(product)} .* \d+\.\d$", table, re.M), (
                table
            )
        assert ("CURRENT" in done.stdout) >= again
