# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: arguments in, exit codes out. What the commands do is elsewhere."""

import sys
from typing import Annotated

import typer

from distgen import __version__
from distgen.cli.config import config
from distgen.cli.distro import distro_commands
from distgen.cli.doctor import EPILOG, doctor
from distgen.cli.install import tree_commands
from distgen.cli.layers import edit_commands
from distgen.cli.verify import verify
from distgen.errors import DistgenError, Exit
from distgen.log import complain, say

app = typer.Typer(
    name="distgen",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    help="Distribution configurations and source packages for any Linux kernel tree.",
    epilog="Exit codes: 0 fine, 1 findings, 2 usage, 3 unsupported, 4 a command failed.",
)
edit_commands(config)
app.add_typer(config, name="config")
distro_commands(app)


def main() -> None:
    """Run the command, and turn an error into a message and an exit code, once."""
    debug = "--debug" in sys.argv[1:]
    try:
        app(prog_name="distgen", standalone_mode=True)
    except DistgenError as error:
        if debug:
            raise
        complain(error)
        sys.exit(error.code)
    except KeyboardInterrupt:
        say("distgen: interrupted")
        sys.exit(Exit.INTERRUPTED)
    except Exception as error:
        if debug:
            raise
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


tree_commands(app)
app.command(
    epilog="Examples: distgen verify distro/out/fedora/SRPMS/*.src.rpm; distgen verify "
    "distro/out/debian/*.dsc; distgen verify --trust kernel-7.2.13-1.src.rpm; distgen verify "
    "--tree ~/linux linux_7.2.13-1.dsc"
)(verify)

app.command(epilog=EPILOG)(doctor)
