# SPDX-License-Identifier: GPL-2.0-or-later
"""What source packages of a whole Linux 6.12 are timed with: a tree, and what changes in it."""

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from rows import JOBS, PROJECT, Row, target

VERSION = "6.12"


def working_tree(folder: Path, distro: str) -> Path:
    """A clone with distgen in it, an upstream tag on HEAD, and what the tree's own targets need.

    Its objects are in a pack, as those of every clone that comes over a network.
    """
    kernel = output(str(PROJECT / ".ci" / "kernel"), VERSION, cwd=folder)
    tree = folder / "linux"
    output("git", "clone", "-q", "--no-local", kernel, str(tree), cwd=folder)
    release = output("make", "-s", "kernelversion", cwd=tree)
    output("git", "tag", f"v{release}", cwd=tree)
    output(sys.executable, "-m", "distgen", "init", str(tree), f"--distro={distro}", cwd=PROJECT)
    output("make", "-s", f"O={folder / 'objects'}", "defconfig", cwd=tree)
    return tree


def warm_rows(tree: Path, goal: str) -> dict[str, Row]:
    """From one source RPM to the next, after ``ours`` of the same round."""
    make = f"make -j{JOBS} {goal}"
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


def warm_targets(rows: Mapping[str, Row]) -> None:
    """Whether the next package is made in time."""
    for key in ("layer", "source", "commit"):
        name = rows[key].name.removeprefix("ours: ")
        target(f"seconds, {name}", rows[key].median, 5, at_least=False)
    target("seconds, nothing changed", rows["none"].median, 1, at_least=False)


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
