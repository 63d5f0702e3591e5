# SPDX-License-Identifier: GPL-2.0-or-later
"""Build profiles: what restriction formulas such as ``<!nocheck> <cross>`` leave of a package.

A formula is met where all terms of one of its groups are. An empty one always is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

Term = tuple[bool, str]  # whether the profile has to be active, and which
Formula = Sequence[Sequence[Term]]

MANY = 10  # profiles of which not every selection is tried


def named(formulas: Iterable[Formula]) -> list[str]:
    """The profiles that they speak of, sorted."""
    return sorted({name for formula in formulas for group in formula for _, name in group})


def met(formula: Formula, active: Collection[str]) -> bool:
    """Whether it is met with these profiles active."""
    return not formula or any(
        all((profile in active) is wanted for wanted, profile in group) for group in formula
    )


def contradiction(formula: Formula) -> str:
    """A profile that a group wants both active and not, "" where each group can be met."""
    both = (
        profile for group in formula for on, profile in group if on and (False, profile) in group
    )
    return next(both, "")


def selections(formulas: Iterable[Formula]) -> Iterator[tuple[str, ...]]:
    """What can be active of all that formulas speak of, none first, then the smallest.

    Of more than MANY profiles at most two at once.
    """
    profiles = named(formulas)
    most = len(profiles) if len(profiles) <= MANY else 2
    for count in range(most + 1):
        yield from combinations(profiles, count)
