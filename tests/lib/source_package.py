# SPDX-License-Identifier: GPL-2.0-or-later
"""The source package of each family as the small tree makes it: by what, where, who reads it."""

import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lib.command import run


@dataclass(frozen=True)
class Tool:
    """A program, and one of its arguments by which the call that is meant is known."""

    name: str
    argument: str = ""


@dataclass(frozen=True)
class Lack:
    """What is said where a tool is missing, and the hint."""

    message: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class SourcePackage:
    """One kind of source package, of the distribution of the small tree that has it.

    ``folder`` is below distro/out. ``release`` and ``shallow`` are the package's file where HEAD
    is a release, and in a clone that does not reach it. ``files`` is a pattern of all that a run
    leaves in ``folder``, its stamp among it. ``compressor`` is a tool that the tarball is made
    with, and ``builder`` one of the package after that. ``lacks`` are tools that may be missing.
    ``room`` are bytes that are enough for a run without a package, and too few for the package.
    """

    distro: str
    goal: str
    folder: str
    release: str
    shallow: str
    files: str
    compressor: Tool
    extension: str
    builder: Tool
    lacks: dict[str, Lack]
    room: int
    check: Callable[[Path], object]
    patches: Callable[[Path], list[str]]

    def find(self, out: Path) -> Path:
        """The file that is the package, of which there must be one."""
        (path,) = (out / self.folder).glob(f"*{Path(self.release).suffix}")
        return path

    def products(self, out: Path) -> list[Path]:
        """The files of the package, sorted by name."""
        return sorted((out / self.folder).glob("kernel[-_]7*"))

    def forget(self, out: Path) -> None:
        """Leave of what was built neither tarball nor package."""
        shutil.rmtree(out / "sources")
        for path in (out / self.folder).glob("*kernel[-_]7*"):
            path.unlink()


def _check_rpm(path: Path) -> None:
    run("rpm", "--checksig", "--nosignature", path, cwd=path.parent)


def _patches_of_rpm(path: Path) -> list[str]:
    files = run("rpm", "-qpl", path, cwd=path.parent).stdout.split()
    return [name for name in files if name.endswith(".patch")]


def _check_dsc(path: Path) -> None:
    """Digests are verified, and every patch is applied."""
    with TemporaryDirectory() as folder:
        run("dpkg-source", "--no-check", "--no-copy", "-x", path, "linux", cwd=Path(folder))


def _patches_of_dsc(path: Path) -> list[str]:
    with tarfile.open(path.with_suffix(".debian.tar.xz")) as tar:
        if "debian/patches/series" not in tar.getnames():
            return []
        series = tar.extractfile("debian/patches/series")
        assert series
        return series.read().decode().split()


SRPM = SourcePackage(
    distro="alpha",
    goal="alpha-srpm",
    folder="alpha/SRPMS",
    release="kernel-7.2.13-1.src.rpm",
    shallow="kernel-7.2.13-1.0.g{head}.src.rpm",
    files=r"(\.kernel-7\.2\.13-[^/]*|kernel-7\.2\.13-[^/]*\.src\.rpm)",
    compressor=Tool("zstd"),
    extension="zst",
    builder=Tool("rpmbuild"),
    lacks={
        "rpmbuild": Lack(
            "rpmbuild is not installed; it builds packages",
            "  apt install rpm, or dnf install rpm-build",
        ),
        "zstd": Lack("zstd is not installed; it compresses the tarball", "  apt install zstd, "),
    },
    room=2_000_000,
    check=_check_rpm,
    patches=_patches_of_rpm,
)
DSC = SourcePackage(
    distro="beta",
    goal="beta-src",
    folder="beta",
    release="kernel_7.2.13-1.dsc",
    shallow="kernel_7.2.13+git{date}.0.{head}-1.dsc",
    files=r"(\.kernel_7[^/]*\.stamp|kernel_7[^/]*\.(dsc|debian\.tar\.xz|orig\.tar\.[gx]z))",
    compressor=Tool("git", "archive"),
    extension="gz",
    builder=Tool("xz", "-3"),
    lacks={
        "xz": Lack(
            "xz is not installed; it compresses debian.tar",
            "  apt install xz-utils, or dnf install xz",
        ),
        "dpkg-source": Lack(
            "dpkg-source is not installed; it writes the .dsc",
            "  apt install dpkg-dev, or dnf install dpkg-dev",
        ),
        "cc": Lack("cc is not installed; it compresses the tarball", "  apt install gcc, "),
    },
    room=200_000,
    check=_check_dsc,
    patches=_patches_of_dsc,
)
BOTH = (SRPM, DSC)
