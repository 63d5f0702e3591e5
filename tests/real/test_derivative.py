# SPDX-License-Identifier: GPL-2.0-or-later
"""A derivative: what it has from its parent is the parent's, and what it holds is overrides."""

from pathlib import Path

import pytest

from tests.conftest import run
from tests.real.small import edit, init

pytestmark = pytest.mark.real
ONE_FLAVOUR = "\n[arches.x86_64]\nflavours = []\n\n[arches.aarch64]\nflavours = []"
ALLOW = '\n[[allow]]\nsymbol = "NO_SUCH"\nkind = "unknown"\nreason = "a test"'


def test_what_a_parent_asks_for_is_for_the_parent_to_judge(small_tree: Path) -> None:
    """Its flavours need it, or an entry of its own allows it; the derivative has none of them."""
    edit(small_tree, "gamma/distro.toml", "", to=ONE_FLAVOUR)
    edit(small_tree, "alpha/configs/generic.config", "", to="CONFIG_LOCK_CHECK=y")
    edit(small_tree, "alpha/configs/rt/generic.config", "", to="CONFIG_NO_SUCH=y")
    edit(small_tree, "alpha/distro.toml", "", to=ALLOW)
    init(small_tree)
    done = run("make", "alpha-configs-check", "gamma-configs-check", cwd=small_tree)
    assert "alpha: 6 configurations, 0 findings\n" in done.stdout
    assert "gamma: 2 configurations, 0 findings\n" in done.stdout
    edit(small_tree, "gamma/configs/generic.config", "", to="CONFIG_LOCK_CHECK=y")
    edit(small_tree, "gamma/distro.toml", "", to=ALLOW.replace("NO_SUCH", "NO_SUCH_EITHER"))
    done = run("make", "gamma-configs-check", cwd=small_tree, check=False)
    assert done.returncode
    assert "gamma: 2 configurations, 2 findings\n" in done.stdout
    assert "distro/gamma/configs/generic.config:1: CONFIG_LOCK_CHECK=y" in done.stdout
    assert "NO_SUCH_EITHER: matches no unknown option" in done.stdout
