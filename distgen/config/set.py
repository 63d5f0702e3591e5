# SPDX-License-Identifier: GPL-2.0-or-later
"""Setting options, and taking settings out again: the lines that change in the layers."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from distgen.config.assignment import guess, parse_assignment, parse_reason, typed
from distgen.config.change import Change, read_texts, values_of
from distgen.config.effect import Outcome, Resolved, outcome
from distgen.distros.finding_kind import Kind
from distgen.distros.variant import GENERIC
from distgen.errors import UsageError, did_you_mean
from distgen.kconfig.option import Option
from distgen.kernel.tree import Tree
from distgen.layers import edit
from distgen.layers.fragment import Setting
from distgen.layers.layout import BASE_NAME, Layout
from distgen.layers.place import Place, line_of, selectors
from distgen.layers.precedence import Precedence


def find_place(layout: Layout, distro: str, arch: str, flavour: str) -> Place:
    """The layer of what is named; "" is shared, generic, base. UsageError for one nobody reads."""
    if distro and distro not in layout.owners:
        layout.distro(distro)
    flavour = "" if flavour == BASE_NAME else flavour
    place = Place(owner=distro, folder=flavour, name=arch or GENERIC)
    readers = Precedence(layout).readers
    if place in readers:
        return place
    theirs = [p for p in readers if p.owner == distro]
    of = f" of {distro}" if distro else ""
    for what, name, known in (
        ("arch", place.name, {p.name for p in theirs}),
        ("flavour", flavour or BASE_NAME, {p.folder or BASE_NAME for p in theirs}),
    ):
        if name not in known:
            message = f"{layout.folder}: no {what} {name!r}{of}"
            raise UsageError(message, did_you_mean(name, known))
    message = f"{layout.folder}: no configuration reads {place.path}"
    raise UsageError(message, "distgen list shows the configurations")


def settle(
    precedence: Precedence,
    symbol: str,
    before: Mapping[Place, str],
    place: Place,
    value: str | None,
) -> tuple[dict[Place, str], list[str]]:
    """A symbol's values with ``value`` said in ``place``, None for nothing, and nothing twice.

    With them comes what there is to note. A line that became redundant goes, the most special
    first; one that was so before stays.
    """
    after = {p: v for p, v in before.items() if p != place}
    notes = []
    if value is not None:
        after[place] = value
        if before.get(place) != value and precedence.is_inherited(place, after):
            del after[place]
            what = f"CONFIG_{symbol}={value} is already inherited; no line written"
            notes.append(f"distro/{place.path}: {what}")
    others = [p for p in after if p != place and p in precedence.readers]
    for other in precedence.specific_first(others):
        if precedence.is_redundant(other, after):
            if precedence.is_redundant(other, before):
                notes.append(f"distro/{other.path}: CONFIG_{symbol} was redundant before")
            else:
                del after[other]
    return after, notes


def edited(
    precedence: Precedence,
    before: Mapping[Place, str],
    place: Place,
    values: Mapping[str, str | None],
    reason: Sequence[str] = (),
) -> tuple[Change, list[str]]:
    """The layers with those values said in ``place``, and what there is to note."""
    texts, notes = dict(before), list[str]()
    said, taken = list[Setting](), defaultdict[Place, list[str]](list)
    known = values_of(before, precedence.layout)
    for symbol, value in values.items():
        there = {p: setting.value for p, setting in known.get(symbol, {}).items()}
        after, more = settle(precedence, symbol, there, place, value)
        for other in there.keys() - after.keys():
            taken[other].append(symbol)
        if place in after:
            said.append(Setting(symbol=symbol, value=after[place], reason=tuple(reason)))
        notes += more
    for other, symbols in taken.items():
        texts[other] = edit.take(texts[other], *symbols)
    if said:
        texts[place] = edit.put(texts.get(place, ""), *said)
    return Change(precedence=precedence, before=before, after=texts), notes


def set_options(
    tree: Tree,
    layout: Layout,
    assignments: Sequence[str],
    place: tuple[str, str, str],
    reason: str = "",
) -> Outcome:
    """What ``config set`` does in the layer of (distro, arch, flavour). Nothing is written."""
    wanted = dict(map(parse_assignment, assignments))
    precedence = Precedence(layout)
    where = find_place(layout, *place)
    before = read_texts(layout)
    comment = parse_reason(reason)
    guessed = {symbol: guess(value) for symbol, value in wanted.items()}
    change, notes = edited(precedence, before, where, guessed, comment)
    resolved = change.resolve(tree, precedence.of([where, *change.places]), describe=wanted)
    options = known_options(wanted, resolved, where)
    values = {symbol: typed(symbol, wanted[symbol], found) for symbol, found in options.items()}
    if values != guessed:
        change, notes = edited(precedence, before, where, values, comment)
        resolved = change.resolve(tree, precedence.of([where, *change.places]), describe=wanted)
    return outcome(change, where, resolved, values, notes)


def unset_options(
    tree: Tree, layout: Layout, symbols: Sequence[str], place: tuple[str, str, str]
) -> Outcome:
    """What ``config unset`` does in the layer of (distro, arch, flavour). Nothing is written."""
    symbols = [symbol.removeprefix("CONFIG_") for symbol in symbols]
    precedence = Precedence(layout)
    where = find_place(layout, *place)
    before = read_texts(layout)
    known = values_of(before, layout)
    for symbol in symbols:
        there = known.get(symbol, {})
        if where not in there:
            message = f"distro/{where.path}: does not set CONFIG_{symbol}"
            raise UsageError(message, _elsewhere(symbol, known))
    change, notes = edited(precedence, before, where, dict.fromkeys(symbols))
    resolved = change.resolve(tree, change.readers, describe=symbols)
    return outcome(change, where, resolved, dict.fromkeys(symbols), notes)


def _elsewhere(symbol: str, known: Mapping[str, Mapping[Place, Setting]]) -> str:
    """Which layers set a symbol, and how to unset it there."""
    rows = [
        f"{line_of(place, setting)} does: distgen config unset {symbol}{selectors(place)}"
        for place, setting in sorted(known.get(symbol, {}).items())
    ]
    close = did_you_mean(symbol, known).partition("? Known")[0]
    return "\n  ".join(rows) or ("no layer does" + f"; {close}?" * close.startswith("did you"))


def known_options(
    symbols: Collection[str], resolved: Resolved, place: Place
) -> dict[str, list[Option]]:
    """What Kconfig has to say of each symbol; UsageError for one that no layer can decide."""
    found = {}
    for symbol in symbols:
        options = [c.options[symbol] for _, c in resolved.values() if symbol in c.options]
        if not options:
            arches = ", ".join(sorted({variant.arch for variant in resolved}))
            message = f"CONFIG_{symbol}: in no Kconfig file of this tree for {arches}"
            reasons = {f.reason for _, c in resolved.values() for f in c.findings
                       if f.symbol == symbol and f.kind is Kind.UNKNOWN and f.reason}  # fmt: skip
            raise UsageError(message, ", ".join(sorted(reasons)) or "check the spelling")
        if not any(option.prompt for option in options):
            by = sorted({name for option in options for name in option.selectors})
            message = f"CONFIG_{symbol}: has no prompt: no layer can set it"
            named = ", ".join(by[:10]) + (" …" if len(by) > 10 else "")  # noqa: PLR2004
            where = f"{options[0].path}:{options[0].line} defines it"
            raise UsageError(message, f"it is selected by {named}" if by else where)
        found[symbol] = [option for option in options if option.prompt]
    return found
