# SPDX-License-Identifier: GPL-2.0-or-later
"""How the tests run commands: distgen itself, git, and whatever else is on the machine."""

import importlib
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, suppress
from functools import cache
from io import StringIO
from pathlib import Path
from typing import NoReturn

import pytest

from distgen.cli.main import main

PROJECT = Path(__file__).resolve().parent.parent.parent

Run = Callable[..., subprocess.CompletedProcess[str]]


def run(
    *argv: str | Path, cwd: Path, env: Mapping[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would; on failure the test shows all that it printed."""
    done = subprocess.run(
        [str(word) for word in argv],
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return _checked(done) if check else done


def distgen(
    *argv: str | Path,
    cwd: Path = PROJECT,
    check: bool = True,
    env: Mapping[str, str] | None = None,
    seconds: int = 0,
) -> subprocess.CompletedProcess[str]:
    """Run the distgen command in a process of its own, killed after so many ``seconds``.

    It is a fork of this one, which has loaded already what Python takes half a second for.
    """
    _load()
    words = ["distgen", *map(str, argv)]
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        tempfile.TemporaryDirectory() as scratch,  # a fork does not clear up at its end
    ):
        child = os.fork()
        if not child:
            signal.alarm(seconds)
            env = {"TMPDIR": scratch, **(env or {})}
            _be_distgen(words, cwd, env, (out.fileno(), err.fileno()))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    done = subprocess.CompletedProcess(words, code, *texts)
    return _checked(done) if check else done


_inherited: list[object] = []


@cache
def _load() -> None:
    """Load what most commands load, which is then there in every fork."""
    importlib.import_module("distgen.packaging.jinja")
    before, sys.argv = sys.argv, ["distgen", "render", os.devnull]
    with suppress(SystemExit), redirect_stderr(StringIO()):
        main()  # says that this is no kernel tree
    sys.argv = before


def _be_distgen(
    words: list[str], cwd: Path, env: Mapping[str, str], outputs: tuple[int, int]
) -> NoReturn:
    """Go on as ``python -m distgen``: what this process keeps of earlier runs is forgotten."""
    code: object = 70
    try:
        with Path(os.devnull).open("rb") as nothing:
            for number, source in enumerate((nothing.fileno(), *outputs)):
                os.dup2(source, number)
        sys.stdin = os.fdopen(0, encoding="utf-8")
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace")
        os.chdir(cwd)
        os.environ |= {"LC_ALL": "C.UTF-8", "PYTHONPATH": str(PROJECT), **env}
        tempfile.tempdir = None
        for module in [sys.modules[name] for name in sys.modules if name.startswith("distgen")]:
            for name, value in list(vars(module).items()):
                if hasattr(value, "cache_clear"):
                    _inherited.append(value)  # or a folder goes that the other process works in
                    setattr(module, name, cache(value.__wrapped__))
        sys.argv = words
        main()
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:  # as Python itself does
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


def _checked(done: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    if done.returncode:
        pytest.fail(f"exit {done.returncode} from {done.args}\n{done.stdout}\n{done.stderr}")
    return done


def refused(code: int, *argv: str | Path) -> str:
    """What distgen says where it has to refuse with this exit code, and prints no data."""
    done = distgen(*argv, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


def verify(*words: str | Path, code: int) -> subprocess.CompletedProcess[str]:
    """Run distgen verify, which has to end with this exit code."""
    done = distgen("verify", *words, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def git(tree: Path, *argv: str) -> str:
    """Run git in a tree and return what it printed."""
    identity = ("-c", "user.name=A Developer", "-c", "user.email=developer@example.org")
    return run("git", *identity, *argv, cwd=tree).stdout
