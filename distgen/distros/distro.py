# SPDX-License-Identifier: GPL-2.0-or-later
"""A distribution: what its ``distro.toml`` says, with what it inherits filled in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from distgen.distros.debian_policy import breaches
from distgen.distros.name import check_name
from distgen.distros.toml import ARCH_WORDS, DistroToml, read
from distgen.distros.variant import BASE, GENERIC, Variant
from distgen.errors import UsageError, did_you_mean

REQUIRED = ("title", "family", "source", "maintainer", "homepage")
OWN = ("short", "provenance")  # what a derivative does not inherit


class Family(StrEnum):
    """How a distribution packages."""

    RPM = "rpm"
    DEB = "deb"


@dataclass(frozen=True, kw_only=True)
class PackagedVariant:
    """A variant of one arch as packaging templates see it."""

    flavour: str
    config: str
    package: str


@dataclass(frozen=True, kw_only=True)
class Arch:
    """An architecture of one distribution. ``name`` is what ``uname -m`` says.

    ``kernel`` is the kernel's ARCH=, ``package`` the distribution's own name for it, ``gnu`` the
    prefix of a cross compiler, ``image`` what ``make image_name`` builds. ``names`` maps a flavour
    ("" for the base one) to the distribution's name for that kernel where it is not the flavour.
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
    """A distribution, complete. ``lineage`` is its ancestors oldest first, then itself.

    ``mock`` and ``koji`` name what these build for by default, ``extra_modules`` the folders below
    kernel/ whose modules are packaged apart. ``suite`` is what a Debian changelog says that it is
    for, ``revision`` where the revisions of a release begin: 0ubuntu1 sorts below Debian's 1.
    """

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
        """The longest of the distribution's names for its kernels, which end uname -r."""
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
        return ("configs", "configs-check", *GOALS[self.family], "help")

    @property
    def source_target(self) -> str:
        """The target that makes its source package."""
        return f"{self.name}-{GOALS[self.family][0]}"

    @property
    def targets(self) -> tuple[str, ...]:
        """The names that ``make`` takes, without the short ones."""
        return tuple(f"{self.name}-{goal}" for goal in self.goals)

    @property
    def short_targets(self) -> tuple[str, ...]:
        """The same by the distribution's short name, where it has one."""
        return tuple(f"{self.short}-{goal}" for goal in self.goals if self.short)


GOALS = {
    Family.RPM: ("srpm", "rpms", "mock", "koji", "copr"),
    Family.DEB: ("src", "debs", "sbuild", "dput"),
}


def load(name: str, find: Callable[[str], Path]) -> Distro:
    """The distribution ``name``, inheriting from its parents.

    ``find`` gives the path of a distribution's distro.toml. Raises UsageError with ``file:line``
    for unknown keys, wrong types, missing fields, unknown parents and cycles.
    """
    files = _ancestry(name, find)
    merged: dict[str, Any] = {}
    arches: dict[str, dict[str, Any]] = {}
    for file in files.values():
        _merge(merged, file)
        _merge_arches(arches, file)
    file = files[name]
    for key in REQUIRED:
        if not merged.get(key):
            file.wrong(key, f"{key} is missing", f'add {key} = "…"')
    if not arches:
        file.wrong("arches", "no arches", "add a table [arches.x86_64]")
    youngest_first = list(reversed(files.values()))
    distro = Distro(
        name=name,
        lineage=tuple(files),
        arches=tuple(_arch(youngest_first, arch, values) for arch, values in arches.items()),
        **merged,
    )
    if distro.family is Family.DEB:
        _check_policy(distro, youngest_first)
    return distro


def _ancestry(name: str, find: Callable[[str], Path]) -> dict[str, DistroToml]:
    """The files of a distribution and of all that it inherits from, the oldest first."""
    found = {check_name(name): read(find(name))}
    child = found[name]
    while parent := child.parent:
        chain = " → ".join([*found, parent])
        if parent in found:
            found[parent].wrong(
                "parent", f"parent cycle: {chain}", "take one of these parent lines out"
            )
        try:
            path = find(parent)
        except UsageError as error:
            child.wrong("parent", f"parent: {error.message} ({chain})", error.hint)
        child = found[parent] = read(path)
    return dict(reversed(found.items()))


def _merge(merged: dict[str, Any], file: DistroToml) -> None:
    """A child's values over its parent's."""
    values = file.values()
    if "family" in values:
        if values["family"] not in set(Family):
            hint = did_you_mean(values["family"], Family)
            file.wrong("family", f"family {values['family']!r}", hint)
        values["family"] = Family(values["family"])
        if merged.get("family", values["family"]) is not values["family"]:
            what = f"family {values['family'].value!r}, and its parent has another"
            file.wrong("family", what, "take the line out, or the one with parent")
    short = values.get("short")
    if short and short not in set(Family):
        try:
            check_name(short)
        except UsageError as error:
            file.wrong("short", f"short: {error.message}", error.hint)
    for key in OWN:
        merged.pop(key, None)
    merged |= values


def _merge_arches(arches: dict[str, dict[str, Any]], file: DistroToml) -> None:
    """An arch is added, or changed key by key."""
    for name, values in file.arches().items():
        arch = arches.setdefault(name, {})
        arch |= values
        known = ("", *arch.get("flavours", ()))
        for flavour in values.get("names", {}):
            if flavour not in known:
                what = f"{flavour!r} in [arches.{name}.names] is no flavour of that arch"
                hint = did_you_mean(flavour, (known[1:] or ('""',)))
                file.wrong(flavour, what, hint, table=f"arches.{name}.names")


def _arch(files: Sequence[DistroToml], name: str, values: dict[str, Any]) -> Arch:
    """``files`` are the youngest first: the first that has the arch is told what it lacks."""
    for key in ARCH_WORDS:
        if key not in values:
            file = next(file for file in files if name in file.arches())
            file.wrong(name, f"[arches.{name}] needs {key}, one word", f'add {key} = "…"')
    return Arch(name=name, **values)


def _check_policy(distro: Distro, files: Sequence[DistroToml]) -> None:
    """Raise what dpkg would refuse, at the line that says it in the first of ``files``."""
    for breach in breaches(distro):
        for file in files:
            for table, key in breach.places:
                if file.line(key, table):
                    file.wrong(key, breach.what, breach.hint, table=table)
        files[0].wrong(breach.places[0][1], breach.what, breach.hint)


def find_distro(folders: Sequence[Path], name: str) -> Path:
    """The distro.toml of ``name`` in the first of ``folders`` that has one."""
    for folder in folders:
        path = folder / check_name(name) / "distro.toml"
        if path.is_file():
            return path
    message = f"no distribution {name!r}"
    raise UsageError(message, did_you_mean(name, names_in(folders)))


def names_in(folders: Sequence[Path]) -> list[str]:
    """The distributions of ``folders``, sorted."""
    return sorted({path.parent.name for f in folders for path in f.glob("*/distro.toml")})


def load_all(folders: Sequence[Path], names: Sequence[str]) -> list[Distro]:
    """The distributions ``names``; a folder that comes first wins.

    Raises what ``load`` raises, and UsageError where two want the same make targets.
    """
    distros = [load(name, lambda n: find_distro(folders, n)) for name in names]
    taken = {name: name for name in names}
    for distro in distros:
        if distro.short in taken:
            file = read(find_distro(folders, distro.name))
            what = f"{distro.short!r} stands for {taken[distro.short]} in make targets"
            file.wrong("short", what, "take another short name, or none")
        if distro.short:
            taken[distro.short] = distro.name
    return distros
