# SPDX-License-Identifier: GPL-2.0-or-later
"""A ``distro.toml``: its values, checked one by one, each with its line.

The file may be somebody else's, and its values go into makefiles, specs and commands.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from distgen.distros.fields import ACTIVE, ALLOW, ARCH, DISTRO, Field
from distgen.distros.finding_kind import ALLOWABLE
from distgen.distros.variant import GENERIC
from distgen.errors import UsageError, did_you_mean

LARGEST = 64 << 10  # bytes
LONGEST = 1000  # characters of a line: for a.a.a… tomllib takes memory by the square of its length
ARCH_NAME = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class DistroToml:
    """One file of valid TOML. Every method raises UsageError with ``file:line``."""

    path: Path
    text: str

    @cached_property
    def table(self) -> Mapping[str, Any]:
        """All of it, as it stands there."""
        return tomllib.loads(self.text)

    @property
    def parent(self) -> str:
        """The distribution that it inherits from, or ""."""
        value = self.table.get("parent", "")
        if not isinstance(value, str) or ("parent" in self.table and not value):
            self.wrong("parent", "parent must be the name of a distribution", 'parent = "fedora"')
        return value

    def values(self) -> dict[str, Any]:
        """The values of the distribution as a whole, without its parent."""
        self._known(self.table, (*DISTRO, "parent", "arches", "allow"), "distro.toml")
        self._check_allow(self.table.get("allow", []))
        return self._values(self.table, DISTRO)

    def arches(self) -> dict[str, dict[str, Any]]:
        """The values of each arch."""
        arches = self.table.get("arches", {})
        if not isinstance(arches, dict) or not all(isinstance(a, dict) for a in arches.values()):
            self.wrong("arches", "arches must be tables", "write [arches.x86_64]")
        return {name: self._arch(name, arch) for name, arch in arches.items()}

    def line(self, key: str, table: str = "") -> int | None:
        """Where a key or a table is first named: in all of the file, or in one table of it."""
        pattern = re.compile(
            rf"\s*(\[.*\b{re.escape(key)}\]|([\w.-]+\.)?\"?{re.escape(key)}\"?\s*=)"
        )
        is_here = not table
        for number, line in enumerate(self.text.split("\n"), 1):
            if table and line.lstrip().startswith("["):
                is_here = line.lstrip().startswith(f"[{table}]")
            elif is_here and pattern.match(line):
                return number
        return None

    def wrong(self, key: str, what: str, hint: str, *, table: str = "") -> NoReturn:
        """Raise UsageError: ``what`` is wrong with a key, which may stand in a table."""
        line = self.line(key, table)
        if line is None and table:
            line = self.line(table.rpartition(".")[2])
        message = f"{self.path}:{line or 1}: {what}"
        raise UsageError(message, hint)

    def _known(self, found: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
        table = where.strip("[]") if where.startswith("[arches.") else ""
        for key in found:
            if key not in names:
                hint = did_you_mean(key, names)
                self.wrong(key, f"unknown key {key!r} in {where}", hint, table=table)

    def _line_of_text(self, found: Mapping[str, Any], key: str, table: str = "") -> str:
        value = found.get(key, "")
        if not isinstance(value, str) or not value.isprintable():
            self.wrong(key, f"{key} must be one line of text", f'write {key} = "…"', table=table)
        return value

    def _values(
        self, found: Mapping[str, Any], fields: Mapping[str, Field], table: str = ""
    ) -> dict[str, str | tuple[str, ...]]:
        """What a table says of the fields that it can have."""
        return {
            key: self._items(found, key, field, table)
            if field.many
            else self._text(found, key, field, table)
            for key, field in fields.items()
            if key in found
        }

    def _text(self, found: Mapping[str, Any], key: str, field: Field, table: str) -> str:
        value = self._line_of_text(found, key, table)
        if active := field.refused and field.refused.search(value):
            what = f"{active[0]!r} in {key}: make, rpm or the shell would act on it"
            self.wrong(key, what, "remove it", table=table)
        if not re.fullmatch(field.pattern, value):
            hint = f'write {key} = "{field.example}"'
            self.wrong(key, f"{key} {field.wrong}, not {value!r}", hint, table=table)
        return value

    def _items(
        self, found: Mapping[str, Any], key: str, field: Field, table: str
    ) -> tuple[str, ...]:
        """A list of text, no item of it twice."""
        items = found[key]
        hint = f'write {key} = ["{field.example}"]'
        if not isinstance(items, list):
            self.wrong(key, f"{key} must be a list", hint, table=table)
        for number, item in enumerate(items):
            if not isinstance(item, str) or not re.fullmatch(field.pattern, item):
                self.wrong(key, f"{item!r} in {key} {field.wrong}", hint, table=table)
            if item in items[:number]:
                self.wrong(key, f"{item!r} is in {key} twice", "remove one of them", table=table)
        return tuple(items)

    def _arch(self, name: str, arch: Mapping[str, Any]) -> dict[str, Any]:
        table = f"arches.{name}"
        if not ARCH_NAME.fullmatch(name):
            what = f"arch {name!r} is not a name that uname -m prints"
            self.wrong(name, what, "for example x86_64")
        self._known(arch, (*ARCH, "names"), f"[{table}]")
        found: dict[str, Any] = self._values(arch, ARCH, table)
        for key, taken in (("parents", (GENERIC, name)), ("flavours", ("base",))):
            for item in {*taken} & {*found.get(key, ())}:
                what = f"{item!r} in {key}: every arch has it anyway"
                self.wrong(key, what, "remove it", table=table)
        if "names" in arch:
            found["names"] = self._names(name, arch["names"])
        return found

    def _names(self, arch: str, names: Any) -> dict[str, str]:
        table = f"arches.{arch}"
        if not isinstance(names, dict):
            self.wrong("names", "names must be a table", f"write [{table}.names]", table=table)
        table = f"{table}.names"
        for flavour in names:
            if active := ACTIVE.search(self._line_of_text(names, flavour, table)):
                what = f"{active[0]!r} in the name of {flavour!r}: a shell would act on it"
                self.wrong(flavour, what, "remove it", table=table)
        return dict(names)

    def _check_allow(self, entries: Any) -> None:
        """``[[allow]]`` entries, which distro/scripts/kconfig/findings.awk reads in the tree."""
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.wrong("allow", "allow must be a list of tables", "write [[allow]]")
        for entry in entries:
            self._known(entry, (*ALLOW,), "[[allow]]")
            values = self._values(entry, ALLOW)
            for key, field in ALLOW.items():
                if field.required and not values.get(key):
                    hint = f'add {key} = "{field.example}"'
                    self.wrong("allow", f"an [[allow]] entry has no {key}", hint)
            if entry["kind"] not in ALLOWABLE:
                what = f"kind {entry['kind']!r}"
                self.wrong("kind", what, did_you_mean(entry["kind"], ALLOWABLE))


def read(path: Path) -> DistroToml:
    """The file at ``path``. Raises UsageError if it cannot be read, or is not TOML."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            message = f"{path}:1: {size} bytes; a distro.toml has at most {LARGEST}"
            raise UsageError(message, "remove what does not describe a distribution")
        file = DistroToml(path, path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise UsageError(message, "a distribution needs a readable distro.toml") from error
    except UnicodeDecodeError as error:
        line_number = error.object.count(b"\n", 0, error.start) + 1
        message = f"{path}:{line_number}: not UTF-8"
        raise UsageError(message, "write it in UTF-8, as TOML is") from error
    for number, line in enumerate(file.text.split("\n"), 1):
        if len(line) > LONGEST:
            message = f"{path}:{number}: a line of {len(line)} characters"
            raise UsageError(message, f"split it: a line has at most {LONGEST} characters")
    try:
        _ = file.table
    except RecursionError as error:
        message = f"{path}:1: tables or lists are nested too deeply"
        raise UsageError(message, "a distro.toml nests no more than two tables") from error
    except ValueError as error:  # TOMLDecodeError, and numbers that are too long
        where = re.search(r"at line (\d+)", str(error))
        line_number = int(where[1]) if where else len(file.text.splitlines()) or 1
        message = f"{path}:{line_number}: {error}"
        raise UsageError(message, "see https://toml.io for the syntax") from error
    return file
