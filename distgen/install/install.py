# SPDX-License-Identifier: GPL-2.0-or-later
"""Putting distgen's files into a tree and keeping them right: init and render."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from distgen.install import upgrade
from distgen.install.plan import (
    HOOKS,
    State,
    Step,
    above,
    emptied,
    hook_in,
    hook_steps,
    is_uncommitted,
    plan,
    refuse_conflicts,
    step_of,
)
from distgen.install.wanted import Wanted, distros_of, owned_by, read_lock, upgraded, wanted_of
from distgen.kernel import hook
from distgen.kernel.hook import Hook
from distgen.kernel.tree import Tree, commit_of
from distgen.store import lock, transaction
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
    found = lock.read(tree.path)
    before = found or Lock()
    undo = mode is Hook.OVERLAY
    mode = mode or (before.hook if found else hook_in(tree))
    wanted = upgraded(tree, wanted_of(tree, distros_of(tree, before, names), mode, added), added)
    kernel = before.kernel
    if kernel.split()[:1] != [tree.version]:
        kernel = f"{tree.version} {commit_of(tree)}".strip()
        kernel = kernel if lock.KERNEL.fullmatch(kernel) else ""
    patched = hook_steps(tree, wanted.hook, undo=undo)
    done = _bring(tree, replace(wanted, kernel=kernel, patched=patched), before, dry_run=dry_run)
    changed = any(path == hook.PATCHED_FILE for _, path in done.written)
    return replace(
        done,
        news=wanted.news,
        kernel=before.kernel if before.kernel != kernel else "",
        uncommitted=changed and not dry_run and is_uncommitted(tree),
    )


def rerender(tree: Tree, *, force: bool, dry_run: bool) -> Installed:
    """Write the owned files of a tree again. Nothing is seeded; ``force`` drops edits of them."""
    before = read_lock(tree)
    wanted = replace(owned_by(tree, before), patched=hook_steps(tree, before.hook))
    return _bring(tree, wanted, before, force=force, dry_run=dry_run)


def _bring(
    tree: Tree, wanted: Wanted, before: Lock, *, force: bool = False, dry_run: bool
) -> Installed:
    """Make the one change to a tree that gives it what is ``wanted``, and a lock that says so."""
    steps = [
        replace(step, state=State.STALE) if step.path in wanted.merged else step
        for step in plan(tree.path, wanted.files, before)
    ]
    steps += wanted.patched
    refuse_conflicts(tree.path, steps, force=force)
    chosen = [s for s in steps if s.file and (s.state.writes or s.state is State.EDITED)]
    after = lock_after(tree, steps, before, wanted)
    own = [step_of(tree.path, file, before) for file in (after.file(), *wanted.kept)]
    writes = [
        wanted.merged.get(step.path, step.file)
        for step in (*chosen, *own)
        if step.file and step.state is not State.CURRENT
    ]
    removals = {step.path: step.sha256 for step in steps if step.state is State.ORPHAN}
    folders = {*before.folders} - {*after.folders}
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


def lock_after(tree: Tree, steps: Sequence[Step], before: Lock, wanted: Wanted) -> Lock:
    """The lock once ``steps`` are taken. What was seeded before is what the user started from."""
    owned, seeded = {}, dict(before.seeded)
    for step in steps:
        if step.state in HOOKS:
            continue
        if step.file and step.file.ownership is Ownership.OWNED:
            owned[step.path] = _entry(step, step.file, before.owned)
        elif step.file and (step.state.writes or step.state is State.CURRENT):
            seeded[step.path] = _entry(step, step.file, before.seeded)
    needed = above([*owned, *(step.path for step in steps if step.state.writes), lock.PATH])
    made = {folder for folder in needed if not (tree.path / folder).is_dir()}
    orphans = [step.path for step in steps if step.state is State.ORPHAN]
    left = {*before.folders} & above(orphans) - above(step.path for step in steps if step.file)
    return Lock(
        kernel=wanted.kernel or before.kernel,
        hook=wanted.hook,
        distros=tuple(wanted.distros),
        owned=owned,
        seeded=seeded,
        folders=tuple(({*before.folders} | made) - {*emptied(tree.path, left, orphans)}),
    )


def _entry(step: Step, file: File, known: Mapping[str, Entry]) -> Entry:
    """What the lock says of a file that is, or will be, as it should be."""
    before = known.get(step.path)
    same = step.state is State.CURRENT
    if same and before and (before.sha256, before.mode) == (digest(file.content), file.mode):
        return before
    return Entry(sha256=digest(file.content), mode=file.mode, found=same and before is None)
