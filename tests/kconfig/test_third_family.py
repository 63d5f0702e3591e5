# SPDX-License-Identifier: GPL-2.0-or-later
"""A third packaging family, made of files of its own: no line of another file knows of it."""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.lib.command import PROJECT, run

FILES = {
    "distgen/distros/families/tar.py": '''\
"""Plain tarballs: the tree's, and the configurations."""

from collections.abc import Iterator

from distgen.distros.distro import Distro
from distgen.distros.family import Breach, Family

FAMILY = Family(
    name="tar",
    goals=("tarball", "listing"),
    source_package="tar",
    facts=("suite",),
)


def check(distro: Distro) -> Iterator[Breach]:
    """A tarball does not begin with a digit."""
    if distro.source[0].isdigit():
        what = f"{distro.source!r} cannot name a tarball"
        yield Breach(places=(("", "source"),), what=what, hint='write source = "linux"')
''',
    "distgen/doctor/tools/tar.toml": """\
[[tool]]
command = "cpio"
purpose = "makes listings"
apt = "cpio"
dnf = "cpio"
goals = ["listing"]
""",
    "templates/tar/INSTALL.j2": "Unpack it for {{ distro.title }}.\n",
    "distro/scripts/tar/Makefile": """\
tar-product := Tarball
tar-compress := gz
tar-environment = DISTRO_SUITE='$($(1)-suite)'
tar-source-goal := tarball
tar-source := tar/pack
tar-tarball-help := A tarball of all
tar-listing := tar/pack list
tar-listing-help := What is in it
""",
    "distro/scripts/tar/pack": """\
#!/bin/sh
set -eu
scripts=$(cd "$(dirname "$0")/.." && pwd)
DISTRO_VERSION=${DISTRO_VERSION:-$("$scripts/version")}
case "${1:-}" in
check)	printf '%s\\n' "$DISTRO_VERSION" ;;
list)	tar -tf "$OUT/$DISTRO_SOURCE.tar" ;;
*)	export DISTRO_VERSION
	tarball=$("$scripts/tarball" gz)
	mkdir -p "$OUT/pack"
	cp "$tarball" "$SRCTREE/distro/$DISTRO/package/INSTALL" "$OUT/configs/"*.config "$OUT/pack"
	tar -C "$OUT/pack" -cf "$OUT/$DISTRO_SOURCE.tar" .
esac
""",
}
TOML = """\
title = "Plain"
family = "tar"
source = "linux"
maintainer = "Somebody"
homepage = "https://example.org/"

[arches.x86_64]
kernel = "x86_64"
package = "x86_64"
gnu = "x86_64-linux-gnu"
image = "bzImage"
parents = ["x86"]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of distgen with the files of the family."""
    top = tmp_path_factory.mktemp("project")
    for name in ("distgen", "templates", "distro"):
        shutil.copytree(PROJECT / name, top / name, ignore=shutil.ignore_patterns("out", "*.pyc"))
    shutil.copy(PROJECT / "Makefile.distro", top)
    for name, text in FILES.items():
        path = top / name
        assert not path.exists()
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return top


def distgen(
    project: Path, *argv: str | Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    words = (sys.executable, "-m", "distgen", *argv)
    return run(*words, cwd=project, env={"PYTHONPATH": str(project)}, check=check)


def listed(project: Path, tree: Path) -> dict[str, Any]:
    """The distributions of a tree, by name."""
    return {one["name"]: one for one in json.loads(distgen(project, "list", tree, "--json").stdout)}


def add_plain(tree: Path) -> Path:
    toml = tree / "distro/plain/distro.toml"
    toml.parent.mkdir(parents=True)
    toml.write_text(TOML)
    return toml


def test_a_distribution_of_the_family(project: Path, mini_tree: Path) -> None:
    add_plain(mini_tree)
    distgen(project, "init", mini_tree, "--distro", "plain")
    goals = ("configs", "configs-check", "tarball", "listing", "help")
    plain = listed(project, mini_tree)["plain"]
    assert (plain["family"], plain["targets"]) == ("tar", [f"plain-{goal}" for goal in goals])
    package = mini_tree / "distro/plain/package"
    assert [path.name for path in package.iterdir()] == ["INSTALL"]
    scripts = {path.name for path in (mini_tree / "distro/scripts").iterdir() if path.is_dir()}
    assert scripts == {"kconfig", "tar"}
    assert distgen(project, "check", mini_tree).stdout == ""
    said = run("make", "plain-help", cwd=mini_tree).stdout
    assert "  plain-tarball           - A tarball of all\n" in said
    said = run("make", "distro-help", cwd=mini_tree).stdout
    assert "  plain-tarball           - Tarball of Plain\n" in said


def test_new_check_and_name(project: Path, mini_tree: Path) -> None:
    distgen(project, "init", mini_tree, "--distro", "fedora")
    distgen(project, "distro", "new", "my", "--family", "tar", "--tree", mini_tree)
    assert listed(project, mini_tree)["my"]["family"] == "tar"
    argv = ("distro", "new", "tar", "--family", "tar", "--tree", mini_tree)
    assert "'tar' cannot name a distribution" in distgen(project, *argv, check=False).stderr
    toml = mini_tree / "distro/my/distro.toml"
    text = toml.read_text()
    toml.write_text(text.replace('source = "', 'source = "9'))
    line = text[: text.index("source =")].count("\n") + 1
    said = distgen(project, "init", mini_tree, check=False).stderr
    assert f"{toml}:{line}: '9" in said and "cannot name a tarball" in said


def test_doctor(project: Path, mini_tree: Path) -> None:
    add_plain(mini_tree)
    distgen(project, "init", mini_tree, "--distro", "plain")
    said = json.loads(distgen(project, "doctor", mini_tree, "--json", check=False).stdout)
    assert {"tar", "cpio", "gcc"} <= {tool["name"] for tool in said["tools"]}
    assert "rpmbuild" not in {tool["name"] for tool in said["tools"]}
    assert {target["name"] for target in said["targets"]} >= {"plain-tarball", "plain-listing"}


def test_its_goals(project: Path, small_tree: Path) -> None:
    before = {*(small_tree / "distro").rglob("*.config")}
    add_plain(small_tree)
    distgen(project, "init", small_tree, "--distro", "plain")
    for layer in {*(small_tree / "distro").rglob("*.config")} - before:
        layer.unlink()  # it is for the Kconfig of a whole kernel
    said = run("make", "plain-listing", cwd=small_tree).stdout
    assert "./kernel-x86_64.config\n" in said
    with tarfile.open(small_tree / "distro/out/plain/linux.tar") as tar:
        names = {Path(name).name for name in tar.getnames()}
        assert {"INSTALL", "kernel-x86_64.config"} < names
        assert any(name.endswith(".tar.gz") for name in names)
