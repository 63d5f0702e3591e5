# SPDX-License-Identifier: GPL-2.0-or-later
"""Putting distgen's files into a tree and keeping them right: init, render, check and diff."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from distgen.diff import of_git
from distgen.distros.load import load_all, names_in
from distgen.errors import UnsupportedError, UsageError, did_you_mean
from distgen.install import upgrade
from distgen.install.plan import (
    HOOKS,
    SHOWN,
    State,
    Step,
    emptied,
    new_folders,
    plan,
    refuse_conflicts,
)
from distgen.kernel import hook
from distgen.kernel.hook import Hook
from distgen.kernel.tree import Tree, commit_of, is_repository, open_tree
from distgen.packaging.render import render
from distgen.run import run
from distgen.shipped import shipped
from distgen.store import lock, safe_path, transaction
from distgen.store.file import File, Ownership
from distgen.store.lock import Entry, Lock
from distgen.store.safe_path import digest


@dataclass(frozen=True, kw_only=True)
class Installed:
    """What init or render did, or would do: each file with the state that it was in.

    ``kernel`` is that of the last init, as in its lock, where it was another one. ``uncommitted``
    says that git knows the kernel's Makefile otherwise than init has left it.
    """

    tree: Tree
    distros: Sequence[str]
    written: Sequence[tuple[State, str]]
    removed: Sequence[str]
    released: Sequence[str]
    untouched: int
    news: Sequence[upgrade.News] = ()
    kernel: str = ""
    uncommitted: bool = False


def install(
    path: Path,
    names: Sequence[str],
    *,
    mode: Hook | None = None,
    dry_run: bool,
    added: Sequence[File] = (),
) -> Installed:
    """Bring a tree to what ``names`` and the distributions that it has already need.

    Without ``mode`` its hook is of the kind that it was. ``added`` are seeded files that do not
    ship with distgen, such as the distro.toml of a name.
    """
    tree = open_tree(path)
    with transaction.locked(tree.path, dry_run=dry_run):
        before = lock.read(tree.path)
        undo = mode is Hook.OVERLAY
        mode = mode or hook_of(tree, before)
        wanted = _wanted(tree, _distros(tree, before, names), mode, added)
        wanted = _upgraded(tree, wanted, added)
        last = before.kernel if before else ""
        kernel = last if last.split()[:1] == [tree.version] else _kernel(tree)
        patched = hook_steps(tree, wanted.hook, undo=undo)
        wanted = replace(wanted, kernel=kernel, patched=patched)
        done = _bring(tree, wanted, before, dry_run=dry_run)
        news = [news for each in wanted.merged for news in each.news]
        changed = any(path == hook.PATCHED_FILE for _, path in done.written)
        return replace(
            done,
            news=news,
            kernel=last if last != kernel else "",
            uncommitted=changed and not dry_run and _uncommitted(tree),
        )


def rerender(path: Path, *, force: bool, dry_run: bool) -> Installed:
    """Write the owned files of a tree anew. Nothing is seeded; ``force`` drops edits of them."""
    tree = open_tree(path)
    with transaction.locked(tree.path, dry_run=dry_run):
        before = read_lock(tree)
        wanted = replace(owned_by(tree, before), patched=hook_steps(tree, before.hook))
        return _bring(tree, wanted, before, force=force, dry_run=dry_run)


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A file that is not as a render would leave it; ``diff`` leads from what is there to that."""

    path: str
    state: State
    diff: str = ""


def drift(path: Path, *, diffs: bool = False) -> tuple[list[Drift], bool]:
    """The owned files that a render would change, and whether an interrupted run is to be finished.

    With ``diffs`` each has its difference as text (bytes that are no UTF-8 as surrogates).
    """
    tree = open_tree(path)
    with transaction.locked_for_reading(tree.path) as left:
        before = read_lock(tree)
        wanted = owned_by(tree, before)
        steps = [*plan(tree.path, wanted.files, before), *_lost_hook(tree, before.hook)]
        steps.append(_own_step(tree, _lock_file(_after(tree, steps, before, wanted))))
        return [
            Drift(path=step.path, state=step.state, diff=_diff(tree, step) if diffs else "")
            for step in sorted(steps, key=lambda step: step.path)
            if step.state is not State.CURRENT
        ], left


