# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page: whole, and as man and mandoc want it."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, distgen, run


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "distgen.1"
    made = run(sys.executable, "-m", "distgen.cli.manpage", cwd=PROJECT).stdout
    path.write_text(made)
    return path


def test_it_has_every_command_and_option(page: Path) -> None:
    text = page.read_text().replace(r"\-", "-")
    listed = re.findall(r"^\.SS (.*)$", text, re.M)
    for group, prefix in ((), ""), (("config",), "config "), (("distro",), "distro "):
        commands = distgen(*group, "--help").stdout.split("Commands:")[1].split("\n\n")[0]
        for name in re.findall(r"^  ([\w-]+) ", commands, re.M):
            if name in ("config", "distro"):
                continue
            assert f"{prefix}{name}" in listed
            section = text.split(f".SS {prefix}{name}\n")[1].split("\n.S")[0]
            for option in re.findall(
                r"^  (--[\w-]+)", distgen(*group, name, "--help").stdout, re.M
            ):
                assert option == "--help" or rf"\fB{option}\fR" in section, (name, option)


@pytest.mark.skipif(not shutil.which("man"), reason="needs man: install man-db")
def test_man_shows_it(page: Path) -> None:
    done = run("man", "--warnings", "-l", page, cwd=PROJECT, env={"MANWIDTH": "80", "PAGER": "cat"})
    assert done.stderr == ""
    for words in (
        "DISTGEN(1)",
        "distgen config set [options] SYMBOL=VALUE...",
        "~/linux",
        "70     A bug",
    ):
        assert words in done.stdout
    assert "\\" not in done.stdout


@pytest.mark.skipif(not shutil.which("mandoc"), reason="needs mandoc: install mandoc")
def test_mandoc_finds_nothing(page: Path) -> None:
    """But that there is no date, which would be another each time."""
    done = run("mandoc", "-Tlint", "-Wstyle", page, cwd=PROJECT, check=False)
    found = [line for line in done.stdout.splitlines() if "missing date" not in line]
    assert found == [] and done.stderr == ""
