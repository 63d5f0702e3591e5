# SPDX-License-Identifier: GPL-2.0-or-later
"""Putting distgen's files into a tree and keeping them right: init and render."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from distgen.install import upgrade
from distgen.install.plan import (
    HOOKS,
    State,
    Step,
    emptied,
    hook_of,
    hook_steps,
    is_uncommitted,
    new_folders,
    plan,
    refuse_conflicts,
)
from distgen.install.wanted import (
    Wanted,
    distros_of,
    owned_by,
    read_lock,
    upgraded,
    wanted_of,
)
from distgen.kernel import hook
from distgen.kernel.hook import Hook
from distgen.kernel.tree import Tree, commit_of
from distgen.store import lock, safe_path, transaction
from distgen.store.file import File, Ownership
from distgen.store.lock import Entry, Lock
from distgen.store.safe_path import digest


@dataclass(frozen=True, kw_only=True)
class Installed:
    """What init or render did, or would do: each file with the state that it was in.

    ``kernel`` is that of the last init, as in its lock, if it was another one. ``uncommitted``: the
    kernel's Makefile was changed, and git has another one.
    """

    distros: Sequence[str]
    written: Sequence[tuple[State, str]]
    removed: Sequence[str]
    released: Sequence[str]
    untouched: int
    news: Sequence[upgrade.News] = ()
    kernel: str = ""
    uncommitted: bool = False


def install(
    tree: Tree,
    names: Sequence[str],
    *,
    mode: Hook | None = None,
    dry_run: bool,
    added: Sequence[File] = (),
) -> Installed:
    """Bring a tree to what ``names`` and the distributions that it has already need.

    Without ``mode`` it keeps its hook. ``added`` are seeded files that do not ship with distgen,
    such as the distro.toml of a new distribution.
    """
    before = lock.read(tree.path)
    undo = mode is Hook.OVERLAY
    mode = mode or hook_of(tree, before)
    wanted = upgraded(tree, wanted_of(tree, distros_of(tree, before, names), mode, added), added)
    last = before.kernel if before else ""
    kernel = last
    if last.split()[:1] != [tree.version]:
        kernel = f"{tree.version} {commit_of(tree)}".strip()
        kernel = kernel if lock.KERNEL.fullmatch(kernel) else ""
    patched = hook_steps(tree, wanted.hook, undo=undo)
    wanted = replace(wanted, kernel=kernel, patched=patched)
    done = _bring(tree, wanted, before, dry_run=dry_run)
    changed = any(path == hook.PATCHED_FILE for _, path in done.written)
    return replace(
        done,
        news=[news for each in wanted.merged for news in each.news],
        kernel=last if last != kernel else "",
        uncommitted=changed and not dry_run and is_uncommitted(tree),
    )


def rerender(tree: Tree, *, force: bool, dry_run: bool) -> Installed:
    """Write the owned files of a tree again. Nothing is seeded; ``force`` drops edits of them."""
    before = read_lock(tree)
    wanted = replace(owned_by(tree, before), patched=hook_steps(tree, before.hook))
    return _bring(tree, wanted, before, force=force, dry_run=dry_run)


def _bring(
    tree: Tree,
    wanted: Wanted,
    before: Lock | None,
    *,
    force: bool = False,
    dry_run: bool,
) -> Installed:
    """Make the one change to a tree that gives it what is ``wanted``, and a lock that says so."""
    upgraded = {each.file.path: each.file for each in wanted.merged if each.writes}
    steps = plan(tree.path, wanted.files, before)
    steps = [replace(s, state=State.STALE) if s.path in upgraded else s for s in steps]
    steps += wanted.patched
    refuse_conflicts(tree.path, steps, force=force)
    chosen = [s for s in steps if s.state.writes or (s.state is State.EDITED and s.file)]
    writes = [upgraded.get(step.path, step.file) for step in chosen if step.file]
    after = lock_after(tree, steps, before, wanted)
    own = [own_step(tree, file) for file in (lock_file(after), wanted.kept) if file]
    writes += [step.file for step in own if step.file and step.state is not State.CURRENT]
    removals = _orphans(steps)
    folders = _gone_folders(tree, steps, before)
    transaction.refuse_unwritable(tree.path, [*(file.path for file in writes), *removals])
    if not dry_run:
        transaction.write(tree.path, writes, removals=removals, folders=folders)
    return Installed(
        distros=wanted.distros,
        written=[(step.state, step.path) for step in chosen],
        removed=list(removals),
        released=[s.path for s in steps if s.state is State.EDITED and not s.file],
        untouched=sum(step.file is not None for step in steps) - len(chosen),
    )


# ---- The lock of a tree, once a change is made -------------------------------


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
    folders = ({*known.folders} | made) - {*_gone_folders(tree, steps, before)}
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
    return Entry(sha256=digest(file.content), mode=file.mode, found=same and before is None)


def _orphans(steps: Sequence[Step]) -> dict[str, str]:
    """Path → sha256 of what is to be removed."""
    return {step.path: step.sha256 for step in steps if step.state is State.ORPHAN}


def _gone_folders(tree: Tree, steps: Sequence[Step], before: Lock | None) -> list[str]:
    """The folders made by distgen that are empty without the orphans."""
    orphans = _orphans(steps)
    left = _above(orphans) - _above(step.path for step in steps if step.file)
    return emptied(tree.path, left & {*(before.folders if before else ())}, orphans)


def _above(paths: Iterable[str]) -> set[str]:
    return {parent.as_posix() for path in paths for parent in Path(path).parents}


def own_step(tree: Tree, file: File) -> Step:
    """A file that distgen keeps for itself: it is written, whoever changed it."""
    safe_path.refuse_links(tree.path, file.path)
    there = safe_path.look(tree.path / file.path)
    state = State.STALE if there else State.MISSING
    if there and there.sha256 == digest(file.content):
        state = State.CURRENT
    return Step(path=file.path, state=state, file=file)


def lock_file(after: Lock) -> File:
    """The lock as a file."""
    return File(path=lock.PATH, content=after.text().encode(), ownership=Ownership.OWNED)