def read_lock(tree: Tree) -> Lock:
    """The lock of a tree, or UnsupportedError where distgen has not been."""
    found = lock.read(tree.path)
    if found is None:
        message = f"{tree.path}: distgen has not been here (no {lock.PATH})"
        raise UnsupportedError(message, f"distgen init {_quoted(tree)} --distro fedora")
    return found


def owned_by(tree: Tree, before: Lock) -> "Wanted":
    """The owned files of a tree as a render would write them."""
    return _wanted(tree, _distros(tree, before, ()), before.hook).owned()


def _distros(tree: Tree, before: Lock | None, names: Sequence[str]) -> list[str]:
    wanted = {*(before.distros if before else ()), *names}
    if not wanted:
        message = "no distribution given"
        example = f"distgen init {_quoted(tree)} --distro fedora"
        known = names_in([tree.path / "distro", shipped() / "distro"])
        raise UsageError(message, f"{example}; {did_you_mean('', known)}")
    return sorted(wanted)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a tree should hold for some distributions.

    ``merged`` are seeded files as they become, and ``kept`` keeps what was seeded. ``kernel`` is
    for the lock, "" for the one that it has. ``patched`` is the kernel's Makefile, if it changes.
    """

    distros: Sequence[str]
    hook: Hook
    files: Sequence[File]
    merged: Sequence[upgrade.Merged] = ()
    kept: File | None = None
    kernel: str = ""
    patched: Sequence[Step] = ()

    def owned(self) -> "Wanted":
        """The same without what is seeded."""
        owned = [file for file in self.files if file.ownership is Ownership.OWNED]
        return Wanted(distros=self.distros, hook=self.hook, files=owned)


def _wanted(tree: Tree, distros: Sequence[str], mode: Hook, added: Sequence[File] = ()) -> Wanted:
    """By the tree's own distro.toml files where it has them."""
    safe_path.refuse_links_out(tree.path, tree.path / "distro")
    own, ships = tree.path / "distro", shipped() / "distro"
    with _laid_out(added) as new:
        loaded = load_all([own, new / "distro", ships], distros)
    files = [*render(loaded, layers=ships, own=own), *added]
    unused = hook.OVERLAY_FILE if mode is Hook.PATCH else ""
    return Wanted(distros=distros, hook=mode, files=[f for f in files if f.path != unused])


def _upgraded(tree: Tree, wanted: Wanted, added: Sequence[File]) -> Wanted:
    """``wanted`` with what is new in the seeded files that ship, by what the tree has of them."""
    ships = [f for f in wanted.files if f.ownership is Ownership.SEEDED and f not in added]
    seeded = upgrade.kept_in(tree.path)
    deleted = upgrade.deleted(tree.path, seeded)
    return replace(
        wanted,
        files=[file for file in wanted.files if file.path not in deleted],
        merged=upgrade.merge_all(tree.path, seeded, ships),
        kept=upgrade.seeded_file({file.path: file.content.decode() for file in ships}),
    )


@contextmanager
def _laid_out(files: Sequence[File]) -> Iterator[Path]:
    """A folder that holds ``files`` as a tree would."""
    with TemporaryDirectory(prefix="distgen-") as name:
        for file in files:
            path = Path(name) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        yield Path(name)


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
    after = _after(tree, steps, before, wanted)
    own = [_own_step(tree, file) for file in (_lock_file(after), wanted.kept) if file]
    writes += [step.file for step in own if step.file and step.state is not State.CURRENT]
    removals = _orphans(steps, before)
    folders = _gone(tree, steps, before)
    transaction.refuse_unwritable(tree.path, [*(file.path for file in writes), *removals])
    if not dry_run:
        transaction.write(tree.path, writes, removals=removals, folders=folders)
    return Installed(
        tree=tree,
        distros=wanted.distros,
        written=[(step.state, step.path) for step in chosen],
        removed=list(removals),
        released=[s.path for s in steps if s.state is State.EDITED and not s.file],
        untouched=sum(step.file is not None for step in steps) - len(chosen),
    )


