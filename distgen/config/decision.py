# SPDX-License-Identifier: GPL-2.0-or-later
"""A decision: who gave a symbol its value in a configuration."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, kw_only=True)
class Decision:
    """``by`` whom, and ``text`` to say so to people (of a layer without its file and line)."""

    by: By
    text: str


def decide(option: Option | None, setting: Setting | None, findings: Iterable[Finding]) -> Decision:
    """Who decided ``option``; ``setting`` is the last of the layers', ``findings`` are its fate.

    ``option`` is None for a symbol that the arch does not know.
    """
    if option is None:
        return Decision(by=By.UNKNOWN, text="not known to this arch")
    finding = next((finding for finding in findings if finding.kind in UNHONOURED), None)
    if setting and option.visible != "n" and not finding:
        return Decision(by=By.LAYER, text="layer")
    if finding and finding.code in LIMITS:
        return Decision(by=By.LIMITED, text=finding.reason)
    return _without_layer(option)


def _without_layer(option: Option) -> Decision:
    hidden = "no prompt: " if not option.prompt else ""
    if option.selected_by and option.value not in OFF:
        text = f"{hidden}selected by {by_value(option.selected_by)}"
        return Decision(by=By.SELECTED, text=text)
    if option.prompt and option.visible == "n" and option.value in OFF:
        return Decision(by=By.INVISIBLE, text="not visible")
    if option.default == "-":
        what = "another member is set" if option.value in OFF else "this is the default"
        text = f'choice "{"".join(option.menu[-1:])}": {what}'
        return Decision(by=By.CHOICE, text=text)
    if option.implied_by and option.value not in OFF:
        return Decision(by=By.IMPLIED, text=f"{hidden}implied by {by_value(option.implied_by)}")
    unseen = ", not visible" if option.prompt and option.visible == "n" else ""
    return Decision(by=By.DEFAULT, text=f"{hidden}default{unseen}")


def by_value(symbols: Mapping[str, str]) -> str:
    """The first symbols with their values, y before m: ``A[=y], B[=m], C[=m] and 2 more``."""
    ordered = sorted(symbols.items(), key=lambda item: item[1] != "y")
    return listed([f"{name}[={value}]" for name, value in ordered])
