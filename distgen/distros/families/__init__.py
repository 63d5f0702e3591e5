# SPDX-License-Identifier: GPL-2.0-or-later
"""The packaging families: each module of this folder is one, and adding a module adds a family."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from distgen.distros.distro import Distro
from distgen.distros.family import Breach, Family


class FamilyModule(Protocol):
    """What a module of this folder has."""

    FAMILY: Family

    def check(self, distro: Distro) -> Iterable[Breach]:
        """What is in a distribution of the family that its packages cannot have."""


@cache
def modules() -> Mapping[str, FamilyModule]:
    """The modules by the names of their families, sorted."""
    found: list[Any] = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return {module.FAMILY.name: module for module in found}


def families() -> dict[str, Family]:
    """Every family by its name."""
    return {name: module.FAMILY for name, module in modules().items()}


def check(distro: Distro) -> Iterable[Breach]:
    """What is in a distribution that packages of its family cannot have."""
    return modules()[distro.family.name].check(distro)
