# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of findings: an ``[[allow]]`` entry of a distro.toml names one."""

from enum import StrEnum


class Kind(StrEnum):
    """As kconfig-findings.c and findings.awk print them, in the order of report.awk.

    ``meaning`` is for people, as report.awk says it.
    """

    WARNING = "warning", "Kconfig warns of it"
    CHANGED = "changed", "came out with another value"
    DROPPED = "dropped", "asked for, but not visible: a dependency is unmet"
    UNKNOWN = "unknown", "in no Kconfig file of this tree"
    ELSEWHERE = "elsewhere", "exists for other arches only"
    UNDECIDED = "undecided", "can be set, and no layer says anything"
    ALLOW = "allow", "an [[allow]] entry that allows nothing"

    meaning: str

    def __new__(cls, name: str, meaning: str = "") -> "Kind":
        """A member is its name."""
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.meaning = meaning
        return kind


REFUSED = (Kind.CHANGED, Kind.DROPPED)
UNHONOURED = (*REFUSED, Kind.UNKNOWN)
ALLOWABLE = tuple(kind for kind in Kind if kind is not Kind.ALLOW)
