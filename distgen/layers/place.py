# SPDX-License-Identifier: GPL-2.0-or-later
"""A place: where a layer file is, ``<owner>/configs/<folder>/<name>.config`` below ``distro/``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distgen.distros.variant import GENERIC
from distgen.layers.fragment import Setting

SHARED = ""


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """``owner`` is a distro or "" for the shared layers, ``folder`` a flavour's or "".

    ``name`` is ``generic``, a parent of an arch or an arch.
    """

    owner: str
    folder: str
    name: str

    @property
    def path(self) -> str:
        """The file, from ``distro/``."""
        parts = [self.owner, "configs", self.folder, f"{self.name}.config"]
        return "/".join(part for part in parts if part)


def flavour_folders(flavour: str) -> list[str]:
    """The layer folders of a flavour: each token in order, then the combination."""
    tokens = flavour.split("-") if flavour else []
    return [*tokens, flavour] if len(tokens) > 1 else tokens


def places(flavour: str, *, lineage: Sequence[str], names: Sequence[str]) -> Iterator[Place]:
    """Every place that a variant reads, last wins.

    ``lineage`` is the distros oldest first, ``names`` the layer names from general to special
    (generic, x86, x86_64). The shared layers come before those of the lineage.
    """
    for folder in ["", *flavour_folders(flavour)]:
        for owner in [SHARED, *lineage]:
            for name in names:
                yield Place(owner=owner, folder=folder, name=name)


def line_of(place: Place, setting: Setting) -> str:
    return f"distro/{place.path}:{setting.line}"


def selectors(place: Place) -> str:
    """The options of the command line that name a place, each after a blank."""
    arch = "" if place.name == GENERIC else place.name
    words = (("--distro", place.owner), ("--arch", arch), ("--flavour", place.folder))
    return "".join(f" {option} {word}" for option, word in words if word)
