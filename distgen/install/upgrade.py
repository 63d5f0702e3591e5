# SPDX-License-Identifier: GPL-2.0-or-later
"""An upgrade: merge what is new in the layers that ship into those of a tree, by symbol.

Three values of a symbol decide: what was seeded, what ships now, and what the tree has. A line that
the user did not change becomes what ships now. The others are only listed.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from distgen.errors import UsageError
from distgen.layers import edit, fragment
from distgen.store import safe_path
from distgen.store.file import File

PATH = "distro/distgen.seeded"
LARGEST = 1 << 24  # bytes; all that ships has 700,000
HEAD = "# What distgen seeded, for the next distgen init to tell a user's change from its own."


@dataclass(frozen=True, kw_only=True)
class News:
    """A symbol, or a key of a distro.toml, whose shipped value differs from the seeded one.

    "" is no value. ``applied``: the tree has the new value now. If not, the user changed the line.
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


def seeded_file(files: Mapping[str, str]) -> File:
    """distgen.seeded for ``files`` (path → text): each path on a line, its lines indented below."""
    lines = [HEAD]
    for path, text in sorted(files.items()):
        lines += [path, *(f"\t{line}" for line in text.removesuffix("\n").split("\n"))]
    content = "\n".join([*lines, ""]).encode()
    return File(path=PATH, content=content)


def read_seeded(text: str) -> dict[str, str]:
    """Path → text in a distgen.seeded; UsageError if ``seeded_file`` did not write it."""
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
    """Path → text of what was seeded in a tree, as far as it is known."""
    safe_path.refuse_links(tree, PATH)
    content = safe_path.read(tree / PATH, LARGEST)
    return {} if content is None else read_seeded(content.decode(errors="replace"))


def merge_all(
    tree: Path, seeded: Mapping[str, str], files: Iterable[File]
) -> tuple[dict[str, File], list[News]]:
    """Merge each of ``files`` that differs in the tree; UsageError for a layer that is broken.

    Returns what must be written, by path, and what is new.
    """
    merged, news = {}, []
    for file in files:
        safe_path.refuse_links(tree, file.path)
        content = safe_path.read(tree / file.path, LARGEST)
        if content is not None and content != file.content:
            own = content.decode(errors="surrogateescape")
            text, found = merge(file, seeded.get(file.path), own)
            news += found
            if text != own:
                changed = text.encode(errors="surrogateescape")
                merged[file.path] = replace(file, content=changed)
    return merged, news


def merge(file: File, seeded: str | None, own: str) -> tuple[str, list[News]]:
    """What becomes of ``own``, the tree's text of a file that ships as ``file``, and what is new.

    A layer is merged by symbol, a distro.toml replaced as a whole or not at all. ``seeded`` is None
    if it is not known: then nothing changes, and nothing is news.
    """
    if seeded is None or (ships := file.content.decode()) == seeded:
        return own, []
    texts = (seeded, ships, own)
    layers = []
    if file.path.endswith(".config"):
        layers = [fragment.parse(each, Path(file.path)).settings for each in texts]
    tables = [{f"CONFIG_{key}": s.value for key, s in layer.items()} for layer in layers]
    before, after, theirs = tables or [dict(_keys(tomllib.loads(each))) for each in texts]
    news = []
    for name in sorted({*before, *after}):
        was, now, has = (table.get(name, "") for table in (before, after, theirs))
        if now in (was, has):
            continue
        applied = has == was if layers else own == seeded
        news.append(
            News(path=file.path, name=name, seeded=was, ships=now, own=has, applied=applied)
        )
    if own == seeded or not layers:  # unchanged, it becomes the very file that ships
        return ships if own == seeded else own, news
    ours = [each.name.removeprefix("CONFIG_") for each in news if each.applied]
    text = edit.take(own, *(symbol for symbol in ours if symbol not in layers[1]))
    return edit.put(text, *(layers[1][symbol] for symbol in ours if symbol in layers[1])), news


def _keys(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a TOML table, with its dotted key."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", repr(value)
