# SPDX-License-Identifier: GPL-2.0-or-later
"""distgen distro new and distgen list, through the command line."""

import json
import platform
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.lib.command import distgen, git, refused, run
from tests.lib.folder import KEPT, contents

ARCH = platform.machine()


def listed(tree: Path, *argv: str) -> Any:
    return json.loads(distgen("list", tree, "--json", *argv).stdout)


@pytest.fixture
def tree(mini_tree: Path) -> Path:
    """A tree with Fedora in it."""
    distgen("init", mini_tree, "--distro", "fedora")
    return mini_tree


def new(tree: Path, *argv: str) -> list[str]:
    """Add a distribution, and say which files that took."""
    before = contents(tree)
    lines = distgen("distro", "new", *argv, "--tree", tree).stdout.splitlines()
    written = {path for path, content in contents(tree).items() if before.get(path) != content}
    assert {line.split(maxsplit=1)[1] for line in lines} == written - KEPT
    return sorted(written)


def test_a_derivative_holds_nothing_of_its_parents(tree: Path) -> None:
    parent = listed(tree)[0]
    assert new(tree, "bazzite", "--from", "fedora") == [
        "distro/bazzite/Makefile",
        "distro/bazzite/distro.toml",
        "distro/bazzite/package/kernel.spec",
        "distro/distgen.lock",
    ]
    text = (tree / "distro/bazzite/distro.toml").read_text()
    assert len(text.splitlines()) < 20
    assert tomllib.loads(text) == {"title": "Bazzite", "parent": "fedora"}
    child = listed(tree)[0]
    assert (child["name"], child["lineage"]) == ("bazzite", ["fedora", "bazzite"])
    assert child["arches"] == parent["arches"]
    assert child["targets"] == [name.replace("fedora", "bazzite") for name in parent["targets"]]


def test_the_tree_is_then_as_init_would_leave_it(tree: Path) -> None:
    new(tree, "bazzite", "--from", "fedora")
    before = contents(tree)
    assert distgen("init", tree).stdout == ""
    assert contents(tree) == before
    assert distgen("check", tree).stdout == ""
    lock = json.loads((tree / "distro/distgen.lock").read_text())
    assert lock["distros"] == ["bazzite", "fedora"]
    assert "distro/bazzite/distro.toml" in lock["seeded"]


def test_a_derivative_of_a_derivative(tree: Path) -> None:
    for name, parent in (("bazzite", "fedora"), ("deck", "bazzite"), ("deck.2", "deck")):
        new(tree, name, "--from", parent)
    assert listed(tree)[2]["lineage"] == ["fedora", "bazzite", "deck", "deck.2"]


def test_a_parent_that_ships_comes_with_its_child(tree: Path) -> None:
    """With its layers, and not as a distribution of the tree."""
    written = new(tree, "mint", "--from", "ubuntu")
    assert {"distro/ubuntu/distro.toml", "distro/debian/distro.toml"} <= {*written}
    assert "distro/debian/configs/generic.config" in written
    assert [distro["name"] for distro in listed(tree)] == ["fedora", "mint"]
    makefiles = {path.parent.name for path in (tree / "distro").glob("*/Makefile")}
    assert makefiles == {"fedora", "mint"}


@pytest.mark.parametrize(
    ("family", "target", "source"), [("rpm", "srpm", "kernel"), ("deb", "src", "linux")]
)
def test_a_distribution_of_its_own(family: str, target: str, source: str, tree: Path) -> None:
    git(tree, "init", "-q")
    git(tree, "config", "user.name", "Ann Author")
    git(tree, "config", "user.email", "ann@example.org")
    new(tree, "my", "--family", family)
    said = tomllib.loads((tree / "distro/my/distro.toml").read_text())
    assert (said["family"], said["source"]) == (family, source)
    assert said["maintainer"] == "Ann Author <ann@example.org>"
    (arch,) = said["arches"]
    assert arch == ARCH
    assert f"my-{target}" in listed(tree)[1]["targets"]
    assert f"my-{target}" in run("make", "distro-help", cwd=tree).stdout


@pytest.mark.parametrize("person", ["", '"Ann "Q" Author"', "$(id)"])
def test_a_maintainer_who_cannot_be_told_from_git(person: str, tree: Path) -> None:
    git(tree, "init", "-q")
    git(tree, "config", "user.name", person)
    git(tree, "config", "user.email", "")
    new(tree, "my", "--family", "deb")
    said = tomllib.loads((tree / "distro/my/distro.toml").read_text())
    assert said["maintainer"] == "My kernel maintainers <kernel@localhost>"


def test_dry_run_writes_nothing(tree: Path) -> None:
    before = contents(tree)
    argv = ("distro", "new", "bazzite", "--from", "fedora", "--tree", tree)
    dry = distgen(*argv, "--dry-run").stdout
    assert contents(tree) == before
    assert distgen(*argv).stdout == dry


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("../x", "'../x' cannot name a distribution"),
        ("-rf", "'-rf' cannot name a distribution"),
        ("a b", "'a b' cannot name a distribution"),
        ("x" * 300, f"'{'x' * 40}…' cannot name a distribution"),
        ("templates", "distgen uses templates itself"),
        ("helpers", "the kernel's Makefile takes helpers-configs"),
        ("fedora", "fedora is a distribution that ships with distgen"),
        ("debian", "debian is a distribution that ships with distgen"),
        ("bazzite", "distro/bazzite: exists"),
        ("taken", "distro/taken: exists"),
        ("linked", "distro/linked: exists"),
    ],
)
def test_a_name_that_cannot_be_or_is_taken(name: str, what: str, tree: Path) -> None:
    distgen("distro", "new", "bazzite", "--from", "fedora", "--tree", tree)
    (tree / "distro/taken").mkdir()
    (tree / "distro/linked").symlink_to("nowhere")
    before = contents(tree)
    message = refused(2, "distro", "new", "--from", "fedora", "--tree", tree, "--", name)
    assert what in message
    assert contents(tree) == before


