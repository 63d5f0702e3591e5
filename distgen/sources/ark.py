# SPDX-License-Identifier: GPL-2.0-or-later
"""kernel-ark's ``redhat/configs``, whose ``priority.<distro>`` says how its layers add up.

``ORDER=common fedora`` names folders of layers, the last wins. ``aarch64-rt=generic:generic-arm``
names the layers of one configuration in each of them, a ``-`` stands for a ``/``. A layer is all
the ``CONFIG_*`` files of a folder one after the other, in which the first line of a symbol counts.
"""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from distgen.distros.distro import Distro
from distgen.errors import UsageError, bad_line, did_you_mean
from distgen.layers.fragment import Setting
from distgen.sources.configuration import Offered, Settings, decode, settings

UNDERSTOOD = "a kernel-ark tree, or its redhat/configs with priority.fedora or priority.rhel"
FOLDERS = (".", "redhat/configs")


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
    closest = next((name for name in reversed(distro.lineage) if name in names), None)
    if closest is None:
        message = f"{folder}: no priority.{distro.name}; there are {', '.join(names)}"
        raise UsageError(message, f'import it into one of these, or one with parent = "{names[0]}"')
    file = folder / f"priority.{closest}"
    order, entries = parse(decode(file.read_bytes(), str(file)), str(file))
    folders = [_layers(folder / name) for name in order]
    known = {layer for layers in folders for layer in layers}
    found = []
    for name, (line, layers) in entries.items():
        for layer in layers:
            if layer not in known:
                message = f"{file}:{line}: no layer {layer!r} in {' '.join(order)}"
                raise UsageError(message, did_you_mean(layer, known))
        arch, _, kernel = name.partition("-")
        found.append(Offered(arch, kernel, f"{file}:{line}", partial(_merge, layers, folders)))
    return found


def parse(text: str, origin: str) -> tuple[list[str], dict[str, tuple[int, list[str]]]]:
    """Read a priority file: the folders of layers; configuration → its line and its layers.

    Raises UsageError with ``origin:line`` for what is not of it. Configurations that ``EMPTY=``
    names are not built, and left out.
    """
    order: list[str] = []
    empty: list[str] = []
    entries: dict[str, tuple[int, list[str]]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not name or not value:
            what = "expected ORDER=…, EMPTY=… or ARCH[-FLAVOUR]=LAYER:LAYER"
            raise bad_line(origin, number, what, line, "x86_64=generic:generic-x86")
        if name == "ORDER":
            order = value.split()
        elif name == "EMPTY":
            empty += value.split()
        else:
            entries[name] = (number, value.split(":"))
    if not order:
        message = f"{origin}:1: no ORDER="
        raise UsageError(message, "for example ORDER=common fedora")
    return order, {name: entry for name, entry in entries.items() if name not in empty}


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
