# SPDX-License-Identifier: GPL-2.0-or-later
"""The syntax of a ``.config``: the setting on a line, and the values in a file."""

import re
from collections.abc import Mapping

SETTING = re.compile(r"CONFIG_(\w+)=(.+)|# CONFIG_(\w+) is not set", re.ASCII)
SETTINGS = re.compile(f"^(?:{SETTING.pattern})$", re.ASCII | re.MULTILINE)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
NONE = "-"  # the value of a symbol that a .config does not have


def parse_line(text: str) -> tuple[str, str] | None:
    """``(symbol, value)`` of one line, None for a comment; ValueError says what is wrong.

    A value is as it stands there (``y``, ``0x10``, ``"text"`` with its quotes), ``n`` for
    ``is not set``.
    """
    if match := SETTING.fullmatch(text):
        if match[3]:
            return match[3], "n"
        if match[2].startswith('"') and not STRING.fullmatch(match[2]):
            message = "unterminated string"
            raise ValueError(message)
        return match[1], match[2]
    if text.strip() and not text.startswith("#"):
        message = "expected CONFIG_NAME=value, '# CONFIG_NAME is not set' or a comment"
        raise ValueError(message)
    return None


def parse_values(content: bytes) -> dict[str, str]:
    """Symbol → value of all settings in a file; what else is in it is passed over."""
    found = SETTINGS.findall(content.decode(errors="replace"))
    return {symbol or unset: value or "n" for symbol, value, unset in found}


def differing(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Both values of every symbol that differs, NONE for a symbol that is not there; sorted."""
    symbols = sorted({symbol for symbol, _ in first.items() ^ second.items()})
    return {symbol: (first.get(symbol, NONE), second.get(symbol, NONE)) for symbol in symbols}


def changed(before: bytes, after: bytes) -> dict[str, tuple[str, str]]:
    """The same for two files; nothing for the same bytes."""
    return {} if before == after else differing(parse_values(before), parse_values(after))
