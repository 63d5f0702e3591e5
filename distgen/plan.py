# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run would do to a tree: every file that should be there against what is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from distgen.errors import UnsupportedError, UsageError
from distgen.lock import Entry, Lock, digest
from distgen.render import File, Ownership


class State(StrEnum):
    """How a file on disk relates to what is to be written."""

    MISSING = "missing"  # not there
    CURRENT = "current"  # the very bytes
    STALE = "stale"  # as distgen once wrote it
    EDITED = "edited"  # distgen's, but changed by hand since
    FOREIGN = "foreign"  # somebody else's
    KEPT = "kept"  # seeded, so the user's

    @property
    def writes(self) -> bool:
        """Whether the file is to be written."""
        return self in (State.MISSING, State.STALE)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One file and its state."""

    file: File
    state: State


def plan(tree: Path, files: Sequence[File], lock: Lock | None) -> list[Step]:
    """Compare ``files`` with the tree. Raises UsageError where a path leads out of the tree."""
    steps = []
    for file in files:
        _stays_inside(tree, file.path)
        steps.append(Step(file=file, state=_state(tree / file.path, file, lock)))
    return steps


def refuse_conflicts(tree: Path, steps: Sequence[Step]) -> None:
    """Raise UsageError for files that are not ours to overwrite, all of them named at once."""
    foreign = [step.file.path for step in steps if step.state is State.FOREIGN]
    if foreign:
        message = "\n".join(f"{tree / path}: exists, and is not distgen's" for path in foreign)
        raise UsageError(message, f"move it away: mv {tree / foreign[0]} {tree / foreign[0]}.mine")
    edited = [step.file.path for step in steps if step.state is State.EDITED]
    if edited:
        message = "\n".join(f"{tree / path}: changed since distgen wrote it" for path in edited)
        raise UsageError(message, f"keep the change elsewhere, then: rm {tree / edited[0]}")


def _stays_inside(tree: Path, path: str) -> None:
    """No part of the path may be a symbolic link, nor a file where a folder should be."""
    where = tree
    for part in Path(path).parts:
        where = where / part
        if where.is_symlink():
            message = f"{where}: a symbolic link where distgen writes"
            raise UsageError(message, f"take it away: rm {where}")
    for parent in Path(path).parents:
        if parent.parts and (tree / parent).exists() and not (tree / parent).is_dir():
            message = f"{tree / parent}: in the way of a folder of distgen's"
            raise UsageError(message, f"move it away: mv {tree / parent} {tree / parent}.mine")


def _state(path: Path, file: File, lock: Lock | None) -> State:
    if path.is_dir():
        return State.FOREIGN
    try:
        content = path.read_bytes()
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        return State.MISSING
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise UnsupportedError(message, f"ls -l {path}") from error
    if file.ownership is Ownership.SEEDED:
        return State.CURRENT if content == file.content else State.KEPT
    executable = bool(mode & 0o100) == bool(file.mode & 0o100)
    if content == file.content and executable:
        return State.CURRENT
    written = lock.owned.get(file.path) if lock else None
    if written is None:
        return State.STALE if content == file.content else State.FOREIGN
    return State.STALE if _unchanged(content, written) else State.EDITED


def _unchanged(content: bytes, written: Entry) -> bool:
    return digest(content) == written.sha256
