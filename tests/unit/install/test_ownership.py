# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose a file is: what render, check, diff and remove do to those of distgen, and to others."""

import hashlib
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from distgen.install.install import install
from distgen.kernel.tree import open_tree
from tests.lib.command import PROJECT, distgen, git, refused, run
from tests.lib.folder import LOCK, snapshot

BOTH = ("--distro", "fedora", "--distro", "debian")
SCRIPT = "distro/scripts/version"


@pytest.fixture
def tree(mini_tree: Path) -> Path:
    """A tree with Fedora and Debian."""
    install(open_tree(mini_tree), ["fedora", "debian"], dry_run=False)
    return mini_tree


def add_to_lock(tree: Path, path: str, content: bytes) -> Path:
    """Write a file, and have the lock say that distgen wrote it."""
    target = tree / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    table = json.loads((tree / LOCK).read_text())
    table["owned"][path] = f"0644 {hashlib.sha256(content).hexdigest()}"
    (tree / LOCK).write_text(json.dumps(table))
    return target


def test_render_twice_changes_nothing(tree: Path) -> None:
    """Not even the times of the folders."""
    (tree / "GNUmakefile").unlink()
    assert distgen("render", tree).stdout == "missing GNUmakefile\n"
    times = {path: path.stat().st_mtime_ns for path in [tree, *tree.rglob("*")]}
    done = distgen("render", tree)
    assert done.stdout == ""
    assert done.stderr.startswith("0 written, 0 removed, ")
    distgen("init", tree)
    assert {path: path.stat().st_mtime_ns for path in [tree, *tree.rglob("*")]} == times


def test_render_seeds_nothing_and_leaves_what_was_seeded(tree: Path) -> None:
    layers = tree / "distro/configs"
    (layers / "x86_64.config").unlink()
    (layers / "generic.config").write_text("CONFIG_MINE=y\n")
    (tree / SCRIPT).chmod(0o644)
    (layers / "rt/generic.config").unlink()
    assert list((layers / "rt").iterdir()) == []
    before = snapshot(tree)
    assert distgen("check", tree, check=False).stdout == f"stale {SCRIPT}\n"
    assert distgen("render", tree, "--dry-run").stdout == f"stale {SCRIPT}\n"
    assert snapshot(tree) == before
    assert distgen("render", tree).stdout == f"stale {SCRIPT}\n"
    assert os.access(tree / SCRIPT, os.X_OK)
    assert not (layers / "x86_64.config").exists()
    assert (layers / "generic.config").read_text() == "CONFIG_MINE=y\n"


EDITED = {
    "Makefile.distro": "propose the change to distgen",
    "distro/fedora/Makefile": "templates/Makefile.j2 of distgen, line ",
    "GNUmakefile": "templates/GNUmakefile.j2 of distgen, line ",
    "distro/README.rst": "propose the change to distgen",
    "distro/.gitignore": ".git/info/exclude",
    SCRIPT: "propose the change to distgen",
    "distro/package/deb/image.prerm": "write your own distro/NAME/templates/image.prerm.j2",
    "distro/fedora/package/kernel.spec": "templates/rpm/kernel.spec.j2 of distgen, line ",
    "distro/debian/package/copyright": "templates/deb/copyright.j2 of distgen, line ",
}


def test_edited_files_are_refused_all_at_once_and_told_where_it_belongs(tree: Path) -> None:
    for name in EDITED:
        with (tree / name).open("a") as file:
            file.write("mine\n")
    before = snapshot(tree)
    for command in ("render", "init", "remove"):
        message = refused(2, command, tree)
        for name, where in EDITED.items():
            _, _, rest = message.partition(f"{tree / name}: changed since distgen wrote it\n")
            assert where in rest.split("\n")[0], name
        assert f"distgen diff {tree}" in message
        assert f"distgen render --force {tree}" in message
    assert snapshot(tree) == before
    listed = distgen("check", tree, check=False).stdout.splitlines()
    assert listed == [f"edited {name}" for name in sorted(EDITED)]
    assert distgen("render", tree, "--force").stdout.splitlines() == listed
    assert distgen("check", tree).stdout == ""


