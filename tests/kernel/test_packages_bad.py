# SPDX-License-Identifier: GPL-2.0-or-later
"""`make D-srpm` and `D-src` where something is wrong: they say what, and the next run works.

On the small tree, in a repository, with a file that makes the tarball some megabytes. Tools that
take their time are the real ones, started late by a script of the same name.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lib.command import git, run
from tests.lib.interruption import blocking, by_group, interrupt
from tests.lib.skips import Lack, needs, skip_for
from tests.lib.source_package import BOTH, DSC, SourcePackage, Tool

BIG = 4_000_000  # bytes that no compression makes fewer
TAG = "v7.2.13"

needs_root = needs(Lack.ROOT)
debian_only = pytest.mark.parametrize("kind", [DSC], ids=["beta-src"], indirect=True)


@dataclass(frozen=True)
class Tree:
    """A kernel tree, and the kind of package that is made in it."""

    path: Path
    kind: SourcePackage

    @property
    def out(self) -> Path:
        return self.path / "distro/out"

    def make(
        self, *argv: str, check: bool = True, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`make alpha-srpm`, or `make beta-src`."""
        return run("make", "-j2", self.kind.goal, *argv, cwd=self.path, check=check, env=env)

    def interrupt(
        self,
        begun: Path,
        path: str,
        end: Callable[[subprocess.Popen[bytes]], None],
        *under: str,
        fails: bool = True,
    ) -> None:
        """Start the same, and end it once a tool has begun."""
        argv = [*under, "make", "-j2", self.kind.goal]
        interrupt(argv, begun, end, cwd=self.path, env={"PATH": path}, fails=fails)

    def at(self, path: Path) -> "Tree":
        """The same elsewhere."""
        return Tree(path, self.kind)


@pytest.fixture(scope="module", params=BOTH, ids=[kind.goal for kind in BOTH])
def kind(request: pytest.FixtureRequest) -> SourcePackage:
    package = request.param
    assert isinstance(package, SourcePackage)
    return package


@pytest.fixture(scope="module")
def tree_once(
    kind: SourcePackage, small_tree_once: Path, tmp_path_factory: pytest.TempPathFactory
) -> Tree:
    """The small tree as a commit with an upstream tag on it, and one more commit."""
    path = tmp_path_factory.mktemp(f"{kind.goal}-") / "linux"
    shutil.copytree(small_tree_once, path, symlinks=True)
    (path / "big").write_bytes(os.urandom(BIG))
    (path / ".gitignore").write_text("/distro\n/GNUmakefile\n/Makefile.distro\n")
    git(path, "init", "-q", "-b", "main")
    git(path, "config", "core.compression", "0")
    git(path, "add", "-A")
    git(path, "commit", "-qm", "Linux 7.2.13")
    git(path, "tag", "-a", "-m", TAG, TAG)
    (path / "Kbuild").write_text("# changed\n")
    git(path, "commit", "-qam", "Kbuild: change it")
    tree = Tree(path, kind)
    tree.make()
    return tree


@pytest.fixture
def tree(tree_once: Tree, tmp_path: Path) -> Tree:
    """That tree with its configurations, and neither tarball nor package."""
    path = tmp_path / "linux"
    shutil.copytree(tree_once.path, path, symlinks=True)
    tree = tree_once.at(path)
    tree.kind.forget(tree.out)
    return tree


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


def assert_works(tree: Tree, *argv: str, out: Path | None = None) -> Path:
    """The next run makes the package, and nothing lies beside it that does not belong there."""
    done = tree.make(*argv)
    assert "WROTE" in done.stdout
    package = tree.kind.find(out or tree.out)
    tree.kind.check(package)
    assert_clean(tree, out)
    return package


def assert_works_again(tree: Tree) -> Path:
    """All is as it was in the run before."""
    assert "CURRENT" in tree.make().stdout
    assert_clean(tree)
    return tree.kind.find(tree.out)


