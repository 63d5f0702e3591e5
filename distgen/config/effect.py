# SPDX-License-Identifier: GPL-2.0-or-later
"""The effect of a change of layers: what Kconfig makes of them before and after."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from distgen.config.change import Change, values_of
from distgen.distros.finding_kind import REFUSED, Kind
from distgen.distros.variant import Variant
from distgen.kconfig.batch import Configuration
from distgen.kconfig.finding import Code, Finding
from distgen.kconfig.values import NONE, changed, parse_values
from distgen.layers.fragment import Setting
from distgen.layers.layout import Layout, in_words
from distgen.layers.place import Place, line_of, selectors
from distgen.words import listed, plural

NAMED = 10  # other options that are named
NOT_SET = (*REFUSED, Kind.WARNING)
Said = Mapping[str, Mapping[Place, Setting]]
Resolved = Mapping[Variant, tuple[Configuration, Configuration]]


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What changes in some variants, in all in the same way: values as Kconfig resolves them.

    ``others`` are the options that change with it, each with its value before and after.
    """

    symbol: str
    before: str
    after: str
    others: tuple[tuple[str, str, str], ...]
    variants: tuple[Variant, ...]

    def text(self, layout: Layout) -> str:
        same = self.before == self.after
        what = f"stays {_value(self.after)}" if same else arrow(self.before, self.after)
        line = f"CONFIG_{self.symbol}: {what} in {in_words(self.variants, layout.variants)}"
        if not self.others:
            return line
        count = len(self.others)
        others = listed([f"{name} {arrow(old, new)}" for name, old, new in self.others], NAMED)
        return f"{line}, and {count} other {plural('option', count)}: {others}"


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """Variants in which a symbol stays as it is although the layer changes, and ``why``.

    ``hint`` is the command that would change that, where there is one.
    """

    symbol: str
    value: str
    why: str
    hint: str
    variants: tuple[Variant, ...]

    def text(self, layout: Layout) -> str:
        """A line, and a second one for the hint."""
        where = in_words(self.variants, layout.variants)
        line = f"CONFIG_{self.symbol}: stays {_value(self.value)} in {where}: {self.why}"
        return f"{line}\n  {self.hint}" if self.hint else line


@dataclass(frozen=True, kw_only=True)
class NowUndecided:
    """A symbol that no layer decides now in some variants, its value there, and its prompt."""

    symbol: str
    value: str
    where: str
    variants: tuple[Variant, ...]

    def text(self, layout: Layout) -> str:
        where = in_words(self.variants, layout.variants)
        return f"{self.where}: CONFIG_{self.symbol} is undecided, {self.value} in {where}"


def arrow(before: str, after: str) -> str:
    """``y -> none``."""
    return f"{_value(before)} -> {_value(after)}"


