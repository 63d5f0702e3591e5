# SPDX-License-Identifier: GPL-2.0-or-later
"""Open and lock the tree of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distgen.kernel.tree import Tree
    from distgen.layers.layout import Layout


@contextmanager
def locked_tree(path: Path, *, writes: bool) -> Iterator["tuple[Tree, bool]"]:
    """Lock and open the tree at ``path``; with ``writes`` others cannot read it either.

    The second value says whether an interrupted run left something to finish.
    """
    from distgen.kernel.tree import open_tree  # noqa: PLC0415
    from distgen.store import transaction  # noqa: PLC0415

    tree = open_tree(path)
    lock = transaction.locked_for_writing if writes else transaction.locked_for_reading
    with lock(tree.path) as interrupted:
        yield tree, interrupted


@contextmanager
def locked_layers(path: Path, *, writes: bool) -> Iterator["tuple[Tree, Layout]"]:
    """Lock a tree, then open it and its layers."""
    from distgen.layers.layout import open_layout  # noqa: PLC0415

    with locked_tree(path, writes=writes) as (tree, _):
        yield tree, open_layout(tree.path / "distro")


def open_layers(path: Path) -> "tuple[Tree, Layout]":
    """The same without a lock, for a command that only reads."""
    from distgen.kernel.tree import open_tree  # noqa: PLC0415
    from distgen.layers.layout import open_layout  # noqa: PLC0415

    tree = open_tree(path)
    return tree, open_layout(tree.path / "distro")
