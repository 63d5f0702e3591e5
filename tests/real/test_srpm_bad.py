# SPDX-License-Identifier: GPL-2.0-or-later
"""`make D-srpm` where something is wrong: it says what and what to do, and the next run works.

On the small tree, in a repository, with a file that makes the tarball some megabytes. Tools that
take their time are the real ones, started late by a script of the same name.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import git, run

pytestmark = pytest.mark.real

MEGABYTE = 1_000_000
BIG = 4 * MEGABYTE  # what no compression makes smaller
TAG = "v7.2.13"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount and give away")


@pytest.fixture(scope="module")
def tree_once(small_tree_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree as a commit with an upstream tag on it, and one more commit."""
    tree = tmp_path_factory.mktemp("srpm-") / "linux"
    shutil.copytree(small_tree_once, tree, symlinks=True)
    (tree / "big").write_bytes(os.urandom(BIG))
    (tree / ".gitignore").write_text("/distro\n/GNUmakefile\n/Makefile.distro\n")
    git(tree, "init", "-q", "-b", "main")
    git(tree, "config", "core.compression", "0")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "Linux 7.2.13")
    git(tree, "tag", "-a", "-m", TAG, TAG)
    (tree / "Kbuild").write_text("# changed\n")
    git(tree, "commit", "-qam", "Kbuild: change it")
    make(tree)
    return tree


@pytest.fixture
def tree(tree_once: Path, tmp_path: Path) -> Path:
    """That tree with its configurations, and neither tarball nor package."""
    tree = tmp_path / "linux"
    shutil.copytree(tree_once, tree, symlinks=True)
    forget(tree)
    return tree


def forget(tree: Path) -> None:
    """Leave of what was built only the configurations."""
    for name in ("sources", "alpha/SRPMS"):
        shutil.rmtree(tree / "distro/out" / name)


