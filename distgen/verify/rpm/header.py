# SPDX-License-Identifier: GPL-2.0-or-later
"""The header of a source RPM against what was meant: the spec and the distro.toml inside."""

import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from distgen.distros.distro import Distro
from distgen.verify.finding import Check, Finding, difference
from distgen.verify.rpm.package import Package
from distgen.verify.rpm.spec import Spec

# Where people and build machines keep what they work on, as no packaged file is kept
MACHINE = re.compile(
    r"(?<![\w.~}/-])/(?:home|root|tmp|var/tmp|dev/shm|mnt|media|srv|builddir|build|data|workspace)"
    r"/[\w.+~/-]+"
)
SHORTEST = 4  # letters of a host name that cannot be taken for something else


def check(package: Package, spec: Spec, distro: Distro) -> Iterator[Finding]:
    """The header against the text of the spec, which is not parsed for that."""
    hint = f"make it again: make {distro.source_target}"
    for where, got, wanted in _pairs(package, spec, distro):
        if what := difference(got, wanted):
            yield Finding(Check.HEADER, where, what, hint)
    for what in _machine(package, spec):
        yield Finding(Check.HEADER, "the header", what, hint)


def against(package: Package, meant: Mapping[str, Sequence[str]], distro: Distro) -> list[Finding]:
    """The facts of the header against those that parsing the spec gives, for the same arch."""
    return [
        Finding(
            Check.HEADER,
            name.capitalize(),
            f"by the spec: {what}",
            f"make it again: make {distro.source_target}",
        )
        for name in meant
        if (what := difference(package.facts[name], meant[name]))
    ]


def dist(package: Package, spec: Spec) -> str:
    """What the building machine has as ``%{dist}``: what the header's release has at its end."""
    release = spec.macros.get("specrelease", "")
    tag = package.fact("RELEASE").removeprefix(release)
    return tag if re.fullmatch(r"\.[\w.+~^]+", tag, re.ASCII) else ""


def _pairs(
    package: Package, spec: Spec, distro: Distro
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Where, what is there, what is expected."""
    name, version, release = (package.fact(key) for key in ("NAME", "VERSION", "RELEASE"))
    wanted = spec.macros.get("specrelease", "") + dist(package, spec)
    yield "Name", [name], [distro.source]
    yield "Version", [version], [spec.macros.get("specversion", "")]
    yield "Release", [release], [wanted]
    yield "the file name", [package.path.name], [f"{name}-{version}-{release}.src.rpm"]
    arches = sorted(arch.package for arch in distro.arches)
    yield "ExclusiveArch", package.facts["EXCLUSIVEARCH"], arches
    yield "Source", package.facts["SOURCE"], sorted(file for _, file in spec.sources)
    yield "Patch", package.facts["PATCH"], sorted(file for _, file in spec.patches)
    head = package.fact("CHANGELOG").rpartition(" - ")[2]
    yield "%changelog", [head or "none"], [spec.evr]
    yield "the build host", [package.build_host], ["localhost"]
    if spec.epoch is not None:
        yield "the build time", [str(package.build_time)], [str(spec.epoch)]


def _machine(package: Package, spec: Spec) -> Iterator[str]:
    """Paths and the name of the building machine that are not in the spec as it was written."""
    text = "\n".join(package.texts)
    for path in sorted({*MACHINE.findall(text)}):
        if path not in spec.text:
            yield f"it holds a path of the machine that built it: {path}"
    host = socket.gethostname().partition(".")[0]
    home = str(Path.home())
    for what, word in (("the name", host), ("a home directory", home)):
        known = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        if len(word) < SHORTEST or word == "localhost":
            continue
        if known.search(text) and not known.search(spec.text):
            yield f"it holds {what} of this machine: {word}"
