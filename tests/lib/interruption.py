# SPDX-License-Identifier: GPL-2.0-or-later
"""make, ended at a moment that is known."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.lib.command import run


def blocking(begun: Path, seconds: int = 60) -> str:
    """A shell command that makes a file once it runs, and then takes its time.

    tee makes the file itself, and reads from where nothing ever comes: between the fork and the
    exec of a command dash loses a SIGINT, so after a file that the shell makes it may be too early.
    """
    never = begun.with_name(f"{begun.name}.never")
    os.mkfifo(never)
    tee = f"tee {shlex.quote(str(begun))} <> {shlex.quote(str(never))}"
    return f"timeout --foreground {seconds} {tee} > /dev/null"


def interrupt(
    argv: Sequence[str],
    begun: Path,
    end: Callable[[subprocess.Popen[bytes]], None],
    *,
    cwd: Path,
    env: Mapping[str, str],
    fails: bool = True,
) -> None:
    """Start a command, end it once a file is there, and wait until nothing of it runs."""
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _ in range(300):
        if begun.exists():
            break
        time.sleep(0.1)
    assert begun.exists()
    end(process)
    assert (process.wait(timeout=30) != 0) == fails
    for _ in range(300):  # what make does not wait for
        if not run("pgrep", "-s", str(process.pid), cwd=cwd, check=False).stdout:
            return
        time.sleep(0.1)
    left = run("ps", "-s", str(process.pid), "-o", "pid,ppid,stat,args", cwd=cwd).stdout
    pytest.fail(f"something is still running:\n{left}")


def by_group(number: signal.Signals) -> Callable[[subprocess.Popen[bytes]], None]:
    """Send a signal to all processes at once, as a terminal does."""
    return lambda process: os.killpg(process.pid, number)
