# SPDX-License-Identifier: GPL-2.0-or-later
"""Distributions to import into, each with the names that it has for its kernels."""

from collections.abc import Mapping, Sequence

from distgen.distros.distro import Arch, Distro
from distgen.distros.families import families

KERNEL = {"x86_64": "x86_64", "i686": "i386", "aarch64": "arm64", "armv7l": "arm",
          "ppc64le": "powerpc", "s390x": "s390"}  # fmt: skip


def arch(
    name: str, package: str, flavours: Sequence[str] = (), names: Mapping[str, str] | None = None
) -> Arch:
    """An arch; what has nothing to do with configurations is left as it comes."""
    return Arch(
        name=name,
        kernel=KERNEL[name],
        package=package,
        gnu="none",
        image="none",
        flavours=tuple(flavours),
        names=names or {},
    )


def distro(name: str, *arches: Arch, parents: Sequence[str] = (), family: str = "rpm") -> Distro:
    """A distribution that descends from ``parents``, oldest first."""
    return Distro(
        name=name,
        title=name.title(),
        family=families()[family],
        source="kernel",
        maintainer="Somebody <somebody@example.org>",
        homepage="https://example.org/",
        lineage=(*parents, name),
        arches=arches,
    )


FEDORA = distro(
    "fedora",
    arch("x86_64", "x86_64", ["debug", "rt", "rt-debug"]),
    arch("aarch64", "aarch64", ["64k"]),
    arch("s390x", "s390x"),
)
DEBIAN = distro(
    "debian",
    arch("x86_64", "amd64", ["cloud", "rt"], {"cloud": "cloud-amd64", "rt": "rt-amd64"}),
    arch("aarch64", "arm64", ["16k"], {"16k": "arm64-16k"}),
    arch("armv7l", "armhf", ["lpae"], {"": "armmp", "lpae": "armmp-lpae"}),
    family="deb",
)
UBUNTU = distro(
    "ubuntu",
    arch("x86_64", "amd64", (), {"": "generic"}),
    arch("aarch64", "arm64", ["64k"], {"": "generic", "64k": "generic-64k"}),
    family="deb",
)
