# SPDX-License-Identifier: GPL-2.0-or-later
"""The name of a distribution: a folder of ``distro/`` and the first part of make targets."""

import re

from distgen.distros.families import families
from distgen.errors import UsageError

LONGEST = 40  # characters
NAME = re.compile(r"[a-z][a-z0-9]*(\.[0-9]+)*")
# Other folders of distro/, and words of Makefile.distro and of kernel trees
RESERVED = {"configs", "scripts", "out", "templates", "package", "distro", "kconfig"}
# The kernel's Makefile has patterns for the goals that begin so
KBUILD = re.compile(r"help.*|check.*|clang|kselftest")


def check_name(name: str) -> str:
    """Return ``name`` as it is, or raise UsageError if it cannot name a distribution."""
    shown = name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
    message = f"{shown!r} cannot name a distribution"
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        hint = f"use up to {LONGEST} lower-case letters and digits, a letter first, as in el9.4"
        raise UsageError(message, hint)
    if name in RESERVED or name in families():
        raise UsageError(message, f"distgen uses {name} itself: choose another name")
    if KBUILD.fullmatch(name):
        raise UsageError(
            message, f"the kernel's Makefile takes {name}-configs: choose another name"
        )
    return name
