# SPDX-License-Identifier: GPL-2.0-or-later
"""A file as it should be in a tree, in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

EXECUTABLE = 0o755
PLAIN = 0o644


class Ownership(StrEnum):
    """Who owns a file in a tree."""

    OWNED = "owned"  # distgen's: rendered whole every time
    SEEDED = "seeded"  # written once, the user's from then on


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a rendered file, and the template, block ("" for none) and line it comes from.

    A ``literal`` stands in the template as it is, there or some lines below.
    """

    text: str
    template: str
    block: str
    line: int
    literal: bool


@dataclass(frozen=True, kw_only=True)
class File:
    """One file as it should be: ``path`` from the top of the tree, in POSIX form.

    ``pieces`` renders it again, to say where each part comes from; none for a copied file.
    """

    path: str
    content: bytes
    ownership: Ownership = Ownership.OWNED
    mode: int = PLAIN
    pieces: Callable[[], Sequence[Piece]] = field(default=tuple, compare=False)
