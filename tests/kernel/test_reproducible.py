# SPDX-License-Identifier: GPL-2.0-or-later
"""The same commit gives the same source package, whoever makes it and wherever."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.lib.command import git, run
from tests.lib.skips import needs_tool
from tests.lib.small import init
from tests.lib.source_package import BOTH, SourcePackage
from tests.lib.tree import SMALL_DISTROS

NOBODY = 65534


@pytest.fixture(params=BOTH, ids=[kind.goal for kind in BOTH])
def kind(request: pytest.FixtureRequest) -> SourcePackage:
    package = request.param
    assert isinstance(package, SourcePackage)
    return package


@pytest.fixture
def tree(small_tree: Path) -> Path:
    """The small tree as a repository with a release and one commit on it."""
    version = run("make", "-s", "kernelversion", cwd=small_tree).stdout.strip()
    git(small_tree, "init", "-q")
    git(small_tree, "add", "-Af", ".", ":!distro", ":!GNUmakefile", ":!Makefile.distro")
    git(small_tree, "commit", "-qm", f"Linux {version}")
    git(small_tree, "tag", f"v{version}")
    with (small_tree / "Kconfig").open("a") as kconfig:
        kconfig.write("# one line more\n")
    git(small_tree, "commit", "-qam", "Kconfig: one line more")
    return small_tree


def made(
    tree: Path, kind: SourcePackage, *, user: int | None = None, umask: int = 0o022, **env: str
) -> dict[str, bytes]:
    """The files of the package that make makes from nothing, by name."""
    shutil.rmtree(tree / "distro/out", ignore_errors=True)
    if user is not None:
        for path in (tree.parent, tree, *tree.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    done = subprocess.run(
        ["make", env.pop("jobs", "-j1"), kind.goal],
        cwd=tree,
        env={"PATH": os.environ["PATH"], "HOME": str(tree.parent), **env},
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
        umask=umask,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: path.read_bytes() for path in kind.products(tree / "distro/out")}


def differing(first: Mapping[str, bytes], second: Mapping[str, bytes]) -> set[str]:
    """The names of the files that are not the same in both."""
    names = {*first, *second}
    return {name for name in names if first.get(name) != second.get(name)}


def test_the_same_commit_gives_the_same_bytes(
    tree: Path, kind: SourcePackage, public_folder: Path
) -> None:
    elsewhere = public_folder / "another" / "place"
    elsewhere.parent.mkdir()
    shutil.copytree(tree, elsewhere, symlinks=True)
    first = made(tree, kind, LANG="C", TZ="UTC")
    user = NOBODY if os.getuid() == 0 else None
    second = made(
        elsewhere,
        kind,
        user=user,
        umask=0o077,
        jobs="-j4",
        LANG="de_DE.UTF-8",
        TZ="Asia/Tokyo",
        XZ_OPT="-9",
        GZIP="-1",
    )
    assert first
    assert differing(first, second) == set()


def test_when_distgen_came_makes_no_difference(tree: Path, kind: SourcePackage) -> None:
    """The lock names the commit that it came at, and here there was none."""
    first = made(tree, kind)
    lock = tree / "distro/distgen.lock"
    before = lock.read_text()
    lock.unlink()
    init(tree, *SMALL_DISTROS)
    head = git(tree, "rev-parse", "HEAD").strip()
    assert head in lock.read_text() and head not in before
    assert differing(first, made(tree, kind)) == set()


def test_one_byte_gives_another_package(tree: Path, kind: SourcePackage) -> None:
    first = made(tree, kind)
    with (tree / "Kconfig").open("a") as kconfig:
        kconfig.write("#\n")
    made(tree, kind)
    package = kind.find(tree / "distro/out")
    assert "dirty" in package.name
    assert package.name not in first
    assert package.read_bytes() not in first.values()


# The others are for root: sudo to another user (as above), a file system in user space that
# lists its files in another order, and a host name of its own.
VARIATIONS = "+all,-user_group,-fileordering,-domain_host"


@needs_tool("reprotest", "faketime")
def test_reprotest_finds_no_difference(tree: Path, kind: SourcePackage) -> None:
    """Another path, PATH, home, environment, language, kernel, umask, date, processors."""
    shutil.rmtree(tree / "distro/out")
    options = ("--no-diffoscope", "--min-cpus=1", f"--variations={VARIATIONS}")
    products = f"distro/out/{kind.folder}/kernel*"
    done = run("reprotest", *options, "-s", ".", f"make {kind.goal}", products, cwd=tree)
    assert "Reproduction successful" in done.stdout
    assert f"  ./distro/out/{kind.folder}/kernel" in done.stdout
