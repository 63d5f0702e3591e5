# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits of the text of a layer that leave every other line as it is."""

from collections.abc import Sequence

from distgen.layers.fragment import Setting, scan

LAYER_HEAD = "# SPDX-License-Identifier: GPL-2.0-or-later\n\n"


def put(text: str, setting: Setting) -> str:
    """Give the symbol that value where it stands, or else at its sorted place.

    A reason that is given takes the place of the one that is there. A text without any is a new
    layer, and gets the usual head.
    """
    text = text or LAYER_HEAD
    lines, there = text.split("\n"), list(scan(text, ""))
    new = [*setting.reason, setting.text()]
    own = [found for found in there if found.symbol == setting.symbol]
    if own:
        lines[own[-1].first if setting.reason else own[-1].line - 1 : own[-1].line] = new
    elif there:
        at = _place(there, setting.symbol)
        lines[at:at] = new
    else:
        end = len(lines) - 1 if lines[-1] == "" else len(lines)
        blank = [""] if end and lines[end - 1] else []
        lines[end:] = [*blank, *new, ""]
    return "\n".join(lines)


def _place(there: Sequence[Setting], symbol: str) -> int:
    """The line before which a new symbol goes: below the one that comes before it."""
    for number, setting in enumerate(there):
        if setting.symbol > symbol:
            return there[number - 1].line if number else setting.first
    return there[-1].line


def take(text: str, symbol: str) -> str:
    """Take a symbol out, every time that it is there, with its reasons."""
    return _without(text, [setting for setting in scan(text, "") if setting.symbol == symbol])


def once(text: str) -> str:
    """Each symbol once, with the value that counts: the last."""
    there = list(scan(text, ""))
    last = {setting.symbol: setting for setting in there}
    return _without(text, [setting for setting in there if setting is not last[setting.symbol]])


def _without(text: str, gone: Sequence[Setting]) -> str:
    lines = text.split("\n")
    for setting in reversed(gone):
        del lines[setting.first : setting.line]
    return "\n".join(lines)


def tidy(text: str) -> str:
    """Each symbol once, and sorted. Lines of no setting stay at their place among the others."""
    text = once(text)
    lines, there = text.split("\n"), list(scan(text, ""))
    blocks = [lines[s.first : s.line] for s in sorted(there, key=lambda found: found.symbol)]
    for setting, block in reversed(list(zip(there, blocks, strict=True))):
        lines[setting.first : setting.line] = block
    return "\n".join(lines)
