# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits of the text of a layer that leave every other line as it is."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from operator import itemgetter

from distgen.layers.fragment import Setting, scan

LAYER_HEAD = "# SPDX-License-Identifier: GPL-2.0-or-later\n\n"


def put(text: str, *settings: Setting) -> str:
    """Give each symbol its value where it stands, or else at its sorted place.

    A reason that is given takes the place of the one that is there. A text without any setting is
    a new layer, and gets the usual head. However many settings: the text is scanned once.
    """
    there = list(scan(text, ""))
    if settings and not there:
        return _first(text or LAYER_HEAD, settings)
    last = {setting.symbol: setting for setting in there}
    highest = list(accumulate((setting.symbol for setting in there), max))
    edits = []
    for setting in _sorted(settings):
        if own := last.get(setting.symbol):
            start, end = own.first if setting.reason else own.line - 1, own.line
        else:  # below the one that comes before it
            number = bisect(highest, setting.symbol)
            start = end = there[number - 1].line if number else there[0].first
        edits.append((start, end, _lines(setting)))
    lines = text.split("\n")
    for start, end, new in reversed(sorted(edits, key=itemgetter(0, 1))):
        lines[start:end] = new
    return "\n".join(lines)


def _first(text: str, settings: Sequence[Setting]) -> str:
    """The first settings of a text, below a blank line."""
    lines = text.removesuffix("\n").split("\n")
    if lines[-1]:
        lines.append("")
    for setting in _sorted(settings):
        lines += _lines(setting)
    return "\n".join([*lines, ""])


def _sorted(settings: Sequence[Setting]) -> list[Setting]:
    return sorted(settings, key=lambda setting: setting.symbol)


def _lines(setting: Setting) -> list[str]:
    return [*setting.reason, setting.text()]


def take(text: str, *symbols: str) -> str:
    """Take symbols out, every time that they are there, with their reasons."""
    return _without(text, [setting for setting in scan(text, "") if setting.symbol in symbols])


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
