# SPDX-License-Identifier: GPL-2.0-or-later
"""``config menuconfig`` runs the kernel's own menus, and puts what is changed into a layer."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.lib.command import PROJECT, distgen, git
from tests.lib.small import configs, differing, layers

DOWN, TAB, ENTER = "\x1b[B", "\t", "\r"
QUIET, LIMIT = 1.0, 90.0  # seconds without output, and in all


def in_terminal(tree: Path, keys: list[str], *argv: str) -> tuple[int, str]:
    """Run distgen in a terminal, and press one key after the other, each when nothing moves."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "distgen", "config", "menuconfig", *argv, "--tree", str(tree)],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "TERM": "linux", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    os.close(slave)
    shown, waiting, end = b"", list(keys), time.monotonic() + LIMIT
    try:
        while time.monotonic() < end:
            if select.select([master], [], [], QUIET)[0]:
                try:
                    shown += os.read(master, 65536)
                except OSError:
                    break
            elif waiting and b"Kernel Configuration" in shown:
                os.write(master, waiting.pop(0).encode())
        return process.wait(timeout=max(1.0, end - time.monotonic())), shown.decode()
    finally:
        process.kill()
        os.close(master)


def test_the_real_menuconfig(small_tree: Path) -> None:
    """To Drivers, Sound, y; out of both menus, and yes to the question whether to save."""
    before, files = configs(small_tree), layers(small_tree)
    keys = [DOWN * 4 + ENTER, DOWN * 3, "y", TAB + ENTER, TAB + ENTER, ENTER]
    code, shown = in_terminal(small_tree, keys, "alpha", "x86_64:rt")
    assert code == 0, shown
    assert list(differing(files, layers(small_tree))) == ["alpha/configs/rt/x86_64.config"]
    assert "CONFIG_SOUND=y\n" in layers(small_tree)["alpha/configs/rt/x86_64.config"]
    changed = differing(before, configs(small_tree))
    assert set(changed) == {
        f"{distro}/x86_64:rt{debug}" for distro in ("alpha", "gamma") for debug in ("", "-debug")
    }
    for old, new in changed.values():
        assert new == old.replace("CONFIG_SOUND=m", "CONFIG_SOUND=y")


def test_nothing_changed_nothing_written(small_tree: Path) -> None:
    files = layers(small_tree)
    code, shown = in_terminal(small_tree, [TAB + ENTER], "beta", "aarch64")
    assert code == 0, shown
    assert "nothing changes, nothing was written" in shown
    assert layers(small_tree) == files


def test_another_program_and_a_tree_that_stays_as_it_is(small_tree: Path) -> None:
    git(small_tree, "init", "-q")
    git(small_tree, "add", "-A")
    git(small_tree, "commit", "-qm", "before")
    argv = ("alpha", "x86_64:rt", "--with", "mod2yesconfig", "--tree", small_tree)
    done = distgen("config", "menuconfig", *argv)
    assert "+CONFIG_SOUND=y\n" in done.stdout
    assert git(small_tree, "status", "--porcelain", "--ignored").splitlines() == [
        "?? distro/alpha/configs/rt/", "!! distro/out/",
    ]  # fmt: skip
    assert "CONFIG_WIFI=y\n" in configs(small_tree)["alpha/x86_64:rt"]
    assert "nothing was written" in distgen("config", "menuconfig", *argv).stderr


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (["alpha", "x86_64:rtt"], 2, "no flavour 'rtt'"),
        (["alpha", "x86_64", "--with", "make"], 2, "'make' is not a target"),
        (["alpha", "x86_64"], 3, "menuconfig needs a terminal"),
    ],
)
def test_what_it_cannot_do(small_tree: Path, argv: list[str], code: int, message: str) -> None:
    if code == 2:
        argv = [*argv, "--with", "oldconfig"] if "--with" not in argv else argv
    done = distgen("config", "menuconfig", *argv, "--tree", small_tree, check=False)
    assert done.returncode == code
    assert message in done.stderr
