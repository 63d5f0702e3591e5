# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel trees for tests, from miniature ones to whole ones that distgen has been in."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.lib.command import PROJECT, distgen, git, run
from tests.lib.skips import Lack, skip_for
from tests.lib.tree import make_mini_tree, make_small_tree

DISTROS = ("debian", "fedora", "rhel", "ubuntu")
KERNELS = ("6.1", "6.12", "7.2")
# All that Kconfig reads, and what make reads and runs for it
KCONFIG = (
    *("Makefile", "Kbuild", "scripts", "rust", "tools/build", "tools/scripts"),
    *("kernel/configs", "include/linux/kconfig.h", "include/linux/compiler-version.h"),
    *(f":(glob){path}" for path in ("**/Kconfig*", "arch/*/Makefile*", "arch/*/Kbuild")),
    *(f":(glob)arch/*/{path}" for path in ("boot/Makefile", "configs/**", "tools/**")),
)

Checkout = Callable[[str], AbstractContextManager[Path]]


@pytest.fixture
def mini_tree(tmp_path: Path) -> Path:
    """A miniature kernel tree of 6.12.3: files alone."""
    return make_mini_tree(tmp_path / "linux")


@pytest.fixture(scope="session")
def kernel() -> Callable[[str], Path]:
    """``kernel("6.12")``: a git checkout of Debian's linux-source of that version, to clone."""

    def fetch(version: str) -> Path:
        skip_for(Lack.APT)
        return Path(run(PROJECT / ".ci" / "kernel", version, cwd=PROJECT).stdout.strip())

    return fetch


@pytest.fixture(scope="session")
def kconfig_tree(
    kernel: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """What Kconfig needs of Linux 7.2, in a hundredth of a checkout's bytes.

    It is 7.2.13 whatever Debian has, as the tests say so; layers and Kconfig fit all of 7.2.
    """
    tree = tmp_path_factory.mktemp("kconfig-7.2-") / "linux"
    tree.mkdir()
    archive = tree.with_name("archive.tar")
    run("git", "archive", "-o", archive, "HEAD", "--", *KCONFIG, cwd=kernel("7.2"))
    run("tar", "-xf", archive, cwd=tree)
    archive.unlink()
    makefile = tree / "Makefile"
    makefile.write_text(re.sub(r"(?m)^SUBLEVEL = .*", "SUBLEVEL = 13", makefile.read_text()))
    yield tree
    run("rm", "-rf", tree, cwd=Path("/"))


@pytest.fixture(scope="session")
def small_tree_once(kconfig_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree that ``small_tree`` is a copy of: not to be changed."""
    tree = make_small_tree(kconfig_tree, tmp_path_factory.mktemp("small-") / "linux")
    run("make", "alpha-configs", cwd=tree)  # builds kconfig-batch
    return tree


@pytest.fixture
def small_tree(small_tree_once: Path, tmp_path: Path) -> Path:
    """The small tree, to be changed. Resolving all of its 16 configurations takes 0.2 s."""
    tree = tmp_path / "linux"
    shutil.copytree(small_tree_once, tree, symlinks=True)
    return tree


@pytest.fixture(scope="session")
def clone(
    kernel: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """``clone("6.12")``: a working tree of one's own; its objects are borrowed."""

    def make(version: str) -> Path:
        tree = tmp_path_factory.mktemp(f"linux-{version}-") / "linux"
        run("git", "clone", "-q", "-s", kernel(version), tree, cwd=PROJECT)
        return tree

    return make


@pytest.fixture(scope="session")
def checkout(clone: Callable[[str], Path]) -> Checkout:
    """``with checkout("7.2") as tree``: a whole tree of one's own for as long as that."""

    @contextmanager
    def check_out(version: str) -> Iterator[Path]:
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
def path_without_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with links to every system tool but Python, pip and distgen."""
    folder = tmp_path_factory.mktemp("bin")
    for directory in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for tool in Path(directory).glob("*"):
            link = folder / tool.name
            if not tool.name.startswith(("python", "pip", "distgen")) and not link.exists():
                link.symlink_to(tool)
    assert not shutil.which("python3", path=str(folder))
    return str(folder)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users can enter. Pytest's own are for one, and it sees to that again
    whenever another session of it starts."""
    memory = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    with TemporaryDirectory(dir=memory) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
