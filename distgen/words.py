# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists and numbers in messages."""

from collections.abc import Collection
from itertools import islice


def listed(words: Collection[str], limit: int = 3, separator: str = ", ") -> str:
    """The first words of a list: ``a, b, c and 4 more``, or "nothing" for an empty one."""
    more = f" and {len(words) - limit} more" if len(words) > limit else ""
    return f"{separator.join(islice(words, limit))}{more}" or "nothing"


def plural(noun: str, count: int) -> str:
    """``file`` or ``files``."""
    return noun if count == 1 else f"{noun}s"
