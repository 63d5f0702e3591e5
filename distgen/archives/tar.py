# SPDX-License-Identifier: GPL-2.0-or-later
"""An archive that somebody else may have made, taken apart into a folder.

It holds files and folders and nothing else, and none of them leads out of that folder.
"""

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from distgen.archives import compression
from distgen.archives.compression import GZIP, XZ
from distgen.errors import UsageError
from distgen.store.file import EXECUTABLE, PLAIN

LIMIT = 4 << 30  # bytes of all files of a package: twice a kernel that is not compressed
MEMBERS = 10_000
CHUNK = 1 << 20
OPENERS: dict[bytes, Callable[..., IO[Any]]] = {
    GZIP: gzip.open,
    XZ: lzma.open,
    b"BZh": bz2.open,
}
DAMAGED = (tarfile.TarError, OSError, ValueError, EOFError, lzma.LZMAError, zlib.error)


def unpack(archive: Path, folder: Path, limit: int) -> list[str]:
    """Write what is in it below ``folder``, which is made; at most ``limit`` bytes.

    Returns the names. Raises UsageError for a path that leads elsewhere, for links and devices,
    for a file that is there twice, for an archive that is damaged or larger.
    """
    plain = folder.with_name(f"{folder.name}.tar")
    folder.mkdir()
    try:
        _decompress(archive, plain, limit)
        with tarfile.open(plain, mode="r:") as tar:
            return list(_members(tar, folder))
    except DAMAGED as error:
        message = f"{archive.name}: {error}"
        raise UsageError(message, f"get the package again; tar -tvf {archive.name}") from error
    finally:
        plain.unlink(missing_ok=True)


def contents(
    tar: tarfile.TarFile, wanted: Callable[[str], object], origin: str, hint: str
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file with a ``wanted`` name, in memory; for messages the rest."""
    for member in tar:
        name = member.name.removeprefix("./")
        if member.isfile() and wanted(name):
            file = tar.extractfile(member)
            if file is None or member.size > compression.LIMIT:
                message = f"{origin}: {name}: {member.size} bytes are no configuration"
                raise UsageError(message, hint)
            yield name, file.read()


def _decompress(archive: Path, plain: Path, limit: int) -> None:
    with archive.open("rb") as file:
        head = file.read(8)
    opener = next((o for magic, o in OPENERS.items() if head.startswith(magic)), open)
    left = limit
    with opener(archive, "rb") as packed, plain.open("wb") as out:
        while chunk := packed.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                message = f"more than {limit >> 20} MiB"
                raise ValueError(message)
            out.write(chunk)


def _members(tar: tarfile.TarFile, folder: Path) -> Iterator[str]:
    seen: set[PurePosixPath] = set()
    for member in tar:
        path = PurePosixPath(member.name)
        _refuse(member, path, seen)
        seen.add(path)
        target, content = folder.joinpath(*path.parts), tar.extractfile(member)
        (target.parent if content else target).mkdir(parents=True, exist_ok=True)
        if content:
            target.write_bytes(content.read())
            target.chmod(EXECUTABLE if member.mode & 0o100 else PLAIN)
        yield str(path)


def _refuse(member: tarfile.TarInfo, path: PurePosixPath, seen: set[PurePosixPath]) -> None:
    ordinary = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE)
    what = ""
    if path.is_absolute() or ".." in path.parts or not ordinary:
        what = f"{member.name!r} is a link, a device or leads out of the package"
    elif not member.name.isprintable():
        what = f"{member.name!r} cannot be the name of a file in a package"
    elif path in seen:
        what = f"{member.name!r} is there twice"
    elif len(seen) >= MEMBERS:
        what = f"more than {MEMBERS} files"
    if what:
        raise ValueError(what)
