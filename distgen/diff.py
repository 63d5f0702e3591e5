# SPDX-License-Identifier: GPL-2.0-or-later
"""The difference of two files, as ``diff -u`` and git show it and as ``git apply`` takes it."""

import difflib
from collections.abc import Iterator

EXECUTABLE = 0o100


def unified(
    old: bytes | None, new: bytes | None, path: str, modes: tuple[int, int] = (0, 0)
) -> str:
    """From ``old`` to ``new``, None for no file; "" where nothing differs.

    ``modes`` are the permission bits before and after, of which the owner's x counts. Bytes that
    are no UTF-8 become surrogates.
    """
    lines = list(_lines(old, new, path))
    head = [*_head(old, new, modes)]
    if not lines and not head:
        return ""
    return "".join([f"diff --git a/{path} b/{path}\n", *head, *lines])


def _head(old: bytes | None, new: bytes | None, modes: tuple[int, int]) -> Iterator[str]:
    before, after = (100755 if mode & EXECUTABLE else 100644 for mode in modes)
    if old is None:
        yield f"new file mode {after}\n"
    elif new is None:
        yield f"deleted file mode {before}\n"
    elif before != after:
        yield f"old mode {before}\nnew mode {after}\n"


def _lines(old: bytes | None, new: bytes | None, path: str) -> Iterator[str]:
    for line in difflib.unified_diff(
        split(_text(old)),
        split(_text(new)),
        "/dev/null" if old is None else f"a/{path}",
        "/dev/null" if new is None else f"b/{path}",
    ):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _text(content: bytes | None) -> str:
    return (content or b"").decode(errors="surrogateescape")


def split(text: str) -> list[str]:
    """The lines with their ends. Only a line feed ends one, as it does for diff and patch."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], *([lines[-1][:-1]] if lines[-1] != "\n" else [])]
