# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in a folder, to be compared with what was."""

from pathlib import Path

LOCK = "distro/distgen.lock"
# What distgen keeps for itself in a tree, and names nowhere
KEPT = {LOCK, "distro/distgen.seeded"}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its content and mtime."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every path with its mode, mtime (of files) and content, without .git."""
    found = {}
    for path in folder.rglob("*"):
        if ".git" not in path.relative_to(folder).parts:
            there = path.lstat()
            is_file = path.is_file()
            content = path.read_bytes() if is_file else b""
            mtime = there.st_mtime_ns if is_file else 0
            found[path.relative_to(folder).as_posix()] = (there.st_mode, mtime, content)
    return found


def layers_of(folder: Path) -> dict[str, bytes]:
    """Every layer below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.config")}
