# SPDX-License-Identifier: GPL-2.0-or-later
"""Factoring says the same with the least: what comes out again is what went in."""

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distgen.distros.variant import Variant
from distgen.errors import UsageError
from distgen.factoring.factor import factor, requested
from distgen.factoring.optimum import Orders
from distgen.layers.place import Place, flavour_folders, places

PARENTS = {"i686": ["x86"], "x86_64": ["x86"]}
LINEAGES = {"bazzite": ["fedora", "bazzite"]}


def orders_of(variants: list[Variant]) -> Orders:
    return {
        v: list(
            places(
                v.flavour,
                lineage=LINEAGES.get(v.distro, [v.distro]),
                names=["generic", *PARENTS.get(v.arch, []), v.arch],
            )
        )
        for v in variants
    }


def shape(distros: str, arches: str, flavours: str) -> list[Variant]:
    return [
        Variant(distro=distro, arch=arch, flavour="" if flavour == "base" else flavour)
        for distro in distros.split()
        for arch in arches.split()
        for flavour in flavours.split()
    ]


ALL = shape("bazzite debian fedora rhel", "aarch64 i686 x86_64", "base rt debug rt-debug")
CONFIGS = st.dictionaries(
    st.sampled_from(ALL),
    st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from("ymn"), max_size=5),
    max_size=14,
)


@given(CONFIGS)
def test_factor_then_resolve_is_identity(configs: dict[Variant, dict[str, str]]) -> None:
    orders = orders_of(list(configs))
    layers = factor(configs, orders)
    for variant, values in configs.items():
        asked = requested(layers, orders[variant])
        assert {name: asked.get(name) for name in values} == values


FOLDERS = ["", "rt", "debug", "rt-debug"]
OWNERS = ["", "debian", "fedora", "rhel", "bazzite"]
NAMES = ["generic", "x86", "aarch64", "i686", "riscv64", "s390x", "x86_64"]


def fewest(
    wanted: Mapping[Variant, str],
    orders: Orders,
    given: Mapping[Place, str] | None = None,
    owner: str = "",
) -> int:
    """By trying: from the place read last to the first, with and without a setting in each.

    Where settings are ``given``, they stay, and only in places of ``owner`` there can be others.
    """
    everywhere = sorted(
        {place for variant in wanted for place in orders[variant]},
        key=lambda p: (FOLDERS.index(p.folder), OWNERS.index(p.owner), NAMES.index(p.name)),
    )

    @cache
    def try_all(count: int, unsettled: frozenset[Variant]) -> float:
        if not unsettled:
            return 0
        if not count:
            return inf
        place = everywhere[count - 1]
        readers = frozenset(v for v in unsettled if place in orders[v])
        if given and place in given:
            wrong = any(wanted[v] != given[place] for v in readers)
            return inf if wrong else try_all(count - 1, unsettled - readers)
        least = try_all(count - 1, unsettled)
        if given is not None and place.owner != owner:
            return least
        if len({wanted[v] for v in readers}) == 1:
            least = min(least, 1 + try_all(count - 1, unsettled - readers))
        return least

    return int(try_all(len(everywhere), frozenset(wanted)))


SHAPES = {
    "two by two": (shape("debian fedora", "aarch64 x86_64", "base"), 600),
    "three distros": (shape("debian fedora rhel", "aarch64 s390x", "base"), 600),
    "three arches": (shape("debian fedora", "aarch64 s390x riscv64", "base"), 600),
    "a grid": (shape("debian fedora rhel", "aarch64 s390x riscv64", "base"), 300),
    "a derivative": (shape("bazzite fedora", "aarch64 s390x", "base"), 600),
    "related arches": (shape("debian fedora", "aarch64 i686 x86_64", "base"), 400),
    "a flavour": (shape("debian fedora", "aarch64 s390x", "base rt"), 400),
    "flavours of flavours": (shape("fedora rhel", "aarch64", "base rt debug rt-debug"), 500),
    "all at once": (shape("bazzite fedora", "aarch64 s390x", "base rt rt-debug"), 40),
}


@pytest.mark.parametrize("name", SHAPES)
def test_no_other_layers_need_fewer_settings(name: str) -> None:
    """About 4000 random symbols, in which a variant may be unable to set the symbol at all."""
    variants, cases = SHAPES[name]
    draw = random.Random(len(variants) * cases)
    orders = orders_of(variants)
    wants: dict[str, dict[Variant, str]] = {}
    for number in range(cases):
        values = draw.choice(["yn", "yyyn", "ymn", "y"])
        able = draw.choice([0.4, 0.7, 1])
        wanted = {v: draw.choice(values) for v in variants if draw.random() < able}
        wants[f"S{number}"] = wanted
    configs = {v: {s: wanted[v] for s, wanted in wants.items() if v in wanted} for v in variants}
    layers = factor(configs, orders)
    for symbol, wanted in wants.items():
        settings = {place: some[symbol] for place, some in layers.items() if symbol in some}
        given = {place: value for place, value in settings.items() if place.owner != "bazzite"}
        roots = {v: value for v, value in wanted.items() if v.distro != "bazzite"}
        assert len(given) == fewest(roots, orders), wanted
        derived = {v: value for v, value in wanted.items() if v.distro == "bazzite"}
        assert len(settings) - len(given) == fewest(derived, orders, given, "bazzite"), wanted


