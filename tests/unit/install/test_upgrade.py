# SPDX-License-Identifier: GPL-2.0-or-later
"""What is new in the layers that ship goes into those that the user has changed, by symbol."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from distgen.errors import UsageError
from distgen.install.upgrade import HEAD, merge, read_seeded, seeded_file
from distgen.store.file import File, Ownership
from tests.lib.command import PROJECT, distgen, run
from tests.lib.folder import contents

SEEDED = """\
# SPDX-License-Identifier: GPL-2.0-or-later

CONFIG_A=y
CONFIG_B=m
# it is slow
# CONFIG_C is not set
CONFIG_D=10
CONFIG_E=y
CONFIG_F=y
"""


def layer(text: str) -> File:
    return File(
        path="distro/configs/generic.config", content=text.encode(), ownership=Ownership.SEEDED
    )


def told(text: str, own: str, seeded: str | None = SEEDED) -> tuple[str, list[str]]:
    content, news = merge(layer(text), seeded, own)
    return content, [each.text() for each in news]


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


SHIPS = replaced(
    SEEDED,
    ("CONFIG_B=m", "# it must be there\nCONFIG_B=y"),
    ("# it is slow\n# CONFIG_C is not set\n", ""),
    ("CONFIG_D=10\n", "CONFIG_D=20\nCONFIG_DD=m\n"),
    ("CONFIG_F=y\n", ""),
)


def test_what_nobody_touched_is_what_ships() -> None:
    content, news = told(SHIPS, SEEDED)
    assert content == SHIPS
    where = "distro/configs/generic.config: "
    assert news == [
        f"{where}CONFIG_B=y, was m",
        f"{where}CONFIG_C is gone, was n",
        f"{where}CONFIG_D=20, was 10",
        f"{where}CONFIG_DD=m, new",
        f"{where}CONFIG_F is gone, was y",
    ]


def test_what_the_user_changed_stays() -> None:
    """D and F are the user's; B, C and DD become what ships; G and the comment stay."""
    own = replaced(
        SEEDED,
        ("CONFIG_D=10", "# ours\nCONFIG_D=15"),
        ("CONFIG_F=y\n", "CONFIG_F=m\nCONFIG_G=y\n"),
    )
    content, news = told(SHIPS, own)
    assert content == replaced(
        own,
        ("CONFIG_B=m", "# it must be there\nCONFIG_B=y"),
        ("# it is slow\n# CONFIG_C is not set\n", ""),
        ("CONFIG_E=y", "CONFIG_DD=m\nCONFIG_E=y"),
    )
    assert [line for line in news if "yours" in line] == [
        "distro/configs/generic.config: CONFIG_D=20, was 10; yours: 15",
        "distro/configs/generic.config: CONFIG_F is gone, was y; yours: m",
    ]


def test_what_the_user_took_out_does_not_come_back() -> None:
    own = replaced(SEEDED, ("CONFIG_B=m\n", ""))
    content, news = told(SHIPS, own)
    assert "CONFIG_B=" not in content
    assert "distro/configs/generic.config: CONFIG_B=y, was m; yours: none" in news


def test_what_the_user_has_already_is_no_news() -> None:
    own = replaced(SEEDED, ("CONFIG_D=10", "CONFIG_D=20"))
    assert not [line for line in told(SHIPS, own)[1] if "CONFIG_D=" in line]


def test_nothing_new_changes_nothing() -> None:
    own = replaced(SEEDED, ("CONFIG_A=y", "CONFIG_A=m"))
    assert told(SEEDED, own) == (own, [])


def test_what_was_seeded_is_not_known() -> None:
    assert told(SHIPS, SEEDED, seeded=None) == (SEEDED, [])


@pytest.mark.parametrize("changed", [False, True])
def test_a_distro_toml_is_taken_whole_or_not_at_all(changed: bool) -> None:
    seeded = 'title = "Old"\n[arches.x86_64]\nkernel = "x86_64"\n'
    ships = replaced(seeded, ("Old", "New"))
    own = seeded + ("# mine\n" if changed else "")
    file = File(path="distro/a/distro.toml", content=ships.encode(), ownership=Ownership.SEEDED)
    text, news = merge(file, seeded, own)
    assert text == (own if changed else ships)
    assert [(each.name, each.applied) for each in news] == [("title", not changed)]


def test_what_was_seeded_is_kept() -> None:
    files = {
        "distro/configs/generic.config": SEEDED,
        "distro/a/distro.toml": 'a = """\nx\n\n\ty"""\n',
    }
    assert read_seeded(seeded_file(files).content.decode()) == files


