# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: run a command, and turn an error into a message and an exit code."""

import sys
from typing import Annotated

import typer

from distgen import __version__
from distgen.cli import config, distro, install, layers, verify  # noqa: F401  (their commands)
from distgen.cli.app import app
from distgen.errors import DistgenError, Exit
from distgen.log import complain, say


def main() -> None:
    """Run the command, and turn an error into a message and an exit code, once."""
    try:
        app(prog_name="distgen", standalone_mode=True)
    except KeyboardInterrupt:
        say("distgen: interrupted")
        sys.exit(Exit.INTERRUPTED)
    except Exception as error:
        if "--debug" in sys.argv[1:]:
            raise
        if isinstance(error, DistgenError):
            complain(error)
            sys.exit(error.code)
        say(f"distgen: a bug in distgen: {type(error).__name__}: {error}")
        say("  run it again with --debug, and report what that prints")
        sys.exit(Exit.BUG)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"distgen {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback on errors.")] = False,
) -> None:
    del version, debug
