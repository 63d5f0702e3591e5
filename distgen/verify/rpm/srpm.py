# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification of a source RPM.

Somebody else may have made it, so nothing of it runs until it is known what that is: its spec is
parsed where it is the one that distgen renders from the distro.toml inside, and its kernel's
makefiles run where the user trusts the package.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from distgen.archives import rpm_package
from distgen.archives.tar import unpack
from distgen.distros.distro import Distro
from distgen.distros.variant import Variant
from distgen.errors import CommandError, UsageError
from distgen.kconfig.batch import kbuild_folder
from distgen.log import say
from distgen.verify import configs, inside, kernel
from distgen.verify.finding import AGAIN, Check, Finding, Options, Report
from distgen.verify.inside import Inside
from distgen.verify.kernel import Kernel
from distgen.verify.rpm import header, payload, spec, switches
from distgen.verify.rpm.package import Package, take_apart
from distgen.verify.rpm.spec import Spec

SPECS = ".spec"
LARGEST = 16 << 20  # bytes of a spec
LAYERS = "distro-layers.tar.gz"
PACKAGING = "kernel.spec"


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is an RPM package."""
    return head.startswith(rpm_package.MAGIC)


def verify(path: Path, options: Options) -> Report:
    """Every check of a source RPM. Raises what ``verification.verify`` raises."""
    with kbuild_folder() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        try:
            package = take_apart(path, folder / "files")
        except rpm_package.DamagedError as error:
            what = error.message.removeprefix(f"{path}: ")
            return Report(findings=[Finding(Check.PAYLOAD, "the package", what, AGAIN)])
        opened = _open(package)
        if isinstance(opened, Finding):
            return Report(findings=[*payload.damage(package), opened])
        return _Look(package=package, opened=opened, options=options).report()


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """What a package that distgen made holds beside the kernel."""

    spec: Spec
    inside: Inside
    distro: Distro


def _open(package: Package) -> _Opened | Finding:
    """The spec, the packaging and the distribution; or why distgen did not make the package."""
    whole = [member for member in package.members if not member.wrong and member.size < LARGEST]
    named = [member.name for member in whole if member.name.endswith(SPECS)]
    if len(named) != 1:
        what = f"{len(named)} whole files *{SPECS}, and there has to be one"
        return Finding(Check.SPEC, "the package", what, AGAIN)
    if not (package.folder / LAYERS).is_file():
        what = "not there: make D-srpm did not make this package, or a part is missing"
        return Finding(
            Check.PAYLOAD, LAYERS, what, "distgen verifies only packages that make D-srpm made"
        )
    text = (package.folder / named[0]).read_text(encoding="utf-8", errors="replace")
    read = spec.read(named[0], text)
    folder = package.folder.parent / "inside"
    try:
        unpack(package.folder / LAYERS, folder, inside.LIMIT)
        layers = Inside(folder=folder, family="rpm")
        distro = _distro_of(read, layers)
    except UsageError as error:
        what = error.message.replace(f"{folder}/", "").removeprefix(f"{LAYERS}: ")
        return Finding(Check.PAYLOAD, LAYERS, what, error.hint)
    if distro is None:
        what = "holds no distribution that packages as RPM"
        return Finding(Check.PAYLOAD, LAYERS, what, AGAIN)
    return _Opened(spec=read, inside=layers, distro=distro)


def _distro_of(read: Spec, layers: Inside) -> Distro | None:
    """Whose package it is: whose packaging the spec holds, else shares most lines with."""
    for distro in layers.distros:
        rendered, own = layers.rendered[distro.name][PACKAGING], layers.own(distro, PACKAGING)
        if spec.holds(read, rendered) or spec.holds(read, own):
            return distro
    return layers.closest(read.text)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """One package under verification."""

    package: Package
    opened: _Opened
    options: Options

    def report(self) -> Report:
        """Every check that may be made, in order."""
        package, read, distro = self.package, self.opened.spec, self.opened.distro
        whole = not package.damage
        there = configs.names(package.names)
        findings = [
            *payload.check(package, read),
            *header.check(package, read, distro),
            *configs.check(there, distro, read.narrowed, where=read.name, whole=whole),
        ]
        strange = list(self._strange())
        findings += strange
        checked = [f"{len(package.members)} files"]
        if self.options.trust or not strange:
            parses, found = self._parse()
            findings += found
            checked.append(f"{sum(p.count for p in parses)} parses of the spec")
        resolved = kernel.report(self._kernel(), self._variants(), self.options, whole=whole)
        return Report(
            findings=[*findings, *resolved.findings], checked=[*checked, *resolved.checked]
        )

    def _strange(self) -> Iterator[Finding]:
        """Why the spec is not one that distgen rendered; a note in a trusted package."""
        read, distro, trust = self.opened.spec, self.opened.distro, self.options.trust
        what = ""
        if text := inside.unsafe(distro):
            where, what = f"distro/{distro.name}/distro.toml", f"{text!r} could run in a spec"
        elif line := spec.surprise(read, self.opened.inside.rendered[distro.name][PACKAGING]):
            where = f"{read.name}:{line[0]}"
            what = f"not what distgen renders for {distro.name}: {line[1].strip()[:60]!r}"
        if what:
            hint = "made by another version of distgen, or edited. Parsing it runs what is in it:"
            hint = f"{hint} read it (rpm2cpio FILE | cpio -i --to-stdout {read.name}), then --trust"
            hint = "parsed, since the package is trusted" if trust else hint
            yield Finding(Check.SPEC, where, what, hint, note=trust)

    def _parse(self) -> tuple[Sequence[switches.Parses], list[Finding]]:
        package, read, distro = self.package, self.opened.spec, self.opened.distro
        say(f"  PARSE   {read.name} for {len(distro.arches)} arches, with each of its switches")
        folder, dist = package.folder.parent, header.dist(package, read)
        try:
            parses = switches.parse_all(package.folder / read.name, distro, folder, dist)
        except CommandError as error:
            return [], [Finding(Check.PARSE, read.name, error.message, error.hint)]
        found = [f for parsed in parses for f in switches.check(parsed, read, distro)]
        for parsed in parses:
            if parsed.arch.package == package.arch and not parsed.plain.error:
                found += header.against(package, parsed.facts, distro)
        return parses, found

    def _variants(self) -> list[Variant]:
        """The configurations that are there, and should be."""
        there = {member.name for member in self.package.members if not member.wrong}
        wanted = self.opened.spec.narrowed.wanted(self.opened.distro)
        return [variant for variant in wanted if variant.config in there]

    def _kernel(self) -> Kernel:
        folder, read = self.package.folder, self.opened.spec
        tarball = next((folder / file for number, file in read.sources if number == 0), None)
        return Kernel(
            version=read.kernel,
            tarball=tarball,
            top=read.macros.get("sourcedir", ""),
            patches=[folder / name for _, name in read.patches],
            packaging=self.opened.inside.folder,
            configs=folder,
            scratch=folder.parent / "linux",
        )
