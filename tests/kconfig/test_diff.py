# SPDX-License-Identifier: GPL-2.0-or-later
"""config diff, held against a comparison of the files that make writes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lib.command import distgen, git
from tests.lib.tiny import (
    LAYERS,
    make_configs,
    values,
    write_layers,
    written_configs,
)

Values = dict[str, str]
Changes = dict[str, dict[str, tuple[str, str]]]
RT = {"fedora/configs/rt/generic.config": "CONFIG_EXPERT=y\nCONFIG_LED=y\n"}


@pytest.fixture(scope="module")
def configs(tiny: Path) -> dict[str, Values]:
    """Every configuration of the layers as they were committed."""
    return make_configs(tiny)


@pytest.fixture
def clean(tiny: Path) -> Iterator[Path]:
    """The tree, whose layers are put back afterwards."""
    yield tiny
    write_layers(tiny, LAYERS)


def diff(tree: Path, *words: str | Path, code: int = 1) -> list[dict[str, Any]]:
    done = distgen("config", "diff", *words, "--json", "--tree", tree, check=False)
    assert done.returncode == code, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def changes(found: list[dict[str, Any]]) -> Changes:
    """Configuration → symbol → both values, of what diff --json says."""
    spread: Changes = {}
    for difference in found:
        for variant in difference["variants"]:
            pair = (difference["a"]["value"], difference["b"]["value"])
            symbols = spread.setdefault(variant.removesuffix(":base"), {})
            assert difference["symbol"] not in symbols
            symbols[difference["symbol"]] = pair
    return spread


def compared(first: Values, second: Values) -> dict[str, tuple[str, str]]:
    """The same of two .config files."""
    return {
        symbol: (first.get(symbol, "-"), second.get(symbol, "-"))
        for symbol in first.keys() | second.keys()
        if first.get(symbol) != second.get(symbol)
    }


def test_two_configurations(tiny: Path, configs: dict[str, Values]) -> None:
    found = changes(diff(tiny, "fedora/x86_64", "fedora/x86_64:rt"))
    expected = compared(configs["fedora/x86_64"], configs["fedora/x86_64:rt"])
    assert found == {"fedora/x86_64": expected}
    assert expected["WIFI"] == ("m", "-")
    assert diff(tiny, "fedora/x86_64:debug", "fedora/x86_64", code=0) == []


def test_two_arches(tiny: Path, configs: dict[str, Values]) -> None:
    found = changes(diff(tiny, "fedora/x86_64", "fedora/aarch64"))
    assert found["fedora/x86_64"] == compared(configs["fedora/x86_64"], configs["fedora/aarch64"])


def test_two_distributions(tiny: Path, configs: dict[str, Values]) -> None:
    found = changes(diff(tiny, "fedora", "debian"))
    common = ["x86_64", "x86_64:rt", "aarch64", "aarch64:16k", "aarch64:rt"]
    assert found == {
        f"fedora/{name}": compared(configs[f"fedora/{name}"], configs[f"debian/{name}"])
        for name in common
    }


def test_the_table(tiny: Path) -> None:
    done = distgen("config", "diff", "fedora", "debian", "--tree", tiny, check=False)
    assert done.returncode == 1
    assert "only in fedora: fedora x86_64 (debug, rt-debug), aarch64 (debug, " in done.stderr
    assert "only in debian: debian x86_64 (cloud), aarch64 (cloud)" in done.stderr
    generic = [f"distro/{name}/configs/generic.config" for name in ("fedora", "debian")]
    some, rt = "x86_64 (base), aarch64 (base, 16k)", "x86_64 (rt), aarch64 (rt)"
    assert done.stdout.splitlines() == [
        "Drivers",
        f"  EXPERT  y  n  distro/fedora/configs/rt/generic.config:1 |"
        f" distro/configs/generic.config:3  [{rt}]",
        f"  NET     y  m  {generic[0]}:4 | distro/configs/generic.config:7  [{some}]",
        f"  NET     -  m  not visible | distro/configs/generic.config:7  [{rt}]",
        f"  LED     n  y  distro/configs/generic.config:4 | selected by WIFI[=m]  [{rt}]",
        f"  SOUND   y  n  {generic[0]}:5 | {generic[1]}:3",
        f"  CRC     y  m  no prompt: selected by NET[=y] |"
        f" no prompt: selected by NET[=m]  [{some}]",
        f"  CRC     -  m  no prompt: default | no prompt: selected by NET[=m]  [{rt}]",
        "",
        "Drivers > Net",
        f"  WIFI  -  m  not visible | distro/configs/generic.config:10  [{rt}]",
        "",
        "(no menu)",
        f'  LABEL  "fedora"  "debian"  {generic[0]}:2 | {generic[1]}:1',
        "",
        "Preemption",
        f'  SLOW  n  y  choice "Preemption": another member is set | {generic[1]}:2',
        f'  FAST  y  n  {generic[0]}:1 | choice "Preemption": another member is set',
    ]


def test_counts(tiny: Path) -> None:
    words = ("config", "diff", "fedora", "debian", "--stat", "--tree", tiny)
    done = distgen(*words, check=False)
    assert done.returncode == 1
    rows = [line.split(maxsplit=1) for line in done.stdout.splitlines() if line]
    assert rows[:4] == [
        ["6", "Drivers"],
        ["1", "(no menu)"],
        ["2", "Preemption"],
        ["9", "symbols in all"],
    ]
    assert ["6", "fedora/x86_64:base"] in rows
    assert ["9", "fedora/x86_64:rt"] in rows
    counted = json.loads(distgen(*words, "--json", check=False).stdout)
    assert counted["menus"] == {"(no menu)": 1, "Drivers": 6, "Preemption": 2}
    assert sum(counted["variants"].values()) == 3 * 6 + 2 * 9


def test_a_revision_and_now(clean: Path, configs: dict[str, Values]) -> None:
    assert diff(clean, "HEAD", code=0) == []
    write_layers(clean, RT)
    now = make_configs(clean)
    found = diff(clean, "HEAD", "now")
    expected = {name: compared(configs[name], now[name]) for name in configs}
    assert changes(found) == {name: symbols for name, symbols in expected.items() if symbols}
    (difference,) = found
    assert difference["symbol"] == "LED"
    assert difference["menu"] == ["Drivers"]
    assert difference["a"]["where"] == "distro/configs/generic.config:4"
    assert difference["b"] == {
        "value": "y",
        "decided_by": "layer",
        "why": "layer",
        "where": "distro/fedora/configs/rt/generic.config:2",
    }
    assert len(difference["variants"]) == 6
    assert diff(clean, "HEAD") == found
    git(clean, "commit", "-qam", "rt: leds")
    assert diff(clean, "HEAD~1", "HEAD") == found
    git(clean, "reset", "-q", "HEAD~1")


def test_files(tiny: Path, configs: dict[str, Values], tmp_path: Path) -> None:
    first, second = (
        tiny / f"distro/out/fedora/configs/kernel-x86_64{end}.config" for end in ("", "-rt")
    )
    found = diff(tiny, first, second)
    assert {d["symbol"]: (d["a"]["value"], d["b"]["value"]) for d in found} == compared(
        values(first), values(second)
    )
    assert found[0]["a"]["where"] in ("", *(f"{first}:{n}" for n in range(100)))
    assert diff(tiny, first, "fedora/x86_64", code=0) == []
    fragment = tmp_path / "fragment"
    fragment.write_text(LAYERS["configs/generic.config"] + "CONFIG_FAST=y\n")
    found = changes(diff(tiny, "fedora/x86_64", fragment))["fedora/x86_64"]
    assert found == {
        "NET": ("y", "m"),
        "CRC": ("y", "m"),
        "LABEL": ('"fedora"', '"a\\"b"'),
    }, "the fragment is resolved: CRC is selected"


def test_words_that_mean_two_things(clean: Path, tmp_path: Path) -> None:
    git(clean, "branch", "fedora")
    write_layers(clean, RT)
    done = distgen("config", "diff", "fedora", "fedora", "--tree", clean, check=False)
    assert done.returncode == 0
    assert "fedora: taken for the distribution; write git:fedora for the revision" in done.stderr
    assert diff(clean, "git:fedora") == diff(clean, "HEAD")
    git(clean, "branch", "-D", "fedora")
    (tmp_path / "fedora").write_text("CONFIG_PCI=y\n")
    words = ("config", "diff", "fedora", "debian", "--stat", "--tree", clean)
    done = distgen(*words, cwd=tmp_path, check=False)
    assert "write ./fedora for the file" in done.stderr


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["fedora", "debian/x86_64"], "is a distribution and debian/x86_64 a configuration",
         "two of the same kind"),
        (["fedora/x86_64", "HEAD"], "a configuration and HEAD a revision", "two of the same kind"),
        (["fedora"], "fedora is a distribution: give what to compare it with", "fedora B"),
        (["fedra", "debian"], "fedra: no distribution, configuration, file", "did you mean fedora"),
        (["git:nothing"], "git:nothing: not a revision", "log --oneline"),
        (["empty"], "empty: that revision has no distro/", "log --oneline"),
        (["./nothing", "now"], "./nothing: no such file", ""),
        (["fedora/x86_64:rtt", "now"], "no flavour 'rtt'", "did you mean rt"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(tiny: Path, words: list[str], message: str, hint: str) -> None:
    tree = git(tiny, "hash-object", "-t", "tree", "-w", "/dev/null").strip()
    git(tiny, "tag", "-f", "empty", git(tiny, "commit-tree", "-m", "none", tree).strip())
    done = distgen("config", "diff", *words, "--tree", tiny, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert hint in done.stderr


@pytest.mark.parametrize("prepared", ["7.2"], indirect=True, scope="session")
def test_linux(resolved: Path) -> None:
    configs = written_configs(resolved)
    found = diff(resolved, "fedora/x86_64", "debian/x86_64")
    expected = compared(configs["fedora/x86_64"], configs["debian/x86_64"])
    assert changes(found) == {"fedora/x86_64": expected}
    assert len(expected) > 2000
    layers = {path: path.read_text().splitlines()
              for path in (resolved / "distro").glob("**/configs/**/*.config")}  # fmt: skip
    for difference in found:
        for side in ("a", "b"):
            path, _, line = difference[side]["where"].rpartition(":")
            if path:
                text = layers[resolved / path][int(line) - 1]
                value = difference[side]["value"]
                assert text == f"CONFIG_{difference['symbol']}={value}" or value in ("n", "-")
    assert {d["a"]["decided_by"] for d in found} >= {"layer", "selected", "default", "not visible"}


def test_white_space_in_the_temporary_folder(clean: Path, tmp_path: Path) -> None:
    """The layers of a revision lie there, and so does all that Kconfig says."""
    folder = tmp_path / "it's a $HOME"
    folder.mkdir()
    write_layers(clean, RT)
    argv = ["config", "diff", "HEAD", "--tree", clean]
    done = distgen(*argv, env={"TMPDIR": str(folder)}, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout == distgen(*argv, check=False).stdout
    assert done.stdout
