# SPDX-License-Identifier: GPL-2.0-or-later
"""A variant, what one ``.config`` is of: a distro, an arch, a flavour. And its layer order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

BASE = ""
GENERIC = "generic"


@dataclass(frozen=True, kw_only=True, order=True)
class Variant:
    """One configuration. ``flavour`` is ``rt``, ``rt-64k-debug`` …, empty for the base one."""

    distro: str
    arch: str
    flavour: str = BASE

    def __str__(self) -> str:
        return f"{self.distro}/{self.arch}" + (f":{self.flavour}" if self.flavour else "")

    @property
    def config(self) -> str:
        """The file name of the resolved configuration."""
        return f"kernel-{self.arch}{f'-{self.flavour}' if self.flavour else ''}.config"


def flavour_folders(flavour: str) -> list[str]:
    """The layer folders of a flavour: each token in order, then the combination."""
    tokens = flavour.split("-") if flavour else []
    return [*tokens, flavour] if len(tokens) > 1 else tokens


def layer_order(
    flavour: str, *, lineage: Sequence[str], names: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    """Every place a variant's layers can be, last wins: ``(owner, folder, name)``.

    ``lineage`` is the owners oldest first ("" for the shared layers, then ancestors, then the
    distro), ``names`` the layer names from general to special (generic, x86, x86_64). Folder is ""
    for the base layers, else a flavour token.
    """
    names = list(names)
    for folder in ["", *flavour_folders(flavour)]:
        for owner in lineage:
            for name in names:
                yield owner, folder, name
