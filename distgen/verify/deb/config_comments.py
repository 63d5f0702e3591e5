# SPDX-License-Identifier: GPL-2.0-or-later
"""The comments in debian/control and debian/tests/control that say what a stanza is for.

``# config: NAME`` is a configuration of debian/config, ``# config: NAME CONFIG_X`` one that has
that option on.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from distgen.distros.distro import Distro
from distgen.verify.deb.stanza import Stanza
from distgen.verify.finding import AGAIN, Check, Finding

COMMENT = re.compile(r"# config: (\S+)(?: (\S+))?")


def read(stanza: Stanza) -> list[tuple[str, str]]:
    """The configurations of a stanza, each with its option or ""."""
    found = (COMMENT.fullmatch(line) for line in stanza.comments)
    return [(match[1], match[2] or "") for match in found if match]


def check(stanzas: Sequence[tuple[str, Stanza]], folder: Path, distro: Distro) -> Iterator[Finding]:
    """``stanzas`` are those of packages and tests, each with where it stands.

    ``folder`` is debian/config. A package has the arches and the flavour of its configurations.
    """
    known = {
        variant.config: (arch.package, variant.package)
        for arch in distro.arches
        for variant in arch.variants
    }
    for where, stanza in stanzas:
        configs = read(stanza)
        for name, option in configs:
            if what := _wrong(folder / name, option):
                yield Finding(Check.CONFIGS, where, f"is for {name}, {what}", AGAIN)
        names = [known[name] for name, _ in configs if name in known]
        arches = {*stanza.get("Architecture").split()}
        wanted = {arch for arch, _ in names}
        if names and arches != wanted:
            what = f"of {_arches(arches)}, and its configurations of {_arches(wanted)}"
            yield Finding(Check.CONFIGS, where, f"is {what}", AGAIN)
        package = stanza.get("Package")
        for flavour in sorted({flavour for _, flavour in names}):
            if package and f"-{flavour}-" not in f"{package}-":
                yield Finding(
                    Check.CONFIGS, where, f"is for {flavour}, and its name does not say so", AGAIN
                )


def _wrong(config: Path, option: str) -> str:
    if not config.is_file():
        return "which is not in debian/config"
    if option and f"\n{option}=y\n" not in config.read_text(errors="replace"):
        return f"which does not have {option}=y"
    return ""


def _arches(arches: set[str]) -> str:
    return " ".join(sorted(arches)) or "every architecture"


def unspoken(packages: Sequence[Stanza], there: Sequence[str], path: str) -> Iterator[Finding]:
    """The configurations ``there`` that no package is for; ``path`` is where the packages stand."""
    spoken = {name for stanza in packages for name, _ in read(stanza)}
    for name in there:
        if name not in spoken:
            yield Finding(Check.CONFIGS, name, f"no package in {path} is for it", AGAIN)
