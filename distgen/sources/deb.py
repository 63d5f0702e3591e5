# SPDX-License-Identifier: GPL-2.0-or-later
"""A Debian binary package: linux-config-*, with many configurations, or a linux-image-* with one.

Debian's name of a kernel is the flavour's, or with a featureset ``rt-amd64`` as in the packages.
"""

import re
from functools import partial
from pathlib import Path

from distgen.archives.tar import DAMAGED, contents
from distgen.distros.distro import Distro
from distgen.errors import UsageError
from distgen.sources.configuration import Offered, flat

UNDERSTOOD = "a .deb that holds /usr/src/linux-config-*/config.* or /boot/config-*"
MAGIC = b"!<arch>\ndebian-binary"
CONFIG = re.compile(
    r"usr/src/linux-config-[^/]+/config\.([a-z0-9]+)_([a-z0-9]+)_([^/]+?)(?:\.[xg]z)?"
    r"|boot/config-([^/]+)"
)
# 7.2.13+deb14, 6.1.0-50, 7.2-rc4: what stands before the kernel's name in uname -r
RELEASE = re.compile(r"\d[\d.]*(?:\+[\w.+~]+|(?:-rc\d+|-trunk)?(?:-\d[\w.+~]*)?)")


def recognise(path: Path, head: bytes) -> bool:
    """Whether it begins as a Debian package does."""
    return path.is_file() and head.startswith(MAGIC)


def read(path: Path, distro: Distro) -> list[Offered]:
    """Every configuration in it."""
    from debian.arfile import ArError  # noqa: PLC0415
    from debian.debfile import DebFile  # noqa: PLC0415

    try:
        with DebFile(str(path)) as package:
            control = package.debcontrol()
            arch = control["Architecture"]
            provenance = f"{control['Package']} {control['Version']}"
            hint = f"dpkg-deb --contents {path}"
            members = {}
            for name, content in contents(package.data.tgz(), CONFIG.fullmatch, str(path), hint):
                members[name] = content
                if name.startswith("boot/"):
                    break  # the kernel and its modules come next, and take seconds to unpack
    except (ArError, *DAMAGED, KeyError) as error:
        what = str(error).partition("\n")[0]
        message = f"{path}: truncated or damaged Debian package: {what}"
        raise UsageError(message, f"get it again; dpkg-deb --info {path}") from error
    kernels = [v.package for a in distro.arches if a.package == arch for v in a.variants]
    found = []
    for name, content in sorted(members.items()):
        origin = f"{path}: /{name}"
        match = CONFIG.fullmatch(name)
        assert match
        of_arch, featureset, flavour, release = match.groups("")
        kernel = f"{featureset}-{flavour}".removeprefix("none-")
        kernel = _kernel(release, kernels) if release else kernel
        read = partial(flat, content, origin)
        found.append(Offered(of_arch or arch, kernel, origin, read, provenance))
    return found


def _kernel(release: str, known: list[str]) -> str:
    """The kernel's name in ``6.1.0-50-cloud-amd64``, a known one where that is possible."""
    for name in known:
        if RELEASE.fullmatch(release.removesuffix(f"-{name}")):
            return name
    return RELEASE.sub("", release, count=1).removeprefix("-")
