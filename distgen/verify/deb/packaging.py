# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of debian/ that distgen renders: all of them there, and as it renders them.

``distro/scripts/deb/debian-dir`` copies them from ``package/``, some under another name; in some it
fills in words such as @ABI@; what ends in ".in" it makes into something else.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from distgen.distros.distro import Distro
from distgen.verify.finding import Check, Finding

FILLED_IN = re.compile(r"@[A-Z_]+@")
WORDS = r"[\w.+~:@, -]+"  # nothing that the shell or make would act on
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
        yield Finding(Check.PACKAGING, f"debian/{name}", what, hint, note=trust)


def _filled_in(template: str, text: str) -> bool:
    """Whether a text is the template, with some words for each @WORD@."""
    if template == text:
        return True
    pattern = WORDS.join(re.escape(part) for part in FILLED_IN.split(template))
    return re.fullmatch(pattern, text, re.A) is not None
