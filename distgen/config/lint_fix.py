# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixing: the layers without what lint has found, shown to make the same configurations."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from distgen.config.change import Change, values_of
from distgen.config.effect import arrow
from distgen.config.lint import Defect, DefectKind, Lint
from distgen.distros.variant import Variant
from distgen.kconfig.batch import Configuration
from distgen.kconfig.values import changed
from distgen.kernel.tree import Tree
from distgen.layers import edit
from distgen.layers.fragment import Setting
from distgen.layers.place import Place

ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Refused:
    """An option that would have come out otherwise in a variant: value before and after."""

    symbol: str
    variant: Variant
    before: str
    after: str

    def text(self) -> str:
        what = arrow(self.before, self.after)
        return f"not fixed: CONFIG_{self.symbol} would change in {self.variant}: {what}"


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """A change that makes the same configurations, what it fixes, and what it had to leave."""

    change: Change
    fixed: Collection[Defect]
    refused: Collection[Refused]


def fix_all(tree: Tree, lint: Lint) -> Fixed:
    """All that can be fixed so that not a byte of any configuration changes.

    Whole configurations are compared. What would change one is left out and tried again without;
    where that does not help nothing is fixed at all.
    """
    planned, unsorted = dict(lint.planned), set(lint.owned)
    said = values_of(lint.texts, lint.precedence.layout)
    refused: dict[str, Refused] = {}
    for _ in range(ROUNDS):
        change = _change(lint, planned, unsorted)
        differing = _differing(lint.resolved, change.resolve_after(tree, change.readers))
        if not differing:
            fixed = [f for f in lint.defects if _is_fixed(f, planned, unsorted)]
            return Fixed(change=change, fixed=fixed, refused=refused.values())
        refused = {**differing, **refused}
        if planned.keys() & differing.keys():
            planned = {s: values for s, values in planned.items() if s not in differing}
        else:  # the order of a file decides between two members of a choice
            unsorted -= {place for symbol in differing for place in said.get(symbol, ())}
    same = Change(precedence=lint.precedence, before=lint.texts, after=lint.texts)
    return Fixed(change=same, fixed=(), refused=refused.values())


def _change(
    lint: Lint, planned: Mapping[str, Mapping[Place, str]], unsorted: Collection[Place]
) -> Change:
    """The files in order, and the lines of the planned symbols where they are to be."""
    texts = dict(lint.texts)
    for place in lint.owned:
        texts[place] = (edit.tidy if place in unsorted else edit.once)(texts[place])
    said = values_of(lint.texts, lint.precedence.layout)
    taken, put = defaultdict[Place, list[str]](list), defaultdict[Place, list[Setting]](list)
    for symbol, values in planned.items():
        lines = said[symbol]
        for place in lines.keys() - values.keys():
            taken[place].append(symbol)
        for place, value in values.items():
            if place not in lines or lines[place].value != value:
                reasons = [s.reason for s in lines.values() if s.reason and s.value == value]
                reason = next(iter(reasons), ())
                put[place].append(Setting(symbol=symbol, value=value, reason=reason))
    for place, symbols in taken.items():
        texts[place] = edit.take(texts[place], *symbols)
    for place, settings in put.items():
        texts[place] = edit.put(texts.get(place, ""), *settings)
    return Change(precedence=lint.precedence, before=lint.texts, after=texts)


def _is_fixed(defect: Defect, planned: Collection[str], unsorted: Collection[Place]) -> bool:
    if defect.kind is DefectKind.UNSORTED:
        return defect.place in unsorted
    return defect.kind is DefectKind.DUPLICATE or defect.symbol in planned


def _differing(
    before: Mapping[Variant, Configuration], after: Mapping[Variant, Configuration]
) -> dict[str, Refused]:
    """The options that do not come out the same, each with the first variant of it."""
    found: dict[str, Refused] = {}
    for variant, configuration in after.items():
        for symbol, (was, now) in changed(before[variant].config, configuration.config).items():
            refused = Refused(symbol=symbol, variant=variant, before=was, after=now)
            found.setdefault(symbol, refused)
    return found


def as_object(lint: Lint, done: Fixed | None) -> dict[str, Any]:
    """What lint has found, and what was fixed of it, for a script."""
    return {
        "findings": [
            {
                "path": f"distro/{defect.place.path}",
                **{key: getattr(defect, key) for key in ("line", "kind", "symbol", "why")},
                "fixed": done is not None and defect in done.fixed,
            }
            for defect in lint.defects
        ],
        "overrides_without_reason": lint.bare,
        "refused": [vars(refused) for refused in (done.refused if done else ())],
    }
