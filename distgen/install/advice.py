# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a change of an owned file belongs: in distro.toml, or in a block of its template."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

from distgen.distros.fields import DISTRO
from distgen.packaging.templates import SAME, shipped_templates
from distgen.store.file import File, Piece
from distgen.words import listed

OTHERWISE = {
    "distro/.gitignore": "add your own patterns to .git/info/exclude",
    "": "it is the same in every tree: propose the change to distgen",
}
FIELD = re.compile(r"\bdistro\.(\w+)")
# What a template reads → the key of distro.toml that says it
FIELDS = {key: key for key in DISTRO} | dict.fromkeys(
    ("arches", "flavours", "variants", "longest_kernel"), "[arches]"
)
SHOWN = 5  # lines of a template that are named
NO_USE = "distgen no longer writes it: copy what you need to another file"


def advice(tree: Path, path: str, file: File | None, there: bytes) -> str:
    """One line for an owned file of a tree that was edited: where the change belongs.

    ``file`` is what should be at ``path``, ``there`` is the content that is.
    """
    if file is None:
        return NO_USE
    pieces = file.pieces()
    if not pieces and path.startswith(f"{SAME}/"):
        return f"write your own distro/NAME/templates/{Path(path).name}.j2; or {OTHERWISE['']}"
    if not pieces:
        return OTHERWISE.get(path, OTHERWISE[""])
    fields: dict[str, None] = {}
    blocks: dict[str, None] = {}
    where: dict[str, dict[str, None]] = {}
    for piece in _changed(pieces, there.decode(errors="replace")):
        number, line = _line(tree, piece)
        fields |= dict.fromkeys(FIELDS[name] for name in FIELD.findall(line) if name in FIELDS)
        blocks |= dict.fromkeys(filter(None, [piece.block]))
        where.setdefault(piece.template, {})[str(number)] = None
    distro = path.split("/")[1] if path.count("/") > 1 else "NAME"
    ways = [f"in distro/{distro}/distro.toml ({', '.join(fields)})"] if fields else []
    if blocks:
        own = f"distro/{distro}/templates/{Path(path).name}.j2"
        ways.append(f"in the block{'s' * (len(blocks) > 1)} {', '.join(blocks)} of {own}")
    for template, numbers in where.items():
        lines = f"line {listed(numbers, SHOWN)}"
        if template.startswith("distro/"):
            ways.append(f"in {template}, {lines}")
        else:
            ways.append(f"for all distributions in {template} of distgen, {lines}")
    return f"make this change {'; or '.join(ways)}"


def _changed(pieces: Sequence[Piece], there: str) -> Iterator[Piece]:
    """What the lines that differ, or that others were put below, were rendered from."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        for number, text in enumerate(piece.text.split("\n")):
            if number:
                lines.append([])
            lines[-1].append(replace(piece, text=text))
    rendered = ["".join(piece.text for piece in line) for line in lines]
    matcher = SequenceMatcher(a=rendered, b=there.split("\n"), autojunk=False)
    for tag, first, last, _, _ in matcher.get_opcodes():
        if tag != "equal":
            for line in lines[first if first < last else max(first - 1, 0) : last]:
                yield from (piece for piece in line if piece.text or len(line) == 1)


def _line(tree: Path, piece: Piece) -> tuple[int, str]:
    """The number and the text of the line of a template that a piece comes from."""
    path = shipped_templates().get(piece.template, tree / piece.template)
    lines = path.read_text(encoding="utf-8").split("\n")
    below = range(piece.line, len(lines) if piece.literal else piece.line)
    like = [number for number in below if piece.text in lines[number - 1]]
    number = min(like, key=lambda number: lines[number - 1] != piece.text, default=piece.line)
    return number, lines[number - 1]