PLACES = [
    ("fedora/package/kernel.spec", "URL:", "in distro/fedora/distro.toml (homepage); or "),
    ("debian/package/control.in", "Maintainer:", "in distro/debian/distro.toml (maintainer); or "),
    (
        "debian/package/control.in",
        "Standards-Version:",
        "in the block standards_version of distro/debian/templates/control.in.j2; or ",
    ),
    (
        "debian/package/control.in",
        "Vcs-Git:",
        "in distro/debian/distro.toml (vcs); or in the block vcs of distro/debian/templates/",
    ),
    (
        "fedora/package/kernel.spec",
        "This package brings in the kernel itself and",
        "in the block description of distro/fedora/templates/kernel.spec.j2; or ",
    ),
    ("fedora/package/kernel.spec", "%check", "for all distributions in templates/rpm/kernel"),
]


@pytest.mark.parametrize(("name", "line", "where"), PLACES)
def test_advice_is_about_the_very_line(name: str, line: str, where: str, tree: Path) -> None:
    path = tree / "distro" / name
    text, found = path.read_text(), f"\n{line}"
    assert found in text
    path.write_text(text.replace(found, f"\nX{line}", 1))
    advice = refused(2, "render", tree).splitlines()[1].strip()
    assert advice.startswith(f"make this change {where}")


def test_advice_names_a_template_of_the_tree(tree: Path) -> None:
    own = tree / "distro/fedora/templates/kernel.spec.j2"
    own.parent.mkdir()
    block = "{% block description %}\nOur kernel.\n{% endblock %}\n"
    own.write_text('{% extends "fedora/kernel.spec.j2" %}\n' + block)
    distgen("render", tree)
    spec = tree / "distro/fedora/package/kernel.spec"
    spec.write_text(spec.read_text().replace("Our kernel.", "Their kernel."))
    advice = refused(2, "render", tree).splitlines()[1]
    name = own.relative_to(tree)
    assert f"make this change in the block description of {name}; or in {name}, line 3" in advice


def test_every_owned_file_has_advice(tree: Path) -> None:
    """It names something that is there."""
    owned = json.loads((tree / LOCK).read_text())["owned"]
    for name in owned:
        (tree / name).write_text("mine\n")
    lines = refused(2, "render", tree).splitlines()
    assert sum(line.endswith(": changed since distgen wrote it") for line in lines) == len(owned)
    templates = [match for line in lines for match in re.findall(r"in (templates/\S+) of", line)]
    assert len(templates) == 13
    assert all((PROJECT / template).is_file() for template in templates)


def test_an_orphan_goes_when_it_is_what_distgen_wrote(tree: Path) -> None:
    old = add_to_lock(tree, "distro/fedora/package/parts/old", b"old\n")
    table = json.loads((tree / LOCK).read_text())
    table["folders"].append("distro/fedora/package/parts")
    (tree / LOCK).write_text(json.dumps(table))
    assert "orphan distro/fedora/package/parts/old" in distgen("check", tree, check=False).stdout
    distgen("render", tree)
    assert not old.parent.exists()
    assert old.parent.parent.exists()
    assert distgen("check", tree).stdout == ""


def test_an_orphan_that_was_edited_stays(tree: Path) -> None:
    old = add_to_lock(tree, "distro/scripts/old", b"old\n")
    old.write_text("mine\n")
    message = refused(2, "render", tree)
    assert f"{old}: changed since distgen wrote it\n    distgen no longer writes it" in message
    done = distgen("render", tree, "--force")
    assert "kept distro/scripts/old" in done.stderr
    assert old.read_text() == "mine\n"
    assert "scripts/old" not in (tree / LOCK).read_text()
    assert distgen("check", tree).stdout == ""
    done = distgen("remove", tree)
    assert "kept distro/scripts/old: not distgen's" in done.stdout
    assert old.read_text() == "mine\n"


