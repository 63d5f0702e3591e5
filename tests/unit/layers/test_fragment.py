# SPDX-License-Identifier: GPL-2.0-or-later
"""Fragments: what goes in comes out, and what is wrong is named with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distgen.errors import UsageError
from distgen.layers import fragment
from distgen.layers.fragment import Layer, Setting

PATH = Path("distro/configs/generic.config")
SYMBOLS = st.from_regex(r"[A-Z0-9][A-Za-z0-9_]{0,20}", fullmatch=True)
STRINGS = st.text(st.characters(exclude_categories=("C",)), max_size=20).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
VALUES = st.one_of(
    st.sampled_from(["y", "m", "n"]),
    st.integers(-(10**9), 10**9).map(str),
    st.integers(0, 2**64).map(hex),
    STRINGS,
)
REASONS = st.lists(
    st.text(st.characters(exclude_categories=("C",)), max_size=30).map(lambda text: f"# . {text}"),
    max_size=2,
).map(tuple)


@given(st.dictionaries(SYMBOLS, st.tuples(VALUES, REASONS), max_size=10), st.booleans())
def test_format_then_parse_is_identity(
    settings: dict[str, tuple[str, tuple[str, ...]]], head: bool
) -> None:
    written = Layer(
        settings={
            name: Setting(symbol=name, value=value, reason=reason)
            for name, (value, reason) in settings.items()
        },
        head=("# What this layer is for", "") if head and settings else (),
    )
    read = fragment.parse(written.text(), PATH)
    assert read.text() == written.text()
    assert {n: (s.value, s.reason) for n, s in read.settings.items()} == settings


def test_settings_know_where_they_stand() -> None:
    read = fragment.parse("# why\nCONFIG_A=y\n\n# CONFIG_B is not set\n", PATH)
    assert read.settings["A"].line == 2
    assert read.settings["A"].reason == ("# why",)
    assert read.settings["B"].value == "n"
    assert read.settings["B"].reason == ()


def test_the_last_of_two_wins() -> None:
    assert fragment.parse("CONFIG_A=y\nCONFIG_A=m\n", PATH).settings["A"].value == "m"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("CONFIG_A\n", 1, "expected"),
        ("CONFIG_A=y\nCONFIG_=y\n", 2, "expected"),
        ("CONFIG_A=\n", 1, "expected"),
        ('CONFIG_A="open\n', 1, "unterminated string"),
        ("CONFIG_A=y\n<<<<<<< HEAD\n", 2, "expected"),
        ("CONFIG_A=y\r\n", 1, None),
    ],
)
def test_what_is_no_setting_is_named(text: str, line: int, what: str | None) -> None:
    if what is None:
        assert fragment.parse(text, PATH).settings["A"].value == "y\r"
        return
    with pytest.raises(UsageError, match=rf"^{PATH}:{line}: {what}"):
        fragment.parse(text, PATH)


def test_a_binary_is_no_layer(tmp_path: Path) -> None:
    binary = tmp_path / "vmlinuz"
    binary.write_bytes(b"MZ\xff\xfe\x00")
    with pytest.raises(UsageError, match="not a text file"):
        fragment.read(binary)
    with pytest.raises(UsageError, match="No such file"):
        fragment.read(tmp_path / "missing.config")
    with pytest.raises(UsageError, match="Is a directory"):
        fragment.read(tmp_path)
