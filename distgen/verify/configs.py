# SPDX-License-Identifier: GPL-2.0-or-later
"""Which configurations a source package has, against those that its distro.toml asks for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from distgen.distros.distro import Distro
from distgen.distros.variant import CONFIG_NAME, Variant
from distgen.layers.layout import BASE_NAME
from distgen.verify.finding import Check, Finding


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What a package was narrowed to on purpose by ARCHES= and FLAVOURS=, empty for all."""

    arches: Sequence[str] = ()
    flavours: Sequence[str] = ()

    def __str__(self) -> str:
        words = [("ARCHES", self.arches), ("FLAVOURS", self.flavours)]
        return " ".join(f'{name}="{" ".join(some)}"' for name, some in words if some)

    def wanted(self, distro: Distro) -> list[Variant]:
        """The configurations that should be there."""
        return [
            variant
            for variant in distro.variants
            if (not self.arches or variant.arch in self.arches)
            and (not self.flavours or (variant.flavour or BASE_NAME) in self.flavours)
        ]


def names(files: Iterable[str]) -> list[str]:
    """Those of the files that are configurations."""
    return [name for name in files if CONFIG_NAME.fullmatch(name)]


def guess(there: Sequence[str], distro: Distro) -> Narrowed:
    """What a package without a word about it was narrowed to, as it seems from what is there."""
    found = [variant for variant in distro.variants if variant.config in there]
    arches = [arch.name for arch in distro.arches if any(v.arch == arch.name for v in found)]
    flavours = [f for f in ("", *distro.flavours) if any(v.flavour == f for v in found)]
    return Narrowed(
        arches=arches if len(arches) < len(distro.arches) else (),
        flavours=[f or BASE_NAME for f in flavours]
        if len(flavours) <= len(distro.flavours)
        else (),
    )


def check(
    there: Sequence[str], distro: Distro, narrowed: Narrowed, *, where: str, whole: bool
) -> Iterator[Finding]:
    """What is missing, and what distro.toml does not ask for.

    ``where`` is the file that says what the package was narrowed to. If the package is not
    ``whole``, nothing counts as missing.
    """
    asked = [variant.config for variant in narrowed.wanted(distro)]
    toml = f"distro/{distro.name}/distro.toml"
    if str(narrowed):
        what = f"narrowed by {narrowed}: {len(asked)} of {len(distro.variants)} configurations"
        yield Finding(Check.CONFIGS, where, what, note=True)
    for name in asked if whole else ():
        if name not in there:
            hint = f"make {distro.source_target}; to leave it out, set ARCHES= or FLAVOURS="
            yield Finding(Check.CONFIGS, name, f"missing, and {toml} asks for it", hint)
    for name in there:
        if name not in asked:
            hint = f"add the flavour to {toml}, or remove the file"
            yield Finding(Check.CONFIGS, name, f"{toml} does not ask for it", hint)
