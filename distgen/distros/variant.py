# SPDX-License-Identifier: GPL-2.0-or-later
"""A variant, what one ``.config`` is of: a distro, an arch, a flavour."""

import re
from dataclasses import dataclass

BASE = ""
GENERIC = "generic"


@dataclass(frozen=True, kw_only=True, order=True)
class Variant:
    """One configuration. ``flavour`` is ``rt``, ``rt-64k-debug`` …, empty for the base one."""

    distro: str
    arch: str
    flavour: str = BASE

    def __str__(self) -> str:
        return f"{self.distro}/{self.arch}" + (f":{self.flavour}" if self.flavour else "")

    @property
    def config(self) -> str:
        """The file name of the resolved configuration."""
        return f"kernel-{self.arch}{f'-{self.flavour}' if self.flavour else ''}.config"


# What distro/scripts put into a source package: kernel-x86_64-rt-debug.config. kernel-ark's names
# are the same, with the distribution as the last word.
CONFIG_NAME = re.compile(r"kernel-([A-Za-z0-9_]+)(?:-([A-Za-z0-9_-]+))?\.config")
