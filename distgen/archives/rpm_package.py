# SPDX-License-Identifier: GPL-2.0-or-later
"""An RPM package as a file: its header, and the files in it, with rpm's own digests verified."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distgen.errors import UnsupportedError, UsageError

MAGIC = b"\xed\xab\xee\xdb"
IO = {"gzip": "gzdio", "bzip2": "bzdio", "xz": "xzdio", "lzma": "xzdio", "zstd": "zstdio"}
DIGESTS = {None: "md5", 1: "md5", 2: "sha1", 8: "sha256", 9: "sha384", 10: "sha512"}


class DamagedError(UsageError):
    """An RPM package that is not whole."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """Header and archive of a package; rpm verifies the header's digests, no signatures.

    The archive gives its members in turn, and is at its end when all were taken. Raises
    DamagedError where the package is not whole, then or while the archive is read.
    """
    import rpm  # noqa: PLC0415

    rpm.setVerbosity(rpm.RPMLOG_EMERG)  # what is wrong is in the exception
    transaction = rpm.TransactionSet()
    transaction.setVSFlags(rpm.RPMVSF_MASK_NOSIGNATURES)
    try:
        with path.open("rb", buffering=0) as file:
            header = transaction.hdrFromFdno(file)
            flags = IO.get(header[rpm.RPMTAG_PAYLOADCOMPRESSOR] or "", "ufdio")
            yield header, rpm.files(header).archive(rpm.fd.open(file, flags=flags))
    except (OSError, rpm.error) as error:
        what = error.strerror if isinstance(error, OSError) else error
        message = f"{path}: truncated or damaged RPM package: {what}"
        raise DamagedError(message, f"get it again; rpmkeys --checksig {path}") from error


def content(path: Path, header: Any, archive: Any, member: Any, limit: int) -> bytes:
    """The content of the member that the archive is at, of 1 to ``limit`` bytes."""
    import rpm  # noqa: PLC0415

    algorithm = DIGESTS.get(header[rpm.RPMTAG_FILEDIGESTALGO])
    if not 0 < member.size <= limit or algorithm is None:
        message = f"{path}: {member.name}: {member.size} bytes, or a digest that is not known"
        raise UsageError(message, f"rpm -qp --dump {path}")
    read: bytes = archive.read()
    if hashlib.new(algorithm, read).hexdigest() != member.digest:
        message = f"{path}: {member.name}: truncated or damaged, its {algorithm} differs"
        raise DamagedError(message, f"get it again; rpmkeys --checksig {path}")
    return read


def copy(archive: Any, target: Path) -> str:
    """Write the member that the archive is at to a file; returns what is wrong with it, or "".

    Raises OSError where the archive ends before the member does, as ``opened`` expects, and
    UnsupportedError where the file cannot be written.
    """
    import rpm  # noqa: PLC0415

    out = rpm.fd.open(str(target), "w", "ufdio")
    try:
        archive.readto(out)
    except OSError as error:
        what = str(error.strerror).removeprefix("cpio: ")
        if what.startswith("write"):
            message = f"{target}: {what}"
            raise UnsupportedError(message, f"df -h {target.parent}; or set TMPDIR") from error
        if what != "Digest mismatch":
            raise
        return "truncated or damaged, its digest differs"
    finally:
        out.close()
    return ""
