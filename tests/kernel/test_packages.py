# SPDX-License-Identifier: GPL-2.0-or-later
"""Source packages of whole kernels, opened and compared by the tools of their distributions."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lib.command import PROJECT, distgen, git, run
from tests.lib.kernels import Prepared

# Of 7.2 only the Kconfig part is at hand, which makes no source package.
pytestmark = pytest.mark.parametrize("prepared", ["6.1", "6.12"], indirect=True, scope="session")
OURS = ("distro", "GNUmakefile", "Makefile.distro", "debian", ".git", ".pc")


@dataclass(frozen=True, kw_only=True)
class Packaged:
    """A tree with two commits on its upstream tag and an uncommitted change, and its version."""

    tree: Path
    version: str
    debian: Path  # a debian/ of somebody else's in the tree


@pytest.fixture(scope="session")
def packaged(prepared: Prepared) -> Iterator[Packaged]:
    tree = prepared.tree
    version = prepared.release.split()[0]
    git(tree, "tag", "-a", "-m", f"Linux {version}", f"v{version}")
    with (tree / "kernel/fork.c").open("a") as fork:
        fork.write("/* first */\n")
    git(tree, "commit", "-qam", "fork: say first")
    (tree / "kernel/new file.c").write_text("/* second */\n")
    git(tree, "add", "-f", "kernel/new file.c")
    git(tree, "commit", "-qm", "kernel: add a file\n\nWith a reason.")
    with (tree / "Makefile").open("a") as makefile:
        makefile.write("# not committed\n")
    (tree / "debian").mkdir()
    (tree / "debian/rules").write_text("exit 1\n")
    yield Packaged(tree=tree, version=version, debian=tree / "debian")
    git(tree, "reset", "-q", "--hard", f"v{version}")
    shutil.rmtree(tree / "debian")


@pytest.fixture(scope="session")
def srpm(packaged: Packaged, path_without_python: str) -> Path:
    """`make fedora-srpm`, with no Python to be found."""
    run("make", "-j2", "fedora-srpm", cwd=packaged.tree, env={"PATH": path_without_python})
    (path,) = (packaged.tree / "distro/out/fedora/SRPMS").glob("*.src.rpm")
    return path


@pytest.fixture(scope="session")
def dsc(packaged: Packaged, path_without_python: str) -> Path:
    """`make deb-src`, with no Python to be found."""
    run("make", "-j2", "deb-src", cwd=packaged.tree, env={"PATH": path_without_python})
    (path,) = (packaged.tree / "distro/out/debian").glob("*.dsc")
    return path


def differences(packaged: Packaged, unpacked: Path) -> str:
    """What is not the same in the tree that was packaged and the one that was unpacked."""
    excluded = [f"--exclude={name}" for name in OURS]
    return run("diff", "-rq", "--no-dereference", *excluded, packaged.tree, unpacked,
               cwd=unpacked, check=False).stdout  # fmt: skip


def test_rpm_reads_it(packaged: Packaged, srpm: Path) -> None:
    run("rpm", "--checksig", "--nosignature", srpm, cwd=srpm.parent)
    name = run("rpm", "-qp", "--qf", "%{NAME} %{VERSION} %{RELEASE}", srpm, cwd=srpm.parent).stdout
    assert name.split()[:2] == ["kernel", packaged.version]
    assert srpm.name == "{}-{}-{}.src.rpm".format(*name.split())
    files = run("rpm", "-qpl", srpm, cwd=srpm.parent).stdout.splitlines()
    configs = {path.name for path in srpm.parents[1].glob("configs/*.config")}
    assert configs <= set(files)
    assert len(configs) == 22
    assert f"linux-{packaged.version}.tar.zst" in files
    assert [file for file in files if file.endswith(".patch")] == [
        "0001-fork-say-first.patch",
        "0002-kernel-add-a-file.patch",
        "uncommitted.patch",
    ]


def test_rpmlint_has_nothing_to_say(srpm: Path, tmp_path: Path) -> None:
    """What is left aside has its reason in tests/rpmlint.toml."""
    run("rpm", "-i", "--define", f"_topdir {tmp_path}", srpm, cwd=tmp_path)
    rules = PROJECT / "tests/rpmlint.toml"
    done = run("rpmlint", "-c", rules, tmp_path / "SPECS/kernel.spec", srpm, cwd=tmp_path)
    assert "1 packages and 1 specfiles checked; 0 errors, 0 warnings" in done.stdout, done.stdout
    shutil.rmtree(tmp_path / "SOURCES")


def test_rpmbuild_prepares_what_was_packaged(
    packaged: Packaged, srpm: Path, tmp_path: Path
) -> None:
    define = ("--define", f"_topdir {tmp_path}")
    run("rpm", "-i", *define, srpm, cwd=tmp_path)
    spec = tmp_path / "SPECS/kernel.spec"
    for arch in ("x86_64", "aarch64"):
        names = run("rpmspec", "-q", "--target", arch, *define, spec, cwd=tmp_path).stdout
        assert f"kernel-core-{packaged.version}" in names
        assert f"kernel-rt-debug-core-{packaged.version}" in names
    run("rpmbuild", "-bp", "--nodeps", *define, spec, cwd=tmp_path)
    unpacked = tmp_path / "BUILD" / f"linux-{packaged.version}"
    assert differences(packaged, unpacked).splitlines() == [f"Only in {unpacked}: build"]
    for config in srpm.parents[1].glob("configs/*.config"):
        assert (tmp_path / "SOURCES" / config.name).read_bytes() == config.read_bytes()
    shutil.rmtree(tmp_path / "BUILD")


def verified(packaged: Packaged, path: Path) -> str:
    """What distgen says, which finds nothing, by a command of the README."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    patterns = re.findall(r"^distgen verify (\S+)", readme, re.M)
    assert [path] in [[*packaged.tree.glob(pattern)] for pattern in patterns]
    done = distgen("verify", path.relative_to(packaged.tree), cwd=packaged.tree)
    assert done.stdout == ""
    return done.stderr


