# SPDX-License-Identifier: GPL-2.0-or-later
"""Shell completion: names that the tree knows, nothing outside a tree. Prints no errors."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from distgen.distros.distro import Distro
    from distgen.distros.variant import Variant


def known_distros(context: typer.Context) -> list[str]:
    """The distributions that can be added to TREE: its own, and those that ship with distgen."""
    from distgen.distros.load import names_in  # noqa: PLC0415
    from distgen.shipped import shipped  # noqa: PLC0415

    return sorted({*names_in([_tree(context) / "distro", shipped() / "distro"])})


def distros(context: typer.Context) -> list[str]:
    """The distributions of TREE."""
    return [distro.name for distro in _distros(context)]


def arches(context: typer.Context) -> list[str]:
    """The arches of the distributions that are named already, or of all."""
    return sorted({variant.arch for variant in _variants(context)})


def layer_names(context: typer.Context) -> list[str]:
    """The arches, their parents and generic: what a layer is called."""
    return sorted(
        {n for distro in _distros(context) for arch in distro.arches for n in arch.layers}
    )


def flavours(context: typer.Context) -> list[str]:
    """The flavours of the distributions that are named already, or of all."""
    from distgen.layers.layout import BASE_NAME  # noqa: PLC0415

    return sorted({variant.flavour or BASE_NAME for variant in _variants(context)})


def variants(context: typer.Context) -> list[str]:
    """``ARCH`` and ``ARCH:FLAVOUR`` of the distribution that is named already."""
    return sorted(str(variant).partition("/")[2] for variant in _variants(context))


def sides(context: typer.Context) -> list[str]:
    """What can be compared: distributions and configurations."""
    return [*distros(context), *sorted(str(variant) for variant in _variants(context))]


def _variants(context: typer.Context) -> "list[Variant]":
    """Those of the distributions that the command line names, or of all."""
    given = context.params.get("distro") or ()
    named = [given] if isinstance(given, str) else given
    every = [variant for distro in _distros(context) for variant in distro.variants]
    return [variant for variant in every if not given or variant.distro in named]


def _tree(context: typer.Context) -> Path:
    return Path(context.params.get("tree") or "")


def _distros(context: typer.Context) -> "tuple[Distro, ...]":
    from distgen.errors import DistgenError  # noqa: PLC0415
    from distgen.layers.layout import open_layout  # noqa: PLC0415

    try:
        return open_layout(_tree(context) / "distro").distros
    except (DistgenError, OSError):
        return ()
