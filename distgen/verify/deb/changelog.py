# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/changelog: what dpkg and lintian accept in an entry, and no archive should."""

import re
from collections.abc import Iterator
from email.utils import format_datetime, parsedate_to_datetime
from itertools import pairwise
from typing import Any

from distgen.verify.finding import Check, Finding

PATH = "debian/changelog"
DISTRIBUTION = re.compile(r"[a-z0-9][a-z0-9.+-]*( [a-z0-9][a-z0-9.+-]*)*")
OPEN = "UNRELEASED"  # the suite where distro.toml says none
URGENCIES = ("low", "medium", "high", "emergency", "critical")


def check(text: str, wanted: str) -> Iterator[Finding]:
    """``wanted`` is the version of the .dsc. Entries that dpkg warns of are not looked at."""
    from debian.changelog import Changelog  # noqa: PLC0415

    entries = list(Changelog(text, strict=False, allow_empty_author=True))
    newest = str(entries[0]._raw_version) if entries else "none"  # .version raises for a wrong one
    if newest != wanted:
        what = f"the newest entry is for {newest}, but the .dsc is for {wanted}"
        yield Finding(Check.CHANGELOG, PATH, what, "both come from distro/scripts/version")
    if entries and entries[0].distributions == OPEN:
        what, hint = f"for {OPEN}: no archive takes that", "make D-src SUITE=unstable"
        yield Finding(Check.CHANGELOG, PATH, what, hint, note=True)
    for entry in entries:
        for what, hint in _entry(entry):
            yield Finding(Check.CHANGELOG, f"{PATH} ({entry._raw_version})", what, hint)
    for newer, older in pairwise(str(entry._raw_version) for entry in entries):
        if not _sorts_after(newer, older):
            what = f"{newer} stands above {older}, and does not sort after it"
            hint = f"dpkg --compare-versions {newer} gt {older}"
            yield Finding(Check.CHANGELOG, PATH, what, hint)


def _entry(entry: Any) -> Iterator[tuple[str, str]]:
    if entry.distributions != OPEN and not DISTRIBUTION.fullmatch(entry.distributions or ""):
        yield f"the distribution {entry.distributions!r}", "write unstable"
    if entry.urgency not in URGENCIES:
        yield f"the urgency {entry.urgency!r}", f"write one of {', '.join(URGENCIES)}"
    if entry.date and not _is_date(entry.date):
        yield f"the date {entry.date!r}", "write what date -R prints"
    if not any(line.strip(" *") for line in entry.changes()):
        yield "says nothing", "add a line that begins with two blanks and an asterisk"


def _sorts_after(newer: str, older: str) -> bool:
    """Whether it does, or dpkg would refuse one of the versions."""
    from debian.debian_support import Version  # noqa: PLC0415

    try:
        return Version(newer) > Version(older)
    except ValueError:
        return True


def _is_date(text: str) -> bool:
    """Whether it is one of RFC 5322, with the right day of the week and a known time zone."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return False
    return date.tzinfo is not None and format_datetime(date) == text.replace(",  ", ", 0")
