# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a change of an owned file belongs: in distro.toml, or in a block of its template."""

import re
from pathlib import Path

from distgen.render import File
from distgen.resources import shipped

# Path in the tree → template, or what to do where there is none. The first that matches counts.
TEMPLATES = (
    (re.compile(r"GNUmakefile"), "GNUmakefile.j2"),
    (re.compile(r"Makefile\.distro"), "Makefile.distro.j2"),
    (re.compile(r"distro/README\.rst"), "README.rst.j2"),
    (re.compile(r"distro/[^/]+/package/(.+)"), r"{family}/\1.j2"),
)
OTHERWISE = (
    (re.compile(r"distro/\.gitignore"), "what else git is to ignore belongs in .git/info/exclude"),
    (
        re.compile(r"distro/scripts/.+"),
        "it is the same in every tree: propose the change to distgen",
    ),
)
# What a template reads → the key of distro.toml that says it
FIELDS = {
    **{name: name for name in ("title", "source", "maintainer", "homepage", "short", "vcs")},
    **{name: name for name in ("mock", "koji", "suite", "revision", "extra_modules")},
    "arches": "[arches]",
    "flavours": "[arches] flavours",
    "variants": "[arches] flavours",
    "longest_kernel": "[arches] names",
}
FIELD = re.compile(r"\bdistro\.(\w+)")
BLOCK = re.compile(r"{%-?\s*block\s+(\w+)")
NO_USE = "this distgen does not write it any more: keep what you need of it under another name"


def advice(path: str, file: File | None) -> str:
    """One line for an owned file that was edited; ``file`` is what should be there, if anything."""
    if file is None:
        return NO_USE
    for pattern, text in OTHERWISE:
        if pattern.fullmatch(path):
            return text
    for pattern, name in TEMPLATES:
        if match := pattern.fullmatch(path):
            return _of_template(path, match.expand(name))
    return "propose the change to distgen"


def _of_template(path: str, name: str) -> str:
    templates = _templates(name)
    texts = list(templates.values())
    fields = dict.fromkeys(
        FIELDS[found] for text in texts for found in FIELD.findall(text) if found in FIELDS
    )
    blocks = dict.fromkeys(block for text in texts for block in BLOCK.findall(text))
    distro = path.split("/")[1] if path.count("/") > 1 else "NAME"
    ways = []
    if fields:
        ways.append(f"in distro/{distro}/distro.toml ({', '.join(fields)})")
    if blocks:
        own = f"distro/{distro}/templates/{Path(name).name}"
        ways.append(f"in a block of {own} ({', '.join(blocks)})")
    whole = next(iter(path for path, text in templates.items() if "{% extends" not in text), name)
    ways.append(f"for all distributions, in templates/{whole} of distgen")
    return f"such a change belongs {', or '.join(ways)}"


def _templates(name: str) -> dict[str, str]:
    """The texts of a template, by path; {family} stands for each folder that has it."""
    folder = shipped() / "templates"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob(name.replace("{family}", "*")))
    }
