# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's ``defines``: which kernels there are, and the order that their fragments are read in.

Seven levels, of which the last wins: the root, the kernel's arch, Debian's arch, its flavour, the
featureset, that on the arch, its flavour there. At each level come the fragments that it lists
and then the one with its own name. Files that are not there are passed over, as Debian does.
"""

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from distgen.errors import UsageError
from distgen.sources.configuration import decode

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Folder:
    """The files of a ``debian/config`` in memory; ``origin`` stands before a name in messages."""

    origin: str
    files: Mapping[str, bytes]

    def text(self, name: str) -> str:
        """The text of a file, empty where there is none."""
        return decode(self.files.get(name, b""), self.origin + name)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The fragments of one kernel in order.

    A featureset other than ``none`` comes with patches. A ``test`` kernel is for Debian's own CI.
    """

    arch: str
    featureset: str
    flavour: str
    fragments: tuple[str, ...]
    test: bool = False

    @property
    def kernel(self) -> str:
        """Its name in package names and ``uname -r``: rt-amd64."""
        plain = self.featureset == "none"
        return self.flavour if plain else f"{self.featureset}-{self.flavour}"


def stacks(folder: Folder) -> list[Stack]:
    """Every kernel of a ``debian/config``; UsageError with file and line where it is broken."""
    read = _toml if "defines.toml" in folder.files else _ini
    return [
        replace(stack, fragments=tuple(name for name in stack.fragments if name in folder.files))
        for stack in read(folder)
    ]


# --- defines.toml, since 6.8 ---


def _toml(folder: Folder) -> Iterator[Stack]:
    root = _read_toml(folder, "defines.toml")
    featuresets = {s["name"]: s for s in _tables(root, "featureset")}
    for kernel in _tables(root, "kernelarch"):
        own = _read_toml(folder, f"kernelarch-{kernel['name']}/defines.toml")
        for arch in (*_tables(kernel, "debianarch"), *_tables(own, "debianarch")):
            here = (arch, _read_toml(folder, f"{arch['name']}/defines.toml"))
            for featureset in (s for table in here for s in _tables(table, "featureset")):
                levels = _Levels(
                    folder=folder,
                    root=root,
                    kernel=(kernel, own),
                    arch=here,
                    everywhere=featuresets.get(featureset["name"], {}),
                    featureset=featureset,
                )
                yield from levels.stacks()


@dataclass(frozen=True, kw_only=True)
class _Levels:
    """What a featureset on an arch inherits from: tables of each level."""

    folder: Folder
    root: Table
    kernel: tuple[Table, ...]
    arch: tuple[Table, ...]
    everywhere: Table
    featureset: Table

    def stacks(self) -> Iterator[Stack]:
        arch, name = self.arch[0]["name"], self.featureset["name"]
        here = (self.featureset, _read_toml(self.folder, f"{arch}/{name}/defines.toml"))
        there = (self.everywhere, _read_toml(self.folder, f"featureset-{name}/defines.toml"))
        flavours = {f["name"]: f for table in self.arch for f in _tables(table, "flavour")}
        chosen = {f["name"]: f for table in here for f in _tables(table, "flavour")}
        for flavour in chosen or flavours:
            levels: list[tuple[str, Sequence[Table]]] = [
                ("config", (self.root,)),
                (f"kernelarch-{self.kernel[0]['name']}/config", self.kernel),
                (f"{arch}/config", self.arch),
                (f"{arch}/config.{flavour}", (flavours.get(flavour, {}),)),
                (f"featureset-{name}/config", there),
                (f"{arch}/{name}/config", here),
                (f"{arch}/{name}/config.{flavour}", (chosen.get(flavour, {}),)),
            ]
            if any(table.get("enable") is False for _, tables in levels for table in tables):
                continue
            test = flavours.get(flavour, {}).get("defs", {}).get("is_test") is True
            fragments: list[str] = []
            for default, tables in levels:
                for table in tables:
                    fragments += table.get("build", {}).get("config", [])
                fragments += [] if test else [default]
            yield Stack(
                arch=arch,
                featureset=name,
                flavour=flavour,
                fragments=tuple(fragments),
                test=test,
            )


def _read_toml(folder: Folder, name: str) -> Table:
    try:
        table = tomllib.loads(folder.text(name))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        message = f"{folder.origin}{name}:{line[1] if line else 1}: {error}"
        raise UsageError(message, "see https://toml.io for the syntax") from error
    wrong = _wrong(table)
    if wrong:
        message = f"{folder.origin}{name}: {wrong}"
        raise UsageError(message, "compare with defines.toml of Debian's linux 6.12 or later")
    return table


def _wrong(table: Table) -> str:
    """What is not as it must be of all that is read here, "" for nothing."""
    for key in ("kernelarch", "debianarch", "featureset", "flavour"):
        inner = table.get(key, [])
        if not isinstance(inner, list) or not all(isinstance(item, dict) for item in inner):
            return f"{key} must be tables, [[{key}]]"
        for item in inner:
            if not isinstance(item.get("name"), str):
                return f"a [[{key}]] without name"
            if wrong := _wrong(item):
                return wrong
    if not all(isinstance(table.get(key, {}), dict) for key in ("build", "defs")):
        return "build and defs must be tables"
    listed = table.get("build", {}).get("config", [])
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        return "config must be a list of file names"
    return ""


def _tables(table: Table, key: str) -> list[Table]:
    return list(table.get(key, []))


# --- defines, before: here a list takes the place of the file with the level's own name ---


def _ini(folder: Folder) -> Iterator[Stack]:
    root = _read_ini(folder, "defines")
    for arch in root("base", "arches").split():
        own = _read_ini(folder, f"{arch}/defines")
        kernel = own("base", "kernel-arch")
        flavours = own("base", "flavours").split()
        for featureset in [*(["none"] if flavours else []), *own("base", "featuresets").split()]:
            here = _read_ini(folder, f"{arch}/{featureset}/defines")
            there = _read_ini(folder, f"featureset-{featureset}/defines")
            if "false" in (here("base", "enabled"), there("base", "enabled")):
                continue
            for flavour in here("base", "flavours").split() or flavours:
                levels = [
                    (root("image", "configs", None), "config"),
                    (None, f"kernelarch-{kernel}/config"),
                    (own("image", "configs", None), f"{arch}/config"),
                    (own(f"{flavour}_image", "configs", None), f"{arch}/config.{flavour}"),
                    (there("image", "configs", None), f"featureset-{featureset}/config"),
                    (here("image", "configs", None), f"{arch}/{featureset}/config"),
                    (
                        here(f"{flavour}_image", "configs", None),
                        f"{arch}/{featureset}/config.{flavour}",
                    ),
                ]
                yield Stack(
                    arch=arch,
                    featureset=featureset,
                    flavour=flavour,
                    fragments=tuple(
                        name
                        for listed, default in levels
                        for name in ([default] if listed is None else listed.split())
                    ),
                )


class _Ini:
    """``ini(section, key)`` is a value, or ``default`` where there is none."""

    def __init__(self, parser: configparser.RawConfigParser) -> None:
        self.parser = parser

    def __call__(self, section: str, key: str, default: Any = "") -> Any:
        return self.parser.get(section, key, fallback=default)


def _read_ini(folder: Folder, name: str) -> _Ini:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(folder.text(name), folder.origin + name)
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or getattr(error, "errors", [[1]])[0][0]
        message = f"{folder.origin}{name}:{line}: {error.message.splitlines()[0]}"
        raise UsageError(message, f"fix line {line}") from error
    return _Ini(parser)
