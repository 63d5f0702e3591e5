# SPDX-License-Identifier: GPL-2.0-or-later
"""distgen doctor, on machines that have all tools but some: a PATH of links to the real ones."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from distgen.distros.families import families
from distgen.doctor import tool
from distgen.doctor.tool import Tool
from tests.lib.command import PROJECT, distgen, git
from tests.lib.kernel_makefile import MAKEFILE

Machine = Callable[..., dict[str, str]]


@pytest.fixture
def tree(mini_tree: Path) -> Path:
    """A tree with fedora and debian."""
    distgen("init", mini_tree, "--distro", "fedora", "--distro", "debian")
    return mini_tree


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """``machine(without=[NAME])``: the environment of a machine that has every other tool.

    What this one does not have is there as something that does nothing.
    """

    def make(without: tuple[str, ...] = ()) -> dict[str, str]:
        folder = tmp_path / "-".join(("bin", *without))
        folder.mkdir()
        left_out = {*without, "dpkg-checkbuilddeps", "sudo"}
        for directory in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"):
            for command in Path(directory).glob("*"):
                link = folder / command.name
                if command.name not in left_out and not link.exists():
                    link.symlink_to(command)
        for command in {one.command for one in every_tool()}:
            if command and command not in left_out and not (folder / command).exists():
                (folder / command).symlink_to("/bin/true")
        return {"PATH": str(folder)}

    return make


def every_tool() -> list[Tool]:
    return [one for family in families().values() for one in tool.tools(family)]


def doctor(tree: Path, env: dict[str, str], code: int) -> dict[str, object]:
    done = distgen("doctor", tree, "--json", env=env, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def stopped(told: dict[str, object]) -> dict[str, list[dict[str, str]]]:
    """The targets that cannot run, and why."""
    targets = told["targets"]
    assert isinstance(targets, list)
    return {one["name"]: one["obstacles"] for one in targets if not one["runs"]}


def test_a_machine_that_has_all(tree: Path, machine: Machine) -> None:
    told = doctor(tree, machine(), 0)
    assert stopped(told) == {}
    assert (told["kernel"], told["hook"], told["obstacles"]) == ("6.12.3", "overlay", [])
    text = distgen("doctor", env=machine(("sl",)), cwd=tree).stdout
    assert re.search(r"^make +\d\S+ +runs every target$", text, re.M)
    assert re.search(r"^depmod +\d+ +installs modules$", text, re.M)
    assert re.search(r"^fedora-copr +can run, with COPR_PROJECT=USER/PROJECT$", text, re.M)
    assert re.search(r"^debian-src +can run$", text, re.M)


def test_what_every_configuration_needs(tree: Path, machine: Machine) -> None:
    told = stopped(doctor(tree, machine(("flex",)), 1))
    assert "fedora-help" not in told and "debian-help" not in told
    assert len(told) == 13
    for obstacles in told.values():
        assert obstacles == [{"why": "flex is not installed", "fix": "apt install flex"}]


@pytest.mark.parametrize(
    ("command", "targets", "package"),
    [
        ("zstd", {"srpm", "rpms", "mock", "koji", "copr"}, "zstd"),
        ("rpmbuild", {"srpm", "rpms", "mock", "koji", "copr"}, "rpm"),
        ("xz", {"src", "debs", "sbuild", "dput"}, "xz-utils"),
        ("depmod", {"rpms", "debs"}, "kmod"),
        ("debsign", {"dput"}, "devscripts"),
    ],
)
def test_what_some_targets_need(
    command: str, targets: set[str], package: str, tree: Path, machine: Machine
) -> None:
    told = stopped(doctor(tree, machine((command,)), 1))
    assert {name.partition("-")[2] for name in told} == targets
    for obstacles in told.values():
        assert [one["fix"] for one in obstacles] == [f"apt install {package}"]


def test_another_package_manager(tree: Path, machine: Machine) -> None:
    env = machine(("rpmbuild", "xz", "apt-get", "dnf"))
    fixes = {one["fix"] for some in stopped(doctor(tree, env, 1)).values() for one in some}
    assert fixes == {
        "apt install rpm, or dnf install rpm-build",
        "apt install xz-utils, or dnf install xz",
    }
    (Path(env["PATH"]) / "dnf").symlink_to("/bin/true")
    text = distgen("doctor", tree, env=env, check=False).stdout
    assert "fedora-srpm              cannot run\n    rpmbuild is not installed\n" in text
    assert "\n      dnf install rpm-build\n" in text and "apt install" not in text


def test_what_dpkg_buildpackage_would_ask_for(tree: Path, machine: Machine) -> None:
    env = machine()
    (Path(env["PATH"]) / "dpkg-checkbuilddeps").write_text(
        "#!/bin/sh\necho >&2 'dpkg-checkbuilddeps: error: Unmet build dependencies: "
        "bc:native a (>= 1) | b pahole'\nexit 1\n"
    )
    (Path(env["PATH"]) / "dpkg-checkbuilddeps").chmod(0o755)
    ((obstacle,),) = stopped(doctor(tree, env, 1)).values()
    assert obstacle["fix"] == "apt install bc a pahole"


def test_git(tree: Path, machine: Machine) -> None:
    told = doctor(tree, machine(("git",)), 0)
    assert told["git"] == "none: packages hold the tree as it is"
    git(tree, "init", "-q")
    git(tree, "add", "Makefile")
    git(tree, "commit", "-qm", "Linux 6.12.3")
    head = git(tree, "rev-parse", "HEAD")[:12]
    env = {"PATH": os.environ["PATH"]}
    told = json.loads(distgen("doctor", tree, "--json", env=env, check=False).stdout)
    assert told["git"] == f"{head}, no release tag in its history: packages hold its tree"
    git(tree, "tag", "v6.12.3")
    (tree / "Makefile").write_text((tree / "Makefile").read_text() + "# mine\n")
    git(tree, "commit", "-qam", "mine")
    (tree / "Makefile").write_text((tree / "Makefile").read_text() + "# more\n")
    head = git(tree, "rev-parse", "HEAD")[:12]
    told = json.loads(distgen("doctor", tree, "--json", env=env, check=False).stdout)
    assert told["git"] == f"v6.12.3 and 1 commit, {head}, changes that are not committed"
    assert {"fedora-srpm", "debian-src"} < stopped(doctor(tree, machine(("git", "x")), 1)).keys()


def test_a_version_that_no_package_can_have(tree: Path, machine: Machine) -> None:
    git(tree, "init", "-q")
    (tree / ".git/HEAD").write_text("ref: refs/heads/nothing\n")
    told = doctor(tree, machine(), 1)
    assert str(told["git"]).startswith("not read: git cannot read HEAD")
    (obstacle,) = stopped(told)["fedora-srpm"]
    assert obstacle["fix"] == f"git -C '{tree}' log -1"
    assert "fedora-configs" not in stopped(told)


def test_only_what_a_goal_reads_counts_in_the_environment(tree: Path, machine: Machine) -> None:
    """BUILDID= and SUITE= count on the command line of make only; COPR_PROJECT is for the goal."""
    env = machine()
    others = {"BUILDID": "a_b", "SUITE": "a b", "DISTRO_SUITE": "a b", "DISTRO_KERNEL": "x" * 99}
    git(tree, "init", "-q")
    git(tree, "commit", "-q", "--allow-empty", "-m", "Linux 6.12.3")
    plain = doctor(tree, env, 0)
    assert doctor(tree, {**env, **others}, 0) == plain
    told = doctor(tree, {**env, "COPR_PROJECT": "ann/kernel"}, 0)
    assert '"COPR_PROJECT=USER/PROJECT"' in json.dumps(plain)
    assert "COPR_PROJECT" not in json.dumps(told)


def test_a_hook_that_is_gone(tree: Path, machine: Machine) -> None:
    env = machine()
    (tree / "GNUmakefile").unlink()
    told = doctor(tree, env, 1)
    assert told["obstacles"] == [
        {"why": "the hook is gone from the GNUmakefile", "fix": f"distgen init {tree}"}
    ]
    assert len(stopped(told)) == 15
    makefile = tree / "Makefile"
    makefile.write_text(before := makefile.read_text() + MAKEFILE)
    distgen("init", tree, "--hook", "patch")
    assert doctor(tree, env, 0)["hook"] == "patch"
    makefile.write_text(before)
    told = doctor(tree, env, 1)
    assert "the hook is gone from the Makefile" in str(told["obstacles"])


def test_a_tree_without_distgen_and_no_tree(mini_tree: Path, machine: Machine) -> None:
    told = doctor(mini_tree, machine(), 1)
    assert (told["hook"], told["targets"]) == (None, [])
    assert f"distgen init {mini_tree} --distro fedora" in str(told["obstacles"])
    assert distgen("doctor", mini_tree / "scripts", check=False).returncode == 3


def test_the_table_knows_every_goal_and_all_that_scripts_ask_for() -> None:
    for family in families().values():
        known = {goal for one in tool.tools(family) for goal in one.goals}
        for goal in family.goals:
            assert known & (tool.steps(goal, family) - {tool.ALL}), goal
        steps = {step for goal in family.goals for step in tool.steps(goal, family)}
        assert known <= steps
    commands = {one.command for one in every_tool()}
    for script in (PROJECT / "distro/scripts").rglob("*"):
        if not script.is_file():
            continue
        text = script.read_text()
        asked = re.findall(r"(?m)(?:^\s*need|command -v) ([a-z][\w-]*)", text)
        asked += re.findall(r"(?m)\bneed=(\w+)", text)
        aside = {"dpkg"}  # not needed: where it is, it looks at the version
        assert {*asked} - aside - {"dpkg-genchanges"} <= commands, script
