# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page, from what the command line says of itself: ``python -m distgen.cli.manpage``."""

import re
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

import typer.main

from distgen import __version__
from distgen.cli.main import app

EXIT_CODES = {
    0: "Fine.",
    1: "There are findings, or files are not as they should be.",
    2: "Wrong usage, or a file of the user's that is wrong.",
    3: "A tree or a tool is missing, or is none that distgen can work with.",
    4: "An outside command failed.",
    70: "A bug in distgen.",
    130: "Interrupted.",
}

FILES = {
    "Makefile.distro": "The targets that distgen adds to a kernel tree.",
    "distro/": "Layers, facts on distributions and what packages are made of.",
    "distro/distgen.lock": "What distgen has written.",
}


DESCRIPTION = (
    "distgen adds Makefile.distro and distro/ to a tree of the Linux kernel, so that make can "
    "resolve every configuration of a distribution and make its source package there. What it "
    "prints on standard output is for scripts, what it prints on standard error is for people."
)


def manpage() -> str:
    """distgen.1 in the macros of man(7), without a date: the same source gives the same bytes."""
    return "\n".join(_lines(typer.main.get_command(app))) + "\n"


def _lines(top: Any) -> Iterator[str]:
    about = str(top.help).rstrip(".")
    yield r".\" SPDX-License-Identifier: GPL-2.0-or-later"
    yield r".\" Made from the command line by python -m distgen.cli.manpage"
    yield f'.TH DISTGEN 1 "" "distgen {__version__}" "User Commands"'
    yield from (".SH NAME", *_sentences(f"distgen - {about[0].lower()}{about[1:]}"))
    yield from (".SH SYNOPSIS", f"{_bold('distgen')} [options] {_italic('command')} ...")
    yield from (".SH DESCRIPTION", *_sentences(DESCRIPTION))
    yield from (".SH OPTIONS", *_parameters(top))
    yield ".SH COMMANDS"
    for name, command in _commands(top, ""):
        yield from _command(name, command)
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT_CODES.items():
        yield from (".TP", _bold(str(code)), *_sentences(meaning))
    yield ".SH FILES"
    for path, meaning in FILES.items():
        yield from (".TP", _italic(path), *_sentences(meaning))
    yield from (".SH SEE ALSO", ".BR make (1),", ".BR rpmbuild (8),", r".BR dpkg\-buildpackage (1)")


def _commands(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its whole name."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")
        elif not command.hidden:
            yield f"{prefix}{name}", command


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    words = " ".join(_italic(_metavar(argument)) for argument in arguments)
    yield f".SS {_text(name)}"
    yield f"{_bold(f'distgen {name}')} [options] {words}".rstrip()
    for paragraph in str(command.help).split("\n\n"):
        yield from (".PP", *_sentences(paragraph))
    yield from _parameters(command)
    if command.epilog:
        yield from (".PP", *_sentences(command.epilog))


def _parameters(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if getattr(parameter, "hidden", False) or not parameter.help:
            continue
        yield ".TP"
        if parameter.param_type_name == "argument":
            yield _italic(_metavar(parameter))
        else:
            names = ", ".join(_bold(o) for o in [*parameter.opts, *parameter.secondary_opts])
            yield names if parameter.is_flag else f"{names} {_italic(_metavar(parameter))}"
        default = parameter.show_default
        yield from _sentences(parameter.help)
        if isinstance(default, str):
            yield from _sentences(f"Default: {default}.")


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _sentences(text: str) -> Iterator[str]:
    """A paragraph, each sentence on lines of its own as roff wants it."""
    for sentence in re.split(r"(?<=[.;]) (?=[A-Z])", " ".join(text.split())):
        lines = wrap(_text(sentence), 78, break_long_words=False, break_on_hyphens=False)
        yield from (rf"\&{line}" if line.startswith(".") else line for line in lines)


def _bold(text: str) -> str:
    return rf"\fB{_text(text)}\fR"


def _italic(text: str) -> str:
    return rf"\fI{_text(text)}\fR"


ESCAPES = str.maketrans(
    {"\\": r"\e", "-": r"\-", "'": r"\(aq", "~": r"\(ti", "^": r"\(ha", "`": r"\(ga", "…": "..."}
)


def _text(text: str) -> str:
    """Text that roff prints as it stands, but for a point at the beginning of a line."""
    text = text.translate(ESCAPES)
    return "".join(c if c.isascii() else rf"\[u{ord(c):04X}]" for c in text)


if __name__ == "__main__":
    print(manpage(), end="")
