# SPDX-License-Identifier: GPL-2.0-or-later
"""config explain: on a Kconfig of some lines that can be followed by eye, and on all of 7.2."""

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.lib.command import distgen, run
from tests.lib.tiny import LAYERS, write_layers, written_configs

Objects = dict[tuple[str, str], dict[str, Any]]
PICKED = 60


def name(found: dict[str, Any]) -> str:
    flavour = "" if found["flavour"] == "base" else f":{found['flavour']}"
    return f"{found['distro']}/{found['arch']}{flavour}"


def explain(tree: Path, *words: str) -> Objects:
    """(symbol, fedora/x86_64:rt) → what explain --json says of it."""
    done = distgen("config", "explain", *words, "--json", "--tree", tree)
    return {(found["symbol"], name(found)): found for found in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def everything(tiny: Path) -> Objects:
    """Every symbol of the tiny Kconfig."""
    symbols = "NET WIFI LED CRC RATE FAST SLOW EXPERT PCI HAS_IOMEM LABEL SOUND X86_EXTRA X86"
    return explain(tiny, *symbols.split(), "ARCH_X86", "ARM64_EXTRA")


def test_values_are_what_make_writes(tiny: Path, everything: Objects) -> None:
    run("make", "-s", "fedora-configs", "debian-configs", cwd=tiny, check=False)
    configs = written_configs(tiny)
    assert len(configs) == 19
    assert {variant for _, variant in everything} == set(configs)
    for (symbol, variant), found in everything.items():
        expected = configs[variant].get(symbol, "-")
        assert (found["value"] or "-") == expected, (symbol, variant)


def test_the_layers_and_which_wins(everything: Objects) -> None:
    found = everything["NET", "fedora/x86_64"]
    generic = "distro/configs/generic.config"
    own = "distro/fedora/configs/generic.config"
    assert found["layers"] == [
        {"path": generic, "line": 7, "value": "m", "reason": "most machines have it",
         "wins": False},
        {"path": own, "line": 4, "value": "y", "reason": "the desktop needs it at once",
         "wins": True},
    ]  # fmt: skip
    assert LAYERS["configs/generic.config"].splitlines()[7 - 1] == "CONFIG_NET=m"
    assert (found["asked"], found["value"], found["decided_by"]) == ("y", "y", "layer")
    assert found["findings"] == []


def test_what_kconfig_says(everything: Objects) -> None:
    option = everything["PCI", "fedora/x86_64"]["option"]
    assert option["prompt"] == "PCI support"
    assert option["type"] == "bool"
    assert option["menu"] == ["Drivers"]
    assert option["depends"] == "HAS_IOMEM[=y]"
    assert option["help"] == "A \\tab\tand a backslash\\.\n"
    assert everything["WIFI", "fedora/x86_64"]["option"]["menu"] == ["Drivers", "Net"]
    assert everything["FAST", "fedora/x86_64"]["option"]["menu"] == ["Preemption"]
    wifi = everything["WIFI", "fedora/x86_64:rt"]["option"]
    assert (wifi["depends"], wifi["prompt_if"]) == ("NET[=n]", "NET[=n] && !EXPERT[=y]")
    assert everything["SOUND", "fedora/x86_64"]["option"]["implied_by"] == {"WIFI": "m"}
    assert everything["RATE", "fedora/x86_64"]["option"]["range"] == "100 1000"
    assert everything["LABEL", "fedora/x86_64"]["option"]["default"] == '"a\\"b"'


@pytest.mark.parametrize(
    ("symbol", "variant", "value", "by", "why"),
    [
        ("LED", "debian/x86_64", "y", "selected", "selected by WIFI[=m]"),
        ("LED", "fedora/x86_64:rt", "n", "layer", "layer"),
        ("CRC", "fedora/aarch64", "y", "selected", "no prompt: selected by NET[=y]"),
        ("CRC", "fedora/aarch64:rt", "-", "default", "no prompt: default"),
        ("HAS_IOMEM", "debian/aarch64", "y", "default", "no prompt: default"),
        ("NET", "fedora/x86_64:rt", "-", "not visible", "not visible"),
        ("FAST", "debian/x86_64", "n", "choice", 'choice "Preemption": another member is set'),
        ("RATE", "debian/x86_64", "1000", "limited", "range 100 1000"),
        ("X86_EXTRA", "debian/aarch64", None, "unknown", "not known to this arch"),
    ],
)
def test_who_decided(
    everything: Objects, symbol: str, variant: str, value: str, by: str, why: str
) -> None:
    found = everything[symbol, variant]
    assert (found["value"], found["decided_by"], found["why"]) == (value, by, why)


@pytest.mark.parametrize(
    ("symbol", "variant", "kind", "reason", "excuse"),
    [
        ("LED", "debian/x86_64", "changed", "selected by WIFI", "decided"),
        ("NET", "fedora/x86_64:rt", "dropped", "needs !EXPERT[=y]", "overruled"),
        ("RATE", "debian/x86_64", "changed", "range 100 1000", ""),
        ("ARM64_EXTRA", "debian/aarch64", "undecided", 'bool "Extra"', ""),
        ("X86_EXTRA", "debian/aarch64", "elsewhere", "is X86_EXTRA meant?", ""),
    ],
)
def test_findings(
    everything: Objects, symbol: str, variant: str, kind: str, reason: str, excuse: str
) -> None:
    (finding,) = everything[symbol, variant]["findings"]
    assert finding["kind"] == kind
    assert finding["excuse"] == excuse
    assert finding["reason"] == reason or kind == "elsewhere"


def test_the_same_story_is_told_once(tiny: Path) -> None:
    done = distgen("config", "explain", "config_net", "ARM64_EXTRA", "--tree", tiny)
    assert (
        done.stdout
        == """\
CONFIG_NET
  prompt     Net
  type       tristate
  defined    Kconfig:25
  menu       Drivers

debian (all 7)
  value      m  (distro/configs/generic.config:7)
  layers     m   distro/configs/generic.config:7
                 # most machines have it
  depends    PCI[=y] && !EXPERT[=n]

fedora x86_64 (base, debug), aarch64 (base, debug, 16k, 16k-debug)
  value      y  (distro/fedora/configs/generic.config:4)
  layers     y   distro/fedora/configs/generic.config:4
                 # the desktop needs it at once
             m   distro/configs/generic.config:7  (overridden)
                 # most machines have it
  depends    PCI[=y] && !EXPERT[=n]

fedora x86_64 (rt, rt-debug), aarch64 (rt, rt-debug, rt-64k, rt-64k-debug)
  value      not in the .config  (not visible)
  layers     y   distro/fedora/configs/generic.config:4
                 # the desktop needs it at once
             m   distro/configs/generic.config:7  (overridden)
                 # most machines have it
  finding    dropped, overruled: needs !EXPERT[=y]
  depends    PCI[=y] && !EXPERT[=y]

CONFIG_ARM64_EXTRA
  prompt     Extra
  type       bool
  defined    arch/arm64/Kconfig:9

debian aarch64 (all 4); fedora aarch64 (all 8)
  value      n  (undecided: Kconfig's default)
  layers     none sets it
  depends    PCI[=y]

debian x86_64 (all 3); fedora x86_64 (all 4)
  value      none: this arch does not know the symbol
"""
    )


def test_help_text_and_narrowing(tiny: Path) -> None:
    done = distgen("config", "explain", "PCI", "--help-text", "--distro", "fedora", "--arch",
                   "x86_64", "--flavour", "base", "--tree", tiny)  # fmt: skip
    assert "\n  A \\tab\tand a backslash\\.\n" in done.stdout
    assert "fedora x86_64 (base)\n" in done.stdout
    assert "debian" not in done.stdout


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["CONFIG_WIFY"], "CONFIG_WIFY: in no Kconfig file of ", "did you mean WIFI"),
        (["NET", "QQQQQQ"], "QQQQQQ: in no Kconfig file of ", "make menuconfig"),
        (["S390_EXTRA"], "only defined in arch/s390/Kconfig:9", "distgen list"),
        (
            ["ARM64_EXTRA", "--arch", "x86_64"],
            "not known to x86_64, only defined in arch/arm64",
            "",
        ),
        (["NET", "--distro", "fedra"], "no distribution 'fedra'", "did you mean fedora?"),
    ],
)
def test_a_symbol_that_there_is_not(tiny: Path, words: list[str], message: str, hint: str) -> None:
    done = distgen("config", "explain", *words, "--tree", tiny, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert hint in done.stderr


def test_a_typo_in_a_layer_is_found(tiny: Path) -> None:
    typo = tiny / "distro/debian/configs/x86_64.config"
    write_layers(tiny, {"debian/configs/x86_64.config": "CONFIG_WYFI=m\n"})
    done = distgen("config", "explain", "wyfi", "--tree", tiny, check=False)
    typo.unlink()
    assert done.returncode == 2
    assert "distro/debian/configs/x86_64.config:1 asks for it" in done.stderr


@cache
def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


@pytest.mark.parametrize("prepared", ["7.2"], indirect=True, scope="session")
def test_linux(resolved: Path) -> None:
    """Symbols of every kind: the values that make has written, and the lines of Kconfig."""
    configs = written_configs(resolved)
    known = sorted({symbol for config in configs.values() for symbol in config})
    symbols = [*random.Random(7).sample(known, PICKED), "PCI", "CRC32", "NR_CPUS"]
    found = explain(resolved, *symbols)
    assert len(found) == len(symbols) * len(configs)
    for (symbol, variant), story in found.items():
        assert (story["value"] or "-") == configs[variant].get(symbol, "-"), (symbol, variant)
        if option := story["option"]:
            line = lines_of(resolved / option["path"])[option["line"] - 1]
            assert re.fullmatch(rf"\s*(menu)?config\s+{symbol}", line)
        for said in story["layers"]:
            line = lines_of(resolved / said["path"])[said["line"] - 1]
            assert f"CONFIG_{symbol}" in line
            assert ("is not set" in line) == (said["value"] == "n")
    pci = found["PCI", "fedora/x86_64"]["option"]
    assert (pci["path"], pci["prompt"]) == ("drivers/pci/Kconfig", "PCI support")
    assert (pci["menu"], pci["depends"]) == (["Device Drivers"], "HAVE_PCI[=y] && MMU[=y]")
    assert pci["selectors"] == {"FORCE_PCI": "n"}
    assert "selected by " in found["CRC32", "debian/aarch64"]["why"]
    cpus = found["NR_CPUS", "fedora/aarch64"]["option"]
    assert (cpus["path"], cpus["range"]) == ("arch/arm64/Kconfig", "2 4096")
