# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a .dsc, against those of debian/control from which dpkg-source makes them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from distgen.archives.dsc import SIGNED
from distgen.errors import UsageError
from distgen.verify.deb import relations
from distgen.verify.deb.control import Binary, Control
from distgen.verify.deb.stanza import Stanza
from distgen.verify.deb.stanza import read as read_stanzas
from distgen.verify.finding import Check, Finding, difference

LARGEST = 1 << 20  # bytes of a .dsc
# Taken over as they are
COPIED = (
    *("Source", "Maintainer", "Standards-Version", "Uploaders", "Homepage", "Description"),
    *("Origin", "Testsuite", *relations.BUILD),
    *(f"Vcs-{kind}" for kind in ("Browser", "Git", "Arch", "Bzr", "Cvs", "Darcs", "Hg", "Svn")),
)
CANDIDATE = re.compile(r"(?<!~)rc\d")  # 7.3-rc2 would sort after 7.3


def read(path: Path) -> Stanza:
    """What a .dsc says; its signature is not verified. UsageError for what cannot be one."""
    from debian.deb822 import Deb822  # noqa: PLC0415

    if path.stat().st_size > LARGEST:
        message = f"{path}: more than {LARGEST >> 20} MiB"
        raise UsageError(message, "a .dsc is a list of files")
    try:
        content = path.read_bytes()
        if content.startswith(SIGNED):
            _, payload, _ = Deb822.split_gpg_and_payload(iter(content.splitlines()))
            content = b"\n".join(payload)
        stanzas = read_stanzas(content.decode())
    except (ValueError, EOFError) as error:
        message = f"{path}: damaged: {error}"
        raise UsageError(message, f"dscverify {path}") from error
    if len(stanzas) != 1:
        message = f"{path}: {len(stanzas)} stanzas, and a .dsc has one"
        raise UsageError(message, f"cat {path}")
    return stanzas[0]


def check(
    dsc: Stanza, control: Control, changelog: str, *, tests: bool, again: str
) -> Iterator[Finding]:
    """``tests`` is whether debian/tests has any, ``again`` the hint for all."""
    rows = (_row(binary, control.source) for binary in control.binaries)
    newest = re.match(r"\S+ \(([^)\s]+)\)", changelog)
    pairs: list[tuple[str, Sequence[str], Sequence[str]]] = [
        ("Format", [dsc.get("Format")], ["3.0 (quilt)"]),
        ("Version", [dsc.get("Version")], [newest[1] if newest else "an entry in the changelog"]),
        ("Binary", dsc.words("Binary", ","), [binary.name for binary in control.binaries]),
        ("Architecture", dsc.words("Architecture"), _arches(control)),
        ("Package-List", dsc.rows("Package-List"), sorted(rows)),
    ]
    for name in COPIED:
        wanted = control.source.words(name, ",")
        if name == "Testsuite" and tests and not wanted:
            wanted = ["autopkgtest"]
        pairs.append((name, dsc.words(name, ","), wanted))
    for name, found, meant in pairs:
        if what := difference([*dict.fromkeys(found)], [*dict.fromkeys(meant)]):
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


def _arches(control: Control) -> list[str]:
    """Those of all packages in their order; "any" is all of them but "all"."""
    arches = list(dict.fromkeys(arch for binary in control.binaries for arch in binary.arches))
    if "any" in arches:
        return ["any", "all"] if "all" in arches else ["any"]
    return arches


def _row(binary: Binary, source: Stanza) -> str:
    """A row of Package-List."""
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
