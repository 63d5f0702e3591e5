# SPDX-License-Identifier: GPL-2.0-or-later
"""A file as it should be in a tree, in memory."""

from dataclasses import dataclass
from enum import StrEnum

EXECUTABLE = 0o755

PLAIN = 0o644


class Ownership(StrEnum):
    """Whose a file is once it is in a tree."""

    OWNED = "owned"  # distgen's: rendered whole every time
    SEEDED = "seeded"  # written once, the user's from then on


@dataclass(frozen=True, kw_only=True)
class File:
    """One file as it should be: ``path`` from the top of the tree, in POSIX form."""

    path: str
    content: bytes
    ownership: Ownership
    mode: int = PLAIN
