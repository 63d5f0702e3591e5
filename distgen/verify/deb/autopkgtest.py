# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/tests: how the packages are tested once they are installed (DEP-8)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from distgen.verify.deb import relations, stanza
from distgen.verify.deb.control import Control
from distgen.verify.deb.relations import Relation
from distgen.verify.deb.stanza import Stanza
from distgen.verify.finding import Check, Finding

PATH = "debian/tests/control"
MANUAL = "https://dep-team.pages.debian.net/deps/dep8/"


def read(debian: Path) -> list[Stanza]:
    """The stanzas of debian/tests/control, one or more tests each; none where there is none."""
    path = debian / "tests" / "control"
    if not path.is_file():
        return []
    return stanza.read(path.read_text(encoding="utf-8", errors="replace"))


def triggers(tests: Sequence[Stanza], control: Control) -> list[str]:
    """What the tests depend on and the package does not make: Testsuite-Triggers of a .dsc."""
    own = {binary.name for binary in control.binaries}
    return sorted({relation.name for test in tests for relation in _depends(test)} - own)


def _depends(test: Stanza) -> list[Relation]:
    """Without ``@``, ``@builddeps@`` and the like."""
    clauses = [clause.strip() for clause in test.get("Depends").split(",")]
    named = ",".join(clause for clause in clauses if not clause.startswith("@"))
    return [relation for choice in relations.parse(named) for relation in choice]


def check(tests: Sequence[Stanza], debian: Path) -> Iterator[Finding]:
    """The syntax, and whether what is to be run is there."""
    for test in tests:
        for line, what in test.wrong:
            yield _finding(line, what, "a blank line parts two tests; else take it out")
        named = test.get("Tests").replace(",", " ").split()
        command = test.get("Test-Command")
        if bool(named) == bool(command):
            yield _finding(test.line, "not one of Tests and Test-Command", MANUAL)
        folder = test.get("Tests-Directory") or "debian/tests"
        run = [f"{folder}/{name}" for name in named]
        run += [word for word in command.split() if word.startswith("debian/")]
        for path in run:
            if not debian.parent.joinpath(*path.split("/")).is_file():
                yield _finding(test.line, f"runs {path}, which is not there", "make it again")
        for relation in _depends(test):
            if not relation.name:
                yield _finding(
                    test.at("Depends"), f"Depends: {relation.text!r}: not a relation", ""
                )


def _finding(line: int, what: str, hint: str) -> Finding:
    return Finding(check=Check.TESTS, where=f"{PATH}:{line}", what=what, hint=hint or MANUAL)
