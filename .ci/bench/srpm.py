# SPDX-License-Identifier: GPL-2.0-or-later
"""What it costs to make Fedora's source RPM of a whole Linux 6.12.

The floor is what no way around git, zstd and rpmbuild can save. kernel-ark compresses with
`xz -0` and as many threads as there are jobs; only its tarball and its source package are counted,
not its configurations. All payloads are stored as they are, which rpm's own default would not do.
"""

import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rows import JOBS, PROJECT, Row, measure, room, show, target

VERSION = "6.12"
SPEC = """\
Name: kernel
Version: 6.12
Release: 1
Summary: The Linux kernel
License: GPL-2.0-only
Source0: {tarball}
%description
The tree and nothing else.
"""
RPMBUILD = "rpmbuild -bs --nodeps --quiet --define '_source_payload w.ufdio'"


def bench(runs: int) -> None:
    """Measure, print the table, and say which target is met."""
    with tempfile.TemporaryDirectory(prefix="distgen-bench-", dir=room(8)) as name:
        folder = Path(name)
        tree = working_tree(folder)
        rows = cold_rows(folder, tree) | warm_rows(tree)
        measure(rows.values(), runs)
        show(f"source RPM of {VERSION}, -j2", rows.values())
    ours = rows["ours"].median
    target("faster than make srcrpm-pkg", rows["srcrpm"].median / ours, 2.5, at_least=True)
    target("faster than kernel-ark's way", rows["ark"].median / ours, 2.5, at_least=True)
    target("times the floor", ours / rows["floor"].median, 1.3, at_least=False)
    for key in ("layer", "source", "commit"):
        name = rows[key].name.removeprefix("ours: ")
        target(f"seconds, {name}", rows[key].median, 5, at_least=False)
    target("seconds, nothing changed", rows["none"].median, 1, at_least=False)


def working_tree(folder: Path) -> Path:
    """A clone with distgen in it, an upstream tag on HEAD, and what srcrpm-pkg needs.

    Its objects are in a pack, as those of every clone that comes over a network.
    """
    kernel = output(str(PROJECT / ".ci" / "kernel"), VERSION, cwd=folder)
    tree = folder / "linux"
    output("git", "clone", "-q", "--no-local", kernel, str(tree), cwd=folder)
    release = output("make", "-s", "kernelversion", cwd=tree)
    output("git", "tag", f"v{release}", cwd=tree)
    output(sys.executable, "-m", "distgen", "init", str(tree), "--distro=fedora", cwd=PROJECT)
    output("make", "-s", f"O={folder / 'objects'}", "defconfig", cwd=tree)
    return tree


def cold_rows(folder: Path, tree: Path) -> dict[str, Row]:
    """From nothing to a source RPM."""
    objects = folder / "objects"
    return {
        "ours": Row(
            name="ours: make fedora-srpm, cold",
            way=lambda: timed(
                f"make -j{JOBS} fedora-srpm", tree, before=lambda: remove(tree / "distro/out")
            ),
        ),
        "floor": Row(
            name="floor: git archive | zstd -T0, rpmbuild -bs",
            way=lambda: tarball_and_srpm(folder, tree, "zstd -T0 -q", "zst"),
        ),
        "srcrpm": Row(
            name="make srcrpm-pkg",
            way=lambda: timed(
                f"make -s -j{JOBS} O={objects} srcrpm-pkg",
                tree,
                before=lambda: remove(
                    objects / "rpmbuild", objects / "linux.tar.gz", objects / ".tmp_HEAD"
                ),
            ),
        ),
        "ark": Row(
            name=f"kernel-ark: git archive | xz -0 -T{JOBS}, rpmbuild -bs",
            way=lambda: tarball_and_srpm(folder, tree, f"xz -0 -T{JOBS}", "xz"),
        ),
    }


def warm_rows(tree: Path) -> dict[str, Row]:
    """From one source RPM to the next, after ``ours`` of the same round."""
    make = f"make -j{JOBS} fedora-srpm"
    commit = "git -c user.name=A -c user.email=a@example.org commit -qam change"

    def source(*, committed: bool) -> float:
        append(tree / "kernel/fork.c", "/* changed */")
        if committed:
            output(*shlex.split(commit), cwd=tree)
        seconds = timed(make, tree)
        output("git", "reset", "-q", "--hard", "HEAD~1" if committed else "HEAD", cwd=tree)
        return seconds

    layer = tree / "distro/configs/generic.config"
    return {
        "layer": Row(
            name="ours: a layer of all configurations changed",
            way=lambda: timed(make, tree, before=lambda: append(layer, "# changed")),
        ),
        "none": Row(name="ours: nothing changed", way=lambda: timed(make, tree)),
        "source": Row(name="ours: a source file changed", way=lambda: source(committed=False)),
        "commit": Row(
            name="ours: a source file changed and committed", way=lambda: source(committed=True)
        ),
    }


def tarball_and_srpm(folder: Path, tree: Path, compress: str, ext: str) -> float:
    """The seconds for a tarball of HEAD and a source package that holds nothing else."""
    topdir = folder / f"topdir-{ext}"
    remove(topdir)
    for name in ("SOURCES", "SPECS"):
        (topdir / name).mkdir(parents=True)
    tarball, spec = topdir / f"SOURCES/linux.tar.{ext}", topdir / "SPECS/kernel.spec"
    spec.write_text(SPEC.format(tarball=tarball.name))
    return timed(
        f"git archive --prefix=linux/ HEAD | {compress} -c > {tarball}"
        f" && {RPMBUILD} --define '_topdir {topdir}' {spec}",
        tree,
    )


def timed(command: str, cwd: Path, *, before: Callable[[], None] | None = None) -> float:
    """The seconds that a command of the shell takes, after ``before``."""
    if before:
        before()
    started = time.monotonic()
    output("sh", "-c", command, cwd=cwd)
    return time.monotonic() - started


def output(*argv: str, cwd: Path) -> str:
    """What a command prints; the benchmark ends where it fails."""
    done = subprocess.run(
        argv, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"bench: {shlex.join(argv)} failed\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def append(path: Path, line: str) -> None:
    """One line more."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def remove(*paths: Path) -> None:
    """Folders and files, where they are there."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
