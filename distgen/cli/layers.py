# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of the commands that edit layers, such as ``distgen config set``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from distgen.cli import complete, options
from distgen.cli.app import config
from distgen.cli.opened import locked_layers, locked_tree, open_layers
from distgen.errors import Exit
from distgen.log import print_json, say
from distgen.words import plural

if TYPE_CHECKING:
    from distgen.config.effect import Outcome


@config.command(
    "set", epilog="Example: distgen config set PREEMPT_RT=y --distro fedora --flavour rt"
)
def set_(
    assignments: Annotated[
        list[str], typer.Argument(metavar="SYMBOL=VALUE...", help="y, m, n, a number or text.")
    ],
    distro: options.LayerDistro = "",
    arch: options.LayerArch = "",
    flavour: options.LayerFlavour = "",
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; becomes a comment above it.")
    ] = "",
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    tree: options.Tree = Path(),
) -> None:
    """Set options in one layer, and show what changes in which configurations."""
    from distgen.config.set import set_options  # noqa: PLC0415

    with locked_layers(tree, writes=not dry_run) as (opened, layout):
        done = set_options(opened, layout, assignments, (distro, arch, flavour), reason)
        finish(done, dry_run=dry_run, as_json=as_json)


@config.command(epilog="Example: distgen config unset PREEMPT_RT --distro fedora --flavour rt")
def unset(
    symbols: Annotated[list[str], typer.Argument(metavar="SYMBOL...", help="Options.")],
    distro: options.LayerDistro = "",
    arch: options.LayerArch = "",
    flavour: options.LayerFlavour = "",
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    tree: options.Tree = Path(),
) -> None:
    """Take options out of one layer, and show what changes in which configurations."""
    from distgen.config.set import unset_options  # noqa: PLC0415

    with locked_layers(tree, writes=not dry_run) as (opened, layout):
        done = unset_options(opened, layout, symbols, (distro, arch, flavour))
        finish(done, dry_run=dry_run, as_json=as_json)


@config.command(epilog="Example: distgen config lint --fix")
def lint(
    fix: Annotated[
        bool, typer.Option("--fix", help="Fix what can be fixed without changing a configuration.")
    ] = False,
    distro: options.Distros = None,
    as_json: options.Json = False,
    tree: options.Tree = Path(),
) -> None:
    """Find settings that do nothing, in the layers of all distributions; exit 1 if any."""
    from distgen.config.lint import as_text, lint  # noqa: PLC0415
    from distgen.config.lint_fix import as_object, fix_all  # noqa: PLC0415

    with locked_layers(tree, writes=fix) as (opened, layout):
        found = lint(opened, layout, distro or [])
        done = fix_all(opened, found) if fix else None
        if done:
            done.change.write()
    left = [defect for defect in found.defects if not done or defect not in done.fixed]
    if as_json:
        print_json(as_object(found, done))
    else:
        print(as_text(left, found.bare))
    if done:
        for refused in done.refused:
            say(refused.text())
        count = len(done.change.places)
        say(f"{len(done.fixed)} fixed, {count} {plural('file', count)} written")
    raise typer.Exit(Exit.FINDINGS if left else Exit.OK)


@config.command(epilog="Example: distgen config undecided --distro fedora --accept-defaults")
def undecided(
    distro: options.Distros = None,
    arch: options.Arches = None,
    flavour: options.Flavours = None,
    accept_defaults: Annotated[
        bool, typer.Option("--accept-defaults", help="Write the defaults into the layers.")
    ] = False,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    tree: options.Tree = Path(),
) -> None:
    """List undecided options with prompt, help and commit; exit 1 if any."""
    from distgen.config import undecided as module  # noqa: PLC0415
    from distgen.config.effect import Outcome  # noqa: PLC0415

    with locked_layers(tree, writes=accept_defaults and not dry_run) as (opened, layout):
        variants = layout.select(distro or [], arch or [], flavour or [])
        found = module.undecided(opened, layout, variants)
        if accept_defaults and found:
            change = module.accept(opened, layout, found)
            finish(Outcome(change=change), dry_run=dry_run, as_json=as_json)
            raise typer.Exit
    if as_json:
        print_json([module.as_object(item) for item in found])
    elif found:
        print("\n\n".join(module.as_text(layout, item) for item in found))
    if any(item.commit == module.SHALLOW for item in found):
        say(module.SHALLOW)
    say(f"{len(found)} undecided {plural('option', len(found))}")
    raise typer.Exit(Exit.FINDINGS if found else Exit.OK)


@config.command(epilog="Example: distgen config menuconfig fedora x86_64:rt")
def menuconfig(
    distro: options.DistroArgument,
    variant: Annotated[
        str,
        typer.Argument(
            metavar="ARCH[:FLAVOUR]",
            help="A configuration of DISTRO.",
            autocompletion=complete.variants,
        ),
    ],
    goal: Annotated[
        str, typer.Option("--with", metavar="TARGET", help="nconfig, xconfig, gconfig …")
    ] = "menuconfig",
    dry_run: options.DryRun = False,
    tree: options.Tree = Path(),
) -> None:
    """Edit a configuration in the kernel's own menus; changes go into its own layer."""
    from distgen.config.menuconfig import menuconfig  # noqa: PLC0415

    opened, layout = open_layers(tree)  # no lock while the user edits
    done = menuconfig(opened, layout, f"{distro}/{variant}", goal)
    with locked_tree(tree, writes=not dry_run):
        finish(done, dry_run=dry_run, as_json=False)


def finish(outcome: "Outcome", *, dry_run: bool, as_json: bool) -> None:
    """Write what is to be written, and show it."""
    from distgen.config.effect import as_object, as_text  # noqa: PLC0415

    files = outcome.change.files()
    if not as_json:
        sys.stdout.write(outcome.change.diff())
        sys.stdout.flush()
    if not dry_run:
        outcome.change.write()
    if as_json:
        print_json(as_object(outcome))
    elif text := as_text(outcome):
        print(text)
    for note in outcome.notes:
        say(note)
    for lost in outcome.undecided:
        say(f"warning: {lost.text(outcome.change.layout)}")
    if not files:
        say("nothing changes, nothing was written")
    else:
        say(f"{len(files)} {plural('file', len(files))} {'to write' if dry_run else 'written'}")