def _orphans(steps: Sequence[Step], before: Lock | None) -> dict[str, str]:
    owned = before.owned if before else {}
    return {step.path: owned[step.path].sha256 for step in steps if step.state is State.ORPHAN}


def _gone(tree: Tree, steps: Sequence[Step], before: Lock | None) -> list[str]:
    """The folders of distgen's that the orphans leave empty, and that stay so."""
    orphans = _orphans(steps, before)
    left = _above(orphans) - _above(step.path for step in steps if step.file)
    return emptied(tree.path, left & {*(before.folders if before else ())}, orphans)


def _above(paths: Iterable[str]) -> set[str]:
    return {parent.as_posix() for path in paths for parent in Path(path).parents}


def _after(tree: Tree, steps: Sequence[Step], before: Lock | None, wanted: Wanted) -> Lock:
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
    folders = ({*known.folders} | made) - {*_gone(tree, steps, before)}
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
    version = Lock().version if file.ownership is Ownership.SEEDED else ""
    found = same and before is None
    return Entry(sha256=digest(file.content), mode=file.mode, version=version, found=found)


def hook_of(tree: Tree, before: Lock | None) -> Hook:
    """The hook that a tree has, or gets where it has none."""
    if before is not None:
        return before.hook
    return Hook.PATCH if hook.is_in(_makefile(tree)) else Hook.OVERLAY


def _lost_hook(tree: Tree, mode: Hook) -> list[Step]:
    """The kernel's Makefile where it has not the hook that a render would put there."""
    try:
        return hook_steps(tree, mode)
    except UsageError:
        return [Step(path=hook.PATCHED_FILE, state=State.EDITED)]


def hook_steps(tree: Tree, mode: Hook, *, undo: bool = False) -> list[Step]:
    """What is to change in the kernel's own Makefile; with ``undo`` it loses the hook.

    Raises UsageError where the hook was changed by hand, UnsupportedError where there is no place.
    """
    safe_path.refuse_links(tree.path, hook.PATCHED_FILE)
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
        ownership=Ownership.OWNED,
        mode=path.stat().st_mode & 0o777,
    )
    return [Step(path=file.path, state=state, file=file)]


def _makefile(tree: Tree) -> str:
    """The kernel's Makefile, as text that gives its bytes again."""
    return (tree.path / hook.PATCHED_FILE).read_bytes().decode(errors="surrogateescape")


def _uncommitted(tree: Tree) -> bool:
    if not is_repository(tree):
        return False
    argv = ["git", "--no-optional-locks", "status", "--porcelain", "--untracked-files=no"]
    return bool(run([*argv, "--", hook.PATCHED_FILE], cwd=tree.path, check=False).stdout)


def _kernel(tree: Tree) -> str:
    """The kernel as a lock names it."""
    text = f"{tree.version} {commit_of(tree)}".strip()
    return text if lock.KERNEL.fullmatch(text) else ""


def _lock_file(after: Lock) -> File:
    return File(path=lock.PATH, content=after.text().encode(), ownership=Ownership.OWNED)


def _own_step(tree: Tree, file: File) -> Step:
    """A file that distgen keeps for itself, which is written whatever was there."""
    safe_path.refuse_links(tree.path, file.path)
    there = safe_path.look(tree.path / file.path)
    if there is None:
        state = State.MISSING
    else:
        state = State.CURRENT if there.sha256 == digest(file.content) else State.STALE
    return Step(path=file.path, state=state, file=file)


def _diff(tree: Tree, step: Step) -> str:
    path = tree.path / step.path
    if step.path == hook.PATCHED_FILE and not step.file:
        return f"{safe_path.shown(str(path))}: the hook in it was changed by hand\n"
    if step.state is State.FOREIGN and not path.is_file():
        return f"{safe_path.shown(str(path))}: not a regular file\n"
    there = safe_path.look(path)
    old = safe_path.read(path, SHOWN)
    new = step.file.content if step.file else None
    modes = (there.mode if there else 0, step.file.mode if step.file else 0)
    return of_git(old, new, step.path, modes)


def _quoted(tree: Tree) -> str:
    return shlex.quote(str(tree.path))
