# SPDX-License-Identifier: GPL-2.0-or-later
"""What a change shows is a patch that makes it."""

from pathlib import Path

import pytest

from distgen.config.change import Change
from distgen.layers.layout import Layout
from distgen.layers.place import Place
from distgen.layers.precedence import Precedence
from tests.lib.command import run

PLACE = Place(owner="", folder="", name="generic")


@pytest.mark.parametrize(
    "before",
    [
        "# page\x0cbreak\nCONFIG_A=y\n",
        "# one\x1dtwo\x85three\u2028four\nCONFIG_A=y\n",
        "# no line feed at the end\nCONFIG_A=y",
        "",
        None,
    ],
)
def test_the_diff_of_a_change_applies(tmp_path: Path, before: str | None) -> None:
    after = (before or "") + "\nCONFIG_B=y\n"
    path = tmp_path / "distro" / PLACE.path
    if before is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(before.encode())
    change = Change(
        precedence=Precedence(Layout(tmp_path / "distro", ())),
        before={} if before is None else {PLACE: before},
        after={PLACE: after},
    )
    (tmp_path / "patch").write_bytes(change.diff().encode())
    run("git", "apply", "-p0", "patch", cwd=tmp_path)
    assert path.read_bytes().decode() == after
