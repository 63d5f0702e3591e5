# SPDX-License-Identifier: GPL-2.0-or-later
"""A packaging family: what all distributions have in common that package in the same way."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Family:
    """A way of packaging, as templates see it in ``distro.family``.

    ``name`` is also that of its folders: ``templates/NAME``, ``distro/scripts/NAME`` and, where
    ``distgen verify`` knows its packages, ``distgen/verify/NAME``.
    """

    name: str
    goals: tuple[str, ...]  # of make D-GOAL; the first makes the source package
    facts: tuple[str, ...]  # fields of Distro that its scripts need, for distro/D/Makefile
    source_package: str  # the module of verify/NAME that knows it
    executable: tuple[str, ...] = ()  # files of a distribution's package/ that are programs
    base_is_named: bool = False  # whether a kernel's name says its base flavour: linux-image-amd64

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A value that a family cannot have. ``places``: its table and key, the most likely first."""

    places: tuple[tuple[str, str], ...]
    what: str
    hint: str
