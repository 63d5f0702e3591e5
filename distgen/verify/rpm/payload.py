# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a source RPM: whole, as packages have them, and those that the spec names."""

import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from distgen.archives.tar import Member
from distgen.distros.variant import CONFIG_NAME
from distgen.run import run
from distgen.verify import configs
from distgen.verify.finding import AGAIN, Check, Finding
from distgen.verify.rpm.package import Package
from distgen.verify.rpm.spec import Spec, switch_of

MODE = 0o644


def check(package: Package, spec: Spec) -> Iterator[Finding]:
    """Digests, modes, owners and times; the names, and what is for them, against the spec."""
    yield from damage(package)
    for member in package.members:
        yield from _member(member, spec)
    yield from _names(package, spec)
    yield from _switches(package, spec)


def damage(package: Package) -> Iterator[Finding]:
    """What rpm says of the digests of header and payload, and what cannot be read."""
    said = run(
        ["rpmkeys", "--checksig", "--nosignature", "-v", str(package.path.resolve())],
        cwd=Path("/"),
        check=False,
    )
    for line in said.stdout.splitlines():
        if "digest" in line and not line.rstrip().endswith("OK"):
            what = line.strip().partition(" (")[0]
            yield Finding(Check.PAYLOAD, "the package", f"rpm says: {what}", AGAIN)
    if package.damage:
        yield Finding(Check.PAYLOAD, "the package", package.damage, AGAIN)
    for member in package.members:
        if member.wrong:
            yield Finding(Check.PAYLOAD, member.name, member.wrong, AGAIN)


def _member(member: Member, spec: Spec) -> Iterator[Finding]:
    if not stat.S_ISREG(member.mode) or stat.S_IMODE(member.mode) != MODE:
        mode = stat.filemode(member.mode)
        hint = "--define '_srcdefattr (0644,root,root)' for rpmbuild"
        yield Finding(
            Check.PAYLOAD, member.name, f"mode {mode}, and not {stat.filemode(0o100644)}", hint
        )
    if (member.owner, member.group) != ("root", "root"):
        hint = "--define '_srcdefattr (0644,root,root)' for rpmbuild"
        yield Finding(
            Check.PAYLOAD, member.name, f"owned by {member.owner}:{member.group}, not root", hint
        )
    if spec.epoch is not None and member.mtime > spec.epoch:
        what = f"{member.mtime - spec.epoch} s younger than the commit that was packaged"
        hint = "--define 'clamp_mtime_to_source_date_epoch 1' for rpmbuild"
        yield Finding(Check.PAYLOAD, member.name, what, hint)


def _names(package: Package, spec: Spec) -> Iterator[Finding]:
    """Each file that the spec lists is in the package once, and no other file."""
    listed = [name for _, name in (*spec.sources, *spec.patches)]
    there = [*package.names]
    for name in (Counter(listed) - Counter(there)) if not package.damage else ():
        yield Finding(
            Check.PAYLOAD, name, f"{spec.name} lists it, and it is not in the package", AGAIN
        )
    for name in Counter(there) - Counter([*listed, spec.name]):
        hint = f"remove it, or list it in {spec.name}"
        yield Finding(
            Check.PAYLOAD, name, f"in the package, and {spec.name} does not list it", hint
        )
    for number, name in spec.sources:
        if number > 1 and not CONFIG_NAME.fullmatch(name):
            yield Finding(
                Check.PAYLOAD,
                name,
                "a source that is not a configuration",
                f"mkspec lists no Source{number}",
            )
    yield from _in_order("Source", spec.name, [number for number, _ in spec.sources])
    patches = [number for number, _ in spec.patches]
    yield from _in_order("Patch", spec.name, patches)
    gaps = sorted({*range(1, max(patches, default=0))} - {*patches})
    if gaps:
        words = ", ".join(f"Patch{number}" for number in gaps)
        yield Finding(
            Check.PAYLOAD, spec.name, f"no {words}: a patch of the series is missing", AGAIN
        )


def _switches(package: Package, spec: Spec) -> Iterator[Finding]:
    for name in configs.names(package.names):
        if not spec.switched_on(name):
            hint = f"%global {switch_of(name)} 1"
            what = f"does not switch on what {name} is for"
            yield Finding(Check.CONFIGS, spec.name, what, hint)


def _in_order(kind: str, where: str, numbers: Sequence[int]) -> Iterator[Finding]:
    for before, after in pairwise(numbers):
        if after <= before:
            what = f"{kind}{after} after {kind}{before}: rpm goes by the number, not by the order"
            yield Finding(Check.PAYLOAD, where, what, f"number the {kind} lines upwards")
