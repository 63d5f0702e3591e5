# SPDX-License-Identifier: GPL-2.0-or-later
"""Lint: what is wrong with the layers themselves."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from distgen.config.change import Change, Texts, read_texts, values_of
from distgen.distros.finding_kind import REFUSED, Kind
from distgen.distros.variant import Variant
from distgen.kconfig.batch import Configuration
from distgen.kconfig.finding import Finding
from distgen.kconfig.option import Option
from distgen.kernel.tree import Tree
from distgen.layers import edit, fragment
from distgen.layers.fragment import Setting
from distgen.layers.layout import Layout
from distgen.layers.place import SHARED, Place, line_of
from distgen.layers.precedence import Precedence

Lines = Mapping[Place, Setting]  # of one symbol


class DefectKind(StrEnum):
    """What can be wrong with a line."""

    DEAD = "dead"
    DUPLICATE = "duplicate"
    REDUNDANT = "redundant"
    SHARED = "shared"
    UNREAD = "unread"
    UNSORTED = "unsorted"


@dataclass(frozen=True, kw_only=True)
class Defect:
    """A line of a layer and what is wrong with it; ``symbol`` is "" for a whole file."""

    place: Place
    line: int
    kind: DefectKind
    why: str
    symbol: str = ""

    def text(self) -> str:
        """``distro/configs/generic.config:12: dead: CONFIG_X: why``."""
        what = f"CONFIG_{self.symbol}: " if self.symbol else ""
        return f"distro/{self.place.path}:{self.line}: {self.kind}: {what}{self.why}"


@dataclass(frozen=True, kw_only=True)
class Lint:
    """All that was found, sorted, and each symbol's values as they should be.

    ``owned`` are the layers looked at, ``bare`` counts their overrides without a reason;
    ``resolved`` is what Kconfig made of the layers.
    """

    precedence: Precedence
    texts: Texts
    owned: Collection[Place]
    defects: Sequence[Defect]
    bare: int
    planned: Mapping[str, Mapping[Place, str]]
    resolved: Mapping[Variant, Configuration]


def lint(tree: Tree, layout: Layout, distros: Sequence[str] = ()) -> Lint:
    """Look at all layers but those of mere ancestors, or at those that ``distros`` own.

    Raises UsageError that names every broken line.
    """
    precedence = Precedence(layout)
    for name in distros:
        layout.distro(name)
    texts = read_texts(layout)
    said = values_of(texts, layout)
    mine = {
        p for p in texts if (p.owner in distros if distros else p.owner not in layout.ancestors)
    }
    single = {place: edit.once(text) for place, text in texts.items()}  # as Kconfig wants it
    unique = Change(precedence=precedence, before=texts, after=single)
    resolved = unique.resolve_after(tree, precedence.of(mine), settable=True)

    defects = [defect for place in mine for defect in _of_file(precedence, place, texts[place])]
    dead = _dead(tree, unique, said, mine, resolved)
    planned = {}
    for symbol, lines in said.items():
        plan = _Plan(precedence, symbol, lines, mine)
        plan.make(dead.get(symbol, {}))
        defects += plan.defects
        if plan.values != {place: setting.value for place, setting in lines.items()}:
            planned[symbol] = plan.values
    return Lint(
        precedence=precedence,
        texts=texts,
        owned=mine,
        defects=sorted(defects, key=lambda d: (d.place.path, d.line, d.kind, d.symbol)),
        bare=sum(_bare(precedence, lines, mine) for lines in said.values()),
        planned=planned,
        resolved=resolved,
    )


def as_text(defects: Sequence[Defect], bare: int) -> str:
    """A line for each, and one that counts them and the overrides without a reason."""
    counts = sorted(Counter(defect.kind for defect in defects).items())
    words = [f"{count} {kind}" for kind, count in counts]
    last = f"{', '.join(words) or 'nothing found'}; {bare} overrides without a reason"
    return "\n".join([*(defect.text() for defect in defects), last])


def _of_file(precedence: Precedence, place: Place, text: str) -> Iterator[Defect]:
    """What is wrong with a file as such: nobody reads it, or its order."""
    there = list(fragment.scan(text, place.path))
    if place not in precedence.readers:
        why = "no configuration reads this layer"
        yield Defect(place=place, line=1, kind=DefectKind.UNREAD, why=why)
    last = {entry.symbol: entry for entry in there}
    for entry in there:
        if entry is not last[entry.symbol]:
            why = f"set again in line {last[entry.symbol].line}, which wins"
            yield Defect(place=place, line=entry.line, kind=DefectKind.DUPLICATE,
                          symbol=entry.symbol, why=why)  # fmt: skip
    for above, entry in pairwise(there):
        if above.symbol > entry.symbol:
            why = f"belongs above CONFIG_{above.symbol}"
            yield Defect(place=place, line=entry.line, kind=DefectKind.UNSORTED,
                          symbol=entry.symbol, why=why)  # fmt: skip
            break


def _bare(precedence: Precedence, lines: Lines, mine: Collection[Place]) -> int:
    """How many of a symbol's lines override another value and do not say why."""
    return sum(
        any(
            above and lines[above].value != setting.value
            for variant in precedence.readers.get(place, ())
            for above in [precedence.above(variant, place, lines)]
        )
        for place, setting in lines.items()
        if place in mine and not setting.reason
    )


