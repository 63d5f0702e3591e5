# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the files that ship with distgen are: templates, layers, scripts."""

from functools import cache
from pathlib import Path

from distgen.errors import UnsupportedError


@cache
def shipped() -> Path:
    """The folder that holds ``templates/``, ``distro/`` and ``Makefile.distro``.

    In a checkout and an editable install that is the top of the project, in an installed wheel
    ``shipped/`` inside the package.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "shipped", package.parent):
        if (folder / "templates").is_dir() and (folder / "distro" / "configs").is_dir():
            return folder
    message = f"{package}: the templates and layers that ship with distgen are not there"
    raise UnsupportedError(message, "pip install --force-reinstall kernel-distgen")
