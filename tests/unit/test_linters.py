# SPDX-License-Identifier: GPL-2.0-or-later
"""The project's own rules, held by the tools that know them."""

import sys
from pathlib import Path

import pytest

from distgen.packaging.templates import shipped_templates
from tests.lib.command import PROJECT, git, run

SHELL = [
    path
    for path in (
        PROJECT / name for name in git(PROJECT, "ls-files", "-co", "--exclude-standard").split()
    )
    if path.is_file() and path.open("rb").read(9) == b"#!/bin/sh"
]


@pytest.mark.parametrize("command", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)])
def test_python(command: tuple[str, ...]) -> None:
    run(sys.executable, "-m", *command, cwd=PROJECT)


def test_an_import_only_goes_down() -> None:
    run(Path(sys.executable).with_name("lint-imports"), cwd=PROJECT)


@pytest.mark.parametrize("script", SHELL, ids=lambda path: str(path.relative_to(PROJECT)))
def test_shell(script: Path) -> None:
    run("shellcheck", "-x", "-P", "distro/scripts", "-s", "sh", script, cwd=PROJECT)


def test_every_file_says_its_licence() -> None:
    """All but those that have to look like somebody else's."""
    bare = {".gitignore", "LICENSE", "distgen.lock", "source-format", "upstream-signing-key.asc"}
    for name in git(PROJECT, "ls-files").split():
        path = PROJECT / name
        if (
            path.is_file()
            and path.name.removesuffix(".j2") not in bare
            and not {"corpus", "golden"} & {*path.parts}
        ):
            head = path.read_text(encoding="utf-8")[:2000]
            assert "SPDX-License-Identifier: GPL-2.0" in head or "License: GPL-2" in head, name


def test_templates_do_not_trip_over_jinja_delimiters() -> None:
    """``%{#x}`` and ``${x}{#y}`` would start a Jinja comment in rpm and shell text."""
    for template in shipped_templates().values():
        for number, line in enumerate(template.read_text(encoding="utf-8").split("\n"), 1):
            comment = line.find("{#")
            assert comment < 0 or "#}" in line[comment:], f"{template}:{number}"
