# SPDX-License-Identifier: GPL-2.0-or-later
"""A source RPM. Its spec is parsed if it is the one that distgen renders from what is inside, or
if the package is trusted."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from distgen.archives import rpm_package
from distgen.archives.tar import unpack
from distgen.distros.distro import Distro
from distgen.errors import CommandError, UsageError
from distgen.log import say
from distgen.verify import configs
from distgen.verify.configs import Narrowed
from distgen.verify.finding import AGAIN, Check, Finding, Report
from distgen.verify.inside import LIMIT, Inside, unsafe
from distgen.verify.kernel import Kernel
from distgen.verify.rpm import header, package, spec, switches
from distgen.verify.rpm.package import THE_PACKAGE, Header
from distgen.verify.rpm.spec import Spec
from distgen.verify.source_package import NOT_OURS, SourcePackage, gaps

LARGEST = 16 << 20  # bytes of a spec
LAYERS = "distro-layers.tar.gz"
PACKAGING = "kernel.spec"


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is an RPM package."""
    return head.startswith(rpm_package.MAGIC)


def take_apart(path: Path, folder: Path) -> "SourceRpm":
    """Write its files to a folder. UsageError for what cannot be one."""
    folder.mkdir()
    read, names, damage = package.read(path, folder)
    return SourceRpm(path=path, folder=folder, header=read, names=names, damage=damage)


@dataclass(frozen=True, kw_only=True)
class SourceRpm(SourcePackage):
    """One that was taken apart."""

    family = "rpm"
    header: Header

    @cached_property
    def _spec(self) -> Spec:
        paths = [self.folder / name for name in self.names if name.endswith(".spec")]
        paths = [path for path in paths if path.stat().st_size < LARGEST]
        if len(paths) != 1:
            message = f"{THE_PACKAGE}: {len(paths)} whole files *.spec, and there has to be one"
            raise UsageError(message, AGAIN)
        return spec.read(paths[0].name, paths[0].read_text(encoding="utf-8", errors="replace"))

    @property
    def layers(self) -> Path:
        """What is in distro-layers.tar.gz."""
        return self.scratch / "inside"

    def open(self) -> None:
        """Unpack that, if there is a spec as well."""
        if self._spec and LAYERS not in self.names:
            message = f"{LAYERS}: not there: make D-srpm did not make this package"
            raise UsageError(message, NOT_OURS)
        unpack(self.folder / LAYERS, self.layers, LIMIT)

    def distro(self, inside: Inside) -> Distro | None:
        """The one whose packaging the spec holds, else shares most lines with."""
        for distro in inside.distros:
            rendered = inside.rendered[distro.name][PACKAGING]
            if any(spec.holds(self._spec, p) for p in (rendered, inside.own(distro, PACKAGING))):
                return distro
        return inside.closest(self._spec.text)

    def configs(self) -> list[str]:
        """Those of its files."""
        return configs.names(self.names)

    def narrowed(self, distro: Distro) -> tuple[str, Narrowed]:
        """What its spec says."""
        del distro
        return self._spec.name, self._spec.narrowed

    def check(self, inside: Inside, distro: Distro, *, trust: bool) -> Report:
        """The header, and the spec as text and as rpm parses it."""
        numbers = [number for number, _ in self._spec.patches]
        findings = [
            *gaps(numbers, self._spec.name),
            *self._not_switched_on(),
            *header.check(self.header, self.path.name, self._spec, distro),
        ]
        checked = [f"{len(self.names)} files"]
        strange = list(self._strange(inside, distro, trust=trust))
        if trust or not strange:
            count, found = self._parse(distro)
            strange += found
            checked.append(f"{count} parses of the spec")
        return Report(findings=[*findings, *strange], checked=checked)

    def _not_switched_on(self) -> Iterator[Finding]:
        for name in self.configs():
            if not self._spec.switched_on(name):
                what = f"does not switch on what {name} is for"
                hint = f"%global {spec.switch_of(name)} 1"
                yield Finding(Check.CONFIGS, self._spec.name, what, hint)

    def _strange(self, inside: Inside, distro: Distro, *, trust: bool) -> Iterator[Finding]:
        """Why the spec is not one that distgen rendered; a note in a trusted package."""
        name = self._spec.name
        if text := unsafe(distro):
            where, what = f"distro/{distro.name}/distro.toml", f"{text!r} could run in a spec"
        elif line := spec.surprise(self._spec, inside.rendered[distro.name][PACKAGING]):
            where = f"{name}:{line[0]}"
            what = f"not what distgen renders for {distro.name}: {line[1].strip()[:60]!r}"
        else:
            return
        hint = "made by another version of distgen, or edited. Parsing it runs what is in it:"
        hint = f"{hint} read it (rpm2cpio FILE | cpio -i --to-stdout {name}), then --trust"
        hint = "parsed, since the package is trusted" if trust else hint
        yield Finding(Check.SPEC, where, what, hint, note=trust)

    def _parse(self, distro: Distro) -> tuple[int, list[Finding]]:
        """How many parses there were, and what is wrong with them."""
        read = self._spec
        say(f"  PARSE   {read.name} for {len(distro.arches)} arches, with each of its switches")
        dist = header.dist(self.header, read)
        try:
            path = self.folder / read.name
            parses = switches.parse_all(path, distro, self.scratch, dist)
        except CommandError as error:
            return 0, [Finding(Check.PARSE, read.name, error.message, error.hint)]
        found = [f for parsed in parses for f in switches.check(parsed, read, distro)]
        for parsed in parses:
            if parsed.arch.package == self.header.arch and not parsed.plain.error:
                found += header.against(self.header, parsed.facts, distro)
        return sum(1 + len(parsed.turned) for parsed in parses), found

    def kernel(self, inside: Inside) -> Kernel:
        """Source0, with the patches of the spec."""
        read = self._spec
        return Kernel(
            version=read.kernel,
            tarball=next((self.folder / file for n, file in read.sources if n == 0), None),
            top=read.macros.get("sourcedir", ""),
            patches=[self.folder / name for _, name in read.patches],
            packaging=inside.folder,
            configs=self.folder,
            scratch=self.scratch / "linux",
        )
