# SPDX-License-Identifier: GPL-2.0-or-later
"""Relations between packages, as Depends and Build-Depends have them."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from distgen.verify.deb.profiles import Formula

BUILD = tuple(
    f"Build-{kind}{end}" for kind in ("Depends", "Conflicts") for end in ("", "-Arch", "-Indep")
)
NEEDS = ("Pre-Depends", "Depends")
BINARY = (
    *NEEDS, "Recommends", "Suggests", "Enhances", "Breaks", "Conflicts", "Replaces", "Provides"
)  # fmt: skip
SUBSTVAR = re.compile(r"\$\{[A-Za-z0-9][A-Za-z0-9:-]*\}")
SAME = re.compile(r"\(\s*=\s*\$\{(?:binary|source):Version\}\s*\)")
FILLED = "0"  # what stands for a substvar in a name or a version


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One package that is named. ``same`` is whether it has to be of this very version."""

    name: str
    formula: Formula
    same: bool
    text: str


def parse(value: str) -> Iterator[list[Relation]]:
    """The relations of a field, each a list of alternatives, without those that are a substvar."""
    for clause in value.split(","):
        texts = (text.strip() for text in clause.split("|"))
        if found := [_relation(text) for text in texts if text and not SUBSTVAR.fullmatch(text)]:
            yield found


def formula(value: str) -> Formula:
    """What a Build-Profiles field says."""
    return _relation(f"package {value}").formula


def _relation(text: str) -> Relation:
    from debian.deb822 import PkgRelation  # noqa: PLC0415

    # It would only warn, on standard error, of what it cannot parse
    logging.getLogger("debian.deb822").addHandler(logging.NullHandler())
    found = PkgRelation.parse_relations(SUBSTVAR.sub(FILLED, text))[0][0]
    return Relation(
        name=found["name"],
        formula=[
            [(term.enabled, term.profile) for term in group]
            for group in found["restrictions"] or ()
        ],
        same=bool(SAME.search(text)),
        text=text,
    )
