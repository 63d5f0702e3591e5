# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ``distgen config``: arguments in, exit codes out."""

from pathlib import Path
from typing import Annotated

import typer

config = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Layers and their options.")

TreeOption = Annotated[
    Path,
    typer.Option("--tree", metavar="TREE", help="Top of the kernel tree.", show_default="here"),
]


@config.command(
    "import",
    epilog="Examples: distgen config import fedora kernel-7.2.13-200.fc45.src.rpm. "
    "Only two of its configurations: distgen config import fedora x86_64=k.src.rpm "
    "x86_64:debug=k.src.rpm. A flat one: distgen config import fedora x86_64=/boot/config-7.2.",
)
def import_(
    distro: Annotated[str, typer.Argument(metavar="DISTRO", help="Whose configurations.")],
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="[ARCH[:FLAVOUR]=]SOURCE...",
            help="A .config (plain, gzip, xz, zstd), .src.rpm, .deb, .dsc, Debian's debian/config, "
            "kernel-ark's redhat/configs or Ubuntu's annotations. ARCH[:FLAVOUR]= says which "
            "configuration a .config is, and takes only that one out of the others.",
        ),
    ],
    tree: TreeOption = Path(),
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="The distro/ folder; default: that of TREE."),
    ] = None,
    provenance: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Where it comes from, for distro.toml; default: what the sources say.",
        ),
    ] = None,
) -> None:
    """Turn what a distribution ships into layers, factored with those that are there."""
    from distgen.importer import import_into  # noqa: PLC0415

    for path, settings in import_into(tree, into, distro, sources, provenance):
        print(f"{settings:6} {path}")
