# SPDX-License-Identifier: GPL-2.0-or-later
"""What lies in the project's own distro/ is exactly what init puts into a tree."""

import sys
import zipfile
from pathlib import Path

import pytest

from distgen.distros.load import load_all, names_in
from distgen.layers import fragment
from distgen.packaging.render import render
from distgen.store.file import Ownership
from tests.lib.command import PROJECT, run
from tests.lib.tree import make_mini_tree

NOT_SHIPPED = {"GNUmakefile"}  # at the top of the project it would take over its Makefile


def test_shipped_files_are_what_the_templates_give(request: pytest.FixtureRequest) -> None:
    """``make regenerate`` writes them."""
    folder = PROJECT / "distro"
    files = render(load_all([folder], names_in([folder])), layers=folder)
    owned = [f for f in files if f.ownership is Ownership.OWNED and f.path not in NOT_SHIPPED]
    for file in owned:
        path = PROJECT / file.path
        if request.config.getoption("--regenerate") and not file.path.startswith("distro/scripts/"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            path.chmod(file.mode)
        there = path.is_file() and path.read_bytes()
        assert there == file.content, f"{file.path}: run make regenerate"
        assert path.stat().st_mode & 0o100 == file.mode & 0o100, file.path
    expected = {file.path for file in files}
    found = {
        path.relative_to(PROJECT).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "out" not in path.relative_to(PROJECT).parts
    }
    assert found - expected == set(), "nothing lies there that init would not write"


def test_a_wheel_holds_all_that_init_needs(tmp_path: Path) -> None:
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
        "-w", tmp_path, PROJECT, cwd=tmp_path)  # fmt: skip
    (wheel,) = tmp_path.glob("kernel_distgen-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    tree = make_mini_tree(tmp_path / "linux")
    all_of_them = [f"--distro={name}" for name in names_in([PROJECT / "distro"])]
    run(sys.executable, "-P", "-m", "distgen", "init", tree, *all_of_them, cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")})  # fmt: skip
    for name in (
        "Makefile.distro",
        "distro/scripts/kconfig/kconfig-batch.c",
        "distro/configs/generic.config",
    ):
        assert (tree / name).read_bytes() == (PROJECT / name).read_bytes()


def test_no_layer_is_empty_or_unsorted() -> None:
    for path in (PROJECT / "distro").rglob("*.config"):
        if "out" not in path.relative_to(PROJECT).parts:
            read = fragment.read(path)
            assert read.settings, f"{path} says nothing"
            assert read.text() == path.read_text(), f"{path} is not as distgen would write it"
