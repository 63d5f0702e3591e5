# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits of the text of a layer that leave every other line as it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distgen.layers.fragment import Setting, is_reason, parse_line

HEAD = "# SPDX-License-Identifier: GPL-2.0-or-later\n\n"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where a setting stands: ``lines[first:last]`` is its reason, ``lines[last]`` its value."""

    symbol: str
    first: int
    last: int


def entries(lines: Sequence[str]) -> Iterator[Entry]:
    """Every setting, in the order of the file; ValueError for a broken line."""
    first = 0
    for number, line in enumerate(lines):
        if found := parse_line(line):
            yield Entry(symbol=found[0], first=first, last=number)
        if found or not is_reason(line):
            first = number + 1


def put(text: str, setting: Setting) -> str:
    """Give the symbol that value where it stands, or else at its sorted place.

    A reason that is given takes the place of the one that is there. A text without any is a new
    layer, and gets the usual head.
    """
    lines = (text or HEAD).split("\n")
    there = list(entries(lines))
    new = [*setting.reason, setting.text()]
    own = [entry for entry in there if entry.symbol == setting.symbol]
    if own:
        lines[own[-1].first if setting.reason else own[-1].last : own[-1].last + 1] = new
    elif there:
        at = _place(there, setting.symbol)
        lines[at:at] = new
    else:
        end = len(lines) - 1 if lines[-1] == "" else len(lines)
        blank = [""] if end and lines[end - 1] else []
        lines[end:] = [*blank, *new, ""]
    return "\n".join(lines)


def _place(there: Sequence[Entry], symbol: str) -> int:
    """The line before which a new symbol goes: below the one that comes before it."""
    for number, entry in enumerate(there):
        if entry.symbol > symbol:
            return there[number - 1].last + 1 if number else entry.first
    return there[-1].last + 1


def take(text: str, symbol: str) -> str:
    """Take a symbol out, every time that it is there, with its reasons."""
    lines = text.split("\n")
    for entry in reversed(list(entries(lines))):
        if entry.symbol == symbol:
            del lines[entry.first : entry.last + 1]
    return "\n".join(lines)


def once(text: str) -> str:
    """Each symbol once, with the value that counts: the last."""
    lines = text.split("\n")
    there = list(entries(lines))
    last = {entry.symbol: entry for entry in there}
    for entry in reversed(there):
        if entry is not last[entry.symbol]:
            del lines[entry.first : entry.last + 1]
    return "\n".join(lines)


def tidy(text: str) -> str:
    """Each symbol once, and sorted. Lines of no setting stay at their place among the others."""
    lines = once(text).split("\n")
    there = list(entries(lines))
    blocks = [lines[entry.first : entry.last + 1] for entry in sorted(there, key=_symbol)]
    for entry, block in reversed(list(zip(there, blocks, strict=True))):
        lines[entry.first : entry.last + 1] = block
    return "\n".join(lines)


def _symbol(entry: Entry) -> str:
    return entry.symbol
