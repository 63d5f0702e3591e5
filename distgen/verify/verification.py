# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification of a source package, whichever kind it is of."""

from dataclasses import dataclass
from pathlib import Path

from distgen.errors import UsageError
from distgen.tree import Tree
from distgen.verify import srpm
from distgen.verify.finding import Report

HEAD = 512  # bytes that tell what a file is


@dataclass(frozen=True, kw_only=True)
class Options:
    """``trust`` lets what is in the package run: its spec as it is, its kernel's makefiles.

    ``tree`` is resolved with instead of the kernel in the package; without ``resolve`` nothing is.
    """

    trust: bool = False
    tree: Tree | None = None
    resolve: bool = True


def verify(path: Path, options: Options) -> Report:
    """Look at one source package. Raises UsageError for a file that is none.

    Raises UnsupportedError where a tool is missing that the look needs.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise UsageError(message, "give a .src.rpm") from error
    if srpm.recognise(head):
        trust = options.trust or _of_own_tree(path)
        return srpm.verify(path, trust=trust, tree=options.tree, resolve=options.resolve)
    message = f"{path}: not a source package that distgen can verify"
    raise UsageError(message, "give a .src.rpm that make D-srpm has made")


def _of_own_tree(path: Path) -> bool:
    """Whether the package lies where a tree's own make puts it: TREE/distro/out/D/SRPMS.

    What is in it came out of that tree, and every other command runs the makefiles of a tree that
    it is pointed to.
    """
    parts = path.resolve().parents
    if len(parts) < 5 or [parts[n].name for n in (2, 3)] != ["out", "distro"]:  # noqa: PLR2004
        return False
    return any((parts[4] / name / "Makefile.distro").is_file() for name in ("", "source"))
