# SPDX-License-Identifier: GPL-2.0-or-later
"""Relations between packages, as Depends and Build-Depends have them."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distgen.distros.families.deb import PACKAGE
from distgen.verify.deb.profiles import Formula

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.-]*")  # all that python-debian takes for a name
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
    operator: str
    version: str
    arches: Sequence[tuple[bool, str]]
    formula: Formula
    same: bool
    text: str


def parse(value: str) -> list[list[Relation]]:
    """The relations of a field, each a list of alternatives; those that are a substvar are left
    out.

    One that cannot be parsed has no name.
    """
    clauses = [clause.strip() for clause in value.split(",")]
    choices = [[text.strip() for text in clause.split("|")] for clause in clauses if clause]
    known = [[text for text in choice if not SUBSTVAR.fullmatch(text)] for choice in choices]
    return [[_relation(text) for text in choice] for choice in known if choice]


def _relation(text: str) -> Relation:
    from debian.deb822 import PkgRelation  # noqa: PLC0415

    # It would only warn, on standard error, of what it cannot parse
    logging.getLogger("debian.deb822").addHandler(logging.NullHandler())
    filled = SUBSTVAR.sub(FILLED, text)
    found = PkgRelation.parse_relations(filled)[0][0]
    operator, version = found["version"] or ("", "")
    return Relation(
        name=found["name"] if WORD.fullmatch(found["name"]) else "",
        operator=operator,
        version=version,
        arches=[(arch.enabled, arch.arch) for arch in found["arch"] or ()],
        formula=tuple(
            tuple((term.enabled, term.profile) for term in group)
            for group in found["restrictions"] or ()
        ),
        same=bool(SAME.search(text)),
        text=text,
    )


def wrong(value: str) -> Iterator[str]:
    """What is wrong with a field, and neither dpkg nor lintian says."""
    for relation in (relation for alternatives in parse(value) for relation in alternatives):
        if relation.name and not PACKAGE.fullmatch(relation.name):
            yield f"{relation.text!r}: no package can have the name {relation.name!r}"
        if len({enabled for enabled, _ in relation.arches}) > 1:
            yield f"{relation.text!r}: architectures with and without ! are mixed"
