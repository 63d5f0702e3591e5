# SPDX-License-Identifier: GPL-2.0-or-later
"""What kconfig-batch says of one configuration: requests that were not honoured."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A request that was not honoured, or an undecided option: one line of the findings.

    Values are as in a ``.config``, "n" for "is not set" and "-" for none. ``path`` and ``line``
    are of the layer that asks, of the Kconfig file for an undecided option.
    """

    kind: str
    symbol: str
    wanted: str
    got: str
    path: str
    line: int
    reason: str
    excuse: str = ""


def read_findings(path: Path) -> list[Finding]:
    """The lines of a findings file, those aside that only name the layers."""
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        kind, symbol, wanted, got, where, reason, *excuse = line.split("\t")
        if kind != "layer":
            name, _, number = where.rpartition(":")
            found.append(
                Finding(
                    kind=kind,
                    symbol=symbol,
                    wanted=wanted,
                    got=got,
                    path=name or where,
                    line=int(number) if number.isdigit() else 0,
                    reason=reason,
                    excuse="".join(excuse),
                )
            )
    return found
