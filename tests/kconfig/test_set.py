# SPDX-License-Identifier: GPL-2.0-or-later
"""``config set`` and ``unset`` change the lines that they should, and tell what comes of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from distgen.layers.fragment import parse
from tests.lib.command import distgen, run
from tests.lib.small import configs, differing, edit, layers, values

RT = {
    f"{distro}/x86_64:{flavour}" for distro in ("alpha", "gamma") for flavour in ("rt", "rt-debug")
}
RT |= {"beta/x86_64:rt", "beta/aarch64:rt"}


def change(tree: Path, command: str, *argv: str) -> dict[str, Any]:
    """Run with --json and hold what it says of one symbol against what make resolves."""
    symbol = argv[0].split("=")[0].removeprefix("CONFIG_")
    before, files = values(tree, symbol), layers(tree)
    said = json.loads(distgen("config", command, *argv, "--json", "--tree", tree).stdout)
    truth = {name: list(pair) for name, pair in differing(before, values(tree, symbol)).items()}
    told = {
        variant: [effect["before"], effect["after"]]
        for effect in said["changes"]
        for variant in effect["variants"]
    }
    assert told == truth
    assert set(said["files"]) == {f"distro/{name}" for name in differing(files, layers(tree))}
    return dict(said)


def lines_of(tree: Path, path: str) -> dict[str, str]:
    text = layers(tree)[path]
    return {name: s.value for name, s in parse(text, Path(path)).settings.items()}


def test_set_writes_one_line_and_says_who_changes(small_tree: Path) -> None:
    before = layers(small_tree)
    said = change(small_tree, "set", "SOUND=M", "--distro", "beta", "--reason", "It beeps")
    assert differing(before, layers(small_tree))["beta/configs/generic.config"] == (
        before["beta/configs/generic.config"],
        before["beta/configs/generic.config"].replace(
            "# CONFIG_WIFI_ATH", "# It beeps\nCONFIG_SOUND=m\n# CONFIG_WIFI_ATH"
        ),
    )
    assert [effect["variants"] for effect in said["changes"]] == [
        ["beta/x86_64", "beta/x86_64:rt", "beta/aarch64", "beta/aarch64:rt"]
    ]


def test_lines_that_become_redundant_go(small_tree: Path) -> None:
    edit(small_tree, "beta/configs/rt/generic.config", "", to="# CONFIG_SOUND is not set")
    change(small_tree, "set", "SOUND=m", "--reason", "All beep")
    assert "# All beep\nCONFIG_SOUND=m\n" in layers(small_tree)["configs/generic.config"]
    assert "SOUND" not in layers(small_tree)["alpha/configs/generic.config"]
    assert lines_of(small_tree, "beta/configs/rt/generic.config")["SOUND"] == "n"


def test_what_was_redundant_before_stays_and_is_named(small_tree: Path) -> None:
    edit(small_tree, "gamma/configs/generic.config", "", to="CONFIG_SOUND=m")
    said = change(small_tree, "set", "SOUND=m")
    assert lines_of(small_tree, "gamma/configs/generic.config") == {"SOUND": "m"}
    assert "distro/gamma/configs/generic.config: CONFIG_SOUND was redundant before" in said["notes"]


def test_a_value_that_is_inherited_needs_no_line(small_tree: Path) -> None:
    said = change(small_tree, "set", "USB=m", "--distro", "alpha", "--arch", "x86_64")
    assert "USB" not in lines_of(small_tree, "alpha/configs/x86_64.config")
    assert said["changes"][0]["after"] == "m"
    before = layers(small_tree)
    done = distgen("config", "set", "USB=m", "--distro=beta", "--tree", small_tree)
    assert "nothing changes, nothing was written" in done.stderr
    assert layers(small_tree) == before


def test_later_layers_and_kconfig_that_decide_otherwise_are_named(small_tree: Path) -> None:
    said = change(small_tree, "set", "NR_CPUS=100")
    found = {(held["value"], held["why"], held["hint"]) for held in said["unchanged"]}
    line = "distro/beta/configs/rt/generic.config:3 says 32"
    assert ("32", line, "distgen config unset NR_CPUS --distro beta --flavour rt") in found
    assert len(found) == 3
    said = change(small_tree, "set", "PREEMPT_NONE=y")
    base, rt = sorted(said["unchanged"], key=lambda held: len(held["variants"]), reverse=True)
    assert set(rt["variants"]) == RT
    assert rt["why"] == "the choice is PREEMPT"
    assert rt["hint"] == "distgen config set PREEMPT=n --flavour rt"
    assert base["why"] == "the choice is PREEMPT_VOLUNTARY"
    distgen(*base["hint"].split()[1:], "--tree", small_tree)
    assert {
        name for name, value in values(small_tree, "PREEMPT_NONE").items() if value == "n"
    } == RT
    said = change(small_tree, "set", "CRC=n")
    assert [held["why"] for held in said["unchanged"]] == ["selected by WIFI"]
    said = change(small_tree, "set", "WIFI_DEBUG=y", "--distro", "beta")
    assert [held["why"] for held in said["unchanged"]] == ["needs DEBUG[=n]"]


def test_other_options_that_change_with_it(small_tree: Path) -> None:
    before = configs(small_tree)
    done = distgen("config", "set", "WIFI=n", "--distro", "beta", "--tree", small_tree)
    assert "WIFI: m -> n in beta aarch64 (all 2), and 1 other option: WIFI_ATH n" in done.stdout
    assert "2 other options: WIFI_ATH n -> none, WIFI_INTEL m -> none" in done.stdout
    changed = differing(before, configs(small_tree))
    assert {name.split("/")[0] for name in changed} == {"beta"}


def test_several_at_once_and_a_diff_that_patch_takes(small_tree: Path) -> None:
    before = layers(small_tree)
    argv = ("SOUND=y", "CONFIG_LOCALVERSION=-x", "BASE_ADDRESS=2000", "# CONFIG_USB is not set")
    where = ("--distro", "beta", "--arch", "x86", "--tree", small_tree)
    dry = distgen("config", "set", *argv, "--dry-run", *where)
    assert layers(small_tree) == before
    assert "1 file to write" in dry.stderr
    distgen("config", "set", *argv, *where)
    after = layers(small_tree)
    assert lines_of(small_tree, "beta/configs/x86.config") == {
        "SOUND": "y", "LOCALVERSION": '"-x"', "BASE_ADDRESS": "0x2000", "USB": "n",
    }  # fmt: skip
    assert values(small_tree, "LOCALVERSION")["beta/x86_64:rt"] == '"-x"'
    (small_tree / "distro/beta/configs/x86.config").unlink()
    (small_tree / "x.diff").write_text(dry.stdout.split("CONFIG_BASE_ADDRESS: ")[0])
    run("patch", "-p0", "-i", "x.diff", cwd=small_tree)
    assert layers(small_tree) == after


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["WIFI_INTL=m"], "in no Kconfig file of this tree for aarch64, x86_64\n  is WIFI_INTEL"),
        (["CRC_TABLE=m"], "CONFIG_CRC_TABLE: has no prompt"),
        (["PREEMPTION=y"], "has no prompt: no layer can set it\n  it is selected by PREEMPT"),
        (["DEBUG=m"], "CONFIG_DEBUG: a bool is one of y, n, not 'm'"),
        (["SOUND=yes"], "CONFIG_SOUND: a tristate is one of y, m, n, not 'yes'"),
        (["NR_CPUS=many"], "CONFIG_NR_CPUS: 'many' is not a number (int)"),
        (["BASE_ADDRESS=0xg"], "CONFIG_BASE_ADDRESS: '0xg' is not a number (hex)"),
        (["NR_CPUS=513"], "CONFIG_NR_CPUS: 513 is out of range: 2 512"),
        (["SOUND"], "'SOUND': expected SYMBOL=VALUE"),
        (["SOUND=y", "WIFI_INTL=m"], "CONFIG_WIFI_INTL: in no Kconfig file"),
        (["SOUND=y", "--distro=alhpa"], "no distribution 'alhpa'\n  did you mean alpha?"),
        (["SOUND=y", "--arch=x86-64"], "no arch 'x86-64'\n  did you mean x86_64?"),
        (["SOUND=y", "--distro=beta", "--flavour=debug"], "no flavour 'debug' of beta"),
        (["SOUND=y", "--arch=aarch64", "--distro=alpha", "--flavour=rt"], "no configuration reads"),
        (["SOUND=y", "--reason=CONFIG_X=y was bad\nCONFIG_Y is not set"], "reads as a setting"),
    ],
)
def test_what_cannot_be_set(small_tree: Path, argv: list[str], message: str) -> None:
    before = layers(small_tree)
    done = distgen("config", "set", *argv, "--tree", small_tree, check=False)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert layers(small_tree) == before


def test_a_broken_layer_is_named_with_its_line(small_tree: Path) -> None:
    edit(small_tree, "beta/configs/rt/generic.config", "", to="<<<<<<< HEAD")
    done = distgen("config", "set", "SOUND=y", "--tree", small_tree, check=False)
    assert done.returncode == 2
    assert "distro/beta/configs/rt/generic.config:4: expected CONFIG_NAME=value" in done.stderr
    assert "instead of '<<<<<<< HEAD' write CONFIG_NAME=y, =m, =64," in done.stderr


def test_unset_takes_out_what_set_put_in(small_tree: Path) -> None:
    before = layers(small_tree)
    where = ("--distro", "beta", "--arch", "x86")
    change(small_tree, "set", "SOUND=y", *where)
    said = change(small_tree, "unset", "CONFIG_SOUND", *where)
    assert said["undecided"] == []
    assert lines_of(small_tree, "beta/configs/x86.config") == {}
    assert differing(before, layers(small_tree)).keys() == {"beta/configs/x86.config"}


def test_unset_warns_of_what_nobody_decides_then(small_tree: Path) -> None:
    said = change(small_tree, "unset", "NR_CPUS")
    (lost,) = said["undecided"]
    assert (lost["symbol"], lost["value"]) == ("NR_CPUS", "64")
    assert lost["where"].startswith("Kconfig:")
    assert set(lost["variants"]) == {
        f"{distro}/aarch64{flavour}" for distro in ("alpha", "gamma") for flavour in ("", ":debug")
    }


def test_unset_says_where_it_is(small_tree: Path) -> None:
    before = layers(small_tree)
    done = distgen(
        "config", "unset", "NR_CPUS", "--distro=alpha", "--tree", small_tree, check=False
    )
    assert done.returncode == 2
    assert "distro/alpha/configs/generic.config: does not set CONFIG_NR_CPUS" in done.stderr
    hint = "beta/configs/rt/generic.config:3 does: distgen config unset NR_CPUS --distro beta"
    assert hint in done.stderr
    assert layers(small_tree) == before
