# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer: an ordinary ``.config`` fragment, sorted by symbol, each symbol once.

The comment lines right above a setting are its reason and stay with it. Values are kept as they
stand in the file (``y``, ``m``, ``n``, ``0x10``, ``"text"`` with its quotes), ``n`` for
``is not set``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from distgen.errors import UsageError, bad_line
from distgen.kconfig.values import parse_line

RIGHT = "CONFIG_NAME=y, =m, =64, =\"text\", or '# CONFIG_NAME is not set'"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One symbol's value, with the reason given for it and where it stands."""

    symbol: str
    value: str
    reason: tuple[str, ...] = ()
    path: Path | None = None
    line: int = 0

    @property
    def first(self) -> int:
        """How many lines stand above it and its reason."""
        return self.line - 1 - len(self.reason)

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


def scan(text: str, origin: Path | str, path: Path | None = None) -> Iterator[Setting]:
    """Every setting of a fragment or of a flat ``.config``, in order; ``path`` goes into each.

    Raises UsageError with ``origin:line`` for what is neither a setting nor a comment.
    """
    comment: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            found = parse_line(line)
        except ValueError as error:
            raise bad_line(origin, number, str(error), line, RIGHT) from error
        if found:
            symbol, value = found
            yield Setting(symbol=symbol, value=value, reason=tuple(comment), path=path, line=number)
        if not found and line.startswith("#") and "SPDX-License-Identifier:" not in line:
            comment.append(line)
        else:
            comment = []


def parse(text: str, path: Path) -> Layer:
    """The settings by symbol, of two of one symbol the last, and the comments above the first.

    A comment right above the first setting is its reason and not of the head. Raises what ``scan``
    raises.
    """
    found = list(scan(text, path, path))
    above = text.split("\n")[: found[0].first if found else None]
    while above and not above[-1].strip():
        above.pop()
    settings = {setting.symbol: setting for setting in found}
    return Layer(settings=settings, head=(*above, "") if above else ())


def read(path: Path) -> Layer:
    try:
        return parse(path.read_text(encoding="utf-8"), path)
    except UnicodeDecodeError as error:
        message = f"{path}: not a text file ({error.reason} at byte {error.start})"
        raise UsageError(message, "give a .config file") from error
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise UsageError(message, "give a .config file that can be read") from error
