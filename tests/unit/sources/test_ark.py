# SPDX-License-Identifier: GPL-2.0-or-later
"""kernel-ark's layers of one option a file, added up as its priority files say."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distgen.errors import UsageError
from distgen.sources.ark import parse
from distgen.sources.kinds import read_sources
from tests.lib.command import PROJECT
from tests.lib.distros import DEBIAN, arch, distro
from tests.lib.packages import write_files

GOLDEN = PROJECT / "tests" / "golden" / "ark"
FEDORA = distro("fedora", arch("x86_64", "x86_64", ["debug"]), arch("aarch64", "aarch64"))
ARCHES = (arch("x86_64", "x86_64"), arch("aarch64", "aarch64"))
LAYER = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)


@pytest.mark.parametrize(
    ("expected", "target", "word"),
    [
        ("fedora-x86_64", FEDORA, "x86_64"),
        ("fedora-x86_64-debug", FEDORA, "x86_64:debug"),
        ("fedora-aarch64", FEDORA, "aarch64"),
        ("rhel-aarch64", distro("rhel", *ARCHES), "aarch64"),
        ("rhel-aarch64", distro("alma", *ARCHES, parents=["fedora", "rhel"]), "aarch64"),
    ],
)
def test_golden(expected: str, target, word: str) -> None:
    (source,) = read_sources(target, [f"{word}={GOLDEN}"]).values()
    assert source.text == (GOLDEN / f"{expected}.expected").read_text()


def test_the_whole_tree_of_a_kernel(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "redhat" / "configs")
    sources = read_sources(FEDORA, [str(tmp_path)])
    assert [str(variant) for variant in sources] == [
        "fedora/x86_64",
        "fedora/x86_64:debug",
        "fedora/aarch64",
    ]


def test_a_flavour_that_is_not_known() -> None:
    with pytest.raises(UsageError, match="fedora has no configuration of: x86_64 debug") as error:
        read_sources(distro("fedora", *ARCHES), [str(GOLDEN)])
    assert '[arches.x86_64]\n    flavours = ["debug"]' in error.value.hint


def test_neither_the_distribution_nor_a_parent_is_in_it() -> None:
    with pytest.raises(UsageError, match=r"no priority\.debian; there are fedora, rhel") as error:
        read_sources(DEBIAN, [str(GOLDEN)])
    assert 'parent = "fedora"' in error.value.hint


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"priority.fedora": "ORDER=common\nx86_64=generic:generic-x68\n"},
         r"priority\.fedora:2: no layer 'generic-x68' in common"),
        ({"priority.fedora": "x86_64=generic\n"}, r"priority\.fedora:1: no ORDER="),
        ({"priority.fedora": "ORDER=common\n\nx86_64 generic\n"}, r"priority\.fedora:3: expected"),
        ({"priority.fedora": "ORDER=\n"}, r"priority\.fedora:1: expected"),
        ({"priority.fedora": "ORDER=gone\nx86_64=generic\n"}, r"2: no layer 'generic' in gone"),
        ({"common/generic/CONFIG_HZ": "CONFIG_HZ=250\n<<<<<<< HEAD\n"},
         r"common/generic/CONFIG_HZ:2: expected CONFIG_NAME"),
        ({"common/generic/CONFIG_HZ": "CONFIG_HZ=250 \n"}, r"CONFIG_HZ:1: white space"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, files: dict[str, str], message: str) -> None:
    shutil.copytree(GOLDEN, tmp_path / "configs")
    write_files(tmp_path / "configs", files)
    with pytest.raises(UsageError, match=message) as error:
        read_sources(FEDORA, [str(tmp_path / "configs")])
    assert error.value.hint


def test_the_closest_name_of_a_layer(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "configs")
    text = (GOLDEN / "priority.fedora").read_text().replace("arm-aarch64", "arm-arch64")
    write_files(tmp_path / "configs", {"priority.fedora": text})
    with pytest.raises(UsageError, match=r"priority\.fedora:10: no layer") as error:
        read_sources(FEDORA, [str(tmp_path / "configs")])
    assert "did you mean generic-arm-aarch64?" in error.value.hint


@given(
    order=st.lists(LAYER, min_size=1, max_size=4, unique=True),
    empty=st.sets(LAYER, max_size=2),
    entries=st.dictionaries(LAYER, st.lists(LAYER, min_size=1, max_size=4), max_size=5),
    noise=st.lists(st.sampled_from(["", "# comment", "#ORDER=no"]), max_size=3),
)
def test_priority_files_round_trip(
    order: list[str], empty: set[str], entries: dict[str, list[str]], noise: list[str]
) -> None:
    lines = [*noise, f"ORDER={' '.join(order)}", *noise]
    lines += [f"EMPTY={' '.join(sorted(empty))}"] if empty else []
    lines += [f"{name}={':'.join(layers)}" for name, layers in entries.items()]
    folders, found = parse("\n".join(lines), "priority")
    assert folders == order
    kept = {name: layers for name, layers in entries.items() if name not in empty}
    assert {name: layers for name, (_, layers) in found.items()} == kept
    for name, (line, _) in found.items():
        assert lines[line - 1].startswith(f"{name}=")


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    message = ""
    try:
        assert parse(text, "priority")[0]
    except UsageError as error:
        message = error.message
    assert not message or message.startswith("priority:")
