# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/copyright, as machines read it (DEP-5)."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from distgen.verify.finding import Check, Finding

PATH = "debian/copyright"
MANUAL = "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
JOINED = re.compile(r",? (?:and|or) |, ")  # several licences in one name


def check(text: str) -> Iterator[Finding]:
    """Its syntax, and that every file has a licence and every licence its text."""
    from debian.copyright import Copyright, Error  # noqa: PLC0415

    # It would also tell standard error what is looked at below
    logging.getLogger("debian.copyright").addHandler(logging.NullHandler())
    try:
        parsed = Copyright(text.splitlines(keepends=True), strict=True)
    except (Error, ValueError) as error:
        yield _finding(f"not machine-readable: {str(error)[:200]}")
        return
    if f"\nFormat: {MANUAL}\n" not in f"\n{text}":
        yield _finding(f"its Format is not {MANUAL}")
    files = list(parsed.all_files_paragraphs())
    if not any("*" in paragraph.files for paragraph in files):
        yield _finding("no paragraph with Files: *")
    licences: list[Any] = [paragraph.license for paragraph in files]
    licences += [paragraph.license for paragraph in parsed.all_license_paragraphs()]
    texts = {licence.synopsis for licence in licences if licence and licence.text.strip()}
    for name in sorted({licence.synopsis for licence in licences if licence}):
        if name not in texts and not {*JOINED.split(name)} <= texts:
            yield _finding(f"the text of the licence {name!r} is nowhere")


def _finding(what: str) -> Finding:
    return Finding(check=Check.COPYRIGHT, where=PATH, what=what, hint=MANUAL)