def test_distgen_verifies_the_srpm(packaged: Packaged, srpm: Path) -> None:
    said = verified(packaged, srpm)
    assert "0 findings: 28 files" in said
    assert "22 configurations resolved" in said


def test_distgen_verifies_the_dsc(packaged: Packaged, dsc: Path) -> None:
    said = verified(packaged, dsc)
    assert "0 findings: 2 files" in said
    assert "15 configurations resolved" in said


def test_dpkg_unpacks_what_was_packaged(packaged: Packaged, dsc: Path, tmp_path: Path) -> None:
    assert dsc.name.startswith(f"linux_{packaged.version}-1")
    out = dsc.parent
    assert (out / f"linux_{packaged.version}.orig.tar.gz").is_file()
    unpacked = tmp_path / "linux"
    run("dpkg-source", "--no-check", "-x", dsc, unpacked, cwd=tmp_path)
    assert differences(packaged, unpacked) == ""
    debian = unpacked / "debian"
    assert (debian / "source/format").read_text() == "3.0 (quilt)\n"
    assert (debian / "rules").read_text() != (packaged.debian / "rules").read_text()
    assert (debian / "patches/series").read_text().splitlines() == [
        "0001-fork-say-first.patch",
        "0002-kernel-add-a-file.patch",
        "uncommitted.patch",
    ]
    configs = sorted(out.glob("configs/*.config"))
    assert len(configs) == 15
    for config in configs:
        assert (debian / "config" / config.name).read_bytes() == config.read_bytes()
    version = run("dpkg-parsechangelog", "-S", "Version", cwd=unpacked).stdout.strip()
    assert dsc.stem == f"linux_{version}"
    run("dpkg-source", "--before-build", ".", cwd=unpacked)
    shutil.rmtree(unpacked)


def test_an_own_debian_folder_is_not_touched(packaged: Packaged, dsc: Path) -> None:
    assert dsc.is_file()
    assert [path.name for path in packaged.debian.iterdir()] == ["rules"]
    assert (packaged.debian / "rules").read_text() == "exit 1\n"


@pytest.mark.parametrize("target", ["fedora-srpm", "deb-src"])
def test_nothing_changed_writes_nothing(
    packaged: Packaged, srpm: Path, dsc: Path, target: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in (srpm, dsc)}
    done = run("make", target, cwd=packaged.tree)
    assert "CURRENT" in done.stdout
    assert "WROTE" not in done.stdout
    assert before == {path: path.stat().st_mtime_ns for path in (srpm, dsc)}


def test_git_sees_nothing_of_it(packaged: Packaged, srpm: Path, dsc: Path) -> None:
    assert srpm.is_file()
    assert dsc.is_file()
    untracked = ("--untracked-files=all", "--ignored=no")
    status = git(packaged.tree, "--no-optional-locks", "status", "--porcelain", *untracked)
    changed = {line[3:] for line in status.splitlines() if not line.startswith("??")}
    assert changed == {"Makefile"}
