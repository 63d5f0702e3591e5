# SPDX-License-Identifier: GPL-2.0-or-later
"""The one place that writes into a tree: all of a change or nothing, one change at a time.

Files are staged in a folder at the root of the tree. When all are on the disk, a journal beside
them says what goes where: from then on the change is made, by this run or by the next one. Before
that the tree is as it was, and the next run removes the staged files.
"""

import errno
import fcntl
import os
import shlex
import shutil
import signal
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from distgen.errors import UnsupportedError, UsageError
from distgen.log import say
from distgen.store import journal, safe_path
from distgen.store.file import File
from distgen.store.journal import Journal, Move

STAGING = ".distgen-staging"
JOURNAL = "journal"
LARGEST = 2**24  # bytes of a journal
FOLDER = ""  # what a whole folder has in place of a sha256

_held: set[Path] = set()  # the roots that this process has locked


@contextmanager
def locked_for_writing(root: Path) -> Iterator[bool]:
    """Be the only one to write below ``root``; what an interrupted run began is finished first.

    Waits for another that writes or reads, and says so. False: nothing is left to finish.
    """
    root = root.resolve()
    if root in _held:
        yield False
        return
    with _locked(root, fcntl.LOCK_EX):
        _held.add(root)
        try:
            _recover(root)
            yield False
        finally:
            _held.discard(root)


@contextmanager
def locked_for_reading(root: Path) -> Iterator[bool]:
    """Let nobody write below ``root``; whether an interrupted run has left something to finish."""
    with _locked(root, fcntl.LOCK_SH):
        left = (root / STAGING / JOURNAL).is_file()
        if left:
            say(f"{root}: an interrupted distgen left an unfinished change; to finish it:")
            say(f"  distgen render {shlex.quote(str(root))}")
        yield left


@contextmanager
def _locked(root: Path, kind: int) -> Iterator[None]:
    """Hold a lock on the folder itself, which leaves no file behind."""
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _failed(root, error) from error
    try:
        try:
            fcntl.flock(folder, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"{root}: waiting for the lock held by another distgen")
            fcntl.flock(folder, kind)
        yield
    finally:
        os.close(folder)


def write(
    root: Path,
    files: Sequence[File],
    *,
    removals: Mapping[str, str] | None = None,
    folders: Collection[str] = (),
) -> None:
    """Make one change below ``root``: all of it, or nothing if something is wrong.

    ``removals`` are paths with the sha256 that the file must still have, FOLDER for a folder with
    all that it holds; ``folders`` are removed if they are empty then. Ctrl-C while staging leaves
    the tree as it was; afterwards the change is finished first.
    """
    removals = removals or {}
    if not files and not removals and not folders:
        return
    with locked_for_writing(root):
        refuse_unwritable(root, [*(file.path for file in files), *removals])
        staging = root / STAGING
        try:
            staging.mkdir()
            try:
                plan = _stage(root, staging, files, removals, folders)
                with _uninterrupted():
                    _commit(staging, plan)
                    _apply(root, plan)
            finally:
                if not (staging / JOURNAL).exists():
                    shutil.rmtree(staging, ignore_errors=True)
        except OSError as error:
            raise _failed(root, error) from error


def refuse_unwritable(root: Path, paths: Collection[str]) -> None:
    """Raise UnsupportedError when a folder that is to be changed does not allow it."""
    above = [(root / path).parents for path in paths]
    changed = {next((folder for folder in each if folder.is_dir()), root) for each in above}
    for folder in sorted(changed | {root} if changed else ()):
        read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
        if read_only or not os.access(folder, os.W_OK | os.X_OK):
            message = f"{folder}: no permission to write"
            raise UnsupportedError(message, f"ls -ld {shlex.quote(str(folder))}")
        if _is_elsewhere(root, folder):
            message = f"{folder}: mounted, so nothing can be moved there from {root}"
            raise UnsupportedError(message, f"umount {shlex.quote(str(folder))}")


