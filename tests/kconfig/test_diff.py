# SPDX-License-Identifier: GPL-2.0-or-later
"""config diff, held against a comparison of the files that make writes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.lib.command import distgen, git
from tests.lib.small import configs, edit, layers, settings, written_configs

Values = dict[str, str]
Changes = dict[str, dict[str, tuple[str, str]]]
RT = "beta/configs/rt/generic.config"


@pytest.fixture(scope="module")
def tree(small_tree_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree with more for alpha and beta to differ in; the layers are in a commit."""
    tree = tmp_path_factory.mktemp("diff-") / "linux"
    shutil.copytree(small_tree_once, tree, symlinks=True)
    edit(tree, "alpha/configs/rt/generic.config", "", to="# CONFIG_NET is not set")
    for line in ('LOCALVERSION="-beta"', "PREEMPT_NONE=y", "WIFI=y"):
        edit(tree, "beta/configs/generic.config", "", to=f"CONFIG_{line}")
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-f", "distro", ":!distro/out")
    git(tree, "commit", "-qm", "layers")
    return tree


@pytest.fixture(scope="module")
def made(tree: Path) -> dict[str, Values]:
    """Every configuration of the layers as they were committed."""
    return values_of(configs(tree))


@pytest.fixture
def copy(tree: Path, made: dict[str, Values], tmp_path: Path) -> Path:
    """The tree, to be changed."""
    del made  # what make has built is copied as well
    return Path(shutil.copytree(tree, tmp_path / "linux", symlinks=True))


def values_of(texts: dict[str, str]) -> dict[str, Values]:
    return {name: settings(text) for name, text in texts.items()}


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


def test_two_configurations(tree: Path, made: dict[str, Values]) -> None:
    found = changes(diff(tree, "alpha/x86_64", "alpha/x86_64:rt"))
    expected = compared(made["alpha/x86_64"], made["alpha/x86_64:rt"])
    assert found == {"alpha/x86_64": expected}
    assert expected["WIFI"] == ("m", "-")
    assert diff(tree, "gamma/x86_64", "alpha/x86_64", code=0) == []


def test_two_arches(tree: Path, made: dict[str, Values]) -> None:
    found = changes(diff(tree, "alpha/x86_64", "alpha/aarch64"))
    assert found["alpha/x86_64"] == compared(made["alpha/x86_64"], made["alpha/aarch64"])


def test_two_distributions(tree: Path, made: dict[str, Values]) -> None:
    found = changes(diff(tree, "alpha", "beta"))
    common = ["x86_64", "x86_64:rt", "aarch64"]
    assert found == {
        f"alpha/{name}": compared(made[f"alpha/{name}"], made[f"beta/{name}"]) for name in common
    }


