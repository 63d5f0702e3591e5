# SPDX-License-Identifier: GPL-2.0-or-later
"""A file of a source package, as the package says it is."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Member:
    """``mode`` is a whole ``st_mode``, ``mtime`` in seconds since 1970.

    ``wrong`` is what is wrong with the content, "" for nothing.
    """

    name: str
    size: int
    mode: int
    owner: str
    group: str
    mtime: int
    wrong: str = ""
