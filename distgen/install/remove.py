# SPDX-License-Identifier: GPL-2.0-or-later
"""``distgen remove``: take distgen out of a tree again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from distgen.install.plan import RECORDS, State, Step, emptied, hook_steps, plan, refuse_conflicts
from distgen.install.wanted import owned_by, read_lock
from distgen.kernel.tree import Tree
from distgen.store import lock, transaction
from distgen.store.lock import Lock
from distgen.store.safe_path import look, refuse_links

OUT = "distro/out"

CHANGED = "changed since distgen seeded it"
EARLIER = "was there before distgen"
OWN = "not distgen's"
BUILT = "build output; use --all to remove it too, or rm -r later"


@dataclass(frozen=True, kw_only=True)
class Removed:
    """What remove took away, or would, the kernel's files that it gave back, and what it left."""

    removed: Sequence[str]
    unhooked: Sequence[str]
    kept: Sequence[tuple[str, str]]


def remove(tree: Tree, *, everything: bool, dry_run: bool) -> Removed:
    """Leave a tree as it was before distgen, but for what the user has made of it.

    ``everything`` takes ``distro/out`` too. Raises UsageError for owned files that were edited.
    """
    there = read_lock(tree)
    refuse_conflicts(tree.path, _edited(tree, there))
    removals, kept = _sorted_out(tree.path, there)
    if (tree.path / OUT).is_dir() or (tree.path / OUT).is_symlink():
        refuse_links(tree.path, OUT)
        if everything:
            removals[OUT] = transaction.FOLDER
        else:
            kept.append((OUT, BUILT))
    # What was built has made its folder too, where an earlier remove left it behind
    made = {*there.folders, *([str(Path(OUT).parent)] if OUT in removals else [])}
    folders = emptied(tree.path, made, removals)
    known = {*removals, *folders, *dict(kept)}
    kept += _others(tree.path, {*there.folders} - {*folders}, known)
    patched = hook_steps(tree, there.hook, undo=True)
    transaction.refuse_unwritable(tree.path, [*removals, *(step.path for step in patched)])
    if not dry_run:
        files = [step.file for step in patched if step.file]
        transaction.write(tree.path, files, removals=removals, folders=folders)
    return Removed(
        removed=sorted([*removals, *folders]),
        unhooked=[step.path for step in patched],
        kept=sorted(kept),
    )


def is_built(path: Path) -> bool:
    """Whether a tree holds files of distgen, and build output."""
    return (path / lock.PATH).exists() and (path / OUT).is_dir()


def _edited(tree: Tree, there: Lock) -> list[Step]:
    """The owned files that were edited, each with what should be there."""
    edited = [step for step in plan(tree.path, (), there) if step.state is State.EDITED]
    files = {file.path: file for file in owned_by(tree, there).files} if edited else {}
    return [replace(step, file=files.get(step.path)) for step in edited]


def _sorted_out(tree: Path, there: Lock) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What is to go, with its sha256, and what stays with the reason."""
    removals, kept = {}, []
    for path, entry in {**dict.fromkeys(RECORDS), **there.owned, **there.seeded}.items():
        refuse_links(tree, path)
        if not (found := look(tree / path)):
            continue
        if entry and entry.found:
            kept.append((path, EARLIER))
        elif entry and found.sha256 != entry.sha256:
            kept.append((path, CHANGED))
        else:
            removals[path] = found.sha256
    return removals, kept


def _others(tree: Path, folders: set[str], known: set[str]) -> Iterator[tuple[str, str]]:
    """What else is in folders that distgen made: the user's."""
    for folder in sorted(folders):
        refuse_links(tree, folder)
        path = tree / folder
        for each in path.iterdir() if path.is_dir() else ():
            name = f"{folder}/{each.name}"
            if name not in known and name not in folders:
                yield name, OWN
