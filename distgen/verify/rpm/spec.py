# SPDX-License-Identifier: GPL-2.0-or-later
"""The spec of a source RPM as text, without running any of it.

``distro/scripts/rpm/mkspec`` writes a head of macros, sources and patches, then the packaging that
distgen rendered, then a changelog.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from distgen.verify.configs import Narrowed

CHANGELOG = "\n%changelog\n"
GLOBAL = re.compile(r"^%global (\w+) (\S+)$", re.M | re.A)
TAG = re.compile(r"^(Source|Patch)(\d+): (\S+)$", re.M)
NARROWED = re.compile(r"^# Narrowed by (ARCHES|FLAVOURS)=(.*)$", re.M)
KERNEL = re.compile(r"^# Linux ([^\s,]+)", re.M)

# The only lines of a head, none of which can make rpm run anything
HEAD = re.compile(
    r"|#[^%\\]*|%global \w+ [\w.+~^:-]+|(?:Source|Patch)\d+: [^\s%\\{}]+",
    re.A,
)
MACRO = re.compile(r"(?<!%)(?:%%)*%(?!%)")  # a "%" that is not doubled


@dataclass(frozen=True, kw_only=True)
class Spec:
    """``sources`` and ``patches`` are in the order of the text, number and name.

    ``kernel`` is the version in the first line.
    """

    name: str
    text: str
    macros: Mapping[str, str]
    sources: Sequence[tuple[int, str]]
    patches: Sequence[tuple[int, str]]
    narrowed: Narrowed
    kernel: str

    @property
    def evr(self) -> str:
        """Version and release without the tag of the distribution."""
        return f"{self.macros.get('specversion', '')}-{self.macros.get('specrelease', '')}"

    @property
    def epoch(self) -> str:
        """SOURCE_DATE_EPOCH: the time of the commit that was packaged, in seconds."""
        return self.macros.get("sourcedate", "")

    def switched_on(self, name: str) -> bool:
        """Whether it builds a configuration by default, where its arch is built."""
        return switch_of(name) in self.macros


def switch_of(name: str) -> str:
    """The macro by which mkspec says that a configuration is there: config_x86_64_rt."""
    return f"config_{name.removeprefix('kernel-').removesuffix('.config').replace('-', '_')}"


def read(name: str, text: str) -> Spec:
    """What there is to know without parsing it."""
    tags = [(kind, int(number), file) for kind, number, file in TAG.findall(text)]
    narrowed = {name: words.split() for name, words in NARROWED.findall(text)}
    kernel = KERNEL.search(text)
    return Spec(
        name=name,
        text=text,
        macros=dict(GLOBAL.findall(text)),
        sources=[(number, file) for kind, number, file in tags if kind == "Source"],
        patches=[(number, file) for kind, number, file in tags if kind == "Patch"],
        narrowed=Narrowed(arches=narrowed.get("ARCHES", ()), flavours=narrowed.get("FLAVOURS", ())),
        kernel=kernel[1] if kernel else "",
    )


def holds(spec: Spec, packaging: str) -> bool:
    """Whether a packaging, the static part of a spec, is in the place that mkspec gives it."""
    return f"\n{packaging}{CHANGELOG}" in spec.text


def surprise(spec: Spec, packaging: str) -> tuple[int, str] | None:
    """The first line that is not what mkspec writes around ``packaging``; None where all are.

    Such a spec holds nothing that runs when it is parsed, but what ``packaging`` does.
    """
    head, found, changelog = spec.text.partition(f"\n{packaging}{CHANGELOG}")
    if not found:
        return _first_other_line(spec.text, packaging)
    for number, line in enumerate(head.split("\n"), 1):
        if not HEAD.fullmatch(line):
            return number, line
    first = spec.text.count("\n", 0, len(spec.text) - len(changelog)) + 1
    for number, line in enumerate(changelog.split("\n"), first):
        if MACRO.search(line) or line.endswith("\\"):
            return number, line
    return None


def _first_other_line(text: str, packaging: str) -> tuple[int, str]:
    """The line at which a spec leaves the packaging that it is closest to."""
    lines, wanted = text.split("\n"), packaging.split("\n")
    start = lines.index(wanted[0]) if wanted[0] in lines else len(lines) - 1
    there = lines[start:]
    for offset, (line, other) in enumerate(zip(there, wanted, strict=False)):
        if line != other:
            return start + offset + 1, line
    return start + 1, lines[start]