def assert_clean(tree: Tree, out: Path | None = None) -> None:
    """No file and no folder with a name for the time being."""
    out, kind = out or tree.out, tree.kind
    belongs = re.compile(
        rf"kconfig/(kconfig-batch|answers|\w+\.(d|stamp))|{kind.distro}\.version|sources/orig"
        rf"|sources/[^/]*\.tar\.\w+\.sums|sources/[^/]+/(begun|linux-[^/]*\.tar\.\w+)"
        rf"|\w+/configs/(\.report|\.summary|report\.txt|report\.json|kernel-[^/]*\.(config|findings))"
        rf"|{kind.folder}/{kind.files}"
    )
    assert {name for name in built(out) if not belongs.fullmatch(name)} == set()
    assert not [path for path in out.rglob(".*") if path.is_dir()]


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
    ("kind", "tool"),
    [pytest.param(kind, tool, id=f"{kind.goal}-{tool}") for kind in BOTH for tool in kind.lacks],
    indirect=["kind"],
)
def test_a_tool_is_missing(tree: Tree, tmp_path: Path, tool: str) -> None:
    lack = tree.kind.lacks[tool]
    done = tree.make(check=False, env={"PATH": without(tool, tmp_path / "bin")})
    message, hint = said(done)
    assert message == lack.message
    assert hint.startswith(lack.hint)
    assert "KCONFIG" not in done.stdout
    assert_works(tree)


def test_git_is_missing(tree: Tree, tmp_path: Path) -> None:
    message, hint = said(tree.make(check=False, env={"PATH": without("git", tmp_path / "bin")}))
    assert message == f"git is not installed, and {tree.path} is a git tree"
    assert hint.startswith("  apt install git, ")
    assert_works(tree)


def test_what_is_missing_is_said_before_anything_is_made(tree: Tree, tmp_path: Path) -> None:
    shutil.rmtree(tree.out)
    tool = tree.kind.builder.name
    done = tree.make(check=False, env={"PATH": without(tool, tmp_path / "bin")})
    assert said(done)[0] == tree.kind.lacks[tool].message
    assert "HOSTCC" not in done.stdout
    assert built(tree.out) <= {f"{tree.kind.distro}.version"}


def test_uncommitted_changes(tree: Tree) -> None:
    (tree.path / "Kbuild").write_text("# uncommitted\n")
    done = tree.make()
    assert "distro: uncommitted changes go into uncommitted.patch" in done.stderr
    package = assert_works_again(tree)
    tree.kind.check(package)
    assert ".dirty" in package.name
    assert tree.kind.patches(package) == ["0001-Kbuild-change-it.patch", "uncommitted.patch"]
    assert (tree.path / "Kbuild").read_text() == "# uncommitted\n"


def clone(tree: Tree, path: Path, *argv: str) -> Tree:
    """A clone that brings our files along."""
    git(tree.path, "clone", "-q", *argv, tree.path.as_uri(), str(path))
    for name in ("GNUmakefile", "Makefile.distro"):
        shutil.copy2(tree.path / name, path)
    shutil.copytree(tree.path / "distro", path / "distro", symlinks=True)
    return tree.at(path)


def test_a_shallow_clone(tree: Tree, tmp_path: Path) -> None:
    """Neither the tag nor the number of commits is there: the tree itself is packaged."""
    shallow = clone(tree, tmp_path / "shallow", "--depth=1")
    done = shallow.make()
    assert (
        f"distro: a shallow clone without {TAG}: the commits since are not known, "
        "so the tarball is the tree of HEAD\n"
    ) in done.stderr
    package = assert_works_again(shallow)
    tree.kind.check(package)
    head = git(shallow.path, "rev-parse", "HEAD")[:12]
    date = git(shallow.path, "log", "-1", "--format=%cd", "--date=format:%Y%m%d").strip()
    assert package.name == tree.kind.shallow.format(head=head, date=date)
    name = f"linux-7.2.13-g{head}.tar.{tree.kind.extension}"
    assert list(shallow.out.glob(f"sources/*/{name}"))
    assert tree.kind.patches(package) == []


