# SPDX-License-Identifier: GPL-2.0-or-later
"""The arguments and options that several commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from distgen.cli import complete

Offered = Callable[[typer.Context], list[str]]  # for completion

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


def _one(name: str, offered: Offered, what: str, otherwise: str) -> Any:
    """An option that says which layer a command is about."""
    return typer.Option(
        name, metavar="NAME", help=what, show_default=otherwise, autocompletion=offered
    )


def _several(name: str, offered: Offered, what: str = "Only this one; may be repeated.") -> Any:
    """An option that says which configurations a command is about."""
    return typer.Option(name, metavar="NAME", help=what, autocompletion=offered)


DistrosOption = Annotated[list[str] | None, _several("--distro", complete.distros)]
ArchesOption = Annotated[list[str] | None, _several("--arch", complete.arches)]
FlavoursOption = Annotated[
    list[str] | None,
    _several("--flavour", complete.flavours, "Only this one, or base; may be repeated."),
]
LayerDistroOption = Annotated[
    str, _one("--distro", complete.distros, "Distribution of the layer.", "shared")
]
LayerArchOption = Annotated[
    str, _one("--arch", complete.layer_names, "An arch, or a parent such as x86.", "generic")
]
LayerFlavourOption = Annotated[str, _one("--flavour", complete.flavours, "A flavour.", "base")]
