# SPDX-License-Identifier: GPL-2.0-or-later
"""Factoring: flat configurations of many variants → layers that say the same with less.

This is a first, simple split: a setting on which all agree goes to the shared layer, and so on
down. An option that a variant cannot set (it is not in its values) does not count there.
"""

from collections.abc import Iterable, Mapping

from distgen.place import Place, flavour_folders
from distgen.variant import BASE, GENERIC, Variant

Values = Mapping[str, str]


Layers = dict[Place, dict[str, str]]


def factor(configs: Mapping[Variant, Values]) -> Layers:
    """Layers from which every one of ``configs`` comes out again."""
    layers: Layers = {}
    flavours = sorted({v.flavour for v in configs}, key=lambda f: (len(flavour_folders(f)), f))
    for flavour in flavours:
        variants = [v for v in configs if v.flavour == flavour]
        inherited = {v: effective(layers, v) for v in variants}
        for symbol in sorted({s for v in variants for s in configs[v]}):
            wanted = {v: configs[v][symbol] for v in variants if symbol in configs[v]}
            if any(inherited[v].get(symbol) != value for v, value in wanted.items()):
                have = {v: inherited[v].get(symbol) for v in wanted}
                for place, value in _split(wanted, have, folder=flavour):
                    layers.setdefault(place, {})[symbol] = value
    return layers


def effective(layers: Layers, variant: Variant) -> dict[str, str]:
    """What the layers say for a variant, before Kconfig sees it."""
    values: dict[str, str] = {}
    for folder in [BASE, *flavour_folders(variant.flavour)]:
        for owner in ("", variant.distro):
            for name in (GENERIC, variant.arch):
                values |= layers.get(Place(owner=owner, folder=folder, name=name), {})
    return values


def _split(
    wanted: Mapping[Variant, str], have: Mapping[Variant, str | None], *, folder: str
) -> Iterable[tuple[Place, str]]:
    """Where one symbol has to be said in one folder so that ``wanted`` comes out.

    A place covers no more than those that can set the symbol: what only one distro or one arch
    knows is said there.
    """

    def place(variants: Iterable[Variant], *, of_distro: bool = False) -> Place:
        distros = {v.distro for v in variants}
        arches = {v.arch for v in variants}
        owner = next(iter(distros)) if of_distro or len(distros) == 1 else ""
        name = next(iter(arches)) if len(arches) == 1 else GENERIC
        return Place(owner=owner, folder=folder, name=name)

    if len(set(wanted.values())) == 1:
        yield place(wanted), next(iter(wanted.values()))
        return
    left = set(wanted)
    for arch in sorted({v.arch for v in wanted}):
        here = [v for v in wanted if v.arch == arch]
        if len({v.distro for v in here}) > 1 and len({wanted[v] for v in here}) == 1:
            left -= set(here)
            if any(have[v] != wanted[v] for v in here):
                yield place(here), wanted[here[0]]
    for distro in sorted({v.distro for v in left}):
        ours = [v for v in wanted if v.distro == distro]
        if len({wanted[v] for v in ours}) == 1:
            if any(have[v] != wanted[v] for v in ours):
                yield place(ours, of_distro=True), wanted[ours[0]]
            continue
        for variant in sorted(v for v in ours if v in left):
            if have[variant] != wanted[variant]:
                yield place([variant], of_distro=True), wanted[variant]
