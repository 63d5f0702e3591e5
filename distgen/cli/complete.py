# SPDX-License-Identifier: GPL-2.0-or-later
"""Shell completion: names that the tree knows, nothing outside a tree. Prints no errors."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from distgen.layers.layout import Layout


def known_distros(context: typer.Context) -> list[str]:
    """The distributions that can be added to TREE: its own, and those that ship with distgen."""
    from distgen.distros.load import names_in  # noqa: PLC0415
    from distgen.shipped import shipped  # noqa: PLC0415

    return sorted({*names_in([_tree(context) / "distro", shipped() / "distro"])})


def distros(context: typer.Context) -> list[str]:
    """The distributions of TREE."""
    layout = _layout(context)
    return [distro.name for distro in layout.distros] if layout else []


def arches(context: typer.Context) -> list[str]:
    """The arches of the distributions that are named already, or of all."""
    layout = _layout(context)
    return sorted({v.arch for v in layout.variants if _named(context, v.distro)} if layout else ())


def layer_names(context: typer.Context) -> list[str]:
    """The arches, their parents and generic: what a layer is called."""
    layout = _layout(context)
    every = layout.distros if layout else ()
    return sorted({name for distro in every for arch in distro.arches for name in arch.layers})


def flavours(context: typer.Context) -> list[str]:
    """The flavours of the distributions that are named already, or of all."""
    from distgen.layers.layout import BASE_NAME  # noqa: PLC0415

    layout = _layout(context)
    every = [v for v in layout.variants if _named(context, v.distro)] if layout else []
    return sorted({variant.flavour or BASE_NAME for variant in every})


def variants(context: typer.Context) -> list[str]:
    """``ARCH`` and ``ARCH:FLAVOUR`` of the distribution that is named already."""
    return sorted(name.partition("/")[2] for name in _variants(context))


def sides(context: typer.Context) -> list[str]:
    """What can be compared: distributions and configurations."""
    return [*distros(context), *_variants(context)]


def _variants(context: typer.Context) -> list[str]:
    layout = _layout(context)
    every = layout.variants if layout else ()
    return sorted(str(variant) for variant in every if _named(context, variant.distro))


def _named(context: typer.Context, distro: str) -> bool:
    """Whether the command line asks for a distribution, or for none."""
    given = context.params.get("distro") or ()
    return not given or distro in ([given] if isinstance(given, str) else given)


def _tree(context: typer.Context) -> Path:
    return Path(context.params.get("tree") or "")


def _layout(context: typer.Context) -> "Layout | None":
    from distgen.errors import DistgenError  # noqa: PLC0415
    from distgen.layers.layout import open_layout  # noqa: PLC0415

    try:
        return open_layout(_tree(context) / "distro")
    except (DistgenError, OSError):
        return None
