# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a change of an owned file belongs: in distro.toml, or in a block of its template.

What a line was rendered from is found by the lines around it that stand in the template as they
are: between two of these are the fields that it can come from, and around them is its block.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

from distgen.distros.fields import DISTRO
from distgen.packaging.templates import LARGEST
from distgen.shipped import shipped
from distgen.store.file import File
from distgen.store.safe_path import read

# Path in the tree → template; what it is in a distribution's folder, its family's may be elsewhere
TEMPLATES = (
    (re.compile(r"(GNUmakefile|Makefile\.distro)"), r"\1.j2"),
    (re.compile(r"distro/(README\.rst)"), r"\1.j2"),
    (re.compile(r"distro/([^/]+)/package/(.+)"), r"\1/\2.j2"),
)
OTHERWISE = (
    (re.compile(r"distro/\.gitignore"), "what else git is to ignore belongs in .git/info/exclude"),
    (re.compile(r".+"), "it is the same in every tree: propose the change to distgen"),
)
# What a template reads → the key of distro.toml that says it
FIELDS = {
    **{name: name for name in DISTRO},
    "arches": "[arches]",
    "flavours": "[arches] flavours",
    "variants": "[arches] flavours",
    "longest_kernel": "[arches] names",
}
FIELD = re.compile(r"\bdistro\.(\w+)")
BLOCK = re.compile(r"{%-?\s*(?:block\s+(\w+)|(endblock))")
TAG = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}")
JINJA = re.compile(r"{[{%#]")
SHOWN = 5  # lines of a template that are named
NO_USE = "this distgen does not write it any more: keep what you need of it under another name"


@dataclass(frozen=True)
class Template:
    """A template by its path below ``templates/``, or from the top of the tree, and its lines."""

    path: str
    lines: Sequence[str]

    @cached_property
    def fixed(self) -> dict[str, int]:
        """The lines that come out as they are, and stand there once."""
        return {
            line: number
            for number, line in enumerate(self.lines)
            if line.strip() and not JINJA.search(line) and self.lines.count(line) == 1
        }

    @cached_property
    def blocks(self) -> list[str]:
        """The innermost block that each line is in, or that is in it; "" for none."""
        stack, blocks = [""], []
        for line in self.lines:
            inside = stack[-1]
            for match in BLOCK.finditer(line):
                if match[1]:
                    stack.append(match[1])
                    inside = match[1]
                elif len(stack) > 1:
                    stack.pop()
            blocks.append(inside)
        return blocks

    @property
    def is_whole(self) -> bool:
        """Whether it extends no other."""
        return "{% extends" not in self.lines[1 if len(self.lines) > 1 else 0]

    def source(self, rendered: Sequence[str], first: int, last: int) -> "Source":
        """Where in this template ``rendered[first:last]`` can come from."""
        start, end, far = -1, len(self.lines), 0
        for number in range(first - 1, -1, -1):
            if rendered[number] in self.fixed:
                start = self.fixed[rendered[number]]
                break
            far += 1
        for line in rendered[last:]:
            if self.fixed.get(line, -1) > start:
                end = self.fixed[line]
                break
            far += 1
        like = [n for n in range(start + 1, end) if self._gives(n, rendered[first:last])]
        if like:
            return Source(self, range(like[0], like[-1] + 1), 0)
        return Source(self, range(start + 1, end), far)

    def _gives(self, number: int, rendered: Sequence[str]) -> bool:
        """Whether a line has words of its own, and comes out as one of ``rendered``."""
        words = TAG.split(self.lines[number])
        pattern = re.compile(".*".join(map(re.escape, words)))
        return any(map(str.strip, words)) and any(map(pattern.fullmatch, rendered))


@dataclass(frozen=True)
class Source:
    """Lines of a template, and how many lines away what says so is."""

    template: Template
    lines: range
    far: int


def advice(tree: Path, path: str, file: File | None, there: bytes) -> str:
    """One line for an owned file of a tree that was edited: where the change belongs.

    ``file`` is what should be at ``path``, ``there`` is the content that is.
    """
    if file is None:
        return NO_USE
    for pattern, name in TEMPLATES:
        if match := pattern.fullmatch(path):
            templates = [*_own(tree, match.expand(name)), *_templates(match.expand(name))]
            return _of_templates(path, templates, file.content, there)
    return next(text for pattern, text in OTHERWISE if pattern.fullmatch(path))


def _of_templates(path: str, templates: Sequence[Template], wanted: bytes, there: bytes) -> str:
    fields: dict[str, None] = {}
    blocks: dict[str, None] = {}
    where: dict[str, dict[int, None]] = {}
    for source in _sources(templates, wanted, there):
        start, stop = source.lines.start, source.lines.stop
        fields |= dict.fromkeys(
            FIELDS[name]
            for line in source.template.lines[start:stop]
            for name in FIELD.findall(line)
            if name in FIELDS
        )
        blocks |= dict.fromkeys(filter(None, source.template.blocks[start:stop]))
        where.setdefault(source.template.path, {})[start + 1] = None
    distro = path.split("/")[1] if path.count("/") > 1 else "NAME"
    ways = []
    if fields:
        ways.append(f"in distro/{distro}/distro.toml ({', '.join(fields)})")
    if blocks:
        plural = "s" if len(blocks) > 1 else ""
        own = f"distro/{distro}/templates/{Path(path).name}.j2"
        ways.append(f"in the block{plural} {', '.join(blocks)} of {own}")
    for template, numbers in where.items():
        shown = ", ".join(map(str, [*numbers][:SHOWN])) + (" …" if len(numbers) > SHOWN else "")
        if template.startswith("distro/"):
            ways.append(f"in {template}, line {shown}")
        else:
            ways.append(f"for all distributions in templates/{template} of distgen, line {shown}")
    return f"such a change belongs {'; or '.join(ways)}"


def _sources(templates: Sequence[Template], wanted: bytes, there: bytes) -> Iterator[Source]:
    """For each change where in which template it belongs."""
    rendered, found = (text.decode(errors="replace").split("\n") for text in (wanted, there))
    matcher = SequenceMatcher(a=rendered, b=found, autojunk=False)
    for tag, first, last, _, _ in matcher.get_opcodes():
        if tag != "equal":
            every = [template.source(rendered, first, last) for template in templates]
            yield min(every, key=lambda source: (source.far, len(source.lines)))


def _own(tree: Path, name: str) -> Iterator[Template]:
    """The template that a distribution of the tree has of its own."""
    owner, _, file = name.partition("/")
    path = f"distro/{owner}/templates/{file}"
    if file and (text := read(tree / path, LARGEST)) is not None:
        yield Template(path, text.decode(errors="replace").split("\n"))


def _templates(name: str) -> Iterator[Template]:
    """The template of that name, and the one of its family."""
    folder = shipped() / "templates"
    for path in sorted(folder.glob(f"*/{Path(name).name}" if "/" in name else name)):
        text = path.read_text(encoding="utf-8")
        template = Template(path.relative_to(folder).as_posix(), text.split("\n"))
        if template.path == name or template.is_whole:
            yield template
