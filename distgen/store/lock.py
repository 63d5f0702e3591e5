# SPDX-License-Identifier: GPL-2.0-or-later
"""``distro/distgen.lock``: which files of a tree distgen wrote, and what it wrote into them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from distgen import __version__
from distgen.distros.families import families
from distgen.distros.name import NAME, RESERVED, check_name
from distgen.errors import UsageError
from distgen.kernel.hook import Hook
from distgen.store import safe_path

PATH = "distro/distgen.lock"
LARGEST = 2**20  # bytes; that of all that ships has 30,000
KEYS = ("distgen", "kernel", "hook", "distros", "owned", "seeded", "folders")

_DISTRO = rf"(?!(?:{'|'.join({*RESERVED, *families()})})/){NAME.pattern}"
_FILE = r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*"
# What a render writes, and nothing else, is ever removed or compared because a lock names it
OWNED = re.compile(
    r"GNUmakefile|Makefile\.distro|distro/\.gitignore|distro/README\.rst|distro/Makefile\.goals"
    rf"|distro/(?:scripts|package)(/{_FILE})+|distro/{_DISTRO}/(?:Makefile|package(/{_FILE})+)"
)
SEEDED = re.compile(
    rf"distro/({_DISTRO}/)?configs/([a-z0-9-]+/)?[a-z0-9_]+\.config|distro/{_DISTRO}/distro\.toml"
)
FOLDER = re.compile(rf"distro(/{_FILE})*")
VERSION = re.compile(r"[0-9][0-9A-Za-z.+]*")
KERNEL = re.compile(r"(?:[0-9][0-9A-Za-z.+_~-]*( [0-9a-f]{40,64})?)?")
# Older locks named the distgen that seeded a file, too
ENTRY = re.compile(rf"(0644|0755) ([0-9a-f]{{64}})(?: {VERSION.pattern})?( found)?")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What was written: sha256 in hex, and the permission bits.

    ``found`` means that these very bytes were there before distgen came.
    """

    sha256: str
    mode: int
    found: bool = False

    def text(self) -> str:
        """The value of a line of the file."""
        return f"{self.mode:04o} {self.sha256}{' found' * self.found}"


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Owned files are compared with this before they are overwritten; seeded ones never are.

    ``seeded`` says what was seeded, whatever the user has made of it since; ``folders`` are those
    that were not there before distgen. ``kernel`` is the version that ``init`` last saw and, where
    there was one, the first commit that it saw it at.
    """

    version: str = __version__
    kernel: str = ""
    distros: tuple[str, ...] = ()
    hook: Hook = Hook.OVERLAY
    owned: Mapping[str, Entry] = field(default_factory=dict)
    seeded: Mapping[str, Entry] = field(default_factory=dict)
    folders: tuple[str, ...] = ()

    def text(self) -> str:
        """The file, stable and one line a path, so that it merges and reads well."""
        table = {
            "distgen": self.version,
            "kernel": self.kernel,
            "distros": list(self.distros),
            "hook": self.hook.value,
            "owned": {path: entry.text() for path, entry in sorted(self.owned.items())},
            "seeded": {path: entry.text() for path, entry in sorted(self.seeded.items())},
            "folders": sorted(self.folders),
        }
        return json.dumps(table, indent=1) + "\n"


def read(tree: Path) -> Lock | None:
    """The lock of a tree; None where distgen is not installed.

    Raises UsageError with file and line for one that no distgen wrote.
    """
    safe_path.refuse_links(tree, PATH)
    content = safe_path.read(tree / PATH, LARGEST)
    return None if content is None else _Reader(tree / PATH, content).lock()


Table = Mapping[str, Any]
Test = Callable[[str], object]


@dataclass(frozen=True)
class _Reader:
    """The content of a lock file with the means to say where in it something is wrong."""

    path: Path
    content: bytes

    def lock(self) -> Lock:
        table = self._table()
        if not isinstance(table, dict):
            self._wrong("not an object")
        for key in table:
            if key not in KEYS:
                self._wrong(f"unknown key {key!r}", key)
        hook = self._word(table, "hook", [*Hook].__contains__, "hook", Hook.OVERLAY)
        return Lock(
            version=self._word(table, "distgen", VERSION.fullmatch, "version of distgen"),
            kernel=self._word(
                table, "kernel", KERNEL.fullmatch, "version of a kernel and its commit", ""
            ),
            distros=self._names(table, "distros", _is_distro),
            hook=Hook(hook),
            owned=self._entries(table, "owned", OWNED),
            seeded=self._entries(table, "seeded", SEEDED),
            folders=self._names(table, "folders", FOLDER.fullmatch, ()),
        )

    def _table(self) -> Any:
        try:
            return json.loads(self.content.decode(), object_pairs_hook=self._once)
        except json.JSONDecodeError as error:
            self._fail(error.lineno, error.msg)
        except UnicodeDecodeError as error:
            self._fail(self.content.count(b"\n", 0, error.start) + 1, error.reason)
        except (ValueError, RecursionError) as error:
            self._fail(1, str(error))

    def _once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            self._wrong(f"{twice!r} twice", twice)
        return table

    def _word(
        self, table: Table, key: str, is_word: Test, what: str, otherwise: str | None = None
    ) -> str:
        word = table.get(key, otherwise)
        if not isinstance(word, str) or not is_word(word):
            self._wrong(f"{word!r:.80} is no {what}", key)
        return word

    def _names(
        self, table: Table, key: str, is_name: Test, otherwise: object = None
    ) -> tuple[str, ...]:
        names = table.get(key, otherwise)
        if not isinstance(names, (list, tuple)):
            self._wrong(f"{key!r} must be a list", key)
        for name in names:
            if not isinstance(name, str) or not is_name(name):
                what = f"{name!r:.80} in {key!r} is not a value that distgen writes"
                self._wrong(what, name if isinstance(name, str) else key)
        return tuple(names)

    def _entries(self, table: Table, key: str, pattern: re.Pattern[str]) -> dict[str, Entry]:
        values = table.get(key)
        if not isinstance(values, dict):
            self._wrong(f"{key!r} must be an object", key)
        entries = {}
        for path, value in values.items():
            if not pattern.fullmatch(path):
                self._wrong(f"{path!r:.80} is not a path for {key} files", path)
            words = ENTRY.fullmatch(value) if isinstance(value, str) else None
            if not words:
                what = f"{path!r}: {value!r:.80} is not a mode and the sha256 of a file"
                self._wrong(what, path)
            mode = int(words[1], 8)
            entries[path] = Entry(mode=mode, sha256=words[2], found=bool(words[3]))
        return entries

    def _wrong(self, what: str, token: str = "") -> NoReturn:
        """Raise ``what`` for the line that names ``token`` first, the first line if none does."""
        at = self.content.find(json.dumps(token).encode())
        self._fail(self.content.count(b"\n", 0, max(at, 0)) + 1, what)

    def _fail(self, line: int, what: str) -> NoReturn:
        message = f"{self.path}:{line}: not a lock file of distgen ({what})"
        raise UsageError(message, f"restore it: git checkout {PATH}, or delete it")


def _is_distro(name: str) -> bool:
    try:
        check_name(name)
    except UsageError:
        return False
    return True
