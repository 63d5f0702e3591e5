# SPDX-License-Identifier: GPL-2.0-or-later
"""What templates run in: they see a distribution and each other, and nothing else.

A distribution's templates are other people's files. They can read no file but a template, reach
no Python behind the values that they are given, change none of these, and are stopped when they
take too long or too much memory. Import this module only where something is rendered: Jinja costs
100 ms.
"""

import resource
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from traceback import walk_tb
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from distgen.errors import UsageError, did_you_mean
from distgen.packaging.templates import Templates

LARGEST = 16 << 20  # characters of a rendered file
MEMORY = 512 << 20  # bytes more than were in use before
SECONDS = 10  # of the processor, for one file
ALLOWED = "a template has distro, its fields and the blocks of its parents, and no more"


class TooMuchError(jinja2.TemplateRuntimeError):
    """A template takes more of something than it may."""


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment that all ``templates`` are compiled and rendered in."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, templates: Templates) -> None:
        super().__init__(
            loader=_Loader(templates),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates = templates
        self.filters["pad"] = lambda text: f"{text:<23}"
        del self.filters["random"], self.globals["lipsum"]  # a file comes out the same every time

    def join_path(self, template: str, parent: str) -> str:
        """The name of what a template calls ``template``."""
        return self.templates.find(str(template), parent) or str(template)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply, where the product is of a size that a template may have a use for."""
        sizes = [len(v) if hasattr(v, "__len__") else abs(v) for v in (left, right)]
        if operator == "**" or sizes[0] * sizes[1] > LARGEST:
            message = f"{operator} makes more than a template may"
            raise TooMuchError(message)
        return super().call_binop(context, operator, left, right)

    def text(self, name: str, context: Mapping[str, Any]) -> str:
        """Render a template. Raises UsageError with ``file:line`` whatever is wrong with it."""
        pieces, size = [], 0
        with self._explained(name), _bounded() if self.templates.foreign else nullcontext():
            for piece in self.get_template(name).generate(context):
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST:
                    message = f"makes a file of more than {LARGEST} characters"
                    raise TooMuchError(message)
        return "".join(pieces)

    def outline(self, name: str) -> tuple[str | None, dict[str, int]]:
        """The name of what a template extends, and the line of each block that it has."""
        with self._explained(name), _bounded() if self.templates.foreign else nullcontext():
            path = self.templates.paths[name]
            tree = self.parse(path.read_text(encoding="utf-8"), name, str(path))
            blocks = {block.name: block.lineno for block in tree.find_all(nodes.Block)}
            extends = tree.find(nodes.Extends)
            if extends is None:
                return None, blocks
            return self.join_path(extends.template.as_const(), name), blocks

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        """Whatever a template can bring about is an error of that template."""
        path = self.templates.paths[name]
        try:
            yield
        except jinja2.TemplateSyntaxError as error:
            message = f"{error.filename or path}:{error.lineno}: {error.message}"
            raise UsageError(message, "mend the template") from error
        except Exception as error:
            _complain(error, self._where(error, path), self.templates)

    def _where(self, error: Exception, path: Path) -> str:
        """The line of the template that ran last; Jinja puts them into the traceback."""
        known = {str(path) for path in self.templates.paths.values()}
        rows = [
            f"{frame.f_code.co_filename}:{line}"
            for frame, line in walk_tb(error.__traceback__)
            if frame.f_code.co_filename in known
        ]
        return rows[-1] if rows else f"{path}:1"


def _complain(error: Exception, where: str, templates: Templates) -> NoReturn:
    hint = "mend the template"
    match error:
        case jinja2.TemplateNotFound():
            what = f"there is no template {error.name}"
            close, _, all_of_them = did_you_mean(str(error.name), templates.called).partition("?")
            hint = f"{close}? " * bool(all_of_them) + "distgen list --templates shows all"
        case SecurityError():
            what, hint = str(error), ALLOWED
        case RecursionError():
            what = "templates, macros or brackets in each other without end"
        case MemoryError():
            what = f"takes more than {MEMORY >> 20} MiB of memory"
        case jinja2.TemplateError():
            what = error.message or type(error).__name__
        case _:
            what = f"{type(error).__name__}: {error}"
    message = f"{where}: {what}"
    raise UsageError(message, hint) from error


class _Loader(jinja2.BaseLoader):
    """Reads the templates that are known by name, and no other file."""

    def __init__(self, templates: Templates) -> None:
        self.paths = templates.paths

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, None]:
        path = self.paths.get(template)
        if path is None:
            raise jinja2.TemplateNotFound(template)
        return path.read_text(encoding="utf-8"), str(path), None


@contextmanager
def _bounded() -> Iterator[None]:
    """Stop the block where it takes too long or too much memory. For the main thread only."""

    def stop(*_: object) -> NoReturn:
        message = f"takes more than {SECONDS} s"
        raise TooMuchError(message)

    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = [used * resource.getpagesize() + MEMORY, soft, hard]
    limit = min(value for value in wanted if value != resource.RLIM_INFINITY)
    before = signal.signal(signal.SIGVTALRM, stop)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.signal(signal.SIGVTALRM, before)
