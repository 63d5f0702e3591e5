# SPDX-License-Identifier: GPL-2.0-or-later
"""The family of Fedora and RHEL: a spec, and a source RPM of it."""

from collections.abc import Iterable

from distgen.distros.distro import Distro
from distgen.distros.family import Breach, Family

FAMILY = Family(
    name="rpm",
    goals=("srpm", "rpms", "mock", "koji", "copr"),
    source_package="srpm",
    facts=("mock", "koji"),
)


def check(distro: Distro) -> Iterable[Breach]:
    """Nothing: what toml.py takes is good for a spec."""
    return ()
