# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification of a Debian source package, from its .dsc.

Somebody else may have made it, so nothing of it runs: all is read as text. Its kernel's makefiles
run where the user trusts the package.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from distgen.archives.dsc import is_dsc
from distgen.distros.distro import Distro
from distgen.errors import UsageError
from distgen.kconfig.batch import kbuild_folder
from distgen.verify import configs, kernel
from distgen.verify.configs import Narrowed
from distgen.verify.deb import (
    autopkgtest,
    changelog,
    config_comments,
    control,
    fields,
    needs,
    packaging,
    patches,
)
from distgen.verify.deb.control import Control
from distgen.verify.deb.package import DebianPackage, take_apart
from distgen.verify.deb.package import check as check_package
from distgen.verify.deb.stanza import Stanza
from distgen.verify.finding import AGAIN, Check, Finding, Options, Report
from distgen.verify.inside import Inside
from distgen.verify.kernel import Kernel

# Where a distribution differs even from the one that it derives from
TELLING = ("control", "rules", "README.source")
HEADING = re.compile(r"^# \S+/\S+ (\S+) Kernel Configuration$", re.M)
HEAD = 512  # characters of a configuration that its heading is in


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is a .dsc, signed or not."""
    return is_dsc(head)


def verify(path: Path, options: Options) -> Report:
    """Check it. Raises what ``verification.verify`` raises."""
    with kbuild_folder() as name:
        package = take_apart(path, Path(name) / "files")
        if package.damage and not package.members:
            return Report(findings=package.damage)
        opened = _open(package)
        if isinstance(opened, Finding):
            return Report(findings=[*package.damage, opened])
        return _Look(package=package, opened=opened, options=options).report()


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """What a package that distgen made holds beside the kernel."""

    control: Control
    inside: Inside
    distro: Distro


def _open(package: DebianPackage) -> _Opened | Finding:
    """debian/control, the packaging and the distribution, or why it has none."""
    text = _text(package, "control")
    parsed = control.parse(text)
    if parsed is None:
        return Finding(Check.PAYLOAD, control.PATH, "missing or empty", AGAIN)
    folder = package.debian / "layers"
    if not (folder / "distro").is_dir():
        what = "not there: make D-src did not make this package, or a part is missing"
        return Finding(
            Check.PAYLOAD,
            "debian/layers",
            what,
            "distgen verifies only packages that make D-src made",
        )
    layers = Inside(folder=folder, family="deb")
    try:
        distro = layers.closest("\n".join(_text(package, name) for name in TELLING))
    except UsageError as error:
        what = error.message.replace(f"{package.folder}/", "")
        return Finding(Check.PAYLOAD, "debian/layers", what, error.hint)
    if distro is None:
        return Finding(
            Check.PAYLOAD, "debian/layers", "holds no distribution that packages as deb", AGAIN
        )
    return _Opened(control=parsed, inside=layers, distro=distro)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """One package under verification."""

    package: DebianPackage
    opened: _Opened
    options: Options

    def report(self) -> Report:
        """Every check that may be made, in order."""
        package, parsed, distro = self.package, self.opened.control, self.opened.distro
        findings = [
            *package.damage,
            *check_package(package),
            *self._fields(),
            *self._debian(),
            *configs.check(
                self._configs,
                distro,
                self._narrowed,
                where="debian/config",
                whole=bool(package.members),
            ),
            *self._config_comments(),
        ]
        variants = [variant for variant in distro.variants if variant.config in self._configs]
        whole = not package.damage
        resolved = kernel.report(self._kernel(), variants, self.options, whole=whole)
        checked = [f"{len(package.listed)} files", f"{len(parsed.binaries)} packages"]
        return Report(
            findings=[*findings, *resolved.findings], checked=[*checked, *resolved.checked]
        )

    @cached_property
    def _tests(self) -> list[Stanza]:
        return autopkgtest.read(self.package.debian)

    @cached_property
    def _configs(self) -> list[str]:
        folder = self.package.debian / "config"
        return sorted(path.name for path in folder.glob("*") if path.is_file())

    @property
    def _narrowed(self) -> Narrowed:
        return configs.guess(self._configs, self.opened.distro)

    def _fields(self) -> Iterator[Finding]:
        """The .dsc against debian/control."""
        package, parsed = self.package, self.opened.control
        again = f"make it again: make {self.opened.distro.source_target}"
        triggers = autopkgtest.triggers(self._tests, parsed)
        tests = {"Testsuite": "autopkgtest", "Testsuite-Triggers": ", ".join(triggers)}
        yield from fields.check(package.dsc, parsed, tests if self._tests else {}, again)
        yield from fields.check_version(package.dsc, package.path.name)

    def _debian(self) -> Iterator[Finding]:
        """The files of debian/, each by itself."""
        package, parsed, opened = self.package, self.opened.control, self.opened
        yield from packaging.required(package.debian)
        yield from packaging.check(
            package.debian,
            opened.distro,
            opened.inside.rendered[opened.distro.name],
            trust=self.options.trust,
        )
        yield from control.check(parsed)
        narrowed = bool(str(self._narrowed))
        yield from needs.check(parsed, _text(package, "README.source"), narrowed=narrowed)
        yield from autopkgtest.check(self._tests, package.debian)
        if text := _text(package, "changelog"):
            yield from changelog.check(text, package.dsc.get("Version"))
        yield from patches.check(package.debian)

    def _config_comments(self) -> Iterator[Finding]:
        """What debian/control and the tests say that they are there for."""
        package, binaries = self.package, self.opened.control.binaries
        stanzas = [(binary.where, binary.stanza) for binary in binaries]
        stanzas += [(f"{autopkgtest.PATH}:{test.line}", test) for test in self._tests]
        yield from config_comments.check(stanzas, package.debian / "config", self.opened.distro)
        packages = [binary.stanza for binary in binaries]
        yield from config_comments.unspoken(packages, self._configs, control.PATH)

    def _kernel(self) -> Kernel:
        package = self.package
        folder = package.debian / "config"
        heads = [(folder / name).read_text(errors="replace")[:HEAD] for name in self._configs]
        named = [match[1] for head in heads if (match := HEADING.search(head))]
        return Kernel(
            version=named[0] if named else "",
            tarball=package.orig,
            top="",
            patches=[package.debian / "patches" / name for name in patches.read(package.debian)],
            packaging=self.opened.inside.folder,
            configs=folder,
            scratch=package.folder.parent / "linux",
        )


def _text(package: DebianPackage, name: str) -> str:
    """A file of debian/, "" where it is not there."""
    path = package.debian / name
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
