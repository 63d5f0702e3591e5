# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ``distgen list`` and ``distgen distro``: arguments in, exit codes out."""

from pathlib import Path
from typing import Annotated

import typer

from distgen.cli.install import show_files, would_write
from distgen.cli.opened import locked_tree
from distgen.cli.options import DryRunOption, JsonOption, TreeArgument, TreeOption
from distgen.errors import UsageError
from distgen.log import print_json, say


def distro_commands(app: typer.Typer) -> None:
    """Add the commands to ``distgen``."""
    epilog = "Examples: distgen list ~/linux; distgen list --templates"
    app.command("list", epilog=epilog)(list_)
    distro = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="The distributions of a tree."
    )
    distro.callback()(_distro)
    epilog = (
        "Examples: distgen distro new bazzite --from fedora; distgen distro new my --family deb"
    )
    distro.command("new", epilog=epilog)(new)
    app.add_typer(distro, name="distro")


def _distro() -> None:
    """The distributions of a tree."""  # without it, typer takes the one command for all


def list_(
    tree: TreeArgument = Path(),
    templates: Annotated[
        bool,
        typer.Option("--templates", help="The templates of the packaging, and their blocks."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the distributions of a tree, with arches, flavours and make targets.

    With --templates, for each file of a distribution's packaging the templates that it is made
    from, its own first, and where each block comes from. A file distro/DISTRO/templates/FILE.j2
    that extends one of these overrides the blocks that it has.
    """
    from distgen.install.wanted import read_lock  # noqa: PLC0415
    from distgen.kernel.tree import open_tree  # noqa: PLC0415
    from distgen.layers.layout import open_layout  # noqa: PLC0415
    from distgen.packaging import listing  # noqa: PLC0415
    from distgen.shipped import shipped  # noqa: PLC0415

    opened = open_tree(tree)
    read_lock(opened)
    layout = open_layout(opened.path / "distro")
    if templates:
        rows = listing.templates(layout)
        if as_json:
            print_json(rows)
        else:
            print(listing.templates_text(rows))
            say(f"templates/ is {shipped() / 'templates'}")
    elif as_json:
        print_json(listing.distros(layout))
    else:
        print(listing.distros_text(layout))


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Lower-case letters and digits.")],
    parent: Annotated[
        str, typer.Option("--from", metavar="PARENT", help="Inherit everything from this one.")
    ] = "",
    family: Annotated[
        str, typer.Option("--family", help="Packaging family, without a parent: rpm, deb.")
    ] = "",
    tree: TreeOption = Path(),
    dry_run: DryRunOption = False,
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
