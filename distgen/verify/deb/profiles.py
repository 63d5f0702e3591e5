# SPDX-License-Identifier: GPL-2.0-or-later
"""Build profiles: what restriction formulas such as ``<!nocheck> <cross>`` leave of a package.

A formula is met where all terms of one of its groups are. An empty one always is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

Term = tuple[bool, str]  # whether the profile has to be active, and which
Formula = Sequence[Sequence[Term]]

FORMULA = re.compile(r"\s*(?:<\s*!?[^\s<>!]+(?:\s+!?[^\s<>!]+)*\s*>\s*)+")
NAME = re.compile(r"[a-z0-9][a-z0-9+.-]*")
# Those of https://wiki.debian.org/BuildProfileSpec; a package may add pkg.SOURCE.*
STANDARD = re.compile(
    r"cross|stage\d+|nobiarch|nocheck|nocil|nodoc|nogolang|noguile|noinsttest|nojava|nolua|noocaml"
    r"|noperl|nopython|noruby|noudeb|nowasm|nowindows|derivative\.[a-z0-9+-]+\.[a-z0-9+.-]+"
)
MANY = 10  # profiles of which not every selection is tried


def parse(value: str) -> Formula | None:
    """The formula of a Build-Profiles field, None where it is none."""
    if not value:
        return ()
    if not FORMULA.fullmatch(value):
        return None
    return tuple(
        tuple((not word.startswith("!"), word.lstrip("!")) for word in group.split())
        for group in re.findall(r"<([^<>]*)>", value)
    )


def named(formula: Formula) -> set[str]:
    """The profiles that it speaks of."""
    return {profile for group in formula for _, profile in group}


def met(formula: Formula, active: Iterable[str]) -> bool:
    """Whether it is met with these profiles active."""
    chosen = {*active}
    return not formula or any(
        all((profile in chosen) is wanted for wanted, profile in group) for group in formula
    )


def contradiction(formula: Formula) -> str:
    """A profile that a group wants both active and not, "" where each group can be met."""
    return next(
        (
            profile
            for group in formula
            for wanted, profile in group
            if wanted and (False, profile) in group
        ),
        "",
    )


def strange(profile: str, source: str, documented: str) -> str:
    """Why nobody could know of a profile, "" where somebody can.

    ``documented`` is the text in which the package names its own, ``pkg.SOURCE.*``.
    """
    if not NAME.fullmatch(profile):
        return "not a valid name of a profile"
    if STANDARD.fullmatch(profile):
        return ""
    if not profile.startswith(f"pkg.{source}."):
        return f"not one of Debian's profiles, and not pkg.{source}.*"
    if not re.search(rf"(?<![\w.+-]){re.escape(profile)}(?![\w+-]|\.\w)", documented):
        return "debian/README.source does not name it"
    return ""


def selections(formulas: Iterable[Formula]) -> Iterator[tuple[str, ...]]:
    """What can be active of all that formulas speak of, none first, then the smallest.

    Of more than MANY profiles at most two at once.
    """
    profiles = sorted(set().union(*map(named, formulas)))
    most = len(profiles) if len(profiles) <= MANY else 2
    for count in range(most + 1):
        yield from combinations(profiles, count)
