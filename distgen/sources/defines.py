# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's ``defines``: which kernels there are, and the order that their fragments are read in.

Seven levels, of which the last wins: the root, the kernel's arch, Debian's arch, its flavour, the
featureset, that on the arch, its flavour there. At each level come the fragments that it lists
and then the one with its own name. Files that are not there are passed over, as Debian does.
"""

import configparser
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
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


@dataclass(frozen=True)
class Stack:
    """The fragments of one kernel in order.

    A featureset other than ``none`` comes with patches. A ``test`` kernel is for Debian's own CI.
    """

    arch: str
    featureset: str
    flavour: str
    fragments: list[str]
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
        replace(stack, fragments=[name for name in stack.fragments if name in folder.files])
        for stack in read(folder)
    ]


def _fragments(kernel: str, arch: str, featureset: str, flavour: str) -> list[str]:
    """The fragments with the names of the seven levels."""
    return [
        "config",
        f"kernelarch-{kernel}/config",
        f"{arch}/config",
        f"{arch}/config.{flavour}",
        f"featureset-{featureset}/config",
        f"{arch}/{featureset}/config",
        f"{arch}/{featureset}/config.{flavour}",
    ]


# --- defines.toml, since 6.8: each level has a table in the file above, and a file of its own ---


def _toml(folder: Folder) -> Iterator[Stack]:
    root = [_read_toml(folder, "")]
    for kernel, in_root in _named(root, "kernelarch").items():
        of_kernel = [in_root, _read_toml(folder, f"kernelarch-{kernel}/")]
        for arch, in_kernel in _named(of_kernel, "debianarch").items():
            of_arch = [in_kernel, _read_toml(folder, f"{arch}/")]
            for name, in_arch in _named(of_arch, "featureset").items():
                there = [
                    _named(root, "featureset").get(name, {}),
                    _read_toml(folder, f"featureset-{name}/"),
                ]
                here = [in_arch, _read_toml(folder, f"{arch}/{name}/")]
                flavours, chosen = _named(of_arch, "flavour"), _named(here, "flavour")
                for flavour in chosen or flavours:
                    plain, special = flavours.get(flavour, {}), chosen.get(flavour, {})
                    levels = [root, of_kernel, of_arch, [plain], there, here, [special]]
                    if any(table.get("enable") is False for level in levels for table in level):
                        continue
                    test = plain.get("defs", {}).get("is_test") is True
                    own = _fragments(kernel, arch, name, flavour)
                    yield Stack(arch, name, flavour, [*_listed(levels, own, test)], test)


def _listed(levels: Iterable[Iterable[Table]], own: Iterable[str], test: bool) -> Iterator[str]:
    for tables, name in zip(levels, own, strict=True):
        for table in tables:
            yield from table.get("build", {}).get("config", [])
        if not test:
            yield name


def _named(tables: Iterable[Table], key: str) -> dict[str, Table]:
    """Name → table, of all the arrays ``[[key]]``."""
    return {table["name"]: table for above in tables for table in above.get(key, [])}


def _read_toml(folder: Folder, level: str) -> Table:
    name = f"{level}defines.toml"
    try:
        table = tomllib.loads(folder.text(name))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        message = f"{folder.origin}{name}:{line[1] if line else 1}: {error}"
        raise UsageError(message, "see https://toml.io for the syntax") from error
    if wrong := _wrong(table):
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


# --- defines, before: here a list takes the place of the file with the level's own name ---


def _ini(folder: Folder) -> Iterator[Stack]:
    root = _read_ini(folder, "")
    for arch in root("base", "arches").split():
        own = _read_ini(folder, f"{arch}/")
        kernel = own("base", "kernel-arch")
        flavours = own("base", "flavours").split()
        for featureset in [*(["none"] if flavours else []), *own("base", "featuresets").split()]:
            here = _read_ini(folder, f"{arch}/{featureset}/")
            there = _read_ini(folder, f"featureset-{featureset}/")
            if "false" in (here("base", "enabled"), there("base", "enabled")):
                continue
            for flavour in here("base", "flavours").split() or flavours:
                config, of_kernel, *rest = _fragments(kernel, arch, featureset, flavour)
                names = [root("image", "configs", fallback=config), of_kernel]
                for get, name in zip((own, own, there, here, here), rest, strict=True):
                    section = f"{flavour}_image" if name.endswith(f".{flavour}") else "image"
                    names.append(get(section, "configs", fallback=name))
                yield Stack(arch, featureset, flavour, " ".join(names).split())


def _read_ini(folder: Folder, level: str) -> Callable[..., Any]:
    """What gives a value of a section; "" or a ``fallback`` where there is none."""
    parser = configparser.RawConfigParser()
    name = f"{folder.origin}{level}defines"
    try:
        parser.read_string(folder.text(f"{level}defines"), name)
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or getattr(error, "errors", [[1]])[0][0]
        message = f"{name}:{line}: {error.message.splitlines()[0]}"
        raise UsageError(message, f"fix line {line}") from error
    return partial(parser.get, fallback="")
