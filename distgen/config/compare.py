# SPDX-License-Identifier: GPL-2.0-or-later
"""A comparison: how configurations differ once Kconfig has resolved both, and who decided so."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from distgen.config.decision import By, decide
from distgen.config.operand import Pair, Subject
from distgen.distros.variant import Variant
from distgen.kconfig.batch import Configuration, Request, resolve_all
from distgen.kconfig.finding import Finding
from distgen.kconfig.option import Option
from distgen.kconfig.values import differing, parse_values
from distgen.kernel.tree import Tree
from distgen.layers import fragment
from distgen.layers.fragment import Setting
from distgen.layers.layout import BASE_NAME, in_words

WIDEST = 24  # characters of a value that a table shows
NO_MENU = "(no menu)"


@dataclass(frozen=True, kw_only=True)
class DecidedValue:
    """A value, "-" for none, and who gave it; ``where`` is the ``file:line`` of a layer's."""

    value: str
    decided_by: str
    why: str
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A symbol that has two values, in all of ``variants`` alike."""

    symbol: str
    menu: tuple[str, ...]
    values: tuple[DecidedValue, DecidedValue]
    variants: tuple[Variant, ...]


def compare(tree: Tree, pairs: Sequence[Pair]) -> list[Difference]:
    """The differences in the order of the menus, each once for all pairs that share it.

    Raises what ``resolve_all`` raises.
    """
    pairs = [pair for pair in pairs if not _same_layers(pair)]
    requests = {
        (number, side): Request(arch=subject.arch, layers=subject.layers)
        for number, pair in enumerate(pairs)
        for side, subject in enumerate(pair.subjects)
        if subject.arch  # a file that is compared as it stands has none
    }
    resolved = resolve_all(tree, requests, config=True, causes=True)
    options = {
        pairs[number].subjects[side].arch: configuration.options
        for (number, side), configuration in resolved.items()
        if configuration.options
    }
    folded: dict[tuple[str, tuple[str, ...], tuple[DecidedValue, DecidedValue]], list[Variant]] = {}
    for number, pair in enumerate(pairs):
        first, second = (
            _PairSide(subject, resolved.get((number, side)), options.get(subject.arch, {}))
            for side, subject in enumerate(pair.subjects)
        )
        for symbol, (a, b) in differing(first.values, second.values).items():
            menu = first.menu(symbol) or second.menu(symbol)
            key = (symbol, menu, (first.decided(symbol, a), second.decided(symbol, b)))
            folded.setdefault(key, []).append(pair.variant)
    order = _menu_order(options.values(), {symbol for symbol, *_ in folded})
    return [
        Difference(symbol=symbol, menu=menu, values=values, variants=tuple(variants))
        for (symbol, menu, values), variants in sorted(
            folded.items(), key=lambda item: (order.get(item[0][1], 0), order.get(item[0][0], 0))
        )
    ]


def _same_layers(pair: Pair) -> bool:
    """Are both read from the same text? Then nothing can differ."""
    first, second = ((s.arch, [path.read_bytes() for path in s.layers]) for s in pair.subjects)
    return first == second


@cache  # many configurations read the same layer
def _read(path: Path) -> Mapping[str, Setting]:
    return fragment.read(path).settings


class _PairSide:
    """One side of a pair, asked about its symbols."""

    def __init__(
        self, subject: Subject, resolved: Configuration | None, options: Mapping[str, Option]
    ) -> None:
        self.subject = subject
        self.options = options
        self.causes = resolved.causes if resolved else {}
        self.findings: dict[str, list[Finding]] = {}
        for finding in resolved.findings if resolved else ():
            self.findings.setdefault(finding.symbol, []).append(finding)
        self.layers: list[tuple[str, Mapping[str, Setting]]] = []  # the last one, which wins, first
        for path in reversed(subject.layers):
            inside = path.is_relative_to(subject.root)
            shown = str(path.relative_to(subject.root) if inside else path)
            self.layers.append((shown, _read(path)))
        self.values = (
            parse_values(resolved.config)
            if resolved
            else {s.symbol: s.value for s in self.layers[0][1].values()}
        )

    def menu(self, symbol: str) -> tuple[str, ...]:
        option = self.options.get(symbol)
        return option.menu if option else ()

    def decided(self, symbol: str, value: str) -> DecidedValue:
        found = ((shown, settings[symbol]) for shown, settings in self.layers if symbol in settings)
        shown, setting = next(found, ("", None))
        where = f"{shown}:{setting.line}" if setting else ""
        if not self.subject.arch:
            why = "file" if where else "absent"
            return DecidedValue(value=value, decided_by="file", why=why, where=where)
        option = self.options.get(symbol)
        if option:
            option = option.elsewhere(value, self.causes.get(symbol, ""))
        decision = decide(option, setting, self.findings.get(symbol, ()))
        where = where if decision.by is By.LAYER else ""
        return DecidedValue(value=value, decided_by=decision.by, why=decision.text, where=where)


def _menu_order(
    arches: Iterable[Mapping[str, Option]], symbols: Collection[str]
) -> dict[object, int]:
    """Where a menu, a tuple, and one of ``symbols``, a string, come in the menus."""
    order: dict[object, int] = {}
    for options in arches:
        for symbol in options:
            if symbol in symbols:
                order.setdefault(options[symbol].menu, len(order))
                order.setdefault(symbol, len(order))
    return order


def as_object(difference: Difference) -> dict[str, Any]:
    first, second = map(vars, difference.values)
    return {
        "symbol": difference.symbol,
        "menu": difference.menu,
        "a": first,
        "b": second,
        "variants": [_name(variant) for variant in difference.variants if variant.arch],
    }


def counts(differences: Sequence[Difference]) -> dict[str, dict[str, int]]:
    """How many symbols differ: in all, below each top menu, and in each configuration."""
    menus = Counter({d.symbol: d.menu[0] if d.menu else NO_MENU for d in differences}.values())
    variants = Counter(_name(v) for d in differences for v in d.variants if v.arch)
    return {"menus": dict(menus), "variants": dict(sorted(variants.items()))}


def _name(variant: Variant) -> str:
    return str(variant) if variant.flavour else f"{variant}:{BASE_NAME}"


def as_text(differences: Sequence[Difference], among: Sequence[Variant]) -> str:
    """A table for each menu; behind what is not so in all of ``among`` stands where it is so."""
    menus: dict[tuple[str, ...], list[Difference]] = {}
    for difference in differences:
        menus.setdefault(difference.menu, []).append(difference)
    return "\n\n".join(
        "\n".join([" > ".join(menu) or NO_MENU, *_rows(some, among)])
        for menu, some in menus.items()
    )


def _rows(differences: Sequence[Difference], among: Sequence[Variant]) -> Iterator[str]:
    rows = []
    several = len({variant.distro for variant in among}) > 1
    for difference in differences:
        first, second = difference.values
        whys = [value.where or value.why for value in difference.values]
        who = whys[0] if whys[0] == whys[1] else " | ".join(whys)
        if len(set(difference.variants)) < len(among):
            words = in_words(difference.variants, among)
            who += f"  [{words if several else words.partition(' ')[2]}]"
        rows.append((difference.symbol, _short(first.value), _short(second.value), who))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for symbol, a, b, who in rows:
        yield f"  {symbol:{widths[0]}}  {a:{widths[1]}}  {b:{widths[2]}}  {who}"


def _short(value: str) -> str:
    return value if len(value) <= WIDEST else f"{value[: WIDEST - 1]}…"


def as_stat(differences: Sequence[Difference]) -> str:
    found = counts(differences)
    symbols = len({difference.symbol for difference in differences})
    lines = [f"{count:6}  {menu}" for menu, count in found["menus"].items()]
    lines += [f"{symbols:6}  symbols in all", ""]
    lines += [f"{count:6}  {variant}" for variant, count in found["variants"].items()]
    return "\n".join(lines)
