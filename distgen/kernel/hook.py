# SPDX-License-Identifier: GPL-2.0-or-later
"""The hook: what makes ``make`` read Makefile.distro beside the kernel's own Makefile.

``overlay`` is an untracked GNUmakefile. ``patch`` is three blocks of lines in
the kernel's Makefile, as an upstream proposal would have them. Each is put where the Makefile says
that it belongs, whatever the number of the line; nothing of the kernel's own is changed, so taking
them out gives the file back byte for byte. In a tree without ``distro/`` they do nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from distgen.errors import UnsupportedError, UsageError

OVERLAY_FILE = "GNUmakefile"
PATCHED_FILE = "Makefile"


class Hook(StrEnum):
    """How a tree's make comes to our goals."""

    OVERLAY = "overlay"
    PATCH = "patch"


Lines = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines for the Makefile; ``place`` says before which of its lines they go."""

    text: str
    place: Callable[[Lines, str], int]


def apply(text: str, path: str = PATCHED_FILE) -> str:
    """A kernel's Makefile with the hook, whether it was there or not.

    ``path`` is for messages. Raises UnsupportedError where a place is not to be found, UsageError
    where the hook was changed by hand.
    """
    lines = LINE.findall(undo(text, path))
    if not "".join(lines).endswith("\n"):
        where = f"{path}:{len(lines)}"
        raise _unsupported(where, "no newline at its end", "")
    places = [(block.place(lines, path), block.text) for block in BLOCKS]
    for index, block in sorted(places, reverse=True):
        lines.insert(index, block)
    return "".join(lines)


def undo(text: str, path: str = PATCHED_FILE) -> str:
    """A Makefile without the hook; what others have changed in it stays.

    Raises UsageError, with the line, where the hook was changed by hand.
    """
    for block in BLOCKS:
        text = text.replace(block.text, "", 1)
    for number, line in enumerate(LINE.findall(text), 1):
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


LINE = re.compile(r"[^\n]*\n|[^\n]+")
OURS = re.compile(r"distro-goals|Makefile\.distro|distro/Makefile\.goals")


def _after_goals(lines: Lines, path: str) -> int:
    """Below the assignment of the goals that need no .config."""
    start = _only(lines, path, r"no-dot-config-targets\s*:?=", "no-dot-config-targets :=")
    end = start
    while lines[end].rstrip("\n").endswith("\\") and end + 1 < len(lines):
        end += 1
    return end + 1


def _after_packages(lines: Lines, path: str) -> int:
    """Below the rule of the kernel's own packages."""
    start = _only(lines, path, r"%pkg\s*:", "%pkg:")
    end = start + 1
    while end < len(lines) and lines[end].startswith("\t"):
        end += 1
    return end


def _in_help(lines: Lines, path: str) -> int:
    """In help, below what it says of the kernel's own packages."""
    what = "@echo 'Documentation targets:' of help"
    index = _only(lines, path, r"\t@echo\s+'Documentation targets:'", what)
    rules = [i for i, line in enumerate(lines[:index]) if re.match(r"[^\s#:=]+\s*:(?!=)", line)]
    if not rules or not re.match(r"help\s*:", lines[rules[-1]]):
        where = f"{path}:{index + 1}"
        raise _unsupported(where, "this line is not in the rule of help", what)
    return index


def _only(lines: Lines, path: str, pattern: str, what: str) -> int:
    """The index of the one line that matches from its start."""
    found = [index for index, line in enumerate(lines) if re.match(pattern, line)]
    if not found:
        raise _unsupported(path, "no line begins with", what)
    if len(found) > 1:
        where = f"{path}:{found[1] + 1}"
        raise _unsupported(where, f"as line {found[0] + 1}, this one begins with", what)
    return found[0]


def _unsupported(where: str, problem: str, what: str) -> UnsupportedError:
    message = f"{where}: no place for the hook: {problem} {what}".rstrip()
    return UnsupportedError(message, "use the hook that needs none: distgen init --hook overlay")


BLOCKS = (
    Block(
        place=_after_goals,
        text="""\
-include $(srctree)/distro/Makefile.goals
no-dot-config-targets += $(distro-goals)
""",
    ),
    Block(
        place=_after_packages,
        text="""\

# Configurations and source packages for distributions
# ---------------------------------------------------------------------------

ifneq ($(filter $(distro-goals),$(MAKECMDGOALS)),)
include $(srctree)/Makefile.distro
endif
""",
    ),
    Block(
        place=_in_help,
        text="""\
ifdef distro-goals
	@$(MAKE) -f $(srctree)/Makefile.distro distro-help
	@echo  ''
endif
""",
    ),
)
