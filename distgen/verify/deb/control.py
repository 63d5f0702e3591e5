# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/control: what the source package says of itself and of each package it makes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distgen.distros.families.deb import ARCHITECTURE, PACKAGE, PACKAGE_NAMES
from distgen.distros.fields import PERSON
from distgen.errors import did_you_mean
from distgen.verify.deb import config_comments, profiles, relations
from distgen.verify.deb.profiles import Formula
from distgen.verify.deb.stanza import Stanza, read
from distgen.verify.finding import Check, Finding

PATH = "debian/control"
SYNOPSIS = 80  # characters

# What dpkg knows, of which the first ones have to be there
SOURCE = (
    *("Source", "Maintainer", "Standards-Version", "Section"),
    *("Priority", "Uploaders", "Homepage", "Description", "Origin", "Bugs", "Build-Driver"),
    *("Rules-Requires-Root", "Testsuite", "Testsuite-Triggers", *relations.BUILD),
    *(f"Vcs-{kind}" for kind in ("Browser", "Git", "Arch", "Bzr", "Cvs", "Darcs", "Hg", "Svn")),
)
SOURCE_REQUIRED = SOURCE[:4]
BINARY = (
    *("Package", "Architecture", "Description"),
    *("Section", "Priority", "Essential", "Protected", "Multi-Arch", "Build-Profiles", "Homepage"),
    *("Built-Using", "Static-Built-Using", "Package-Type", "Bugs", "Origin", "Subarchitecture"),
    *("Kernel-Version", "Installer-Menu-Item", "Tag", *relations.BINARY),
)
BINARY_REQUIRED = BINARY[:3]
USER_DEFINED = re.compile(r"X[BCS]*-.+", re.I)
GRAMMAR = {
    "Source": (PACKAGE, PACKAGE_NAMES),
    "Package": (PACKAGE, PACKAGE_NAMES),
    "Maintainer": (PERSON, "Name <mail@example.org>"),
    "Uploaders": (re.compile(rf"{PERSON.pattern}(, *{PERSON.pattern})*,?"), "Name <mail>"),
    "Standards-Version": (re.compile(r"\d+\.\d+\.\d+(\.\d+)?"), "4.7.2"),
    "Section": (re.compile(r"([a-z-]+/)?[a-z-]+"), "kernel"),
    "Priority": (re.compile("required|important|standard|optional|extra"), "optional"),
    "Homepage": (re.compile(r"https?://\S+"), "https://www.kernel.org/"),
    "Rules-Requires-Root": (re.compile(r"no|binary-targets|\S+/\S+( \S+/\S+)*"), "no"),
    "Multi-Arch": (re.compile("no|same|foreign|allowed"), "same"),
    "Architecture": (
        re.compile(rf"{ARCHITECTURE.pattern}( {ARCHITECTURE.pattern})*"),
        "amd64 arm64",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Binary:
    """A package that is made. ``configs`` are those of ``config_comments.read``.

    ``formula`` says with which build profiles it is made.
    """

    stanza: Stanza
    name: str
    arches: Sequence[str]
    configs: Sequence[tuple[str, str]]
    formula: Formula

    @property
    def where(self) -> str:
        """Its name and where it stands."""
        return f"{PATH}:{self.stanza.line} ({self.name})"


@dataclass(frozen=True, kw_only=True)
class Control:
    """``source`` is the first stanza, ``binaries`` those of the packages."""

    source: Stanza
    binaries: Sequence[Binary]
    text: str

    @property
    def name(self) -> str:
        """The name of the source package."""
        return self.source.get("Source")


def parse(text: str) -> Control | None:
    """What there is in it, None where there is nothing."""
    stanzas = [stanza for stanza in read(text) if stanza.lines]
    if not stanzas:
        return None
    return Control(source=stanzas[0], binaries=[_binary(s) for s in stanzas[1:]], text=text)


def _binary(stanza: Stanza) -> Binary:
    return Binary(
        stanza=stanza,
        name=stanza.get("Package"),
        arches=stanza.get("Architecture").split(),
        configs=config_comments.read(stanza),
        formula=profiles.parse(stanza.get("Build-Profiles")) or (),
    )


def check(control: Control) -> Iterator[Finding]:
    """Its syntax, the fields that have to be there, and what is in each."""
    for stanza in read(control.text):
        for line, what in stanza.wrong:
            yield _finding(line, what, "a blank line parts two packages; else take it out")
    yield from _stanza(control.source, SOURCE_REQUIRED, SOURCE)
    for binary in control.binaries:
        yield from _stanza(binary.stanza, BINARY_REQUIRED, BINARY)
        yield from _binary_only(binary)
    for name, count in Counter(binary.name for binary in control.binaries).items():
        if count > 1 and name:
            lines = ", ".join(str(b.stanza.line) for b in control.binaries if b.name == name)
            what = f"{name} is there {count} times, in lines {lines}: debhelper refuses that"
            hint = "give each its own name: names in [arches.ARCH] of distro.toml"
            yield Finding(check=Check.CONTROL, where=PATH, what=what, hint=hint)


def _stanza(stanza: Stanza, required: Sequence[str], known: Sequence[str]) -> Iterator[Finding]:
    who = stanza.get("Package") or stanza.get("Source") or "the stanza"
    for name in required:
        if not stanza.get(name):
            yield _finding(stanza.line, f"{who} has no {name}", f"add {name}: …")
    lower = {name.lower() for name in known}
    for name in stanza.values:
        line = stanza.at(name)
        if name.lower() not in lower and not USER_DEFINED.fullmatch(name):
            yield _finding(line, f"no field of {who}: {name}", did_you_mean(name, known))
            continue
        example = GRAMMAR.get(name)
        value = stanza.get(name)
        if value and example and not example[0].fullmatch(value):
            yield _finding(line, f"{name}: {value[:60]!r}", f"write {name}: {example[1]}")
        if name in relations.BUILD or name in relations.BINARY:
            for what, hint in relations.wrong(name, value):
                yield _finding(line, what, hint)


def _binary_only(binary: Binary) -> Iterator[Finding]:
    stanza = binary.stanza
    if stanza.get("Build-Profiles") and not binary.formula:
        value = stanza.get("Build-Profiles")
        what = f"Build-Profiles: {value[:60]!r} is no restriction formula"
        yield _finding(
            stanza.at("Build-Profiles"), what, "write Build-Profiles: <!pkg.linux.quick>"
        )
    if stanza.get("Multi-Arch") == "same" and "all" in binary.arches:
        what = "Multi-Arch: same, and Architecture: all"
        yield _finding(stanza.at("Multi-Arch"), what, "write Multi-Arch: foreign, or take it out")
    synopsis, _, extended = str(stanza.values.get("Description", "")).partition("\n")
    line = stanza.at("Description")
    if len(synopsis) > SYNOPSIS:
        what = f"Description: a synopsis of {len(synopsis)} characters"
        yield _finding(line, what, f"say it in at most {SYNOPSIS}")
    if synopsis and not extended.strip():
        what = "Description: nothing below the synopsis"
        yield _finding(line, what, "say in some lines what the package is for")


def _finding(line: int, what: str, hint: str) -> Finding:
    return Finding(check=Check.CONTROL, where=f"{PATH}:{line}", what=what, hint=hint)
