# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run of the tests says of skips, and which of them CI takes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lib.command import PROJECT, run
from tests.lib.skips import Lack, needs

TESTS = """\
import pytest
from tests.lib.skips import Lack, needs_tool, skip_for

def test_mount():
    skip_for(Lack.MOUNT)

@needs_tool("no-such-tool", package="something")
def test_tool():
    pass

def test_that_runs():
    pass
"""


def session(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """A run of those tests, in CI or not."""
    (folder / "test_some.py").write_text(TESTS)
    words = ("-p", "tests.lib.skips", "-p", "no:cacheprovider", "test_some.py")
    env = {"CI": ci, "PYTHONPATH": str(PROJECT)}
    return run(sys.executable, "-m", "pytest", *words, cwd=folder, env=env, check=False)


def test_a_run_ends_with_what_was_skipped(tmp_path: Path) -> None:
    done = session(tmp_path, "")
    assert done.returncode == 0
    *lines, last = done.stdout.splitlines()
    assert "1 passed, 2 skipped" in last
    assert lines[-4:] == [
        f"1: {Lack.MOUNT}",
        "    test_some.py::test_mount",
        "1: no-such-tool not found: install something",
        "    test_some.py::test_tool",
    ]


@needs(Lack.APT)
def test_ci_fails_on_a_skip_that_could_have_run(tmp_path: Path) -> None:
    done = session(tmp_path, "true")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 passed, 1 skipped, 1 error" in done.stdout
    assert "skipped in CI, where .ci/packages installs all of it: no-such-tool" in done.stdout
