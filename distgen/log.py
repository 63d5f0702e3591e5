# SPDX-License-Identifier: GPL-2.0-or-later
"""What commands print: data for scripts on standard output, talk on standard error."""

import sys

from distgen.errors import DistgenError


def say(text: str) -> None:
    """Talk to whoever runs the command."""
    print(text, file=sys.stderr)


def complain(error: DistgenError) -> None:
    """Say what is wrong, and how to fix it."""
    say(f"distgen: {error.message}")
    if error.hint:
        say(f"  {error.hint}")


def print_json(value: object) -> None:
    """Print an object or a list of objects for a script; anything else becomes text."""
    import json  # noqa: PLC0415

    print(json.dumps(value, indent=1, default=str))
