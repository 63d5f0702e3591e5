# SPDX-License-Identifier: GPL-2.0-or-later
"""The arguments and options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from distgen.cli import complete

TreeArgument = Annotated[
    Path, typer.Argument(metavar="[TREE]", help="Top of the kernel tree.", show_default="here")
]
TreeOption = Annotated[
    Path,
    typer.Option("--tree", metavar="TREE", help="Top of the kernel tree.", show_default="here"),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
DistroArgument = Annotated[
    str,
    typer.Argument(
        metavar="DISTRO", help="A distribution of the tree.", autocompletion=complete.distros
    ),
]


# ---- Which configurations --------------------------------------------------

DistrosOption = Annotated[
    list[str] | None,
    typer.Option(
        "--distro",
        metavar="D",
        help="Only this one; may be repeated.",
        autocompletion=complete.distros,
    ),
]
ArchesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--arch",
        metavar="A",
        help="Only this one; may be repeated.",
        autocompletion=complete.arches,
    ),
]
FlavoursOption = Annotated[
    list[str] | None,
    typer.Option(
        "--flavour",
        metavar="F",
        help="Only this one, or base; may be repeated.",
        autocompletion=complete.flavours,
    ),
]


# ---- Which layer -----------------------------------------------------------

LayerDistroOption = Annotated[
    str,
    typer.Option(
        "--distro",
        metavar="NAME",
        help="Whose layer.",
        show_default="shared",
        autocompletion=complete.distros,
    ),
]
LayerArchOption = Annotated[
    str,
    typer.Option(
        "--arch",
        metavar="NAME",
        help="An arch, or a parent such as x86.",
        show_default="generic",
        autocompletion=complete.layer_names,
    ),
]
LayerFlavourOption = Annotated[
    str,
    typer.Option(
        "--flavour",
        metavar="NAME",
        help="A flavour.",
        show_default="base",
        autocompletion=complete.flavours,
    ),
]