def _is_elsewhere(root: Path, folder: Path) -> bool:
    """Whether a rename cannot go from one to the other.

    Try one that always fails: rename(2) looks at the mounts before the names, and a device number
    does not show a bind mount.
    """
    try:
        os.rename(f"{root}/.", f"{folder}/.")  # noqa: PTH104  (a Path would lose the dots)
    except OSError as error:
        return error.errno == errno.EXDEV
    return False


def _failed(root: Path, error: OSError) -> UnsupportedError:
    message = f"{error.filename or root}: {error.strerror}"
    return UnsupportedError(message, f"df -h {shlex.quote(str(root))}; ls -ld $_")


def _stage(
    root: Path,
    staging: Path,
    files: Sequence[File],
    removals: Mapping[str, str],
    folders: Collection[str],
) -> Journal:
    """Put all that is to be written on the disk, beside its place."""
    writes = {}
    for number, file in enumerate(files):
        safe_path.refuse_links(root, file.path)
        there = safe_path.look(root / file.path)
        if there and not there.sha256:
            message = f"{root / file.path}: not a regular file"
            raise UsageError(message, safe_path.move_away(root / file.path))
        writes[file.path] = Move(staged=str(number), before=there.sha256 if there else None)
        staged = staging / str(number)
        staged.write_bytes(file.content)
        staged.chmod(file.mode)
    for number in range(len(files)):  # only now: what was written meanwhile is on its way
        _sync(staging / str(number))
    gone = {}
    for number, (path, before) in enumerate(removals.items(), len(files)):
        safe_path.refuse_links(root, path)
        gone[path] = Move(staged=str(number), before=before)
    deepest_first = sorted(folders, key=lambda folder: (-folder.count("/"), folder))
    return Journal(writes=writes, removals=gone, folders=tuple(deepest_first))


def _commit(staging: Path, plan: Journal) -> None:
    """The one moment in which a change becomes made."""
    new = staging / f"{JOURNAL}.new"
    new.write_text(plan.text(), encoding="utf-8")
    _sync(new)
    new.replace(staging / JOURNAL)
    _sync(staging)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _apply(root: Path, plan: Journal) -> None:
    """Do what a journal says, or what is left of it, and take the staging folder away."""
    staging = root / STAGING
    for path, move in plan.writes.items():
        staged, target = staging / move.staged, root / path
        is_file = staged.is_file() and not staged.is_symlink()
        if is_file and _is_as_it_was(root, path, move):
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)
    for path, move in plan.removals.items():
        staged, target = staging / move.staged, root / path
        if not os.path.lexists(staged) and _is_as_it_was(root, path, move):
            target.rename(staged)
    for folder in plan.folders:
        safe_path.refuse_links(root, folder)
        if (root / folder).is_dir() and not any((root / folder).iterdir()):
            (root / folder).rmdir()
    (staging / JOURNAL).unlink()
    shutil.rmtree(staging)


def _is_as_it_was(root: Path, path: str, move: Move) -> bool:
    """Whether what is at ``path`` may be replaced or taken away; says so if not."""
    safe_path.refuse_links(root, path)
    there = safe_path.look(root / path)
    if (there.sha256 if there else None) == move.before:
        return True
    if there:
        say(f"{root / path}: changed while this command ran; left as it is")
    return False


def _recover(root: Path) -> None:
    """Finish or sweep up what an interrupted run has left; UsageError if that is not ours."""
    staging = root / STAGING
    if not os.path.lexists(staging):
        return
    ours = stat.S_ISDIR(staging.lstat().st_mode) and all(
        journal.NUMBER.fullmatch(path.name) or path.name in (JOURNAL, f"{JOURNAL}.new")
        for path in staging.iterdir()
    )
    if not ours:
        message = f"{staging}: not written by distgen, but distgen needs this path"
        raise UsageError(message, safe_path.move_away(staging))
    try:
        content = safe_path.read(staging / JOURNAL, LARGEST)
        if content is None:
            shutil.rmtree(staging)
            return
        with _uninterrupted():
            _apply(root, journal.parse(content, staging / JOURNAL))
        say(f"{root}: finished the change of an interrupted distgen")
    except OSError as error:
        raise _failed(root, error) from error


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back until the block has ended."""
    held = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
