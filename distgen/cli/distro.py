# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ``distgen distro``."""

from pathlib import Path
from typing import Annotated

import typer

from distgen.cli import options
from distgen.cli.app import app
from distgen.cli.install import show_files, would_write
from distgen.cli.opened import locked_tree
from distgen.errors import UsageError
from distgen.log import say

distro = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(distro, name="distro")


@distro.callback()
def _distro() -> None:
    """The distributions of a tree."""  # without it, typer takes the one command for all


@distro.command(
    epilog="Examples: distgen distro new bazzite --from fedora; distgen distro new my --family deb"
)
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Lower-case letters and digits.")],
    parent: Annotated[
        str, typer.Option("--from", metavar="PARENT", help="Inherit everything from this one.")
    ] = "",
    family: Annotated[
        str, typer.Option("--family", help="Packaging family, without a parent: rpm, deb.")
    ] = "",
    tree: options.Tree = Path(),
    dry_run: options.DryRun = False,
) -> None:
    """Add a distribution that distgen does not ship to a tree: a derivative, or one of its own.

    Its make targets work at once. What it decides is written into distro/NAME: distro.toml, layers
    in configs/, blocks of templates in templates/.
    """
    from distgen.install.new_distro import add  # noqa: PLC0415

    if bool(parent) == bool(family):
        message = "give one of --from PARENT and --family FAMILY"
        raise UsageError(message, f"distgen distro new {name} --from fedora")
    with locked_tree(tree, writes=not dry_run) as (opened, _):
        done = add(opened, name, parent, family, dry_run=dry_run)
    show_files(done)
    if dry_run:
        say(would_write(done))
        return
    top = opened.path
    say(f"{len(done.written)} files written; to edit {name}: {top / 'distro' / name}")
    say(f"  now: make -C {top} {name}-help")
