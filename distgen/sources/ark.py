# SPDX-License-Identifier: GPL-2.0-or-later
"""kernel-ark's ``redhat/configs``, whose ``priority.<distro>`` says how its layers add up.

``ORDER=common fedora`` names folders of layers, the last wins. ``aarch64-rt=generic:generic-arm``
names the layers of one configuration in each of them, a ``-`` stands for a ``/``. A layer is all
the ``CONFIG_*`` files of a folder one after the other, in which the first line of a symbol counts.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from distgen.distros.distro import Distro
from distgen.errors import UsageError, bad_line, did_you_mean
from distgen.layers.fragment import Setting
from distgen.sources.configuration import Offered, Settings, decode, settings

UNDERSTOOD = "a kernel-ark tree, or its redhat/configs with priority.fedora or priority.rhel"
FOLDERS = (".", "redhat/configs")


@dataclass(frozen=True, kw_only=True)
class LayerList:
    """``aarch64-rt=generic:generic-arm``, with the line that it stands in."""

    name: str
    layers: tuple[str, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Priority:
    """A priority file: the folders of layers, the last wins, and the configurations."""

    order: tuple[str, ...]
    entries: tuple[LayerList, ...]


def recognise(path: Path, head: bytes) -> bool:
    """Whether it is a folder with priority files, in itself or in its redhat/configs."""
    return path.is_dir() and _configs(path) is not None


def _configs(path: Path) -> Path | None:
    return next((path / name for name in FOLDERS if any((path / name).glob("priority.*"))), None)


def read(path: Path, distro: Distro) -> list[Offered]:
    """Every configuration of the priority file that is the distribution's or its parent's."""
    folder = _configs(path)
    assert folder is not None
    names = sorted(file.name.removeprefix("priority.") for file in folder.glob("priority.*"))
    name = next((name for name in reversed(distro.lineage) if name in names), None)
    if name is None:
        message = f"{folder}: no priority.{distro.name}; there are {', '.join(names)}"
        raise UsageError(message, f'import it into one of these, or one with parent = "{names[0]}"')
    file = folder / f"priority.{name}"
    priority = parse(decode(file.read_bytes(), str(file)), str(file))
    layers = {order: _layers(folder / order) for order in priority.order}
    known = {layer for there in layers.values() for layer in there}
    for entry in priority.entries:
        for layer in entry.layers:
            if layer not in known:
                message = f"{file}:{entry.line}: no layer {layer!r} in {' '.join(priority.order)}"
                raise UsageError(message, did_you_mean(layer, known))
    return [
        Offered(
            arch=entry.name.partition("-")[0],
            kernel=entry.name.partition("-")[2],
            origin=f"{file}:{entry.line}",
            read=partial(_merge, entry.layers, list(layers.values())),
        )
        for entry in priority.entries
    ]


def parse(text: str, origin: str) -> Priority:
    """Read a priority file. Raises UsageError with ``origin:line`` for what is not of it.

    Configurations that ``EMPTY=`` names are not built, and left out.
    """
    order: tuple[str, ...] = ()
    empty: set[str] = set()
    entries: dict[str, LayerList] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not name or not value:
            what = "expected ORDER=…, EMPTY=… or ARCH[-FLAVOUR]=LAYER:LAYER"
            raise bad_line(origin, number, what, line, "x86_64=generic:generic-x86")
        if name == "ORDER":
            order = tuple(value.split())
        elif name == "EMPTY":
            empty |= set(value.split())
        else:
            entries[name] = LayerList(name=name, layers=tuple(value.split(":")), line=number)
    if not order:
        message = f"{origin}:1: no ORDER="
        raise UsageError(message, "for example ORDER=common fedora")
    found = tuple(entry for entry in entries.values() if entry.name not in empty)
    return Priority(order=order, entries=found)


def _layers(folder: Path) -> dict[str, list[Path]]:
    """Layer → its files in the order of their names, of every folder below ``folder``."""
    found = {}
    for name, _, files in os.walk(folder):
        path = Path(name)
        layer = str(path.relative_to(folder)).replace("/", "-")
        found[layer] = sorted(
            path / file for file in files if file.startswith("CONFIG_") and not file.endswith("~")
        )
    return found


def _merge(names: Sequence[str], layers: Sequence[Mapping[str, Sequence[Path]]]) -> Settings:
    merged: dict[str, Setting] = {}
    for there in layers:
        for name in names:
            layer: dict[str, Setting] = {}
            for path in there.get(name, ()):
                for setting in settings(decode(path.read_bytes(), str(path)), str(path)):
                    layer.setdefault(setting.symbol, setting)
            merged |= layer
    return dict(sorted(merged.items()))
