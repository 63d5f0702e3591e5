# SPDX-License-Identifier: GPL-2.0-or-later
"""A finding: what is wrong with a source package, where, and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from distgen.kernel.tree import Tree


class Check(StrEnum):
    """What was looked at."""

    HEADER = "header"  # a header or .dsc against the spec or debian/control and distro.toml inside
    PAYLOAD = "payload"  # digests, modes, owners, times; which files there are
    CONFIGS = "configs"  # which configurations there are
    SPEC = "spec"  # whether distgen rendered it
    PARSE = "parse"  # what rpm makes of it for each arch and switch
    PACKAGING = "packaging"  # whether distgen rendered what is in debian/
    CONTROL = "control"  # fields, names and relations of debian/control
    PROFILES = "profiles"  # what build profiles leave
    VERSION = "version"  # its grammar, and the names that follow from it
    TESTS = "tests"  # debian/tests
    CHANGELOG = "changelog"
    COPYRIGHT = "copyright"
    PATCHES = "patches"  # the series, and what each patch says of itself
    RESOLVE = "resolve"  # what Kconfig makes of the configurations


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``where`` is a file of the package or a part of it. A ``note`` is not wrong, only so."""

    check: Check
    where: str
    what: str
    hint: str = ""
    note: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is to be said of one package; ``checked`` says in a few words what was done."""

    findings: Sequence[Finding]
    checked: Sequence[str] = field(default=())

    @property
    def wrong(self) -> list[Finding]:
        """The findings that are no notes."""
        return [finding for finding in self.findings if not finding.note]


def shown(values: Sequence[str]) -> str:
    """Few words for a list; its ends are what differs most often."""
    words = [value if value else '""' for value in values]
    if len(words) > 6:  # noqa: PLR2004
        words = [*words[:3], f"… {len(words) - 5} more …", *words[-2:]]
    return ", ".join(words) or "nothing"


@dataclass(frozen=True, kw_only=True)
class Options:
    """``trust`` lets what is in the package run: its spec as it is, its kernel's makefiles.

    ``tree`` is resolved with instead of the kernel in the package; without ``resolve`` nothing is.
    """

    trust: bool = False
    tree: Tree | None = None
    resolve: bool = True