def test_the_table(tree: Path) -> None:
    done = distgen("config", "diff", "alpha", "beta", "--tree", tree, check=False)
    assert done.returncode == 1
    assert "only in alpha: alpha x86_64 (debug, rt-debug), aarch64 (debug)\n" in done.stderr
    assert "only in beta: beta aarch64 (rt)\n" in done.stderr
    alpha, beta = (f"distro/{name}/configs/" for name in ("alpha", "beta"))
    shared, base = "distro/configs/generic.config", "x86_64 (base), aarch64 (base)"
    assert done.stdout.splitlines() == [
        "(no menu)",
        f'  LOCALVERSION  ""  "-beta"  {shared}:7 | {beta}generic.config:5',
        "",
        "General setup",
        f"  NR_CPUS  512  256  {alpha}x86_64.config:3 | {beta}generic.config:3  [x86_64 (base)]",
        f"  NR_CPUS  512  32   {alpha}x86_64.config:3 | {beta}rt/generic.config:3  [x86_64 (rt)]",
        f"  NR_CPUS  128  256  {shared}:10 | {beta}generic.config:3  [aarch64 (base)]",
        "",
        "General setup > Preemption model",
        f"  PREEMPT_NONE       n  y  {shared}:12 | {beta}generic.config:6  [{base}]",
        f'  PREEMPT_VOLUNTARY  y  n  {shared}:13 | choice "Preemption model": another member'
        f" is set  [{base}]",
        "",
        "Drivers",
        f"  NET        n  y  {alpha}rt/generic.config:1 | {shared}:9  [x86_64 (rt)]",
        f"  WIFI       m  y  {shared}:17 | {beta}generic.config:7  [{base}]",
        f"  WIFI       -  y  not visible | {beta}generic.config:7  [x86_64 (rt)]",
        f"  CRC        m  y  {shared}:5 | selected by WIFI[=y]",
        "  CRC_TABLE  m  y  no prompt: default",
        f"  SOUND      m  n  {alpha}generic.config:4 | {shared}:14",
        f"  USB        y  m  {alpha}x86_64.config:4 | {shared}:15  [x86_64 (all 2)]",
        "",
        "Drivers > Wireless",
        f"  WIFI_ATH    m  n  {shared}:18 | {beta}generic.config:4  [{base}]",
        f"  WIFI_ATH    -  n  not visible | {beta}generic.config:4  [x86_64 (rt)]",
        "  WIFI_INTEL  -  m  not visible | distro/configs/x86.config:4  [x86_64 (rt)]",
    ]


def test_counts(tree: Path) -> None:
    words = ("config", "diff", "alpha", "beta", "--stat", "--tree", tree)
    done = distgen(*words, check=False)
    assert done.returncode == 1
    rows = [line.split(maxsplit=1) for line in done.stdout.splitlines() if line]
    assert rows[:4] == [
        ["1", "(no menu)"],
        ["3", "General setup"],
        ["8", "Drivers"],
        ["12", "symbols in all"],
    ]
    assert ["10", "alpha/x86_64:base"] in rows
    assert ["9", "alpha/aarch64:base"] in rows
    counted = json.loads(distgen(*words, "--json", check=False).stdout)
    assert counted["menus"] == {"(no menu)": 1, "General setup": 3, "Drivers": 8}
    assert sum(counted["variants"].values()) == 2 * 10 + 9


def test_a_revision_and_now(copy: Path, made: dict[str, Values]) -> None:
    assert diff(copy, "HEAD", code=0) == []
    edit(copy, RT, "", to="CONFIG_SOUND=m")
    now = values_of(configs(copy))
    found = diff(copy, "HEAD", "now")
    expected = {name: compared(made[name], now[name]) for name in made}
    assert changes(found) == {name: symbols for name, symbols in expected.items() if symbols}
    (difference,) = found
    assert difference["symbol"] == "SOUND"
    assert difference["menu"] == ["Drivers"]
    assert difference["a"]["where"] == "distro/configs/generic.config:14"
    assert difference["b"] == {
        "value": "m",
        "decided_by": "layer",
        "why": "layer",
        "where": f"distro/{RT}:4",
    }
    assert len(difference["variants"]) == 2
    assert diff(copy, "HEAD") == found
    git(copy, "commit", "-qam", "rt: sound")
    assert diff(copy, "HEAD~1", "HEAD") == found


def test_files(tree: Path, made: dict[str, Values], tmp_path: Path) -> None:
    first, second = (
        tree / f"distro/out/alpha/configs/kernel-x86_64{end}.config" for end in ("", "-rt")
    )
    found = diff(tree, first, second)
    assert {d["symbol"]: (d["a"]["value"], d["b"]["value"]) for d in found} == compared(
        made["alpha/x86_64"], made["alpha/x86_64:rt"]
    )
    assert found[0]["a"]["where"] in ("", *(f"{first}:{n}" for n in range(100)))
    assert diff(tree, first, "alpha/x86_64", code=0) == []
    fragment = tmp_path / "fragment"
    fragment.write_text(
        layers(tree)["configs/generic.config"].replace("CONFIG_WIFI=m", "CONFIG_WIFI=y")
    )
    found = changes(diff(tree, "alpha/x86_64", fragment))["alpha/x86_64"]
    assert found == {
        "NR_CPUS": ("512", "128"),
        "WIFI": ("m", "y"),
        "WIFI_INTEL": ("m", "n"),
        "CRC": ("m", "y"),
        "CRC_TABLE": ("m", "y"),
        "SOUND": ("m", "n"),
        "USB": ("y", "m"),
        "HYPERV": ("m", "n"),
    }, "the fragment is resolved: CRC is selected"


