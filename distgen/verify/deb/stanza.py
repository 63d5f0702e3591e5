# SPDX-License-Identifier: GPL-2.0-or-later
"""A stanza of debian/control, debian/tests/control or of a .dsc."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, kw_only=True)
class Stanza:
    """``line`` is its first that is no comment; ``values`` takes names of fields in any case."""

    line: int
    values: Mapping[str, str]
    comments: Sequence[str]

    def get(self, name: str) -> str:
        """The value of a field as one line, "" where there is none."""
        return " ".join(str(self.values.get(name, "")).split())

    def words(self, name: str, separator: str | None = None) -> list[str]:
        """The words of a field, or what a separator separates."""
        return [word.strip() for word in self.get(name).split(separator) if word.strip()]

    def rows(self, name: str) -> list[str]:
        """The lines of a field that are not empty."""
        rows = (" ".join(row.split()) for row in str(self.values.get(name, "")).split("\n"))
        return [row for row in rows if row]


def read(text: str) -> list[Stanza]:
    """Every stanza with a field in it, in order: blank lines separate them."""
    from debian.deb822 import Deb822  # noqa: PLC0415

    found = []
    numbered = enumerate(text.split("\n"), 1)
    for _, group in groupby(numbered, key=lambda pair: bool(pair[1].strip())):
        lines = list(group)
        fields = [(number, line) for number, line in lines if not line.startswith("#")]
        if values := Deb822([line for _, line in fields]):
            comments = [line for _, line in lines if line.startswith("#")]
            found.append(Stanza(line=fields[0][0], values=values, comments=comments))
    return found