# ---- Dead lines -------------------------------------------------------------


def _dead(
    tree: Tree,
    change: Change,
    said: Mapping[str, Lines],
    mine: Collection[Place],
    resolved: Mapping[Variant, Configuration],
) -> dict[str, dict[Place, str]]:
    """Symbol → place → why no configuration that reads the line can set it."""
    precedence = change.precedence
    found: dict[str, dict[Place, str]] = {}
    for symbol, lines in said.items():
        for place in lines.keys() & mine:
            readers = precedence.readers.get(place)
            if readers and not any(symbol in resolved[v].settable for v in readers):
                found.setdefault(symbol, {})[place] = ""
    if not found:
        return found
    first = {variant.arch: variant for variant in sorted(resolved, reverse=True)}
    options = change.resolve_after(tree, first.values(), describe=found)
    for symbol, places in found.items():
        for place in places:
            readers = precedence.readers[place]
            arches = {variant.arch for variant in readers}
            known = [options[v].options.get(symbol) for arch, v in first.items() if arch in arches]
            findings = [f for v in readers for f in resolved[v].findings if f.symbol == symbol]
            places[place] = _why_dead([option for option in known if option], findings)
    return found


def _why_dead(options: Sequence[Option], findings: Sequence[Finding]) -> str:
    """Why those that read a line cannot set it, by what Kconfig says of the symbol in them."""
    if not options:
        meant = {f" ({f.reason})" for f in findings if f.kind is Kind.UNKNOWN and f.reason}
        return f"in no Kconfig file of this tree{''.join(sorted(meant)[:1])}"
    option = options[0]
    if not any(option.prompt for option in options):
        return "has no prompt, so no layer can set it"
    if option.selected_by:
        reason = f"selected by {', '.join(option.selected_by)}"
    else:
        refusals = [f.reason for f in findings if f.kind in REFUSED]
        reason = next(iter(refusals), f"needs {option.prompt_if or option.depends}")
    return f"no configuration that reads it can set it: {reason}"


# ---- What is said too often ---------------------------------------------------


class _Plan:
    """One symbol's values while what is not needed is taken out, one line after the other.

    Two lines may each be redundant because of the other: the more special one goes, and what is
    left is looked at again.
    """

    def __init__(
        self, precedence: Precedence, symbol: str, lines: Lines, mine: Collection[Place]
    ) -> None:
        self.precedence, self.symbol, self.lines, self.mine = precedence, symbol, lines, mine
        self.values = {place: setting.value for place, setting in lines.items()}
        self.defects: list[Defect] = []

    def make(self, dead: Mapping[Place, str]) -> None:
        """Take out what is dead, then what is redundant, and move what all say alike."""
        for place, why in dead.items():
            self._take(place, DefectKind.DEAD, why)
        while True:
            before = dict(self.values)
            read = self.values.keys() & self.mine & self.precedence.readers.keys()
            for place in self.precedence.specific_first(read):
                if self.precedence.is_redundant(place, self.values):
                    self._take(place, DefectKind.REDUNDANT, self._why_redundant(place))
            self._share()
            if self.values == before:
                return

    def _take(self, place: Place, kind: DefectKind, why: str) -> None:
        del self.values[place]
        if place in self.lines:  # not one that was moved there
            self.defects.append(Defect(place=place, line=self.lines[place].line, kind=kind,
                                         symbol=self.symbol, why=why))  # fmt: skip

    def _why_redundant(self, place: Place) -> str:
        if not self.precedence.is_inherited(place, self.values):
            return "a later layer overrides it in every configuration"
        above = self.precedence.above(self.precedence.readers[place][0], place, self.values)
        assert above
        where = line_of(above, self.lines[above]) if above in self.lines else f"distro/{above.path}"
        return f"{where} sets the same"

    def _share(self) -> None:
        """Move a value to the shared layer that all distributions say in theirs."""
        theirs: dict[Place, list[Place]] = {}
        for place in sorted(self.values):
            if place.owner != SHARED and place in self.precedence.readers:
                target = Place(owner=SHARED, folder=place.folder, name=place.name)
                theirs.setdefault(target, []).append(place)
        for target, places in theirs.items():
            if len(places) > 1 and all(place in self.mine for place in places):
                moved = {p: v for p, v in self.values.items() if p not in places}
                moved[target] = self.values[places[0]]
                asked = self.precedence.asked
                if all(asked(v, self.values) == asked(v, moved) for v in self.precedence.order):
                    why = f"all distributions set it: move it to distro/{target.path}"
                    for place in places:
                        self._take(place, DefectKind.SHARED, why)
                    self.values = moved
