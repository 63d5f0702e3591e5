# SPDX-License-Identifier: GPL-2.0-or-later
"""The optimum for one symbol: which places have to speak of it so that all find their value.

Places are looked at from the one that is read last to the one that is read first. A setting then
settles every variant that reads the place and is not settled yet, and all of those must want that
value. Sets of variants are bit masks.

Variants of an arch of one distro form a cell. What the places that only one cell reads can do for
it is kept as a table: which of its variants may be left unsettled, at what cost. A place that
several cells read is a decision, to be searched; given all decisions, cells are independent. At the
end of the search, where the sets of readers are nested (shared layers of the base flavours), the
best is again found by a table, of the one value that is left for each group of cells.

A derivative is a problem by itself: the places of its ancestors have their settings already, which
settle their readers at no cost, and may be read by none that wants another value.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from multiprocessing import get_context
from typing import NamedTuple

from distgen.distros.variant import GENERIC, Variant
from distgen.errors import UsageError
from distgen.layers.place import SHARED, Place

Orders = Mapping[Variant, Sequence[Place]]
Pattern = tuple[int, ...]  # for each variant the number of its value, 0 where it cannot set it
Given = tuple[tuple[int, int], ...]  # places that are set, and to which value, 0 if none wants it
MANY = 500  # patterns that are worth a process
ONE = 1 << 32  # what a setting costs; below it, how far its place is from where it is used


class Problem(NamedTuple):
    """What variants want of one symbol, and what is there already."""

    pattern: Pattern
    given: Given = ()


class Trail(NamedTuple):
    """Settings made so far, as a linked list: tables share their beginnings."""

    place: int
    value: int
    before: "Trail | None"


class Cost(NamedTuple):
    """What an entry of a table costs, and the settings that it takes."""

    cost: int
    trail: Trail | None = None

    def settings(self) -> Iterator[tuple[int, int]]:
        """The numbers of place and value of each setting."""
        trail = self.trail
        while trail:
            yield trail.place, trail.value
            trail = trail.before


Table = dict[int, Cost]  # unsettled variants → the cheapest way to leave just those


@dataclass(frozen=True, kw_only=True)
class Readers:
    """Who reads what: ``places`` from the one that wins to the first read, ``masks`` of them.

    Settings may be put into ``free`` places only.
    """

    variants: tuple[Variant, ...]
    places: tuple[Place, ...]
    masks: tuple[int, ...]
    costs: tuple[int, ...]
    free: tuple[bool, ...]
    cells: tuple[int, ...]
    bases: int
    solved: dict[Problem, Cost] = field(default_factory=dict)

    @classmethod
    def of(cls, orders: Orders, owner: str | None = None) -> "Readers":
        """Put the orders of all variants into one; only places of ``owner`` are free, if given."""
        variants = tuple(sorted(orders))
        cells: dict[tuple[str, str], int] = {}
        masks: dict[Place, int] = {}
        for number, variant in enumerate(variants):
            key = (variant.distro, variant.arch)
            cells[key] = cells.get(key, 0) | 1 << number
            for place in orders[variant]:
                masks[place] = masks.get(place, 0) | 1 << number
        some = [orders[variant] for variant in variants]
        folders = _ranks([place.folder for place in order] for order in some)
        owners = _ranks([place.owner for place in order if not place.folder] for order in some)
        names = _ranks([place.name for place in order if not place.folder] for order in some)
        places = tuple(
            sorted(masks, key=lambda p: (folders[p.folder], owners[p.owner], names[p.name]))
        )[::-1]
        return cls(
            variants=variants,
            places=places,
            masks=tuple(masks[place] for place in places),
            costs=tuple(ONE + _distance(place, masks[place]) for place in places),
            free=tuple(owner in (None, place.owner) for place in places),
            cells=tuple(cells.values()),
            bases=sum(1 << n for n, variant in enumerate(variants) if not variant.flavour),
        )

    def solve(self, problem: Problem) -> Cost:
        """The cheapest settings for one symbol; every problem is solved once."""
        if problem not in self.solved:
            self.solved[problem] = self._solve(problem)
        return self.solved[problem]

    def solve_all(self, problems: Iterable[Problem]) -> None:
        """Solve many problems on all processors, first the base flavours', which others need."""
        some = list(dict.fromkeys(problems))
        if len(some) < MANY:
            return
        bases = dict.fromkeys(self._base(problem) for problem in some if not problem.given)
        for wave in (list(bases), some):
            with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
                costs = list(pool.map(self.solve, wave, chunksize=128))
            self.solved.update(zip(wave, costs, strict=True))

    def _base(self, problem: Problem) -> Problem:
        """What the base flavours alone want."""
        return Problem(
            tuple(n if self.bases >> i & 1 else 0 for i, n in enumerate(problem.pattern))
        )

    def _given_suffices(self, problem: Problem) -> bool:
        """Whether all find their value in what is given."""
        found = {}
        for place, value in reversed(problem.given):
            for variant, _ in enumerate(problem.pattern):
                if self.masks[place] >> variant & 1:
                    found[variant] = value
        return all(found.get(v) == value for v, value in enumerate(problem.pattern) if value)

    def _solve(self, problem: Problem) -> Cost:
        if self._given_suffices(problem):
            return Cost(0)
        base = self._base(problem)
        if problem.given or base == problem or not any(base.pattern):
            return _Search(self, problem, 0).run()
        at_least = self.solve(base).cost
        search = _Search(self, problem, at_least)
        if search.follows_base():
            # What settles the base flavours, at no more than they cost alone, settles all.
            return self.solve(base)
        return search.run()


