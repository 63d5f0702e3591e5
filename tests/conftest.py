# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel trees to work on, from a miniature one to whole ones, and how the tests run things."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

# The jobs that a script puts into the background ignore Ctrl-C, and so does all that they start
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.lib.kernels"]

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "data"

Run = Callable[..., subprocess.CompletedProcess[str]]


ROOMY = 8 * 10**9  # bytes that two whole kernel trees and what is made of them take


def pytest_configure() -> None:
    """Whole trees are unpacked and compared: keep them in memory where there is room."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOMY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name what one process runs when there are more: the tests of a file, or those that share a
    whole tree of one kernel.
    """
    for item in items:
        kernel = item.callspec.params.get("prepared") if hasattr(item, "callspec") else None
        group = f"prepared-{kernel}" if kernel else item.location[0]
        item.add_marker(pytest.mark.xdist_group(group))


# A busy machine is no fault of what is tested
settings.register_profile("distgen", deadline=None)
settings.load_profile("distgen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate", action="store_true", help="write the files that ship from the templates"
    )


def run(
    *argv: str | Path, cwd: Path, env: dict[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would; on failure the test shows all that it printed."""
    done = subprocess.run(
        [str(word) for word in argv],
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        pytest.fail(f"exit {done.returncode} from {argv}\n{done.stdout}\n{done.stderr}")
    return done


# What distgen keeps for itself in a tree, and names nowhere
KEPT = {"distro/distgen.lock", "distro/distgen.seeded"}


def distgen(
    *argv: str | Path, cwd: Path = PROJECT, check: bool = True, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the distgen command in a process of its own."""
    path = {"PYTHONPATH": str(PROJECT)}
    return run(
        sys.executable, "-m", "distgen", *argv, cwd=cwd, check=check, env={**path, **(env or {})}
    )


def git(tree: Path, *argv: str) -> str:
    """Run git in a tree and return what it printed."""
    identity = ("-c", "user.name=A Developer", "-c", "user.email=developer@example.org")
    return run("git", *identity, *argv, cwd=tree).stdout


def make_repository(tree: Path, message: str) -> None:
    """Put all that is in a folder into the one commit of a repository, what git ignores as well."""
    git(tree, "init", "-q")
    git(tree, "add", "-Af", ".")
    git(tree, "commit", "-qm", message)


def make_mini_tree(path: Path, version: Sequence[str] = ("6", "12", "3", "")) -> Path:
    """Enough of a kernel tree for what looks at files only."""
    for name in ("scripts/kconfig", "scripts/dummy-tools", "arch"):
        (path / name).mkdir(parents=True)
    names = ("VERSION", "PATCHLEVEL", "SUBLEVEL", "EXTRAVERSION")
    lines = ["# SPDX-License-Identifier: GPL-2.0"]
    lines += [f"{name} = {value}".rstrip() for name, value in zip(names, version, strict=True)]
    (path / "Makefile").write_text("\n".join(lines) + "\n")
    for name in ("Kconfig", "scripts/kconfig/confdata.c", "scripts/dummy-tools/gcc"):
        (path / name).write_text("")
    return path


@pytest.fixture
def mini_tree(tmp_path: Path) -> Path:
    """A miniature kernel tree of 6.12.3."""
    return make_mini_tree(tmp_path / "linux")


@pytest.fixture(scope="session")
def shared_configs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real configurations of three distributions."""
    return _unpack("configs-7.2", tmp_path_factory)


@pytest.fixture(scope="session")
def kconfig_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Kconfig needs of Linux 7.2.13; nothing else can be built from it."""
    return _unpack("linux-7.2.13-kconfig", tmp_path_factory, "linux-7.2.13")


SMALL = PROJECT / "tests" / "small"
SMALL_DISTROS = ("alpha", "beta", "gamma")
SMALL_NEEDS = (
    *("Makefile", "Kbuild", "arch/x86/Makefile", "arch/arm64/Makefile"),
    *(f"scripts/{name}" for name in ("Kbuild.include", "Kconfig.include", "subarch.include")),
    *(f"scripts/{name}" for name in ("basic", "dummy-tools", "include", "kconfig", "Makefile*")),
    *("scripts/*.sh", "scripts/setlocalversion"),
)


def make_small_tree(kernel: Path, tree: Path) -> Path:
    """A kernel's make and scripts with the Kconfig and the three distros of tests/small."""
    for pattern in SMALL_NEEDS:
        for source in kernel.glob(pattern):
            target = tree / source.relative_to(kernel)
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, target)
    shutil.copy(SMALL / "Kconfig", tree)
    shutil.copytree(SMALL / "distro", tree / "distro")
    distgen("init", tree, *(f"--distro={name}" for name in SMALL_DISTROS))
    for layer in (tree / "distro").rglob("*.config"):  # what ships is for another Kconfig
        if not (SMALL / layer.relative_to(tree)).exists():
            layer.unlink()
    return tree


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


def _unpack(name: str, factory: pytest.TempPathFactory, top: str = "") -> Path:
    archive = SHARED / f"{name}.tar.xz"
    if not archive.is_file():
        pytest.skip(f"{archive} is not there: it holds the real data of this test")
    folder = factory.mktemp(name)
    run("tar", "-xf", archive, cwd=folder)
    return folder / (top or name)


@pytest.fixture(scope="session")
def kernel() -> Callable[[str], Path]:
    """``kernel("6.12")``: a git checkout of Debian's linux-source of that version, to clone."""

    def fetch(version: str) -> Path:
        if not shutil.which("apt-get"):
            pytest.skip("no apt-get on this machine, where Debian's kernel sources come from")
        return Path(run(PROJECT / ".ci" / "kernel", version, cwd=PROJECT).stdout.strip())

    return fetch


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
