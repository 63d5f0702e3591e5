# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/changelog: every entry as dpkg wants it, and the newest one for this version."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from distgen.distros.fields import PERSON
from distgen.verify.deb import version
from distgen.verify.finding import Check, Finding

PATH = "debian/changelog"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DATE = re.compile(r"\w{3}, \d\d? \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", re.A)
DISTRIBUTION = re.compile(r"[a-z0-9][a-z0-9.+-]*( [a-z0-9][a-z0-9.+-]*)*")
OPEN = "UNRELEASED"  # the suite where distro.toml says none
URGENCIES = ("low", "medium", "high", "emergency", "critical")


def check(text: str, source: str, wanted: str) -> Iterator[Finding]:
    """``source`` and ``wanted`` are the name and the version of the .dsc."""
    from debian.changelog import Changelog, ChangelogParseError  # noqa: PLC0415

    try:
        entries = list(Changelog(text, strict=True))
    except ChangelogParseError as error:
        what = str(error).removeprefix("Could not parse changelog: ")
        yield _finding(PATH, what[:200], "man deb-changelog")
        return
    newest = str(entries[0]._raw_version)  # the plain property would raise for a wrong one
    if newest != wanted:
        what = f"the newest entry is of {newest}, and the .dsc of {wanted}"
        yield _finding(PATH, what, "both come from distro/scripts/version")
    if entries[0].distributions == OPEN:
        what, hint = f"for {OPEN}: no archive takes that", "make D-src SUITE=unstable"
        yield Finding(check=Check.CHANGELOG, where=PATH, what=what, hint=hint, note=True)
    for entry in entries:
        for what, hint in _entry(entry, source):
            yield _finding(f"{PATH} ({entry._raw_version})", what, hint)
    yield from _order(entries)


def _entry(entry: Any, source: str) -> Iterator[tuple[str, str]]:
    if entry.package != source:
        yield f"of {entry.package}, and the package is {source}", f"write {source} (VERSION) …"
    what, hint = version.wrong(str(entry._raw_version))
    if what:
        yield what, hint
    if entry.distributions != OPEN and not DISTRIBUTION.fullmatch(entry.distributions or ""):
        yield f"the distribution {entry.distributions!r}", "write unstable"
    if entry.urgency not in URGENCIES:
        yield f"the urgency {entry.urgency!r}", f"one of {', '.join(URGENCIES)}"
    if not PERSON.fullmatch(entry.author or ""):
        yield f"by {entry.author!r}", "write -- Name <mail@example.org>  DATE"
    if what := _date(entry.date or ""):
        yield what, "date -R"
    if not any(line.strip(" *") for line in entry.changes()):
        yield "says nothing", "add a line that begins with two blanks and an asterisk"


def _date(text: str) -> str:
    """What is wrong with a date, "" for nothing."""
    if not DATE.fullmatch(text):
        return f"the date {text!r} is none of RFC 5322"
    try:
        day = datetime.strptime(text[5:], "%d %b %Y %H:%M:%S %z")
    except ValueError:
        return f"there is no such day or time: {text}"
    if text.endswith("-0000"):
        return f"{text}: the time zone -0000 means that it is not known"
    if text[:3] != DAYS[day.weekday()]:
        return f"{text}: that day was a {DAYS[day.weekday()]}"
    return ""


def _order(entries: list[Any]) -> Iterator[Finding]:
    from debian.debian_support import Version  # noqa: PLC0415

    versions = [str(entry._raw_version) for entry in entries]
    for newer, older in pairwise(versions):
        valid = not (version.wrong(newer)[0] or version.wrong(older)[0])
        if valid and Version(newer) <= Version(older):
            what = f"{newer} stands above {older}, and does not sort after it"
            yield _finding(PATH, what, f"dpkg --compare-versions {newer} gt {older}")


def _finding(where: str, what: str, hint: str) -> Finding:
    return Finding(check=Check.CHANGELOG, where=where, what=what, hint=hint)
