# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion, as a shell asks for it."""

from pathlib import Path

import pytest

from tests.lib.command import distgen


@pytest.fixture
def tree(mini_tree: Path) -> Path:
    distgen("init", mini_tree, "--distro", "fedora", "--distro", "ubuntu")
    return mini_tree


def offered(words: str, tree: Path) -> list[str]:
    """What bash would offer for the last of the words."""
    env = {
        "_DISTGEN_COMPLETE": "complete_bash",
        "COMP_WORDS": f"distgen {words}",
        "COMP_CWORD": str(len(f"distgen {words}".split(" ")) - 1),
    }
    done = distgen(env=env, cwd=tree, check=False)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("doc", ["doctor"]),
        ("init --hook ", ["overlay", "patch"]),
        ("init --distro ", ["debian", "fedora", "rhel", "ubuntu"]),
        ("init . --distro f", ["fedora"]),
        ("config explain X --distro ", ["fedora", "ubuntu"]),
        ("config explain X --distro ubuntu --arch a", ["aarch64", "armv7l"]),
        ("config explain X --flavour r", ["rt", "rt-64k", "rt-64k-debug", "rt-debug"]),
        ("config explain X --distro ubuntu --flavour b", ["base"]),
        ("config set X=y --arch x", ["x86", "x86_64"]),
        ("config set X=y --distro u", ["ubuntu"]),
        ("config import f", ["fedora"]),
        (
            "config menuconfig fedora riscv",
            ["riscv64", *(f"riscv64:{f}" for f in ("debug", "rt", "rt-debug"))],
        ),
        ("config diff fedora/s", ["fedora/s390x", "fedora/s390x:debug"]),
        ("config diff HEAD~1 ubuntu/s", ["ubuntu/s390x"]),
    ],
)
def test_names_of_the_tree(words: str, expected: list[str], tree: Path) -> None:
    assert offered(words, tree) == expected


def test_a_tree_elsewhere_and_none(tree: Path, tmp_path: Path) -> None:
    assert offered(f"config explain X --tree {tree} --distro f", tmp_path) == ["fedora"]
    assert offered("config explain X --distro ", tmp_path) == []
    assert offered("init --distro d", tmp_path) == ["debian"]
    (tree / "distro/fedora/distro.toml").write_text("family =\n")
    assert offered("config explain X --distro ", tree) == []