def test_what_new_cannot_make(tree: Path, tmp_path: Path) -> None:
    make = ("distro", "new", "my", "--tree", tree)
    assert "did you mean fedora?" in refused(2, *make, "--from", "fedra")
    assert "'../x' cannot name a distribution" in refused(2, *make, "--from", "../x")
    assert "known: deb, rpm" in refused(2, *make, "--family", "apk")
    assert "give one of --from PARENT and --family" in refused(2, *make)
    assert "give one of" in refused(2, *make, "--from", "fedora", "--family", "rpm")
    (tree / "distro/distgen.lock").unlink()
    message = refused(3, *make, "--from", "fedora")
    assert f"distgen init {tree} --distro fedora" in message
    assert "distgen is not installed here" in refused(3, "list", tree)
    assert "no such directory" in refused(3, "list", tmp_path / "gone")


def test_a_broken_parent_is_told_of_before_anything_is_written(tree: Path) -> None:
    toml = tree / "distro/fedora/distro.toml"
    toml.write_text(toml.read_text().replace("title", "titel", 1))
    before = contents(tree)
    message = refused(2, "distro", "new", "my", "--from", "fedora", "--tree", tree)
    assert f"{toml}:2: unknown key 'titel'" in message
    assert contents(tree) == before


def test_a_short_name_of_another_cannot_be_taken(tree: Path) -> None:
    toml = tree / "distro/fedora/distro.toml"
    toml.write_text(f'short = "fed"\n{toml.read_text()}')
    message = refused(2, "distro", "new", "fed", "--from", "fedora", "--tree", tree)
    assert f"{toml}:1: make targets of fed begin with 'fed' already" in message


def test_list_for_people(tree: Path) -> None:
    new(tree, "bazzite", "--from", "fedora")
    text = distgen("list", tree).stdout
    first, second = text.split("\n\n")
    assert first.startswith("bazzite: Bazzite, rpm, from fedora\n  x86_64   base debug rt ")
    assert "\n  s390x    base debug\n  make     bazzite-configs bazzite-configs-check" in first
    assert second.startswith("fedora: Fedora, rpm\n")


def test_list_has_the_short_targets(mini_tree: Path) -> None:
    distgen("init", mini_tree, "--distro", "debian")
    assert {"debian-src", "deb-src", "deb-help"} <= {*listed(mini_tree)[0]["targets"]}
    assert "  make     deb-configs deb-configs-check deb-src" in distgen("list", mini_tree).stdout


def test_list_shows_where_each_block_comes_from(tree: Path) -> None:
    new(tree, "bazzite", "--from", "fedora")
    own = tree / "distro/bazzite/templates/kernel.spec.j2"
    own.parent.mkdir()
    extends = '{% extends "fedora/kernel.spec.j2" %}'
    own.write_text(f"{extends}\n\n{{% block requires %}}{{% endblock %}}\n")
    rows = {(row["distro"], row["file"]): row for row in listed(tree, "--templates")}
    assert {*rows} == {("bazzite", "kernel.spec"), ("fedora", "kernel.spec")}
    name = "distro/bazzite/templates/kernel.spec.j2"
    shipped = ["templates/fedora/kernel.spec.j2", "templates/rpm/kernel.spec.j2"]
    assert rows["bazzite", "kernel.spec"]["templates"] == [name, *shipped]
    assert rows["fedora", "kernel.spec"]["templates"] == shipped
    blocks = {block["name"]: block for block in rows["bazzite", "kernel.spec"]["blocks"]}
    assert blocks["requires"] == {"name": "requires", "template": name, "line": 3}
    assert blocks["headers_switch"]["template"] == shipped[0]
    assert blocks["description"]["template"] == shipped[1]
    done = distgen("list", tree, "--templates")
    assert f"bazzite kernel.spec: {name} < {' < '.join(shipped)}\n" in done.stdout
    assert f"  requires                    {name}:3\n" in done.stdout
    assert "/templates\n" in done.stderr
    own.write_text(f"{extends}\n{{% block %}}")
    assert f"{own}:2: " in refused(2, "list", tree, "--templates")


def test_a_parent_alone_is_no_distribution(mini_tree: Path) -> None:
    distgen("init", mini_tree, "--distro", "ubuntu")
    assert (mini_tree / "distro/debian/distro.toml").is_file()
    assert [distro["name"] for distro in listed(mini_tree)] == ["ubuntu"]
    distgen("init", mini_tree, "--distro", "debian")
    assert [distro["name"] for distro in listed(mini_tree)] == ["debian", "ubuntu"]


def test_a_distribution_of_the_lock_that_is_gone_or_cannot_be(tree: Path) -> None:
    toml = tree / "distro/fedora/distro.toml"
    text = toml.read_text()
    toml.unlink()
    message = refused(2, "list", tree)
    assert f"{toml}: missing, but distgen.lock names fedora" in message
    toml.write_text(text)
    lock = tree / "distro/distgen.lock"
    lock.write_text(lock.read_text().replace('"fedora"', '"../x"', 1))
    for argv in (("list", tree), ("init", tree), ("check", tree)):
        assert f"{lock}:5: not a lock file of distgen ('../x' in" in refused(2, *argv)
