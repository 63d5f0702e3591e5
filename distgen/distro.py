# SPDX-License-Identifier: GPL-2.0-or-later
"""A distribution: what its ``distro.toml`` says, with what it inherits filled in."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from distgen.errors import UsageError, did_you_mean
from distgen.policy import breaches
from distgen.variant import BASE, GENERIC, Variant

NAME = re.compile(r"[a-z][a-z0-9.+]{0,39}")
TOKEN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
FOLDER = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)*")
REVISION = re.compile(r"[0-9][A-Za-z0-9.+~]*")
RESERVED = {"configs", "scripts", "out", "distro"}


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


GOALS = {
    Family.RPM: ("srpm", "rpms", "mock", "koji", "copr"),
    Family.DEB: ("src", "debs", "sbuild", "dput"),
}
STRINGS = ("title", "family", "source", "maintainer", "homepage", "short", "vcs", "provenance")
# They become words of a command or of a changelog: what each may be, and an example
WORDS = {
    "mock": (re.compile(rf"({WORD.pattern})?"), "fedora-rawhide"),
    "koji": (re.compile(rf"({WORD.pattern})?"), "rawhide"),
    "suite": (WORD, "unstable"),
    "revision": (REVISION, "0ubuntu1"),
}
REQUIRED = ("title", "family", "source", "maintainer", "homepage")
ALLOW_STRINGS = ("symbol", "kind", "reason", "last")
KINDS = ("warning", "changed", "dropped", "unknown", "elsewhere", "undecided")
ARCH_STRINGS = ("kernel", "package", "gnu", "image")
ARCH_LISTS = ("parents", "flavours")


@dataclass(frozen=True)
class _File:
    """A distro.toml with the means to say where in it something is wrong."""

    path: Path
    text: str

    def line(self, key: str, table: str = "") -> int | None:
        """Where a key or a table is first named: in all of the file, or in one table of it."""
        start, end = 0, len(self.text)
        if table:
            header = re.search(rf"^\s*\[{re.escape(table)}\]", self.text, re.M)
            if not header:
                return None
            start = header.end()
            following = re.compile(r"^\s*\[", re.M).search(self.text, start)
            end = following.start() if following else end
        pattern = re.compile(rf"^\s*(\[.*\b{re.escape(key)}\]+|\"?{re.escape(key)}\"?\s*=)", re.M)
        match = pattern.search(self.text, start, end)
        return self.text.count("\n", 0, match.start(1)) + 1 if match else None

    def wrong(self, key: str, what: str, hint: str, *, table: str = "") -> NoReturn:
        message = f"{self.path}:{self.line(key, table) or 1}: {what}"
        raise UsageError(message, hint)

    def known(self, table: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in names:
                self.wrong(key, f"unknown key {key!r} in {where}", did_you_mean(key, names))

    def string(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str) or any(c in value for c in "\n\r\0"):
            self.wrong(key, f"{key} must be one line of text", f'write {key} = "…"')
        return value

    def word(self, table: Mapping[str, Any], key: str) -> str:
        value = self.string(table, key)
        pattern, example = WORDS[key]
        if not pattern.fullmatch(value):
            self.wrong(key, f"{key} must be one word, not {value!r}", f'write {key} = "{example}"')
        return value

    def tokens(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = self.items(table, key)
        for item in value:
            if not isinstance(item, str) or not TOKEN.fullmatch(item.replace("_", "")):
                what = f"{item!r} in {key}: lower-case letters and digits, joined by '-'"
                self.wrong(key, what, f"rename {item!r}")
        return tuple(value)

    def folders(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = self.items(table, key)
        for item in value:
            if not isinstance(item, str) or not FOLDER.fullmatch(item):
                what = f"{item!r} in {key} is not a folder of the kernel tree"
                self.wrong(key, what, "for example net/ax25")
        return tuple(value)

    def items(self, table: Mapping[str, Any], key: str) -> list[Any]:
        value = table.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, f"{key} must be a list", f'write {key} = ["…", "…"]')
        return value


def check_name(name: str) -> str:
    """A distribution's name becomes a folder, make targets and layer paths: refuse the rest."""
    if not NAME.fullmatch(name) or name in RESERVED:
        message = f"{name!r} cannot name a distribution"
        raise UsageError(message, "use up to 40 lower-case letters and digits, a letter first")
    return name


