# SPDX-License-Identifier: GPL-2.0-or-later
"""An assignment: ``SYMBOL=VALUE`` as a user writes it, and as it has to stand in a layer."""

import re
from collections.abc import Sequence

from distgen.errors import UsageError
from distgen.kconfig.option import Option
from distgen.kconfig.values import STRING, parse_line

NOT_SET = "is not set"
NUMBER = {
    "int": re.compile(r"0|-?[1-9]\d*", re.ASCII),
    "hex": re.compile(r"(0[xX])?[0-9a-fA-F]+"),
}
TRISTATES = {"bool": "yn", "tristate": "ymn"}


def parse_assignment(text: str) -> tuple[str, str]:
    """``SYMBOL=VALUE``, or a line of a ``.config``, as symbol and value; UsageError otherwise."""
    if text.startswith("# ") and text.endswith(f" {NOT_SET}"):
        text = f"{text[2 : -len(NOT_SET) - 1]}=n"
    symbol, equals, value = text.partition("=")
    symbol = symbol.strip().removeprefix("CONFIG_")
    if not equals or not re.fullmatch(r"\w+", symbol, re.ASCII):
        message = f"{text!r}: expected SYMBOL=VALUE"
        raise UsageError(message, f"write {symbol or 'SYMBOL'}=y, =m, =n, or a number or text")
    if any(c in value for c in "\n\r\0"):
        message = f"CONFIG_{symbol}: the value has a line break"
        raise UsageError(message, "remove the line break")
    return symbol, value


def guess(value: str) -> str:
    """A value as it has to stand in a layer, judged by its looks alone."""
    if value.lower() in ("y", "m", "n", NOT_SET):
        return "n" if value == NOT_SET else value.lower()
    if STRING.fullmatch(value) or any(pattern.fullmatch(value) for pattern in NUMBER.values()):
        return value
    return quote(value)


def quote(value: str) -> str:
    """Text as it stands in a ``.config``."""
    if STRING.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typed(symbol: str, value: str, options: Sequence[Option]) -> str:
    """A value as it has to stand in a layer for the type that the symbol has.

    Raises UsageError for a value that it cannot have, out of range of all ``options`` as well.
    """
    kind = options[0].type
    if kind == "string":
        return quote(value)
    plain = guess(value)
    if kind in TRISTATES:
        if plain in TRISTATES[kind]:
            return plain
        message = f"CONFIG_{symbol}: a {kind} is one of {', '.join(TRISTATES[kind])}, not {value!r}"
        raise UsageError(message, f"write {symbol}=y or {symbol}=n")
    if not NUMBER[kind].fullmatch(plain):
        message = f"CONFIG_{symbol}: {value!r} is not a number ({kind})"
        raise UsageError(message, f"write {symbol}={'0x1000' if kind == 'hex' else '64'}")
    if kind == "hex" and not plain.lower().startswith("0x"):
        plain = f"0x{plain}"
    ranges = {option.range for option in options}
    if all(not _in_range(plain, text) for text in ranges):
        message = f"CONFIG_{symbol}: {value} is out of range: {' or '.join(sorted(ranges))}"
        raise UsageError(message, "give a number in that range")
    return plain


def _in_range(value: str, text: str) -> bool:
    """Whether a number is in a range as Kconfig describes it: ``LOW[=1] 64``; "" is any."""
    bounds = [int(word.rstrip("]").split("[=")[-1], 0) for word in text.split()]
    return not bounds or bounds[0] <= int(value, 0) <= bounds[1]


def parse_reason(text: str) -> tuple[str, ...]:
    """Text as comment lines; UsageError where one would be a setting."""
    lines = tuple(f"# {line}".rstrip() for line in text.splitlines())
    for line in lines:
        if parse_line(line):
            message = f"the reason reads as a setting: {line}"
            raise UsageError(message, "write the reason as plain text")
    return lines
