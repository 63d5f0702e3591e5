# SPDX-License-Identifier: GPL-2.0-or-later
"""distro/scripts/version on small git histories, held against rpm's and dpkg's own order."""

import itertools
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lib.command import PROJECT
from tests.lib.skips import Lack, needs

VERSION = PROJECT / "distro" / "scripts" / "version"
ID = "[0-9a-f]{12}"


class History:
    """A miniature kernel tree in a repository of its own, and a clock."""

    def __init__(self, path: Path, *, start: int = 1_793_700_000) -> None:
        self.path = path
        self.clock = start
        path.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *args: str) -> str:
        stamp = f"{self.clock} +0000"
        env = os.environ | {
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_DATE": stamp,
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        argv = ["git", "-C", str(self.path), *who, *args]
        return subprocess.run(argv, check=True, env=env, capture_output=True, text=True).stdout

    def makefile(self, v: int, p: int, s: int = 0, extra: str = "") -> None:
        text = (
            f"VERSION = {v}\nPATCHLEVEL = {p}\nSUBLEVEL = {s}\nEXTRAVERSION = {extra}\nNAME = x\n"
        )
        (self.path / "Makefile").write_text(text)

    def commit(self, subject: str, *, minutes: int = 1) -> None:
        self.clock += 60 * minutes
        with (self.path / "log").open("a") as log:
            log.write(f"{subject}\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)

    def commits(self, count: int) -> None:
        for number in range(count):
            self.commit(f"patch {number}")

    def release(self, *version: int | str, tag: str | None = None) -> None:
        self.makefile(*version)  # type: ignore[arg-type]
        self.commit(f"Linux {version}")
        if tag:
            self.git("tag", "-a", "-m", tag, tag)

    def merge(self, commits: int = 1) -> None:
        self.git("checkout", "-q", "-b", "topic")
        for number in range(commits):
            self.clock += 60
            (self.path / f"topic-{self.clock}").write_text(str(number))
            self.git("add", "-A")
            self.git("commit", "-q", "-m", "topic")
        self.git("checkout", "-q", "main")
        self.clock += 60
        self.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
        self.git("branch", "-q", "-d", "topic")


def run(tree: Path, **env: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "SRCTREE": str(tree), **env}
    return subprocess.run([VERSION], env=environ, capture_output=True, text=True, check=False)


def version(tree: Path, *, said: str = "", **env: str) -> dict[str, str]:
    """What the script prints; ``said`` is what it says beside, without the "distro:" before it."""
    done = run(tree, **env)
    assert done.returncode == 0, done.stderr
    assert done.stderr == (f"distro: {said}, so the tarball is the tree of HEAD\n" if said else "")
    return dict(word.split("=", 1) for word in shlex.split(done.stdout))


@pytest.fixture
def tree(tmp_path: Path) -> History:
    return History(tmp_path / "a tree")


def rc2(t: History) -> None:
    t.release(7, 3, 0, "-rc2", tag="v7.3-rc2")


def stable(t: History) -> None:
    t.release(6, 12, 117, tag="v6.12.117")


def case_release(t: History) -> None:
    t.release(6, 12, tag="v6.12")


def case_release_patched(t: History) -> None:
    t.release(6, 12, tag="v6.12")
    t.commits(3)


def case_stable_patched(t: History) -> None:
    stable(t)
    t.commits(12)


def case_stable_merges(t: History) -> None:
    stable(t)
    t.merge(2)


def case_stable_dirty(t: History) -> None:
    stable(t)
    (t.path / "log").write_text("x\n")


def case_stable_patched_dirty(t: History) -> None:
    stable(t)
    t.commits(1)
    (t.path / "log").write_text("x\n")


def case_packaging_dirty(t: History) -> None:
    stable(t)
    for name in ("distro/x", "debian/control", "Makefile.distro"):
        (t.path / name).parent.mkdir(exist_ok=True)
        (t.path / name).write_text("1")
    t.git("add", "-A")
    t.git("commit", "-q", "-m", "distro")
    for name in ("distro/x", "debian/control", "Makefile.distro"):
        (t.path / name).write_text("2")


def case_untracked(t: History) -> None:
    stable(t)
    (t.path / "notes").write_text("x")


def case_rc_commits(t: History) -> None:
    rc2(t)
    t.commits(4)


def case_rc_merges(t: History) -> None:
    rc2(t)
    t.merge(2)


def case_rc_dirty(t: History) -> None:
    rc2(t)
    (t.path / "log").write_text("x\n")


def case_window(t: History) -> None:
    t.release(7, 2, tag="v7.2")
    t.merge(2)


def next_tree(t: History, date: str) -> None:
    (t.path / "localversion-next").write_text(f"-next-{date}\n")
    t.commit(f"Add linux-next specific files for {date}")
    t.git("tag", f"next-{date}")


def case_next(t: History) -> None:
    rc2(t)
    t.merge(2)
    next_tree(t, "20261103")


def case_next_window(t: History) -> None:
    t.release(7, 2, tag="v7.2")
    t.merge(2)
    next_tree(t, "20261103")


def case_next_patched(t: History) -> None:
    case_next(t)
    t.commits(2)


def case_next_untagged(t: History) -> None:
    case_next(t)
    t.git("tag", "-d", "next-20261103")
    t.commits(2)


def case_extraversion(t: History) -> None:
    stable(t)
    t.release(6, 12, 117, "-vendor1")


def case_rc_extraversion(t: History) -> None:
    rc2(t)
    t.release(7, 3, 0, "-rc2-vendor")


def case_localversion(t: History) -> None:
    stable(t)
    (t.path / "localversion-rt").write_text("-rt5\n")
    t.commit("rt")


def case_localversion_untracked(t: History) -> None:
    stable(t)
    (t.path / "localversion").write_text("-mine\n")
    (t.path / "localversion~").write_text("-backup\n")


def case_import(t: History) -> None:
    t.release(6, 12, 117)


def case_import_patched(t: History) -> None:
    t.release(6, 12, 117)
    t.commits(2)


def case_import_rc(t: History) -> None:
    t.release(7, 3, 0, "-rc1")
    t.commits(2)
    t.release(7, 3, 0, "-rc2")


def case_import_vendor(t: History) -> None:
    t.release(6, 12, 117, "-vendor1")


def case_unreachable_tag(t: History) -> None:
    stable(t)
    t.git("checkout", "-q", "--orphan", "other")
    t.commit("import")


def case_other_tag(t: History) -> None:
    t.release(6, 12, 116, tag="v6.12.116")
    t.commits(2)
    t.release(6, 12, 117)


def case_own_tag(t: History) -> None:
    stable(t)
    t.commits(1)
    t.git("tag", "kernel-6.12.117-200")


DATE = "20261103"
TABLE = [
    # case, tag, tarversion, rpm version-release, deb version
    (case_release, "v6.12", "6.12", "6.12.0-1", "6.12-1"),
    (case_release_patched, "v6.12", "6.12", "6.12.0-1.3.gID", "6.12-1.3.gID"),
    (stable, "v6.12.117", "6.12.117", "6.12.117-1", "6.12.117-1"),
    (case_stable_patched, "v6.12.117", "6.12.117", "6.12.117-1.12.gID", "6.12.117-1.12.gID"),
    (case_stable_merges, "v6.12.117", "6.12.117", "6.12.117-1.3.gID", "6.12.117-1.3.gID"),
    (case_stable_dirty, "v6.12.117", "6.12.117", "6.12.117-1.0.dirty", "6.12.117-1.0.dirty"),
    (
        case_stable_patched_dirty,
        "v6.12.117",
        "6.12.117",
        "6.12.117-1.1.gID.dirty",
        "6.12.117-1.1.gID.dirty",
    ),
    (case_packaging_dirty, "v6.12.117", "6.12.117", "6.12.117-1.1.gID", "6.12.117-1.1.gID"),
    (case_untracked, "v6.12.117", "6.12.117", "6.12.117-1", "6.12.117-1"),
    (rc2, "v7.3-rc2", "7.3-rc2", "7.3.0-0.rc2.1", "7.3~rc2-1"),
    (
        case_rc_commits,
        "v7.3-rc2",
        "7.3-rc2",
        "7.3.0-0.rc2.DATE.4.gID",
        "7.3~rc2+gitDATE.4.ID-1",
    ),
    (case_rc_merges, "v7.3-rc2", "7.3-rc2", "7.3.0-0.rc2.DATE.3.gID", "7.3~rc2+gitDATE.3.ID-1"),
    (case_rc_dirty, "v7.3-rc2", "7.3-rc2", "7.3.0-0.rc2.1.0.dirty", "7.3~rc2-1.0.dirty"),
    (case_window, "v7.2", "7.2", "7.3.0-0.rc0.DATE.3.gID", "7.3~rc0+gitDATE.3.ID-1"),
    (case_next, "next-DATE", "next-DATE", "7.3.0-0.next.DATE.1", "7.3~nextDATE-1"),
    (case_next_window, "next-DATE", "next-DATE", "7.3.0-0.next.DATE.1", "7.3~nextDATE-1"),
    (
        case_next_patched,
        "next-DATE",
        "next-DATE",
        "7.3.0-0.next.DATE.1.2.gID",
        "7.3~nextDATE-1.2.gID",
    ),
    (
        case_next_untagged,
        "",
        "next-DATE-gID",
        "7.3.0-0.next.DATE.1.2.gID",
        "7.3~nextDATE+gitDATE.2.ID-1",
    ),
    (
        case_extraversion,
        "v6.12.117",
        "6.12.117",
        "6.12.117-1.1.gID.vendor1",
        "6.12.117-1.1.gID+vendor1",
    ),
    (
        case_rc_extraversion,
        "v7.3-rc2",
        "7.3-rc2",
        "7.3.0-0.rc2.DATE.1.gID.vendor",
        "7.3~rc2+gitDATE.1.ID-1+vendor",
    ),
    (
        case_localversion,
        "v6.12.117",
        "6.12.117",
        "6.12.117-1.1.gID.rt5",
        "6.12.117-1.1.gID+rt5",
    ),
    (case_localversion_untracked, "v6.12.117", "6.12.117", "6.12.117-1.mine", "6.12.117-1+mine"),
    (case_import, "", "6.12.117-gID", "6.12.117-1", "6.12.117-1"),
    (
        case_import_patched,
        "",
        "6.12.117-gID",
        "6.12.117-1.2.gID",
        "6.12.117+gitDATE.2.ID-1",
    ),
    (case_import_rc, "", "7.3-rc2-gID", "7.3.0-0.rc2.1", "7.3~rc2-1"),
    (case_import_vendor, "", "6.12.117-gID", "6.12.117-1.vendor1", "6.12.117-1+vendor1"),
    (case_unreachable_tag, "", "6.12.117-gID", "6.12.117-1", "6.12.117-1"),
    (case_other_tag, "", "6.12.117-gID", "6.12.117-1", "6.12.117-1"),
    (case_own_tag, "v6.12.117", "6.12.117", "6.12.117-1.1.gID", "6.12.117-1.1.gID"),
]

SAID = {case_unreachable_tag: "v6.12.117 is not in the history of HEAD"}


@pytest.mark.parametrize(
    ("case", "tag", "tarversion", "rpm", "deb"), TABLE, ids=[row[0].__name__ for row in TABLE]
)
def test_table(tree: History, case, tag, tarversion, rpm, deb) -> None:
    case(tree)
    got = version(tree.path, said=SAID.get(case, ""))
    for want, value in (
        (tag, got["tag"]),
        (tarversion, got["tarversion"]),
        (rpm, f"{got['rpm_version']}-{got['rpm_release']}"),
        (deb, got["deb_version"]),
    ):
        pattern = re.escape(want).replace("DATE", DATE).replace("ID", ID)
        assert re.fullmatch(pattern, value), f"{value}, not {want}"
    head = tree.git("rev-parse", "HEAD").strip()
    assert got["head"] == head
    base = tree.git("rev-parse", f"{got['tag']}^{{commit}}").strip() if got["tag"] else head
    assert got["base"] == base
    assert got["epoch"] == tree.git("log", "-1", "--format=%ct").strip()
    assert "~rc" not in got["rpm_release"]
    assert not re.match(r"\d+\.\d+\.0~", got["deb_version"])


def mainline(t: History):
    """From an rc over the release and the merge window to the next rc, all in one day."""
    rc2(t)
    yield
    t.commits(1)
    yield
    for _ in range(11):
        t.merge()
        yield
    t.release(7, 3, 0, "-rc3", tag="v7.3-rc3")
    yield
    t.merge()
    yield
    t.release(7, 3, 0, "-rc10", tag="v7.3-rc10")
    yield
    t.release(7, 3, tag="v7.3")
    yield
    t.commits(1)
    yield
    for _ in range(11):
        t.merge()
        yield
    t.release(7, 4, 0, "-rc1", tag="v7.4-rc1")
    yield


def stable_queue(t: History):
    t.release(6, 12, 9, tag="v6.12.9")
    yield
    for _ in range(12):
        t.commits(1)
        yield
    t.release(6, 12, 10, tag="v6.12.10")
    yield
    t.merge()
    yield


def imports(t: History):
    t.release(6, 12, 9)
    yield
    for _ in range(11):
        t.commits(1)
        yield
    t.release(6, 12, 9, "-vendor1")
    yield
    t.release(6, 12, 9, "-vendor2")
    yield
    t.release(6, 12, 10, "-vendor1")
    yield


def next_days(t: History):
    rc2(t)
    for day in ("20261103", "20261104"):
        next_tree(t, day)
        yield
        for _ in range(11):
            t.commits(1)
            yield
    (t.path / "localversion-next").unlink()
    t.release(7, 3, 0, "-rc3", tag="v7.3-rc3")
    yield


def clock_runs_back(t: History):
    rc2(t)
    yield
    for _ in range(3):
        t.clock -= 5 * 86400
        t.commits(1)
        yield


def realtime(t: History):
    stable(t)
    for number in (1, 2, 10):
        (t.path / "localversion-rt").write_text(f"-rt{number}\n")
        t.commit("rt")
        yield


def next_in_the_window(t: History):
    """linux-next of the next release while there is none yet, and mainline's own merges after."""
    t.release(7, 2, tag="v7.2")
    yield
    next_tree(t, "20261103")
    yield
    t.commits(1)
    yield
    (t.path / "localversion-next").unlink()
    t.merge()
    yield
    t.release(7, 3, 0, "-rc1", tag="v7.3-rc1")
    yield


TRAINS = [
    *(mainline, stable_queue, imports, next_days, next_in_the_window, clock_runs_back, realtime),
]


def assert_dpkg_sorts(older: str, newer: str) -> None:
    """By dpkg itself, which is what installs them."""
    if not shutil.which("dpkg"):
        pytest.skip("no dpkg on this machine, which sorts versions: apt or dnf install dpkg")
    argv = ["dpkg", "--compare-versions", older, "lt", newer]
    assert subprocess.run(argv, check=False).returncode == 0, f"{older} {newer}"


def train_versions(tree: History, train, **env: str) -> list[dict[str, str]]:
    return [version(tree.path, **env) for _ in train(tree)]


@pytest.mark.parametrize("env", [{}, {"BUILDID": ".test"}], ids=["plain", "buildid"])
@pytest.mark.parametrize("train", TRAINS)
def test_train_rpm(tree: History, train, env) -> None:
    rpm = pytest.importorskip("rpm")
    evrs = [("0", v["rpm_version"], v["rpm_release"]) for v in train_versions(tree, train, **env)]
    for older, newer in itertools.pairwise(evrs):
        assert rpm.labelCompare(older, newer) < 0, f"{older} {newer}"


@pytest.mark.parametrize("env", [{}, {"BUILDID": ".test"}], ids=["plain", "buildid"])
@pytest.mark.parametrize("train", TRAINS)
def test_train_deb(tree: History, train, env) -> None:
    versions = [v["deb_version"] for v in train_versions(tree, train, **env)]
    for older, newer in itertools.pairwise(versions):
        assert_dpkg_sorts(older, newer)


@pytest.mark.parametrize("train", TRAINS)
def test_train_of_a_derivative(tree: History, train) -> None:
    """Each above the one before, and below what Debian has of the same, as dpkg sorts them."""
    before: dict[str, str] = {}
    for _ in train(tree):
        ours = version(tree.path, DISTRO_REVISION="0ubuntu1")
        theirs = version(tree.path)
        assert ours["deb_upstream"] == theirs["deb_upstream"]
        for older, newer in ((before, ours), (ours, theirs)):
            if older:
                assert_dpkg_sorts(older["deb_version"], newer["deb_version"])
        before = ours


@pytest.mark.parametrize("start", [stable, rc2, case_next, case_import])
def test_dirty_between(tree: History, start) -> None:
    """Uncommitted changes sort above what they are made on and below the next commit."""
    rpm = pytest.importorskip("rpm")
    start(tree)
    found = []
    for _ in range(3):
        found.append(version(tree.path))
        (tree.path / "log").write_text("x\n")
        found.append(version(tree.path))
        tree.git("checkout", "-q", "log")
        tree.commits(1)
    for older, newer in itertools.pairwise(found):
        evrs = [("0", one["rpm_version"], one["rpm_release"]) for one in (older, newer)]
        assert rpm.labelCompare(*evrs) < 0
        assert_dpkg_sorts(older["deb_version"], newer["deb_version"])


def test_a_rebuild_is_above_what_it_is_of(tree: History) -> None:
    """And below the next commit, whatever the suffix is called."""
    stable(tree)
    plain = version(tree.path)["deb_version"]
    rebuilt = [version(tree.path, BUILDID=name)["deb_version"] for name in ("1", "test", "zz.9")]
    tree.commits(1)
    for one in rebuilt:
        assert_dpkg_sorts(plain, one)
        assert_dpkg_sorts(one, version(tree.path)["deb_version"])


EXTRAVERSIONS = ("", "-rc", "-rc7", "-rc7_x", "_vendor", "~", "-A.b-C~1", "+-+")
LOCALVERSIONS = ("", "-rt5", "_x y~\n:z", "-é", "~~~", "+", "--", "-1:2")
BUILDIDS = itertools.cycle(("", "x", ".1", "+", "++a", ".....", "2026.11+Z"))


@pytest.mark.parametrize("extra", EXTRAVERSIONS)
@pytest.mark.parametrize("local", LOCALVERSIONS)
def test_dpkg_takes_every_version(tmp_path: Path, extra: str, local: str) -> None:
    """What it could not take is refused, or does not get into the version."""
    if not shutil.which("dpkg"):
        pytest.skip("no dpkg on this machine: apt or dnf install dpkg")
    (tmp_path / "Makefile").write_text(
        f"VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\nEXTRAVERSION = {extra}\n"
    )
    (tmp_path / "localversion").write_text(local)
    ours = version(tmp_path, BUILDID=next(BUILDIDS))["deb_version"]
    argv = ["dpkg", "--validate-version", ours]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_git(tmp_path: Path) -> None:
    tmp_path.joinpath("Makefile").write_text(
        "VERSION=7\nPATCHLEVEL=2\nSUBLEVEL=13\nEXTRAVERSION=\n"
    )
    os.utime(tmp_path / "Makefile", (1_700_000_000, 1_700_000_000))
    got = version(tmp_path)
    assert (got["head"], got["base"], got["tag"], got["dirty"]) == ("", "", "", "")
    assert (got["tarversion"], got["deb_version"]) == ("7.2.13", "7.2.13-1")
    assert got["epoch"] == "1700000000"


def test_inside_another_repository(tree: History) -> None:
    """A tree that lies in somebody's repository is not that repository."""
    tree.commits(1)
    inner = tree.path / "linux"
    inner.mkdir()
    (inner / "Makefile").write_text("VERSION=7\nPATCHLEVEL=2\nSUBLEVEL=13\nEXTRAVERSION=\n")
    assert version(inner)["head"] == ""


@pytest.mark.parametrize("buildid", [".test", "test", "+test", "-test", "~test"])
def test_buildid(tree: History, buildid: str) -> None:
    stable(tree)
    got = version(tree.path, BUILDID=buildid)
    assert (got["rpm_release"], got["deb_version"]) == ("1.test", "6.12.117-1+test")


@pytest.mark.parametrize("buildid", ["a b", "a-b", "a_b", "$(id)", "a'b", "a/b", "a~b", "é"])
def test_bad_buildid(tree: History, buildid: str) -> None:
    stable(tree)
    done = run(tree.path, BUILDID=buildid)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.startswith("distro: BUILDID=")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("extra", ["-$(shell id)", "'", "-a b"])
def test_bad_extraversion(tree: History, extra: str) -> None:
    tree.release(6, 12, 117, extra)
    assert run(tree.path).returncode != 0


@pytest.mark.parametrize("dist", ["", ".fc44", ".el10_2"])
def test_uts_release(tree: History, dist: str) -> None:
    """64 characters pass, 65 do not, with what the machine's rpm adds to the release."""
    stable(tree)
    env = {"DISTRO_ARCHES": "x86_64 aarch64", "DISTRO_FLAVOURS": "- rt rt-64k-debug"}
    env["DISTRO_DIST"] = dist
    room = 64 - len(f"6.12.117-1{dist}.aarch64+rt-64k-debug") - 1
    version(tree.path, BUILDID="a" * room, **env)
    done = run(tree.path, BUILDID="a" * (room + 1), **env)
    assert done.returncode != 0
    assert "65 of at most 64" in done.stderr
    assert f"{dist}.aarch64+rt-64k-debug" in done.stderr


def test_uts_release_of_debian(tree: History) -> None:
    """It has the upstream version in it, as package names have, and the kernel's own name."""
    case_import_patched(tree)
    kernel = "generic-64k".rjust(64 - len("6.12.117+git20261103.2.0123456789ab-"), "x")
    env = {"DISTRO_KERNEL": kernel, "DISTRO_ARCHES": "x86_64", "BUILDID": "a" * 60}
    version(tree.path, **env)
    done = run(tree.path, **{**env, "DISTRO_KERNEL": f"x{kernel}"})
    assert done.returncode != 0
    assert "65 of at most 64" in done.stderr
    assert f"a shorter name than x{kernel} in distro.toml" in done.stderr


@pytest.mark.parametrize("suite", ["noble", "bookworm-backports", "UNRELEASED"])
def test_suite(tree: History, suite: str) -> None:
    stable(tree)
    assert version(tree.path, DISTRO_SUITE="unstable", SUITE=suite)["deb_suite"] == suite
    assert version(tree.path, DISTRO_SUITE=suite, SUITE="")["deb_suite"] == suite
    assert version(tree.path, SUITE=suite)["deb_suite"] == "", "an RPM is for none"


@pytest.mark.parametrize("suite", ["noble jammy", "a;b", "$(id)", "a'b", "a/b", "a\nb", "é"])
def test_bad_suite(tree: History, suite: str) -> None:
    stable(tree)
    done = run(tree.path, DISTRO_SUITE="unstable", SUITE=suite)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"distro: SUITE={suite} is not the name of one suite\n  make SUITE=unstable ...\n"
    )


SHALLOW = "a shallow clone without v6.12.117: the commits since are not known"


def shallow(tree: History, depth: int) -> Path:
    """A clone with the last commits only."""
    path = tree.path.parent / f"shallow-{depth}"
    tree.git("clone", "-q", "--depth", str(depth), tree.path.as_uri(), str(path))
    return path


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_shallow_without_release(tree: History, depth: int) -> None:
    """The commits since the release cannot all be counted, so the version names the commit."""
    tree.commit("before")
    tree.release(6, 12, 117)
    tree.commits(2)
    path = shallow(tree, depth)
    got = version(path, said=SHALLOW)
    head = got["head"][:12]
    assert got["rpm_release"] == f"1.{depth - 1}.g{head}"
    assert got["deb_version"] == f"6.12.117+git{DATE}.{depth - 1}.{head}-1"
    assert got["tarversion"] == f"6.12.117-g{head}"
    assert got["base"] == got["head"]


def test_shallow_with_release(tree: History) -> None:
    """The commit before the release is there as well, so it is known to be the release."""
    tree.commit("before")
    tree.release(6, 12, 117)
    tree.commits(2)
    got = version(shallow(tree, 4))
    assert (got["count"], got["rpm_release"]) == ("2", f"1.2.g{got['head'][:12]}")


def test_shallow_at_tag(tree: History) -> None:
    tree.commit("before")
    stable(tree)
    got = version(shallow(tree, 1))
    assert (got["tag"], got["rpm_release"]) == ("v6.12.117", "1")


def test_shallow_sorts(tree: History) -> None:
    """Above the release, and below every version that counts; Debian's below the next release.

    It has a tarball of its own, which to Debian is another upstream version.
    """
    rpm = pytest.importorskip("rpm")
    stable(tree)
    released = version(tree.path)
    tree.commits(1)
    counted = version(tree.path)
    cut = version(shallow(tree, 1), said=SHALLOW)
    evrs = [("0", "1", one["rpm_release"]) for one in (released, cut, counted)]
    assert rpm.labelCompare(evrs[0], evrs[1]) < 0
    assert rpm.labelCompare(evrs[1], evrs[2]) < 0
    tree.release(6, 12, 118, tag="v6.12.118")
    assert_dpkg_sorts(released["deb_version"], cut["deb_version"])
    assert_dpkg_sorts(cut["deb_version"], version(tree.path)["deb_version"])


def test_no_git(tree: History, tmp_path: Path) -> None:
    """A tree that git keeps is not taken for one without."""
    stable(tree)
    for tool in ("awk", "cat", "date", "dirname", "expr", "sed", "sh", "tr"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    done = run(tree.path, PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("distro: git is not installed, and ")
    assert "apt install git" in done.stderr


@needs(Lack.ROOT)
def test_tree_of_somebody_else(tree: History) -> None:
    """Git refuses to read it, and says what would allow it."""
    stable(tree)
    os.chown(tree.path, 65534, 65534)
    os.chown(tree.path / ".git", 65534, 65534)
    done = run(tree.path, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
    assert (done.returncode, done.stdout) == (1, "")
    said, hint = done.stderr.splitlines()
    assert said == f"distro: git does not read {tree.path}, which belongs to another user"
    assert hint.split()[:5] == ["git", "config", "--global", "--add", "safe.directory"]
    assert shlex.split(hint)[-1] == str(tree.path)


def test_no_commit(tree: History) -> None:
    tree.makefile(6, 12)
    done = run(tree.path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"distro: git cannot read HEAD in {tree.path}" in done.stderr


def test_source_date_epoch(tree: History) -> None:
    stable(tree)
    assert version(tree.path, SOURCE_DATE_EPOCH="1000000000")["epoch"] == "1000000000"


def test_reads_only(tree: History) -> None:
    """Not even the index is refreshed."""
    stable(tree)
    os.utime(tree.path / "log", (1, 1))
    index = (tree.path / ".git" / "index").read_bytes()
    assert version(tree.path)["dirty"] == ""
    assert (tree.path / ".git" / "index").read_bytes() == index


def test_an_epoch_that_is_none(tree: History) -> None:
    stable(tree)
    done = run(tree.path, SOURCE_DATE_EPOCH="1'; touch /nowhere; '")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not a number of seconds\n  unset SOURCE_DATE_EPOCH" in done.stderr


@pytest.mark.parametrize("found", ["12", "head=x; touch ran", "head='x'; touch ran", "PATH='/x'"])
def test_what_the_environment_happens_to_hold_is_not_run(
    tree: History, tmp_path: Path, found: str
) -> None:
    """A variable of that name is not ours unless every line of it is."""
    stable(tree)
    (tree.path / "distro").mkdir()
    done = subprocess.run(
        [VERSION.parent / "changelog", "rpm"],
        cwd=tmp_path,
        env={**os.environ, "SRCTREE": str(tree.path), "DISTRO_VERSION": found},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "6.12.117-1" in done.stdout
    assert not (tmp_path / "ran").exists()


def test_a_folder_that_the_environment_names_is_not_removed(tree: History, tmp_path: Path) -> None:
    """The scripts call their own one $tmp, and remove it in the end."""
    stable(tree)
    env = {**os.environ, "SRCTREE": str(tree.path), "CACHE": str(tmp_path), "tmp": str(tree.path)}
    subprocess.run([VERSION.parent / "patches", "uncommitted"], env=env, check=True)
    assert (tree.path / "Makefile").is_file()
