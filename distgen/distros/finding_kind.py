# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of findings: an ``[[allow]]`` entry of a distro.toml names one."""

from enum import StrEnum


class Kind(StrEnum):
    """As kconfig-findings.c and findings.awk print them, in the order of report.awk."""

    WARNING = "warning"
    CHANGED = "changed"
    DROPPED = "dropped"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"
    UNDECIDED = "undecided"
    ALLOW = "allow"

    @property
    def meaning(self) -> str:
        """For people, as report.awk says it."""
        return MEANINGS[self]


MEANINGS = {
    Kind.WARNING: "Kconfig warns of it",
    Kind.CHANGED: "came out with another value",
    Kind.DROPPED: "asked for, but not visible: a dependency is unmet",
    Kind.UNKNOWN: "in no Kconfig file of this tree",
    Kind.ELSEWHERE: "exists for other arches only",
    Kind.UNDECIDED: "can be set, and no layer says anything",
    Kind.ALLOW: "an [[allow]] entry that allows nothing",
}


REFUSED = (Kind.CHANGED, Kind.DROPPED)
UNHONOURED = (*REFUSED, Kind.UNKNOWN)
ALLOWABLE = tuple(kind for kind in Kind if kind is not Kind.ALLOW)
