# SPDX-License-Identifier: GPL-2.0-or-later
"""Ubuntu's annotations: what one flavour gets of them, and where one is wrong."""

import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from distgen.errors import UsageError
from distgen.layers import fragment
from distgen.sources.kinds import read_sources
from tests.lib.command import PROJECT
from tests.lib.distros import UBUNTU, arch, distro

GOLDEN = PROJECT / "tests" / "golden" / "annotations"
DERIVED = distro(
    "derived",
    arch("x86_64", "amd64", (), {"": "cloud"}),
    arch("aarch64", "arm64", ["64k"], {"": "cloud", "64k": "cloud-64k"}),
)
HEAD = "# Menu: HEADER\n# FORMAT: 4\n# ARCH: amd64 arm64\n# FLAVOUR: amd64-generic arm64-generic\n"
SYMBOLS = st.from_regex(r"[A-Z][A-Z0-9_]{0,5}", fullmatch=True)
STRINGS = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="\\\"'"), max_size=8
)
VALUES = st.one_of(
    st.sampled_from(["y", "m", "n", "-", "0x10", "12", '""']), STRINGS.map(lambda text: f'"{text}"')
)
KEYS = ("amd64", "amd64-generic", "arm64", "arm64-generic")


def texts(target, path: Path) -> dict[str, str]:
    return {str(v).partition("/")[2]: s.text for v, s in read_sources(target, [str(path)]).items()}


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("x86_64", "amd64-generic"),
        ("aarch64", "arm64-generic"),
        ("aarch64:64k", "arm64-generic-64k"),
    ],
)
def test_golden(variant: str, expected: str) -> None:
    found = texts(UBUNTU, GOLDEN / "master" / "annotations")
    assert found[variant] == (GOLDEN / "master" / f"{expected}.config").read_text()


@pytest.mark.parametrize(
    ("variant", "expected"), [("x86_64", "amd64-cloud"), ("aarch64:64k", "arm64-cloud-64k")]
)
def test_a_derivative_includes_what_it_derives_from(variant: str, expected: str) -> None:
    found = texts(DERIVED, GOLDEN / "derived" / "annotations")
    assert found[variant] == (GOLDEN / "derived" / f"{expected}.config").read_text()


def test_flavours_that_are_not_known() -> None:
    with pytest.raises(UsageError, match=r"no configuration of: arm64 generic-64k$") as error:
        read_sources(
            distro("ubuntu", *(arch(a, p, (), {"": "generic"}) for a, p in
                               (("x86_64", "amd64"), ("aarch64", "arm64")))),
            [str(GOLDEN / "master" / "annotations")],
        )  # fmt: skip
    assert (
        'flavours = ["64k"]\n    [arches.aarch64.names]\n    64k = "generic-64k"'
        in error.value.hint
    )


def test_a_note_that_reads_like_a_setting(tmp_path: Path) -> None:
    path = tmp_path / "annotations"
    lines = "CONFIG_A policy<{'amd64': 'y', 'arm64': 'n'}>\nCONFIG_A note<'CONFIG_B is not set'>\n"
    path.write_text(HEAD + lines)
    assert texts(UBUNTU_BASE, path)["x86_64"] == "# Note: CONFIG_B is not set\nCONFIG_A=y\n"


UBUNTU_BASE = distro(
    "ubuntu",
    arch("x86_64", "amd64", (), {"": "generic"}),
    arch("aarch64", "arm64", (), {"": "generic"}),
)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("CONFIG_A policy<{'amd64': 'y'>", "expected CONFIG_NAME policy"),
        ("CONFIG_A policy<{'amd64': 'y', 'arm64'}>", "not a dictionary as Python writes it"),
        ("CONFIG_A policy<{'amd64': 1}>", "names and values must be strings"),
        ("CONFIG_A policy<{'amd64': __import__('os')}>", "not a dictionary"),
        ("CONFIG_A policy<{'amd64': '\"open'}>", "'\"open': unterminated string"),
        ("CONFIG_A policy<{'amd64': ''}>", "'': expected CONFIG_NAME=value"),
        ("CONFIG_A policy<{'amd64': 'y\\nCONFIG_B=y'}>", "'y\\nCONFIG_B=y': more than one line"),
        ("CONFIG_A", "expected CONFIG_NAME policy"),
        ("CONFIG_A=y", "expected CONFIG_NAME policy"),
        ("<<<<<<< HEAD", "expected CONFIG_NAME policy"),
        ('include "gone"', "no file "),
        ('include "annotations"', "includes itself through "),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "annotations"
    path.write_text(f"{HEAD}\nCONFIG_B policy<{{'amd64': 'y'}}>\n{line}\n")
    with pytest.raises(UsageError) as error:
        read_sources(UBUNTU, [str(path)])
    assert error.value.message.startswith(f"{path}:7: {message}")
    assert error.value.hint


