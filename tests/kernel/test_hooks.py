# SPDX-License-Identifier: GPL-2.0-or-later
"""Both hooks on every kernel: our goals and the kernel's own, from everywhere that make is called.

Only what takes no time is asked for; what the goals make is looked at elsewhere.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from distgen.kernel.hook import Hook
from distgen.kernel.tree import open_tree
from tests.lib.command import PROJECT, distgen, git, run
from tests.lib.kernels import KERNELS, Checkout
from tests.lib.skips import Lack, needs_tool, skip_for

ONE = ("ARCHES=x86_64", "FLAVOURS=minimal", "fedora-configs")
CONFIG = "distro/out/fedora/configs/kernel-x86_64-minimal.config"


@pytest.fixture(scope="module", params=KERNELS)
def tree(request: pytest.FixtureRequest, checkout: Checkout) -> Iterator[Path]:
    """A tree of each kernel, and a fedora of one arch, which is not committed."""
    facts = (PROJECT / "distro/fedora/distro.toml").read_text()
    tables = re.split(r"(?m)^(?=\[)", facts)
    kept = [table for table in tables if not re.match(r"\[arches\.(?!x86_64)", table)]
    with checkout(request.param) as tree:
        (tree / "distro/fedora").mkdir(parents=True)
        (tree / "distro/fedora/distro.toml").write_text("".join(kept))
        yield tree


@pytest.fixture(scope="module", params=list(Hook))
def hooked(request: pytest.FixtureRequest, tree: Path) -> Path:
    """The tree with one of the hooks, changed from the other where there was one."""
    distgen("init", tree, "--distro", "fedora", "--hook", request.param)
    return tree


@pytest.fixture(scope="module")
def made(hooked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An O= directory in which a goal of ours was made, and nothing of the kernel's."""
    folder = tmp_path_factory.mktemp("obj-") / "obj"
    run("make", f"O={folder}", *ONE, cwd=hooked)
    yield folder
    run("rm", "-rf", folder, cwd=Path("/"))


@pytest.fixture
def prepared(made: Path, tmp_path: Path) -> Callable[[str], Path]:
    """``prepared(NAME)``: a directory that only saves the time to build kconfig-batch."""

    def prepare(name: str) -> Path:
        tools = "distro/out/kconfig"
        shutil.copytree(made / tools, tmp_path / name / tools)
        return tmp_path / name

    return prepare


@pytest.fixture
def objtree(hooked: Path, prepared: Callable[[str], Path]) -> Path:
    """Another such directory, to be changed."""
    folder = prepared("obj")
    run("make", f"O={folder}", *ONE, cwd=hooked)
    return folder


def make(*argv: str | Path, cwd: Path) -> str:
    """What make prints, without the directories that it enters."""
    return run("make", "--no-print-directory", *argv, cwd=cwd).stdout


def version(tree: Path) -> str:
    """What ``make kernelversion`` prints."""
    return open_tree(tree).version


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_help(hooked: Path, made: Path) -> None:
    for folder in (hooked, made):
        told = make("help", cwd=folder)
        assert "Kernel packaging:" in told and "docs" in told
        assert told.count("Distribution packaging:") == told.count("fedora-srpm ") == 1
        assert "fedora-mock" in make("-j2", "fedora-help", "help", cwd=folder)


# Words that mean something to others, with values that none of our goals takes
FOREIGN = {
    **{"ARCHES": "amd64", "FLAVOURS": "x", "COMPRESS": "foo", "ORIG": "/nowhere"},
    **{"BUILDID": "a b", "SUITE": "a b", "DISTRO_JOBS_DIR": "/nowhere"},
}


def test_the_environment_says_nothing_to_us(hooked: Path, prepared: Callable[[str], Path]) -> None:
    """Neither to the kernel's own goals, alone or beside ours, nor to ours."""
    plain, foreign = prepared("plain"), prepared("foreign")
    for goals in (("help", "defconfig", "kernelversion"), ("help",), (*ONE, "kernelversion")):
        told = {}
        for folder, env in ((plain, {}), (foreign, FOREIGN)):
            done = run("make", f"O={folder}", *goals, cwd=hooked, env=env)
            told[folder] = [text.replace(str(folder), "") for text in (done.stdout, done.stderr)]
        assert told[foreign] == told[plain]
    for name in (".config", CONFIG):
        assert (foreign / name).read_bytes() == (plain / name).read_bytes()
    said = make("-n", f"O={foreign}", *ONE[:2], "fedora-srpm", cwd=hooked)
    run("make", "-n", f"O={foreign}", *ONE[:2], "fedora-srpm", cwd=hooked, env=FOREIGN)
    assert "BUILDID='' COMPRESS='' ORIG='' SUITE=''" in said


def test_words_are_checked_by_the_goals_that_use_them(hooked: Path, made: Path) -> None:
    words = [f"{name}={value}" for name, value in FOREIGN.items()]
    assert version(hooked) in make(*words, "kernelversion", "distro-help", cwd=made).splitlines()
    assert "Distribution packaging:" in make(*words, "help", cwd=hooked)
    for word in ("ARCHES=amd64", "FLAVOURS=x"):
        refused = run("make", word, "fedora-configs", cwd=made, check=False)
        assert refused.returncode == 2 and f"{word} is none of " in refused.stderr


