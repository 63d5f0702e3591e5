# SPDX-License-Identifier: GPL-2.0-or-later
"""The doctor: which targets of a kernel tree can run on this machine, and what keeps the others."""

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from distgen.distros.distro import Distro
from distgen.distros.load import load_all
from distgen.doctor import tool
from distgen.doctor.tool import ToolStatus
from distgen.errors import DistgenError
from distgen.kernel import hook
from distgen.kernel.hook import Hook
from distgen.kernel.tree import Tree
from distgen.run import run
from distgen.store import lock

# Variables of distro/scripts/version that Makefile.distro sets, whatever is in the environment
NOT_OURS = ("BUILDID", "SUITE", "DISTRO_SUITE", "DISTRO_REVISION", "DISTRO_KERNEL", "DISTRO_ARCHES")


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What keeps a target from running, and the command that fixes it."""

    why: str
    fix: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """A target of Makefile.distro; ``asks`` is a variable that it has to be told as well."""

    name: str
    asks: str = ""
    obstacles: Sequence[Obstacle] = ()


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """What there is to say of a tree. ``hook`` is None where distgen is not installed."""

    tree: Tree
    git: str
    hook: Hook | None
    tools: Sequence[ToolStatus]
    targets: Sequence[Target]
    obstacles: Sequence[Obstacle]  # to all of them

    @property
    def fine(self) -> bool:
        """Whether every target can run."""
        return not self.obstacles and not any(target.obstacles for target in self.targets)


def examine(tree: Tree) -> Diagnosis:
    """Look at a tree and at this machine; nothing is changed."""
    before = lock.read(tree.path)
    distros = load_all([tree.path / "distro"], before.distros) if before else []
    in_git = (tree.path / ".git").exists()
    git, untold = _git(tree) if in_git else ("none: packages hold the tree as it is", [])
    wanted = {
        one.name: one
        for distro in distros
        for one in tool.needed(distro.goals, distro.family, git=in_git)
    }
    found = [tool.find(one) for one in wanted.values() or tool.needed(["configs"], git=in_git)]
    missing = {one.tool.name for one in found if not one.there}
    return Diagnosis(
        tree=tree,
        git=git,
        hook=before.hook if before else None,
        tools=found,
        targets=[
            _target(tree, distro, goal, missing, untold)
            for distro in distros
            for goal in distro.goals
        ],
        obstacles=list(_of_all(tree, before)),
    )


def _of_all(tree: Tree, before: lock.Lock | None) -> list[Obstacle]:
    """What keeps every target of a tree."""
    if before is None:
        fix = f"distgen init {tree.path} --distro fedora"
        return [Obstacle(why="distgen is not installed in this tree", fix=fix)]
    found = []
    if re.search(r"[\s:]", str(tree.path)):
        why = "make cannot work where there is a space or a colon in the path"
        found.append(Obstacle(why=why, fix=f"mv '{tree.path}' {tree.path.name.split()[0]}"))
    if not _has_hook(tree, before.hook):
        why = f"the hook is gone from the {_hook_file(before.hook)}"
        found.append(Obstacle(why=why, fix=f"distgen init {tree.path}"))
    if not (tree.path / "Makefile.distro").is_file():
        why = "Makefile.distro is gone"
        found.append(Obstacle(why=why, fix=f"distgen init {tree.path}"))
    return found


def _hook_file(mode: Hook) -> str:
    return hook.PATCHED_FILE if mode is Hook.PATCH else hook.OVERLAY_FILE


def _has_hook(tree: Tree, mode: Hook) -> bool:
    path = tree.path / _hook_file(mode)
    if mode is Hook.OVERLAY:
        return path.is_file()
    return hook.is_in(path.read_bytes().decode(errors="surrogateescape"))


def _target(
    tree: Tree, distro: Distro, goal: str, missing: set[str], untold: Sequence[Obstacle]
) -> Target:
    """What keeps one target; ``untold`` is what keeps all that need the version."""
    steps = tool.steps(goal, distro.family)
    lacking = [one for one in tool.needed([goal], distro.family, git=True) if one.name in missing]
    obstacles = []
    if lacking:
        names = " and ".join(one.name for one in lacking)
        why = f"{names} {'is' if len(lacking) == 1 else 'are'} not installed"
        obstacles.append(Obstacle(why=why, fix=tool.install(lacking)))
    if tool.SOURCE in steps:
        obstacles += untold
    if "configs" in steps and not _writable(tree):
        fix = f"make O=/path/to/another {distro.name}-{goal}"
        obstacles.append(Obstacle(why=f"cannot write to {tree.path}/distro/out", fix=fix))
    return Target(
        name=f"{distro.name}-{goal}",
        asks=_asks(distro, goal),
        obstacles=[*obstacles, *_unmet(tree, distro, goal)],
    )


def _asks(distro: Distro, goal: str) -> str:
    """``NAME=VALUE`` where nothing says yet what a goal has to be told, else nothing."""
    asks = tool.asked(distro.family, goal)
    told = os.environ.get(asks.partition("=")[0]) or getattr(distro, goal, "")
    return "" if told else asks


def _writable(tree: Tree) -> bool:
    """Whether distro/out is there to be written to, or can be made."""
    out = tree.path / "distro" / "out"
    return os.access(out if out.exists() else out.parent, os.W_OK | os.X_OK)


def _unmet(tree: Tree, distro: Distro, goal: str) -> list[Obstacle]:
    """The packages that a goal asks for and this machine lacks, where its package manager says."""
    unmet = tool.unmet(distro.family, goal)
    if unmet is None or not shutil.which(unmet["command"]):
        return []
    file = tree.path / "distro" / distro.name / "package" / unmet["file"]
    said = run([unmet["command"], str(file)], cwd=tree.path, check=False).stderr
    found = re.search(unmet["pattern"], said)
    if not found:
        return []
    names = re.sub(r"\([^)]*\)|\| \S+|:\w+", "", found[1]).split()
    fix = tool.install_packages(unmet["manager"], names)
    return [Obstacle(why=f"{unmet['builder']} asks for {' '.join(names)}", fix=fix)]


def _git(tree: Tree) -> tuple[str, list[Obstacle]]:
    """The state of a git tree in words, and what keeps targets that need to know it.

    Where distgen has been it is what the packages' version comes from.
    """
    if not shutil.which("git"):
        return "git is not installed", []
    script = tree.path / "distro" / "scripts" / "version"
    env = {"SRCTREE": str(tree.path), **dict.fromkeys(NOT_OURS, "")}
    if not script.is_file():
        argv = ["git", "--no-optional-locks", "rev-parse", "--short", "HEAD"]
        head = run(argv, cwd=tree.path, check=False).stdout.strip()
        return head or "HEAD cannot be read", []
    try:
        done = run([str(script)], cwd=tree.path, extra_env=env, check=False)
    except (OSError, DistgenError):
        return "unknown", []
    if done.returncode:
        why, _, fix = done.stderr.strip().rpartition("\n")
        why = why.rpartition("\n")[2].removeprefix("distro: ")
        return f"not read: {why}", [Obstacle(why=why, fix=fix.strip())]
    return _in_words(dict(re.findall(r"^(\w+)='(.*)'$", done.stdout, re.M))), []


def _in_words(version: dict[str, str]) -> str:
    """``v6.12.107 and 3 commits, changes that are not committed``."""
    head = version["head"][:12]
    parts = [version["tag"] or f"{head}, no release tag in its history: packages hold its tree"]
    count = int(version["count"])
    if version["tag"] and count:
        parts[0] += f" and {count} commit{'s' if count > 1 else ''}, {head}"
    if version["shallow"]:
        parts.append("a shallow clone")
    if version["dirty"]:
        parts.append("changes that are not committed")
    return ", ".join(parts)


def as_text(diagnosis: Diagnosis) -> str:
    """The tree, the tools, and each target with what keeps it from running."""
    lines = [
        f"kernel  {diagnosis.tree.version}, {diagnosis.tree.path}",
        f"git     {diagnosis.git}",
        f"hook    {diagnosis.hook or 'none'}",
        *_lines(diagnosis.obstacles),
        "",
    ]
    for found in diagnosis.tools:
        version = (found.version or "there") if found.there else "missing"
        lines.append(f"{found.tool.name:18} {version:11} {found.tool.purpose}")
    lines.append("")
    for target in diagnosis.targets:
        asks = f", with {target.asks}" if target.asks else ""
        can = "cannot run" if target.obstacles or diagnosis.obstacles else f"can run{asks}"
        lines += [f"{target.name:24} {can}", *_lines(target.obstacles)]
    return "\n".join(lines).rstrip()


def _lines(obstacles: Sequence[Obstacle]) -> list[str]:
    return [f"    {line}" for one in obstacles for line in (one.why, f"  {one.fix}")]


def as_object(diagnosis: Diagnosis) -> dict[str, Any]:
    """The same for a script."""
    return {
        "tree": str(diagnosis.tree.path),
        "kernel": diagnosis.tree.version,
        "git": diagnosis.git,
        "hook": diagnosis.hook,
        "obstacles": [vars(one) for one in diagnosis.obstacles],
        "tools": [
            {
                "name": found.tool.name,
                "there": found.there,
                "version": found.version or None,
                "purpose": found.tool.purpose,
                "apt": found.tool.apt,
                "dnf": found.tool.dnf,
            }
            for found in diagnosis.tools
        ],
        "targets": [
            {
                "name": target.name,
                "runs": not (target.obstacles or diagnosis.obstacles),
                "asks": target.asks or None,
                "obstacles": [vars(one) for one in target.obstacles],
            }
            for target in diagnosis.targets
        ],
    }
