# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification of a source RPM.

Somebody else may have made it, so nothing of it runs until it is known what that is: its spec is
parsed where it is the one that distgen renders from the distro.toml inside, and its kernel's
makefiles run where the user trusts the package.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from distgen import rpm_package
from distgen.distro import Distro
from distgen.errors import CommandError, UsageError
from distgen.talk import say
from distgen.tree import Tree
from distgen.variant import Variant
from distgen.verify import configs, header, inside, kernel, payload, spec, switches
from distgen.verify.finding import Check, Finding, Report
from distgen.verify.inside import Inside
from distgen.verify.package import Package, take_apart
from distgen.verify.spec import Spec

SPECS = ".spec"
LARGEST = 16 << 20  # bytes of a spec


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is an RPM package."""
    return head.startswith(rpm_package.MAGIC)


def verify(path: Path, *, trust: bool, tree: Tree | None, resolve: bool) -> Report:
    """All that there is to say of a source RPM. Raises what ``verification.verify`` raises."""
    with tempfile.TemporaryDirectory(prefix="distgen-") as name:
        folder = Path(name)
        (folder / "files").mkdir()
        try:
            package = take_apart(path, folder / "files")
        except rpm_package.DamagedError as error:
            what = error.message.removeprefix(f"{path}: ")
            return Report(findings=[_finding(Check.PAYLOAD, "the package", what, payload.AGAIN)])
        opened = _open(package)
        if isinstance(opened, Finding):
            return Report(findings=[*payload.damage(package), opened])
        look = _Look(package=package, opened=opened, trust=trust, tree=tree, resolve=resolve)
        return look.report()


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """What a package of ours holds beside the kernel."""

    spec: Spec
    inside: Inside
    distro: Distro


def _open(package: Package) -> _Opened | Finding:
    """The spec, the packaging and the distribution; or why it cannot be a package of ours."""
    whole = [member for member in package.members if not member.wrong and member.size < LARGEST]
    named = [member.name for member in whole if member.name.endswith(SPECS)]
    if len(named) != 1:
        what = f"{len(named)} whole files *{SPECS}, and there has to be one"
        return _finding(Check.SPEC, "the package", what, payload.AGAIN)
    if not (package.folder / inside.NAME).is_file():
        what = "not there: this is no package of make D-srpm, or not a whole one"
        return _finding(Check.PAYLOAD, inside.NAME, what, "distgen verify knows only these")
    text = (package.folder / named[0]).read_text(encoding="utf-8", errors="replace")
    read = spec.read(named[0], text)
    try:
        layers = inside.unpack(package.folder / inside.NAME, package.folder.parent / "inside")
        distro = layers.distro_of(read)
    except UsageError as error:
        what = error.message.replace(f"{package.folder.parent}/inside/", "")
        return _finding(Check.PAYLOAD, inside.NAME, what, error.hint)
    if distro is None:
        what = "holds no distribution that packages as RPM"
        return _finding(Check.PAYLOAD, inside.NAME, what, payload.AGAIN)
    return _Opened(spec=read, inside=layers, distro=distro)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """One package under verification."""

    package: Package
    opened: _Opened
    trust: bool
    tree: Tree | None
    resolve: bool

    def report(self) -> Report:
        """Every check that may be made, in order."""
        package, read, distro = self.package, self.opened.spec, self.opened.distro
        findings = [
            *payload.check(package, read),
            *header.check(package, read, distro),
            *configs.check(package, read, distro),
        ]
        strange = list(self._strange())
        findings += strange
        checked = [f"{len(package.members)} files"]
        if self.trust or not strange:
            parses, found = self._parse()
            findings += found
            checked.append(f"{sum(p.count for p in parses)} parses of the spec")
        if variants := self._resolvable():
            findings += self._resolve(variants)
        elif self.resolve and not package.damage:
            findings.append(self._not_resolved())
        there = f"{len(configs.names(package))} configurations"
        checked.append(f"{there} resolved" if variants else f"{there} not resolved")
        return Report(findings=findings, checked=checked)

    def _strange(self) -> Iterator[Finding]:
        """Why the spec is not one that distgen rendered; a note in a trusted package."""
        read, distro = self.opened.spec, self.opened.distro
        what = ""
        if text := inside.unsafe(distro):
            where, what = f"distro/{distro.name}/distro.toml", f"{text!r} could run in a spec"
        elif line := spec.surprise(read, self.opened.inside.packagings[distro.name]):
            where = f"{read.name}:{line[0]}"
            what = f"not what distgen renders for {distro.name}: {line[1].strip()[:60]!r}"
        if what:
            hint = "made by another version of distgen, or edited. Parsing it runs what is in it:"
            hint = f"{hint} read it (rpm2cpio FILE | cpio -i --to-stdout {read.name}), then --trust"
            hint = "parsed, since the package is trusted" if self.trust else hint
            yield Finding(check=Check.SPEC, where=where, what=what, hint=hint, note=self.trust)

    def _parse(self) -> tuple[Sequence[switches.Parses], list[Finding]]:
        package, read, distro = self.package, self.opened.spec, self.opened.distro
        say(f"  PARSE   {read.name} for {len(distro.arches)} arches, with each of its switches")
        folder, dist = package.folder.parent, header.dist(package, read)
        try:
            parses = switches.parse_all(package.folder / read.name, distro, folder, dist)
        except CommandError as error:
            return [], [_finding(Check.PARSE, read.name, error.message, error.hint)]
        found = [f for parsed in parses for f in switches.check(parsed, read, distro)]
        for parsed in parses:
            if parsed.arch.package == package.arch and not parsed.plain.error:
                found += header.against(package, parsed.facts, distro)
        return parses, found

    def _resolvable(self) -> list[Variant]:
        """The configurations to resolve: none where that may not run."""
        if not self.resolve or self.package.damage or not (self.trust or self.tree):
            return []
        there = {member.name for member in self.package.members if not member.wrong}
        wanted = configs.wanted(self.opened.spec, self.opened.distro)
        return [variant for variant in wanted if variant.config in there]

    def _resolve(self, variants: Sequence[Variant]) -> list[Finding]:
        where = f"Linux {self.opened.spec.kernel}"
        where = f"{where} in {self.tree.path}" if self.tree else f"{where} inside"
        say(f"  RESOLVE {len(variants)} configurations with {where}")
        opened = self.opened
        return list(kernel.check(self.package, opened.spec, opened.inside, variants, self.tree))

    def _not_resolved(self) -> Finding:
        what = "not resolved: that runs the makefiles of the kernel inside"
        hint = "--trust lets them run, --tree TREE takes your own, --no-resolve leaves it out"
        where = "the configurations"
        return Finding(check=Check.RESOLVE, where=where, what=what, hint=hint, note=True)


def _finding(check: Check, where: str, what: str, hint: str) -> Finding:
    return Finding(check=check, where=where, what=what, hint=hint)
