# SPDX-License-Identifier: GPL-2.0-or-later
"""``distro/distgen.lock``: which files of a tree distgen wrote, and what it wrote into them."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distgen import __version__
from distgen.distros.families import families
from distgen.distros.name import NAME, RESERVED
from distgen.errors import UsageError
from distgen.kernel.hook import Hook
from distgen.store import safe_path
from distgen.store.file import File

PATH = "distro/distgen.lock"
LARGEST = 2**20  # bytes; that of all that ships has 30,000
KEYS = ("distgen", "kernel", "hook", "distros", "owned", "seeded", "folders")

_DISTRO = rf"(?!(?:{'|'.join({*RESERVED, *families()})})(?:/|$)){NAME.pattern}"
_FILE = r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*"
# What a render writes, and nothing else, is ever removed or compared because a lock names it
OWNED = re.compile(
    r"GNUmakefile|Makefile\.distro|distro/\.gitignore|distro/README\.rst|distro/Makefile\.goals"
    rf"|distro/(?:scripts|package)(/{_FILE})+|distro/{_DISTRO}/(?:Makefile|package(/{_FILE})+)"
)
SEEDED = re.compile(
    rf"distro/({_DISTRO}/)?configs/([a-z0-9-]+/)?[a-z0-9_]+\.config|distro/{_DISTRO}/distro\.toml"
)
DISTRO = re.compile(_DISTRO)
FOLDER = re.compile(rf"distro(/{_FILE})*")
VERSION = re.compile(r"[0-9][0-9A-Za-z.+]*")
KERNEL = re.compile(r"(?:[0-9][0-9A-Za-z.+_~-]*( [0-9a-f]{40,64})?)?")
# Older locks named the distgen that seeded a file, too
ENTRY = re.compile(rf"(0644|0755) ([0-9a-f]{{64}})(?: {VERSION.pattern})?( found)?")

WORDS = {
    "hook": (re.compile("|".join(Hook)), "hook"),
    "distgen": (VERSION, "version of distgen"),
    "kernel": (KERNEL, "version of a kernel and its commit"),
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What was written: sha256 in hex, permission bits. ``found``: it was there before distgen."""

    sha256: str
    mode: int
    found: bool = False

    def text(self) -> str:
        """The value of a line of the file."""
        return f"{self.mode:04o} {self.sha256}{' found' * self.found}"


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Owned files are compared with this before they are overwritten; seeded ones never are.

    ``seeded`` says what was seeded, whatever the user changed since. ``folders`` are those that
    distgen made. ``kernel`` is the version that ``init`` last saw and, with git, the first commit
    that it saw it at.
    """

    kernel: str = ""
    distros: tuple[str, ...] = ()
    hook: Hook = Hook.OVERLAY
    owned: Mapping[str, Entry] = field(default_factory=dict)
    seeded: Mapping[str, Entry] = field(default_factory=dict)
    folders: tuple[str, ...] = ()

    def file(self) -> File:
        """The lock as a file, stable and one line a path, so that it merges and reads well."""
        table = {
            "distgen": __version__,
            **vars(self),
            "owned": {path: entry.text() for path, entry in sorted(self.owned.items())},
            "seeded": {path: entry.text() for path, entry in sorted(self.seeded.items())},
            "folders": sorted(self.folders),
        }
        return File(path=PATH, content=f"{json.dumps(table, indent=1)}\n".encode())


def read(tree: Path) -> Lock | None:
    """The lock of a tree, None without one; UsageError with its line if no distgen wrote it."""
    safe_path.refuse_links(tree, PATH)
    content = safe_path.read(tree / PATH, LARGEST)
    if content is None:
        return None
    try:
        return _lock(json.loads(content.decode(), object_pairs_hook=_once))
    except json.JSONDecodeError as error:
        line, what = error.lineno, error.msg
    except UnicodeDecodeError as error:
        line, what = content.count(b"\n", 0, error.start) + 1, error.reason
    except _WrongError as error:
        what, token = error.args
        at = content.find(json.dumps(token).encode())
        line = content.count(b"\n", 0, max(at, 0)) + 1
    except (ValueError, RecursionError) as error:
        line, what = 1, str(error)
    message = f"{tree / PATH}:{line}: not a lock file of distgen ({what})"
    raise UsageError(message, f"restore it: git checkout {PATH}, or delete it")


class _WrongError(Exception):
    """What is wrong, and the token that the line with it names first."""


def _expect(fine: object, what: str, token: str = "") -> None:
    if not fine:
        raise _WrongError(what, token)


def _lock(table: Any) -> Lock:
    _expect(isinstance(table, dict), "not an object")
    for key in table:
        _expect(key in KEYS, f"unknown key {key!r}", key)
    table = {"hook": Hook.OVERLAY, "kernel": "", "folders": [], **table}
    for key, (pattern, what) in WORDS.items():
        word = table.get(key)
        is_word = isinstance(word, str) and pattern.fullmatch(word)
        _expect(is_word, f"{word!r:.80} is no {what}", key)
    return Lock(
        kernel=table["kernel"],
        distros=_names(table, "distros", DISTRO),
        hook=Hook(table["hook"]),
        owned=_entries(table, "owned", OWNED),
        seeded=_entries(table, "seeded", SEEDED),
        folders=_names(table, "folders", FOLDER),
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for name, count in Counter(name for name, _ in pairs).items():
        _expect(count == 1, f"{name!r} twice", name)
    return dict(pairs)


def _names(table: Any, key: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    names = table.get(key)
    _expect(isinstance(names, list), f"{key!r} must be a list", key)
    for name in names:
        is_text = isinstance(name, str)
        what = f"{name!r:.80} in {key!r} is not a value that distgen writes"
        _expect(is_text and pattern.fullmatch(name), what, name if is_text else key)
    return tuple(names)


def _entries(table: Any, key: str, pattern: re.Pattern[str]) -> dict[str, Entry]:
    values = table.get(key)
    _expect(isinstance(values, dict), f"{key!r} must be an object", key)
    entries = {}
    for path, value in values.items():
        _expect(pattern.fullmatch(path), f"{path!r:.80} is not a path for {key} files", path)
        words = ENTRY.fullmatch(value) if isinstance(value, str) else None
        if not words:
            what = f"{path!r}: {value!r:.80} is not a mode and the sha256 of a file"
            raise _WrongError(what, path)
        entries[path] = Entry(mode=int(words[1], 8), sha256=words[2], found=bool(words[3]))
    return entries
