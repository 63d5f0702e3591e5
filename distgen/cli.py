# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: arguments in, exit codes out. What the commands do is elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from distgen import __version__
from distgen.cli_config import config
from distgen.cli_distro import distro_commands
from distgen.cli_edit import edit_commands
from distgen.cli_verify import verify
from distgen.errors import DistgenError, Exit
from distgen.talk import complain, print_json, say

app = typer.Typer(
    name="distgen",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Distribution configurations and source packages for any Linux kernel tree.",
    epilog="Exit codes: 0 fine, 1 findings, 2 usage, 3 unsupported, 4 a command failed.",
)
edit_commands(config)
app.add_typer(config, name="config")
distro_commands(app)

TreeArgument = Annotated[
    Path, typer.Argument(metavar="[TREE]", help="Top of the kernel tree.", show_default="here")
]


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


@app.command(epilog="Example: distgen init ~/linux --distro fedora --distro debian")
def init(
    tree: TreeArgument = Path(),
    distro: Annotated[
        list[str] | None,
        typer.Option("--distro", metavar="NAME", help="A distribution to add; may be repeated."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be written, and write nothing.")
    ] = False,
) -> None:
    """Add Makefile.distro and distro/ to a kernel tree, or bring them up to date."""
    from distgen.install import install  # noqa: PLC0415

    done = install(tree, distro or [], dry_run=dry_run)
    for state, path in done.written:
        print(f"{state} {path}")
    if dry_run:
        say(f"{len(done.written)} files would be written, {done.untouched} are as they should be")
        return
    say(
        f"Linux {done.tree.version}: {len(done.written)} files written,"
        f" {done.untouched} as they should be"
    )
    if done.written:
        from distgen.survey import survey  # noqa: PLC0415

        say("  CHECK   how the layers fit this kernel")
        for line in survey(done.tree, done.distros):
            say(line)
    say(f"  now: make -C {done.tree.path} distro-help")


@app.command(epilog="Example: distgen check ~/linux")
def check(
    tree: TreeArgument = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
) -> None:
    """Say which of distgen's files in a tree are not as they should be; exit 1 if any."""
    from distgen.install import drift  # noqa: PLC0415

    found = drift(tree)
    if as_json:
        print_json([{"path": path, "state": state} for state, path in found])
    else:
        for state, path in found:
            print(f"{state} {path}")
    raise typer.Exit(Exit.FINDINGS if found else Exit.OK)


app.command(
    epilog="Examples: distgen verify distro/out/fedora/SRPMS/*.src.rpm; distgen verify "
    "distro/out/debian/*.dsc; distgen verify --trust kernel-7.2.13-1.src.rpm; distgen verify "
    "--tree ~/linux linux_7.2.13-1.dsc"
)(verify)
