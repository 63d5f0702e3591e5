# SPDX-License-Identifier: GPL-2.0-or-later
"""The hook: what makes ``make`` read Makefile.distro beside the kernel's own Makefile.

``overlay`` is an untracked GNUmakefile. ``patch`` is three blocks of whole lines in the kernel's
Makefile, as an upstream proposal would have them: removing them gives the file back byte for byte.
In a tree without ``distro/`` they do nothing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from distgen.errors import UnsupportedError, UsageError

OVERLAY_FILE = "GNUmakefile"
PATCHED_FILE = "Makefile"


class Hook(StrEnum):
    """How a tree's make comes to our goals."""

    OVERLAY = "overlay"
    PATCH = "patch"


OURS = re.compile(r"distro-goals|Makefile\.distro|distro/Makefile\.goals")


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines for the Makefile. They go below the only text that ``below`` matches."""

    text: str
    below: str
    what: str  # it matches, for people


def apply(text: str, path: str = PATCHED_FILE) -> str:
    """A kernel's Makefile with the hook, whether it was there or not.

    ``path`` is for messages. Raises UnsupportedError if a block has no place, UsageError if the
    hook was changed by hand.
    """
    text = undo(text, path)
    if not text.endswith("\n"):
        where = f"{path}:{_line(text, len(text))}"
        raise _unsupported(where, "no newline at its end")
    places = [(_place(block, text, path), block.text) for block in BLOCKS]
    for index, lines in sorted(places, reverse=True):
        text = text[:index] + lines + text[index:]
    return text


def undo(text: str, path: str = PATCHED_FILE) -> str:
    """A Makefile without the hook; what others have changed in it stays.

    Raises UsageError, with the line, if the hook was changed by hand.
    """
    for block in BLOCKS:
        text = text.replace(block.text, "", 1)
    for number, line in enumerate(text.split("\n"), 1):
        if OURS.search(line):
            message = f"{path}:{number}: distgen's hook, changed by hand: {line.strip()}"
            raise UsageError(message, f"remove these lines: ${{EDITOR:-vi}} +{number} {path}")
    return text


def is_in(text: str) -> bool:
    """Whether a Makefile has all of the hook, as ``apply`` puts it there."""
    return all(text.count(block.text) == 1 for block in BLOCKS)


def is_partly_in(text: str) -> bool:
    """Whether a Makefile has anything of the hook."""
    return bool(OURS.search(text))


def _place(block: Block, text: str, path: str) -> int:
    """Where a block goes: its index in the text."""
    found = [*re.finditer(block.below, text, re.M)]
    if not found:
        raise _unsupported(path, f"no line begins with {block.what}")
    first, *others = (_line(text, match.start()) for match in found)
    if others:
        where = f"{path}:{others[0]}"
        raise _unsupported(where, f"as line {first}, this one begins with {block.what}")
    rules = re.findall(r"^([^\s#:=]+)[^\S\n]*:(?!=)", text[: found[0].start()], re.M)
    if block is HELP and rules[-1:] != ["help"]:
        where = f"{path}:{first}"
        raise _unsupported(where, f"this line is not in the rule of help {block.what}")
    return found[0].end()


def _line(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def _unsupported(where: str, problem: str) -> UnsupportedError:
    message = f"{where}: no place for the hook: {problem}"
    return UnsupportedError(message, "use the hook that needs none: distgen init --hook overlay")


# The goals that need no .config
GOALS = Block(
    below=r"^no-dot-config-targets[^\S\n]*:?=(?:.*\\\n)*.*\n",
    what="no-dot-config-targets :=",
    text="""\
-include $(srctree)/distro/Makefile.goals
no-dot-config-targets += $(distro-goals)
""",
)
# The rule of the kernel's own packages
PACKAGES = Block(
    below=r"^%pkg[^\S\n]*:.*\n(?:\t.*\n)*",
    what="%pkg:",
    text="""\

# Configurations and source packages for distributions
# ---------------------------------------------------------------------------

ifneq ($(filter $(distro-goals),$(MAKECMDGOALS)),)
include $(srctree)/Makefile.distro
endif
""",
)
# What help says of the kernel's own packages
HELP = Block(
    below=r"^(?=\t@echo[^\S\n]+'Documentation targets:')",
    what="@echo 'Documentation targets:' of help",
    text="""\
ifdef distro-goals
	@$(MAKE) -f $(srctree)/Makefile.distro distro-help
	@echo  ''
endif
""",
)
BLOCKS = (GOALS, PACKAGES, HELP)
