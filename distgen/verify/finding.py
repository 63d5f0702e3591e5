# SPDX-License-Identifier: GPL-2.0-or-later
"""A finding: what is wrong with a source package, where, and how to fix it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from distgen.kernel.tree import Tree
from distgen.words import listed

AGAIN = "download the package again, or rebuild it"
NAMED = 6  # words of a list that a finding names


class Check(StrEnum):
    """What was looked at."""

    HEADER = "header"  # the header or .dsc against the spec or debian/control, and distro.toml
    PAYLOAD = "payload"  # digests, and which files there are
    CONFIGS = "configs"  # which configurations there are
    SPEC = "spec"  # whether distgen rendered it
    PARSE = "parse"  # what rpm makes of it for each arch and switch
    PACKAGING = "packaging"  # whether distgen rendered what is in debian/
    PROFILES = "profiles"  # what build profiles leave
    VERSION = "version"  # its order, and the name of the .dsc
    PATCHES = "patches"  # their numbers
    RESOLVE = "resolve"  # what Kconfig makes of the configurations


@dataclass(frozen=True)
class Finding:
    """``where`` is a file of the package or a part of it. A ``note`` is no error."""

    check: Check
    where: str
    what: str
    hint: str = ""
    note: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, kw_only=True)
class Report:
    """All findings of one package; ``checked`` says in a few words what was done."""

    findings: Sequence[Finding]
    checked: Sequence[str] = field(default=())

    @property
    def wrong(self) -> list[Finding]:
        """The findings that are errors."""
        return [finding for finding in self.findings if not finding.note]


def difference(got: Sequence[str], wanted: Sequence[str]) -> str:
    """How a list differs from what was meant, "" where it does not; the order comes last."""
    if [*got] == [*wanted]:
        return ""
    more = [word for word in got if word not in wanted]
    less = [word for word in wanted if word not in got]
    if not more and not less:
        return "in another order"
    return f"{listed(more, NAMED)}, expected {listed(less, NAMED)}"


@dataclass(frozen=True, kw_only=True)
class Options:
    """``trust`` lets what is in the package run: its spec as it is, its kernel's makefiles.

    ``tree`` is resolved with instead of the kernel in the package; without ``resolve`` nothing is.
    """

    trust: bool = False
    tree: Tree | None = None
    resolve: bool = True
