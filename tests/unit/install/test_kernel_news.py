# SPDX-License-Identifier: GPL-2.0-or-later
"""What the Kconfig files of two kernels say of an option, and what became another."""

import shutil
from pathlib import Path

from distgen.install.kernel_news import compare
from distgen.kernel.symbols import Symbol, scan
from tests.lib.command import distgen, git

KCONFIG = """\
config A
	bool "An option"
	depends on B
	help
		bool "is a word of a help text" and so is
		int too.

menuconfig B
	tristate
	prompt "Two"

# config C
config D
	def_bool y

if A
config A
	tristate "Another \\"A\\""
	---help---
		string "no"
endif
choice
	prompt "not of A"
config E
	hex
"""


def read(text: str) -> dict[str, Symbol]:
    return scan(("Kconfig", line) for line in text.split("\n"))


def test_definitions() -> None:
    found = read(KCONFIG)
    assert {name: (s.types, s.prompts) for name, s in found.items()} == {
        "A": ({"bool", "tristate"}, {"An option", 'Another \\"A\\"'}),
        "B": ({"tristate"}, {"Two"}),
        "D": ({"bool"}, set()),
        "E": ({"hex"}, set()),
    }


def test_what_became_another() -> None:
    old = read('config A\n\tbool "a"\nconfig B\n\tbool "b"\nconfig C\n\tbool "c"\nconfig D\n')
    new = read('config A\n\ttristate "a"\nconfig B\n\tbool\nconfig D\nconfig N\n\tint "n"\n')
    asked = {name: [f"distro/configs/generic.config:{i}"] for i, name in enumerate("ABCDX", 1)}
    undecided = {"N": ["debian", "fedora"], "D": ["fedora"]}
    assert list(compare(old, new, asked, undecided)) == [
        "changed CONFIG_A: was bool, is tristate; distro/configs/generic.config:1",
        'changed CONFIG_B: was "b", is never asked; distro/configs/generic.config:2',
        "gone CONFIG_C: was in Kconfig; distro/configs/generic.config:3",
        'new CONFIG_N: "n" in Kconfig, undecided; debian, fedora',
    ]


def test_init_does_without_git(mini_tree: Path, tmp_path: Path, path_without_python: str) -> None:
    """In a repository, on a machine that has no git."""
    git(mini_tree, "init", "-q")
    tools = tmp_path / "bin"
    shutil.copytree(path_without_python, tools, symlinks=True)
    for tool in tools.glob("git*"):
        tool.unlink()
    distgen("init", mini_tree, "--distro", "fedora", env={"PATH": str(tools)})
    assert '"kernel": "6.12.3"' in (mini_tree / "distro/distgen.lock").read_text()
