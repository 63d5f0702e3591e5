# SPDX-License-Identifier: GPL-2.0-or-later
"""The packaging inside a source package: its ``distro/`` with every distro.toml and layer."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from distgen.distros.distro import Distro
from distgen.distros.fields import ACTIVE
from distgen.distros.load import load, names_in
from distgen.packaging.render import render

LIMIT = 64 << 20  # bytes of the layers and all that goes with them


@dataclass(frozen=True, kw_only=True)
class Inside:
    """``folder`` holds what was unpacked: Makefile.distro and ``distro/``."""

    folder: Path
    family: str

    @cached_property
    def distros(self) -> list[Distro]:
        """The distributions of the package's family. UsageError for a broken distro.toml."""
        folder = self.folder / "distro"
        loaded = [load(name, [folder]) for name in names_in([folder])]
        return [distro for distro in loaded if distro.family.name == self.family]

    @cached_property
    def rendered(self) -> dict[str, dict[str, str]]:
        """What this distgen renders as ``package/``: by distribution, then by path in it."""
        found: dict[str, dict[str, str]] = {}
        for distro in self.distros:
            same = f"distro/package/{self.family}"
            folders = (same, f"distro/{distro.name}/package")
            found[distro.name] = {
                path.name: file.content.decode()
                for file in render([distro], layers=self.folder / "distro")
                if str((path := PurePosixPath(file.path)).parent) in folders
            }
        return found

    def own(self, distro: Distro, name: str) -> str:
        """A file of ``package/`` as the source package itself has it, "" where it has none."""
        path = self.folder / "distro" / distro.name / "package" / name
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def closest(self, text: str) -> Distro | None:
        """The distribution whose packaging shares most lines with a text."""
        lines = {*text.split("\n")}
        return max(
            self.distros,
            key=lambda distro: sum(
                len(lines & {*file.split("\n")}) for file in self.rendered[distro.name].values()
            ),
            default=None,
        )


def unsafe(distro: Distro) -> str:
    """A value of distro.toml that does not belong into a spec, "" where there is none."""
    return next((text for text in _texts(vars(distro)) if ACTIVE.search(text)), "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _texts(part))
    elif hasattr(value, "__dataclass_fields__"):
        yield from _texts(vars(value))
