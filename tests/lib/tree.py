# SPDX-License-Identifier: GPL-2.0-or-later
"""Miniature kernel trees: files alone, or a kernel's own make with a Kconfig of some lines."""

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.lib.command import PROJECT, distgen

SMALL = PROJECT / "tests" / "small"
SMALL_DISTROS = ("alpha", "beta", "gamma")
# What make needs of a kernel for the goals of Kconfig, and for ours
NEEDS = (
    *("Makefile", "Kbuild", *(f"arch/{name}/Makefile" for name in ("arm64", "s390", "x86"))),
    *(f"scripts/{name}" for name in ("Kbuild.include", "Kconfig.include", "subarch.include")),
    *(f"scripts/{name}" for name in ("basic", "dummy-tools", "include", "kconfig", "Makefile*")),
    *("scripts/*.sh", "scripts/setlocalversion"),
)


def make_mini_tree(path: Path, version: Sequence[str] = ("6", "12", "3", "")) -> Path:
    """Enough of a kernel tree for what looks at files only."""
    for name in ("scripts/kconfig", "scripts/dummy-tools", "arch"):
        (path / name).mkdir(parents=True)
    names = ("VERSION", "PATCHLEVEL", "SUBLEVEL", "EXTRAVERSION")
    lines = ["# SPDX-License-Identifier: GPL-2.0"]
    lines += [f"{name} = {value}".rstrip() for name, value in zip(names, version, strict=True)]
    (path / "Makefile").write_text("\n".join(lines) + "\n")
    for name in ("Kconfig", "scripts/kconfig/confdata.c", "scripts/dummy-tools/gcc"):
        (path / name).write_text("")
    return path


def copy_make(kernel: Path, tree: Path) -> Path:
    """A kernel's make and scripts, without its Kconfig."""
    for pattern in NEEDS:
        for source in kernel.glob(pattern):
            target = tree / source.relative_to(kernel)
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, target)
    return tree


def init_without_layers(tree: Path, distros: Collection[str]) -> None:
    """Have distgen in a tree, with what was below ``distro`` before and no layer that ships."""
    own = {*(tree / "distro").rglob("*.config")}
    distgen("init", tree, *(f"--distro={name}" for name in distros))
    for layer in {*(tree / "distro").rglob("*.config")} - own:  # for another Kconfig
        layer.unlink()


def make_small_tree(kernel: Path, tree: Path) -> Path:
    """A kernel's make and scripts with the Kconfig and the three distros of tests/small."""
    copy_make(kernel, tree)
    shutil.copy(SMALL / "Kconfig", tree)
    for folder in ("arch", "distro"):
        shutil.copytree(SMALL / folder, tree / folder, dirs_exist_ok=True)
    init_without_layers(tree, SMALL_DISTROS)
    return tree
