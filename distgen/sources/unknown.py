# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations of a source that ``distro.toml`` lacks: what to add there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from distgen.distros.distro import Arch, Distro
from distgen.distros.variant import BASE, Variant
from distgen.errors import UsageError
from distgen.sources.configuration import Offered


def word(variant: Variant) -> str:
    """``ARCH[:FLAVOUR]``, as the command line has it."""
    return f"{variant.arch}:{variant.flavour}" if variant.flavour else variant.arch


def variant_of(distro: Distro, found: Offered) -> Variant | None:
    """Which configuration of the distribution it is: by its own names, or by ours."""
    for arch in distro.arches:
        if found.arch in (arch.package, arch.name):
            for flavour in (BASE, *arch.flavours):
                if found.kernel in (_names(arch)[flavour], flavour):
                    return Variant(distro=distro.name, arch=arch.name, flavour=flavour)
    return None


def _names(arch: Arch) -> dict[str, str]:
    """Flavour → the distribution's name for that kernel."""
    return {variant.flavour: variant.package for variant in arch.variants}


def unknown_error(
    distro: Distro, path: Path, unknown: Sequence[Offered], known: Mapping[Variant, Offered]
) -> UsageError:
    """An error that names each of ``unknown``, with the lines that make it known."""
    names = ", ".join(f"{found.arch} {found.kernel or 'base'}" for found in unknown)
    lines = [f"add to distro/{distro.name}/distro.toml:"]
    for name in dict.fromkeys(found.arch for found in unknown):
        arch = next((a for a in distro.arches if name in (a.package, a.name)), None)
        kernels = [found.kernel for found in unknown if found.arch == name]
        base = _names(arch)[BASE] if arch else name
        there = arch and Variant(distro=distro.name, arch=arch.name) in known
        named = distro.family.base_is_named and not there
        if named and not any(base in kernel for kernel in kernels):
            base = min(kernels, key=len)  # one with another name: armmp on armhf
        lines += _arch_lines(name, arch, {_flavour(name, base, k): k for k in kernels})
    if known:
        lines += ["or import only what it has:"]
        lines += ["  " + " ".join(f"{word(variant)}={path}" for variant in sorted(known))]
    message = f"{path}: {distro.name} has no configuration of: {names}"
    return UsageError(message, "\n  ".join(lines))


def _arch_lines(name: str, arch: Arch | None, flavours: Mapping[str, str]) -> Iterator[str]:
    """Lines of TOML for one arch; ``flavours`` maps the unknown ones to their kernels."""
    names = {f: kernel for f, kernel in flavours.items() if kernel not in (f, f or name)}
    table = arch.name if arch else name
    if arch is None:
        yield f"  [arches.{table}]    # the name by uname -m; with kernel, gnu, image as the others"
        yield f'  package = "{name}"'
    elif any(flavours):
        yield f"  [arches.{table}]"
    if any(flavours):
        wanted = [*(arch.flavours if arch else ()), *filter(None, flavours)]
        yield f"  flavours = {json.dumps(wanted)}"
    if names:
        yield f"  [arches.{table}.names]"
        yield from (f"  {f or json.dumps(f)} = {json.dumps(kernel)}" for f, kernel in names.items())


def _flavour(arch: str, base: str, kernel: str) -> str:
    """Our name for the flavour that a distribution calls ``kernel``: rt for rt-amd64."""
    if kernel in ("", base):
        return BASE
    short = kernel.removesuffix(f"-{base}").removesuffix(f"-{arch}")
    return short.removeprefix(f"{base}-").removeprefix(f"{arch}-")
