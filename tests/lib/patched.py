# SPDX-License-Identifier: GPL-2.0-or-later
"""A tree with patches on its release, for packages to be made of."""

import shutil
from pathlib import Path

from tests.lib.command import git

PATCH = """
config FROM_A_PATCH
	bool "An option that only a patch knows"
	default y
"""


def patched(small: Path, folder: Path, message: str) -> Path:
    """The small tree with two commits on its tag: one changes Kconfig, ``message`` is the other's.

    The second adds sound/core.c.
    """
    tree = folder / "linux"
    shutil.copytree(small, tree, symlinks=True)
    git(tree, "init", "-q")
    git(tree, "add", "-Af", ".", ":!distro/out")
    git(tree, "commit", "-qm", "Linux 7.2.13")
    git(tree, "tag", "v7.2.13")
    with (tree / "Kconfig").open("a") as kconfig:
        kconfig.write(PATCH)
    git(tree, "commit", "-qam", "Kconfig: add an option")
    (tree / "sound").mkdir()
    (tree / "sound/core.c").write_text("int x;\n")
    git(tree, "add", "sound/core.c")
    git(tree, "commit", "-qm", message)
    return tree
