# SPDX-License-Identifier: GPL-2.0-or-later
"""What config-lost has to say of a configuration that a compiler has made less of."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lib.command import PROJECT

RESOLVED = 'CONFIG_A=y\nCONFIG_NAME="a=b c"\nCONFIG_CC_HAS_X=y\n# CONFIG_OFF is not set\n'


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """In a distro/ whose layers decide A, NAME and OFF, and not what the compiler can do."""
    for path, text in (
        ("distro/configs/generic.config", "# why\nCONFIG_A=m\n# CONFIG_OFF is not set\n"),
        ("distro/fedora/configs/rt/x86_64.config", 'CONFIG_NAME="x"\n'),
        ("distro/out/fedora/configs/kernel-x86_64.config", "CONFIG_CC_HAS_X=y\n"),
    ):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "distro/scripts/rpm").mkdir(parents=True)
    return Path(
        shutil.copy(PROJECT / "distro/scripts/rpm/config-lost", tmp_path / "distro/scripts/rpm")
    )


def lost(script: Path, built: str) -> list[str]:
    """The options that it names."""
    top = script.parents[3]
    (top / "resolved").write_text(RESOLVED)
    (top / "built").write_text(built)
    argv = [str(script), "resolved", "built"]
    done = subprocess.run(argv, cwd=top, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert (done.returncode != 0) == bool(done.stderr)
    return sorted(line for line in done.stderr.splitlines() if line.startswith("CONFIG_"))


def test_nothing_is_lost(script: Path) -> None:
    assert lost(script, RESOLVED) == []


def test_what_only_the_compiler_decides(script: Path) -> None:
    assert lost(script, RESOLVED.replace("CONFIG_CC_HAS_X=y\n", "CONFIG_CC_HAS_Y=y\n")) == []


def test_an_option_that_cannot_be_seen_is_as_good_as_off(script: Path) -> None:
    assert lost(script, RESOLVED.replace("# CONFIG_OFF is not set\n", "")) == []


def test_values_that_came_out_differently(script: Path) -> None:
    built = '# CONFIG_A is not set\nCONFIG_NAME="a=b d"\nCONFIG_OFF=y\n'
    assert lost(script, built) == [
        "CONFIG_A was resolved as y, and was built as n",
        'CONFIG_NAME was resolved as "a=b c", and was built as "a=b d"',
        "CONFIG_OFF was resolved as n, and was built as y",
    ]


def test_an_option_that_has_gone(script: Path) -> None:
    found = lost(script, RESOLVED.replace("CONFIG_A=y\n", ""))
    assert found == ["CONFIG_A was resolved as y, and was built as n"]
