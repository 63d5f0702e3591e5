# SPDX-License-Identifier: GPL-2.0-or-later
"""A distribution: what its ``distro.toml`` says, with what it inherits filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from distgen.distros.family import Family
from distgen.distros.variant import BASE, GENERIC, Variant


@dataclass(frozen=True, kw_only=True)
class PackagedVariant:
    """A variant of one arch as packaging templates see it."""

    flavour: str
    config: str
    package: str


@dataclass(frozen=True, kw_only=True)
class Arch:
    """An architecture of one distribution. ``name`` is what ``uname -m`` says.

    The others are described in fields.py. ``names`` maps a flavour ("" for the base one) to the
    distribution's name for that kernel, if it is another one.
    """

    name: str
    kernel: str
    package: str
    gnu: str
    image: str
    parents: tuple[str, ...] = ()
    flavours: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def layers(self) -> tuple[str, ...]:
        """Layer names from general to special: generic, x86, x86_64."""
        return (GENERIC, *self.parents, self.name)

    @property
    def variants(self) -> tuple[PackagedVariant, ...]:
        """Base first, then the flavours in order."""
        return tuple(
            PackagedVariant(
                flavour=flavour,
                config=Variant(distro="", arch=self.name, flavour=flavour).config,
                package=self.names.get(flavour, flavour or self.package),
            )
            for flavour in (BASE, *self.flavours)
        )


@dataclass(frozen=True, kw_only=True)
class Distro:
    """A distribution and what it inherits. ``lineage``: its ancestors, oldest first, and itself."""

    name: str
    title: str
    family: Family
    source: str
    maintainer: str
    homepage: str
    short: str = ""
    vcs: str = ""
    provenance: str = ""
    mock: str = ""
    koji: str = ""
    suite: str = "UNRELEASED"
    revision: str = "1"
    extra_modules: tuple[str, ...] = ()
    lineage: tuple[str, ...]
    arches: tuple[Arch, ...]

    @property
    def flavours(self) -> tuple[str, ...]:
        """Every flavour that one of the arches has, in the order of their first mention."""
        return tuple(dict.fromkeys(f for arch in self.arches for f in arch.flavours))

    @property
    def longest_kernel(self) -> str:
        """Its longest name of a kernel, which is the end of ``uname -r``."""
        return max((v.package for arch in self.arches for v in arch.variants), key=len)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Every configuration of this distribution."""
        return tuple(
            Variant(distro=self.name, arch=arch.name, flavour=flavour)
            for arch in self.arches
            for flavour in (BASE, *arch.flavours)
        )

    @property
    def goals(self) -> tuple[str, ...]:
        """What make can be asked for, after the distribution's name and a dash."""
        return ("configs", "configs-check", *self.family.goals, "help")

    @property
    def source_target(self) -> str:
        """The target that makes its source package."""
        return f"{self.name}-{self.family.goals[0]}"

    @property
    def targets(self) -> list[list[str]]:
        """What ``make`` takes, by its name and, if it has one, by its short name."""
        return [
            [f"{name}-{goal}" for goal in self.goals] for name in (self.name, self.short) if name
        ]
