# SPDX-License-Identifier: GPL-2.0-or-later
"""What kconfig-batch says of one configuration: requests that were not honoured."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from distgen.distros.finding_kind import Kind


class Code(StrEnum):
    """What sort of reason it is that kconfig-reasons.c gives."""

    NONE = ""
    SELECTED = "selected"
    NEEDS = "needs"
    CHOICE = "choice"
    LIMITED = "limited"
    RANGE = "range"
    VALUE = "value"


# Who has decided against a request, another layer than the one that asks or the arch, in words.
AGAINST = {"": "", "later": "overruled", "earlier": "decided", "arch": "not here"}


class Finding(NamedTuple):
    """A request that was not honoured, or an undecided option: one line of the findings.

    Values are as in a ``.config``, "n" for "is not set" and "-" for none. ``path`` and ``line``
    are of the layer that asks, of the Kconfig file for an undecided option. ``excuse`` is a word of
    AGAINST. ``blocker`` is the symbol that stands in the way, the chosen one of a choice, or "".
    """

    kind: Kind
    symbol: str
    wanted: str
    got: str
    path: str
    line: int
    reason: str
    code: Code
    excuse: str
    blocker: str


def read_findings(path: Path) -> list[Finding]:
    """The lines of a findings file, those aside that only name the layers."""
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        kind, symbol, wanted, got, where, reason, *facts = line.split("\t")
        if kind == "layer":
            continue
        code, against, blocker = facts or ("", "", "")
        name, _, number = where.rpartition(":")
        place = (name or where, int(number) if number.isdigit() else 0)
        why = (reason, Code(code), AGAINST[against], blocker)
        found.append(Finding._make((Kind(kind), symbol, wanted, got, *place, *why)))
    return found
