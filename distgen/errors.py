# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong, each with the exit code that a script can rely on."""

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    UNSUPPORTED = 3
    COMMAND = 4
    BUG = 70
    INTERRUPTED = 130


class DistgenError(Exception):
    """An error that the user can fix.

    ``message`` says what and where, as ``file:line``; ``hint`` what to run or which file to edit.
    """

    code = Exit.USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DistgenError):
    """A wrong command line, or an error in a file of the user."""


class UnsupportedError(DistgenError):
    """A tree or a tool that is missing, or that distgen cannot work with."""

    code = Exit.UNSUPPORTED


class CommandError(DistgenError):
    """An outside command failed."""

    code = Exit.COMMAND


def bad_line(origin: object, number: int, what: str, line: str, right: str) -> UsageError:
    """The error for a line of a file that cannot be read; ``right`` is what to write there."""
    message = f"{origin}:{number}: {what}"
    return UsageError(message, f"instead of {line[:60]!r} write {right}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names what was probably meant: the closest of ``known``, and all of them."""
    import difflib  # noqa: PLC0415  (only needed for an error)

    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    listed = ", ".join(names) or "none"
    return f"did you mean {close[0]}? Known: {listed}" if close else f"known: {listed}"