def test_a_wrong_line_of_an_included_file(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "ubuntu")
    master = tmp_path / "ubuntu" / "master" / "annotations"
    master.write_text(master.read_text() + "CONFIG_X policy<{amd64: 'y'}>\n")
    with pytest.raises(UsageError, match=r"master/annotations:19: not a dictionary"):
        read_sources(DERIVED, [str(tmp_path / "ubuntu" / "derived" / "annotations")])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("FORMAT: 4", "FORMAT: 3", ":2: annotations of format 3"),
        ("# FORMAT: 4\n", "", ":1: no '# FORMAT: …'"),
        ("# ARCH: amd64 arm64", "# ARCH:", ":1: no '# ARCH: …'"),
        ("arm64-generic", "mips-generic", ":4: 'mips-generic' names no arch listed in ARCH"),
        ("arm64-generic\n", "arm64-generic\n# FLAVOUR_DEP: {'amd64-x': 'amd64-generic'}\n",
         ":5: 'amd64-x' is not in FLAVOUR"),
        ("arm64-generic\n", "arm64-generic\n# FLAVOUR_DEP: {x\n", ":5: not a dictionary"),
    ],
)  # fmt: skip
def test_a_wrong_head_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "annotations"
    path.write_text(HEAD.replace(old, new) + "\nCONFIG_A policy<{'amd64': 'y'}>\n")
    with pytest.raises(UsageError) as error:
        read_sources(UBUNTU, [str(path)])
    assert error.value.message.startswith(f"{path}{message}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    policies=st.dictionaries(
        SYMBOLS, st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1), min_size=1, max_size=6
    ),
    notes=st.lists(STRINGS, max_size=6),
)
def test_what_annotations_say_is_what_comes_out(
    tmp_path: Path, policies: dict[str, dict[str, str]], notes: list[str]
) -> None:
    """As they are written by Ubuntu's tool: policies sorted, a note below."""
    path = tmp_path / "annotations"
    lines = ["CONFIG_ALWAYS policy<{'amd64': 'y', 'arm64': 'y'}>"]
    for number, (symbol, policy) in enumerate(policies.items()):
        lines.append(f"CONFIG_{symbol: <40} policy<{dict(sorted(policy.items()))}>")
        lines += [f"CONFIG_{symbol: <40} note<'{note}'>" for note in notes[number : number + 1]]
    path.write_text(HEAD + "\n" + "\n".join(lines) + "\n")
    found = texts(UBUNTU_BASE, path)
    for variant, name in (("x86_64", "amd64"), ("aarch64", "arm64")):
        expected = {
            symbol: policy.get(f"{name}-generic", policy.get(name, "-"))
            for symbol, policy in policies.items()
        }
        read = fragment.parse(found[variant], path).settings
        assert {s: v.value for s, v in read.items() if s != "ALWAYS"} == {
            symbol: value
            for symbol, value in expected.items()
            if value != "-" and symbol != "ALWAYS"
        }


def test_all_of_ubuntu_takes_seconds(tmp_path: Path) -> None:
    names = ("amd64", "arm64", "armhf", "ppc64el", "riscv64", "s390x")
    policy = dict.fromkeys(names, "y")
    head = HEAD.replace("amd64 arm64", " ".join(names))
    lines = [f"CONFIG_OPTION_{n} policy<{policy}>" for n in range(17_000)]
    path = tmp_path / "annotations"
    path.write_text(head + "\n".join(lines) + "\n")
    started = time.process_time()
    assert len(texts(UBUNTU_BASE, path)) == 2
    assert time.process_time() - started < 10, "seconds"
