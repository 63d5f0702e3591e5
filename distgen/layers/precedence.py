# SPDX-License-Identifier: GPL-2.0-or-later
"""Precedence: which configurations read which layers, and which of a symbol's settings wins.

What is asked for is computed here, without Kconfig: the last layer that says something wins.
``values`` is always one symbol's value by place.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from distgen.distros.variant import Variant
from distgen.layers.layout import Layout
from distgen.layers.place import Place


@dataclass(frozen=True)
class Precedence:
    """Who reads what in a layout."""

    layout: Layout

    @cached_property
    def order(self) -> Mapping[Variant, Mapping[Place, int]]:
        """For each variant when it reads a place."""
        variants = self.layout.variants
        return {v: {p: n for n, p in enumerate(self.layout.places(v))} for v in variants}

    @cached_property
    def readers(self) -> Mapping[Place, Sequence[Variant]]:
        """The variants that read a place, whether there is a layer or not."""
        found: dict[Place, list[Variant]] = {}
        for variant, places in self.order.items():
            for place in places:
                found.setdefault(place, []).append(variant)
        return found

    def of(self, places: Collection[Place]) -> list[Variant]:
        """The variants that read one of ``places``."""
        return [v for v, order in self.order.items() if any(place in order for place in places)]

    def chain(self, variant: Variant, values: Collection[Place]) -> list[Place]:
        """Those of the places that a variant reads, in order: the last one decides."""
        order = self.order[variant]
        return sorted((place for place in values if place in order), key=order.__getitem__)

    def asked(self, variant: Variant, values: Mapping[Place, str]) -> str | None:
        """What the layers ask for in a variant."""
        chain = self.chain(variant, values)
        return values[chain[-1]] if chain else None

    def is_redundant(self, place: Place, values: Mapping[Place, str]) -> bool:
        """Whether no variant would ask for another value without what ``place`` says."""
        return all(
            chain[-1] != place or (len(chain) > 1 and values[chain[-2]] == values[place])
            for variant in self.readers.get(place, ())
            for chain in [self.chain(variant, values)]
        )

    def is_inherited(self, place: Place, values: Mapping[Place, str]) -> bool:
        """Whether every variant that reads ``place`` has read the same value before."""
        above = [self.above(variant, place, values) for variant in self.readers[place]]
        return all(before and values[before] == values[place] for before in above)

    def above(self, variant: Variant, place: Place, values: Collection[Place]) -> Place | None:
        """The last place that a variant reads before ``place``, of those in ``values``."""
        chain = self.chain(variant, values)
        return chain[at - 1] if (at := chain.index(place)) else None

    def specific_first(self, places: Collection[Place]) -> list[Place]:
        """Places that somebody reads, from the most special to the most general."""

        def depth(place: Place) -> tuple[int, int, int, Place]:
            folders, owners, names = self._depths
            return folders[place.folder], owners[place.owner], names[place.name], place

        return sorted(places, key=depth, reverse=True)

    @cached_property
    def _depths(self) -> Sequence[Mapping[str, int]]:
        """How special a folder, an owner and a name are."""
        found: list[dict[str, int]] = [{}, {}, {}]
        for order in self.order.values():
            for depths, key in zip(found, ("folder", "owner", "name"), strict=True):
                for depth, name in enumerate(dict.fromkeys(getattr(p, key) for p in order)):
                    depths[name] = max(depth, depths.get(name, 0))
        return found
