# SPDX-License-Identifier: GPL-2.0-or-later
"""The one place that starts outside commands."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten

from distgen.errors import CommandError, UnsupportedError

LONG = 400  # characters of a command that an error shows


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    extra_env: Mapping[str, str] | None = None,
    check: bool = True,
    show: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, without standard input, and return its output as text.

    Messages are in English in any locale. With ``show`` its output goes to our standard error
    as it comes, to show progress. Raises UnsupportedError if the command does not exist,
    CommandError if it fails and ``check`` is set.
    """
    env = {**os.environ, "LC_ALL": "C.UTF-8", **(extra_env or {})}
    with _explained(argv):
        done = subprocess.run(
            list(argv),
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr if show else subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
    if check and done.returncode:
        shown = "\n".join((done.stderr or done.stdout).strip().splitlines()[-20:])
        command = shorten(shlex.join(argv), LONG, placeholder=" …")
        message = f"exit {done.returncode} from: {command}\n{shown}"
        raise CommandError(message, f"run it by hand in {cwd}")
    return done


@contextmanager
def _explained(argv: Sequence[str]) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        message = f"{argv[0]}: no such command"
        raise UnsupportedError(message, f"install the package that holds {argv[0]}") from error


def run_attached(argv: Sequence[str], *, cwd: Path) -> None:
    """Run an interactive command in our terminal, and wait for it. Raises what ``run`` raises.

    If our standard output is not the terminal, it talks to standard error.
    """
    screen = None if sys.stdout.isatty() else sys.stderr
    with _explained(argv):
        done = subprocess.run(list(argv), cwd=cwd, stdout=screen, check=False)
    if done.returncode:
        message = f"exit {done.returncode} from: {shlex.join(argv)}"
        raise CommandError(message, "see its output above")
