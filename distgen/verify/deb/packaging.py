# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of debian/ that distgen renders: all of them there, and as it renders them.

``distro/scripts/deb/debian-dir`` copies them from ``package/``, some under another name; in some it
fills in words such as @ABI@, and what ends in ".in" is made anew.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from distgen.distros.distro import Distro
from distgen.verify.finding import Check, Finding

FILLED_IN = re.compile(r"@[A-Z_]+@")
WORDS = r"[\w.+~:@, -]+"  # nothing that the shell or make would act on
REQUIRED = ("control", "changelog", "copyright", "rules", "watch", "source/format")
FORMAT = "3.0 (quilt)"
WATCH = re.compile(r"^(?:version\s*=\s*[34]|Version:\s*5)\s*$", re.M)
OTHERS = ("config", "layers", "patches")  # folders with no packaging in them


def check(
    debian: Path, distro: Distro, rendered: Mapping[str, str], *, trust: bool
) -> Iterator[Finding]:
    """Each file that ``rendered`` has by its path in package/; a note in a trusted package."""
    files = {
        path.relative_to(debian).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(debian.rglob("*"))
        if path.is_file() and path.relative_to(debian).parts[0] not in OTHERS
    }
    for name, text in rendered.items():
        if name.endswith(".in") or any(_filled_in(text, file) for file in files.values()):
            continue
        what = f"not what distgen renders for {distro.name}"
        if name not in files:
            what = f"in no file is what distgen renders for {distro.name} as package/{name}"
        hint = "made by another version of distgen, or edited: distgen diff shows what, in a tree"
        yield Finding(
            check=Check.PACKAGING, where=f"debian/{name}", what=what, hint=hint, note=trust
        )


def _filled_in(template: str, text: str) -> bool:
    """Whether a text is the template, with some words for each @WORD@."""
    if template == text:
        return True
    pattern = WORDS.join(re.escape(part) for part in FILLED_IN.split(template))
    return re.fullmatch(pattern, text, re.A) is not None


def required(debian: Path) -> Iterator[Finding]:
    """What every package of ours has, and what says how it is built and watched."""
    for name in REQUIRED:
        path = debian / name
        if not path.is_file() or not path.stat().st_size:
            yield _finding(name, "missing, or empty", "get the package again, or make it again")
    source = _text(debian / "source/format")
    if source and source != f"{FORMAT}\n":
        yield _finding("source/format", f"{source.strip()[:60]!r}", f"write {FORMAT}")
    if (watch := _text(debian / "watch")) and not WATCH.search(watch):
        yield _finding("watch", "says no version of its syntax", "write version=4")
    if (rules := _text(debian / "rules")) and not rules.startswith("#!/usr/bin/make -f\n"):
        yield _finding("rules", "not a makefile that runs itself", "#!/usr/bin/make -f")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _finding(name: str, what: str, hint: str) -> Finding:
    return Finding(check=Check.PACKAGING, where=f"debian/{name}", what=what, hint=hint)
