# SPDX-License-Identifier: GPL-2.0-or-later
"""``config undecided`` lists what no layer says, and can write it down as it is."""

import json
from pathlib import Path
from typing import Any

from tests.lib.command import distgen, git
from tests.lib.small import configs, edit, layers


def forget(tree: Path) -> None:
    """Take settings out of the layers: of everywhere, of some arches, and of a choice."""
    for name, text in layers(tree).items():
        lines = [
            line
            for line in text.splitlines(keepends=True)
            if not line.startswith(("CONFIG_WIFI=", "CONFIG_HYPERV", "CONFIG_USB="))
        ]
        if name == "configs/generic.config":
            lines = [li for li in lines if "PREEMPT" not in li and "NR_CPUS" not in li]
        (tree / "distro" / name).write_text("".join(lines))


def undecided(tree: Path, *argv: str) -> dict[str, dict[str, Any]]:
    done = distgen("config", "undecided", "--json", *argv, "--tree", tree, check=False)
    found = json.loads(done.stdout)
    assert done.returncode == (1 if found else 0)
    return {item["symbol"]: item for item in found}


def test_nothing_is_undecided_in_the_small_tree(small_tree: Path) -> None:
    assert undecided(small_tree) == {}


def test_all_there_is_to_know(small_tree: Path) -> None:
    forget(small_tree)
    found = undecided(small_tree)
    assert sorted(found) == [
        "HYPERV", "NR_CPUS", "PREEMPT", "PREEMPT_NONE", "PREEMPT_VOLUNTARY", "USB", "WIFI",
    ]  # fmt: skip
    wifi = found["WIFI"]
    kconfig = (small_tree / "Kconfig").read_text().splitlines()
    assert kconfig[wifi["line"] - 1] == "menuconfig WIFI"
    assert (wifi["type"], wifi["prompt"], wifi["menu"]) == ("tristate", "Wireless", ["Drivers"])
    assert wifi["help"].strip() == "Wireless networks."
    assert len(wifi["values"]) == 16
    assert found["NR_CPUS"]["values"] == {
        f"{distro}/aarch64{flavour}": "64" for distro in ("alpha", "gamma")
        for flavour in ("", ":debug")
    }  # fmt: skip
    done = distgen("config", "undecided", "--distro=beta", "--tree", small_tree, check=False)
    assert 'CONFIG_WIFI: tristate "Wireless"' in done.stdout
    assert "NR_CPUS" not in done.stdout


def test_the_commit_that_brought_an_option(small_tree: Path) -> None:
    git(small_tree, "init", "-q")
    git(small_tree, "add", "-A")
    git(small_tree, "commit", "-qm", "start")
    kconfig = small_tree / "Kconfig"
    kconfig.write_text(kconfig.read_text() + '\nconfig NEW\n\tbool "New"\n')
    git(small_tree, "commit", "-qam", "kconfig: something new")
    edit(small_tree, "configs/generic.config", "# CONFIG_SOUND is not set\n")
    found = undecided(small_tree, "--distro=beta")
    head = git(small_tree, "rev-parse", "HEAD")[:12]
    assert {name: item["commit"] for name, item in found.items()} == {
        "NEW": f"{head} (kconfig: something new)",
        "SOUND": "",
    }


def test_accepted_defaults_change_nothing_and_leave_nothing(small_tree: Path) -> None:
    forget(small_tree)
    before, files = configs(small_tree), layers(small_tree)
    distgen("config", "undecided", "--accept-defaults", "--dry-run", "--tree", small_tree)
    assert layers(small_tree) == files
    done = distgen("config", "undecided", "--accept-defaults", "--tree", small_tree)
    assert "no configuration changes" in done.stdout
    assert configs(small_tree) == before
    assert undecided(small_tree) == {}
    after = layers(small_tree)
    comment = "# The default of Linux 7.2.13, which nobody has decided\n"
    for path, line in (
        ("configs/generic.config", "# CONFIG_WIFI is not set\n"),
        ("configs/generic.config", "CONFIG_PREEMPT_NONE=y\n"),
        ("configs/x86_64.config", "# CONFIG_HYPERV is not set\n"),
    ):
        assert comment + line in after[path]
    for name, text in files.items():
        kept = [li for li in text.splitlines() if li]
        assert [li for li in after[name].splitlines() if li in kept] == kept


def test_defaults_of_one_distribution_go_to_it(small_tree: Path) -> None:
    forget(small_tree)
    before = layers(small_tree)
    distgen("config", "undecided", "--accept-defaults", "--distro=beta", "--tree", small_tree)
    after = layers(small_tree)
    assert {name.split("/")[0] for name in after if after[name] != before.get(name)} == {"beta"}
    assert undecided(small_tree, "--distro=beta") == {}
