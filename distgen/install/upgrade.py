# SPDX-License-Identifier: GPL-2.0-or-later
"""An upgrade: what is new in the layers that ship, merged by symbol into those of a tree.

Three values of a symbol decide: what was seeded, what ships now, and what the tree has. What the
user has not touched becomes what ships now; the rest is only told.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from distgen.errors import UsageError
from distgen.layers import edit, fragment
from distgen.store import safe_path
from distgen.store.file import File, Ownership

PATH = "distro/distgen.seeded"
LARGEST = 1 << 24  # bytes; all that ships has 700,000
HEAD = "# What distgen seeded, for the next distgen init to tell a user's change from its own."


@dataclass(frozen=True, kw_only=True)
class News:
    """A symbol, or a key of a distro.toml, that has another value in what ships than was seeded.

    "" is no value. ``applied`` says whether the tree has it now; else it is the user's to do.
    """

    path: str
    name: str
    seeded: str
    ships: str
    own: str
    applied: bool

    def text(self) -> str:
        """One line: ``distro/configs/generic.config: CONFIG_X=m, was y``."""
        new = f"={self.ships}" if self.ships else " is gone"
        was = f", was {self.seeded}" if self.seeded else ", new"
        line = f"{self.path}: {self.name}{new}{was}"
        return line if self.applied else f"{line}; yours: {self.own or 'none'}"


@dataclass(frozen=True, kw_only=True)
class Merged:
    """A seeded file after the merge, what was new, and whether that makes another file of it."""

    file: File
    news: tuple[News, ...]
    writes: bool


def seeded_file(files: Mapping[str, str]) -> File:
    """The file that keeps ``files``, path → text: a path on a line, and its lines indented."""
    lines = [HEAD]
    for path, text in sorted(files.items()):
        lines += [path, *(f"\t{line}" for line in text.removesuffix("\n").split("\n"))]
    content = "\n".join([*lines, ""]).encode()
    return File(path=PATH, content=content, ownership=Ownership.OWNED)


def read_seeded(text: str) -> dict[str, str]:
    """Path → text of what ``seeded_file`` has kept; UsageError for what it has not written."""
    files: dict[str, list[str]] = {}
    path = ""
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        if line.startswith("\t") and path:
            files[path].append(line[1:])
        elif line and not line[0].isspace() and number > 1 and line not in files:
            path = line
            files[path] = []
        elif number > 1 or line != HEAD:
            message = f"{PATH}:{number}: not as distgen writes it: {line[:60]!r}"
            raise UsageError(message, f"restore it: git checkout {PATH}, or delete it")
    return {path: "".join(f"{line}\n" for line in lines) for path, lines in files.items()}


def kept_in(tree: Path) -> dict[str, str]:
    """Path → text of what was seeded in a tree; nothing where it was not kept."""
    safe_path.refuse_links(tree, PATH)
    content = safe_path.read(tree / PATH, LARGEST)
    return {} if content is None else read_seeded(content.decode(errors="replace"))


def deleted(tree: Path, seeded: Mapping[str, str]) -> set[str]:
    """The layers that were seeded, and that the user has taken away since."""
    return {
        path for path in seeded if path.endswith(".config") and safe_path.look(tree / path) is None
    }


def merge_all(tree: Path, seeded: Mapping[str, str], files: Iterable[File]) -> list[Merged]:
    """Each of ``files`` that the tree has in another form, merged with that.

    Raises UsageError, with file and line, for a layer that is broken.
    """
    merged = []
    for file in files:
        safe_path.refuse_links(tree, file.path)
        own = safe_path.read(tree / file.path, LARGEST)
        if own is not None and own != file.content:
            text = own.decode(errors="surrogateescape")
            merged.append(merge(file, seeded.get(file.path), text))
    return merged


def merge(file: File, seeded: str | None, own: str) -> Merged:
    """What becomes of ``own``, the tree's text of a file that ships as ``file``.

    ``seeded`` is None where it is not known: then nothing is applied and nothing can be told.
    """
    ships = file.content.decode()
    if seeded is None or ships == seeded:
        return Merged(file=_holding(file, own), news=(), writes=False)
    if file.path.endswith(".config"):
        return _merge_layer(file, seeded, own, ships)
    return _merge_whole(file, seeded, own, ships)


def _merge_layer(file: File, seeded: str, own: str, ships: str) -> Merged:
    path = Path(file.path)
    before, after, theirs = (fragment.parse(t, path).settings for t in (seeded, ships, own))
    text, news = own, []
    for symbol in sorted({*before, *after}):
        was, now, has = (s[symbol].value if symbol in s else "" for s in (before, after, theirs))
        if now in (was, has):
            continue
        applied = has == was
        if applied:
            text = edit.put(text, after[symbol]) if now else edit.take(text, symbol)
        name = f"CONFIG_{symbol}"
        news.append(
            News(path=file.path, name=name, seeded=was, ships=now, own=has, applied=applied)
        )
    # Untouched, it becomes the very file that ships, with its comments
    content = ships if own == seeded else text
    return Merged(file=_holding(file, content), news=tuple(news), writes=content != own)


def _merge_whole(file: File, seeded: str, own: str, ships: str) -> Merged:
    """A distro.toml is taken over as a whole, or not at all."""
    applied = own == seeded
    tables = [dict(_keys(tomllib.loads(text))) for text in (seeded, ships, own)]
    news = []
    for key in sorted({*tables[0], *tables[1]}):
        was, now, has = (table.get(key, "") for table in tables)
        if now not in (was, has):
            news.append(
                News(path=file.path, name=key, seeded=was, ships=now, own=has, applied=applied)
            )
    text = ships if applied else own
    return Merged(file=_holding(file, text), news=tuple(news), writes=applied)


def _keys(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a TOML table, with its dotted key."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", repr(value)


def _holding(file: File, text: str) -> File:
    return replace(file, content=text.encode(errors="surrogateescape"))
