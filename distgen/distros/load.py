# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading a distribution: its distro.toml over those of its parents."""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from distgen.distros.distro import Arch, Distro
from distgen.distros.families import check, families
from distgen.distros.fields import ARCH, DISTRO
from distgen.distros.name import check_name
from distgen.distros.toml import DistroToml, read
from distgen.errors import UsageError, did_you_mean


def load(name: str, folders: Sequence[Path]) -> Distro:
    """The distribution ``name``, inheriting from its parents; the first of ``folders`` wins.

    Raises UsageError with ``file:line`` for whatever is wrong in one of them.
    """
    files = _ancestry(name, folders)
    merged: dict[str, Any] = {}
    arches: dict[str, dict[str, Any]] = {}
    for file in files.values():
        merged = _merged(merged, file)
        _merge_arches(arches, file)
    file = files[name]
    for key, field in DISTRO.items():
        if field.required and not merged.get(key):
            file.wrong(key, f"{key} is missing", f'add {key} = "{field.example}"')
    if not arches:
        file.wrong("arches", "no arches", "add a table [arches.x86_64]")
    youngest_first = list(reversed(files.values()))
    distro = Distro(
        name=name,
        lineage=tuple(files),
        arches=tuple(_arch(youngest_first, arch, values) for arch, values in arches.items()),
        **merged,
    )
    _check(distro, youngest_first)
    return distro


def _ancestry(name: str, folders: Sequence[Path]) -> dict[str, DistroToml]:
    """The files of a distribution and of all that it inherits from, the oldest first."""
    found = {check_name(name): read(find_distro(folders, name))}
    child = found[name]
    while parent := child.parent:
        chain = " → ".join([*found, parent])
        if parent in found:
            found[parent].wrong(
                "parent", f"parent cycle: {chain}", "remove one of these parent lines"
            )
        try:
            path = find_distro(folders, parent)
        except UsageError as error:
            child.wrong("parent", f"parent: {error.message} ({chain})", error.hint)
        child = found[parent] = read(path)
    return dict(reversed(found.items()))


def _merged(merged: Mapping[str, Any], file: DistroToml) -> dict[str, Any]:
    """A child's values over its parent's."""
    values = file.values()
    if "family" in values:
        family = families().get(values["family"])
        if not family:
            hint = did_you_mean(values["family"], families())
            file.wrong("family", f"family {values['family']!r}", hint)
        if merged.get("family", family) is not family:
            what = f"family {family.name!r}, but its parent has {merged['family'].name!r}"
            file.wrong("family", what, "remove this line, or the one with parent")
        values["family"] = family
    short = values.get("short")
    if short and short not in families():
        try:
            check_name(short)
        except UsageError as error:
            file.wrong("short", f"short: {error.message}", error.hint)
    return {key: value for key, value in merged.items() if DISTRO[key].inherited} | values


def _merge_arches(arches: dict[str, dict[str, Any]], file: DistroToml) -> None:
    """An arch is added, or changed key by key."""
    for name, values in file.arches().items():
        arch = arches.setdefault(name, {})
        arch |= values
        known = ("", *arch.get("flavours", ()))
        for flavour in values.get("names", {}):
            if flavour not in known:
                what = f"{flavour!r} in [arches.{name}.names] is not a flavour of that arch"
                hint = did_you_mean(flavour, (known[1:] or ('""',)))
                file.wrong(flavour, what, hint, table=f"arches.{name}.names")


def _arch(files: Sequence[DistroToml], name: str, values: dict[str, Any]) -> Arch:
    """``files`` are the youngest first: the first that has the arch is told what it lacks."""
    for key, field in ARCH.items():
        if field.required and key not in values:
            file = next(file for file in files if name in file.arches())
            hint = f'add {key} = "{field.example}"'
            file.wrong(name, f"[arches.{name}] needs {key}, one word", hint)
    return Arch(name=name, **values)


def _check(distro: Distro, files: Sequence[DistroToml]) -> None:
    """Raise what packages cannot have, at the line that says it in the first of ``files``."""
    for breach in check(distro):
        for file, (table, key) in product(files, breach.places):
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
    """The distributions ``names``; the first of ``folders`` wins.

    Raises what ``load`` raises, and UsageError if two want the same make targets.
    """
    distros = [load(name, folders) for name in names]
    taken = {name: name for name in names}
    for distro in distros:
        if distro.short in taken:
            file = read(find_distro(folders, distro.name))
            what = f"make targets of {taken[distro.short]} begin with {distro.short!r} already"
            file.wrong("short", what, "choose another short name, or none")
        if distro.short:
            taken[distro.short] = distro.name
    return distros