def load(name: str, find: Callable[[str], Path]) -> Distro:
    """The distribution ``name``, inheriting from its parents.

    ``find`` gives the path of a distribution's distro.toml. Raises UsageError with ``file:line``
    for unknown keys, wrong types, missing fields, unknown parents and cycles.
    """
    merged: dict[str, Any] = {"arches": {}}
    lineage: list[str] = []
    file = None
    following: str | None = check_name(name)
    tables: list[tuple[_File, dict[str, Any]]] = []
    while following:
        file = _read(_find_parent(file, following, find) if file else find(following))
        if following in lineage:
            file.wrong(
                "parent",
                f"parent cycle: {' → '.join([*reversed(lineage), following])}",
                "take one of these parent lines out",
            )
        lineage.insert(0, following)
        tables.insert(0, (file, tomllib.loads(file.text)))
        following = tables[0][1].get("parent")
        if following is not None and not isinstance(following, str):
            file.wrong("parent", "parent must be the name of a distribution", 'parent = "fedora"')
    for file, table in tables:
        _merge(merged, table, file)
    assert file is not None
    for key in REQUIRED:
        if not merged.get(key):
            file.wrong(key, f"{key} is missing", f'add {key} = "…"')
    arches = tuple(_arch(file, arch, table) for arch, table in merged.pop("arches").items())
    if not arches:
        file.wrong("arches", "no arches", "add a table [arches.x86_64]")
    if merged["family"] not in set(Family):
        file.wrong("family", f"family {merged['family']!r}", did_you_mean(merged["family"], Family))
    merged["family"] = Family(merged["family"])
    distro = Distro(name=name, lineage=tuple(lineage), arches=arches, **merged)
    if distro.family is Family.DEB:
        _check_policy(distro, [file for file, _ in tables])
    return distro


def _check_policy(distro: Distro, files: Sequence[_File]) -> None:
    """Raise what dpkg would refuse, at the line that says it in the youngest of ``files``."""
    for breach in breaches(distro):
        for file in reversed(files):
            for table, key in breach.places:
                if file.line(key, table):
                    file.wrong(key, breach.what, breach.hint, table=table)
        files[-1].wrong(breach.places[0][1], breach.what, breach.hint)


def _find_parent(child: _File, name: str, find: Callable[[str], Path]) -> Path:
    try:
        return find(name)
    except UsageError as error:
        child.wrong("parent", f"parent: {error.message}", error.hint)


def _read(path: Path) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        message = f"{path}:{where[1] if where else 1}: {error}"
        raise UsageError(message, "see https://toml.io for the syntax") from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: {error}"
        raise UsageError(message, "a distribution needs a readable distro.toml") from error
    return _File(path, text)


def _merge(merged: dict[str, Any], table: Mapping[str, Any], file: _File) -> None:
    """A child's values over its parent's: text replaces, an arch is added or changed by key."""
    file.known(
        table, (*STRINGS, *WORDS, "extra_modules", "parent", "arches", "allow"), "distro.toml"
    )
    _check_allow(file, table.get("allow", []))
    for key in STRINGS:
        if key in table:
            merged[key] = file.string(table, key)
        elif key in ("short", "provenance"):
            merged.pop(key, None)  # these two are a distribution's own
    for key in WORDS:
        if key in table:
            merged[key] = file.word(table, key)
    if "extra_modules" in table:
        merged["extra_modules"] = file.folders(table, "extra_modules")
    arches = table.get("arches", {})
    if not isinstance(arches, dict) or not all(isinstance(a, dict) for a in arches.values()):
        file.wrong("arches", "arches must be tables", "write [arches.x86_64]")
    for name, arch in arches.items():
        file.known(arch, (*ARCH_STRINGS, *ARCH_LISTS, "names"), f"[arches.{name}]")
        merged["arches"][name] = {**merged["arches"].get(name, {}), **arch}


def _check_allow(file: _File, entries: Any) -> None:
    """``[[allow]]`` entries, which distro/scripts/findings.awk reads in the tree."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        file.wrong("allow", "allow must be a list of tables", "write [[allow]]")
    for entry in entries:
        file.known(entry, ALLOW_STRINGS, "[[allow]]")
        for key in ("symbol", "kind", "reason"):
            if not file.string(entry, key):
                file.wrong("allow", f"an [[allow]] entry has no {key}", f'add {key} = "…"')
        if entry["kind"] not in KINDS:
            what = f"kind {entry['kind']!r}"
            file.wrong("kind", what, did_you_mean(entry["kind"], KINDS))
        if not re.fullmatch(r"(\d+\.\d+)?", file.string(entry, "last")):
            file.wrong("last", "last must be a kernel version", 'write last = "7.4"')


def _arch(file: _File, name: str, table: Mapping[str, Any]) -> Arch:
    if not re.fullmatch(r"[a-z0-9_]+", name):
        file.wrong(name, f"arch {name!r} is not a name that uname -m prints", "for example x86_64")
    strings = {key: file.string(table, key) for key in ARCH_STRINGS}
    for key, value in strings.items():
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", value):
            file.wrong(name, f"[arches.{name}] needs {key}, one word", f'add {key} = "…"')
    names = table.get("names", {})
    if not isinstance(names, dict):
        file.wrong("names", "names must be a table", f"write [arches.{name}.names]")
    return Arch(
        name=name,
        parents=file.tokens(table, "parents"),
        flavours=file.tokens(table, "flavours"),
        names={flavour: file.string(names, flavour) for flavour in names},
        **strings,
    )


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
    """The distributions ``names``; a folder that comes first wins."""
    return [load(name, lambda n: find_distro(folders, n)) for name in names]
