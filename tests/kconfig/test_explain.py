# SPDX-License-Identifier: GPL-2.0-or-later
"""config explain: on a Kconfig of some lines that can be followed by eye, and on all of 7.2."""

import json
import random
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.lib.command import distgen
from tests.lib.small import configs, edit, layers, settings, written_configs

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
def tree(small_tree_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree with layers that ask for what they do not get."""
    tree = tmp_path_factory.mktemp("explain-") / "linux"
    shutil.copytree(small_tree_once, tree, symlinks=True)
    edit(tree, "alpha/configs/rt/generic.config", "", to="# CONFIG_NET is not set")
    edit(
        tree, "configs/generic.config", "CONFIG_WIFI=m", to="# most machines have it\nCONFIG_WIFI=m"
    )
    edit(tree, "alpha/configs/generic.config", "", to="# it is needed at once\nCONFIG_WIFI=y")
    edit(tree, "beta/configs/generic.config", "NR_CPUS=256", to="NR_CPUS=5000")
    for line in ("# CONFIG_CRC is not set", "CONFIG_PREEMPT_NONE=y"):
        edit(tree, "beta/configs/generic.config", "", to=line)
    edit(tree, "configs/aarch64.config", "# CONFIG_PAGES_16K is not set\n")
    edit(tree, "gamma/configs/x86_64.config", "", to="CONFIG_PAGES_16K=y")
    return tree


@pytest.fixture(scope="module")
def everything(tree: Path) -> Objects:
    """A symbol of each kind."""
    symbols = "NET WIFI WIFI_ATH WIFI_DEBUG CRC CRC_TABLE NR_CPUS PREEMPT_NONE PREEMPT_VOLUNTARY"
    more = "PREEMPTION BASE_ADDRESS LOCALVERSION SOUND X86 INSTRUCTION_DECODER PAGES_16K"
    return explain(tree, *symbols.split(), *more.split())


def test_values_are_what_make_writes(tree: Path, everything: Objects) -> None:
    made = {name: settings(text) for name, text in configs(tree).items()}
    assert {variant for _, variant in everything} == set(made)
    for (symbol, variant), found in everything.items():
        expected = made[variant].get(symbol, "-")
        assert (found["value"] or "-") == expected, (symbol, variant)


def test_the_layers_and_which_wins(tree: Path, everything: Objects) -> None:
    found = everything["WIFI", "alpha/x86_64"]
    generic = "distro/configs/generic.config"
    own = "distro/alpha/configs/generic.config"
    assert found["layers"] == [
        {"path": generic, "line": 18, "value": "m", "reason": "most machines have it",
         "wins": False},
        {"path": own, "line": 6, "value": "y", "reason": "it is needed at once",
         "wins": True},
    ]  # fmt: skip
    assert layers(tree)["configs/generic.config"].splitlines()[18 - 1] == "CONFIG_WIFI=m"
    assert (found["asked"], found["value"], found["decided_by"]) == ("y", "y", "layer")
    assert found["findings"] == []


def test_what_kconfig_says(everything: Objects) -> None:
    option = everything["WIFI", "alpha/x86_64"]["option"]
    assert option["prompt"] == "Wireless"
    assert option["type"] == "tristate"
    assert option["menu"] == ["Drivers"]
    assert option["depends"] == "NET[=y]"
    assert everything["BASE_ADDRESS", "alpha/x86_64"]["option"]["help"] == (
        "A \\tab\tand a backslash\\.\n"
    )
    assert everything["WIFI_ATH", "alpha/x86_64"]["option"]["menu"] == ["Drivers", "Wireless"]
    assert everything["PREEMPT_NONE", "alpha/x86_64"]["option"]["menu"] == [
        "General setup", "Preemption model",
    ]  # fmt: skip
    debug = everything["WIFI_DEBUG", "alpha/x86_64:rt"]["option"]
    assert (debug["depends"], debug["prompt_if"]) == ("WIFI[=n]", "WIFI[=n] && DEBUG[=n]")
    assert everything["SOUND", "alpha/x86_64"]["option"]["implied_by"] == {"WIFI": "y"}
    assert everything["NR_CPUS", "alpha/x86_64"]["option"]["range"] == "2 512"
    assert everything["LOCALVERSION", "alpha/x86_64"]["option"]["default"] == '"a\\"b"'


@pytest.mark.parametrize(
    ("symbol", "variant", "value", "by", "why"),
    [
        ("CRC", "beta/x86_64", "m", "selected", "selected by WIFI[=m]"),
        ("CRC", "alpha/x86_64:rt", "m", "layer", "layer"),
        ("PREEMPTION", "beta/x86_64:rt", "y", "selected", "no prompt: selected by PREEMPT[=y]"),
        ("PREEMPTION", "beta/x86_64", "-", "default", "no prompt: default"),
        ("CRC_TABLE", "beta/aarch64", "m", "default", "no prompt: default"),
        ("WIFI", "alpha/x86_64:rt", "-", "not visible", "not visible"),
        (
            "PREEMPT_VOLUNTARY",
            "beta/x86_64",
            "n",
            "choice",
            'choice "Preemption model": another member is set',
        ),
        ("NR_CPUS", "beta/x86_64", "512", "limited", "range 2 512"),
        ("PAGES_16K", "beta/x86_64", None, "unknown", "not known to this arch"),
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
        ("CRC", "beta/x86_64", "changed", "selected by WIFI", "decided"),
        ("WIFI", "alpha/x86_64:rt", "dropped", "needs NET[=n]", "overruled"),
        ("NR_CPUS", "beta/x86_64", "changed", "range 2 512", ""),
        ("PAGES_16K", "beta/aarch64", "undecided", 'bool "Pages of 16 KiB"', ""),
        ("PAGES_16K", "gamma/x86_64", "elsewhere", "", ""),
    ],
)
def test_findings(
    everything: Objects, symbol: str, variant: str, kind: str, reason: str, excuse: str
) -> None:
    (finding,) = everything[symbol, variant]["findings"]
    assert finding["kind"] == kind
    assert finding["excuse"] == excuse
    assert finding["reason"] == reason or kind == "elsewhere"


def test_the_same_story_is_told_once(tree: Path) -> None:
    done = distgen("config", "explain", "config_wifi", "PAGES_16K", "--tree", tree)
    assert (
        done.stdout
        == """\
CONFIG_WIFI
  prompt     Wireless
  type       tristate
  defined    Kconfig:87
  menu       Drivers

alpha x86_64 (base, debug), aarch64 (all 2); gamma x86_64 (base, debug), aarch64 (all 2)
  value      y  (distro/alpha/configs/generic.config:6)
  layers     y   distro/alpha/configs/generic.config:6
                 # it is needed at once
             m   distro/configs/generic.config:18  (overridden)
                 # most machines have it
  depends    NET[=y]

alpha x86_64 (rt, rt-debug); gamma x86_64 (rt, rt-debug)
  value      not in the .config  (not visible)
  layers     y   distro/alpha/configs/generic.config:6
                 # it is needed at once
             m   distro/configs/generic.config:18  (overridden)
                 # most machines have it
  finding    dropped, overruled: needs NET[=n]
  depends    NET[=n]

beta (all 4)
  value      m  (distro/configs/generic.config:18)
  layers     m   distro/configs/generic.config:18
                 # most machines have it
  depends    NET[=y]

CONFIG_PAGES_16K
  prompt     Pages of 16 KiB
  type       bool
  defined    arch/arm64/Kconfig:3

alpha aarch64 (all 2); beta aarch64 (all 2)
  value      n  (undecided: Kconfig's default)
  layers     none sets it

gamma aarch64 (all 2)
  value      y  (distro/gamma/configs/aarch64.config:3)
  layers     y   distro/gamma/configs/aarch64.config:3

alpha x86_64 (all 4); beta x86_64 (all 2)
  value      none: this arch does not know the symbol

gamma x86_64 (all 4)
  value      none: this arch does not know the symbol
  layers     y   distro/gamma/configs/x86_64.config:1
"""
    )


def test_help_text_and_narrowing(tree: Path) -> None:
    done = distgen("config", "explain", "BASE_ADDRESS", "--help-text", "--distro", "alpha",
                   "--arch", "x86_64", "--flavour", "base", "--tree", tree)  # fmt: skip
    assert "\n  A \\tab\tand a backslash\\.\n" in done.stdout
    assert "alpha x86_64 (base)\n" in done.stdout
    assert "beta" not in done.stdout


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["CONFIG_WIFY"], "CONFIG_WIFY: in no Kconfig file of ", "did you mean WIFI"),
        (["NET", "QQQQQQ"], "QQQQQQ: in no Kconfig file of ", "make menuconfig"),
        (["PACK_STACK"], "only defined in arch/s390/Kconfig:3", "distgen list"),
        (
            ["PAGES_16K", "--arch", "x86_64"],
            "not known to x86_64, only defined in arch/arm64",
            "",
        ),
        (["NET", "--distro", "alpa"], "no distribution 'alpa'", "did you mean alpha?"),
    ],
)
def test_a_symbol_that_there_is_not(tree: Path, words: list[str], message: str, hint: str) -> None:
    done = distgen("config", "explain", *words, "--tree", tree, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert hint in done.stderr


def test_a_typo_in_a_layer_is_found(tree: Path) -> None:
    typo = "beta/configs/x86_64.config"
    edit(tree, typo, "", to="CONFIG_WYFI=m")
    done = distgen("config", "explain", "wyfi", "--tree", tree, check=False)
    (tree / "distro" / typo).unlink()
    assert done.returncode == 2
    assert f"distro/{typo}:1 asks for it" in done.stderr


@cache
def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


@pytest.mark.parametrize("prepared", ["7.2"], indirect=True, scope="session")
def test_linux(resolved: Path) -> None:
    """Symbols of every kind: the values that make has written, and the lines of Kconfig."""
    made = {name: settings(text) for name, text in written_configs(resolved).items()}
    known = sorted({symbol for config in made.values() for symbol in config})
    symbols = [*random.Random(7).sample(known, PICKED), "PCI", "CRC32", "NR_CPUS"]
    found = explain(resolved, *symbols)
    assert len(found) == len(symbols) * len(made)
    for (symbol, variant), story in found.items():
        assert (story["value"] or "-") == made[variant].get(symbol, "-"), (symbol, variant)
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
