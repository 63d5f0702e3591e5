# SPDX-License-Identifier: GPL-2.0-or-later
"""A stanza of debian/control or of a .dsc, which knows the lines that its fields stand on.

python-debian gives the values. What it passes over in silence, a field that is there twice and a
line that is no field, is seen here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

FIELD = re.compile(r"([!-9;-~]+):")
# What ends a line for Python, and so for python-debian, and not for dpkg
ODD = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True, kw_only=True)
class Stanza:
    """``values`` takes names of fields in any case; ``lines`` has them in lower case.

    ``comments`` are its lines that begin with "#". ``wrong`` has the line and the words of what is
    wrong with its syntax.
    """

    line: int
    values: Mapping[str, str]
    lines: Mapping[str, int]
    comments: Sequence[str] = ()
    wrong: Sequence[tuple[int, str]] = field(default=())

    def get(self, name: str) -> str:
        """The value of a field as one line, "" where there is none."""
        return " ".join(str(self.values.get(name, "")).split())

    def at(self, name: str) -> int:
        """The line of a field, or the first of the stanza."""
        return self.lines.get(name.lower(), self.line)


def read(text: str) -> list[Stanza]:
    """Every stanza with a field in it, in order."""
    return [stanza for lines in _split(text) if (stanza := _stanza(lines)).lines or stanza.wrong]


def _split(text: str) -> Iterator[list[tuple[int, str]]]:
    """The numbered lines of each stanza: blank lines part them."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            lines.append((number, line))
        elif lines:
            yield lines
            lines = []


def _stanza(numbered: Sequence[tuple[int, str]]) -> Stanza:
    from debian.deb822 import Deb822  # noqa: PLC0415

    lines: dict[str, int] = {}
    wrong: list[tuple[int, str]] = []
    comments = [line for _, line in numbered if line.startswith("#")]
    for number, line in numbered:
        name = FIELD.match(line)
        if name and (first := lines.setdefault(name[1].lower(), number)) != number:
            wrong.append((number, f"{name[1]} is there twice, first in line {first}"))
        elif not name and not line.startswith("#") and (line[0] not in " \t" or not lines):
            wrong.append((number, f"neither a field nor more of one: {line.strip()[:60]!r}"))
        if odd := ODD.search(line):
            wrong.append((number, f"a character that has no place in a line: {odd[0]!r}"))
    return Stanza(
        line=next((n for n, line in numbered if not line.startswith("#")), numbered[0][0]),
        values=Deb822([ODD.sub(" ", line) for _, line in numbered]),
        lines=lines,
        comments=comments,
        wrong=wrong,
    )
