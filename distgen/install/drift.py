# SPDX-License-Identifier: GPL-2.0-or-later
"""Drift: the files of a tree that are not as a render would leave them."""

from distgen.diff import of_git
from distgen.install.install import lock_after
from distgen.install.plan import SHOWN, State, Step, lost_hook, plan, step_of
from distgen.install.wanted import owned_by, read_lock
from distgen.kernel import hook
from distgen.kernel.tree import Tree
from distgen.store import safe_path


def drift(tree: Tree, *, diffs: bool = False) -> list[dict[str, str]]:
    """The owned files that a render would change, each with ``path`` and ``state``.

    With ``diffs`` also ``diff``, from what is there (bytes that are no UTF-8 as surrogates).
    """
    before = read_lock(tree)
    wanted = owned_by(tree, before)
    steps = [*plan(tree.path, wanted.files, before), *lost_hook(tree, before.hook)]
    steps.append(step_of(tree.path, lock_after(tree, steps, before, wanted).file(), before))
    return [
        {"path": step.path, "state": step.state, **({"diff": _diff(tree, step)} if diffs else {})}
        for step in sorted(steps, key=lambda step: step.path)
        if step.state is not State.CURRENT
    ]


def _diff(tree: Tree, step: Step) -> str:
    path = tree.path / step.path
    if step.path == hook.PATCHED_FILE and not step.file:
        return f"{safe_path.shown(str(path))}: its hook was changed by hand\n"
    if step.state is State.FOREIGN and not path.is_file():
        return f"{safe_path.shown(str(path))}: not a regular file\n"
    there = safe_path.look(path)
    old = safe_path.read(path, SHOWN)
    new = step.file.content if step.file else None
    modes = (there.mode if there else 0, step.file.mode if step.file else 0)
    return of_git(old, new, step.path, modes)
