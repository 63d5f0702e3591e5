# SPDX-License-Identifier: GPL-2.0-or-later
"""The difference of two files, as ``diff -u`` and git show it and as ``git apply`` takes it."""

import difflib
import io
import stat


def of_git(old: bytes | None, new: bytes | None, path: str, modes: tuple[int, int]) -> str:
    """From ``old`` to ``new``, None for no file, as git shows it; "" where nothing differs.

    ``modes`` are the permission bits before and after, of which the owner's x counts.
    """
    head = _head(old, new, modes)
    lines = unified(old, new, f"a/{path}", f"b/{path}")
    return f"diff --git a/{path} b/{path}\n{head}{lines}" if head or lines else ""


def _head(old: bytes | None, new: bytes | None, modes: tuple[int, int]) -> str:
    before, after = (100755 if mode & stat.S_IXUSR else 100644 for mode in modes)
    if old is None:
        return f"new file mode {after}\n"
    if new is None:
        return f"deleted file mode {before}\n"
    return f"old mode {before}\nnew mode {after}\n" if before != after else ""


def unified(old: bytes | None, new: bytes | None, before: str, after: str) -> str:
    """From ``old`` to ``new`` as ``diff -u`` shows it, with the names that the files had and have.

    Bytes that are no UTF-8 become surrogates.
    """
    lines = difflib.unified_diff(
        _lines(old),
        _lines(new),
        "/dev/null" if old is None else before,
        "/dev/null" if new is None else after,
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(content: bytes | None) -> list[str]:
    """The lines with their ends. Only a line feed ends one, as it does for diff and patch."""
    return list(io.StringIO((content or b"").decode(errors="surrogateescape"), newline="\n"))
