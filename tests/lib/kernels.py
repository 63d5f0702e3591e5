# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole kernel trees that distgen has been in, shared by all tests of a session."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import distgen, git, make_repository, run
from tests.lib.tiny import make_tiny_tree

DISTROS = ("debian", "fedora", "rhel", "ubuntu")
KERNELS = ("6.1", "6.12", "7.2")

Checkout = Callable[[str], AbstractContextManager[Path]]


@pytest.fixture(scope="session")
def checkout(
    request: pytest.FixtureRequest,
    clone: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Checkout:
    """``with checkout("7.2") as tree``: a repository for as long as that, all of it committed.

    Of 7.2 it has the part that Kconfig needs, if that is there, and what ``make help`` needs.
    """

    @contextmanager
    def check_out(version: str) -> Iterator[Path]:
        if version == "7.2":
            tree = tmp_path_factory.mktemp("linux-7.2-") / "linux"
            run("cp", "-r", request.getfixturevalue("kconfig_tree"), tree, cwd=Path("/"))
            (tree / "Documentation/Makefile").write_text("dochelp:\n\t@echo '  htmldocs'\n")
            make_repository(tree, "Linux 7.2.13")
        else:
            tree = clone(version)
        yield tree
        run("rm", "-rf", tree, cwd=Path("/"))

    return check_out


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A tree after init, and what could be seen in it before."""

    tree: Path
    status: str
    release: str
    said: str  # by init


@pytest.fixture(scope="session", params=KERNELS)
def prepared(request: pytest.FixtureRequest, checkout: Checkout) -> Iterator[Prepared]:
    """A checkout of each kernel with every distribution in it."""
    with checkout(request.param) as tree:
        before = status(tree), release(tree)
        said = distgen("init", tree, *(f"--distro={name}" for name in DISTROS)).stderr
        yield Prepared(tree=tree, status=before[0], release=before[1], said=said)


@pytest.fixture(scope="session")
def resolved(prepared: Prepared) -> Path:
    """The tree with every configuration of every distribution."""
    run("make", "-j2", *(f"{name}-configs" for name in DISTROS), cwd=prepared.tree)
    return prepared.tree


def status(tree: Path) -> str:
    """What git has to say about tracked files."""
    return git(tree, "--no-optional-locks", "status", "--porcelain", "--untracked-files=no")


def release(tree: Path) -> str:
    """What the kernel says of its version."""
    kernelversion = run("make", "-s", "kernelversion", cwd=tree).stdout
    return kernelversion + run("scripts/setlocalversion", ".", cwd=tree, check=False).stdout


@pytest.fixture(scope="session")
def tiny(kconfig_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tree with a Kconfig of some lines; who changes its layers puts them back."""
    tree = make_tiny_tree(kconfig_tree, tmp_path_factory.mktemp("tiny") / "linux")
    yield tree
    run("rm", "-rf", tree, cwd=Path("/"))


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users can enter. Pytest's own are for one, and it sees to that again
    whenever another session of it starts."""
    memory = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    with TemporaryDirectory(dir=memory) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