def _ranks(sequences: Iterable[Sequence[str]]) -> dict[str, int]:
    """One order for what stands in many sequences, each in its order of first mention."""
    before: dict[str, dict[str, None]] = {}
    for sequence in sequences:
        words = list(dict.fromkeys(sequence))
        for word in words:
            before.setdefault(word, {})
        for first, second in pairwise(words):
            before[second][first] = None
    try:
        return {word: rank for rank, word in enumerate(TopologicalSorter(before).static_order())}
    except CycleError as error:
        message = f"some configurations read {' before '.join(error.args[1])}"
        hint = "name the parts of every flavour in the same order: rt-debug, rt-64k-debug"
        raise UsageError(message, hint) from error


def _distance(place: Place, readers: int) -> int:
    """How far a place is from where a maintainer would look, to choose among equals."""
    return readers.bit_count() * 4 + (place.owner != SHARED) * 2 + (place.name == GENERIC)


class _Search:
    """The search for one pattern; see above."""

    def __init__(self, readers: Readers, problem: Problem, base_cost: int) -> None:
        """``base_cost`` is what the base flavours of the pattern cost at least."""
        pattern = problem.pattern
        self.readers = readers
        self.given = dict(problem.given)
        self.base_cost = base_cost
        self.wants: dict[int, int] = {}
        for number, value in enumerate(pattern):
            if value:
                self.wants[value] = self.wants.get(value, 0) | 1 << number
        self.caring = sum(self.wants.values())
        self.value_of = dict(enumerate(pattern))
        self.places = [
            number
            for number, mask in enumerate(readers.masks)
            if mask & self.caring and (readers.free[number] or number in self.given)
        ]
        self.flavours = sum(bool(readers.places[number].folder) for number in self.places)
        self.reads = {
            variant: sum(
                1 << position
                for position, number in enumerate(self.places)
                if readers.masks[number] >> variant & 1
            )
            for variant, value in enumerate(pattern)
            if value
        }
        self.cells = [cell & self.caring for cell in readers.cells if cell & self.caring]
        self.tail = len(self.places) if self.given else self._nested_tail()
        clash = sum(map(self._clash, readers.cells))
        self.clashes = [cell & clash for cell in self.cells]
        self.best = Cost(0)

    def _clash(self, cell: int) -> int:
        """The variants of a distro and arch that want another value than its base flavour."""
        base = cell & self.caring & self.readers.bases
        return cell & self.caring & ~self.wants[self.value_of[base.bit_length() - 1]] if base else 0

    def follows_base(self) -> bool:
        """Whether all want what the base flavour of their distro and arch wants."""
        return not any(self.clashes) and all(cell & self.readers.bases for cell in self.cells)

    def run(self) -> Cost:
        """The optimum: the best solution of as few settings as can be, else of one more."""
        count = 1 if self.given else max(len(self.wants), self.base_cost // ONE)
        tables: list[Table] = [{cell: Cost(0)} for cell in self.cells]
        while True:
            self.best = Cost((count + 1) * ONE)
            self.seen: dict[Hashable, int] = {}
            self._descend(0, tables, Cost(0))
            if self.best.trail:
                return self.best
            count += 1

    def _nested_tail(self) -> int:
        """From which of ``places`` on the readers are whole cells, and nested in each other."""
        masks: list[int] = []
        for position in range(len(self.places) - 1, -1, -1):
            mask = self.readers.masks[self.places[position]] & self.caring
            whole = all(cell & mask in (0, cell) for cell in self.cells)
            if not whole or any(mask & later not in (0, mask) for later in masks):
                return position + 1
            masks.append(mask)
        return 0

    def _descend(self, position: int, tables: list[Table], spent: Cost) -> None:
        """Decide ``places`` from ``position`` on; what is better than the best becomes it."""
        tables = list(tables)
        if self._seen(position, tables, spent):
            return
        while position < self.tail:
            number = self.places[position]
            position += 1
            mask = self.readers.masks[number]
            if number in self.given:
                want = self.wants.get(self.given[number], 0)
                tables = [self._settled(table, mask, want) for table in tables]
                if not all(tables):
                    return
                continue
            touched = [i for i, table in enumerate(tables) if any(s & mask for s in table)]
            if len(touched) == 1:
                tables[touched[0]] = self._alone(tables[touched[0]], number)
            elif touched:
                for after, cost in self._settings(tables, touched, number, spent):
                    if self._floor(after, cost, position) < self.best.cost:
                        self._descend(position, after, cost)
            if self._floor(tables, spent, position) >= self.best.cost:
                return
        self._finish(tables, spent)

    def _seen(self, position: int, tables: list[Table], spent: Cost) -> bool:
        """Whether other decisions have led to the same tables for no more."""
        leasts = [min(entry.cost for entry in table.values()) for table in tables]
        key = (
            position,
            tuple(
                frozenset((state, entry.cost - least) for state, entry in table.items())
                for table, least in zip(tables, leasts, strict=True)
            ),
        )
        cost = spent.cost + sum(leasts)
        if self.seen.get(key, cost + 1) <= cost:
            return True
        self.seen[key] = cost
        return False

    def _floor(self, tables: list[Table], spent: Cost, position: int) -> int:
        """What a solution costs at least that begins so.

        In the flavours' folders that is what the base flavours cost, and what must be settled
        before because the base flavour of its arch wants another value. It adds ONE for each group
        of cells that no single setting can serve together, and nothing where an inherited setting
        may serve them.
        """
        flavours = position < self.flavours
        cost = spent.cost + (self.base_cost if flavours else 0)
        used: dict[int, int] = {}
        for clash, table in zip(self.clashes, tables, strict=True):
            least = min(entry.cost for entry in table.values())
            cost += least
            need = clash if flavours else self.caring
            for state, entry in table.items():
                if entry.cost < least + ONE:
                    need &= state
            if need and not self.given:
                variant = need.bit_length() - 1
                value = self.value_of[variant]
                places = self.reads[variant] >> position
                if flavours:
                    places &= (1 << (self.flavours - position)) - 1
                if not places & used.get(value, 0):
                    cost += ONE
                used[value] = used.get(value, 0) | places
        return cost

    def _alone(self, table: Table, number: int) -> Table:
        """A place that only one cell reads: for each state also what a setting makes of it."""
        mask = self.readers.masks[number]
        after = dict(table)
        for state, entry in table.items():
            value = self._one_value(state & mask)
            if value:
                trail = Trail(number, value, entry.trail)
                cost = Cost(entry.cost + self.readers.costs[number], trail)
                _keep(after, state & ~mask, cost)
        return _undominated(after)

    def _settings(
        self, tables: list[Table], touched: list[int], number: int, spent: Cost
    ) -> list[tuple[list[Table], Cost]]:
        """What each useful setting of a place that several cells read would lead to."""
        mask = self.readers.masks[number]
        found: list[tuple[int, list[Table], Cost]] = []
        complete: tuple[int, list[Table], Cost] | None = None
        for value, want in self.wants.items():
            after = list(tables)
            users = 0
            for i in touched:
                after[i] = self._settled(tables[i], mask, want)
                if not after[i]:
                    break
                users += _gains(tables[i], after[i])
            else:
                if users < 2:  # noqa: PLR2004  (one user has a place of its own for that)
                    continue
                cost = Cost(
                    spent.cost + self.readers.costs[number], Trail(number, value, spent.trail)
                )
                total = sum(min(e.cost for e in after[i].values()) for i in touched)
                option = (total, after, cost)
                if any(state for i in touched for state in after[i]):
                    found.append(option)
                elif complete is None or total < complete[0]:
                    complete = option  # nothing is left to decide there: only the sum counts
        if complete:
            found.append(complete)
        return [(after, cost) for _, after, cost in sorted(found, key=lambda o: o[0])]

    def _settled(self, table: Table, mask: int, want: int) -> Table:
        """The table after a setting that all of ``mask`` read, and only ``want`` may."""
        after: Table = {}
        for state, entry in table.items():
            if not state & mask & ~want:
                _keep(after, state & ~mask, entry)
        return _undominated(after)

    def _one_value(self, state: int) -> int:
        """The value that all of ``state`` want; 0 where there is none, or more than one."""
        value = self.value_of[state.bit_length() - 1] if state else 0
        return value if value and not state & ~self.wants[value] else 0

    def _finish(self, tables: list[Table], spent: Cost) -> None:
        """The nested tail: groups of cells, with what it costs to leave one value or none."""
        groups: list[tuple[int, Table]] = []
        for cell, table in zip(self.cells, tables, strict=True):
            left: Table = {}
            for state, entry in table.items():
                value = self._one_value(state)
                if value or not state:
                    _keep(left, value, entry)
            if not left:
                return
            groups.append((cell, left))
        for number in self.places[self.tail :]:
            mask = self.readers.masks[number]
            inside = [table for cell, table in groups if cell & mask]
            merged = self._merge(inside)
            cost = self.readers.costs[number]
            for value, entry in list(merged.items()):
                if value:
                    trail = Trail(number, value, entry.trail)
                    _keep(merged, 0, Cost(entry.cost + cost, trail))
            groups = [group for group in groups if not group[0] & mask]
            if merged:
                groups.append((mask & self.caring, merged))
        total = spent
        for _, table in groups:
            if 0 not in table:
                return
            total = _add(total, table[0])
        if total.cost < self.best.cost:
            self.best = total

    def _merge(self, tables: Sequence[Table]) -> Table:
        """For each value what it costs that a group leaves nothing but that, or nothing (0)."""
        merged: Table = {}
        for value in (0, *self.wants):
            total = Cost(0)
            for table in tables:
                options = [table[left] for left in {0, value} if left in table]
                if not options:
                    break
                total = _add(total, min(options, key=lambda entry: entry.cost))
            else:
                merged[value] = total
        return merged


def _keep(table: Table, state: int, entry: Cost) -> None:
    if state not in table or entry.cost < table[state].cost:
        table[state] = entry


def _undominated(table: Table) -> Table:
    """Without states that leave more to settle than another one, and cost no less."""
    if len(table) == 1:
        return table
    return {
        state: entry
        for state, entry in table.items()
        if not any(
            other != state and not other & ~state and table[other].cost <= entry.cost
            for other in table
        )
    }


def _gains(before: Table, after: Table) -> bool:
    """Whether a state became cheaper to reach."""
    return any(
        all(old & ~state or had.cost > entry.cost for old, had in before.items())
        for state, entry in after.items()
    )


def _add(a: Cost, b: Cost) -> Cost:
    """Both costs, and the settings of both."""
    trail = a.trail
    for place, value in b.settings():
        trail = Trail(place, value, trail)
    return Cost(a.cost + b.cost, trail)
