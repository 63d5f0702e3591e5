# SPDX-License-Identifier: GPL-2.0-or-later
"""Safe paths in a tree that may be hostile: no path leads out of it, and each holds a file."""

import hashlib
import io
import os
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from distgen.errors import UnsupportedError, UsageError


@dataclass(frozen=True, kw_only=True)
class OnDisk:
    """What is at a path: ``sha256`` in hex, "" for what is no regular file; permission bits."""

    sha256: str
    mode: int


def digest(content: bytes) -> str:
    """The sha256 of a file's content in hex."""
    return hashlib.sha256(content).hexdigest()


def look(path: Path) -> OnDisk | None:
    """What is at ``path``, None for nothing. Links are not followed, and nothing is waited for."""
    try:
        there = path.lstat()
        sha256 = ""
        if stat.S_ISREG(there.st_mode):
            with _open(path) as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return OnDisk(sha256=sha256, mode=stat.S_IMODE(there.st_mode))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def read(path: Path, limit: int) -> bytes | None:
    """The content of a regular file, None for no file. UsageError for all else, and for a larger
    file than ``limit`` bytes.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            message = f"{path}: not a regular file"
            raise UsageError(message, move_away(path))
        with _open(path) as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) > limit:
        message = f"{path}: too large (limit {limit} bytes)"
        raise UsageError(message, move_away(path))
    return content


def _open(path: Path) -> io.BufferedReader:
    """Open for reading. Were it exchanged for a link or a pipe just now, that fails or is empty."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    return io.BufferedReader(io.FileIO(descriptor))


def _unreadable(path: Path, error: OSError) -> UnsupportedError:
    return UnsupportedError(f"{path}: {error.strerror}", f"ls -l {shlex.quote(str(path))}")


def refuse_links(tree: Path, path: str) -> None:
    """UsageError if part of ``path`` is a symbolic link, or a file where a folder should be."""
    where = tree
    parts = Path(path).parts
    for number, part in enumerate(parts, 1):
        where = where / part
        if where.is_symlink():
            message = f"{where}: a symbolic link where distgen writes"
            raise UsageError(message, f"remove it: rm {shlex.quote(str(where))}")
        if number < len(parts) and where.exists() and not where.is_dir():
            message = f"{where}: not a folder, but distgen needs one here"
            raise UsageError(message, move_away(where))


def refuse_links_out(root: Path, folder: Path) -> None:
    """UsageError if ``folder`` is, or has in it, a link that leads out of ``root``, or a layer that
    is no file. Build output in ``out`` is not looked at.
    """
    refuse_link_out(root, folder)
    for where, folders, files in os.walk(folder):
        if where == str(folder) and "out" in folders:
            folders.remove("out")
        for name in (*folders, *files):
            path = Path(where, name)
            refuse_link_out(root, path)
            if path.suffix == ".config" and not path.is_file() and not path.is_dir():
                message = f"{path}: a layer that is not a regular file"
                raise UsageError(message, move_away(path))


def refuse_link_out(root: Path, path: Path) -> None:
    """UsageError if symbolic links in ``path`` lead out of ``root``."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        message = f"{path}: a symbolic link that leads out of {root}"
        raise UsageError(
            message, f"replace it with a copy of its target: rm {shlex.quote(str(path))}"
        )


def move_away(path: Path) -> str:
    """The hint for what is in the way."""
    return f"move it away: mv {shlex.quote(str(path))} {shlex.quote(f'{path}.mine')}"


def shown(path: str) -> str:
    """A path on one line: as it is, or quoted if it has line breaks and the like."""
    return path if path.isprintable() else repr(path)
