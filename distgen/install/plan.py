# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run would do to a tree: every file that should be there against what is there."""

import shlex
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from distgen.errors import UsageError
from distgen.install import upgrade
from distgen.install.advice import advice
from distgen.kernel import hook
from distgen.kernel.hook import Hook
from distgen.kernel.tree import Tree, is_repository
from distgen.run import run
from distgen.store import lock
from distgen.store.file import File, Ownership
from distgen.store.lock import Lock
from distgen.store.safe_path import OnDisk, digest, look, move_away, read, refuse_links

SHOWN = 2**22  # bytes of a file that are compared line by line


class State(StrEnum):
    """How a file on disk relates to what is to be written."""

    MISSING = "missing"  # not there
    CURRENT = "current"  # the very bytes
    STALE = "stale"  # as distgen once wrote it
    EDITED = "edited"  # distgen's, but changed by hand since
    ORPHAN = "orphan"  # as distgen once wrote it, and no longer wanted
    FOREIGN = "foreign"  # somebody else's
    KEPT = "kept"  # seeded, so the user's
    UNHOOKED = "unhooked"  # the kernel's own, without the hook that belongs in it
    HOOKED = "hooked"  # the kernel's own, with a hook that no longer belongs in it

    @property
    def writes(self) -> bool:
        """Whether the file is to be written."""
        return self in (State.MISSING, State.STALE, *HOOKS)


HOOKS = (State.UNHOOKED, State.HOOKED)  # of the kernel's Makefile, which no lock knows
RECORDS = (lock.PATH, upgrade.PATH)  # what distgen keeps for itself, whoever changed it


@dataclass(frozen=True, kw_only=True)
class Step:
    """One path and its state. ``file`` is None if it should go, ``sha256`` is an orphan's."""

    path: str
    state: State
    file: File | None = None
    sha256: str = ""


def plan(tree: Path, files: Sequence[File], lock: Lock) -> list[Step]:
    """Compare ``files`` and all that the lock owns with the tree; by path. Refuses links."""
    steps = [step_of(tree, file, lock) for file in files]
    wanted = {file.path for file in files}
    for path, entry in lock.owned.items():
        if path not in wanted and not entry.found:
            refuse_links(tree, path)
            if there := look(tree / path):
                state = State.ORPHAN if there.sha256 == entry.sha256 else State.EDITED
                steps.append(Step(path=path, state=state, sha256=there.sha256))
    return sorted(steps, key=lambda step: step.path)


def step_of(tree: Path, file: File, lock: Lock) -> Step:
    """What becomes of one file, which may be one of those that distgen keeps for itself."""
    refuse_links(tree, file.path)
    return Step(path=file.path, state=_state(look(tree / file.path), file, lock), file=file)


def _state(there: OnDisk | None, file: File, lock: Lock) -> State:
    if there is None:
        return State.MISSING
    if not there.sha256:
        return State.FOREIGN
    same = there.sha256 == digest(file.content)
    if file.ownership is Ownership.SEEDED:
        return State.CURRENT if same else State.KEPT
    if same:
        executable = bool(there.mode & stat.S_IXUSR) == bool(file.mode & stat.S_IXUSR)
        return State.CURRENT if executable else State.STALE
    written = lock.owned.get(file.path)
    if file.path in RECORDS or (written and written.sha256 == there.sha256):
        return State.STALE
    return State.EDITED if written else State.FOREIGN


def refuse_conflicts(tree: Path, steps: Sequence[Step], *, force: bool = False) -> None:
    """Raise UsageError that names all files that must not be overwritten, and where edits belong.

    With ``force`` edited files may be overwritten.
    """
    foreign = [tree / step.path for step in steps if step.state is State.FOREIGN]
    if foreign:
        message = "\n".join(f"{path}: exists, and distgen did not write it" for path in foreign)
        raise UsageError(message, move_away(foreign[0]))
    edited = [step for step in steps if step.state is State.EDITED]
    if edited and not force:
        lines = []
        for step in edited:
            lines.append(f"{tree / step.path}: changed since distgen wrote it")
            there = read(tree / step.path, SHOWN) or b""
            lines.append(f"    {advice(tree, step.path, step.file, there)}")
        where = shlex.quote(str(tree))
        hint = f"see the changes: distgen diff {where}; drop them: distgen render --force {where}"
        raise UsageError("\n".join(lines), hint)


def above(paths: Iterable[str]) -> set[str]:
    """The folders that ``paths`` are in, below the tree."""
    return {parent.as_posix() for path in paths for parent in Path(path).parents if parent.parts}


def emptied(tree: Path, folders: Collection[str], removed: Collection[str]) -> list[str]:
    """Those of ``folders`` that hold nothing when ``removed`` is gone, the deepest first."""
    gone = set(removed)
    found = []
    for folder in sorted(folders, key=lambda folder: (-folder.count("/"), folder)):
        refuse_links(tree, folder)
        path = tree / folder
        if path.is_dir() and all(f"{folder}/{each.name}" in gone for each in path.iterdir()):
            gone.add(folder)
            found.append(folder)
    return found


# ---- The kernel's own Makefile ---------------------------------------------


def hook_in(tree: Tree) -> Hook:
    """The hook of a tree without a lock: the one that it has, or gets."""
    return Hook.PATCH if hook.is_in(_makefile(tree)) else Hook.OVERLAY


def hook_steps(tree: Tree, mode: Hook, *, undo: bool = False) -> list[Step]:
    """What is to change in the kernel's own Makefile; with ``undo`` it loses the hook.

    Raises UsageError if the hook was changed by hand, UnsupportedError if it has no place.
    """
    refuse_links(tree.path, hook.PATCHED_FILE)
    path, text = tree.path / hook.PATCHED_FILE, _makefile(tree)
    if mode is Hook.PATCH and not undo and not hook.is_in(text):
        state, text = State.UNHOOKED, hook.apply(text, str(path))
    elif undo and hook.is_partly_in(text):
        state, text = State.HOOKED, hook.undo(text, str(path))
    else:
        return []
    file = File(
        path=hook.PATCHED_FILE,
        content=text.encode(errors="surrogateescape"),
        mode=path.stat().st_mode & 0o777,
    )
    return [Step(path=file.path, state=state, file=file)]


def lost_hook(tree: Tree, mode: Hook) -> list[Step]:
    """The kernel's Makefile if it lacks the hook that a render would put there."""
    try:
        return hook_steps(tree, mode)
    except UsageError:
        return [Step(path=hook.PATCHED_FILE, state=State.EDITED)]


def _makefile(tree: Tree) -> str:
    """The kernel's Makefile, as text that gives its bytes again."""
    return (tree.path / hook.PATCHED_FILE).read_bytes().decode(errors="surrogateescape")


def is_uncommitted(tree: Tree) -> bool:
    """Whether the kernel's Makefile has uncommitted changes."""
    argv = ["git", "--no-optional-locks", "status", "--porcelain", "--untracked-files=no", "--"]
    argv.append(hook.PATCHED_FILE)
    return is_repository(tree) and bool(run(argv, cwd=tree.path, check=False).stdout)
