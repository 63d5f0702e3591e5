# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own Makefile, with the hook in it or not."""

from distgen.errors import UsageError
from distgen.install.plan import State, Step
from distgen.kernel import hook
from distgen.kernel.hook import Hook
from distgen.kernel.tree import Tree, is_repository
from distgen.run import run
from distgen.store import safe_path
from distgen.store.file import File, Ownership
from distgen.store.lock import Lock


def hook_of(tree: Tree, before: Lock | None) -> Hook:
    """The hook that a tree has, or gets where it has none."""
    if before is not None:
        return before.hook
    return Hook.PATCH if hook.is_in(_makefile(tree)) else Hook.OVERLAY


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


def lost_hook(tree: Tree, mode: Hook) -> list[Step]:
    """The kernel's Makefile where it has not the hook that a render would put there."""
    try:
        return hook_steps(tree, mode)
    except UsageError:
        return [Step(path=hook.PATCHED_FILE, state=State.EDITED)]


def _makefile(tree: Tree) -> str:
    """The kernel's Makefile, as text that gives its bytes again."""
    return (tree.path / hook.PATCHED_FILE).read_bytes().decode(errors="surrogateescape")


def is_uncommitted(tree: Tree) -> bool:
    """Whether git knows the kernel's Makefile otherwise than it is."""
    if not is_repository(tree):
        return False
    argv = ["git", "--no-optional-locks", "status", "--porcelain", "--untracked-files=no"]
    return bool(run([*argv, "--", hook.PATCHED_FILE], cwd=tree.path, check=False).stdout)
