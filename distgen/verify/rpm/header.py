# SPDX-License-Identifier: GPL-2.0-or-later
"""The header of a source RPM against what was meant: the spec and the distro.toml inside."""

import re
from collections.abc import Iterator, Mapping, Sequence

from distgen.distros.distro import Distro
from distgen.verify.finding import Check, Finding, difference
from distgen.verify.rpm.package import Header
from distgen.verify.rpm.spec import Spec


def check(header: Header, file: str, spec: Spec, distro: Distro) -> Iterator[Finding]:
    """The header against the text of the spec, which is not parsed for that.

    ``file`` is the name of the package.
    """
    name, version, release = (header.fact(key) for key in ("NAME", "VERSION", "RELEASE"))
    head = header.fact("CHANGELOG").rpartition(" - ")[2]
    pairs = [
        ("Name", name, distro.source),
        ("Version", version, spec.macros.get("specversion", "")),
        ("Release", release, spec.macros.get("specrelease", "") + dist(header, spec)),
        ("the file name", file, f"{name}-{version}-{release}.src.rpm"),
        ("%changelog", head or "none", spec.evr),
        ("the build host", header.build_host, "localhost"),
    ]
    if spec.epoch:
        pairs.append(("the build time", str(header.build_time), spec.epoch))
    for where, got, wanted in pairs:
        if got != wanted:
            yield _finding(where, f"{got}, expected {wanted}", distro)


def against(header: Header, meant: Mapping[str, Sequence[str]], distro: Distro) -> list[Finding]:
    """The facts of the header against those that parsing the spec gives, for the same arch."""
    return [
        _finding(name.capitalize(), f"by the spec: {what}", distro)
        for name in meant
        if (what := difference(header.facts[name], meant[name]))
    ]


def dist(header: Header, spec: Spec) -> str:
    """What the building machine has as ``%{dist}``: what the header's release has at its end."""
    release = spec.macros.get("specrelease", "")
    tag = header.fact("RELEASE").removeprefix(release)
    return tag if re.fullmatch(r"\.[\w.+~^]+", tag, re.ASCII) else ""


def _finding(where: str, what: str, distro: Distro) -> Finding:
    return Finding(Check.HEADER, where, what, f"make it again: make {distro.source_target}")
