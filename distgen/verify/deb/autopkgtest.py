# SPDX-License-Identifier: GPL-2.0-or-later
"""debian/tests: how the packages are tested once they are installed (DEP-8)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from distgen.verify.deb import relations, stanza
from distgen.verify.deb.control import Control
from distgen.verify.deb.relations import Relation
from distgen.verify.deb.stanza import Stanza
from distgen.verify.finding import AGAIN, Check, Finding

PATH = "debian/tests/control"


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
    """Whether the scripts of each Test-Command are there; lintian looks for those of Tests."""
    for test in tests:
        for word in test.get("Test-Command").split():
            if (
                word.startswith("debian/")
                and not debian.parent.joinpath(*word.split("/")).is_file()
            ):
                where = f"{PATH}:{test.line}"
                yield Finding(Check.TESTS, where, f"runs {word}, which is not there", AGAIN)
