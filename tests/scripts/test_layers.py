# SPDX-License-Identifier: GPL-2.0-or-later
"""What distro/scripts/layers puts into a source package, and what distgen sees in it."""

import os
import subprocess
from pathlib import Path

from distgen.layers.layout import open_layout
from tests.lib.command import distgen, run
from tests.lib.folder import KEPT


def unpacked(tree: Path, folder: Path) -> Path:
    """The distro/ of a source package of the tree."""
    script = tree / "distro/scripts/layers"
    env = {"PATH": os.environ["PATH"], "SRCTREE": str(tree)}
    tar = subprocess.run([script], env=env, capture_output=True, check=True).stdout
    folder.mkdir()
    subprocess.run(["tar", "-xf", "-"], cwd=folder, input=tar, check=True)
    return folder / "distro"


def test_all_but_what_distgen_notes_for_itself(mini_tree: Path, tmp_path: Path) -> None:
    distgen("init", mini_tree, "--distro=fedora", "--distro=debian")
    (mini_tree / "distro/out").mkdir()
    (mini_tree / "distro/out/made").write_text("")
    inside = unpacked(mini_tree, tmp_path / "package")
    (mini_tree / "distro/out/made").unlink()
    differences = run("diff", "-rq", mini_tree / "distro", inside, cwd=tmp_path, check=False).stdout
    absent = {f"distro/{line.rpartition(': ')[2]}" for line in differences.splitlines()}
    assert absent == {*KEPT, "distro/.gitignore", "distro/out"}


def test_the_distributions_are_those_of_the_tree(mini_tree: Path, tmp_path: Path) -> None:
    """Ubuntu inherits from Debian, which the tree has for that alone."""
    distgen("init", mini_tree, "--distro=ubuntu", "--distro=fedora")
    layout = open_layout(unpacked(mini_tree, tmp_path / "package"))
    assert [distro.name for distro in layout.distros] == ["fedora", "ubuntu"]
    assert layout.ancestors == {"debian"}
