# SPDX-License-Identifier: GPL-2.0-or-later
"""What the packages of debian/control need of each other, whatever build profiles are active."""

import re
from collections.abc import Iterator, Sequence

from distgen.verify.deb import profiles, relations
from distgen.verify.deb.control import PATH, Binary, Control
from distgen.verify.deb.profiles import Formula
from distgen.verify.deb.relations import Relation
from distgen.verify.finding import Check, Finding


def check(control: Control, documented: str, *, narrowed: bool) -> Iterator[Finding]:
    """Formulas that can be met, of profiles that there are, and no package without what it needs.

    ``documented`` is the text that names the package's own profiles. Where it is ``narrowed``, what
    would need a package may have been left out.
    """
    yield from _formulas(control, documented)
    yield from _nothing_left(control)
    needs = [(binary, alternatives) for binary in control.binaries for alternatives in _own(binary)]
    for binary, alternatives in needs:
        yield from _unmet(control, binary, alternatives)
    for binary in control.binaries:
        needing = [
            other
            for other, alternatives in needs
            if any(relation.name == binary.name for relation in alternatives)
        ]
        if needing and not binary.configs and not narrowed:
            yield from _useless(binary, needing)


def _formulas(control: Control, documented: str) -> Iterator[Finding]:
    """Each restriction formula by itself."""
    seen: set[str] = set()
    for where, formula in _all_formulas(control):
        if profile := profiles.contradiction(formula):
            what = f"{profile} both active and not: no build can have that"
            yield Finding(Check.PROFILES, where, what, f"remove {profile} or !{profile}")
        for profile in profiles.named([formula]):
            if profile in seen or not profile.startswith("pkg."):
                continue  # lintian knows Debian's own
            seen.add(profile)
            if not re.search(rf"(?<![\w.+-]){re.escape(profile)}(?![\w+-]|\.\w)", documented):
                what = f"the build profile {profile!r}: debian/README.source does not name it"
                hint = "name it in debian/README.source, or fix its spelling"
                yield Finding(Check.PROFILES, where, what, hint)


def _all_formulas(control: Control) -> Iterator[tuple[str, Formula]]:
    for stanza in (control.source, *(binary.stanza for binary in control.binaries)):
        for field in (*relations.BUILD, *relations.BINARY):
            for alternatives in relations.parse(stanza.get(field)):
                for relation in alternatives:
                    yield f"{PATH}:{stanza.line} ({field}: {relation.name})", relation.formula
    for binary in control.binaries:
        yield binary.where, binary.formula


def _nothing_left(control: Control) -> Iterator[Finding]:
    """With no profile, and with any one, a package is made."""
    formulas = [binary.formula for binary in control.binaries]
    known = profiles.named(formula for _, formula in _all_formulas(control))
    for active in ((), *((profile,) for profile in known)):
        if not any(profiles.met(formula, active) for formula in formulas):
            yield Finding(
                Check.PROFILES,
                PATH,
                f"no package is left {_with(active)}",
                "dpkg-buildpackage fails",
            )


def _own(binary: Binary) -> Iterator[Sequence[Relation]]:
    """What a package needs of those that are made with it, in the same version."""
    for field in relations.NEEDS:
        for alternatives in relations.parse(binary.stanza.get(field)):
            if any(relation.same for relation in alternatives):
                yield alternatives


def _unmet(control: Control, binary: Binary, alternatives: Sequence[Relation]) -> Iterator[Finding]:
    """A package that is not made where one that needs it is."""
    for arch in binary.arches:
        makers = [
            other
            for relation in alternatives
            for other in control.binaries
            if other.name == relation.name and _made_on(other, arch)
        ]
        text = " | ".join(relation.text for relation in alternatives)
        for active in profiles.selections([binary.formula, *(o.formula for o in makers)]):
            made = any(profiles.met(other.formula, active) for other in makers)
            if profiles.met(binary.formula, active) and not made:
                what = f"needs {text}, which is not made on {arch} {_with(active)}"
                hint = "give it the Build-Profiles and Architecture of the package that needs it"
                yield Finding(Check.PROFILES, binary.where, what, hint)
                return


def _useless(binary: Binary, needing: Sequence[Binary]) -> Iterator[Finding]:
    """A package of no configuration, made where none of its parts that need it is.

    Its parts have its name up to the last word, and are of configurations: those of
    linux-headers-7.2-common are linux-headers-7.2-amd64 and the like.
    """
    stem = binary.name.rpartition("-")[0] + "-"
    if not all(other.configs and other.name.startswith(stem) for other in needing):
        return
    for active in profiles.selections([binary.formula, *(o.formula for o in needing)]):
        wanted = any(profiles.met(other.formula, active) for other in needing)
        if profiles.met(binary.formula, active) and not wanted:
            what = f"is made {_with(active)}, and no package that needs it"
            hint = f"give it the Build-Profiles of {needing[0].name}"
            yield Finding(Check.PROFILES, binary.where, what, hint)
            return


def _made_on(binary: Binary, arch: str) -> bool:
    """Whether it can be installed on an architecture, which may be "all" or "linux-any"."""
    wild = (word for name in (arch, *binary.arches) for word in name.split("-"))
    return arch in binary.arches or not {"all", "any"}.isdisjoint(wild)


def _with(active: Sequence[str]) -> str:
    return f"with the build profiles {' '.join(active)}" if active else "without build profiles"
