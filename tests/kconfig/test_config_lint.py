# SPDX-License-Identifier: GPL-2.0-or-later
"""``config lint`` finds what does nothing, and ``--fix`` fixes it without changing anything."""

import json
import random
from pathlib import Path

import pytest

from distgen.layers.fragment import parse
from tests.lib.command import distgen
from tests.lib.small import configs, edit, layers


def lint(tree: Path, *argv: str, expect: int) -> list[str]:
    """The findings, without what comes after the symbol's line and kind."""
    done = distgen("config", "lint", *argv, "--tree", tree, check=False)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_nothing_is_wrong_with_the_small_tree(small_tree: Path) -> None:
    before = layers(small_tree)
    assert lint(small_tree, expect=0) == ["nothing found; 9 overrides without a reason"]
    assert lint(small_tree, "--fix", expect=0)[-1].startswith("nothing found")
    assert layers(small_tree) == before


def spoil(tree: Path) -> None:
    """One of each kind; the file is put in order again in the end."""
    edit(tree, "beta/configs/rt/generic.config", "", to="CONFIG_WIFI=m")
    edit(tree, "alpha/configs/generic.config", "# A", to="CONFIG_CRC_TABLE=m\n# A")
    edit(tree, "alpha/configs/generic.config", "", to="CONFIG_WIFI_ATHK=m")
    edit(tree, "configs/aarch64.config", "", to="# CONFIG_HYPERV is not set")
    edit(tree, "configs/debug/x86_64.config", "", to="CONFIG_CRC=m")
    edit(tree, "beta/configs/generic.config", "CONFIG_NR", to="CONFIG_NR_CPUS=16\nCONFIG_NR")
    edit(tree, "beta/configs/generic.config", "", to="CONFIG_64BIT=y")
    edit(tree, "configs/cloud/generic.config", "", to="CONFIG_NET=y")
    for distro in ("alpha", "beta"):
        text = "CONFIG_USB=y\n# why\nCONFIG_USB_STORAGE=y"
        edit(tree, f"{distro}/configs/aarch64.config", "", to=text)


TO = "all distributions set it: move it to distro/configs/aarch64.config"
FOUND = [
    f"alpha/configs/aarch64.config:1: shared: CONFIG_USB: {TO}",
    f"alpha/configs/aarch64.config:3: shared: CONFIG_USB_STORAGE: {TO}",
    "alpha/configs/generic.config:3: dead: CONFIG_CRC_TABLE: has no prompt, so no layer can set it",
    "alpha/configs/generic.config:6: dead: CONFIG_WIFI_ATHK: in no Kconfig file of this tree"
    " (is WIFI_ATH meant?)",
    f"beta/configs/aarch64.config:1: shared: CONFIG_USB: {TO}",
    f"beta/configs/aarch64.config:3: shared: CONFIG_USB_STORAGE: {TO}",
    "beta/configs/generic.config:3: duplicate: CONFIG_NR_CPUS: set again in line 4, which wins",
    "beta/configs/generic.config:6: redundant: CONFIG_64BIT: distro/configs/generic.config:3"
    " sets the same",
    "beta/configs/generic.config:6: unsorted: CONFIG_64BIT: belongs above CONFIG_WIFI_ATH",
    "beta/configs/rt/generic.config:4: redundant: CONFIG_WIFI: distro/configs/generic.config:17"
    " sets the same",
    "configs/aarch64.config:4: dead: CONFIG_HYPERV: no configuration that reads it can set it:"
    " needs X86[=n]",
    "configs/aarch64.config:4: unsorted: CONFIG_HYPERV: belongs above CONFIG_PAGES_16K",
    "configs/cloud/generic.config:1: unread: no configuration reads this layer",
    "configs/debug/x86_64.config:1: redundant: CONFIG_CRC: distro/configs/generic.config:5"
    " sets the same",
]


def test_each_kind_is_found_and_fixed(small_tree: Path) -> None:
    spoil(small_tree)
    found = lint(small_tree, expect=1)
    assert found[:-1] == [f"distro/{line}" for line in FOUND]
    assert found[-1].startswith(
        "3 dead, 1 duplicate, 3 redundant, 4 shared, 1 unread, 2 unsorted; "
    )
    edit(small_tree, "beta/configs/generic.config", "CONFIG_NR_CPUS=16\n")  # make refuses it
    before = configs(small_tree)
    edit(small_tree, "beta/configs/generic.config", "CONFIG_NR", to="CONFIG_NR_CPUS=16\nCONFIG_NR")
    left = lint(small_tree, "--fix", expect=1)
    assert (
        left[0]
        == "distro/configs/cloud/generic.config:1: unread: no configuration reads this layer"
    )
    assert lint(small_tree, expect=1)[:-1] == left[:-1]
    assert configs(small_tree) == before
    after = layers(small_tree)
    assert "# why\nCONFIG_USB_STORAGE=y\n" in after["configs/aarch64.config"]
    assert "CONFIG_USB" not in after["alpha/configs/aarch64.config"]
    assert "16" not in after["beta/configs/generic.config"]


