# SPDX-License-Identifier: GPL-2.0-or-later
"""A tree so deep that the layers of one arch's configurations do not fit into one argument."""

from pathlib import Path

from distgen.layers.layout import open_layout
from tests.lib.command import distgen, run
from tests.lib.small import configs

LIMIT = 128 * 1024  # bytes of an argument: MAX_ARG_STRLEN of the kernel
DEPTH = 3000  # characters


def answers(tree: Path) -> list[str]:
    """What the commands that resolve most have to say."""
    found = []
    for words in (["diff", "alpha", "gamma"], ["set", "SOUND=n", "--dry-run"], ["lint"]):
        done = distgen("config", *words, "--json", "--tree", tree, check=False)
        assert done.returncode in (0, 1), done.stderr
        found.append(done.stdout)
    return found


def test_a_deep_tree(small_tree: Path, tmp_path: Path) -> None:
    expected = configs(small_tree), answers(small_tree)
    run("rm", "-r", "distro/out", cwd=small_tree)
    folder = tmp_path
    while len(str(folder)) < DEPTH:
        folder /= "d" * 200
    folder.mkdir(parents=True)
    tree = small_tree.rename(folder / "linux")
    layout = open_layout(tree / "distro")
    layers = [path for v in layout.variants if v.arch == "x86_64" for path in layout.layers(v)]
    assert sum(len(str(path)) for path in layers) > LIMIT
    run("make", "-n", "alpha-configs", cwd=tree)
    assert not (tree / "distro/out").exists()
    assert (configs(tree), answers(tree)) == expected
    run("make", "-n", "-W", "distro/configs/generic.config", "alpha-configs", cwd=tree)
    kinds = {path.suffix for path in (tree / "distro/out/kconfig").iterdir()}
    assert kinds == {"", ".d", ".stamp"}, "no list is left"
