# SPDX-License-Identifier: GPL-2.0-or-later
"""The provenance line of a distro.toml is changed, and not one byte else."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from distgen.errors import UsageError
from distgen.sources.provenance import with_provenance

FILE = """\
# A comment
title = "Fedora"   # and one more
provenance = 'Fedora "old"'  # where from
vcs = ""

[arches.x86_64]
provenance = "of nothing"
"""


def write(folder: Path, text: str, provenance: str = "new") -> str:
    path = folder / "fedora" / "distro.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    file = with_provenance(folder, "fedora", provenance)
    assert file.path == "fedora/distro.toml"
    return file.content.decode()


def test_the_line_is_replaced(tmp_path: Path) -> None:
    after = FILE.replace("'Fedora \"old\"'", '"new"')
    assert write(tmp_path, FILE) == after
    assert write(tmp_path, after) == after


def test_or_added_above_the_tables(tmp_path: Path) -> None:
    without = FILE.replace("provenance = 'Fedora \"old\"'  # where from\n", "")
    assert write(tmp_path, without) == without.replace(
        'vcs = ""\n', 'vcs = ""\nprovenance = "new"\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('title = "x"', 'title = "x"\nprovenance = "new"\n'),
        ('title = "x"\r\n\r\n[a]\r\n', 'title = "x"\r\nprovenance = "new"\r\n\r\n[a]\r\n'),
        ('provenance="a\\"b"\n', 'provenance="new"\n'),
    ],
)
def test_as_the_file_is_written(tmp_path: Path, before: str, after: str) -> None:
    assert write(tmp_path, before) == after


@pytest.mark.parametrize(
    "before", ['"provenance" = "x"\n', "provenance = '''x'''\n", "a = [\n1,\n"]
)
def test_what_cannot_be_changed_is_said(tmp_path: Path, before: str) -> None:
    with pytest.raises(UsageError, match=r"distro\.toml: cannot change its provenance") as error:
        write(tmp_path, before)
    assert error.value.hint.endswith('provenance = "new"')


@pytest.mark.parametrize("text", ["two\nlines", "tab\t", "\x1b[1m"])
def test_it_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="not one line of text"):
        write(tmp_path, FILE, text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=("C", "Zl", "Zp", "Zs")), min_size=1))
def test_any_text(tmp_path: Path, text: str) -> None:
    first = write(tmp_path, FILE, text)
    assert write(tmp_path, first) == write(tmp_path, FILE)
