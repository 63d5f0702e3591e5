# SPDX-License-Identifier: GPL-2.0-or-later
"""The values in a file that Kconfig wrote."""

from pathlib import Path


def read_values(path: Path) -> dict[str, str]:
    """Symbol → value of a file that Kconfig wrote, "n" for "is not set"."""
    return parse_values(path.read_bytes())


def parse_values(content: bytes) -> dict[str, str]:
    """The same of the content of such a file."""
    values = {}
    for line in content.decode(errors="replace").split("\n"):
        if line.startswith("CONFIG_"):
            symbol, _, value = line[7:].partition("=")
            values[symbol] = value
        elif line.endswith(" is not set"):
            values[line[9:-11]] = "n"
    return values
