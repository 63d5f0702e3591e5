# SPDX-License-Identifier: GPL-2.0-or-later
"""A real tree with a Kconfig of some lines, and layers of two distributions for it."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.lib.command import PROJECT, git, run
from tests.lib.tree import copy_make, init_without_layers

KCONFIG = r"""# SPDX-License-Identifier: GPL-2.0
mainmenu "Tiny"

config MODULES
    bool "Enable loadable module support"
    modules

source "arch/$(SRCARCH)/Kconfig"

menu "Drivers"

config EXPERT
    bool "Expert"

config PCI
    bool "PCI support"
    depends on HAS_IOMEM
    help
      A \tab<tab>and a backslash\.

config HAS_IOMEM
    bool
    default y

menuconfig NET
    tristate "Net"
    depends on PCI && !EXPERT
    select CRC

config WIFI
    tristate "Wifi" if !EXPERT
    depends on NET
    select LED
    imply SOUND

config LED
    bool "Leds"

config SOUND
    bool "Sound"

config CRC
    tristate

endmenu

config RATE
    int "Rate"
    range 100 1000
    default 250

config LABEL
    string "Label"
    default "a\"b"

choice
    prompt "Preemption"

config SLOW
    bool "Slow"

config FAST
    bool "Fast"

endchoice
""".replace("<tab>", "\t")
ARCH = """# SPDX-License-Identifier: GPL-2.0
config {name}
    def_bool y
    select ARCH_{name}

config ARCH_{name}
    bool

config {name}_EXTRA
    bool "Extra"
    depends on PCI
"""
LAYERS = {
    "configs/generic.config": """# SPDX-License-Identifier: GPL-2.0-or-later

# CONFIG_EXPERT is not set
# CONFIG_LED is not set
CONFIG_MODULES=y
# most machines have it
CONFIG_NET=m
CONFIG_PCI=y
CONFIG_RATE=5000
CONFIG_WIFI=m
CONFIG_X86_EXTRA=y
""",
    "fedora/configs/generic.config": """CONFIG_FAST=y
CONFIG_LABEL="fedora"
# the desktop needs it at once
CONFIG_NET=y
CONFIG_SOUND=y
""",
    "fedora/configs/x86_64.config": "CONFIG_RATE=1000\n",
    "fedora/configs/rt/generic.config": "CONFIG_EXPERT=y\n",
    "debian/configs/generic.config": """CONFIG_LABEL="debian"
CONFIG_SLOW=y
# CONFIG_SOUND is not set
""",
}


def write_layers(tree: Path, layers: Mapping[str, str]) -> None:
    """Write layers by their path from ``distro/``."""
    for path, text in layers.items():
        target = tree / "distro" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def of_two_arches(facts: str) -> str:
    """A distro.toml without what it says of other arches, and of machines that only test."""
    facts = re.sub(r'(?m), "minimal"|^minimal = .*\n', "", facts)
    tables = re.split(r"(?m)^(?=\[)", facts)
    other = re.compile(r"\[arches\.(?!x86_64|aarch64)")
    return "".join(table for table in tables if not other.match(table))


def make_tiny_tree(kernel: Path, tree: Path) -> Path:
    """A kernel's make and scripts with the tiny Kconfig; the layers are in a commit of it."""
    copy_make(kernel, tree)
    (tree / "Kconfig").write_text(KCONFIG)
    for arch, name in (("x86", "X86"), ("arm64", "ARM64"), ("s390", "S390")):
        (tree / "arch" / arch / "Kconfig").write_text(ARCH.format(name=name))
    for name in ("fedora", "debian"):
        facts = (PROJECT / "distro" / name / "distro.toml").read_text()
        (tree / "distro" / name).mkdir(parents=True)
        (tree / "distro" / name / "distro.toml").write_text(of_two_arches(facts))
    init_without_layers(tree, ("fedora", "debian"))
    write_layers(tree, LAYERS)
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-f", "distro")
    git(tree, "commit", "-qm", "layers")
    return tree


def make_configs(tree: Path) -> dict[str, dict[str, str]]:
    """Variant (fedora/x86_64:rt) → symbol → value, as the in-tree targets write them."""
    run("make", "-s", "fedora-configs", "debian-configs", cwd=tree)
    return written_configs(tree)


def written_configs(tree: Path) -> dict[str, dict[str, str]]:
    """The same of what is there already."""
    found = {}
    for path in (tree / "distro/out").glob("*/configs/*.config"):
        arch, _, flavour = path.stem.removeprefix("kernel-").partition("-")
        name = f"{path.parts[-3]}/{arch}" + (f":{flavour}" if flavour else "")
        found[name] = values(path)
    return found


def values(path: Path) -> dict[str, str]:
    """Symbol → value of a ``.config``, "n" for "is not set"."""
    found = {}
    for line in path.read_text().splitlines():
        if line.endswith(" is not set"):
            found[line.split()[1].removeprefix("CONFIG_")] = "n"
        elif line.startswith("CONFIG_"):
            symbol, _, value = line.removeprefix("CONFIG_").partition("=")
            found[symbol] = value
    return found
