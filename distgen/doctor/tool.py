# SPDX-License-Identifier: GPL-2.0-or-later
"""Tools: what the targets in a kernel tree call, and whether this machine has it."""

import os
import re
import shutil
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from distgen.errors import DistgenError
from distgen.run import run

ALL = "*"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A command or a C header. ``goals`` are those that call it, ``git`` is for git trees only."""

    command: str = ""
    header: str = ""
    purpose: str
    apt: str
    dnf: str
    goals: Sequence[str]
    version: Sequence[str] | None = None
    git: bool = False

    @property
    def name(self) -> str:
        """What it is called where it is listed."""
        return self.command or f"<{self.header}>"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A tool on this machine: not there where ``there`` is not set, of a version if it says one."""

    tool: Tool
    there: bool
    version: str = ""


@cache
def _table() -> dict[str, Any]:
    path = Path(__file__).with_name("tools.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def tools() -> tuple[Tool, ...]:
    """Every tool, in the order of the table."""
    return tuple(Tool(**entry) for entry in _table()["tool"])


def asked(goal: str) -> str:
    """What a goal has to be told, as ``NAME=VALUE``, or nothing."""
    asks: Mapping[str, str] = _table()["asks"]
    return asks.get(goal, "")


def steps(goal: str) -> set[str]:
    """A goal of the table, and all that is done before it."""
    before: Mapping[str, Sequence[str]] = _table()["after"]
    return {goal, ALL}.union(*(steps(earlier) for earlier in before.get(goal, ())))


def needed(goals: Collection[str], *, git: bool) -> list[Tool]:
    """The tools that some goals need, in a git tree or in another."""
    wanted = {step for goal in goals for step in steps(goal)}
    return [tool for tool in tools() if wanted & {*tool.goals} and (git or not tool.git)]


def find(tool: Tool) -> Found:
    """Look for a tool, and ask for its version."""
    if tool.header:
        return Found(tool=tool, there=_compiles(tool.header))
    if not shutil.which(tool.command):
        return Found(tool=tool, there=False)
    argv = [tool.command, "--version"] if tool.version is None else [*tool.version]
    return Found(tool=tool, there=True, version=_version(argv) if argv else "")


def _compiles(header: str) -> bool:
    if not shutil.which("gcc"):
        return False
    argv = ["gcc", "-E", "-include", header, "-x", "c", os.devnull, "-o", os.devnull]
    return run(argv, cwd=Path("/"), check=False).returncode == 0


def _version(argv: Sequence[str]) -> str:
    """The first thing like a version that a command says of itself."""
    try:
        done = run(argv, cwd=Path("/"), check=False)
    except DistgenError:
        return ""
    said = (done.stdout + done.stderr).strip()
    found = re.search(r"\d+\.\d[\w.]*\b", said) or re.search(r"(?<=version )\d+", said)
    return found[0] if found and not done.returncode else ""


def install(missing: Sequence[Tool]) -> str:
    """The command that installs some tools, with this machine's package manager."""
    here = [name for name, command in MANAGERS.items() if shutil.which(command)]
    return ", or ".join(
        install_packages(manager, (getattr(tool, manager) for tool in missing))
        for manager in here[:1] or MANAGERS
    )


def install_packages(manager: str, packages: Iterable[str]) -> str:
    """The command that installs packages, as this user."""
    sudo = "sudo " if os.geteuid() and shutil.which("sudo") else ""
    return f"{sudo}{manager} install {' '.join(dict.fromkeys(packages))}"


MANAGERS = {"apt": "apt-get", "dnf": "dnf"}
