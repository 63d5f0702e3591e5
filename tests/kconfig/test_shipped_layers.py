# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers that ship: as few settings as can be, and none that does nothing."""

import shutil
from pathlib import Path

from distgen.kconfig.batch import resolve_all
from distgen.kconfig.values import parse_values
from distgen.kernel.tree import open_tree
from distgen.layers.layout import open_layout
from tests.lib.command import PROJECT, distgen
from tests.lib.flat import count_settings

PROTOTYPE = 19_275  # what the base flavours took by an exact search for each symbol, without ours


def test_no_fewer_settings_would_do(kconfig_tree: Path) -> None:
    layout = open_layout(PROJECT / "distro")
    requests = layout.requests(layout.variants)
    resolved = resolve_all(open_tree(kconfig_tree), requests, settable=True)
    values = {variant: made.settable for variant, made in resolved.items()}
    needed = count_settings(values, {variant: layout.places(variant) for variant in values})
    print(needed)
    shipped = sum(len(parse_values(path.read_bytes())) for path in layout.files().values())
    assert len(values) == 67
    assert shipped == needed.layers
    assert needed.base <= PROTOTYPE * 1.01
    assert needed.bound <= needed.layers <= needed.bound * 1.01


def test_every_setting_does_something(kconfig_tree: Path, tmp_path: Path) -> None:
    tree = tmp_path / "linux"
    shutil.copytree(kconfig_tree, tree, symlinks=True)
    names = [distro.name for distro in open_layout(PROJECT / "distro").distros]
    distgen("init", tree, *(f"--distro={name}" for name in names))
    done = distgen("config", "lint", "--tree", tree)
    assert done.stdout.startswith("nothing found")
    undecided = distgen("config", "undecided", "--tree", tree)
    assert undecided.stderr.endswith("0 undecided options\n")
    shutil.rmtree(tree)
