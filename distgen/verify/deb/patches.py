# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/patches: the series, and what each patch says of itself (DEP-3)."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from distgen.verify.finding import Check, Finding

FOLDER = "debian/patches"
SERIES = f"{FOLDER}/series"
CHANGE = re.compile(r"^(?:diff --git |Index: |--- \S)", re.M)
FIELD = re.compile(r"^([A-Za-z][A-Za-z-]*): *(\S.*)$", re.M)
NUMBER = re.compile(r"(\d{4})-")  # git format-patch counts them
AUTHOR = re.compile(r".*\S.* <[^<>@\s]+@[^<>@\s]+>|<?[^<>@\s]+@[^<>@\s]+>?")


def read(debian: Path) -> list[str]:
    """The names in the series, in order; none where there is no series."""
    path = debian / "patches" / "series"
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = (line.partition("#")[0].split() for line in text.split("\n"))
    return [words[0] for words in lines if words]


def check(debian: Path) -> Iterator[Finding]:
    """The series against the patches that are there, and the head of each."""
    folder = debian / "patches"
    series = read(debian)
    files = (str(p.relative_to(folder)) for p in sorted(folder.rglob("*")) if p.is_file())
    there = [name for name in files if name != "series"]
    if there and not (folder / "series").is_file():
        yield _finding(SERIES, "missing, and there are patches", "ls debian/patches")
        return
    for name, count in Counter(series).items():
        if name not in there:
            yield _finding(SERIES, f"names {name}, which is not there", "get the package again")
        if count > 1:
            yield _finding(SERIES, f"names {name} {count} times", "quilt applies it once")
    for name in there:
        where = f"{FOLDER}/{name}"
        if name not in series:
            yield _finding(where, "not in the series", f"add {name} to {SERIES}, or take it out")
        text = (folder / name).read_text(encoding="utf-8", errors="replace")
        for what, hint in _head(text):
            yield _finding(where, what, hint)
    yield from _numbers(series)


def _head(text: str) -> Iterator[tuple[str, str]]:
    """What a patch lacks before its first change."""
    change = CHANGE.search(text)
    if not change:
        yield "has no change in it", "take it out"
    # In format-patch's own order, From and Subject are followed by the message and then "---"
    head = text[: change.start()] if change else text
    fields = {name.lower(): value for name, value in reversed(FIELD.findall(head))}
    if not {"description", "subject"} & {*fields}:
        yield "neither Description nor Subject", "https://dep-team.pages.debian.net/deps/dep3/"
    author = fields.get("author", fields.get("from", ""))
    if not author and "origin" not in fields:
        yield "none of From, Author and Origin", "https://dep-team.pages.debian.net/deps/dep3/"
    if author and not AUTHOR.fullmatch(author):
        yield f"by {author[:60]!r}", "write From: Name <mail@example.org>"


def _numbers(series: list[str]) -> Iterator[Finding]:
    """The patches of one git format-patch count up from 1, and none is missing."""
    numbers = [int(match[1]) for name in series if (match := NUMBER.match(name))]
    for before, after in pairwise(numbers):
        if after <= before:
            yield _finding(SERIES, f"{after:04} after {before:04}", "sort the series by number")
    gaps = sorted({*range(1, max(numbers, default=0))} - {*numbers})
    if gaps:
        words = ", ".join(f"{number:04}" for number in gaps[:6])
        yield _finding(SERIES, f"no {words}: of the series a patch is missing", "make it again")


def _finding(where: str, what: str, hint: str) -> Finding:
    return Finding(check=Check.PATCHES, where=where, what=what, hint=hint)
