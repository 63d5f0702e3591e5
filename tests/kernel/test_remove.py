# SPDX-License-Identifier: GPL-2.0-or-later
"""What is left of distgen in a whole tree, after every target was used: nothing.

What would take hours or another machine, building a kernel and sending packages away, is done by
stand-ins on PATH; test_boot_deb.py looks at what a real build leaves.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from distgen.kernel.hook import Hook
from tests.lib.command import distgen, git, run
from tests.lib.kernels import DISTROS, KERNELS, Checkout

NARROWED = ("ARCHES=x86_64", "FLAVOURS=base minimal")
GIVEN = ("SUITE=trixie", "COPR_PROJECT=me/kernel", "KOJI_TARGET=mine")

DOES_NOTHING = "#!/bin/sh\n"
# Of the tools that have other work here as well
STANDS_IN = {
    "dpkg-buildpackage": "#!/bin/sh\n: > ../linux.deb\n",
    "rpmbuild": '#!/bin/sh\ncase " $* " in\n*" --rebuild "*) ;;\n*) exec {real} "$@"\nesac\n',
}
AWAY = ("sbuild", "debsign", "dput", "mock", "koji", "copr-cli")


@pytest.fixture(scope="module")
def path(path_without_python: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which nothing is built for long and nothing goes away."""
    folder = tmp_path_factory.mktemp("stand-ins")
    for name in (*STANDS_IN, *AWAY):
        script = STANDS_IN.get(name, DOES_NOTHING)
        (folder / name).write_text(script.format(real=f"{path_without_python}/{name}"))
        (folder / name).chmod(0o755)
    return f"{folder}:{path_without_python}"


@pytest.fixture(scope="module", params=KERNELS)
def tree(request: pytest.FixtureRequest, checkout: Checkout) -> Iterator[Path]:
    """A whole tree of somebody who has built in it, and has notes there."""
    with checkout(request.param) as tree:
        (tree / "notes").write_text("of the user's\n")
        (tree / "kernel/fork.o").write_text("ignored\n")
        yield tree


def state(tree: Path) -> dict[str, str]:
    """Mode and content of everything in a tree, but for what git keeps, and git's own view."""
    found = {"": git(tree, "--no-optional-locks", "status", "--ignored", "--porcelain")}
    for folder, folders, files in os.walk(tree):
        if folder == str(tree):
            folders.remove(".git")
        for name in (*folders, *files):
            path = Path(folder, name)
            mode = path.lstat().st_mode
            content = str(path.readlink()) if path.is_symlink() else ""
            if not content and path.is_file():
                content = hashlib.sha1(path.read_bytes()).hexdigest()
            found[str(path.relative_to(tree))] = f"{mode:o} {content}"
    return found


def use_every_target(tree: Path, path: str) -> None:
    """All goals that there are; the checks fail, as there are findings in every kernel."""
    printed = "--eval=goals: ; @echo $(distro-goals)"
    told = run("make", "-s", "-f", "distro/Makefile.goals", printed, "goals", cwd=tree).stdout
    goals = set(told.split())
    checks = {goal for goal in goals if goal.endswith("-check")}
    makers = goals - checks - {"distro-clean"}
    assert len(checks) == 5 and len(makers) > 30
    env = {"PATH": path}
    run("make", "-k", *NARROWED, *sorted(checks), cwd=tree, env=env, check=False)
    assert len(list((tree / "distro/out").glob("*/check/report.txt"))) == len(DISTROS)
    run("make", "distro-clean", cwd=tree, env=env)
    run("make", "-j2", *NARROWED, *GIVEN, *sorted(makers), cwd=tree, env=env)
    assert len(list((tree / "distro/out").glob("*/SRPMS/*.src.rpm"))) == 2
    assert len(list((tree / "distro/out").glob("*/debs/linux.deb"))) == 2


def test_everything_is_as_it_was(tree: Path, path: str) -> None:
    """With both hooks; what was built is the user's to keep, until --all."""
    before = state(tree)
    distgen("init", tree, *(f"--distro={name}" for name in DISTROS), "--hook", Hook.OVERLAY)
    use_every_target(tree, path)
    told = distgen("remove", tree).stdout
    assert "kept distro/out: " in told
    after = state(tree)
    left = {name for name in after if name and after[name] != before.get(name)}
    assert "distro/out" in left
    assert {name for name in left if not name.startswith("distro/out/")} == {"distro", "distro/out"}
    assert before.keys() <= after.keys()

    distgen("init", tree, *(f"--distro={name}" for name in DISTROS), "--hook", Hook.PATCH)
    use_every_target(tree, path)
    distgen("remove", tree, "--all")
    assert state(tree) == before
