# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/patches: that none of the series is missing, and what each patch says of itself (DEP-3).

dpkg-source and lintian find what is in the series and not there, and the other way round.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from distgen.verify.finding import AGAIN, Check, Finding
from distgen.words import listed

FOLDER = "debian/patches"
SERIES = f"{FOLDER}/series"
CHANGE = re.compile(r"^(?:diff --git |Index: |--- \S)", re.M)
FIELD = re.compile(r"^([A-Za-z][A-Za-z-]*): *(\S.*)$", re.M)
NUMBER = re.compile(r"(\d{4})-")  # git format-patch counts them
AUTHOR = re.compile(r".*\S.* <[^<>@\s]+@[^<>@\s]+>|<?[^<>@\s]+@[^<>@\s]+>?")
MANUAL = "https://dep-team.pages.debian.net/deps/dep3/"


def read(debian: Path) -> list[str]:
    """The names in the series, in order; none where there is no series."""
    path = debian / "patches" / "series"
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = (line.partition("#")[0].split() for line in text.split("\n"))
    return [words[0] for words in lines if words]


def check(debian: Path) -> Iterator[Finding]:
    """The head of each patch, and the numbers of those that git format-patch wrote."""
    series = read(debian)
    for name in series:
        path = debian / "patches" / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        for what in _head(text) if text else ():
            yield Finding(Check.PATCHES, f"{FOLDER}/{name}", what, MANUAL)
    numbers = [int(match[1]) for name in series if (match := NUMBER.match(name))]
    for before, after in pairwise(numbers):
        if after < before:
            what = f"{after:04} after {before:04}"
            yield Finding(Check.PATCHES, SERIES, what, "sort the series by number")
    if gaps := sorted({*range(1, max(numbers, default=0))} - {*numbers}):
        words = listed([f"{number:04}" for number in gaps])
        yield Finding(Check.PATCHES, SERIES, f"no {words}: a patch of the series is missing", AGAIN)


def _head(text: str) -> Iterator[str]:
    """What a patch lacks before its first change."""
    change = CHANGE.search(text)
    # In format-patch's own order, From and Subject are followed by the message and then "---"
    head = text[: change.start()] if change else text
    fields = {name.lower(): value for name, value in reversed(FIELD.findall(head))}
    if not {"description", "subject"} & {*fields}:
        yield "neither Description nor Subject"
    author = fields.get("author", fields.get("from", ""))
    if not author and "origin" not in fields:
        yield "none of From, Author and Origin"
    if author and not AUTHOR.fullmatch(author):
        yield f"by {author[:60]!r}: not a name and an e-mail address"
