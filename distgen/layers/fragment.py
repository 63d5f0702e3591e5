# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer: an ordinary ``.config`` fragment, sorted by symbol, each symbol once.

The comment lines right above a setting are its reason and stay with it. Values are kept as they
stand in the file (``y``, ``m``, ``n``, ``0x10``, ``"text"`` with its quotes), ``n`` for
``is not set``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from distgen.errors import UsageError

SET = re.compile(r"CONFIG_(\w+)=(.+)", re.ASCII)
UNSET = re.compile(r"# CONFIG_(\w+) is not set", re.ASCII)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One symbol's value, with the reason given for it and where it stands."""

    symbol: str
    value: str
    reason: tuple[str, ...] = ()
    path: Path | None = None
    line: int = 0

    def text(self) -> str:
        """The line of a ``.config``."""
        if self.value == "n":
            return f"# CONFIG_{self.symbol} is not set"
        return f"CONFIG_{self.symbol}={self.value}"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """The settings of one fragment, and the comment at its head."""

    settings: Mapping[str, Setting] = field(default_factory=dict)
    head: tuple[str, ...] = ()

    def text(self) -> str:
        """The whole file: head, then every setting below its reason, sorted by symbol."""
        lines = [*self.head]
        for _, setting in sorted(self.settings.items()):
            lines += [*setting.reason, setting.text()]
        return "\n".join(lines) + "\n" if lines else ""


def parse_line(text: str) -> tuple[str, str] | None:
    """``(symbol, value)`` of one line, None for a comment; ValueError says what is wrong."""
    if match := UNSET.fullmatch(text):
        return match[1], "n"
    if not text.strip() or text.startswith("#"):
        return None
    match = SET.fullmatch(text)
    if not match:
        message = "expected CONFIG_NAME=value, '# CONFIG_NAME is not set' or a comment"
        raise ValueError(message)
    if match[2].startswith('"') and not STRING.fullmatch(match[2]):
        message = "unterminated string"
        raise ValueError(message)
    return match[1], match[2]


def is_reason(line: str) -> bool:
    """Whether a line that is no setting can be of the reason of the one below; SPDX is not."""
    return line.startswith("#") and "SPDX-License-Identifier:" not in line


def parse(text: str, path: Path) -> Layer:
    """Read a fragment, a flat ``.config`` as well. The last of two settings of a symbol counts.

    The comments that a blank line parts from the first setting are the head.
    Raises UsageError with ``path:line`` for what is neither a setting nor a comment.
    """
    settings: dict[str, Setting] = {}
    lines = text.split("\n")
    head = 0  # how many lines
    comment: list[str] = []
    for number, line in enumerate(lines, 1):
        try:
            found = parse_line(line)
        except ValueError as error:
            message = f"{path}:{number}: {error}"
            raise UsageError(message, f"mend line {number}: {line[:60]!r}") from error
        if found:
            symbol, value = found
            settings[symbol] = Setting(
                symbol=symbol, value=value, reason=tuple(comment), path=path, line=number
            )
            comment = []
        elif is_reason(line):
            comment.append(line)
        else:
            if not settings and (comment or line.startswith("#")):
                head = number if line.startswith("#") else number - 1
            comment = []
    return Layer(settings=settings, head=(*lines[:head], "") if head else ())


def count(content: bytes) -> int:
    """How many settings a layer holds."""
    return sum(
        line.startswith(b"CONFIG_") or UNSET.fullmatch(line.decode("utf-8", "replace")) is not None
        for line in content.split(b"\n")
    )


def read(path: Path) -> Layer:
    """Read the fragment at ``path``."""
    try:
        return parse(path.read_text(encoding="utf-8"), path)
    except UnicodeDecodeError as error:
        message = f"{path}: not a text file ({error.reason} at byte {error.start})"
        raise UsageError(message, "give a .config file") from error
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise UsageError(message, "give a .config file that can be read") from error