def test_only_the_layers_of_a_distribution(small_tree: Path) -> None:
    spoil(small_tree)
    before = layers(small_tree)
    found = lint(small_tree, "--distro", "alpha", expect=1)
    assert [line.split(": ")[:3] for line in found[:-1]] == [
        ["distro/alpha/configs/generic.config:3", "dead", "CONFIG_CRC_TABLE"],
        ["distro/alpha/configs/generic.config:6", "dead", "CONFIG_WIFI_ATHK"],
    ]
    lint(small_tree, "--fix", "--distro", "alpha", expect=0)
    changed = {name for name, text in layers(small_tree).items() if text != before[name]}
    assert changed == {"alpha/configs/generic.config"}


def test_of_two_that_make_each_other_redundant_one_stays(small_tree: Path) -> None:
    """Without either of the two nothing would change, without both something would."""
    edit(small_tree, "alpha/configs/generic.config", "CONFIG_SOUND=m", to="CONFIG_SOUND=y")
    edit(small_tree, "configs/generic.config", "# CONFIG_SOUND is not set", to="CONFIG_SOUND=y")
    before = configs(small_tree)
    done = json.loads(distgen("config", "lint", "--fix", "--json", "--tree", small_tree).stdout)
    assert [(f["path"], f["kind"], f["fixed"]) for f in done["findings"]] == [
        ("distro/alpha/configs/generic.config", "redundant", True)
    ]
    assert configs(small_tree) == before


def test_an_order_that_decides_a_choice_is_left(small_tree: Path) -> None:
    """Of two members the last one that is asked for wins: sorting would turn it round."""
    edit(small_tree, "configs/rt/generic.config", "CONFIG_PREEMPT=y\n")
    rt = "# CONFIG_SOUND is not set\nCONFIG_PREEMPT_NONE=y\nCONFIG_PREEMPT=y"
    edit(small_tree, "configs/rt/generic.config", "", to=rt)
    before, files = configs(small_tree), layers(small_tree)
    done = distgen("config", "lint", "--fix", "--tree", small_tree, check=False)
    assert done.returncode == 1
    assert "CONFIG_PREEMPT would change in alpha/x86_64:rt: y -> n" in done.stderr
    assert "0 fixed, 0 files written" in done.stderr
    assert configs(small_tree) == before
    assert layers(small_tree) == files


def test_broken_lines_are_all_named(small_tree: Path) -> None:
    edit(small_tree, "beta/configs/rt/generic.config", "", to="<<<<<<< HEAD")
    edit(small_tree, "configs/x86.config", "", to='CONFIG_A="')
    done = distgen("config", "lint", "--tree", small_tree, check=False)
    assert done.returncode == 2
    assert "distro/beta/configs/rt/generic.config:4: expected CONFIG_NAME=value" in done.stderr
    assert "distro/configs/x86.config:5: unterminated string" in done.stderr
    assert "instead of '<<<<<<< HEAD' write CONFIG_NAME=y, =m, =64," in done.stderr
    assert "instead of 'CONFIG_A=\"' write CONFIG_NAME=y, =m, =64," in done.stderr


SYMBOLS = ("NET", "WIFI", "WIFI_ATH", "WIFI_DEBUG", "SOUND", "USB", "DEBUG", "PREEMPT",
           "PREEMPT_NONE", "PREEMPT_VOLUNTARY", "PREEMPT_RT", "CRC", "HYPERV")  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_layers_say_mending_changes_no_configuration(
    small_tree: Path, seed: int
) -> None:
    """Random layers; afterwards no line could go without another value being asked for."""
    dice = random.Random(seed)
    for name in layers(small_tree):
        lines = [
            f"CONFIG_{symbol}={value}" if value != "n" else f"# CONFIG_{symbol} is not set"
            for symbol in dice.sample(SYMBOLS, dice.randint(0, 8))
            for value in [dice.choice("yn")]
        ]
        (small_tree / "distro" / name).write_text(
            "# a head\n\n" + "".join(f"{li}\n" for li in lines)
        )
    before = configs(small_tree)
    count = sum(len(parse(text, Path()).settings) for text in layers(small_tree).values())
    distgen("config", "lint", "--fix", "--tree", small_tree, check=False)
    assert configs(small_tree) == before
    after = layers(small_tree)
    assert sum(len(parse(text, Path()).settings) for text in after.values()) < count
    assert all(text.startswith("# a head\n\n") for text in after.values())
    again = distgen("config", "lint", "--fix", "--tree", small_tree, check=False)
    assert layers(small_tree) == after, again.stderr
