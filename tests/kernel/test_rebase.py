# SPDX-License-Identifier: GPL-2.0-or-later
"""A tree goes from Linux 6.12 to 7.2, and init says what that means for its layers."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.lib.command import distgen, git, run

OURS = ("GNUmakefile", "Makefile.distro", "distro")


def rebase(tree: Path, onto: Path) -> None:
    """Put another kernel under distgen's files, in a commit of its own."""
    for path in tree.iterdir():
        if path.name not in (".git", *OURS):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(onto, tree, symlinks=True, dirs_exist_ok=True)
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "Linux 7.2.13")


def forget(layer: Path, line: str) -> None:
    """Take a line out of a layer."""
    text = layer.read_text()
    assert f"\n{line}\n" in text
    layer.write_text(text.replace(f"{line}\n", ""))


def test_from_one_kernel_to_the_next(clone: Callable[[str], Path], kconfig_tree: Path) -> None:
    tree = clone("6.12")
    distgen("init", tree, "--distro", "fedora")
    # ACENIC is in 6.12 alone, AD3530R in 7.2 alone
    path = "distro/configs/generic.config"
    layer, own = tree / path, tree / "distro/fedora/configs/generic.config"
    forget(own, "CONFIG_AD3530R=m")
    forget(layer, "# CONFIG_AD3530R is not set")
    layer.write_text(f"{layer.read_text()}CONFIG_ACENIC=m\n")
    rebase(tree, kconfig_tree)

    done = distgen("init", tree)
    lines = done.stdout.splitlines()
    where = f"{path}:{len(layer.read_text().splitlines())}"
    assert [line for line in lines if line.startswith("gone ")] == [
        f"gone CONFIG_ACENIC: was in drivers/net/ethernet/alteon/Kconfig; {where}"
    ]
    (new,) = [line for line in lines if line.startswith("new ")]
    assert new.startswith('new CONFIG_AD3530R: "Analog Devices AD3530R')
    assert new.endswith(" in drivers/iio/dac/Kconfig, undecided; fedora")
    assert [line for line in lines if line.startswith("changed CONFIG_HYPERV: ")]
    assert "since Linux 6.12.117: 1 options of the layers are gone, " in done.stderr
    assert "1 are new and undecided" in done.stderr
    assert distgen("init", tree).stdout == ""
    run("rm", "-rf", tree, cwd=tree.parent)


def test_a_kernel_that_git_does_not_have(mini_tree: Path) -> None:
    """Nothing is made up."""
    distgen("init", mini_tree, "--distro", "fedora")
    makefile = mini_tree / "Makefile"
    makefile.write_text(makefile.read_text().replace("PATCHLEVEL = 12", "PATCHLEVEL = 13"))
    done = distgen("init", mini_tree)
    assert "what is new since Linux 6.12.3 is unknown: git has no commit ?" in done.stderr
