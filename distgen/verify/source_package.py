# SPDX-License-Identifier: GPL-2.0-or-later
"""A source package taken apart: what is checked in each, and what each family says of its own.

Somebody else may have made it, so nothing of it runs until it is known what that is, or the user
trusts the package.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from distgen.distros.distro import Distro
from distgen.errors import UsageError
from distgen.verify import configs, kernel
from distgen.verify.configs import Narrowed
from distgen.verify.finding import AGAIN, Check, Finding, Options, Report
from distgen.verify.inside import Inside
from distgen.verify.kernel import Kernel
from distgen.words import listed

NOT_OURS = "distgen verifies only packages that make D-srpm or D-src made"


@dataclass(frozen=True, kw_only=True)
class SourcePackage(ABC):
    """``names`` are the files in ``folder``; ``damage`` is what is missing or broken of it all."""

    family: ClassVar[str]
    path: Path
    folder: Path
    names: Sequence[str]
    damage: Sequence[Finding]

    @property
    def scratch(self) -> Path:
        """A folder for whatever else is taken apart."""
        return self.folder.parent

    @property
    @abstractmethod
    def layers(self) -> Path:
        """The folder of its Makefile.distro and ``distro/``."""

    @abstractmethod
    def open(self) -> None:
        """Fill that folder. UsageError where distgen did not make the package: "WHERE: WHAT"."""

    @abstractmethod
    def distro(self, inside: Inside) -> Distro | None:
        """Whose package it is."""

    @abstractmethod
    def configs(self) -> list[str]:
        """The names of its configurations."""

    @abstractmethod
    def narrowed(self, distro: Distro) -> tuple[str, Narrowed]:
        """What it was narrowed to, and the file that says so."""

    @abstractmethod
    def check(self, inside: Inside, distro: Distro, *, trust: bool) -> Report:
        """What only this family has to say."""

    @abstractmethod
    def kernel(self, inside: Inside) -> Kernel:
        """The kernel in it."""


def verify(package: SourcePackage, options: Options) -> Report:
    """Every check that may be made. Raises what ``kernel.check`` raises."""
    if not package.names:
        return Report(findings=package.damage)
    try:
        package.open()
        inside = Inside(folder=package.layers, family=package.family)
        distro = package.distro(inside)
        if distro is None:
            message = f"distro/: holds no distribution that packages as {package.family}"
            raise UsageError(message, AGAIN)
    except UsageError as error:
        where, _, what = error.message.removeprefix(f"{package.layers}/").partition(": ")
        finding = Finding(Check.PAYLOAD, where, what, error.hint)
        return Report(findings=[*package.damage, finding])
    whole = not package.damage
    there = package.configs()
    file, narrowed = package.narrowed(distro)
    own = package.check(inside, distro, trust=options.trust)
    variants = [variant for variant in narrowed.wanted(distro) if variant.config in there]
    resolved = kernel.report(package.kernel(inside), variants, options, whole=whole)
    return Report(
        findings=[
            *package.damage,
            *own.findings,
            *configs.check(there, distro, narrowed, where=file, whole=whole),
            *resolved.findings,
        ],
        checked=[*own.checked, *resolved.checked],
    )


def gaps(numbers: Sequence[int], where: str) -> Iterator[Finding]:
    """The numbers that a series of patches lacks; ``where`` lists the series."""
    missing = sorted({*range(1, max(numbers, default=0))} - {*numbers})
    if missing:
        what = f"a patch of the series is missing: {listed([f'{n:04}' for n in missing])}"
        yield Finding(Check.PATCHES, where, what, AGAIN)
