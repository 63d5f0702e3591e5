# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user lets a verification do."""

from dataclasses import dataclass

from distgen.kernel.tree import Tree


@dataclass(frozen=True, kw_only=True)
class Options:
    """``trust`` lets what is in the package run: its spec as it is, its kernel's makefiles.

    ``tree`` is resolved with instead of the kernel in the package; without ``resolve`` nothing is.
    """

    trust: bool = False
    tree: Tree | None = None
    resolve: bool = True
