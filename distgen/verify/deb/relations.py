# SPDX-License-Identifier: GPL-2.0-or-later
"""Relations between packages, as Depends and Build-Depends have them."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distgen.distros.families.deb import PACKAGE
from distgen.verify.deb.profiles import Formula

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.-]*")  # all that python-debian takes for a name
VERSION = re.compile(r"(\d+:)?\d[A-Za-z0-9.+~:-]*(?<!-)")
BUILD = tuple(
    f"Build-{kind}{end}" for kind in ("Depends", "Conflicts") for end in ("", "-Arch", "-Indep")
)
NEEDS = ("Pre-Depends", "Depends")
BINARY = (
    *NEEDS, "Recommends", "Suggests", "Enhances", "Breaks", "Conflicts", "Replaces", "Provides"
)  # fmt: skip
NO_CHOICE = ("Breaks", "Conflicts", "Replaces", "Provides", *BUILD[3:])
OPERATORS = ("<<", "<=", "=", ">=", ">>")
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


def wrong(field: str, value: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a field, and how to mend it."""
    for alternatives in parse(value):
        if len(alternatives) > 1 and field in NO_CHOICE:
            text = " | ".join(relation.text for relation in alternatives)
            yield f"{field}: {text!r}: no alternatives are allowed here", "write them with commas"
        for relation in alternatives:
            if what := _wrong(field, relation):
                yield (
                    f"{field}: {relation.text!r}: {what}",
                    "man deb-src-control; NAME (>= VERSION)",
                )


def _wrong(field: str, relation: Relation) -> str:
    what = ""
    if not relation.name:
        what = "not a relation"
    elif not PACKAGE.fullmatch(relation.name):
        what = f"no package can be called {relation.name!r}"
    elif relation.operator and relation.operator not in OPERATORS:
        what = f"{relation.operator!r} is none of {' '.join(OPERATORS)}"
    elif field == "Provides" and relation.operator not in ("", "="):
        what = "Provides takes only ="
    elif len({enabled for enabled, _ in relation.arches}) > 1:
        what = "architectures with and without ! are mixed"
    elif relation.version and not VERSION.fullmatch(relation.version):
        what = f"{relation.version!r} is no version"
    return what
