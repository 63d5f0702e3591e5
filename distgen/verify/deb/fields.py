# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a .dsc against those of debian/control, from which dpkg-source makes them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from distgen.errors import did_you_mean
from distgen.verify.deb import relations
from distgen.verify.deb.control import Binary, Control
from distgen.verify.deb.stanza import Stanza
from distgen.verify.finding import Check, Finding, difference

FORMAT = "3.0 (quilt)"
# What dpkg knows of a source package
SOURCE = (
    *("Source", "Maintainer", "Standards-Version", "Section"),
    *("Priority", "Uploaders", "Homepage", "Description", "Origin", "Bugs", "Build-Driver"),
    *("Rules-Requires-Root", "Testsuite", "Testsuite-Triggers", *relations.BUILD),
    *(f"Vcs-{kind}" for kind in ("Browser", "Git", "Arch", "Bzr", "Cvs", "Darcs", "Hg", "Svn")),
)
# Taken over as they are
COPIED = tuple(
    name
    for name in SOURCE
    if name not in ("Section", "Priority", "Bugs", "Rules-Requires-Root", "Build-Driver")
)
CANDIDATE = re.compile(r"(?<!~)rc\d")  # 7.3-rc2 would sort after 7.3
CHECKSUMS = {"Files": "md5", "Checksums-Sha1": "sha1", "Checksums-Sha256": "sha256"}
OWN = ("Format", "Binary", "Architecture", "Version", "Package-List", *CHECKSUMS)


def check(dsc: Stanza, control: Control, tests: Mapping[str, str], again: str) -> Iterator[Finding]:
    """``tests`` are the fields that debian/tests gives, ``again`` the hint for all."""
    for line, what in dsc.wrong:
        yield Finding(Check.HEADER, f"line {line}", what, again)
    for name in dsc.values:
        if name.lower() not in {known.lower() for known in (*OWN, *SOURCE)}:
            yield Finding(
                Check.HEADER, name, "not a field of a .dsc", did_you_mean(name, (*OWN, *SOURCE))
            )
    if (got := dsc.get("Format")) != FORMAT:
        yield Finding(Check.HEADER, "Format", f"{got or 'nothing'}, expected {FORMAT}", again)
    pairs: list[tuple[str, Sequence[str], Sequence[str]]] = []
    for name in COPIED:
        got, wanted = dsc.get(name), control.source.get(name) or tests.get(name, "")
        if name in relations.BUILD:
            pairs.append((name, _split(got, ","), _split(wanted, ",")))
        elif got != wanted:
            yield Finding(
                Check.HEADER,
                name,
                f"{got or 'nothing'}, expected {wanted or 'nothing'}",
                again,
            )
    binaries = list(dict.fromkeys(binary.name for binary in control.binaries))
    got_binaries = list(dict.fromkeys(_split(dsc.get("Binary"), ",")))
    pairs.append(("Binary", got_binaries, binaries))
    pairs.append(("Architecture", dsc.get("Architecture").split(), _arches(control)))
    rows = [" ".join(row.split()) for row in str(dsc.values.get("Package-List", "")).split("\n")]
    wanted_rows = sorted(_row(binary, control.source) for binary in control.binaries)
    pairs.append(("Package-List", [row for row in rows if row], wanted_rows))
    for name, found, meant in pairs:
        if what := difference(found, meant):
            yield Finding(Check.HEADER, name, what, again)


def check_version(dsc: Stanza, file: str) -> Iterator[Finding]:
    """The version against the order of releases, and the name of the .dsc, ``file``."""
    version = dsc.get("Version")
    if match := CANDIDATE.search(version.rpartition("-")[0]):
        hint = f"write ~{match[0]} for a release candidate"
        yield Finding(Check.VERSION, "Version", f"{version} sorts after the release", hint)
    own = f"{dsc.get('Source')}_{version.partition(':')[2] or version}.dsc"
    if file != own:
        yield Finding(Check.VERSION, "the file name", f"{file}, expected {own}", f"mv {file} {own}")


def _split(value: str, separator: str) -> list[str]:
    return [word.strip() for word in value.split(separator) if word.strip()]


def _arches(control: Control) -> list[str]:
    """Those of all packages in their order; "any" is all of them but "all"."""
    arches = list(dict.fromkeys(arch for binary in control.binaries for arch in binary.arches))
    if "any" in arches:
        return ["any", "all"] if "all" in arches else ["any"]
    return arches


def _row(binary: Binary, source: Stanza) -> str:
    """Its row of Package-List."""
    stanza = binary.stanza
    words = [binary.name, stanza.get("Package-Type") or "deb"]
    words += [stanza.get(f) or source.get(f) or "unknown" for f in ("Section", "Priority")]
    words.append(f"arch={','.join(binary.arches)}")
    if binary.formula:
        groups = (
            ",".join(f"{'' if wanted else '!'}{name}" for wanted, name in group)
            for group in binary.formula
        )
        words.append(f"profile={'+'.join(groups)}")
    words += [f"{f.lower()}=yes" for f in ("Essential", "Protected") if stanza.get(f) == "yes"]
    return " ".join(words)
