# SPDX-License-Identifier: GPL-2.0-or-later
"""Factoring: flat configurations of many variants → layers that say the same with the least.

Every symbol is a problem of its own: which layers have to speak of it so that each variant that
can set it finds its value there, the last one read winning? A variant that cannot set it does not
care. The answer is the optimum, not a heuristic: no other choice of layers needs fewer settings.
Of several optima it is the one whose layers the fewest variants read (what only one distro or one
arch decides is said there), shared layers before a distro's, an arch's before the general one.
"""

from collections.abc import Iterable, Mapping

from distgen.optimum import Orders, Pattern, Reading
from distgen.place import Place
from distgen.variant import Variant

Values = Mapping[str, str]
Layers = dict[Place, dict[str, str]]


def factor(configs: Mapping[Variant, Values], orders: Orders) -> Layers:
    """The layers from which every one of ``configs`` comes out again.

    ``configs`` has for each variant the value of every option that a user can set in it, ``orders``
    every place that it reads, last wins. Symbols come sorted. Raises UsageError where two flavours
    read the same folders in different orders.
    """
    reading = Reading.of({variant: orders[variant] for variant in configs})
    patterns: dict[str, tuple[Pattern, list[str]]] = {}
    for symbol in sorted({symbol for values in configs.values() for symbol in values}):
        numbers: dict[str | None, int] = {None: 0}
        pattern = tuple(
            numbers.setdefault(configs[variant].get(symbol), len(numbers))
            for variant in reading.variants
        )
        patterns[symbol] = pattern, [value or "" for value in numbers]
    reading.solve_all(pattern for pattern, _ in patterns.values())
    layers: Layers = {}
    for symbol, (pattern, values) in patterns.items():
        for place, number in reading.solve(pattern).settings():
            layers.setdefault(reading.places[place], {})[symbol] = values[number]
    return dict(sorted(layers.items()))


def requested(layers: Mapping[Place, Values], order: Iterable[Place]) -> dict[str, str]:
    """What the layers ask for in one variant, before Kconfig sees it: the last one wins."""
    values: dict[str, str] = {}
    for place in order:
        values |= layers.get(place, {})
    return values