@pytest.mark.parametrize(
    "text", ["\tx\n", "x\n", f"{HEAD}\n\n", f"{HEAD}\na\na\n", f"{HEAD}\n  b\n"]
)
def test_a_file_that_distgen_did_not_write(text: str) -> None:
    with pytest.raises(UsageError, match=r"distro/distgen.seeded:[123]: "):
        read_seeded(text)


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another distgen, whose layers have changed."""
    folder = tmp_path_factory.mktemp("newer")
    for name in ("distgen", "templates", "distro"):
        ignored = shutil.ignore_patterns("__pycache__", "out")
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    shutil.copy(PROJECT / "Makefile.distro", folder)
    for name, lines in {"generic": "CONFIG_ZZ_NEW=y\n", "x86_64": "CONFIG_ZZ_X86=m\n"}.items():
        with (folder / f"distro/configs/{name}.config").open("a") as file:
            file.write(lines)
    layer = folder / "distro/fedora/configs/generic.config"
    lines = layer.read_text().splitlines(keepends=True)
    changed = [line.replace("=m", "=y") if line.endswith("=m\n") else line for line in lines]
    assert changed != lines
    layer.write_text("".join(changed))
    return folder


def newer_distgen(folder: Path, *argv: str | Path) -> subprocess.CompletedProcess[str]:
    """Run that one, in a Python of its own."""
    return run(sys.executable, "-m", "distgen", *argv, cwd=folder, env={"PYTHONPATH": str(folder)})


def test_a_newer_distgen(newer: Path, mini_tree: Path) -> None:
    """It brings what is new in its layers, and leaves and names the lines that the user changed."""
    distgen("init", mini_tree, "--distro", "fedora")
    path = "distro/fedora/configs/generic.config"
    theirs = mini_tree / path
    first = next(line for line in theirs.read_text().splitlines() if line.endswith("=m"))
    theirs.write_text(
        theirs.read_text().replace(first, first.replace("=m", "=n")) + "CONFIG_MY=y\n"
    )
    own = theirs.read_text()

    before = contents(mini_tree)
    dry = newer_distgen(newer, "init", mini_tree, "--dry-run")
    assert contents(mini_tree) == before
    done = newer_distgen(newer, "init", mini_tree)
    assert done.stdout == dry.stdout
    lines = done.stdout.splitlines()
    assert "news distro/configs/generic.config: CONFIG_ZZ_NEW=y, new" in lines
    assert "news distro/configs/x86_64.config: CONFIG_ZZ_X86=m, new" in lines
    name = first.removesuffix("=m")
    assert [line for line in lines if line.startswith("yours ")] == [
        f"yours {path}: {name}=y, was m; yours: n"
    ]
    assert theirs.read_text() == own.replace("=m", "=y")
    assert (mini_tree / "distro/configs/generic.config").read_bytes() == (
        newer / "distro/configs/generic.config"
    ).read_bytes()
    again = newer_distgen(newer, "init", mini_tree)
    assert again.stdout == ""

    # What the user has changed stays his, and what only distgen changed is distgen's to remove
    removed = distgen("remove", mini_tree).stdout.splitlines()
    assert f"kept {path}: changed since distgen seeded it" in removed
    assert not (mini_tree / "distro/configs").exists()


def test_a_layer_that_the_user_deleted_stays_away(mini_tree: Path) -> None:
    distgen("init", mini_tree, "--distro", "fedora")
    (mini_tree / "distro/configs/debug/generic.config").unlink()
    before = contents(mini_tree)
    assert distgen("init", mini_tree).stdout == ""
    assert contents(mini_tree) == before


def test_render_brings_nothing_new(newer: Path, mini_tree: Path) -> None:
    """And forgets nothing: the next init still knows what was seeded."""
    distgen("init", mini_tree, "--distro", "fedora")
    before = (mini_tree / "distro/configs/generic.config").read_bytes()
    newer_distgen(newer, "render", mini_tree)
    assert (mini_tree / "distro/configs/generic.config").read_bytes() == before
    done = newer_distgen(newer, "init", mini_tree)
    assert "CONFIG_ZZ_NEW=y, new" in done.stdout


def test_a_damaged_record_is_named(mini_tree: Path) -> None:
    distgen("init", mini_tree, "--distro", "fedora")
    (mini_tree / "distro/distgen.seeded").write_text("x\n")
    with (mini_tree / "distro/configs/generic.config").open("a") as file:
        file.write("CONFIG_MY=y\n")
    before = contents(mini_tree)
    done = distgen("init", mini_tree, check=False)
    assert done.returncode == 2
    assert "distro/distgen.seeded:1: not as distgen writes it: 'x'" in done.stderr
    assert contents(mini_tree) == before
