# SPDX-License-Identifier: GPL-2.0-or-later
"""The journal: what is to happen to a tree, written down before any of it happens.

If a run is killed, the next one finishes it from the journal. Every step can be taken twice: a move
whose source is gone was made.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from distgen.errors import UsageError

NUMBER = re.compile(r"[0-9]{1,9}")
SHA256 = re.compile(r"[0-9a-f]{64}|")


class Move(NamedTuple):
    """``staged`` is the name in the staging folder.

    ``before`` is the sha256 of the file that is at the path until then, None for no file and "" for
    a folder: what changed since then stays.
    """

    staged: str
    before: str | None


@dataclass(frozen=True, kw_only=True)
class Journal:
    """By path from the root: ``writes`` come out of the staging folder, ``removals`` go into it.

    Then each of ``folders`` is removed if it is empty, the deepest first.
    """

    writes: Mapping[str, Move]
    removals: Mapping[str, Move]
    folders: tuple[str, ...]

    def text(self) -> str:
        """The file."""
        return json.dumps(vars(self), indent=1) + "\n"


def parse(content: bytes, path: Path) -> Journal:
    """The journal in a file; UsageError for one that would reach out of its tree or into git."""
    try:
        table = json.loads(content)
        return Journal(
            writes=_moves(table["writes"]),
            removals=_moves(table["removals"]),
            folders=tuple(_inside(folder) for folder in table["folders"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        message = f"{path}:{line}: not a journal of distgen ({error})"
        raise UsageError(message, f"check it, then remove it: rm -r '{path.parent}'") from error


def _moves(table: Mapping[Any, Any]) -> dict[str, Move]:
    moves = {}
    for path, (staged, before) in table.items():
        if not NUMBER.fullmatch(staged):
            message = f"{staged!r:.80} is no staged file"
            raise ValueError(message)
        if before is not None and not SHA256.fullmatch(before):
            message = f"{before!r:.80} is no sha256"
            raise ValueError(message)
        moves[_inside(path)] = Move(staged=staged, before=before)
    return moves


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    plain = bool(parts) and path == "/".join(parts) and "\0" not in path
    if not plain or any(part == ".." or part.casefold() == ".git" for part in parts):
        message = f"{path!r:.80} is not a path that distgen writes"
        raise ValueError(message)
    return path
