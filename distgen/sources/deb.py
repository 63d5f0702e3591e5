# SPDX-License-Identifier: GPL-2.0-or-later
"""A Debian binary package: linux-config-*, with many configurations, or a linux-image-* with one.

Debian's name of a kernel is the flavour's, or with a featureset ``rt-amd64`` as in the packages.
"""

import lzma
import re
import tarfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from distgen.archives.compression import LIMIT
from distgen.distros.distro import Distro
from distgen.errors import UsageError
from distgen.sources.configuration import Offered, flat

UNDERSTOOD = "a .deb that holds /usr/src/linux-config-*/config.* or /boot/config-*"
MAGIC = b"!<arch>\ndebian-binary"
LISTED = re.compile(r"(?:\./)?usr/src/linux-config-[^/]+/config\.([a-z0-9]+)_([a-z0-9]+)_([^/]+)")
BOOT = re.compile(r"(?:\./)?boot/config-([^/]+)")
# 7.2.13+deb14, 6.1.0-50, 7.2-rc4: what stands before the kernel's name in uname -r
RELEASE = re.compile(r"\d[\d.]*(?:\+[\w.+~]+|(?:-rc\d+|-trunk)?(?:-\d[\w.+~]*)?)")


def recognise(path: Path, head: bytes) -> bool:
    """Whether it begins as a Debian package does."""
    return path.is_file() and head.startswith(MAGIC)


def read(path: Path, distro: Distro) -> list[Offered]:
    """Every configuration in it."""
    from debian.arfile import ArError  # noqa: PLC0415
    from debian.debfile import DebFile  # noqa: PLC0415

    damage = (ArError, tarfile.TarError, lzma.LZMAError, zlib.error, OSError, EOFError, ValueError)
    try:
        with DebFile(str(path)) as package:
            control = package.debcontrol()
            arch = control["Architecture"]
            provenance = f"{control['Package']} {control['Version']}"
            members = dict(_members(package.data.tgz(), path))
    except (*damage, KeyError) as error:
        what = str(error).partition("\n")[0]
        message = f"{path}: truncated or damaged Debian package: {what}"
        raise UsageError(message, f"get it again; dpkg-deb --info {path}") from error
    kernels = [v.package for a in distro.arches if a.package == arch for v in a.variants]
    found = []
    for name, content in sorted(members.items()):
        origin = f"{path}: {name.removeprefix('.')}"
        if listed := LISTED.fullmatch(name.removesuffix(".xz").removesuffix(".gz")):
            featureset = "" if listed[2] == "none" else f"{listed[2]}-"
            words = (listed[1], featureset + listed[3])
        else:
            words = (arch, _kernel(name.partition("/config-")[2], kernels))
        found.append(
            Offered(
                arch=words[0],
                kernel=words[1],
                origin=origin,
                read=partial(flat, content, origin),
                provenance=provenance,
            )
        )
    return found


def _members(archive: tarfile.TarFile, path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of what is named as a configuration.

    An image has one, and the kernel and its modules, which take seconds to unpack, behind it.
    """
    for member in archive:
        if not member.isfile() or not (
            LISTED.fullmatch(member.name) or BOOT.fullmatch(member.name)
        ):
            continue
        file = archive.extractfile(member)
        if file is None or member.size > LIMIT:
            message = f"{path}: {member.name}: {member.size} bytes are no configuration"
            raise UsageError(message, f"dpkg-deb --contents {path}")
        yield str(member.name), file.read()
        if BOOT.fullmatch(member.name):
            return


def _kernel(release: str, known: list[str]) -> str:
    """The kernel's name in ``6.1.0-50-cloud-amd64``, a known one where that is possible."""
    for name in known:
        if RELEASE.fullmatch(release.removesuffix(f"-{name}")):
            return name
    return RELEASE.sub("", release, count=1).removeprefix("-")
