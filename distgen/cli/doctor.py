# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ``distgen doctor``."""

from pathlib import Path

import typer

from distgen.cli.options import JsonOption, TreeArgument
from distgen.errors import Exit
from distgen.log import print_json

EPILOG = "Examples: distgen doctor ~/linux; distgen doctor --json"


def doctor(
    tree: TreeArgument = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show which targets of a tree can run on this machine, and what the others need.

    Exit 1 where one cannot run.
    """
    from distgen.doctor.doctor import as_object, as_text, examine  # noqa: PLC0415
    from distgen.kernel.tree import open_tree  # noqa: PLC0415

    diagnosis = examine(open_tree(tree))
    if as_json:
        print_json(as_object(diagnosis))
    else:
        print(as_text(diagnosis))
    raise typer.Exit(Exit.OK if diagnosis.fine else Exit.FINDINGS)