def test_what_no_lock_names_is_no_orphan(tree: Path) -> None:
    (tree / "distro/scripts/mine").write_text("mine\n")
    assert distgen("check", tree).stdout == ""
    distgen("render", tree)
    assert (tree / "distro/scripts/mine").exists()


def test_a_diff_is_a_patch_that_does_what_render_would(tree: Path, tmp_path: Path) -> None:
    git(tree, "init", "-q")
    (tree / "GNUmakefile").unlink()
    (tree / "Makefile.distro").write_bytes(b"\xff no text\r\n\x0c and no end")
    (tree / SCRIPT).chmod(0o644)
    (tree / "distro/README.rst").write_text("")
    add_to_lock(tree, "distro/scripts/old", b"old")
    before = snapshot(tree)
    command = [sys.executable, "-m", "distgen", "diff", tree]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert snapshot(tree) == before
    assert b"old mode 100644\nnew mode 100755\n" in done.stdout
    (tmp_path / "patch").write_bytes(done.stdout)
    git(tree, "apply", str(tmp_path / "patch"))
    assert distgen("check", tree).stdout == ""
    assert distgen("diff", tree).stdout == ""


def test_a_diff_for_scripts(tree: Path) -> None:
    (tree / "GNUmakefile").write_text("mine\n")
    (tree / "Makefile.distro").unlink()
    (tree / "Makefile.distro").mkdir()
    found = json.loads(distgen("diff", tree, "--json", check=False).stdout)
    assert [(each["path"], each["state"]) for each in found] == [
        ("GNUmakefile", "edited"),
        ("Makefile.distro", "foreign"),
    ]
    assert found[0]["diff"].startswith("diff --git a/GNUmakefile b/GNUmakefile\n")
    assert "\n-mine\n" in found[0]["diff"]
    assert json.loads(distgen("diff", tree, "--json", check=False).stdout) == found


@pytest.mark.parametrize("command", ["render", "check", "diff", "remove"])
def test_where_distgen_has_not_been(command: str, mini_tree: Path) -> None:
    message = refused(3, command, mini_tree)
    assert "distgen is not installed here" in message
    assert f"distgen init {mini_tree}" in message


def test_remove_leaves_what_was_there_before(mini_tree: Path) -> None:
    """Every byte, mode and folder, and what git thinks of it."""
    (mini_tree / ".gitignore").write_text(".*\n!.gitignore\n*.o\n")
    (mini_tree / "distro/notes").mkdir(parents=True)
    (mini_tree / "distro/notes/mine").write_text("mine\n")
    (mini_tree / "distro/debian").mkdir()
    (mini_tree / "distro/.gitignore").write_text("/out/\n")  # the same that distgen has
    (mini_tree / "distro/.gitignore").chmod(0o640)
    git(mini_tree, "init", "-q")
    git(mini_tree, "add", "Makefile", "Kconfig")
    git(mini_tree, "commit", "-qm", "import")
    status = git(mini_tree, "status", "--ignored", "--porcelain", "-uall")
    before = snapshot(mini_tree)
    distgen("init", mini_tree, *BOTH)
    distgen("init", mini_tree, "--distro=ubuntu")
    distgen("render", mini_tree)
    with_it = snapshot(mini_tree)
    listed = distgen("remove", mini_tree, "--dry-run").stdout
    assert snapshot(mini_tree) == with_it
    done = distgen("remove", mini_tree)
    assert done.stdout == listed
    assert snapshot(mini_tree) == before
    assert git(mini_tree, "status", "--ignored", "--porcelain", "-uall") == status
    assert "kept distro/.gitignore: was there before distgen\n" in done.stdout
    assert {line.split(" ", 1)[1] for line in listed.splitlines()} >= with_it.keys() - before.keys()
    distgen("init", mini_tree, *BOTH)
    distgen("remove", mini_tree)
    assert snapshot(mini_tree) == before


