# SPDX-License-Identifier: GPL-2.0-or-later
"""Which configurations a source RPM has, against those that its distro.toml asks for."""

from collections.abc import Iterator, Sequence

from distgen.distro import Distro
from distgen.layout import BASE_NAME
from distgen.sources.found import CONFIG_NAME
from distgen.variant import Variant
from distgen.verify.finding import Check, Finding
from distgen.verify.package import Package
from distgen.verify.spec import Spec


def names(package: Package) -> list[str]:
    """The configurations that are there."""
    return [name for name in package.names if CONFIG_NAME.fullmatch(name)]


def wanted(spec: Spec, distro: Distro) -> list[Variant]:
    """Those that should be there: all of distro.toml, or what the spec says it is narrowed to."""
    return [
        variant
        for variant in distro.variants
        if (not spec.arches or variant.arch in spec.arches)
        and (not spec.flavours or (variant.flavour or BASE_NAME) in spec.flavours)
    ]


def check(package: Package, spec: Spec, distro: Distro) -> Iterator[Finding]:
    """What is missing, what nobody asks for, and what the spec has not switched on."""
    asked = [variant.config for variant in wanted(spec, distro)]
    there = names(package)
    toml = f"distro/{distro.name}/distro.toml"
    if narrowed := _narrowed(spec):
        what = f"narrowed by {narrowed}: {len(asked)} of {len(distro.variants)} configurations"
        yield Finding(check=Check.CONFIGS, where=spec.name, what=what, note=True)
    for name in asked if not package.damage else ():
        if name not in there:
            hint = (
                f"make {distro.name}-srpm, with ARCHES= or FLAVOURS= if it is left out on purpose"
            )
            yield _finding(name, f"missing, and {toml} asks for it", hint)
    for name in there:
        if name not in asked:
            hint = f"add the flavour to {toml}, or take the file out"
            yield _finding(name, f"{toml} does not ask for it", hint)
        if not switched_on(spec, name):
            hint = f"%global {_macro(name)} 1"
            yield _finding(spec.name, f"does not switch on what {name} is for", hint)


def switched_on(spec: Spec, name: str) -> bool:
    """Whether the spec builds a configuration by default, where its arch is built."""
    return _macro(name) in spec.macros


def _macro(name: str) -> str:
    """The macro by which mkspec says that a configuration is there: config_x86_64_rt."""
    return f"config_{name.removeprefix('kernel-').removesuffix('.config').replace('-', '_')}"


def _narrowed(spec: Spec) -> str:
    words: list[tuple[str, Sequence[str]]] = [("ARCHES", spec.arches), ("FLAVOURS", spec.flavours)]
    return " ".join(f'{name}="{" ".join(some)}"' for name, some in words if some)


def _finding(where: str, what: str, hint: str) -> Finding:
    return Finding(check=Check.CONFIGS, where=where, what=what, hint=hint)