def _value(value: str) -> str:
    return "none" if value == NONE else value


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An edit and its effects; ``notes`` are for people."""

    change: Change
    effects: Sequence[Effect] = ()
    unchanged: Sequence[Unchanged] = ()
    undecided: Sequence[NowUndecided] = ()
    notes: Sequence[str] = ()


def outcome(
    change: Change,
    place: Place,
    resolved: Resolved,
    values: Mapping[str, str | None],
    notes: Sequence[str],
) -> Outcome:
    """What changes in which variants, and where it does not although it was asked for."""
    undecided: dict[tuple[str, str, str], list[Variant]] = {}
    for variant, (before, after) in resolved.items():
        known = {f.symbol for f in before.findings if f.kind is Kind.UNDECIDED}
        for finding in after.findings:
            if finding.kind is Kind.UNDECIDED and finding.symbol in values.keys() - known:
                key = (finding.symbol, finding.got, f"{finding.path}:{finding.line}")
                undecided.setdefault(key, []).append(variant)
    return Outcome(
        change=change,
        effects=effects(resolved, values),
        unchanged=list(_unchanged(change, place, resolved, values)),
        undecided=[
            NowUndecided(symbol=symbol, value=got, where=where, variants=tuple(variants))
            for (symbol, got, where), variants in sorted(undecided.items())
        ],
        notes=notes,
    )


def effects(resolved: Resolved, symbols: Collection[str]) -> list[Effect]:
    """How the symbols change, folded; a variant in which only others do counts for the first."""
    folded: dict[tuple[str, str, str, tuple[tuple[str, str, str], ...]], list[Variant]] = {}
    for variant, (before, after) in resolved.items():
        rows = [(symbol, *pair) for symbol, pair in changed(before.config, after.config).items()]
        if not rows:
            continue
        others = tuple(row for row in rows if row[0] not in symbols)
        ours = [row for row in rows if row[0] in symbols]
        first = next(iter(symbols))
        same = parse_values(after.config).get(first, NONE) if not ours else ""
        for row in ours or [(first, same, same)]:
            folded.setdefault((*row, others), []).append(variant)
    return [
        Effect(symbol=key[0], before=key[1], after=key[2], others=key[3], variants=tuple(variants))
        for key, variants in sorted(folded.items())
    ]


def _unchanged(
    change: Change, place: Place, resolved: Resolved, values: Mapping[str, str | None]
) -> Iterator[Unchanged]:
    """Where a reader of ``place`` keeps its value although it was asked to change."""
    said = values_of(change.after, change.layout)
    for symbol, wanted in values.items():
        folded: dict[tuple[str, str, str], list[Variant]] = {}
        for variant, (before, after) in resolved.items():
            if place not in change.precedence.order[variant]:
                continue
            option = after.options.get(symbol)
            old = before.options[symbol].value if symbol in before.options else NONE
            value = option.value if option else NONE
            if not _stays(value, old, wanted):
                continue
            chain = change.precedence.chain(variant, said.get(symbol, {}))
            last = said[symbol][chain[-1]] if chain else None
            hint = ""
            if option is None:
                why = "no option of this arch"
            elif last and chain[-1] != place and last.value != wanted:
                why = f"{line_of(chain[-1], last)} says {last.value}"
                hint = f"distgen config unset {symbol}{selectors(chain[-1])}"
            elif wanted is None:
                why = "it has this value without being set"
            else:
                said_no = (f for f in after.findings if f.symbol == symbol and f.kind in NOT_SET)
                refusal = next(said_no, None)
                why = refusal.reason if refusal else f"needs {option.prompt_if or option.depends}"
                hint = _of_choice(change, variant, said, refusal)
            folded.setdefault((value, why, hint), []).append(variant)
        for (value, why, hint), variants in sorted(folded.items()):
            yield Unchanged(
                symbol=symbol, value=value, why=why, hint=hint, variants=tuple(variants)
            )


def _stays(value: str, old: str, wanted: str | None) -> bool:
    """Whether a value is not what was asked for; None asks for any other than ``old``."""
    if wanted is None:
        return value == old
    return value != wanted and (wanted, value) != ("n", NONE)


def _of_choice(change: Change, variant: Variant, said: Said, refusal: Finding | None) -> str:
    """How to turn off what was chosen in the place of a symbol, where a layer asks for it."""
    if not refusal or refusal.code is not Code.CHOICE:
        return ""
    winner = refusal.blocker
    chain = change.precedence.chain(variant, said.get(winner, {}))
    if not chain:
        return ""
    return f"distgen config set {winner}=n{selectors(chain[-1])}"


def as_text(outcome: Outcome) -> str:
    """The configurations that change, and those that do not, a line or two each."""
    layout = outcome.change.layout
    lines = [effect.text(layout) for effect in outcome.effects]
    if outcome.change.places and not outcome.effects:
        lines.append("no configuration changes")
    return "\n".join([*lines, *(each.text(layout) for each in outcome.unchanged)])


def as_object(outcome: Outcome) -> dict[str, Any]:
    keys = ("symbol", "before", "after")
    return {
        "files": [f"distro/{place.path}" for place in outcome.change.places],
        "diff": outcome.change.diff(),
        "changes": [
            {**vars(effect), "others": [dict(zip(keys, row, strict=True)) for row in effect.others]}
            for effect in outcome.effects
        ],
        "unchanged": [vars(each) for each in outcome.unchanged],
        "undecided": [vars(each) for each in outcome.undecided],
        "notes": outcome.notes,
    }
