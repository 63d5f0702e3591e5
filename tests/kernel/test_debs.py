# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a Debian source package goes: dpkg-buildpackage, sbuild, and an archive.

The small tree has no kernel that could be built, nor has this machine a key or an archive. So
stand-ins on PATH write down what they were called with and leave what the tools would; that the
tools take it is their manuals'. dpkg-source and dpkg-genchanges are the real ones.
"""

import hashlib
import shutil
import signal
from pathlib import Path

import pytest
from debian.deb822 import Changes, Dsc

from tests.lib.command import run
from tests.lib.interruption import blocking, by_group, interrupt

STANDS_IN = """\
#!/bin/sh
{{ printf '%s\\n' {name} "$@"; echo "in $PWD"; echo "make $MAKEFLAGS$MAKELEVEL"; }} >> {called}
"""
# What it makes in the folder above: a package of the architecture and one for all
BUILDS = """\
arch=amd64 all=
for word; do
	case "$word" in
	-b)	all=y ;;
	arm64)	arch=arm64
	esac
done
version=$(dpkg-parsechangelog -S Version)
for kind in $arch.changes $arch.buildinfo $arch.deb ${{all:+all.deb}}; do
	echo "for $arch" > "../kernel_${{version}}_$kind"
done
"""


SUITE = "SUITE=trixie"


class Tools:
    """A PATH on which some tools are stand-ins, and what they were called with."""

    def __init__(self, folder: Path, path: str) -> None:
        folder.mkdir()
        self.folder, self.rest = folder, path
        self.log = folder / "called"

    def add(self, name: str, script: str = "") -> None:
        text = STANDS_IN.format(name=name, called=self.log) + script.format()
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    @property
    def path(self) -> dict[str, str]:
        return {"PATH": f"{self.folder}:{self.rest}"}

    def called(self) -> list[str]:
        """One line a word, and where it was called, since the last time."""
        lines = self.log.read_text().splitlines()
        self.log.unlink()
        assert {line for line in lines if line.startswith("make ")} <= {"make "}
        return [line for line in lines if line != "make "]


@pytest.fixture(scope="module")
def path(path_without_python: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Every system tool but those that have stand-ins."""
    folder = tmp_path_factory.mktemp("path")
    for tool in Path(path_without_python).iterdir():
        if tool.name not in ("dpkg-buildpackage", "sbuild", "debsign", "dput"):
            (folder / tool.name).symlink_to(tool.resolve())
    return str(folder)


@pytest.fixture
def tools(tmp_path: Path, path: str) -> Tools:
    tools = Tools(tmp_path / "bin", path)
    tools.add("dpkg-buildpackage", BUILDS)
    for name in ("sbuild", "debsign", "dput"):
        tools.add(name)
    return tools


