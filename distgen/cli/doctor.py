# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ``distgen doctor``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distgen.errors import Exit
from distgen.log import print_json

if TYPE_CHECKING:
    from distgen.doctor.doctor import Diagnosis, Obstacle

EPILOG = "Examples: distgen doctor ~/linux; distgen doctor --json"


def doctor(
    tree: Annotated[
        Path, typer.Argument(metavar="[TREE]", help="Top of the kernel tree.", show_default="here")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Say which targets of a tree can run on this machine, and what the others need.

    Exit 1 where one cannot run.
    """
    from distgen.doctor.doctor import examine  # noqa: PLC0415

    diagnosis = examine(tree)
    if as_json:
        print_json(_object(diagnosis))
    else:
        print(_text(diagnosis))
    raise typer.Exit(Exit.OK if diagnosis.fine else Exit.FINDINGS)


def _text(diagnosis: "Diagnosis") -> str:
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


def _lines(obstacles: "Sequence[Obstacle]") -> list[str]:
    return [f"    {line}" for one in obstacles for line in (one.why, f"  {one.mend}")]


def _object(diagnosis: "Diagnosis") -> dict[str, Any]:
    return {
        "tree": str(diagnosis.tree.path),
        "kernel": diagnosis.tree.version,
        "git": diagnosis.git,
        "hook": diagnosis.hook,
        "obstacles": [_obstacle(one) for one in diagnosis.obstacles],
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
                "obstacles": [_obstacle(one) for one in target.obstacles],
            }
            for target in diagnosis.targets
        ],
    }


def _obstacle(one: "Obstacle") -> dict[str, str]:
    return {"why": one.why, "mend": one.mend}
