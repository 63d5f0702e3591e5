# SPDX-License-Identifier: GPL-2.0-or-later
"""A source RPM: ``kernel-x86_64-rt-debug-fedora.config`` and the like, and those that we make.

The last word of a name may be the distribution: one source RPM holds the configurations of Fedora
and of RHEL. Where members end in the name of the distribution, or of the closest of its parents
for which there are any, these count and the others are left out. Where none does, all count, and
every word is part of the flavour.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from distgen.distro import Distro
from distgen.errors import UsageError
from distgen.sources.found import CONFIG_NAME, LIMIT, Found, flat

UNDERSTOOD = "a .src.rpm that holds kernel-*.config"
MAGIC = b"\xed\xab\xee\xdb"
IO = {"gzip": "gzdio", "bzip2": "bzdio", "xz": "xzdio", "lzma": "xzdio", "zstd": "zstdio"}
DIGESTS = {None: "md5", 1: "md5", 2: "sha1", 8: "sha256", 9: "sha384", 10: "sha512"}
EMPTY = b"# EMPTY"  # kernel-ark's file for a variant that it does not build


def recognise(path: Path, head: bytes) -> bool:
    """Whether it begins as an RPM package does."""
    return path.is_file() and head.startswith(MAGIC)


def read(path: Path, distro: Distro) -> list[Found]:
    """Every configuration in it. Digests are verified, signatures are not."""
    import rpm  # noqa: PLC0415

    rpm.setVerbosity(rpm.RPMLOG_EMERG)  # what is wrong is in the exception
    transaction = rpm.TransactionSet()
    transaction.setVSFlags(rpm.RPMVSF_MASK_NOSIGNATURES)
    try:
        with path.open("rb", buffering=0) as file:
            header = transaction.hdrFromFdno(file)
            if not header.isSource():
                message = f"{path}: a binary package, whose configurations are of one arch"
                raise UsageError(message, "give the .src.rpm that it was built from")
            members = dict(_members(rpm, header, file, path))
    except (OSError, rpm.error) as error:
        what = error.strerror if isinstance(error, OSError) else error
        message = f"{path}: truncated or damaged RPM package: {what}"
        raise UsageError(message, f"get it again; rpmkeys --checksig {path}") from error
    built = datetime.fromtimestamp(header[rpm.RPMTAG_BUILDTIME], UTC).date()
    provenance = f"{header[rpm.RPMTAG_NVR]}.src, built {built}"
    return list(_found(path, distro, members, provenance))


def _members(rpm: Any, header: Any, file: Any, path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of what is named as a configuration.

    The archive is read to its end, which is how a truncated one is noticed.
    """
    algorithm = DIGESTS.get(header[rpm.RPMTAG_FILEDIGESTALGO])
    flags = IO.get(header[rpm.RPMTAG_PAYLOADCOMPRESSOR] or "", "ufdio")
    archive = rpm.files(header).archive(rpm.fd.open(file, flags=flags))
    for member in archive:
        if not CONFIG_NAME.fullmatch(member.name) or not archive.hascontent():
            continue
        if not 0 < member.size <= LIMIT or algorithm is None:
            message = f"{path}: {member.name}: {member.size} bytes, or a digest that is not known"
            raise UsageError(message, f"rpm -qp --dump {path}")
        content = archive.read()
        if hashlib.new(algorithm, content).hexdigest() != member.digest:
            message = f"{path}: {member.name}: truncated or damaged, its {algorithm} is another"
            raise UsageError(message, f"get it again; rpmkeys --checksig {path}")
        yield member.name, content


def _found(
    path: Path, distro: Distro, members: dict[str, bytes], provenance: str
) -> Iterator[Found]:
    words = {name: name.removesuffix(".config").split("-")[1:] for name in members}
    last = {word[-1] for word in words.values() if len(word) > 1}
    suffix = next((name for name in reversed(distro.lineage) if name in last), None)
    for name, (arch, *flavour) in sorted(words.items()):
        if (suffix and flavour[-1:] != [suffix]) or members[name].startswith(EMPTY):
            continue
        origin = f"{path}: {name}"
        yield Found(
            arch=arch,
            kernel="-".join(flavour[:-1] if suffix else flavour),
            origin=origin,
            read=partial(flat, members[name], origin),
            provenance=provenance,
        )
