# SPDX-License-Identifier: GPL-2.0-or-later
"""The ``provenance`` of a distribution: one line of its distro.toml, the rest stays as it is."""

import json
import re
import tomllib
from pathlib import Path

from distgen.errors import UsageError
from distgen.store.file import File, Ownership

LINE = re.compile(r"""^(provenance[ \t]*=[ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*')""", re.M)
TABLE = re.compile(r"^[ \t]*\[", re.M)


def with_provenance(folder: Path, name: str, text: str) -> File:
    """The distro.toml of ``name`` in a ``distro/`` folder, saying ``text``.

    The line is replaced, or added below the last one above the tables. Raises UsageError where
    ``text`` is not one line, or where the file is written in a way that this cannot change.
    """
    path = folder / name / "distro.toml"
    if not text.isprintable():
        message = f"--provenance {text!r}: not one line of text"
        raise UsageError(message, "remove line breaks and control characters")
    before = path.read_bytes().decode()
    value = json.dumps(text, ensure_ascii=False)  # quoted as TOML does
    first = TABLE.search(before)
    end = first.start() if first else len(before)
    if LINE.search(before, 0, end):
        after = LINE.sub(lambda line: line[1] + value, before[:end], count=1) + before[end:]
    else:
        top = before[:end].rstrip()
        ending = "\r\n" if "\r\n" in before else "\n"
        rest = before[len(top) :]
        after = f"{top}{ending}provenance = {value}{rest or ending}"
    try:
        same = tomllib.loads(after) == {**tomllib.loads(before), "provenance": text}
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        message = f"{path}: cannot change its provenance"
        raise UsageError(message, f"add this line to it: provenance = {value}")
    return File(
        path=f"{name}/distro.toml",
        content=after.encode(),
        ownership=Ownership.SEEDED,
        mode=path.stat().st_mode & 0o777,
    )
