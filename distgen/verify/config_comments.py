# SPDX-License-Identifier: GPL-2.0-or-later
"""What debian/control and debian/tests/control say in comments that a stanza is there for.

``# config: NAME`` is a configuration of debian/config, ``# config: NAME CONFIG_X`` one that has
that option on.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from distgen.distro import Distro
from distgen.verify.finding import Check, Finding
from distgen.verify.stanza import Stanza

COMMENT = re.compile(r"# config: (\S+)(?: (\S+))?")
AGAIN = "get the package again, or make it again"


def read(stanza: Stanza) -> list[tuple[str, str]]:
    """The configurations of a stanza, each with its option or ""."""
    found = (COMMENT.fullmatch(line) for line in stanza.comments)
    return [(match[1], match[2] or "") for match in found if match]


def check(stanzas: Sequence[tuple[str, Stanza]], folder: Path, distro: Distro) -> Iterator[Finding]:
    """``stanzas`` are those of packages and tests, each with where it stands.

    ``folder`` is debian/config. A package is of the arch and of the flavour of its configuration.
    """
    known = {
        variant.config: (arch.package, variant.package)
        for arch in distro.arches
        for variant in arch.variants
    }
    for where, stanza in stanzas:
        for name, option in read(stanza):
            for what in _wrong(stanza, folder / name, option, known.get(name)):
                yield _finding(where, f"is for {name}, {what}")


def _wrong(
    stanza: Stanza, config: Path, option: str, known: tuple[str, str] | None
) -> Iterator[str]:
    """``known`` is the distribution's name of the arch, and that of the flavour."""
    if not config.is_file():
        yield "which is not in debian/config"
    elif option and f"\n{option}=y\n" not in config.read_text(errors="replace"):
        yield f"which does not have {option}=y"
    if known and stanza.get("Architecture") != known[0]:
        yield f"and of {stanza.get('Architecture') or 'all arches'}"
    package = stanza.get("Package")
    if known and package and f"-{known[1]}-" not in f"{package}-":
        yield f"and not called {known[1]}"


def unspoken(packages: Sequence[Stanza], there: Sequence[str], path: str) -> Iterator[Finding]:
    """The configurations ``there`` that no package is for; ``path`` is where the packages stand."""
    spoken = {name for stanza in packages for name, _ in read(stanza)}
    for name in there:
        if name not in spoken:
            yield _finding(name, f"no package in {path} is for it")


def _finding(where: str, what: str) -> Finding:
    return Finding(check=Check.CONFIGS, where=where, what=what, hint=AGAIN)