def make(
    tree: Path, *argv: str, check: bool = True, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    """`make alpha-srpm`."""
    env = {"PATH": path} if path else None
    return run("make", "-j2", "alpha-srpm", *argv, cwd=tree, check=check, env=env)


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What our scripts and make said was wrong, and the line below it; it must have failed."""
    assert done.returncode == 2, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("distro: ") or "***" in line:
            return [line.removeprefix("distro: "), *lines[number + 1 : number + 2]]
    pytest.fail(done.stderr)


def built(out: Path) -> set[str]:
    """Every file below an out folder, by its path there, with a name for each commit's tarball."""
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def assert_works(tree: Path, out: Path | None = None, *argv: str) -> Path:
    """The next run makes the package, and nothing lies beside it that does not belong there."""
    out = out or tree / "distro/out"
    done = make(tree, *argv)
    assert "WROTE" in done.stdout
    (srpm,) = (out / "alpha/SRPMS").glob("*.src.rpm")
    run("rpm", "--checksig", "--nosignature", srpm, cwd=out)
    assert_clean(out)
    return srpm


def assert_clean(out: Path) -> None:
    """No file with a name for the time being."""
    belongs = ("kconfig/kconfig-batch", "alpha.version", "alpha/configs/.report", "sources/orig")
    ends = (".config", ".findings", ".d", "report.txt", "report.json", ".tar.zst", "/begun")
    strange = {
        name
        for name in built(out)
        if name not in belongs and not name.endswith(ends) and not name.startswith("alpha/SRPMS/")
    }
    assert strange == set()
    packages = [path.name for path in (out / "alpha").glob("SRPMS/*")]
    assert all(name.startswith((".kernel-", "kernel-7.2.13-")) for name in packages)
    assert not [path for path in out.rglob("*") if path.is_dir() and path.name.startswith(".srpm.")]


def without(tool: str, folder: Path) -> str:
    """A PATH with links to all tools but one."""
    folder.mkdir()
    for directory in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for path in Path(directory).glob("*"):
            link = folder / path.name
            if path.name != tool and not link.exists() and not link.is_symlink():
                link.symlink_to(path)
    return str(folder)


@pytest.mark.parametrize(
    ("tool", "message", "hint"),
    [
        ("rpmbuild", "rpmbuild is not installed", "  apt install rpm, or dnf install rpm-build"),
        ("git", "git is not installed, and {tree} is a git tree", "  apt install git, "),
        ("zstd", "zstd is not installed, which compresses the tarball", "  apt install zstd, "),
    ],
)
def test_a_tool_is_missing(tree: Path, tmp_path: Path, tool: str, message: str, hint: str) -> None:
    done = make(tree, check=False, path=without(tool, tmp_path / "bin"))
    found = said(done)
    assert found[0] == message.format(tree=tree)
    assert found[1].startswith(hint)
    assert "KCONFIG" not in done.stdout
    assert_works(tree)


def test_what_is_missing_is_said_before_anything_is_made(tree: Path, tmp_path: Path) -> None:
    shutil.rmtree(tree / "distro/out")
    done = make(tree, check=False, path=without("rpmbuild", tmp_path / "bin"))
    assert said(done)[0] == "rpmbuild is not installed"
    assert "HOSTCC" not in done.stdout
    assert built(tree / "distro/out") <= {"alpha.version"}


def test_uncommitted_changes(tree: Path) -> None:
    (tree / "Kbuild").write_text("# uncommitted\n")
    done = make(tree)
    assert "distro: uncommitted changes go into uncommitted.patch" in done.stderr
    srpm = assert_works_again(tree)
    assert ".dirty" in srpm.name
    files = run("rpm", "-qpl", srpm, cwd=tree).stdout.split()
    assert [name for name in files if name.endswith(".patch")] == [
        "0001-Kbuild-change-it.patch",
        "uncommitted.patch",
    ]
    assert (tree / "Kbuild").read_text() == "# uncommitted\n"


def assert_works_again(tree: Path) -> Path:
    """All is as it was in the run before."""
    assert "CURRENT" in make(tree).stdout
    (srpm,) = (tree / "distro/out/alpha/SRPMS").glob("*.src.rpm")
    assert_clean(tree / "distro/out")
    return srpm


def clone(tree: Path, path: Path, *argv: str) -> Path:
    """A clone that brings our files along."""
    git(tree, "clone", "-q", *argv, tree.as_uri(), str(path))
    for name in ("GNUmakefile", "Makefile.distro"):
        shutil.copy2(tree / name, path)
    shutil.copytree(tree / "distro", path / "distro", symlinks=True)
    return path


def test_a_shallow_clone(tree: Path, tmp_path: Path) -> None:
    """Neither the tag nor the number of commits is there: the tree itself is packaged."""
    shallow = clone(tree, tmp_path / "shallow", "--depth=1")
    done = make(shallow)
    assert (
        f"distro: a shallow clone without {TAG}: the commits since are not known, "
        "so the tarball is the tree of HEAD\n"
    ) in done.stderr
    srpm = assert_works_again(shallow)
    head = git(shallow, "rev-parse", "HEAD")[:12]
    assert srpm.name.startswith(f"kernel-7.2.13-1.0.g{head}")
    files = run("rpm", "-qpl", srpm, cwd=shallow).stdout.split()
    assert f"linux-7.2.13-g{head}.tar.zst" in files
    assert not [name for name in files if name.endswith(".patch")]


def test_a_shallow_clone_on_top_of_a_tarball(tree: Path, tmp_path: Path) -> None:
    orig = tmp_path / "linux.tar.xz"
    git(tree, "archive", "--prefix=linux-7.2.13/", "-o", str(orig), TAG)
    shallow = clone(tree, tmp_path / "shallow", "--depth=1")
    done = make(shallow, f"ORIG={orig}", check=False)
    stderr = done.stderr
    assert done.returncode == 2
    assert f"distro: a shallow clone: what is on top of {orig} is not known\n" in stderr
    assert f"  git -C '{shallow}' fetch --unshallow --tags\n" in stderr
    git(shallow, "fetch", "-q", "--unshallow", "--tags")
    assert_works(shallow, None, f"ORIG={orig}")


def test_a_tag_of_another_history(tree: Path) -> None:
    git(tree, "checkout", "-q", "--orphan", "other")
    git(tree, "commit", "-qm", "import")
    done = make(tree)
    assert (
        f"distro: {TAG} is not in the history of HEAD, so the tarball is the tree of HEAD\n"
        in done.stderr
    )
    assert assert_works_again(tree).name == "kernel-7.2.13-1.src.rpm"


@needs_root
def test_a_tree_of_somebody_else(tree: Path) -> None:
    for path in (tree, tree / ".git"):
        os.chown(path, 65534, 65534)
    env = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    done = run("make", "alpha-srpm", cwd=tree, check=False, env=env)
    message, hint = said(done)
    assert message == f"git does not read {tree}, which belongs to another user"
    assert hint == f"  git config --global --add safe.directory {tree}"
    for path in (tree, tree / ".git"):
        os.chown(path, 0, 0)
    assert_works(tree)


@pytest.mark.parametrize("kind", ["missing", "text", "truncated", "folder"])
def test_a_bad_tarball_of_the_user(tree: Path, tmp_path: Path, kind: str) -> None:
    good, orig = tmp_path / "good.tar.xz", tmp_path / "linux 7.2.13.tar.xz"
    git(tree, "archive", "--prefix=linux-7.2.13/", "-o", str(good), TAG)
    if kind == "text":
        orig.write_text("no tarball\n")
    elif kind == "truncated":
        orig.write_bytes(good.read_bytes()[: BIG // 2])
    elif kind == "folder":
        orig.mkdir()
    found = said(make(tree, f"ORIG={orig}", check=False))
    if kind in ("text", "truncated"):
        assert found == [
            f"ORIG={orig} is no tarball, or not all of one",
            f"  tar -tf '{orig}'",
        ]
    else:
        assert found == [
            f"ORIG={orig}: no such file",
            "  make ORIG=/path/to/linux-7.2.13.tar.xz ...",
        ]
    assert_clean(tree / "distro/out")
    assert_works(tree, None, f"ORIG={good}")


def test_an_unknown_compression(tree: Path) -> None:
    assert said(make(tree, "COMPRESS=bogus", check=False)) == [
        "no compression called 'bogus'",
        "  make COMPRESS=zst ..., or xz, or gz",
    ]
    assert_works(tree)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "size=24m", "tmpfs", disk)
    yield disk
    run("umount", disk, cwd=tmp_path)


def mount(*argv: str | Path) -> None:
    """Mount something, or skip the test."""
    done = run("mount", *argv, cwd=Path("/"), check=False)
    if done.returncode:
        pytest.skip(f"mount is not permitted here: {done.stderr.strip()}")


def leave(disk: Path, room: int) -> Path:
    """Fill a disk up to so many bytes, and return the file that does."""
    filler = disk / "filler"
    usage = shutil.disk_usage(disk)
    filler.write_bytes(b"\0" * (usage.free - room))
    return filler


@needs_root
@pytest.mark.parametrize("stage", ["tarball", "rpmbuild"])
def test_a_full_disk(tree: Path, small_disk: Path, stage: str) -> None:
    out = small_disk / "distro/out"
    where = f"O={small_disk}"
    make(tree, where)
    shutil.rmtree(out / "alpha/SRPMS")
    if stage == "tarball":
        shutil.rmtree(out / "sources")
    before = built(out)
    filler = leave(small_disk, BIG // 2)
    done = make(tree, where, check=False)
    message, hint = said(done)
    if stage == "tarball":
        assert message == f"could not write the tarball to {out}/sources"
        assert hint.startswith(f"  df -h '{out}/sources'")
        assert "No space left on device" in done.stderr
    else:
        assert message == f"could not write the source package to {out}/alpha"
        assert hint.startswith(f"  df -h '{out}/alpha'")
    assert {name for name in built(out) - before if not name.endswith("/begun")} == set()
    filler.unlink()
    assert_works(tree, out, where)


def late(tool: str, folder: Path) -> tuple[str, Path]:
    """A PATH on which a tool says that it has begun and then takes a minute, and what it says."""
    real, begun = shutil.which(tool), folder / "begun"
    folder.mkdir()
    script = folder / tool
    script.write_text(f'#!/bin/sh\n: > "{begun}"\nsleep 60\nexec {real} "$@"\n')
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}", begun


def interrupt(
    tree: Path, begun: Path, path: str, end: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    """Start `make alpha-srpm`, end it once the tool has begun, and wait."""
    process = subprocess.Popen(
        ["make", "-j2", "alpha-srpm"],
        cwd=tree,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _ in range(300):
        if begun.exists():
            break
        time.sleep(0.1)
    assert begun.exists()
    end(process)
    assert process.wait(timeout=30) != 0
    for _ in range(300):  # what make does not wait for
        if not run("pgrep", "-s", str(process.pid), cwd=tree, check=False).stdout:
            return
        time.sleep(0.1)
    pytest.fail("something is still running")


def by_group(number: signal.Signals) -> Callable[[subprocess.Popen[bytes]], None]:
    """Send a signal to all processes at once, as a terminal does."""
    return lambda process: os.killpg(process.pid, number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("stage", ["tarball", "rpmbuild", "resolve"])
def test_interrupted(tree: Path, tmp_path: Path, stage: str, number: signal.Signals) -> None:
    out = tree / "distro/out"
    path, begun = os.environ["PATH"], tmp_path / "begun"
    kconfig = tree / "Kconfig"
    text = kconfig.read_text()
    if stage == "resolve":
        kconfig.write_text(f"x := $(shell,: > {begun}; sleep 60)\n{text}")
    else:
        path, begun = late({"tarball": "zstd", "rpmbuild": "rpmbuild"}[stage], tmp_path / "bin")
    interrupt(tree, begun, path, by_group(number))
    assert_clean(out)
    assert not list(out.glob("alpha/SRPMS/*.src.rpm"))
    kconfig.write_text(text)
    assert_works(tree)


def test_only_make_is_ended(tree: Path, tmp_path: Path) -> None:
    """The others are not told, so they end when the tool does."""
    path, begun = late("zstd", tmp_path / "bin")
    script = tmp_path / "bin/zstd"
    script.write_text(script.read_text().replace("sleep 60", "sleep 2"))
    interrupt(tree, begun, path, lambda process: process.terminate())
    assert_clean(tree / "distro/out")
    assert_works(tree)


@needs_root
def test_a_source_tree_that_cannot_be_written(tree: Path, tmp_path: Path) -> None:
    fixed = tmp_path / "fixed"
    fixed.mkdir()
    mount("--bind", tree, fixed)
    try:
        mount("-o", "remount,bind,ro", fixed)
        message, hint = said(make(fixed, check=False))
        assert message == f"cannot write to {fixed}/distro/out"
        assert hint == "  make O=/path/to/another alpha-srpm"
        out = tmp_path / "build"
        assert_works(fixed, out / "distro/out", f"O={out}")
    finally:
        run("umount", fixed, cwd=tmp_path)


@needs_root
def test_what_root_has_built(tree: Path, tmp_path: Path) -> None:
    """After sudo make: another user cannot write there, and is told before anything is made."""
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    as_nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    done = run(*as_nobody, "make", "alpha-configs", cwd=tree, check=False)
    assert said(done) == [
        f"cannot write to {tree}/distro/out",
        "  make O=/path/to/another alpha-configs",
    ]


@pytest.mark.parametrize("name", ["a tree", "a:tree"])
def test_a_path_that_make_cannot_have(tree: Path, name: str) -> None:
    """Kbuild refuses it as well."""
    message = "the paths of the source directory and of O= cannot contain spaces or colons"
    for done in (
        make(tree.rename(tree.with_name(name)), check=False),
        make(tree.with_name(name).rename(tree), f"O={tree.parent}/{name}", check=False),
    ):
        assert message in said(done)[0]


def test_two_at_once(tree: Path) -> None:
    shutil.rmtree(tree / "distro/out")
    both = [
        subprocess.Popen(
            ["make", "-j2", "alpha-srpm"],
            cwd=tree,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    for process in both:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
    srpm = assert_works_again(tree)
    run("rpm", "--checksig", "--nosignature", srpm, cwd=tree)