def test_in_the_source_tree(hooked: Path, made: Path) -> None:
    shutil.rmtree(hooked / "distro/out", ignore_errors=True)
    before = files(hooked)
    told = make("-j3", *ONE, "kernelversion", cwd=hooked)
    assert "fedora: 1 configuration" in told
    assert version(hooked) in told.splitlines()
    assert (hooked / CONFIG).read_bytes() == (made / CONFIG).read_bytes()
    assert files(hooked) == before
    make("distro-clean", cwd=hooked)
    assert not (hooked / "distro/out").exists() and (hooked / "distro/configs").exists()


def test_in_another_directory(hooked: Path, prepared: Callable[[str], Path]) -> None:
    before = files(hooked), files(hooked / "distro")
    absolute, relative, environment = map(prepared, ("absolute", "relative", "environment"))
    told = make(f"O={absolute}", "-j2", *ONE, "kernelversion", cwd=hooked)
    assert version(hooked) in told.splitlines()
    make(f"O={os.path.relpath(relative, hooked)}", *ONE, cwd=hooked)
    run("make", *ONE, cwd=hooked, env={"KBUILD_OUTPUT": str(environment)})
    for folder in (absolute, relative, environment):
        assert (folder / CONFIG).is_file()
    # An O of the environment is none of Kbuild's
    run("make", "-n", *ONE, cwd=hooked, env={"O": str(absolute / "not")})
    assert not (absolute / "not").exists()
    assert (files(hooked), files(hooked / "distro")) == before


def test_from_inside_another_directory(hooked: Path, objtree: Path) -> None:
    """Before Kbuild has been there and afterwards, with a goal that it takes by itself as well."""
    (objtree / CONFIG).with_suffix(".findings").unlink()
    told = make("-j2", *ONE, "kernelversion", cwd=objtree)
    assert "fedora: 1 configuration" in told
    assert version(hooked) in told.splitlines()
    assert not (objtree / ".config").exists()
    shutil.rmtree(objtree / "distro/out/fedora")
    make(*ONE, "tinyconfig", cwd=objtree)
    assert (objtree / CONFIG).is_file() and (objtree / ".config").is_file()
    told = make(*ONE, "kernelversion", cwd=objtree)
    assert "fedora: 1 configuration" in told and version(hooked) in told.splitlines()
    make("distro-clean", cwd=objtree)
    assert not (objtree / "distro").exists()
    assert make("-s", "kernelversion", cwd=objtree).strip() == version(hooked)


def test_what_is_left_of_us_in_an_object_directory_does_no_harm(
    hooked: Path, objtree: Path
) -> None:
    make(f"O={objtree}", "outputmakefile", cwd=hooked)
    left = files(hooked) & {"GNUmakefile"}
    for name in left:
        (hooked / name).rename(hooked / "away")
    try:
        assert make("-s", "kernelversion", cwd=objtree).strip() == version(hooked)
    finally:
        for name in left:
            (hooked / "away").rename(hooked / name)


def test_a_gnumakefile_of_the_users_is_left_alone(
    hooked: Path, prepared: Callable[[str], Path]
) -> None:
    folder = prepared("obj")
    (folder / "GNUmakefile").write_text("all: ; @echo mine\n")
    make(f"O={folder}", *ONE, cwd=hooked)
    assert make(cwd=folder) == "mine\n"


def test_dry_run_makes_nothing(hooked: Path, tmp_path: Path) -> None:
    told = make("-n", f"O={tmp_path}", *ONE, cwd=hooked)
    assert "scripts/kconfig/report" in told
    assert files(tmp_path) == set()


def test_a_source_tree_that_was_built_in(hooked: Path, prepared: Callable[[str], Path]) -> None:
    """Kbuild builds nothing elsewhere then, but configurations need nothing of its own."""
    folder = prepared("obj")
    (hooked / ".config").write_text("")
    try:
        make(f"O={folder}", *ONE, cwd=hooked)
    finally:
        (hooked / ".config").unlink()
    assert (folder / CONFIG).is_file()


def test_external_modules_are_the_kernels_own(hooked: Path, tmp_path: Path) -> None:
    module = tmp_path / "module"
    module.mkdir()
    (module / "Kbuild").write_text("obj-m := mine.o\n")
    (module / "mine.o").write_text("")
    told = make(f"M={module}", "help", cwd=hooked)
    assert "Building external modules" in told and "Distribution" not in told
    make(f"M={module}", "clean", cwd=hooked)
    assert files(module) == {"Kbuild"}
    refused = run("make", f"M={module}", "distro-help", cwd=hooked, check=False)
    assert refused.returncode == 2 and "Distribution" not in refused.stdout


