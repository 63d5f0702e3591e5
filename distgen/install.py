# SPDX-License-Identifier: GPL-2.0-or-later
"""Putting distgen's files into a tree and keeping them right: what init and check do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from distgen import disk, lock
from distgen.distro import load_all, names_in
from distgen.errors import UnsupportedError, UsageError, did_you_mean
from distgen.plan import State, Step, plan, refuse_conflicts
from distgen.render import File, Ownership, render
from distgen.resources import shipped
from distgen.tree import Tree, open_tree


@dataclass(frozen=True, kw_only=True)
class Installed:
    """What init did, or would do: state before and path of each file written."""

    tree: Tree
    distros: Sequence[str]
    written: Sequence[tuple[State, str]]
    untouched: int


def install(
    path: Path, names: Sequence[str], *, dry_run: bool, added: Sequence[File] = ()
) -> Installed:
    """Bring a tree to what ``names`` and the distributions that it has already need.

    ``added`` are seeded files that do not ship with distgen, such as the distro.toml of a name.
    """
    tree = open_tree(path)
    before = lock.read(tree.path)
    steps, after = _steps(tree, names, before, added)
    refuse_conflicts(tree.path, steps)
    written = [step for step in steps if step.state.writes]
    files = [step.file for step in written]
    if before is None or after.text() != before.text():
        files.append(_lock_file(after))
    disk.refuse_unwritable(tree.path, [file.path for file in files])
    if not dry_run:
        disk.write(tree.path, files)
    return Installed(
        tree=tree,
        distros=after.distros,
        written=[(step.state, step.file.path) for step in written],
        untouched=len(steps) - len(written),
    )


def drift(path: Path) -> list[tuple[State, str]]:
    """The owned files of a tree that are not what a render gives now."""
    tree = open_tree(path)
    before = lock.read(tree.path)
    if before is None:
        message = f"{tree.path}: distgen has not been here (no {lock.PATH})"
        raise UnsupportedError(message, f"distgen init {tree.path} --distro fedora")
    steps, _ = _steps(tree, [], before)
    return [
        (step.state, step.file.path)
        for step in steps
        if step.file.ownership is Ownership.OWNED and step.state is not State.CURRENT
    ]


def _steps(
    tree: Tree, names: Sequence[str], before: lock.Lock | None, added: Sequence[File] = ()
) -> tuple[list[Step], lock.Lock]:
    own = tree.path / "distro"
    with _laid_out(added) as new:
        folders = [own, new / "distro", shipped() / "distro"]
        wanted = list(dict.fromkeys([*(before.distros if before else ()), *names]))
        if not wanted:
            message = "no distribution given"
            example = f"distgen init {tree.path} --distro fedora"
            raise UsageError(message, f"{example}; {did_you_mean('', names_in(folders))}")
        distros = load_all(folders, sorted(wanted))
    files = [*render(distros, layers=shipped() / "distro", own=own), *added]
    after = lock.of_files(files, sorted(wanted))
    if before:  # what was written once is distgen's to take away, whether it still ships or not
        after = replace(after, seeded={**before.seeded, **after.seeded})
    return plan(tree.path, files, before), after


@contextmanager
def _laid_out(files: Sequence[File]) -> Iterator[Path]:
    """A folder that holds ``files`` as a tree would."""
    with TemporaryDirectory(prefix="distgen-") as name:
        for file in files:
            path = Path(name) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        yield Path(name)


def _lock_file(content: lock.Lock) -> File:
    return File(path=lock.PATH, content=content.text().encode(), ownership=Ownership.OWNED)