@pytest.fixture
def good(tree: Tree, tmp_path: Path) -> Path:
    """The release as a tarball."""
    path = tmp_path / "good.tar"
    git(tree.path, "archive", "--prefix=linux-7.2.13/", "-o", str(path), TAG)
    run("xz", "-0", path, cwd=tmp_path)
    return path.with_suffix(".tar.xz")


def test_a_shallow_clone_on_top_of_a_tarball(tree: Tree, tmp_path: Path, good: Path) -> None:
    shallow = clone(tree, tmp_path / "shallow", "--depth=1")
    done = shallow.make(f"ORIG={good}", check=False)
    assert done.returncode == 2
    assert f"distro: a shallow clone: what is on top of {good} is not known\n" in done.stderr
    assert f"  git -C '{shallow.path}' fetch --unshallow --tags\n" in done.stderr
    assert_clean(shallow)
    git(shallow.path, "fetch", "-q", "--unshallow", "--tags")
    assert_works(shallow, f"ORIG={good}")


def test_a_tag_of_another_history(tree: Tree) -> None:
    git(tree.path, "checkout", "-q", "--orphan", "other")
    git(tree.path, "commit", "-qm", "import")
    done = tree.make()
    assert (
        f"distro: {TAG} is not in the history of HEAD, so the tarball is the tree of HEAD\n"
        in done.stderr
    )
    package = assert_works_again(tree)
    tree.kind.check(package)
    assert package.name == tree.kind.release


@needs_root
def test_a_tree_of_somebody_else(tree: Tree) -> None:
    for path in (tree.path, tree.path / ".git"):
        os.chown(path, 65534, 65534)
    env = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    message, hint = said(tree.make(check=False, env=env))
    assert message == f"git does not read {tree.path}, which belongs to another user"
    assert hint == f"  git config --global --add safe.directory {tree.path}"
    for path in (tree.path, tree.path / ".git"):
        os.chown(path, 0, 0)
    assert_works(tree)


