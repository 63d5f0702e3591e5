# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ``distgen config``: arguments in, exit codes out."""

from pathlib import Path
from typing import Annotated

import typer

from distgen.cli import complete, options
from distgen.cli.app import config
from distgen.cli.opened import locked_layers, open_layers
from distgen.errors import Exit
from distgen.log import print_json, say


@config.command(
    "import",
    epilog="Examples: distgen config import fedora kernel-7.2.13-200.fc45.src.rpm. "
    "Only two of its configurations: distgen config import fedora x86_64=k.src.rpm "
    "x86_64:debug=k.src.rpm. A flat one: distgen config import fedora x86_64=/boot/config-7.2.",
)
def import_(
    distro: options.DistroArgument,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="[ARCH[:FLAVOUR]=]SOURCE...",
            help="A .config (plain, gzip, xz, zstd), .src.rpm, .deb, .dsc, Debian's debian/config, "
            "kernel-ark's redhat/configs or Ubuntu's annotations. ARCH[:FLAVOUR]= says which "
            "configuration a .config is, and takes only that one out of the others.",
        ),
    ],
    tree: options.Tree = Path(),
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="The distro/ folder; default: that of TREE."),
    ] = None,
    provenance: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Origin to write into distro.toml; default: taken from the sources.",
        ),
    ] = None,
) -> None:
    """Import configurations of a distribution, and factor them with the existing layers."""
    from distgen.kernel.tree import open_tree  # noqa: PLC0415
    from distgen.layers.layout import open_layout, root_of  # noqa: PLC0415
    from distgen.sources.importer import import_into  # noqa: PLC0415
    from distgen.store import transaction  # noqa: PLC0415

    opened = open_tree(tree)
    folder = into.resolve() if into else opened.path / "distro"
    with transaction.locked_for_writing(root_of(folder)):
        written = import_into(opened, open_layout(folder), distro, sources, provenance)
    for path, settings in written:
        print(f"{settings:6} {path}")


@config.command(epilog="Example: distgen config explain PREEMPT_RT --distro fedora --arch x86_64")
def explain(
    symbols: Annotated[
        list[str], typer.Argument(metavar="SYMBOL...", help="With or without CONFIG_.")
    ],
    distro: options.Distros = None,
    arch: options.Arches = None,
    flavour: options.Flavours = None,
    tree: options.Tree = Path(),
    help_text: Annotated[bool, typer.Option("--help-text", help="Kconfig's help as well.")] = False,
    as_json: options.Json = False,
) -> None:
    """Show what each layer sets a symbol to, its value in each configuration, and why.

    Identical results are grouped.
    """
    from distgen.config import explain  # noqa: PLC0415

    opened, layout = open_layers(tree)
    variants = layout.select(distro or [], arch or [], flavour or [])
    reports = explain.explain(opened, layout, symbols, variants)
    if as_json:
        print_json([explain.as_object(layout, report) for report in reports])
    else:
        print(explain.as_text(layout, reports, help_text=help_text))


@config.command(
    epilog="Examples: distgen config diff fedora/x86_64 debian/x86_64;"
    " distgen config diff HEAD~1 --stat; distgen config diff fedora/x86_64 /boot/config-7.2",
)
def diff(
    first: Annotated[
        str, typer.Argument(metavar="A", help="See above.", autocompletion=complete.sides)
    ],
    second: Annotated[
        str | None,
        typer.Argument(
            metavar="B", help="Default: now, if A is a revision.", autocompletion=complete.sides
        ),
    ] = None,
    tree: options.Tree = Path(),
    stat: Annotated[bool, typer.Option("--stat", help="Count by menu and configuration.")] = False,
    as_json: options.Json = False,
) -> None:
    """Compare configurations as Kconfig resolves them, and say who decided; exit 1 if they differ.

    A and B are each one of: a configuration (fedora/x86_64:rt); a distribution, for all that both
    have; a revision of the git repository that the layers are in (HEAD~1, a tag, git:NAME), or now,
    for all configurations with the Kconfig of this tree; a file (./NAME if it is also another).

    A file that Kconfig has written is compared as it stands, with what it says of its compiler. A
    fragment is resolved first if the other side is a configuration, whose arch it gets.

    Exit codes as of diff: 0 they are the same, 1 they differ.
    """
    from contextlib import ExitStack  # noqa: PLC0415

    from distgen.config import compare, operand  # noqa: PLC0415

    opened, layout = open_layers(tree)
    with ExitStack() as stack:
        operands = operand.open_operands(stack, layout, first, second)
        pairs = operand.pairs(*operands)
        for note in operand.notes(*operands):
            say(note)
        differences = compare.compare(opened, pairs)
    if as_json:
        objects = [compare.as_object(difference) for difference in differences]
        print_json(compare.counts(differences) if stat else objects)
    elif differences and stat:
        print(compare.as_stat(differences))
    elif differences:
        print(compare.as_text(differences, [pair.variant for pair in pairs]))
    raise typer.Exit(Exit.FINDINGS if differences else Exit.OK)


@config.command(epilog="Example: distgen config refactor --dry-run")
def refactor(tree: options.Tree = Path(), dry_run: options.DryRun = False) -> None:
    """Write all layers again with the fewest settings; no resolved configuration changes.

    Every configuration is resolved before and after, and compared byte for byte, before a file is
    written. Reasons stay with the settings that stay.
    """
    from distgen.factoring.refactor import refactor as factor_again  # noqa: PLC0415
    from distgen.kconfig.values import parse_values  # noqa: PLC0415

    with locked_layers(tree, writes=not dry_run) as (opened, layout):
        files = factor_again(opened, layout)
        counts = []
        for file in files:
            path = layout.folder / file.path
            old = len(parse_values(path.read_bytes())) if path.is_file() else 0
            counts.append((old, len(parse_values(file.content)), file.path))
        if not dry_run:
            layout.write(files)
    for old, new, name in counts:
        print(f"{old:6} -> {new:6} {name}")
    say(
        f"{len(files)} layers {'to write' if dry_run else 'written'},"
        f" {sum(old - new for old, new, _ in counts)} settings fewer;"
        f" {len(layout.variants)} configurations are what they were"
    )
