# SPDX-License-Identifier: GPL-2.0-or-later
"""Real packages, made by rpmbuild, dpkg-deb and dpkg-source, to read configurations from."""

from collections.abc import Mapping
from pathlib import Path

from tests.lib.command import run

SPEC = """\
Name: kernel
Version: 7.2.13
Release: 200
Summary: The Linux kernel
License: GPL-2.0-only
{sources}
%description
A source package to read configurations from.
"""
CONTROL = """\
Package: {name}
Version: {version}
Architecture: {arch}
Maintainer: A Developer <developer@example.org>
Description: configurations to read
"""
CHANGELOG = """\
linux (7.2.13-1) unstable; urgency=medium

  * New upstream release.

 -- A Developer <developer@example.org>  Wed, 28 Oct 2026 15:01:00 +0000

linux (7.2.12-1) unstable; urgency=medium

  * Broken entry, which nobody has to read
"""
SOURCE_CONTROL = """\
Source: linux
Maintainer: A Developer <developer@example.org>
Standards-Version: 4.7.0

Package: linux-image
Architecture: any
Description: a kernel
 That is all.
"""


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write ``files``, by their path from ``folder``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def make_srpm(
    folder: Path, files: Mapping[str, str | bytes], *, payload: str = "w.ufdio", build: str = "-bs"
) -> Path:
    """A source RPM of ``files``; with ``build="-bb"`` a binary one."""
    write_files(folder / "SOURCES", files)
    sources = "".join(f"Source{n}: {name}\n" for n, name in enumerate(files))
    spec = SPEC.format(sources=sources) + ("%files\n" if build == "-bb" else "")
    write_files(folder, {"kernel.spec": spec})
    run(
        "rpmbuild", build, "--quiet", "--nodeps", "--define", f"_topdir {folder}",
        "--define", f"_source_payload {payload}", folder / "kernel.spec", cwd=folder,
    )  # fmt: skip
    (made,) = [*(folder / "SRPMS").glob("*.rpm"), *(folder / "RPMS").glob("*/*.rpm")]
    return made


def make_deb(
    folder: Path,
    files: Mapping[str, str | bytes],
    *,
    name: str = "linux-config-7.2",
    version: str = "7.2.13-1",
    arch: str = "amd64",
    compression: str = "xz",
) -> Path:
    """A binary package of ``files``, by their path from the root."""
    write_files(folder / "root", files)
    control = CONTROL.format(name=name, version=version, arch=arch)
    write_files(folder / "root" / "DEBIAN", {"control": control})
    made = folder / f"{name}.deb"
    run("dpkg-deb", f"-Z{compression}", "-b", folder / "root", made, cwd=folder)
    return made


def make_dsc(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A source package, its ``files`` by their path from ``debian/``."""
    tree = write_files(folder / "linux-7.2.13", {"README": "Linux\n"})
    run("tar", "-czf", folder / "linux_7.2.13.orig.tar.gz", tree.name, cwd=folder)
    packaging = {"control": SOURCE_CONTROL, "changelog": CHANGELOG, "source/format": "3.0 (quilt)"}
    write_files(tree / "debian", {**packaging, **files})
    run("dpkg-source", "-b", tree, cwd=folder)
    return folder / "linux_7.2.13-1.dsc"
