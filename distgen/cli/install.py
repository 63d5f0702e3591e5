# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ``list``, ``init``, ``render``, ``check``, ``diff`` and ``remove``."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from distgen.cli import complete, options
from distgen.cli.app import app
from distgen.cli.opened import locked_tree
from distgen.errors import Exit
from distgen.kernel.hook import PATCHED_FILE, Hook
from distgen.log import print_json, say

if TYPE_CHECKING:
    from distgen.install.install import Installed
    from distgen.kernel.tree import Tree


@app.command("list", epilog="Examples: distgen list ~/linux; distgen list --templates")
def list_(
    tree: options.TreeArgument = Path(),
    templates: Annotated[
        bool, typer.Option("--templates", help="The templates of the packaging, and their blocks.")
    ] = False,
    as_json: options.Json = False,
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


@app.command(epilog="Example: distgen init ~/linux --distro fedora --distro debian")
def init(
    tree: options.TreeArgument = Path(),
    distro: Annotated[
        list[str] | None,
        typer.Option(
            "--distro",
            metavar="NAME",
            help="A distribution to add; may be repeated.",
            autocompletion=complete.known_distros,
        ),
    ] = None,
    hook: Annotated[
        Hook | None,
        typer.Option(
            "--hook",
            metavar="overlay|patch",
            help="How make finds it: by an untracked GNUmakefile (overlay), or by lines in the"
            " kernel's Makefile (patch).",
            show_default="what the tree has, or overlay",
        ),
    ] = None,
    dry_run: options.DryRun = False,
) -> None:
    """Add Makefile.distro and distro/ to a kernel tree, or bring them up to date."""
    from distgen.install.install import install  # noqa: PLC0415

    with locked_tree(tree, writes=not dry_run) as (opened, _):
        done = install(opened, distro or [], mode=hook, dry_run=dry_run)
    show_files(done)
    for news in done.news:
        print(f"{'news' if news.applied else 'yours'} {news.text()}")
    if left := sum(not news.applied for news in done.news):
        say(f"{left} shipped changes not applied: you changed the same lines")
    if dry_run:
        say(would_write(done))
        return
    say(f"Linux {opened.version}: {len(done.written)} files written, {done.untouched} up to date")
    if done.written or done.kernel:
        _show_survey(opened, done)
    elif not done.removed:
        goals = " ".join(f"{name}-configs-check" for name in done.distros)
        say(f"  nothing changed; to check the layers again: make -C {opened.path} {goals}")
    if done.uncommitted:
        say(f"  {PATCHED_FILE} is tracked: the kernel and its packages are marked dirty until")
        say(f"  you commit it: git -C {opened.path} commit {PATCHED_FILE}")
    say(f"  now: make -C {opened.path} distro-help")


def _show_survey(tree: "Tree", done: "Installed") -> None:
    """How the layers fit the kernel, and what is new in it since the last init."""
    from distgen.install.kernel_news import kernel_news  # noqa: PLC0415
    from distgen.install.survey import survey  # noqa: PLC0415
    from distgen.layers.layout import open_layout  # noqa: PLC0415

    say("  CHECK   how the layers fit this kernel")
    lines, undecided = survey(tree, done.distros)
    for line in lines:
        say(line)
    if not done.kernel:
        return
    version, _, commit = done.kernel.partition(" ")
    news = kernel_news(tree, commit, open_layout(tree.path / "distro"), undecided)
    if news is None:
        say(f"  what is new since Linux {version} is unknown: git has no commit {commit or '?'}")
        return
    for line in news:
        print(line)
    counts = Counter(line.partition(" ")[0] for line in news)
    say(
        f"  since Linux {version}: {counts['gone']} options of the layers are gone,"
        f" {counts['changed']} have changed, {counts['new']} are new and undecided"
    )


@app.command(epilog="Example: distgen render ~/linux")
def render(
    tree: options.TreeArgument = Path(),
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite owned files that were edited.")
    ] = False,
    dry_run: options.DryRun = False,
) -> None:
    """Write distgen's own files again; seeded files stay as they are."""
    from distgen.install.install import rerender  # noqa: PLC0415

    with locked_tree(tree, writes=not dry_run) as (opened, _):
        done = rerender(opened, force=force, dry_run=dry_run)
    show_files(done)
    counts = f"{len(done.written)} to write, {len(done.removed)} to remove"
    if not dry_run:
        counts = f"{len(done.written)} written, {len(done.removed)} removed"
    say(f"{counts}, {done.untouched} up to date")


def show_files(done: "Installed") -> None:
    """A line for each file that changes."""
    for state, path in done.written:
        print(f"{state} {path}")
    for path in done.removed:
        print(f"orphan {path}")
    for path in done.released:
        say(f"kept {path}: modified; distgen no longer manages it")


def would_write(done: "Installed") -> str:
    """The last line of a dry run."""
    return f"{len(done.written)} files would be written, {done.untouched} are up to date"


@app.command(epilog="Example: distgen check ~/linux")
def check(tree: options.TreeArgument = Path(), as_json: options.Json = False) -> None:
    """List distgen's files in a tree that are out of date or edited; exit 1 if any."""
    _show_drift(tree, as_json=as_json, diffs=False)


@app.command(epilog="Example: distgen diff ~/linux | less")
def diff(tree: options.TreeArgument = Path(), as_json: options.Json = False) -> None:
    """Show what render would change in distgen's files, as a patch; exit 1 if anything."""
    _show_drift(tree, as_json=as_json, diffs=True)


def _show_drift(tree: Path, *, as_json: bool, diffs: bool) -> None:
    from distgen.install.drift import drift  # noqa: PLC0415

    with locked_tree(tree, writes=False) as (opened, interrupted):
        found = drift(opened, diffs=diffs)
    if as_json:
        print_json(found)
    else:
        for each in found:
            text = each["diff"] if diffs else f"{each['state']} {each['path']}\n"
            sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
    raise typer.Exit(Exit.FINDINGS if found or interrupted else Exit.OK)


@app.command(epilog="Example: distgen remove ~/linux --dry-run")
def remove(
    tree: options.TreeArgument = Path(),
    everything: Annotated[
        bool, typer.Option("--all", help="Also remove distro/out, with everything built.")
    ] = False,
    dry_run: options.DryRun = False,
) -> None:
    """Remove distgen's files from a tree; keep and list changed layers."""
    from distgen.install.remove import OUT, is_built  # noqa: PLC0415
    from distgen.install.remove import remove as take_out  # noqa: PLC0415
    from distgen.store.safe_path import shown  # noqa: PLC0415

    if not everything and not dry_run and sys.stdin.isatty() and is_built(tree):
        everything = typer.confirm(f"Remove {OUT} too, all that was built?", err=True)
    with locked_tree(tree, writes=not dry_run) as (opened, _):
        done = take_out(opened, everything=everything, dry_run=dry_run)
    for path in done.removed:
        print(f"removed {path}")
    for path in done.unhooked:
        print(f"hooked {path}")
    for path, why in done.kept:
        print(f"kept {shown(path)}: {why}")
    counts = f"{len(done.removed)} {'to remove' if dry_run else 'removed'}, {len(done.kept)} kept"
    say(f"{opened.path}: {counts}")
