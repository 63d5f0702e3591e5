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

from distgen.distros.family import Family
from distgen.errors import DistgenError
from distgen.run import run

ALL = "*"  # a step of every goal
SOURCE = "source"  # a step of all that make a source package
ALL_FAMILIES = "all"


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
class ToolStatus:
    """A tool on this machine: whether it is there, and its version if it says one."""

    tool: Tool
    there: bool
    version: str = ""


@cache
def _table(name: str) -> Mapping[str, Any]:
    """tools/all.toml, or what is for one family; empty where that has no file."""
    path = Path(__file__).parent / "tools" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def tools(family: Family | None = None) -> list[Tool]:
    """Every tool, in the order of the tables: for all families, and for one."""
    names = (ALL_FAMILIES, family.name) if family else (ALL_FAMILIES,)
    return [Tool(**entry) for name in names for entry in _table(name).get("tool", ())]


def asked(family: Family, goal: str) -> str:
    """What a goal has to be told, as ``NAME=VALUE``, or nothing."""
    return str(_table(family.name).get("asks", {}).get(goal, ""))


def unmet(family: Family, goal: str) -> Mapping[str, str] | None:
    """What knows which packages a goal lacks, as tools/deb.toml describes it."""
    entry: Mapping[str, str] | None = _table(family.name).get("unmet", {}).get(goal)
    return entry


def steps(goal: str, family: Family | None = None) -> set[str]:
    """A goal of the tables, and all that is done before it: by default the source package."""
    before: dict[str, Sequence[str]] = {}
    if family:
        source, *others = family.goals
        before = {source: (SOURCE,), **dict.fromkeys(others, (source,))}
        before |= _table(family.name).get("after", {})
    before |= _table(ALL_FAMILIES)["after"]
    return {goal, ALL}.union(*(steps(earlier, family) for earlier in before.get(goal, ())))


def needed(goals: Collection[str], family: Family | None = None, *, git: bool) -> list[Tool]:
    """The tools that some goals need, in a git tree or in another."""
    wanted = {step for goal in goals for step in steps(goal, family)}
    return [one for one in tools(family) if wanted & {*one.goals} and (git or not one.git)]


def find(tool: Tool) -> ToolStatus:
    """Look for a tool, and ask for its version."""
    if tool.header:
        return ToolStatus(tool=tool, there=_compiles(tool.header))
    if not shutil.which(tool.command):
        return ToolStatus(tool=tool, there=False)
    argv = [tool.command, "--version"] if tool.version is None else [*tool.version]
    return ToolStatus(tool=tool, there=True, version=_version(argv) if argv else "")


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
