# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel tree: recognised by what its Makefile and Kconfig say."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from distgen.errors import UnsupportedError
from distgen.run import run

OLDEST = (6, 1)
NEEDED = ("Makefile", "Kconfig", "scripts/kconfig/confdata.c", "scripts/dummy-tools/gcc", "arch")


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A kernel tree at ``path`` (absolute), of ``version`` as its Makefile says: 6.12.0-rc3."""

    path: Path
    version: str


def is_tree(path: Path) -> bool:
    """Whether ``path`` looks like the top of a kernel tree, of any version."""
    return not _missing(path)


def _missing(path: Path) -> list[str]:
    return [name for name in NEEDED if not (path / name).exists()]


def open_tree(path: Path) -> Tree:
    """Recognise the kernel tree at ``path``, or raise UnsupportedError saying why it is none."""
    path = path.resolve()
    if not path.is_dir():
        message = f"{path}: no such directory"
        raise UnsupportedError(message, "give the top directory of a kernel tree")
    if missing := _missing(path):
        message = f"{path}: not the top of a kernel tree (no {missing[0]})"
        raise UnsupportedError(message, "give the directory that holds MAINTAINERS and Kconfig")
    version, number = _version(path / "Makefile")
    if number < OLDEST:
        message = f"{path}: Linux {version} is older than {OLDEST[0]}.{OLDEST[1]}"
        raise UnsupportedError(message, "use a tree of Linux 6.1 or later")
    return Tree(path=path, version=version)


def is_repository(tree: Tree) -> bool:
    """Whether git is installed, and the tree is a repository."""
    return (tree.path / ".git").exists() and bool(shutil.which("git"))


def commit_of(tree: Tree) -> str:
    """The commit of HEAD, "" without one or without git."""
    if not is_repository(tree):
        return ""
    argv = ["git", "rev-parse", "--quiet", "--verify", "HEAD^{commit}"]
    return run(argv, cwd=tree.path, check=False).stdout.strip()


def _version(makefile: Path) -> tuple[str, tuple[int, int]]:
    """What `make kernelversion` prints, read from the first lines of the Makefile."""
    if not makefile.is_file():
        message = f"{makefile}: not a regular file"
        raise UnsupportedError(message, "give the top directory of a kernel tree")
    with makefile.open(encoding="utf-8", errors="replace") as file:
        found = dict(re.findall(r"^([A-Z]+)[ \t]*=[ \t]*(\S*)", file.read(4096), re.M))
    try:
        number = (int(found["VERSION"]), int(found["PATCHLEVEL"]))
    except (KeyError, ValueError) as error:
        message = f"{makefile}: no VERSION and PATCHLEVEL at the top: not a kernel's Makefile"
        raise UnsupportedError(message, "give the top directory of a kernel tree") from error
    sublevel = found.get("SUBLEVEL", "")
    version = f"{number[0]}.{number[1]}" + (f".{sublevel}" if sublevel else "")
    return version + found.get("EXTRAVERSION", ""), number