def test_an_external_module_is_built(hooked: Path, tmp_path: Path) -> None:
    """Against an object directory in which our goals are made as well, as before and after."""
    module, objects = tmp_path / "module", tmp_path / "obj"
    module.mkdir()
    (module / "Kbuild").write_text("obj-m := mine.o\n")
    (module / "mine.c").write_text('#include <linux/module.h>\nMODULE_LICENSE("GPL");\n')
    make(f"O={objects}", "tinyconfig", *ONE, cwd=hooked)
    run("scripts/config", "--file", objects / ".config", "-e", "MODULES", cwd=hooked)
    make(f"O={objects}", "olddefconfig", cwd=hooked)
    make(f"O={objects}", "-j2", "modules_prepare", cwd=hooked)
    (objects / "Module.symvers").write_text("")
    for where, words in ((hooked, (f"O={objects}",)), (objects, ())):
        make(*words, f"M={module}", "KBUILD_MODPOST_WARN=1", "modules", cwd=where)
        assert (module / "mine.ko").is_file()
        make(*words, f"M={module}", "clean", cwd=where)
        assert files(module) == {"Kbuild", "mine.c"}
    assert (objects / CONFIG).is_file()


def test_a_source_tree_that_cannot_be_written_to(
    hooked: Path, prepared: Callable[[str], Path]
) -> None:
    folder = prepared("obj")
    bound = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    command = [*(bound if os.geteuid() == 0 else []), "make", "--no-print-directory"]
    shutil.rmtree(hooked / "distro/out", ignore_errors=True)
    closed = [hooked, hooked / "distro", hooked / "scripts/kconfig", hooked / "scripts/basic"]
    for path in closed:
        path.chmod(0o555)
    try:
        run(*command, f"O={folder}", *ONE, "kernelversion", cwd=hooked)
        run(*command, *ONE, "kernelversion", cwd=folder)
        refused = run(*command, *ONE, cwd=hooked, check=False)
    finally:
        for path in closed:
            path.chmod(0o755)
    assert (folder / CONFIG).is_file()
    assert f"cannot write to {hooked}/distro/out" in refused.stderr


@needs_tool("clang", "ld.lld", package="clang lld")
def test_clang(hooked: Path, tmp_path: Path) -> None:
    least = run("sh", "scripts/min-tool-version.sh", "llvm", cwd=hooked).stdout
    found = run("clang", "-dumpversion", cwd=hooked).stdout
    if [int(part) for part in found.split(".")] < [int(part) for part in least.split(".")]:
        skip_for(Lack.NEWER_CLANG)
    make(f"O={tmp_path}", "LLVM=1", *ONE, "kernelversion", cwd=hooked)
    assert "CONFIG_CC_IS_CLANG=y\n" in (tmp_path / CONFIG).read_text()


def test_the_kernels_version(hooked: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """An untracked file leaves it as it is; a tracked one has to be committed, as any other."""
    patched = request.node.callspec.params["hooked"] is Hook.PATCH
    assert dirty(hooked, tmp_path / "first") is patched
    if patched:
        git(hooked, "commit", "-qam", "kbuild: add distribution packaging")
        assert not dirty(hooked, tmp_path / "second")
        git(hooked, "reset", "-q", "HEAD^")


def dirty(tree: Path, folder: Path) -> bool:
    """What both the kernel and the version of packages say."""
    (folder / "include/config").mkdir(parents=True)
    (folder / "include/config/auto.conf").write_text("CONFIG_LOCALVERSION_AUTO=y\n")
    (folder / "include/config/kernel.release").write_text("")
    env = {"KERNELVERSION": version(tree), "SRCTREE": str(tree)}
    release = run(tree / "scripts/setlocalversion", tree, cwd=folder, env=env).stdout
    package = run(tree / "distro/scripts/version", cwd=folder, env=env).stdout
    assert ("-dirty" in release) == (".dirty'" in package)
    return "-dirty" in release


def test_it_comes_out_as_it_was(hooked: Path) -> None:
    distgen("init", hooked, "--hook", "overlay")
    assert git(hooked, "status", "--porcelain", "-uno") == ""


def test_packages_see_nothing_of_kbuilds(small_tree: Path, tmp_path: Path) -> None:
    """What Kbuild exports to its sub-makes would break a kernel's make that is none of them."""
    (tmp_path / "mock").write_text("#!/bin/sh\nenv\n")
    (tmp_path / "mock").chmod(0o755)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CC": "mine"}
    argv = ("make", "-s", "ARCHES=x86_64", "FLAVOURS=base", "MOCK_ROOT=any", "alpha-mock")
    seen = {}
    for hook in Hook:
        distgen("init", small_tree, "--hook", hook)
        seen[hook] = names(run(*argv, cwd=small_tree, env=env))
    assert seen[Hook.PATCH] - seen[Hook.OVERLAY] == set()
    assert seen[Hook.OVERLAY] - seen[Hook.PATCH] == {"CC"}


def names(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The variables of an environment that was printed."""
    return {line.partition("=")[0] for line in done.stdout.splitlines() if "=" in line}
