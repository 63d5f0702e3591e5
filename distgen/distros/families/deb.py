# SPDX-License-Identifier: GPL-2.0-or-later
"""The family of Debian and Ubuntu: a ``debian/``, and a .dsc of it.

Debian Policy asks for what is checked here, and dpkg refuses packages that do not comply.
"""

import re
from collections.abc import Iterator

from distgen.distros.distro import Arch, Distro, PackagedVariant
from distgen.distros.family import Breach, Family
from distgen.distros.fields import PERSON

PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+")
PACKAGE_NAMES = "lower-case letters, digits, '+', '-' and '.'"
ARCHITECTURE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TAKEN = re.compile(r"(.*-)?(common|dbg)")  # linux-headers-…-common, linux-image-…-dbg

FAMILY = Family(
    name="deb",
    goals=("src", "debs", "sbuild", "dput"),
    source_package="dsc",
    facts=("suite", "revision", "longest_kernel"),
    executable=("rules",),
    base_is_named=True,
)


def check(distro: Distro) -> Iterator[Breach]:
    """What Debian Policy forbids."""
    if not PACKAGE.fullmatch(distro.source):
        yield Breach(
            places=(("", "source"),),
            what=f"{distro.source!r} cannot name a Debian source package: {PACKAGE_NAMES}",
            hint='write source = "linux"',
        )
    if not PERSON.fullmatch(distro.maintainer):
        yield Breach(
            places=(("", "maintainer"),),
            what=f"maintainer {distro.maintainer!r} is not a name and an e-mail address",
            hint='write maintainer = "Ann Author <ann@example.org>"',
        )
    names: dict[tuple[str, str], str] = {}
    for arch in distro.arches:
        yield from _of_arch(arch, names)


def _of_arch(arch: Arch, names: dict[tuple[str, str], str]) -> Iterator[Breach]:
    """``names`` are the kernels seen, by architecture and by what their packages are called."""
    if not ARCHITECTURE.fullmatch(arch.package):
        yield Breach(
            places=((f"arches.{arch.name}", "package"),),
            what=f"{arch.package!r} is not a Debian architecture",
            hint='write it as dpkg --print-architecture does, for example package = "amd64"',
        )
    for variant in arch.variants:
        name = variant.package
        kernel = f"{arch.name}:{variant.flavour}".rstrip(":")
        if not PACKAGE.fullmatch(f"linux-image-{name}") or TAKEN.fullmatch(name):
            what = f"{name!r} cannot name a Debian kernel: {PACKAGE_NAMES}, not -common or -dbg"
            yield _misnamed(arch, variant, what)
        other = names.setdefault((arch.package, name), kernel)
        if other != kernel:
            what = f"the packages of {other} and of {kernel} would both be linux-image-{name}"
            yield _misnamed(arch, variant, what)


def _misnamed(arch: Arch, variant: PackagedVariant, what: str) -> Breach:
    """What is wrong with the name of a kernel, where that is said, and another name."""
    table = f"arches.{arch.name}"
    said = ((f"{table}.names", variant.flavour), (table, "names"))
    otherwise = ((table, "flavours" if variant.flavour else "package"),)
    flavour = variant.flavour or '""'
    name = "-".join(filter(None, (variant.flavour.replace("_", "-"), arch.package)))
    return Breach(
        places=said if variant.flavour in arch.names else otherwise,
        what=what,
        hint=f'write {flavour} = "{name}" in [{table}.names]',
    )
