# SPDX-License-Identifier: GPL-2.0-or-later
"""The sandbox that templates run in: they see a distribution and each other, and nothing else.

A distribution's templates may be other people's files. They can read no file but a template, reach
no Python behind their values, and change none of these; only their time is not limited. Import this
module only to render: Jinja costs 100 ms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from types import GeneratorType
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from distgen.errors import UsageError, did_you_mean
from distgen.packaging.templates import Templates
from distgen.store.file import Piece

ALLOWED = "a template may use distro, its fields and the blocks of its parents, and no more"


class _Joined(str):
    """The text of a whole block, which still knows its pieces."""

    pieces: Sequence[Piece] = ()

    def __str__(self) -> str:
        return self


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment that all ``templates`` are compiled and rendered in."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        super().__init__(
            loader=jinja2.FunctionLoader(self._source),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        del self.filters["random"], self.globals["lipsum"]  # a file comes out the same every time

    def _source(self, name: str) -> tuple[str, str, None] | None:
        """The text and the path of a template that is known by name. No other file is read."""
        path = self.templates.paths.get(name)
        return (path.read_text(encoding="utf-8"), str(path), None) if path else None

    def join_path(self, template: str, parent: str) -> str:
        """The name of what a template calls ``template``."""
        return self.templates.find(str(template), parent) or str(template)

    def text(self, name: str, context: Mapping[str, Any]) -> str:
        """Render a template. Raises UsageError with ``file:line`` whatever is wrong with it."""
        with self._explained(name):
            return "".join(self.get_template(name).generate(dict(context)))

    def pieces(self, name: str, context: Mapping[str, Any]) -> list[Piece]:
        """What ``text`` gives, with what each part of it comes from. This takes twice as long."""
        with self._explained(name):
            return self._pieces(self.get_template(name).generate(dict(context)))

    def concat(self, parts: Iterable[str]) -> str:
        """Join what a block or a macro gives. Jinja calls this for ``super()``, among others."""
        if not isinstance(parts, GeneratorType):
            return "".join(parts)
        pieces = self._pieces(parts)
        joined = _Joined("".join(piece.text for piece in pieces))
        joined.pieces = pieces
        return joined

    def _pieces(self, stream: Any) -> list[Piece]:
        return [
            piece
            for text in stream
            for piece in (text.pieces if isinstance(text, _Joined) else [self._piece(text, stream)])
        ]

    def _piece(self, text: str, stream: Any) -> Piece:
        """Jinja compiles each block to a generator: the innermost one has just given the text."""
        while isinstance(stream.gi_yieldfrom, GeneratorType):
            stream = stream.gi_yieldfrom
        frame = stream.gi_frame
        template = self.get_template(frame.f_globals["name"])
        return Piece(
            text=text,
            template=str(template.name),
            block=frame.f_code.co_name.removeprefix("root").removeprefix("block_"),
            line=template.get_corresponding_lineno(frame.f_lineno),
            literal=text in frame.f_code.co_consts,
        )

    def outline(self, name: str) -> tuple[str | None, dict[str, int]]:
        """The name of what a template extends, and the line of each block that it has."""
        with self._explained(name):
            path = self.templates.paths[name]
            tree = self.parse(path.read_text(encoding="utf-8"), name, str(path))
            blocks = {block.name: block.lineno for block in tree.find_all(nodes.Block)}
            extends = tree.find(nodes.Extends)
            parent = self.join_path(extends.template.as_const(), name) if extends else None
            return parent, blocks

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        """Whatever a template can bring about is an error of that template."""
        path = self.templates.paths[name]
        try:
            yield
        except Exception as error:
            _complain(error, self._where(error, path), self.templates)

    def _where(self, error: Exception, path: Path) -> str:
        """The line of the template that ran last; Jinja puts them into the traceback."""
        if isinstance(error, jinja2.TemplateSyntaxError):
            return f"{error.filename or path}:{error.lineno}"
        known = {str(path) for path in self.templates.paths.values()}
        rows = [
            f"{frame.f_code.co_filename}:{line}"
            for frame, line in walk_tb(error.__traceback__)
            if frame.f_code.co_filename in known
        ]
        return rows[-1] if rows else f"{path}:1"


def _complain(error: Exception, where: str, templates: Templates) -> NoReturn:
    hint = "fix the template"
    match error:
        case jinja2.TemplateNotFound():
            what = f"there is no template {error.name}"
            close, _, all_of_them = did_you_mean(str(error.name), templates.called).partition("?")
            hint = f"{close}? " * bool(all_of_them) + "distgen list --templates shows all"
        case SecurityError():
            what, hint = str(error), ALLOWED
        case RecursionError():
            what = "templates, macros or brackets nested without end"
        case jinja2.TemplateError():
            what = error.message or type(error).__name__
        case _:
            what = f"{type(error).__name__}: {error}"
    message = f"{where}: {what}"
    raise UsageError(message, hint) from error
