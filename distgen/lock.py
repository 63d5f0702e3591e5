# SPDX-License-Identifier: GPL-2.0-or-later
"""``distro/distgen.lock``: which files of a tree distgen wrote, and what it wrote into them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from distgen import __version__
from distgen.errors import UsageError
from distgen.name import check_name
from distgen.render import File, Ownership

PATH = "distro/distgen.lock"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What was written: sha256 in hex, and the permission bits."""

    sha256: str
    mode: int


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Owned files are compared with this before they are overwritten; seeded ones never are."""

    version: str = __version__
    distros: tuple[str, ...] = ()
    owned: Mapping[str, Entry] = field(default_factory=dict)
    seeded: Mapping[str, Entry] = field(default_factory=dict)

    def text(self) -> str:
        """The file, stable and one line a path, so that it merges and reads well."""
        table = {
            "distgen": self.version,
            "distros": list(self.distros),
            "owned": _table(self.owned),
            "seeded": _table(self.seeded),
        }
        return json.dumps(table, indent=1) + "\n"


def digest(content: bytes) -> str:
    """The sha256 of a file's content in hex."""
    return hashlib.sha256(content).hexdigest()


def of_files(files: Iterable[File], distros: Iterable[str]) -> Lock:
    """The lock that belongs to what was rendered."""
    entries: dict[Ownership, dict[str, Entry]] = {kind: {} for kind in Ownership}
    for file in files:
        entries[file.ownership][file.path] = Entry(sha256=digest(file.content), mode=file.mode)
    return Lock(
        distros=tuple(distros),
        owned=entries[Ownership.OWNED],
        seeded=entries[Ownership.SEEDED],
    )


def read(tree: Path) -> Lock | None:
    """The lock of a tree; None where distgen has not been."""
    path = tree / PATH
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return Lock(
            version=str(table["distgen"]),
            distros=_names(table["distros"]),
            owned=_entries(table["owned"]),
            seeded=_entries(table["seeded"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        line = getattr(error, "lineno", 1)
        message = f"{path}:{line}: not a lock file of distgen ({error})"
        raise UsageError(message, f"restore it: git checkout {PATH}, or delete it") from error


def _names(names: Iterable[str]) -> tuple[str, ...]:
    """Names of distributions; ValueError for what is none."""
    try:
        return tuple(check_name(str(name)) for name in names)
    except UsageError as error:
        raise ValueError(error.message) from error


def _table(entries: Mapping[str, Entry]) -> dict[str, str]:
    return {path: f"{e.mode:04o} {e.sha256}" for path, e in sorted(entries.items())}


def _entries(table: Mapping[str, str]) -> dict[str, Entry]:
    entries = {}
    for path, value in table.items():
        mode, sha256 = value.split()
        entries[path] = Entry(sha256=sha256, mode=int(mode, 8))
    return entries
