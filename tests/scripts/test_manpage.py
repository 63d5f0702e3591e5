# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual pages: one for each command, whole, and as man and mandoc want them."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.lib.command import PROJECT, distgen, run
from tests.lib.skips import needs_tool

pytestmark = needs_tool("help2man")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages that `make man` makes, by the words of their command."""
    folder = tmp_path_factory.mktemp("man")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    run(".ci/man", folder, cwd=PROJECT, env={"PATH": path})
    return {page.stem.replace("-", " "): page for page in folder.glob("*.1")}


def test_every_command_has_a_page_with_its_options(pages: dict[str, Path]) -> None:
    commands: list[tuple[str, ...]] = [()]
    for group in commands:
        said = distgen(*group, "--help").stdout
        page = pages[_of(group)].read_text().replace(r"\-", "-")
        for option in re.findall(r"^  (--[\w-]+)", said, re.M):
            assert rf"\fB{option}\fR" in page, (group, option)
        named = said.partition("Commands:")[2].split("\n\n")[0]
        commands += [(*group, name) for name in re.findall(r"^  (\w+) ", named, re.M)]
    assert ("config", "set") in commands
    assert {_of(group) for group in commands} == {*pages}


def _of(command: tuple[str, ...]) -> str:
    return " ".join(("distgen", *command))


@needs_tool("man", package="man-db")
def test_man_shows_them(pages: dict[str, Path]) -> None:
    for page in pages.values():
        shown = run(
            *("man", "--warnings", "-l", page), cwd=PROJECT, env={"MANWIDTH": "80", "PAGER": "cat"}
        )
        assert shown.stderr == ""
        assert "EXIT STATUS" in shown.stdout and "70     A bug" in shown.stdout
        assert "\\" not in shown.stdout
        assert "..." not in shown.stdout.partition("Commands:")[2]  # no command's line is cut off


@needs_tool("mandoc")
def test_mandoc_has_no_warning(pages: dict[str, Path]) -> None:
    """Except that it does not know the date as help2man writes it, "November 2026"."""
    done = run("mandoc", "-Tlint", "-Wwarning", *pages.values(), cwd=PROJECT, check=False)
    found = [line for line in done.stdout.splitlines() if "cannot parse date" not in line]
    assert found == [] and done.stderr == ""
