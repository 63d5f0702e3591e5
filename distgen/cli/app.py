# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands ``distgen`` and ``distgen config``, which each module of this folder adds to."""

import typer

app = typer.Typer(
    name="distgen",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    help="Distribution configurations and source packages for any Linux kernel tree.",
    epilog="Exit codes: 0 fine, 1 findings, 2 usage, 3 unsupported, 4 a command failed.",
)
config = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Layers and their options.")
app.add_typer(config, name="config")