def test_words_that_mean_two_things(copy: Path, tmp_path: Path) -> None:
    git(copy, "branch", "alpha")
    edit(copy, RT, "", to="CONFIG_SOUND=m")
    done = distgen("config", "diff", "alpha", "alpha", "--tree", copy, check=False)
    assert done.returncode == 0
    assert "alpha: taken for the distribution; write git:alpha for the revision" in done.stderr
    assert diff(copy, "git:alpha") == diff(copy, "HEAD")
    git(copy, "branch", "-D", "alpha")
    (tmp_path / "alpha").write_text("CONFIG_NET=y\n")
    words = ("config", "diff", "alpha", "beta", "--stat", "--tree", copy)
    done = distgen(*words, cwd=tmp_path, check=False)
    assert "write ./alpha for the file" in done.stderr


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["alpha", "beta/x86_64"], "is a distribution and beta/x86_64 a configuration",
         "two of the same kind"),
        (["alpha/x86_64", "HEAD"], "a configuration and HEAD a revision", "two of the same kind"),
        (["alpha"], "alpha is a distribution: give what to compare it with", "alpha B"),
        (["alpa", "beta"], "alpa: no distribution, configuration, file", "did you mean alpha"),
        (["git:nothing"], "git:nothing: not a revision", "log --oneline"),
        (["empty"], "empty: that revision has no distro/", "log --oneline"),
        (["./nothing", "now"], "./nothing: no such file", ""),
        (["alpha/x86_64:rtt", "now"], "no flavour 'rtt'", "did you mean rt"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(tree: Path, words: list[str], message: str, hint: str) -> None:
    empty = git(tree, "hash-object", "-t", "tree", "-w", "/dev/null").strip()
    git(tree, "tag", "-f", "empty", git(tree, "commit-tree", "-m", "none", empty).strip())
    done = distgen("config", "diff", *words, "--tree", tree, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert hint in done.stderr


@pytest.mark.parametrize("prepared", ["7.2"], indirect=True, scope="session")
def test_linux(resolved: Path) -> None:
    made = values_of(written_configs(resolved))
    found = diff(resolved, "fedora/x86_64", "debian/x86_64")
    expected = compared(made["fedora/x86_64"], made["debian/x86_64"])
    assert changes(found) == {"fedora/x86_64": expected}
    assert len(expected) > 2000
    texts = {path: path.read_text().splitlines()
              for path in (resolved / "distro").glob("**/configs/**/*.config")}  # fmt: skip
    for difference in found:
        for side in ("a", "b"):
            path, _, line = difference[side]["where"].rpartition(":")
            if path:
                text = texts[resolved / path][int(line) - 1]
                value = difference[side]["value"]
                assert text == f"CONFIG_{difference['symbol']}={value}" or value in ("n", "-")
    assert {d["a"]["decided_by"] for d in found} >= {"layer", "selected", "default", "not visible"}


def test_white_space_in_the_temporary_folder(copy: Path, tmp_path: Path) -> None:
    """The layers of a revision lie there, and so does all that Kconfig says."""
    folder = tmp_path / "it's a $HOME"
    folder.mkdir()
    edit(copy, RT, "", to="CONFIG_SOUND=m")
    argv = ["config", "diff", "HEAD", "--tree", copy]
    done = distgen(*argv, env={"TMPDIR": str(folder)}, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout == distgen(*argv, check=False).stdout
    assert done.stdout
