# SPDX-License-Identifier: GPL-2.0-or-later
"""From one kernel to the next: which options are gone, new and undecided, or mean something else.

The kernel of the last ``init`` is read out of git, where its commit is named in the lock. Both are
read as text: an option exists where some Kconfig file of any arch defines it.
"""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from distgen.kernel.tree import Tree, is_repository
from distgen.layers.layout import Layout
from distgen.run import run

DEFINITION = re.compile(r"\s*(?:menu)?config\s+(\w+)\s*$")
TYPE = re.compile(r'\s+(?:def_)?(bool|tristate|string|int|hex)\b(?:\s+"((?:[^"\\]|\\.)*)")?')
PROMPT = re.compile(r'\s+prompt\s+"((?:[^"\\]|\\.)*)"')
HELP = re.compile(r"\s+(?:-+\s*)?help\b")


@dataclass
class Symbol:
    """What the Kconfig files say of one symbol, all its definitions together."""

    path: str
    types: set[str] = field(default_factory=set)
    prompts: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class KernelNews:
    """One option: ``kind`` is gone, new or changed, ``where`` the layers or the distributions."""

    kind: str
    symbol: str
    what: str
    where: tuple[str, ...]

    def text(self) -> str:
        """One line: ``gone CONFIG_X: was in drivers/Kconfig; distro/configs/generic.config:12``."""
        return f"{self.kind} CONFIG_{self.symbol}: {self.what}; {', '.join(self.where)}"


def symbols_of_tree(tree: Tree) -> dict[str, Symbol]:
    """What the Kconfig files of a work tree define."""
    return scan(
        (str(path.relative_to(tree.path)), line)
        for path in sorted(_kconfig_files(tree.path))
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n")
    )


def _kconfig_files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", "distro")]
        paths = (Path(where, name) for name in names if name.startswith("Kconfig"))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def symbols_of_commit(tree: Tree, commit: str) -> dict[str, Symbol]:
    """What those of a commit define; nothing where git does not have it."""
    if not is_repository(tree):
        return {}
    argv = ["git", "grep", "-z", "-e", "", commit, "--", "*Kconfig*"]
    lines = run(argv, cwd=tree.path, check=False).stdout.split("\n")
    found = (line.removeprefix(f"{commit}:").partition("\0") for line in lines)
    return scan((path, text) for path, _, text in found)


def scan(lines: Iterable[tuple[str, str]]) -> dict[str, Symbol]:
    """Read ``(path, line)`` of Kconfig files. A help text ends with the next definition."""
    symbols: dict[str, Symbol] = {}
    current: Symbol | None = None
    for path, line in lines:
        if match := DEFINITION.match(line):
            current = symbols.setdefault(match[1], Symbol(path=path))
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


def kernel_news(
    tree: Tree, commit: str, layout: Layout, undecided: Mapping[str, Collection[str]]
) -> list[KernelNews] | None:
    """What a tree's kernel has that ``commit`` had not, and the other way round; None where git
    does not have that commit.
    """
    old = symbols_of_commit(tree, commit) if commit else {}
    return compare(old, symbols_of_tree(tree), _asked_in(layout), undecided) if old else None


def compare(
    old: Mapping[str, Symbol],
    new: Mapping[str, Symbol],
    asked: Mapping[str, Collection[str]],
    undecided: Mapping[str, Collection[str]],
) -> list[KernelNews]:
    """What is new, by kind and name. ``asked`` is symbol → where layers ask for it, ``undecided``
    symbol → the distributions that say nothing of it.
    """
    found = []
    for symbol, where in sorted(asked.items()):
        was, now = old.get(symbol), new.get(symbol)
        if was and not now:
            what = f"was in {was.path}"
            found.append(KernelNews(kind="gone", symbol=symbol, what=what, where=tuple(where)))
        elif was and now and (what := _differs(was, now)):
            found.append(KernelNews(kind="changed", symbol=symbol, what=what, where=tuple(where)))
    for symbol, distros in sorted(undecided.items()):
        if symbol in new and symbol not in old:
            what = f"{_quoted(new[symbol].prompts)} in {new[symbol].path}, undecided"
            found.append(KernelNews(kind="new", symbol=symbol, what=what, where=tuple(distros)))
    return found


def _differs(was: Symbol, now: Symbol) -> str:
    """What became another: the type, or what the user is asked."""
    if was.types != now.types and was.types and now.types:
        return f"was {_listed(was.types)}, is {_listed(now.types)}"
    if was.prompts != now.prompts:
        return f"was {_quoted(was.prompts)}, is {_quoted(now.prompts)}"
    return ""


def _listed(words: Collection[str]) -> str:
    return " or ".join(sorted(words))


def _quoted(prompts: Collection[str]) -> str:
    return " or ".join(f'"{prompt}"' for prompt in sorted(prompts)) or "never asked"


def _asked_in(layout: Layout) -> dict[str, list[str]]:
    """Symbol → ``distro/configs/generic.config:12`` of every layer that speaks of it."""
    asked: dict[str, list[str]] = {}
    for place, layer in layout.read().items():
        for symbol, setting in layer.settings.items():
            asked.setdefault(symbol, []).append(f"distro/{place.path}:{setting.line}")
    return asked
