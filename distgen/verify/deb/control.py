# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/control: what the source package says of itself and of each package it makes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distgen.verify.deb import config_comments, profiles, relations
from distgen.verify.deb.profiles import Formula
from distgen.verify.deb.stanza import Stanza, read
from distgen.verify.finding import Check, Finding

PATH = "debian/control"
SYNOPSIS = 80  # characters
# What dpkg and lintian take as it is in a source package, and an archive does not
GRAMMAR = {
    "Section": re.compile(r"([a-z-]+/)?[a-z-]+"),
    "Rules-Requires-Root": re.compile(r"no|binary-targets|\S+/\S+( \S+/\S+)*"),
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
    """Only what dpkg and lintian do not find."""
    for stanza in read(control.text):
        for line, what in stanza.wrong:
            hint = "a blank line separates two packages; else remove it"
            yield Finding(Check.CONTROL, f"{PATH}:{line}", what, hint)
        for name in stanza.values:
            for what in _wrong(name, stanza):
                where = f"{PATH}:{stanza.at(name)}"
                yield Finding(Check.CONTROL, where, f"{name}: {what}", "man deb-src-control")


def _wrong(name: str, stanza: Stanza) -> Iterator[str]:
    """What is wrong with a field."""
    value = stanza.get(name)
    if name in GRAMMAR and not GRAMMAR[name].fullmatch(value):
        yield repr(value[:60])
    if name in relations.BUILD or name in relations.BINARY:
        yield from relations.wrong(value)
    if name == "Description" and stanza.get("Package"):
        synopsis, _, extended = str(stanza.values[name]).partition("\n")
        if len(synopsis) > SYNOPSIS:
            yield f"a synopsis of {len(synopsis)} characters, and at most {SYNOPSIS} are allowed"
        if not extended.strip():
            yield "nothing below the synopsis"
