# SPDX-License-Identifier: GPL-2.0-or-later
"""The same commit gives the same source RPM, whoever makes it and wherever."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import git, run

pytestmark = pytest.mark.real
NOBODY = 65534


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


def srpm(tree: Path, *, user: int | None = None, umask: int = 0o022, **env: str) -> Path:
    """What ``make alpha-srpm`` makes from nothing."""
    shutil.rmtree(tree / "distro/out", ignore_errors=True)
    if user is not None:
        for path in (tree.parent, tree, *tree.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    done = subprocess.run(
        ["make", env.pop("jobs", "-j1"), "alpha-srpm"],
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
    (path,) = (tree / "distro/out/alpha/SRPMS").glob("*.src.rpm")
    return path


def test_the_same_commit_gives_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another" / "place"
    elsewhere.parent.mkdir()
    shutil.copytree(tree, elsewhere, symlinks=True)
    first = srpm(tree, LANG="C", TZ="UTC")
    user = NOBODY if os.getuid() == 0 else None
    if user is not None:
        for path in elsewhere.parents:  # pytest's folders are for one user only
            if path.stat().st_uid == 0 and path != Path("/"):
                path.chmod(path.stat().st_mode | 0o001)
    second = srpm(
        elsewhere, user=user, umask=0o077, jobs="-j4", LANG="de_DE.UTF-8", TZ="Asia/Tokyo"
    )
    assert first.name == second.name
    same = first.read_bytes() == second.read_bytes()
    assert same


def test_one_byte_gives_another_package(tree: Path) -> None:
    first = srpm(tree)
    content = first.read_bytes()
    with (tree / "Kconfig").open("a") as kconfig:
        kconfig.write("#\n")
    second = srpm(tree)
    assert "dirty" in second.name
    different = content != second.read_bytes()
    assert different
