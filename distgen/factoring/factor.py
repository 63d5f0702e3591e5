# SPDX-License-Identifier: GPL-2.0-or-later
"""Factoring: flat configurations of many variants → layers that say the same with the least.

Every symbol is a problem of its own: which layers have to speak of it so that each variant that
can set it finds its value there, the last one read winning? A variant that cannot set it does not
care. The answer is the optimum, not a heuristic: no other choice of layers needs fewer settings.
Of several optima it is the one whose layers the fewest variants read (what only one distro or one
arch decides is said there), shared layers before a distro's, an arch's before the general one.

A derivative has no say in the layers of others: what it wants is the fewest overrides in its own
folder, given all that its ancestors and those who share layers with them have decided.
"""

from collections.abc import Iterable, Iterator, Mapping

from distgen.distros.variant import Variant
from distgen.factoring.optimum import Orders, Problem, Readers
from distgen.layers.place import SHARED, Place

Values = Mapping[str, str]
Layers = dict[Place, dict[str, str]]


def factor(
    configs: Mapping[Variant, Values], orders: Orders, there: Mapping[Place, Values] | None = None
) -> Layers:
    """The layers from which every one of ``configs`` comes out again.

    Where all are of derivatives, ``there`` can be what others' layers say: they come back as well.

    ``configs`` has for each variant the value of every option that a user can set in it, ``orders``
    every place that it reads, last wins. Symbols come sorted. Raises UsageError where two flavours
    read the same folders in different orders.
    """
    layers: Layers = {place: dict(values) for place, values in (there or {}).items()}
    for group, owner in _groups({variant: orders[variant] for variant in configs}):
        readers = Readers.of(group, owner)
        given = _given(readers, layers)
        problems: dict[str, tuple[Problem, list[str]]] = {}
        for symbol in sorted({symbol for variant in group for symbol in configs[variant]}):
            numbers: dict[str | None, int] = {None: 0}
            pattern = tuple(
                numbers.setdefault(configs[variant].get(symbol), len(numbers))
                for variant in readers.variants
            )
            set_already = tuple((p, numbers.get(value, 0)) for p, value in given.get(symbol, ()))
            problems[symbol] = Problem(pattern, set_already), [value or "" for value in numbers]
        readers.solve_all(problem for problem, _ in problems.values())
        for symbol, (problem, values) in problems.items():
            for place, number in readers.solve(problem).settings():
                layers.setdefault(readers.places[place], {})[symbol] = values[number]
    return dict(sorted(layers.items()))


def _groups(orders: Orders) -> Iterator[tuple[Orders, str | None]]:
    """What is factored together, and who alone may write then: derivatives after all others."""
    lineages: dict[str, list[str]] = {}
    for variant, order in orders.items():
        lineages[variant.distro] = list(dict.fromkeys(p.owner for p in order if p.owner != SHARED))
    roots = {variant: o for variant, o in orders.items() if len(lineages[variant.distro]) == 1}
    yield roots, None
    for distro in sorted(lineages, key=lambda name: (len(lineages[name]), name)):
        if len(lineages[distro]) > 1:
            yield {variant: o for variant, o in orders.items() if variant.distro == distro}, distro


def _given(readers: Readers, layers: Layers) -> dict[str, list[tuple[int, str]]]:
    """Symbol → number of the place and value of each setting that others have made, in order."""
    given: dict[str, list[tuple[int, str]]] = {}
    for number, place in enumerate(readers.places):
        if not readers.free[number]:
            for symbol, value in layers.get(place, {}).items():
                given.setdefault(symbol, []).append((number, value))
    return given


def requested(layers: Mapping[Place, Values], order: Iterable[Place]) -> dict[str, str]:
    """What the layers ask for in one variant, before Kconfig sees it: the last one wins."""
    values: dict[str, str] = {}
    for place in order:
        values |= layers.get(place, {})
    return values
