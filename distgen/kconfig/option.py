# SPDX-License-Identifier: GPL-2.0-or-later
"""An option: all that Kconfig has to say of one symbol in one configuration."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ESCAPED = re.compile(r"\\(.)")
PLAIN = {"t": "\t", "n": "\n"}


class Option(NamedTuple):
    """One symbol, as ``distro/scripts/kconfig/kconfig-describe.c`` describes it.

    Values are as in a ``.config``, "n" for "is not set" and "-" for none. ``visible`` is n, m or y;
    ``default`` is what comes out if nobody decides, "-" for a member of a choice. ``path`` (from
    the top of the tree) and ``line`` are those of the prompt, or of the first definition without
    one. ``menu`` holds the prompts around it, from the outermost. ``depends`` and ``prompt_if``
    (empty where it is the same) name each symbol with its value: ``PCI[=y] && !X[=n]``.
    ``selected_by`` and ``implied_by`` map those in force to their value, ``selectors`` all that
    have a select.
    """

    symbol: str
    type: str
    value: str
    visible: str
    default: str
    path: str
    line: int
    menu: tuple[str, ...]
    prompt: str
    depends: str
    prompt_if: str
    selected_by: Mapping[str, str]
    selectors: Mapping[str, str]
    implied_by: Mapping[str, str]
    range: str
    help: str

    def elsewhere(self, value: str, cause: str) -> "Option":
        """The option in another configuration of its arch, as far as it tells who decided.

        ``cause`` is what the causes of that configuration say, "" for nothing.
        """
        visible, selected_by, implied_by = cause.split("\t") if cause else ("n", "", "")
        return self._replace(
            value=value,
            visible=visible,
            selected_by=_values(selected_by),
            implied_by=_values(implied_by),
        )


class Options(Mapping[str, Option]):
    """Symbol → option, in the order of the menus; only what is looked at is taken apart."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = lines

    def __getitem__(self, symbol: str) -> Option:
        return _option(symbol, self._lines[symbol])

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def read_lines(path: Path) -> dict[str, str]:
    """Symbol → the rest of its line, in a file of descriptions or of causes."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
    return {symbol: rest for symbol, _, rest in (line.partition("\t") for line in lines)}


@cache  # a comparison looks at each some times
def _option(symbol: str, line: str) -> Option:
    fields = line.split("\t")
    if "\\" in line:
        fields = [_unescape(field) if "\\" in field else field for field in fields]
    path, _, number = fields[4].rpartition(":")
    menu = tuple(fields[5].split(" > ")) if fields[5] else ()
    related = map(_values, fields[9:12])  # selected_by, selectors, implied_by
    place = (path, int(number), menu)
    return Option._make((symbol, *fields[:4], *place, *fields[6:9], *related, *fields[12:]))


# The variants of an arch say the same of most symbols: remembered, it is read in half the time.
@cache
def _unescape(text: str) -> str:
    return ESCAPED.sub(lambda match: PLAIN.get(match[1], match[1]), text)


@cache
def _values(text: str) -> Mapping[str, str]:
    """``A[=y], B[=m]`` as symbol → value."""
    pairs = (item.partition("[=") for item in text.split(", ") if item)
    return {name: value.removesuffix("]") for name, _, value in pairs}
