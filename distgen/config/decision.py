# SPDX-License-Identifier: GPL-2.0-or-later
"""A decision: who gave a symbol its value in a configuration."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from distgen.distros.finding_kind import UNHONOURED
from distgen.kconfig.finding import Code, Finding
from distgen.kconfig.option import Option
from distgen.layers.fragment import Setting
from distgen.words import listed

OFF = ("n", "-")
LIMITS = (Code.RANGE, Code.LIMITED)  # what keeps a value in bounds


class By(StrEnum):
    """Who can decide, as ``--json`` calls it."""

    LAYER = "layer"
    LIMITED = "limited"
    SELECTED = "selected"
    IMPLIED = "implied"
    CHOICE = "choice"
    DEFAULT = "default"
    INVISIBLE = "not visible"
    UNKNOWN = "unknown"


class Decision(NamedTuple):
    """``by`` whom, and ``text`` to say so to people (of a layer without its file and line)."""

    by: By
    text: str


def decide(option: Option | None, setting: Setting | None, findings: Iterable[Finding]) -> Decision:
    """Who decided ``option``; ``setting`` is the last of the layers', ``findings`` are its fate.

    ``option`` is None for a symbol that the arch does not know.
    """
    if option is None:
        return Decision(By.UNKNOWN, "not known to this arch")
    finding = next((finding for finding in findings if finding.kind in UNHONOURED), None)
    if setting and option.visible != "n" and not finding:
        return Decision(By.LAYER, "layer")
    if finding and finding.code in LIMITS:
        return Decision(By.LIMITED, finding.reason)
    return _without_layer(option)


def _without_layer(option: Option) -> Decision:
    hidden = "no prompt: " if not option.prompt else ""
    if option.selected_by and option.value not in OFF:
        return Decision(By.SELECTED, f"{hidden}selected by {by_value(option.selected_by)}")
    if option.prompt and option.visible == "n" and option.value in OFF:
        return Decision(By.INVISIBLE, "not visible")
    if option.default == "-":
        what = "another member is set" if option.value in OFF else "this is the default"
        return Decision(By.CHOICE, f'choice "{"".join(option.menu[-1:])}": {what}')
    if option.implied_by and option.value not in OFF:
        return Decision(By.IMPLIED, f"{hidden}implied by {by_value(option.implied_by)}")
    unseen = ", not visible" if option.prompt and option.visible == "n" else ""
    return Decision(By.DEFAULT, f"{hidden}default{unseen}")


def by_value(symbols: Mapping[str, str]) -> str:
    """The first symbols with their values, y before m: ``A[=y], B[=m], C[=m] and 2 more``."""
    ordered = sorted(symbols.items(), key=lambda item: item[1] != "y")
    return listed([f"{name}[={value}]" for name, value in ordered])
