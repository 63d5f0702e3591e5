# SPDX-License-Identifier: GPL-2.0-or-later
"""Explain: what the layers ask of a symbol in each configuration, and its value."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from distgen.config.decision import By, Decision, by_value, decide
from distgen.distros.finding_kind import Kind
from distgen.distros.variant import Variant
from distgen.errors import UsageError
from distgen.kconfig.batch import resolve_all
from distgen.kconfig.finding import Finding
from distgen.kconfig.option import Option
from distgen.kconfig.values import NONE
from distgen.kernel.symbols import symbols_of_tree
from distgen.kernel.tree import Tree
from distgen.layers.fragment import Setting, read
from distgen.layers.layout import BASE_NAME, Layout, in_words
from distgen.words import listed

SELECTORS = 6  # that are named before the rest is only counted
CLOSE = 5  # names that an error suggests


@dataclass(frozen=True, kw_only=True)
class SymbolReport:
    """What the layers ask of ``symbol`` in ``variant``, the last wins, and its value.

    ``option`` is None where the arch does not know the symbol. ``findings`` are those that are of
    the symbol, at most one of them no warning.
    """

    symbol: str
    variant: Variant
    settings: tuple[Setting, ...]
    option: Option | None
    findings: tuple[Finding, ...]

    @property
    def asked(self) -> Setting | None:
        """The setting that wins."""
        return self.settings[-1] if self.settings else None

    @property
    def decision(self) -> Decision:
        return decide(self.option, self.asked, self.findings)


def explain(
    tree: Tree, layout: Layout, symbols: Sequence[str], variants: Sequence[Variant]
) -> list[SymbolReport]:
    """The reports on ``symbols`` one after the other, each in every variant.

    A symbol may be written CONFIG_X or in lower case. Raises UsageError for one that no arch of
    the variants knows.
    """
    spelled = {name: _spellings(name) for name in symbols}
    every = {spelling for spellings in spelled.values() for spelling in spellings}
    found = resolve_all(tree, layout.requests(variants), describe=every)
    known = {symbol for configuration in found.values() for symbol in configuration.options}
    names = []
    for name, spellings in spelled.items():
        right = next((spelling for spelling in spellings if spelling in known), None)
        if right is None:
            raise _unknown(tree, layout, name, (variant.arch for variant in variants))
        names.append(right)
    layer = cache(read)
    return [
        SymbolReport(
            symbol=name,
            variant=variant,
            settings=tuple(
                setting
                for path in layout.layers(variant)
                if (setting := layer(path).settings.get(name))
            ),
            option=found[variant].options.get(name),
            findings=tuple(f for f in found[variant].findings if f.symbol == name),
        )
        for name in dict.fromkeys(names)
        for variant in variants
    ]


def _spellings(name: str) -> list[str]:
    """The symbols that somebody can mean by what is typed, the likelier first."""
    bare = name.strip()
    for prefix in ("CONFIG_", "config_"):
        bare = bare.removeprefix(prefix)
    return list(dict.fromkeys([bare, bare.upper()]))


def _unknown(tree: Tree, layout: Layout, name: str, arches: Iterable[str]) -> UsageError:
    """The error for a symbol that none of ``arches`` knows."""
    import difflib  # noqa: PLC0415  (only needed for an error)

    defined = symbols_of_tree(tree)
    spellings = _spellings(name)
    if found := next((defined[symbol] for symbol in spellings if symbol in defined), None):
        shown = ", ".join(dict.fromkeys(arches))
        message = f"{name}: not known to {shown}, only defined in {found.path}:{found.line}"
        return UsageError(message, "distgen list shows the arches")
    close = difflib.get_close_matches(spellings[-1], defined, n=CLOSE, cutoff=0.75)
    message = f"{name}: in no Kconfig file of {tree.path}"
    hint = f"did you mean {', '.join(close)}?" if close else "search in make menuconfig with /"
    for layer in layout.read().values():
        for setting in (layer.settings[symbol] for symbol in spellings if symbol in layer.settings):
            hint += f"\n  {_shown(layout, setting)}:{setting.line} asks for it"
    return UsageError(message, hint)


def as_object(layout: Layout, report: SymbolReport) -> dict[str, Any]:
    asked, option = report.asked, report.option
    above = ("symbol", "value")
    return {
        "symbol": report.symbol,
        "distro": report.variant.distro,
        "arch": report.variant.arch,
        "flavour": report.variant.flavour or BASE_NAME,
        "known": option is not None,
        "asked": asked.value if asked else None,
        "value": option.value if option else None,
        "decided_by": report.decision.by,
        "why": report.decision.text,
        "layers": [
            {
                "path": _shown(layout, setting),
                "line": setting.line,
                "value": setting.value,
                "reason": _reason(setting),
                "wins": setting is asked,
            }
            for setting in report.settings
        ],
        "findings": [
            {
                "kind": finding.kind if option else Kind.ELSEWHERE,
                **{key: getattr(finding, key) for key in ("wanted", "got", "reason", "excuse")},
            }
            for finding in report.findings
        ],
        "option": {k: v for k, v in option._asdict().items() if k not in above} if option else None,
    }


def _shown(layout: Layout, setting: Setting) -> str:
    """A layer as it is called from the top of the tree: distro/configs/generic.config."""
    assert setting.path
    return setting.path.relative_to(layout.folder.parent).as_posix()


def _reason(setting: Setting) -> str:
    return " ".join(line.removeprefix("#").strip() for line in setting.reason)


def as_text(layout: Layout, reports: Iterable[SymbolReport], *, help_text: bool = False) -> str:
    """Each symbol once, and below it each different report with the variants that share it."""
    symbols: dict[str, list[SymbolReport]] = {}
    for report in reports:
        symbols.setdefault(report.symbol, []).append(report)
    return "\n\n".join(_symbol_text(layout, some, help_text) for some in symbols.values())


def _symbol_text(layout: Layout, reports: Sequence[SymbolReport], help_text: bool) -> str:
    heads: dict[tuple[object, ...], list[SymbolReport]] = {}
    absent = []
    for report in reports:
        if option := report.option:
            key = (option.type, option.path, option.line, option.menu, option.prompt, option.range)
            heads.setdefault(key, []).append(report)
        else:
            absent.append(report)
    parts = []
    for same in heads.values():
        arches = dict.fromkeys(report.variant.arch for report in same)
        of = f"  ({', '.join(arches)})" if len(heads) > 1 else ""
        parts.append("\n".join([f"CONFIG_{same[0].symbol}{of}", *_head(same, help_text)]))
        parts += _blocks(layout, same)
    parts += _blocks(layout, absent)
    return "\n\n".join(parts)


def _head(reports: Sequence[SymbolReport], help_text: bool) -> Iterator[str]:
    """What Kconfig says of the symbol, whatever its value is."""
    option = reports[0].option
    assert option
    yield _field("prompt", option.prompt or "none")
    yield _field("type", option.type + (f", range {option.range}" if option.range else ""))
    yield _field("defined", f"{option.path}:{option.line}")
    if option.menu:
        yield _field("menu", " > ".join(option.menu))
    selectors = dict.fromkeys(name for s in reports if s.option for name in s.option.selectors)
    if selectors:
        yield _field("selectors", listed(selectors, SELECTORS))
    if help_text and option.help:
        yield ""
        yield textwrap.indent(option.help.rstrip(), "  ")


def _blocks(layout: Layout, reports: Iterable[SymbolReport]) -> Iterator[str]:
    """The different reports, each below all the variants that it is of."""
    blocks: dict[str, list[Variant]] = {}
    for report in reports:
        text = "\n".join(_lines(layout, report))
        blocks.setdefault(text, []).append(report.variant)
    for text, variants in blocks.items():
        yield f"{in_words(variants, layout.variants)}\n{text}"


def _lines(layout: Layout, report: SymbolReport) -> Iterator[str]:
    option, asked = report.option, report.asked
    if option:
        value = "not in the .config" if option.value == NONE else option.value
        yield _field("value", f"{value}  ({_by(layout, report)})")
    else:
        yield _field("value", "none: this arch does not know the symbol")
    for number, setting in enumerate(reversed(report.settings)):
        where = f"{_shown(layout, setting)}:{setting.line}"
        line = f"{setting.value:<3} {where}"
        line += "" if setting is asked else "  (overridden)"
        yield _field("" if number else "layers", line)
        if reason := _reason(setting):
            yield _field("", f"    # {reason}")
    if option and not asked:
        yield _field("layers", "none sets it")
    for finding in report.findings:
        if option and finding.kind is not Kind.UNDECIDED:
            excuse = f", {finding.excuse}" if finding.excuse else ""
            yield _field("finding", f"{finding.kind}{excuse}: {finding.reason}")
    if not option:
        return
    if option.depends:
        yield _field("depends", option.depends)
    if option.prompt_if:
        yield _field("prompt if", option.prompt_if)
    if option.selected_by and report.decision.by is not By.SELECTED:
        yield _field("selected", f"by {by_value(option.selected_by)}")
    if option.implied_by and report.decision.by is not By.IMPLIED:
        yield _field("implied", f"by {by_value(option.implied_by)}")


def _by(layout: Layout, report: SymbolReport) -> str:
    if any(finding.kind is Kind.UNDECIDED for finding in report.findings):
        return "undecided: Kconfig's default"
    asked, decision = report.asked, report.decision
    if decision.by is By.LAYER and asked:
        return f"{_shown(layout, asked)}:{asked.line}"
    return decision.text


def _field(name: str, text: str) -> str:
    return f"  {name:<10} {text}"
