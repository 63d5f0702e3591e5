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
Tree = Annotated[
    Path,
    typer.Option("--tree", metavar="TREE", help="Top of the kernel tree.", show_default="here"),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
DistroArgument = Annotated[
    str,
    typer.Argument(
        metavar="DISTRO", help="A distribution of the tree.", autocompletion=complete.distros
    ),
]


def _named(name: str, offered: Offered, what: str, otherwise: str | bool = True) -> Any:
    """An option that names a layer, or the configurations that a command is about."""
    return typer.Option(
        name, metavar="NAME", help=what, show_default=otherwise, autocompletion=offered
    )


ONLY = "Only this one; may be repeated."
Distros = Annotated[list[str] | None, _named("--distro", complete.distros, ONLY)]
Arches = Annotated[list[str] | None, _named("--arch", complete.arches, ONLY)]
Flavours = Annotated[
    list[str] | None,
    _named("--flavour", complete.flavours, "Only this one, or base; may be repeated."),
]
LayerDistro = Annotated[
    str, _named("--distro", complete.distros, "Distribution of the layer.", "shared")
]
LayerArch = Annotated[
    str, _named("--arch", complete.layer_names, "An arch, or a parent such as x86.", "generic")
]
LayerFlavour = Annotated[str, _named("--flavour", complete.flavours, "A flavour.", "base")]