def test_remove_keeps_and_names_what_the_user_made(tree: Path) -> None:
    generic = tree / "distro/fedora/configs/generic.config"
    generic.write_text("CONFIG_MINE=y\n")
    own = tree / "distro/debian/configs/a name\nof two lines.config"
    own.write_text("CONFIG_MINE=y\n")
    (tree / "distro/configs/x86_64.config").unlink()
    done = distgen("remove", tree)
    kept = [line for line in done.stdout.splitlines() if line.startswith("kept ")]
    assert kept == [
        "kept 'distro/debian/configs/a name\\nof two lines.config': not distgen's",
        "kept distro/fedora/configs/generic.config: changed since distgen seeded it",
    ]
    assert {path for path in (tree / "distro").rglob("*") if path.is_file()} == {generic, own}
    assert not (tree / "GNUmakefile").exists()
    distgen("init", tree, *BOTH)
    assert generic.read_text() == "CONFIG_MINE=y\n"


def test_what_was_built_is_kept_unless_all_is_asked_for(tree: Path) -> None:
    built = tree / "distro/out/fedora/report.txt"
    built.parent.mkdir(parents=True)
    built.write_text("built\n")
    done = distgen("remove", tree)
    assert (
        "kept distro/out: build output; use --all to remove it too, or rm -r later" in done.stdout
    )
    assert [path for path in (tree / "distro").rglob("*") if path.is_file()] == [built]
    distgen("init", tree, *BOTH)
    done = distgen("remove", tree, "--all")
    assert "removed distro/out\n" in done.stdout
    assert not (tree / "distro").exists()


@pytest.mark.parametrize("answer", ["y", "n"])
def test_remove_asks_on_a_terminal(answer: str, tree: Path) -> None:
    (tree / "distro/out").mkdir()
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, "-m", "distgen", "remove", tree]
    done = subprocess.run(command, cwd=PROJECT, stdin=theirs, capture_output=True, check=True)
    os.close(ours)
    os.close(theirs)
    assert b"Remove distro/out too" in done.stderr
    assert (tree / "distro").exists() == (answer == "n")


def test_the_lock_says_what_was_seeded(tree: Path) -> None:
    """Whatever the user and later versions make of it: a later upgrade starts from that."""
    path = "distro/fedora/configs/generic.config"
    seeded = hashlib.sha256((tree / path).read_bytes()).hexdigest()
    (tree / path).write_text("CONFIG_MINE=y\n")
    distgen("init", tree)
    distgen("render", tree)
    assert json.loads((tree / LOCK).read_text())["seeded"][path] == f"0644 {seeded}"


def test_an_older_lock_is_read(tree: Path) -> None:
    """One that names the distgen that seeded a file: what was seeded is removed all the same."""
    lock = tree / LOCK
    table = json.loads(lock.read_text())
    table["seeded"] = {path: f"{entry} 0.1.0" for path, entry in table["seeded"].items()}
    lock.write_text(json.dumps(table, indent=1) + "\n")
    assert distgen("check", tree, check=False).stdout == f"stale {LOCK}\n"
    distgen("render", tree)
    assert distgen("check", tree).stdout == ""
    lock.write_text(json.dumps(table, indent=1) + "\n")
    assert "kept" not in distgen("remove", tree).stdout
    assert not (tree / "distro").exists()


def test_a_path_with_spaces_and_line_breaks(mini_tree: Path) -> None:
    tree = mini_tree.rename(mini_tree.with_name("a b\nc 'd'"))
    before = snapshot(tree)
    distgen("init", tree, *BOTH)
    (tree / SCRIPT).unlink()
    assert distgen("check", tree, check=False).stdout == f"missing {SCRIPT}\n"
    assert distgen("diff", tree, check=False).returncode == 1
    distgen("render", tree)
    distgen("remove", tree)
    assert snapshot(tree) == before
    (tree / "GNUmakefile").write_text("mine\n")
    _, _, hint = refused(2, "init", tree, *BOTH).partition("move it away: ")
    run("sh", "-c", hint, cwd=tree)
    assert not (tree / "GNUmakefile").exists()