@pytest.fixture(scope="module")
def beta_once(small_tree_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree with a source package of beta."""
    tree = tmp_path_factory.mktemp("debs") / "linux"
    shutil.copytree(small_tree_once, tree, symlinks=True)
    run("make", "beta-src", cwd=tree)
    return tree


@pytest.fixture
def beta(beta_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(beta_once, tmp_path / "linux", symlinks=True))


def out(tree: Path) -> Path:
    return tree / "distro/out/beta"


def make(tree: Path, tools: Tools, *words: str) -> list[str]:
    """What was called for a goal."""
    run("make", "-j2", *words, cwd=tree, env=tools.path)
    return tools.called()


def fails(tree: Path, env: dict[str, str], *words: str) -> tuple[str, str]:
    """What is said where a goal fails, and the hint."""
    done = run("make", *words, cwd=tree, env=env, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    (number,) = (n for n, line in enumerate(lines) if line.startswith("distro: "))
    return lines[number].removeprefix("distro: "), lines[number + 1].strip()


def debs(tree: Path) -> list[str]:
    return sorted(path.name for path in (out(tree) / "debs").iterdir())


def test_it_is_built_for_this_machine(beta: Path, tools: Tools) -> None:
    """In a tree that has all of the source, and goes when what was made is beside the source."""
    tools.add("dpkg-buildpackage", f"{BUILDS}ls -d debian/rules Kconfig ../* >> {tools.log}\n")
    words = make(beta, tools, "beta-debs")
    build = out(beta) / "build/native/linux"
    assert words[:6] == ["dpkg-buildpackage", "-b", "-uc", "-us", "-jauto", f"in {build}"]
    assert {"debian/rules", "Kconfig"} < set(words)
    assert not [word for word in words if ".orig." in word]  # 250 MB of a kernel
    assert not build.parent.exists()
    assert debs(beta) == [
        "kernel_7.2.13-1_all.deb",
        "kernel_7.2.13-1_amd64.buildinfo",
        "kernel_7.2.13-1_amd64.changes",
        "kernel_7.2.13-1_amd64.deb",
    ]


def test_it_is_built_for_other_machines(beta: Path, tools: Tools) -> None:
    """What is for all of them is built once."""
    options = ["-uc", "-us", "-jauto", "-a"]
    words = make(beta, tools, "beta-debs", "ARCHES=aarch64")
    assert words[:7] == ["dpkg-buildpackage", "-b", *options, "arm64"]
    assert "kernel_7.2.13-1_arm64.deb" in debs(beta)
    words = make(beta, tools, "beta-debs", "ARCHES=x86_64 aarch64")
    first, second = words[:8], words[8:]
    assert first[:7] == ["dpkg-buildpackage", "-b", *options, "amd64"]
    assert second[:7] == ["dpkg-buildpackage", "-B", *options, "arm64"]
    assert (out(beta) / "debs/kernel_7.2.13-1_all.deb").read_text() == "for amd64\n"


def test_debopts_go_to_dpkg_buildpackage(beta: Path, tools: Tools) -> None:
    words = make(beta, tools, "beta-debs", "DEBOPTS=-d -Ppkg.kernel.quick", "ARCHES=aarch64")
    assert words[7:9] == ["-d", "-Ppkg.kernel.quick"]


def test_what_failed_leaves_its_tree(beta: Path, tools: Tools) -> None:
    tools.add("dpkg-buildpackage", "exit 3\n")
    said = fails(beta, tools.path, "beta-debs", "ARCHES=aarch64")
    build = out(beta) / "build/arm64/linux"
    assert said == (
        "dpkg-buildpackage failed for arm64",
        f"see the messages above; its tree is {build}",
    )
    assert (build / "debian/rules").is_file()
    assert debs(beta) == []
    tools.add("dpkg-buildpackage", BUILDS)
    make(beta, tools, "beta-debs", "ARCHES=aarch64")
    assert not build.exists()


def test_a_source_package_without_this_machine(beta: Path, tools: Tools, path: str) -> None:
    """It is said before the source is unpacked."""
    dpkg = shutil.which("dpkg", path=path)
    elsewhere = f'[ "$*" != --print-architecture ] || {{{{ echo riscv64; exit; }}}}\n{dpkg} "$@"\n'
    tools.add("dpkg", elsewhere)
    for goal in ("beta-debs", "beta-sbuild"):
        assert fails(beta, tools.path, goal) == (
            "the source package has no kernel for this machine (riscv64)",
            f"make ARCHES=... {goal}, with one of: aarch64 x86_64",
        )
    assert not (out(beta) / "build").exists()


def test_an_interrupted_build_is_not_taken_for_one(beta: Path, tools: Tools) -> None:
    begun = beta.parent / "begun"
    tools.add("dpkg-buildpackage", f"{BUILDS}{blocking(begun)}\n")
    interrupt(["make", "beta-debs"], begun, by_group(signal.SIGINT), cwd=beta, env=tools.path)
    assert debs(beta) == []


def test_sbuild_gets_the_source_package(beta: Path, tools: Tools) -> None:
    dsc = out(beta) / "kernel_7.2.13-1.dsc"
    where = f"in {out(beta)}/sbuild"
    mode = ["sbuild", "--chroot-mode=unshare"]
    assert make(beta, tools, "beta-sbuild") == [*mode, "--dist=unstable", str(dsc), where]
    words = make(beta, tools, "beta-sbuild", "SBUILD_DIST=trixie", "SBUILDOPTS=--verbose -j4")
    assert words == [*mode, "--dist=trixie", "--verbose", "-j4", str(dsc), where]
    words = make(beta, tools, "beta-sbuild", "ARCHES=x86_64 aarch64")
    assert [word for word in words if "host" in word] == ["--host=amd64", "--host=arm64"]


def test_sbuild_fails(beta: Path, tools: Tools) -> None:
    tools.add("sbuild", "exit 2\n")
    assert fails(beta, tools.path, "beta-sbuild") == (
        "sbuild failed",
        f"see its log in {out(beta)}/sbuild",
    )


def test_the_changes_are_signed_and_uploaded(beta: Path, tools: Tools) -> None:
    changes = str(out(beta) / "kernel_7.2.13-1_source.changes")
    words = make(beta, tools, "beta-dput", SUITE)
    assert [word for word in words if not word.startswith("in ")] == [
        *("debsign", changes),
        *("dput", changes),
    ]
    words = make(beta, tools, "beta-dput", SUITE, "DEBSIGN_KEYID=0xABCD", "DPUT_HOST=mentors")
    assert [word for word in words if not word.startswith("in ")] == [
        *("debsign", "-k", "0xABCD", changes),
        *("dput", "mentors", changes),
    ]
    assert not list(out(beta).glob(".dput*"))


def test_the_changes_name_the_source_package(beta: Path, tools: Tools) -> None:
    """All that an archive asks of an upload: the files, their digests, who and where to."""
    who = "Ann Author <ann@example.org>"
    make(beta, tools, "beta-dput", SUITE, f"DEBEMAIL={who}")
    with (out(beta) / "kernel_7.2.13-1_source.changes").open() as lines:
        changes = Changes(lines)
    with (out(beta) / "kernel_7.2.13-1.dsc").open() as lines:
        dsc = Dsc(lines)
    listed = {entry["name"]: entry["sha256"] for entry in changes["Checksums-Sha256"]}
    in_dsc = {entry["name"] for entry in dsc["Checksums-Sha256"]}
    in_dsc.add("kernel_7.2.13-1.dsc")
    assert {name for name in listed if not name.endswith(".buildinfo")} == in_dsc
    for name, digest in listed.items():
        assert hashlib.sha256((out(beta) / name).read_bytes()).hexdigest() == digest
    assert {entry["name"] for entry in changes["Files"]} == listed.keys()
    assert changes["Source"] == "kernel"
    assert changes["Architecture"] == "source"
    assert changes["Version"] == "7.2.13-1"
    assert changes["Distribution"] == "trixie"
    assert changes["Changed-By"] == who
    assert changes["Maintainer"] == "Somebody <somebody@example.org>"


def test_no_archive_has_what_is_not_released(beta: Path, tools: Tools) -> None:
    assert fails(beta, tools.path, "beta-dput") == (
        "the package is for the suite UNRELEASED, which no archive has",
        "make SUITE=unstable beta-dput",
    )
    assert not tools.log.exists()


@pytest.mark.parametrize(
    ("tool", "message", "hint"),
    [
        ("debsign", "debsign could not sign kernel_7.2.13-1_source.changes", "DEBSIGN_KEYID="),
        ("dput", "dput could not upload kernel_7.2.13-1_source.changes to here", "DPUT_HOST="),
    ],
)
def test_an_upload_fails(beta: Path, tools: Tools, tool: str, message: str, hint: str) -> None:
    tools.add(tool, "exit 1\n")
    said = fails(beta, tools.path, "beta-dput", SUITE, "DPUT_HOST=here")
    assert said[0] == message
    assert f"make {hint}" in said[1]
    if tool == "debsign":
        assert "dput" not in tools.called()
    assert not list(out(beta).glob(".dput*"))


@pytest.mark.parametrize(
    ("goal", "tool", "package"),
    [
        ("beta-debs", "dpkg-buildpackage", "dpkg-dev"),
        ("beta-debs", "dh", "debhelper"),
        ("beta-sbuild", "sbuild", "sbuild mmdebstrap uidmap"),
        ("beta-dput", "dpkg-genchanges", "dpkg-dev"),
        ("beta-dput", "debsign", "devscripts"),
        ("beta-dput", "dput", "dput-ng"),
    ],
)
def test_a_missing_tool_is_named(
    beta: Path, tools: Tools, tmp_path: Path, goal: str, tool: str, package: str
) -> None:
    folder = tmp_path / "without"
    folder.mkdir()
    for place in (tools.rest, str(tools.folder)):
        for name in Path(place).iterdir():
            if name.name not in (tool, "called"):
                (folder / name.name).symlink_to(name)
    message, hint = fails(beta, {"PATH": str(folder)}, goal)
    assert message.startswith(f"{tool} is not installed; it ")
    assert hint == f"apt install {package}"
    assert not tools.log.exists()


def test_n_says_what_would_be_done(beta: Path) -> None:
    assert "debs dpkg" in run("make", "-n", "beta-debs", cwd=beta).stdout
    assert not (out(beta) / "debs").exists()
