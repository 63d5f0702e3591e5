# SPDX-License-Identifier: GPL-2.0-or-later
"""The lock of a tree as it is once a change is made, and what the change removes."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from distgen.install.plan import HOOKS, State, Step, emptied, new_folders
from distgen.install.wanted import Wanted
from distgen.kernel.tree import Tree
from distgen.store import lock, safe_path
from distgen.store.file import File, Ownership
from distgen.store.lock import Entry, Lock
from distgen.store.safe_path import digest


def lock_after(tree: Tree, steps: Sequence[Step], before: Lock | None, wanted: Wanted) -> Lock:
    """The lock once ``steps`` are taken. What was seeded before is what the user started from."""
    known = before or Lock()
    owned, seeded = {}, dict(known.seeded)
    for step in steps:
        if step.state in HOOKS:
            continue
        if step.file and step.file.ownership is Ownership.OWNED:
            owned[step.path] = _entry(step, step.file, known.owned)
        elif step.file and (step.state.writes or step.state is State.CURRENT):
            seeded[step.path] = _entry(step, step.file, known.seeded)
    made = new_folders(tree.path, [*owned, *(s.path for s in steps if s.state.writes), lock.PATH])
    folders = ({*known.folders} | made) - {*gone_folders(tree, steps, before)}
    return Lock(
        kernel=wanted.kernel or known.kernel,
        hook=wanted.hook,
        distros=tuple(wanted.distros),
        owned=owned,
        seeded=seeded,
        folders=tuple(folders),
    )


def _entry(step: Step, file: File, known: Mapping[str, Entry]) -> Entry:
    """What the lock says of a file that is, or will be, as it should be."""
    before = known.get(step.path)
    same = step.state is State.CURRENT
    if same and before and (before.sha256, before.mode) == (digest(file.content), file.mode):
        return before
    found = same and before is None
    return Entry(sha256=digest(file.content), mode=file.mode, found=found)


def orphans_of(steps: Sequence[Step], before: Lock | None) -> dict[str, str]:
    """Path → sha256 of what is to be removed."""
    owned = before.owned if before else {}
    return {step.path: owned[step.path].sha256 for step in steps if step.state is State.ORPHAN}


def gone_folders(tree: Tree, steps: Sequence[Step], before: Lock | None) -> list[str]:
    """The folders of distgen's that the orphans leave empty, and that stay so."""
    orphans = orphans_of(steps, before)
    left = _above(orphans) - _above(step.path for step in steps if step.file)
    return emptied(tree.path, left & {*(before.folders if before else ())}, orphans)


def _above(paths: Iterable[str]) -> set[str]:
    return {parent.as_posix() for path in paths for parent in Path(path).parents}


def own_step(tree: Tree, file: File) -> Step:
    """A file that distgen keeps for itself, which is written whatever was there."""
    safe_path.refuse_links(tree.path, file.path)
    there = safe_path.look(tree.path / file.path)
    if there is None:
        state = State.MISSING
    else:
        state = State.CURRENT if there.sha256 == digest(file.content) else State.STALE
    return Step(path=file.path, state=state, file=file)


def lock_file(after: Lock) -> File:
    """The lock as a file."""
    return File(path=lock.PATH, content=after.text().encode(), ownership=Ownership.OWNED)
