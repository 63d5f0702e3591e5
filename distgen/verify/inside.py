# SPDX-License-Identifier: GPL-2.0-or-later
"""The packaging inside a source package: its ``distro/`` with every distro.toml and layer."""

import io
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from distgen.distro import Distro, Family, find_distro, load, names_in
from distgen.errors import UsageError
from distgen.render import EXECUTABLE, PLAIN, render
from distgen.sources.found import LIMIT, decompress
from distgen.verify.spec import Spec, holds

NAME = "distro-layers.tar.gz"
MEMBERS = 10_000
# What could mean something to rpm, the shell or Lua where a template puts it
UNSAFE = re.compile(r"[%$`\"\\]")


@dataclass(frozen=True)
class Inside:
    """``folder`` holds what was unpacked: Makefile.distro and ``distro/``."""

    folder: Path

    @cached_property
    def distros(self) -> list[Distro]:
        """The distributions that package as RPM. UsageError for a broken distro.toml."""
        folder = self.folder / "distro"
        loaded = [load(name, lambda n: find_distro([folder], n)) for name in names_in([folder])]
        return [distro for distro in loaded if distro.family is Family.RPM]

    @cached_property
    def packagings(self) -> dict[str, str]:
        """What this distgen renders as the static part of the spec, by distribution."""
        found = {}
        for distro in self.distros:
            path = f"distro/{distro.name}/package/kernel.spec"
            for file in render([distro], layers=self.folder / "distro"):
                if file.path == path:
                    found[distro.name] = file.content.decode()
        return found

    def own(self, distro: Distro) -> str:
        """The static part that the package holds itself, "" where there is none."""
        path = self.folder / "distro" / distro.name / "package" / "kernel.spec"
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def distro_of(self, spec: Spec) -> Distro | None:
        """Whose package it is: whose packaging the spec holds, else shares most lines with."""
        for distro in self.distros:
            if holds(spec, self.packagings[distro.name]) or holds(spec, self.own(distro)):
                return distro
        lines = {*spec.text.split("\n")}
        return max(
            self.distros,
            key=lambda distro: len(lines & {*self.packagings[distro.name].split("\n")}),
            default=None,
        )


def unpack(archive: Path, folder: Path) -> Inside:
    """Unpack the layers' archive, which holds files and folders and nothing else.

    Raises UsageError for a path that leads elsewhere, for links and devices, for an archive that
    is damaged or larger than any could be.
    """
    what = ""
    if archive.stat().st_size > LIMIT:
        what = f"more than {LIMIT >> 20} MiB"
    else:
        plain = decompress(archive.read_bytes(), archive.name)
        try:
            with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
                for number, member in enumerate(tar):
                    _refuse(member, number)
                    _write(tar, member, folder.joinpath(*PurePosixPath(member.name).parts))
        except (tarfile.TarError, OSError, ValueError) as error:
            what = str(error)
    if what:
        message = f"{archive.name}: {what}"
        raise UsageError(message, "get the package again; its layers cannot be read")
    return Inside(folder)


def _refuse(member: tarfile.TarInfo, number: int) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isreg() or member.isdir()):
        message = f"{member.name!r} is a link, a device or leads out of the package"
        raise ValueError(message)
    if number >= MEMBERS:
        message = f"more than {MEMBERS} files"
        raise ValueError(message)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    target.write_bytes(content.read() if content else b"")
    target.chmod(EXECUTABLE if member.mode & 0o100 else PLAIN)


def unsafe(distro: Distro) -> str:
    """A value of distro.toml that does not belong into a spec, "" where there is none."""
    return next((text for text in _texts(vars(distro)) if UNSAFE.search(text)), "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _texts(part))
    elif hasattr(value, "__dataclass_fields__"):
        yield from _texts(vars(value))