@given(CONFIGS)
def test_a_derivative_moves_no_line_of_others(configs: dict[Variant, dict[str, str]]) -> None:
    orders = orders_of(list(configs))
    layers = factor(configs, orders)
    others = {v: values for v, values in configs.items() if v.distro != "bazzite"}
    assert factor(others, orders) == {p: s for p, s in layers.items() if p.owner != "bazzite"}


def test_a_derivative_that_decides_nothing_holds_nothing() -> None:
    draw = random.Random(7)
    fedora = {v: {s: draw.choice("ymn") for s in "ABCDEFGH"} for v in ALL if v.distro == "fedora"}
    same = {replace(v, distro="bazzite"): values for v, values in fedora.items()}
    orders = orders_of([*fedora, *same])
    assert factor({**fedora, **same}, orders) == factor(fedora, orders)
    one = Variant(distro="bazzite", arch="x86_64", flavour="rt-debug")
    same[one] = same[one] | {"A": "other"}
    own = {p: s for p, s in factor({**fedora, **same}, orders).items() if p.owner == "bazzite"}
    assert own == {Place(owner="bazzite", folder="rt-debug", name="x86_64"): {"A": "other"}}


def test_where_a_setting_goes() -> None:
    def variant(distro: str, arch: str) -> Variant:
        return Variant(distro=distro, arch=arch)

    configs = {
        variant("debian", "aarch64"): {"ALL": "y", "DISTRO": "m", "OWN": "m", "ONE": "y"},
        variant("debian", "x86_64"): {"ALL": "y", "DISTRO": "m", "OWN": "y", "X86": "y"},
        variant("fedora", "aarch64"): {"ALL": "y", "DISTRO": "n", "OWN": "n", "RPM": "y"},
        variant("fedora", "x86_64"): {"ALL": "y", "DISTRO": "n", "OWN": "y", "X86": "y"},
        variant("fedora", "s390x"): {"ALL": "y", "DISTRO": "n", "ZFCP": "y", "RPM": "y"},
    }
    layers = factor(configs, orders_of(list(configs)))
    assert {(place.path, symbol) for place, settings in layers.items() for symbol in settings} == {
        ("configs/generic.config", "ALL"),
        ("debian/configs/generic.config", "DISTRO"),
        ("fedora/configs/generic.config", "DISTRO"),
        ("debian/configs/aarch64.config", "OWN"),
        ("fedora/configs/aarch64.config", "OWN"),
        ("configs/x86_64.config", "OWN"),
        ("configs/x86_64.config", "X86"),
        ("debian/configs/aarch64.config", "ONE"),
        ("fedora/configs/generic.config", "RPM"),
        ("configs/s390x.config", "ZFCP"),
    }


@given(CONFIGS, st.sampled_from("ABCDE"), st.sampled_from("ymn"), st.data())
def test_one_changed_option_changes_only_lines_about_it(
    configs: dict[Variant, dict[str, str]], symbol: str, value: str, data: st.DataObject
) -> None:
    if not configs:
        return
    changed = data.draw(st.sampled_from(sorted(configs)))
    orders = orders_of(list(configs))
    before = factor(configs, orders)
    after = factor({**configs, changed: {**configs[changed], symbol: value}}, orders)
    for place in {*before, *after}:
        old, new = before.get(place, {}), after.get(place, {})
        assert {s: v for s, v in old.items() if s != symbol} == {
            s: v for s, v in new.items() if s != symbol
        }


@given(CONFIGS)
def test_the_order_of_the_input_does_not_matter(configs: dict[Variant, dict[str, str]]) -> None:
    orders = orders_of(list(configs))
    turned = {v: dict(reversed(values.items())) for v, values in reversed(configs.items())}
    assert factor(turned, orders) == factor(configs, orders)


def test_flavours_that_read_each_other_in_turn() -> None:
    variants = shape("fedora", "x86_64", "rt-debug debug-rt")
    with pytest.raises(UsageError, match="some configurations read"):
        factor({variant: {"A": "y"} for variant in variants}, orders_of(variants))


def test_layer_order() -> None:
    assert flavour_folders("rt-debug") == ["rt", "debug", "rt-debug"]
    order = list(places("rt", lineage=["fedora"], names=["generic", "x86"]))
    assert [place.path for place in order] == [
        "configs/generic.config",
        "configs/x86.config",
        "fedora/configs/generic.config",
        "fedora/configs/x86.config",
        "configs/rt/generic.config",
        "configs/rt/x86.config",
        "fedora/configs/rt/generic.config",
        "fedora/configs/rt/x86.config",
    ]
    assert Place(owner="fedora", folder="rt", name="x86") == order[-1]
