# SPDX-License-Identifier: GPL-2.0-or-later
"""What an error and a bug look like, with --debug and without."""

import tomllib
from pathlib import Path

import pytest

from tests.lib.command import distgen, refused


@pytest.fixture
def surprised(mini_tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree in which Python's own TOML parser fails as nothing expects: no file can make it."""
    distgen("init", mini_tree, "--distro=fedora")

    def surprise(text: str) -> object:
        raise RuntimeError(text[:0] + "a surprise")

    monkeypatch.setattr(tomllib, "loads", surprise)  # the fork that is distgen has it too
    return mini_tree


def test_a_bug_is_said_to_be_one(surprised: Path) -> None:
    message = refused(70, "list", surprised)
    assert "a bug in distgen: RuntimeError: a surprise\n" in message
    assert "--debug" in message.splitlines()[1]
    assert len(message.splitlines()) == 2


def test_debug_shows_where_a_bug_is(surprised: Path) -> None:
    done = distgen("--debug", "list", surprised, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert done.stderr.endswith("\nRuntimeError: a surprise\n")
    assert "distgen/distros/toml.py" in done.stderr


def test_debug_shows_where_an_error_comes_from(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    message = refused(3, "list", gone)
    assert message.startswith("distgen: ") and "no such directory" in message
    done = distgen("--debug", "list", gone, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert "distgen.errors.UnsupportedError" in done.stderr
