# SPDX-License-Identifier: GPL-2.0-or-later
"""Flat configurations: how they are packed, and what they say and do not say of themselves."""

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distgen.distros.variant import Variant
from distgen.errors import UsageError
from distgen.kconfig.values import parse_line
from distgen.layers import fragment
from distgen.sources.configuration import flat, reason
from distgen.sources.configuration import fragment as fragment_of
from distgen.sources.kinds import read_sources
from tests.lib.command import run
from tests.lib.distros import DEBIAN, FEDORA, KERNEL, arch, distro

HEAD = (
    "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/{} 7.2.13 Kernel Configuration\n#\n"
)
TEXT = 'CONFIG_A=y\n\n#\n# Heading\n#\nCONFIG_B="x"\n# CONFIG_C is not set\nCONFIG_D=0x10\n'
PLAIN = 'CONFIG_A=y\nCONFIG_B="x"\n# CONFIG_C is not set\nCONFIG_D=0x10\n'
BASE = Variant(distro="fedora", arch="x86_64")


def only(path: Path, word: str = "x86_64") -> str:
    (source,) = read_sources(FEDORA, [f"{word}={path}"]).values()
    assert source.origin == str(path)
    assert not source.provenance
    return source.text


@pytest.mark.parametrize("name", ["config", "config.gz", "x.rpm"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_the_first_bytes_say_how_it_is_packed(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(pack(TEXT.encode()))
    assert only(path) == PLAIN


def test_zstd(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(TEXT)
    run("zstd", "-q", "config", cwd=tmp_path)
    assert only(tmp_path / "config.zst") == PLAIN
    whole = (tmp_path / "config.zst").read_bytes()
    (tmp_path / "config.zst").write_bytes(whole[:-4])
    with pytest.raises(Exception, match=r"zstd -qdc .*config\.zst"):
        only(tmp_path / "config.zst")


def test_of_two_settings_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("CONFIG_A=y\nCONFIG_B=m\n# CONFIG_A is not set\n")
    assert only(path) == "CONFIG_B=m\n# CONFIG_A is not set\n"


def test_dos_line_endings_are_taken_as_kconfig_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert only(path) == PLAIN


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"CONFIG_A=y\n<<<<<<< HEAD\nCONFIG_B=y\n", ":2: expected CONFIG_NAME=value"),
        (b"CONFIG_A=y\n=======\n", ":2: expected CONFIG_NAME=value"),
        (b'CONFIG_A="y\n', ":1: unterminated string"),
        (b"CONFIG_A=y\nCONFIG_B=y \n", ":2: white space after the value"),
        (b"CONFIG_A=y\n\nCONFIG_B=\xff\n", ":3: not UTF-8"),
        (b"CONFIG_A=y\n" * 9999 + b"CONFIG_B=\0\n", ":10000: a NUL byte"),
        (b"# CONFIG_A is unset\n", ": no settings in it"),
        (b"nothing of the kind\n", ": not a source of configurations"),
        (b"", ": not a source of configurations"),
        (b"\x7fELF\0CONFIG_A=y", ": not a source of configurations"),
        (gzip.compress(TEXT.encode())[:-9], ": truncated"),
        (gzip.compress(TEXT.encode())[:-8] + bytes(8), ": damaged"),
        (gzip.compress(TEXT.encode()) * 2, ": more after its end"),
        (lzma.compress(TEXT.encode())[:-9], ": truncated"),
        (lzma.compress(b"CONFIG_A=y\n<<<<<<< HEAD\n"), ":2: expected CONFIG_NAME=value"),
        (gzip.compress(bytes(70 << 20)), ": truncated, or larger"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "config"
    path.write_bytes(content)
    with pytest.raises(UsageError) as error:
        only(path)
    assert error.value.message.startswith(f"{path}{message}")
    assert error.value.hint


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone: No such file"):
        only(tmp_path / "gone")


def test_what_is_understood_is_listed(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        read_sources(FEDORA, [str(tmp_path)])
    for word in (".config", "zstd", ".src.rpm", ".deb", ".dsc", "priority.fedora", "annotations"):
        assert word in error.value.hint


def test_the_arch_is_read_where_there_is_no_doubt(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(HEAD.format("s390") + TEXT)
    assert list(read_sources(FEDORA, [str(path)])) == [Variant(distro="fedora", arch="s390x")]
    path.write_text("# s390\n" + TEXT)
    assert list(read_sources(FEDORA, [str(path)])) == [Variant(distro="fedora", arch="s390x")]


@pytest.mark.parametrize("head", ["", HEAD.format("x86"), HEAD.format("mips"), "# x86_64\n"])
def test_in_doubt_the_command_line_says_it(tmp_path: Path, head: str) -> None:
    path = tmp_path / "config"
    path.write_text(head + TEXT)
    with pytest.raises(UsageError, match="does not say which configuration it is") as error:
        read_sources(FEDORA, [str(path)])
    assert f"x86_64:rt-debug={path}" in error.value.hint
    assert ("s390x" in error.value.hint) is ("86" not in head)


@pytest.mark.parametrize(
    ("head", "body", "name", "fits"),
    [
        (HEAD.format("x86"), "CONFIG_64BIT=y\n", "x86_64", True),
        (HEAD.format("x86_64"), "CONFIG_64BIT=y\n", "x86_64", True),
        (HEAD.format("x86"), "CONFIG_64BIT=y\n", "i686", False),
        (HEAD.format("x86"), "# CONFIG_64BIT is not set\n", "i686", True),
        (HEAD.format("x86"), "# CONFIG_64BIT is not set\n", "x86_64", False),
        (HEAD.format("arm64"), "CONFIG_64BIT=y\n", "x86_64", False),
        (HEAD.format("powerpc"), "# CONFIG_CPU_LITTLE_ENDIAN is not set\n", "ppc64le", False),
        (HEAD.format("powerpc"), "CONFIG_CPU_LITTLE_ENDIAN=y\n", "ppc64le", True),
        ("# arm64\n", "CONFIG_A=y\n", "aarch64", True),
        ("# arm64\n", "CONFIG_A=y\n", "armv7l", False),
        ("", "CONFIG_A=y\n", "armv7l", True),
    ],
)
def test_a_source_is_not_taken_for_another_arch(
    tmp_path: Path, head: str, body: str, name: str, fits: bool
) -> None:
    every = distro("every", *(arch(name, name) for name in KERNEL))
    path = tmp_path / "config"
    path.write_text(head + body)
    if fits:
        assert list(read_sources(every, [f"{name}={path}"])) == [Variant(distro="every", arch=name)]
    else:
        with pytest.raises(UsageError, match=rf"config:\d: not a configuration of {name}: # "):
            read_sources(every, [f"{name}={path}"])


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("x86-64", "debian has no arch 'x86-64'"),
        ("amd64", "debian has no arch 'amd64'"),
        ("x86_64:rtt", "debian has no flavour 'rtt' on x86_64"),
    ],
)
def test_unknown_words(tmp_path: Path, word: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        read_sources(DEBIAN, [f"{word}={tmp_path}/config"])
    assert "nown:" in error.value.hint


def test_no_path() -> None:
    with pytest.raises(UsageError, match="x86_64=: names no file"):
        read_sources(DEBIAN, ["x86_64="])


def test_one_configuration_from_two_sources(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(TEXT)
    with pytest.raises(UsageError, match=r"fedora/x86_64 comes from .*/a and from .*/b"):
        read_sources(FEDORA, [f"x86_64={tmp_path}/a", f"x86_64={tmp_path}/b"])
    assert len(read_sources(FEDORA, [f"x86_64={tmp_path}/a", f"x86_64:rt={tmp_path}/a"])) == 2


def test_a_path_may_hold_an_equals_sign(tmp_path: Path) -> None:
    path = tmp_path / "a=b"
    path.write_text("# s390\n" + TEXT)
    assert len(read_sources(FEDORA, [str(path)])) == 1
    assert only(path, "s390x") == PLAIN


SYMBOLS = st.from_regex(r"[A-Z][A-Z0-9_]{0,3}", fullmatch=True)
LINES = st.tuples(SYMBOLS, st.sampled_from(["y", "m", "n", "0x1F", "-3", '"a \\" b"', '""']))


@given(st.lists(LINES, max_size=12))
def test_flat_settings_are_a_fragment_of_the_last_values(lines: list[tuple[str, str]]) -> None:
    text = "".join(fragment.Setting(symbol=s, value=v).text() + "\n" for s, v in lines)
    merged = fragment_of(flat(text.encode(), "config").values())
    assert fragment.parse(merged, Path("x")).settings.keys() == dict(lines).keys()
    assert {s: v.value for s, v in fragment.parse(merged, Path("x")).settings.items()} == dict(
        lines
    )
    assert len(merged.splitlines()) == len(dict(lines))
    assert fragment_of(flat(merged.encode(), "config").values()) == merged


@given(st.text())
def test_a_reason_is_never_a_setting(note: str) -> None:
    for line in reason(note):
        assert line.startswith("# ")
        assert "\n" not in line
        assert parse_line(line) is None


def test_a_reason_that_reads_like_a_setting() -> None:
    assert reason("CONFIG_A is not set") == ("# Note: CONFIG_A is not set",)


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x1f\x8b", b"\xfd7zXZ\x00"]))
def test_any_bytes_are_read_or_refused(data: bytes, magic: bytes) -> None:
    message = ""
    try:
        text = fragment_of(flat(magic + data, "config").values())
    except UsageError as error:
        message = error.message
    assert message.startswith("config:") or fragment.parse(text, Path("x"))
