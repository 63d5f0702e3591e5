# SPDX-License-Identifier: GPL-2.0-or-later
"""Factoring says the same with less: what comes out again is what went in."""

from hypothesis import given
from hypothesis import strategies as st

from distgen.factor import effective, factor
from distgen.place import flavour_folders, places
from distgen.variant import Variant

VARIANTS = [
    Variant(distro=distro, arch=arch, flavour=flavour)
    for distro in ("debian", "fedora", "rhel")
    for arch in ("aarch64", "s390x", "x86_64")
    for flavour in ("", "rt", "debug", "rt-debug")
]
CONFIGS = st.dictionaries(
    st.sampled_from(VARIANTS),
    st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from("ymn"), max_size=5),
    max_size=12,
)


@given(CONFIGS)
def test_factor_then_resolve_is_identity(configs: dict[Variant, dict[str, str]]) -> None:
    layers = factor(configs)
    for variant, values in configs.items():
        resolved = effective(layers, variant)
        assert {name: resolved.get(name) for name in values} == values


def test_where_a_setting_goes() -> None:
    def variant(distro: str, arch: str) -> Variant:
        return Variant(distro=distro, arch=arch)

    configs = {
        variant("debian", "aarch64"): {"ALL": "y", "DISTRO": "m", "OWN": "m", "ONE": "y"},
        variant("debian", "x86_64"): {"ALL": "y", "DISTRO": "m", "OWN": "y", "X86": "y"},
        variant("fedora", "aarch64"): {"ALL": "y", "DISTRO": "n", "OWN": "n"},
        variant("fedora", "x86_64"): {"ALL": "y", "DISTRO": "n", "OWN": "y", "X86": "y"},
    }
    places = {
        (place.owner, place.name, symbol)
        for place, settings in factor(configs).items()
        for symbol in settings
    }
    assert places == {
        ("", "generic", "ALL"),
        ("debian", "generic", "DISTRO"),
        ("fedora", "generic", "DISTRO"),
        ("debian", "aarch64", "OWN"),
        ("fedora", "aarch64", "OWN"),
        ("", "x86_64", "OWN"),
        ("", "x86_64", "X86"),
        ("debian", "aarch64", "ONE"),
    }


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
