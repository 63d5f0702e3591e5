# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/control: what the source package says of itself and of each package it makes."""

from collections.abc import Sequence
from dataclasses import dataclass

from distgen.verify.deb import config_comments, relations
from distgen.verify.deb.profiles import Formula
from distgen.verify.deb.stanza import Stanza, read

PATH = "debian/control"


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


def parse(text: str) -> Control:
    """What there is in it; where that is nothing, the source has no values."""
    source, *others = read(text) or [Stanza(line=1, values={}, comments=())]
    binaries = [
        Binary(
            stanza=stanza,
            name=stanza.get("Package"),
            arches=stanza.words("Architecture"),
            configs=config_comments.read(stanza),
            formula=relations.formula(stanza.get("Build-Profiles")),
        )
        for stanza in others
    ]
    return Control(source=source, binaries=binaries)
