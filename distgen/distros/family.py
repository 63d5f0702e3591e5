# SPDX-License-Identifier: GPL-2.0-or-later
"""A packaging family: what all distributions have in common that package in the same way."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Family:
    """A way of packaging, as templates see it in ``distro.family``.

    ``name`` is also the folder of its templates (``templates/NAME``) and of its scripts
    (``distro/scripts/NAME``). ``goals`` follow the distribution's name and a dash in make targets;
    the first one makes the source package, which ``source_title`` describes in a few words.
    ``executable`` are the files of a distribution's ``package/`` that are programs.
    ``base_is_named`` says whether the kernel of the base flavour has a name of its own, as in
    linux-image-amd64.
    """

    name: str
    goals: tuple[str, ...]
    source_title: str
    executable: tuple[str, ...] = ()
    base_is_named: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A value that packages of a family cannot have.

    ``places`` are the table and key that may hold it, the most likely first.
    """

    places: tuple[tuple[str, str], ...]
    what: str
    hint: str
