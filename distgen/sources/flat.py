# SPDX-License-Identifier: GPL-2.0-or-later
"""A flat ``.config``: plain, gzip, xz or zstd, /boot/config-* and /proc/config.gz.

It may say its arch in Kconfig's head (``# Linux/arm64 6.12.3 Kernel Configuration``) or in its
first line as kernel-ark writes it (``# arm64``). It never says its flavour.
"""

import re
from functools import partial
from pathlib import Path
from typing import NoReturn

from distgen.archives.compression import GZIP, XZ, ZSTD, decompress
from distgen.distros.distro import Arch, Distro
from distgen.distros.variant import BASE
from distgen.errors import UsageError
from distgen.run import run
from distgen.sources.configuration import Offered, Settings, decode, flat

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


def read(path: Path, distro: Distro) -> list[Offered]:
    """All that it can be: every configuration of the distribution that is of the arch it names.

    The others are offered too, and refuse to be read: it is an error to ask for them.
    """
    data, origin = path.read_bytes(), str(path)
    if data.startswith(ZSTD):  # there is no module for it before Python 3.14
        data = run(["zstd", "-qdc", str(path.resolve())], cwd=Path("/")).stdout.encode()
    data = decompress(data, origin)
    settings = flat(data, origin)
    text = decode(data, origin)
    said, kernel, place = "", "", origin
    if head := HEAD.search(text[:4096]):
        said, kernel = head[0], head[1] or head[2]
        line = text.count("\n", 0, head.start()) + 1
        place = f"{path}:{line}"
    fitting = [arch for arch in distro.arches if not kernel or _fits(arch, kernel, settings)]
    sure = bool(kernel) and len(fitting) == 1 and not fitting[0].flavours
    return [
        Offered(
            arch.name,
            flavour,
            origin,
            partial(dict, settings)
            if arch in fitting
            else partial(_refuse, place, arch.name, said),
            optional=arch not in fitting,
            named=sure and arch in fitting,
        )
        for arch in distro.arches
        for flavour in (BASE, *arch.flavours)
    ]


def _refuse(place: str, arch: str, said: str) -> NoReturn:
    message = f"{place}: not a configuration of {arch}: {said}"
    raise UsageError(message, "write the arch of this configuration: ARCH=FILE")


def _fits(arch: Arch, said: str, settings: Settings) -> bool:
    """Whether a configuration of the kernel's arch ``said`` can be one of ``arch``."""
    values = {(setting.symbol, setting.value) for setting in settings.values()}
    return (
        said in (arch.kernel, SRCARCH.get(arch.kernel, arch.kernel))
        and not (("64BIT", "n") in values and "64" in arch.name)
        and not (("64BIT", "y") in values and arch.kernel == "i386")
        and not (("CPU_LITTLE_ENDIAN", "n") in values and arch.name.endswith(("le", "el")))
    )
