# SPDX-License-Identifier: GPL-2.0-or-later
"""A source RPM: ``kernel-x86_64-rt-debug-fedora.config`` and the like, and those that we make.

The last word of a name may be the distribution: one source RPM holds the configurations of Fedora
and of RHEL. Where members end in the name of the distribution, or of the closest of its parents
for which there are any, these count and the others are left out. Where none does, all count, and
every word is part of the flavour.
"""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from distgen.archives import rpm_package
from distgen.archives.compression import LIMIT
from distgen.distros.distro import Distro
from distgen.distros.variant import CONFIG_NAME
from distgen.errors import UsageError
from distgen.sources.configuration import Offered, flat

UNDERSTOOD = "a .src.rpm that holds kernel-*.config"
EMPTY = b"# EMPTY"  # kernel-ark's file for a variant that it does not build


def recognise(path: Path, head: bytes) -> bool:
    """Whether it begins as an RPM package does."""
    return path.is_file() and head.startswith(rpm_package.MAGIC)


def read(path: Path, distro: Distro) -> list[Offered]:
    """Every configuration in it. Digests are verified, signatures are not."""
    import rpm  # noqa: PLC0415

    with rpm_package.opened(path) as (header, archive):
        if not header.isSource():
            message = f"{path}: a binary package, whose configurations are of one arch"
            raise UsageError(message, "give the .src.rpm that it was built from")
        # To the end of the archive, which is how a truncated one is noticed
        members = {
            member.name: rpm_package.content(path, header, archive, member, LIMIT)
            for member in archive
            if CONFIG_NAME.fullmatch(member.name) and archive.hascontent()
        }
        built = datetime.fromtimestamp(header[rpm.RPMTAG_BUILDTIME], UTC).date()
        provenance = f"{header[rpm.RPMTAG_NVR]}.src, built {built}"
    words = {name: name.removesuffix(".config").split("-")[1:] for name in members}
    last = {word[-1] for word in words.values() if len(word) > 1}
    suffix = next((name for name in reversed(distro.lineage) if name in last), None)
    found = []
    for name, (arch, *flavour) in sorted(words.items()):
        if (suffix and flavour[-1:] != [suffix]) or members[name].startswith(EMPTY):
            continue
        origin = f"{path}: {name}"
        kernel = "-".join(flavour[:-1] if suffix else flavour)
        found.append(
            Offered(arch, kernel, origin, partial(flat, members[name], origin), provenance)
        )
    return found
