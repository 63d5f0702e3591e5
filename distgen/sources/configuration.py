# SPDX-License-Identifier: GPL-2.0-or-later
"""A configuration: as a source offers it, and read from there."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass

from distgen.archives.compression import decompress
from distgen.errors import UsageError, bad_line
from distgen.kconfig.values import parse_line
from distgen.layers.fragment import Setting, scan

CARRIAGE_RETURN = re.compile(r"\r$", re.MULTILINE)

Settings = Mapping[str, Setting]


@dataclass(frozen=True)
class Offered:
    """A configuration that a source has, in the words of that source.

    ``arch`` and ``kernel`` are what the source calls the arch and the flavour ("" for base).
    ``origin`` says where it stands. ``read`` gives its settings in the order that Kconfig is to
    see them, each symbol once, or raises UsageError with file and line. ``optional`` ones are left
    out without a word where the distribution does not know them. ``caution`` is why one is only to
    be taken when the command line names it. Where ``named`` is not set, the source does not say
    which configuration it is, and this is one that it can be.
    """

    arch: str
    kernel: str
    origin: str
    read: Callable[[], Settings]
    provenance: str = ""
    _: KW_ONLY
    optional: bool = False
    caution: str = ""
    named: bool = True


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One configuration as a fragment: ``text`` has each symbol once, the value that counts.

    ``origin`` is where it comes from, ``provenance`` what the source says of itself, or "".
    """

    text: str
    origin: str
    provenance: str = ""


def decode(data: bytes, origin: str) -> str:
    """The text of a file, or UsageError with its first line that is none."""
    line = data.count(b"\n", 0, data.find(b"\0")) + 1
    if b"\0" in data:
        message = f"{origin}:{line}: a NUL byte: this is not a text file"
        raise UsageError(message, "give a .config file")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{origin}:{line}: not UTF-8 ({error.reason})"
        raise UsageError(message, f"convert line {line} to UTF-8") from error


def settings(text: str, origin: str) -> Iterator[Setting]:
    """Every setting of a fragment in order. The end of a line may be CR LF, as it may for Kconfig.

    Raises what ``scan`` raises, and UsageError for a value that Kconfig would not take.
    """
    for setting in scan(CARRIAGE_RETURN.sub("", text), origin):
        if setting.value != setting.value.rstrip():
            what = "white space after the value; Kconfig rejects it"
            line = setting.text()
            raise bad_line(origin, setting.line, what, line, line.rstrip())
        yield setting


def flat(data: bytes, origin: str) -> Settings:
    """The settings of a flat ``.config``, compressed or not. Of two of a symbol the last counts.

    It then stands where the last one stood, since the order matters to a choice. Comments are
    dropped: they are Kconfig's headings.
    """
    read: dict[str, Setting] = {}
    for setting in settings(decode(decompress(data, origin), origin), origin):
        read.pop(setting.symbol, None)
        read[setting.symbol] = Setting(
            symbol=setting.symbol, value=setting.value, line=setting.line
        )
    return read


def reason(note: str) -> tuple[str, ...]:
    """A note as comment lines, none of which can be taken for a setting."""
    lines = (f"# {line.strip()}" for line in note.splitlines() if line.strip())
    return tuple(f"# Note: {line[2:]}" if parse_line(line) else line for line in lines)


def fragment(settings: Iterable[Setting]) -> str:
    """A ``.config`` of these settings below their reasons."""
    lines = [line for setting in settings for line in (*setting.reason, setting.text())]
    return "".join(f"{line}\n" for line in lines)
