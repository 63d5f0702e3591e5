# SPDX-License-Identifier: GPL-2.0-or-later
"""What rpm makes of a spec: for each arch of the distribution, each switch turned over.

The switches are those that the spec itself makes known. Which packages are a flavour's is seen by
turning its switch, so no name of a package is written here.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from distgen.distros.distro import Arch, Distro
from distgen.distros.variant import Variant
from distgen.layers.layout import BASE_NAME
from distgen.run import run
from distgen.verify.finding import Check, Finding
from distgen.verify.rpm import parse
from distgen.verify.rpm.spec import Spec
from distgen.words import listed

HINT = "fix the template of the spec; rpmspec -q with these options shows the packages"


@dataclass(frozen=True, kw_only=True)
class Parse:
    """One parse: rpm's ``error`` ("" for none), what it printed, the packages that have files."""

    error: str
    said: str
    packages: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Parses:
    """All parses for one arch, by the switch that was turned; ``facts`` are of the plain one."""

    arch: Arch
    switches: Mapping[str, bool]
    plain: Parse
    turned: Mapping[str, Parse]
    facts: Mapping[str, Sequence[str]]


def parse_all(spec: Path, distro: Distro, folder: Path, dist: str) -> list[Parses]:
    """Parse for every arch, on all processors. ``dist`` is the macro, ``folder`` for what it takes.

    It runs what is in the spec. Raises CommandError where rpm dies of it.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda arch: _parse(spec, arch, folder, dist), distro.arches))


def _parse(spec: Path, arch: Arch, folder: Path, dist: str) -> Parses:
    home = folder / f"parse-{arch.name}"
    home.mkdir()
    job, out = home / "job.json", home / "out.json"
    words = {"spec": spec, "macros": home / "macros", "out": out}
    told = {"target": f"{arch.package}-linux", "dist": dist}
    job.write_text(
        json.dumps({**{key: str(path) for key, path in words.items()}, **told}), encoding="utf-8"
    )
    # Without a home of its own it would read this user's macros
    argv = [sys.executable, str(Path(parse.__file__)), str(job)]
    run(argv, cwd=home, extra_env={"HOME": str(home), "XDG_CONFIG_HOME": str(home)})
    done = json.loads(out.read_text(encoding="utf-8"))
    return Parses(
        arch=arch,
        switches=done["switches"],
        facts=done["plain"].pop("facts"),
        plain=Parse(**done["plain"]),
        turned={name: Parse(**parsed) for name, parsed in done["turned"].items()},
    )


def check(parses: Parses, spec: Spec, distro: Distro) -> Iterator[Finding]:
    """Whether every parse succeeds, and gives the packages of what is switched on."""
    for where, what in _wrong(parses, spec, distro):
        yield Finding(Check.PARSE, where, what, HINT)
    runs = [parses.plain, *parses.turned.values()]
    said = (line for run in runs if not run.error for line in run.said.splitlines())
    for line in dict.fromkeys(said):
        if line.strip():
            where = f"{spec.name}, --target {parses.arch.package}"
            yield Finding(Check.PARSE, where, f"rpm says: {line}", note=True)


def _wrong(parses: Parses, spec: Spec, distro: Distro) -> Iterator[tuple[str, str]]:
    """Where it is wrong, and what."""
    runs = {"": parses.plain, **parses.turned}
    failed = False
    for name, parsed in runs.items():
        where = f"{spec.name}, {_command(parses, name)}"
        if parsed.error:
            failed = True
            first = next((line for line in parsed.said.splitlines() if line.strip()), parsed.error)
            yield where, f"rpm does not take it: {first}"
    if not failed:
        yield from _packages(parses, spec, distro)


def _packages(parses: Parses, spec: Spec, distro: Distro) -> Iterator[tuple[str, str]]:
    owned = {flavour: _own(parses, flavour) for flavour in ("", *distro.flavours)}
    others = {name for some in owned.values() for name in some or ()}
    for flavour, own in owned.items():
        switch = _switch(flavour)
        if own is None:
            missing = next(s for s in (switch, f"{switch}only") if s not in parses.turned)
            what = f"knows no --with {missing}, and distro.toml has the flavour"
            yield _where(parses, spec, ""), what
            continue
        yield from _names(parses, spec, distro, flavour, own)
        yield from _default(parses, spec, flavour, own)
        its = {name for o, some in owned.items() if _has(o, flavour) for name in some or ()}
        only = {*parses.turned[f"{switch}only"].packages}
        where = _where(parses, spec, f"{switch}only")
        if missed := own - only:
            yield where, f"does not make {listed(sorted(missed), 4)}"
        if more := only & others - its:
            yield where, f"makes {listed(sorted(more), 4)} as well"


def _names(
    parses: Parses, spec: Spec, distro: Distro, flavour: str, own: set[str]
) -> Iterator[tuple[str, str]]:
    """A flavour has packages, called as it is, or as a flavour that it is a part of."""
    where = _where(parses, spec, _switch(flavour))
    if not own:
        yield where, "changes nothing about the packages that are made"
    strange = {name for name in own if not _has(_flavour_of(name, distro), flavour)}
    if strange:
        yield where, f"also turns {listed(sorted(strange), 4)}"


def _default(parses: Parses, spec: Spec, flavour: str, own: set[str]) -> Iterator[tuple[str, str]]:
    """Without a switch a flavour is made where there is a configuration, and only there."""
    config = Variant(distro="", arch=parses.arch.name, flavour=flavour).config
    made = own & {*parses.plain.packages}
    if made and not spec.switched_on(config):
        yield _where(parses, spec, ""), f"makes {listed(sorted(made), 4)}, and has no {config}"
    if not made and spec.switched_on(config):
        yield _where(parses, spec, ""), f"makes no package of {config}"


def _own(parses: Parses, flavour: str) -> set[str] | None:
    """The packages that a flavour's switch turns, None where the spec lacks one for it."""
    switch = _switch(flavour)
    if switch not in parses.turned or f"{switch}only" not in parses.turned:
        return None
    return {*parses.plain.packages} ^ {*parses.turned[switch].packages}


def _flavour_of(name: str, distro: Distro) -> str:
    """The flavour that a package's name says, the longest that could be."""
    said = [
        flavour
        for flavour in distro.flavours
        if f"{name}-".startswith(f"{distro.source}-{flavour}-")
    ]
    return max(said, key=len, default="")


def _has(flavour: str, part: str) -> bool:
    """Whether it is that flavour or has all of its words, as rt-64k-debug has those of rt-debug."""
    return flavour == part or (part != "" and {*part.split("-")} <= {*flavour.split("-")})


def _switch(flavour: str) -> str:
    return flavour.replace("-", "_") or BASE_NAME


def _command(parses: Parses, switch: str) -> str:
    """The options of rpmbuild that show it."""
    way = "without" if parses.switches.get(switch) else "with"
    return f"--target {parses.arch.package}" + (f" --{way} {switch}" if switch else "")


def _where(parses: Parses, spec: Spec, switch: str) -> str:
    return f"{spec.name}, {_command(parses, switch)}"
