# SPDX-License-Identifier: GPL-2.0-or-later
"""The symbols that the Kconfig files of a tree define, read as text."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from distgen.kernel.tree import Tree, is_repository
from distgen.run import run

DEFINITION = re.compile(r"\s*(?:menu)?config\s+(\w+)\s*(?:#|$)")
TYPE = re.compile(r'\s+(?:def_)?(bool|tristate|string|int|hex)\b(?:\s+"((?:[^"\\]|\\.)*)")?')
PROMPT = re.compile(r'\s+prompt\s+"((?:[^"\\]|\\.)*)"')
HELP = re.compile(r"\s+(?:-+\s*)?help\b")
NO_PART = (".git", "distro", "scripts/kconfig")  # folders whose Kconfig files are not the kernel's


@dataclass
class Symbol:
    """What all definitions of a symbol say; ``path`` and ``line`` are of the first one."""

    path: str
    line: int = 0
    types: set[str] = field(default_factory=set)
    prompts: set[str] = field(default_factory=set)


def symbols_of_tree(tree: Tree) -> dict[str, Symbol]:
    """What the Kconfig files of a work tree define."""
    return scan(
        (str(path.relative_to(tree.path)), line)
        for path in sorted(_kconfig_files(tree.path))
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n")
    )


def _kconfig_files(folder: Path) -> Iterator[Path]:
    left_out = [str(folder / name) for name in NO_PART]
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if f"{where}/{name}" not in left_out]
        paths = (Path(where, name) for name in names if name.startswith("Kconfig"))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def symbols_of_commit(tree: Tree, commit: str) -> dict[str, Symbol]:
    """What those of a commit define; nothing if git does not have it."""
    if not is_repository(tree):
        return {}
    left_out = [f":!{name}" for name in NO_PART]
    argv = ["git", "grep", "-z", "-e", "", commit, "--", "*Kconfig*", *left_out]
    lines = run(argv, cwd=tree.path, check=False).stdout.split("\n")
    found = (line.removeprefix(f"{commit}:").partition("\0") for line in lines)
    return scan((path, text) for path, _, text in found)


def scan(lines: Iterable[tuple[str, str]]) -> dict[str, Symbol]:
    """Read ``(path, line)`` of Kconfig files. A help text ends with the next definition."""
    symbols: dict[str, Symbol] = {}
    current: Symbol | None = None
    number, before = 0, ""
    for path, line in lines:
        number, before = number + 1 if path == before else 1, path
        if match := DEFINITION.match(line):
            current = symbols.setdefault(match[1], Symbol(path=path, line=number))
        elif current is None or line.startswith("#"):
            continue
        elif HELP.match(line) or (line and not line[0].isspace()):
            current = None
        elif match := TYPE.match(line):
            current.types.add(match[1])
            current.prompts |= {match[2]} if match[2] else set()
        elif match := PROMPT.match(line):
            current.prompts.add(match[1])
    return symbols
