# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a source RPM goes to be built: mock, koji and Copr, whose commands cannot run here.

Stand-ins on PATH write down what they were called with; that the tools take it is their manuals'.
"""

import shutil
from pathlib import Path

import pytest

from tests.lib.command import distgen, run
from tests.lib.tree import SMALL_DISTROS


@pytest.fixture
def tools(tmp_path: Path, path_without_python: str) -> dict[str, str]:
    """A PATH on which mock, koji and copr-cli record their arguments, a line each."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("mock", "koji", "copr-cli"):
        (folder / name).write_text(f'#!/bin/sh\nprintf "%s\\n" {name} "$@" > {tmp_path}/called\n')
        (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:{path_without_python}", "called": str(tmp_path / "called")}


@pytest.fixture(scope="module")
def alpha(small_tree_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree, where mock and koji know the distribution alpha."""
    tree = tmp_path_factory.mktemp("rpms") / "linux"
    shutil.copytree(small_tree_once, tree, symlinks=True)
    facts = tree / "distro/alpha/distro.toml"
    known = '\nmock = "alpha-9"\nkoji = "a9"\n\n[arches'
    facts.write_text(facts.read_text().replace("\n[arches", known, 1))
    distgen("init", tree, *(f"--distro={name}" for name in SMALL_DISTROS))
    return tree


def called(tree: Path, tools: dict[str, str], *words: str) -> list[str]:
    """The command line that a target ends in, with the source package as SRPM."""
    run("make", "-s", *words, cwd=tree, env={"PATH": tools["PATH"]})
    (srpm,) = (tree / "distro/out/alpha/SRPMS").glob("*.src.rpm")
    lines = Path(tools["called"]).read_text().splitlines()
    return ["SRPM" if line == str(srpm) else line for line in lines]


def test_mock_builds_in_the_root_of_each_arch(alpha: Path, tools: dict[str, str]) -> None:
    result = f"--resultdir {alpha}/distro/out/alpha/mock/aarch64"
    assert " ".join(called(alpha, tools, "alpha-mock", "ARCHES=aarch64")) == (
        f"mock -r alpha-9-aarch64 {result} --rebuild SRPM"
    )
    assert called(alpha, tools, "alpha-mock", "ARCHES=aarch64", "MOCK_ROOT=mine")[2] == "mine"


def test_koji_gets_a_scratch_build(alpha: Path, tools: dict[str, str]) -> None:
    assert " ".join(called(alpha, tools, "alpha-koji")) == "koji build --scratch a9 SRPM"
    narrowed = called(alpha, tools, "alpha-koji", "ARCHES=x86_64 aarch64", "KOJI_TARGET=f44")
    assert narrowed[3:] == ["--arch-override=x86_64,aarch64", "f44", "SRPM"]


def test_copr_gets_it_in_a_project(alpha: Path, tools: dict[str, str]) -> None:
    words = called(alpha, tools, "alpha-copr", "COPR_PROJECT=me/kernel")
    assert words == ["copr-cli", "build", "me/kernel", "SRPM"]


@pytest.mark.parametrize(
    ("target", "what", "hint"),
    [
        ("alpha-mock", "mock is not installed", "dnf install mock"),
        ("alpha-koji", "koji is not installed", "dnf install koji"),
        ("alpha-copr", "copr-cli is not installed", "dnf install copr-cli"),
    ],
)
def test_a_missing_tool_is_named(
    alpha: Path, path_without_python: str, target: str, what: str, hint: str
) -> None:
    done = run("make", target, cwd=alpha, env={"PATH": path_without_python}, check=False)
    assert done.returncode == 2
    assert what in done.stderr
    assert hint in done.stderr


def test_copr_needs_a_project(alpha: Path, tools: dict[str, str]) -> None:
    env = {"PATH": tools["PATH"]}
    done = run("make", "alpha-copr", cwd=alpha, env=env, check=False)
    assert done.returncode == 2
    assert "make COPR_PROJECT=USER/PROJECT alpha-copr" in done.stderr


def test_n_says_what_would_be_done(alpha: Path) -> None:
    assert "rpms rpmbuild" in run("make", "-n", "alpha-rpms", cwd=alpha).stdout
    assert not (alpha / "distro/out/alpha/RPMS").exists()
