# SPDX-License-Identifier: GPL-2.0-or-later
"""A flat ``.config``: plain, gzip, xz or zstd, /boot/config-* and /proc/config.gz.

It may say its arch in Kconfig's head (``# Linux/arm64 6.12.3 Kernel Configuration``) or in its
first line as kernel-ark writes it (``# arm64``). It never says its flavour.
"""

import re
from functools import partial
from pathlib import Path

from distgen.archives.compression import GZIP, XZ, ZSTD, decompress
from distgen.distros.distro import Arch, Distro
from distgen.distros.variant import BASE, Variant
from distgen.errors import UsageError
from distgen.run import run
from distgen.sources.configuration import Found, Settings, decode, flat

UNDERSTOOD = "a .config, also as gzip, xz or zstd: ARCH[:FLAVOUR]=/boot/config-7.2"
HEAD = re.compile(r"# Linux/(\w+) \d\S* Kernel Configuration|\A# ([a-z][a-z0-9_]*)$", re.M)
# The kernel's Makefile has one SRCARCH for these, and Kconfig's head may give either
SRCARCH = {
    "i386": "x86",
    "x86_64": "x86",
    "sparc32": "sparc",
    "sparc64": "sparc",
    "parisc64": "parisc",
}


def recognise(path: Path, head: bytes) -> bool:
    """Whether ``head``, the first bytes of a file, is compressed or has a setting in it."""
    return path.is_file() and (
        head.startswith((GZIP, XZ, ZSTD)) or (b"CONFIG_" in head and b"\0" not in head)
    )


def read(path: Path, distro: Distro, wanted: Variant | None) -> tuple[Variant, Found]:
    """The configuration, and which one it is: ``wanted`` by the command line, or by what it says.

    Raises UsageError where both are silent, and where they contradict each other.
    """
    data = _unpack(path)
    origin = str(path)
    settings = flat(data, origin)
    said = HEAD.search(decode(data, origin)[:4096])
    arches = [arch for arch in distro.arches if said and _fits(arch, said[1] or said[2], settings)]
    if wanted:
        if said and wanted.arch not in {arch.name for arch in arches}:
            line = decode(data, origin).count("\n", 0, said.start()) + 1
            message = f"{path}:{line}: not a configuration of {wanted.arch}: {said[0]}"
            raise UsageError(message, "give it the arch that it is of")
        variant = wanted
    elif len(arches) == 1 and not arches[0].flavours:
        variant = Variant(distro=distro.name, arch=arches[0].name)
    else:
        message = f"{path}: does not say which configuration it is"
        words = [
            f"{arch.name}{f':{flavour}' if flavour else ''}={path}"
            for arch in arches or distro.arches
            for flavour in (BASE, *arch.flavours)
        ]
        hint = f"write ARCH[:FLAVOUR]={path}, one of:\n    " + "\n    ".join(words)
        raise UsageError(message, hint)
    found = Found(
        arch=variant.arch,
        kernel=variant.flavour,
        origin=origin,
        read=partial(dict, settings),
    )
    return variant, found


def _unpack(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read()
    if data.startswith(ZSTD):  # there is no module for it before Python 3.14
        return run(["zstd", "-qdc", str(path.resolve())], cwd=Path("/")).stdout.encode()
    return decompress(data, str(path))


def _fits(arch: Arch, said: str, settings: Settings) -> bool:
    """Whether a configuration of the kernel's arch ``said`` can be one of ``arch``."""
    values = {
        name: settings[name].value for name in ("64BIT", "CPU_LITTLE_ENDIAN") & settings.keys()
    }
    wide = values.get("64BIT")
    return (
        said in (arch.kernel, SRCARCH.get(arch.kernel, arch.kernel))
        and not (wide == "n" and "64" in arch.name)
        and not (wide == "y" and arch.kernel == "i386")
        and not (values.get("CPU_LITTLE_ENDIAN") == "n" and arch.name.endswith(("le", "el")))
    )
