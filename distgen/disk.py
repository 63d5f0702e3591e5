# SPDX-License-Identifier: GPL-2.0-or-later
"""The one place that writes into a tree: everything is staged first, then moved into place."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from distgen.errors import UnsupportedError
from distgen.render import File


def write(tree: Path, files: Sequence[File]) -> None:
    """Write ``files`` below ``tree``, each at once and none before all could be staged.

    Ctrl-C while staging leaves the tree as it was; afterwards the moves are finished first.
    """
    if not files:
        return
    refuse_unwritable(tree, files)
    try:
        staging = Path(tempfile.mkdtemp(prefix=".distgen-", dir=tree))
    except OSError as error:
        message = f"{tree}: {error.strerror}"
        raise UnsupportedError(message, f"ls -ld {tree}") from error
    try:
        for number, file in enumerate(files):
            _stage(staging / str(number), file)
        with _uninterrupted():
            for number, file in enumerate(files):
                target = tree / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                (staging / str(number)).replace(target)
    except OSError as error:
        message = f"{error.filename or tree}: {error.strerror}"
        raise UnsupportedError(message, f"df -h {tree}; ls -ld {tree}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def refuse_unwritable(tree: Path, files: Sequence[File]) -> None:
    """Raise UnsupportedError when a folder that is to be written to does not allow it."""
    for folder in sorted({_nearest(tree, tree / file.path) for file in files}):
        if not os.access(folder, os.W_OK | os.X_OK) or _read_only(folder):
            message = f"{folder}: no permission to write"
            raise UnsupportedError(message, f"ls -ld {folder}")


def _nearest(tree: Path, path: Path) -> Path:
    """The closest folder above ``path`` that exists."""
    return next((p for p in path.parents if p.is_dir()), tree)


def _read_only(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _stage(path: Path, file: File) -> None:
    with path.open("wb") as out:
        out.write(file.content)
    path.chmod(file.mode)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back until the block has ended."""
    held = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