@pytest.mark.parametrize("fault", ["missing", "text", "truncated", "damaged", "folder"])
def test_a_bad_tarball_of_the_user(tree: Tree, tmp_path: Path, good: Path, fault: str) -> None:
    orig, content = tmp_path / "linux 7.2.13.tar.xz", bytearray(good.read_bytes())
    match fault:
        case "text":
            orig.write_text("no tarball\n")
        case "truncated":
            orig.write_bytes(content[: BIG // 2])
        case "damaged":
            content[BIG // 2] ^= 1
            orig.write_bytes(content)
        case "folder":
            orig.mkdir()
    found = said(tree.make(f"ORIG={orig}", check=False))
    if fault == "text" and tree.kind is DSC:
        assert found == [
            f"ORIG={orig} is no .xz file, and dpkg goes by the name",
            f"  xz -tv '{orig}'",
        ]
    elif fault in ("missing", "folder"):
        assert found == [
            f"ORIG={orig}: no such file",
            "  make ORIG=/path/to/linux-7.2.13.tar.xz ...",
        ]
    else:
        assert found == [
            f"ORIG={orig} is no tarball, or not all of one",
            f"  tar -tf '{orig}'",
        ]
    assert_clean(tree)
    assert_works(tree, f"ORIG={good}")


@debian_only
@pytest.mark.parametrize("name", ["linux.tar", "linux.tar.zst", "linux.zip", "linux-7"])
def test_a_tarball_that_dpkg_does_not_take(
    tree: Tree, tmp_path: Path, good: Path, name: str
) -> None:
    orig = good.rename(tmp_path / name)
    done = tree.make(f"ORIG={orig}", check=False)
    assert said(done) == [
        f"ORIG={orig} is not a .tar.gz or .tar.xz, as a .dsc needs",
        "  make beta-src ORIG=linux.tar.xz",
    ]
    assert "KCONFIG" not in done.stdout


@debian_only
@pytest.mark.parametrize(
    ("content", "name", "hint"),
    [("xz", "gz", "gzip -tv"), ("gz", "xz", "xz -tv"), ("none", "xz", "xz -tv")],
)
def test_a_tarball_with_the_name_of_another_compression(
    tree: Tree, good: Path, content: str, name: str, hint: str
) -> None:
    """tar would read it, dpkg-source would not."""
    if content != "xz":
        run("unxz", good, cwd=tree.path)
        good = good.with_suffix("")
    if content == "gz":
        run("gzip", "-1", good, cwd=tree.path)
        good = good.with_suffix(".tar.gz")
    orig = good.rename(good.parent / f"linux.tar.{name}")
    assert said(tree.make(f"ORIG={orig}", check=False)) == [
        f"ORIG={orig} is no .{name} file, and dpkg goes by the name",
        f"  {hint} '{orig}'",
    ]
    assert run(*hint.split(), orig, cwd=tree.path, check=False).returncode


def test_an_unknown_compression(tree: Tree) -> None:
    assert said(tree.make("COMPRESS=bogus", check=False)) == (
        ["COMPRESS=bogus: a .dsc takes gz or xz", "  make beta-src COMPRESS=xz"]
        if tree.kind is DSC
        else ["no compression called 'bogus'", "  make COMPRESS=zst ..., or xz, or gz"]
    )
    assert_works(tree)


@debian_only
@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("DEBEMAIL=nobody", "DEBEMAIL=nobody is no e-mail address"),
        ("BUILDID=a_b", "BUILDID=a_b: a version takes only letters, digits, . and +"),
    ],
)
def test_what_cannot_stand_in_the_package(tree: Tree, variable: str, message: str) -> None:
    shutil.rmtree(tree.out)
    done = tree.make(variable, check=False)
    found = said(done)
    assert found[0] == message
    assert found[1].startswith(f"  make {variable.partition('=')[0]}=")
    assert "HOSTCC" not in done.stdout
    assert built(tree.out) <= {"beta.version"}


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
    if run("mount", *argv, cwd=Path("/"), check=False).returncode:
        skip_for(Lack.MOUNT)


def leave(disk: Path, room: int) -> Path:
    """Fill a disk up to so many bytes, and return the file that does."""
    filler = disk / "filler"
    usage = shutil.disk_usage(disk)
    filler.write_bytes(b"\0" * (usage.free - room))
    return filler


@needs_root
@pytest.mark.parametrize("stage", ["tarball", "package"])
def test_a_full_disk(tree: Tree, small_disk: Path, stage: str) -> None:
    out, where = small_disk / "distro/out", f"O={small_disk}"
    tree.make(where)
    tarball = shutil.move(out / "sources", small_disk / "sources")
    (out / "sources").mkdir()
    tree.kind.forget(out)
    if stage == "package":
        shutil.move(tarball, out / "sources")
    else:
        shutil.rmtree(tarball)
    before = built(out)
    filler = leave(small_disk, BIG // 2 if stage == "tarball" else tree.kind.room)
    done = tree.make(where, check=False)
    message, hint = said(done)
    if stage == "tarball":
        assert message == f"could not write the tarball to {out}/sources"
        assert hint.startswith(f"  df -h '{out}/sources'")
        assert "No space left on device" in done.stderr
    else:
        assert message == f"could not write the source package to {out}/{tree.kind.distro}"
        assert hint.startswith(f"  df -h '{out}/{tree.kind.distro}'")
    assert {name for name in built(out) - before if not name.endswith("/begun")} == set()
    filler.unlink()
    assert_works(tree, where, out=out)


def late(tool: Tool, folder: Path, seconds: int = 60) -> tuple[str, Path]:
    """A PATH on which a tool says that it has begun and then takes its time, and what it says."""
    real, begun = shutil.which(tool.name), folder / "begun"
    folder.mkdir()
    script = folder / tool.name
    wait = f'case "$*" in *{tool.argument}*) {blocking(begun, seconds)} ;; esac'
    script.write_text(f'#!/bin/sh\n{wait}\nexec {real} "$@"\n')
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}", begun


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("stage", ["tarball", "package", "prepare", "resolve"])
def test_interrupted(tree: Tree, tmp_path: Path, stage: str, number: signal.Signals) -> None:
    path, begun = os.environ["PATH"], tmp_path / "begun"
    kconfig = tree.path / "Kconfig"
    text = kconfig.read_text()
    if stage == "resolve":
        kconfig.write_text(f"x := $(shell,{blocking(begun)})\n{text}")
    else:
        if stage == "prepare":
            kconfig.touch()
        tools = {
            "tarball": tree.kind.compressor,
            "package": tree.kind.builder,
            "prepare": Tool("mkdir", f"{tree.kind.distro}/configs"),
        }
        path, begun = late(tools[stage], tmp_path / "bin")
    tree.interrupt(begun, path, by_group(number))
    assert_clean(tree)
    assert tree.kind.products(tree.out) == []
    kconfig.write_text(text)
    assert_works(tree)


@pytest.mark.parametrize("stage", ["tarball", "package"])
def test_only_make_is_ended(tree: Tree, tmp_path: Path, stage: str) -> None:
    """The others are not told, so they end when the tool does."""
    tool = tree.kind.compressor if stage == "tarball" else tree.kind.builder
    path, begun = late(tool, tmp_path / "bin", 2)
    tree.interrupt(begun, path, lambda process: process.terminate())
    assert_clean(tree)
    tree.make()
    tree.kind.check(assert_works_again(tree))


def test_nohup(tree: Tree, tmp_path: Path) -> None:
    """Whoever ignores a signal goes on, and so does Kconfig."""
    begun = tmp_path / "begun"
    kconfig = tree.path / "Kconfig"
    kconfig.write_text(f"{kconfig.read_text()}x := $(shell,{blocking(begun, 2)})\n")
    tree.interrupt(begun, os.environ["PATH"], by_group(signal.SIGHUP), "nohup", fails=False)
    tree.kind.check(assert_works_again(tree))


def test_who_reads_the_output_goes_away(tree: Tree) -> None:
    """`make beta-src | head` is SIGPIPE, and not a message after the other."""
    command = f"make -j2 {tree.kind.goal} | :"
    run("sh", "-c", command, cwd=tree.path)
    assert_clean(tree)
    tree.make()
    tree.kind.check(tree.kind.find(tree.out))


@needs_root
def test_a_source_tree_that_cannot_be_written(tree: Tree, tmp_path: Path) -> None:
    fixed = tree.at(tmp_path / "fixed")
    fixed.path.mkdir()
    mount("--bind", tree.path, fixed.path)
    try:
        mount("-o", "remount,bind,ro", fixed.path)
        message, hint = said(fixed.make(check=False))
        assert message == f"cannot write to {fixed.out}"
        assert hint == f"  make O=/path/to/another {tree.kind.goal}"
        build = tmp_path / "build"
        assert_works(fixed, f"O={build}", out=build / "distro/out")
    finally:
        run("umount", fixed.path, cwd=tmp_path)


@needs_root
def test_what_root_has_built(tree: Tree, public_folder: Path) -> None:
    """After sudo make: another user cannot write there, and is told before anything is made."""
    tree = tree.at(Path(shutil.move(tree.path, public_folder / "linux")))
    as_nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    goal = f"{tree.kind.distro}-configs"
    done = run(*as_nobody, "make", goal, cwd=tree.path, check=False)
    assert said(done) == [f"cannot write to {tree.out}", f"  make O=/path/to/another {goal}"]


@pytest.mark.parametrize("name", ["a tree", "a:tree"])
def test_a_path_that_make_cannot_have(tree: Tree, name: str) -> None:
    """Kbuild refuses it as well."""
    message = "the paths of the source directory and of O= cannot contain spaces or colons"
    other = tree.at(tree.path.rename(tree.path.with_name(name)))
    assert message in said(other.make(check=False))[0]
    other.path.rename(tree.path)
    assert message in said(tree.make(f"O={tree.path.parent}/{name}", check=False))[0]


def test_two_at_once(tree: Tree) -> None:
    shutil.rmtree(tree.out)
    both = [
        subprocess.Popen(
            ["make", "-j2", tree.kind.goal],
            cwd=tree.path,
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
    tree.kind.check(assert_works_again(tree))
