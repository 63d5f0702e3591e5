# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a .dsc against those of debian/control, from which dpkg-source makes them."""

from collections.abc import Iterator, Mapping, Sequence

from distgen.errors import did_you_mean
from distgen.verify.deb import relations
from distgen.verify.deb.control import SOURCE, Binary, Control
from distgen.verify.deb.stanza import Stanza
from distgen.verify.finding import Check, Finding, shown

FORMAT = "3.0 (quilt)"
# Taken over as they are
COPIED = tuple(
    name
    for name in SOURCE
    if name not in ("Section", "Priority", "Bugs", "Rules-Requires-Root", "Build-Driver")
)
CHECKSUMS = {"Files": "md5", "Checksums-Sha1": "sha1", "Checksums-Sha256": "sha256"}
OWN = ("Format", "Binary", "Architecture", "Version", "Package-List", *CHECKSUMS)


def check(dsc: Stanza, control: Control, tests: Mapping[str, str], again: str) -> Iterator[Finding]:
    """``tests`` are the fields that debian/tests gives, ``again`` the hint for all."""
    for line, what in dsc.wrong:
        yield _finding(f"line {line}", what, again)
    for name in dsc.values:
        if name.lower() not in {known.lower() for known in (*OWN, *SOURCE)}:
            yield _finding(name, "no field of a .dsc", did_you_mean(name, (*OWN, *SOURCE)))
    if (got := dsc.get("Format")) != FORMAT:
        yield _finding("Format", f"{got or 'nothing'}, and {FORMAT} was meant", again)
    for name in COPIED:
        got, wanted = dsc.get(name), control.source.get(name) or tests.get(name, "")
        if name in relations.BUILD:
            yield from _list(name, _split(got, ","), _split(wanted, ","), again)
        elif got != wanted:
            yield _finding(name, f"{got or 'nothing'}, and {wanted or 'nothing'} was meant", again)
    binaries = list(dict.fromkeys(binary.name for binary in control.binaries))
    got_binaries = list(dict.fromkeys(_split(dsc.get("Binary"), ",")))
    yield from _list("Binary", got_binaries, binaries, again)
    yield from _list("Architecture", dsc.get("Architecture").split(), _arches(control), again)
    rows = [" ".join(row.split()) for row in str(dsc.values.get("Package-List", "")).split("\n")]
    wanted_rows = sorted(_row(binary, control.source) for binary in control.binaries)
    yield from _list("Package-List", [row for row in rows if row], wanted_rows, again)


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


def _list(name: str, got: Sequence[str], wanted: Sequence[str], again: str) -> Iterator[Finding]:
    """What differs of two lists, whose order is looked at only where nothing else does."""
    if [*got] == [*wanted]:
        return
    more = [word for word in got if word not in wanted]
    less = [word for word in wanted if word not in got]
    what = f"{shown(more)}, and {shown(less)} was meant" if more or less else "in another order"
    yield _finding(name, what, again)


def _finding(where: str, what: str, hint: str) -> Finding:
    return Finding(check=Check.HEADER, where=where, what=what, hint=hint)
