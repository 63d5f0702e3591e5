# SPDX-License-Identifier: GPL-2.0-or-later
"""Source RPMs that rpmbuild made: whose configurations they hold, and that they are whole."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from distgen.distros.distro import Distro
from distgen.errors import UsageError
from distgen.sources.kinds import provenance_of, read_sources
from tests.lib.distros import FEDORA, arch, distro
from tests.lib.packages import make_srpm

RHEL = distro("rhel", arch("x86_64", "x86_64"), arch("aarch64", "aarch64", ["64k"]))
MEMBERS = {
    "linux.tar": bytes(range(256)) * 500,
    "kernel-x86_64-fedora.config": "# x86_64\nCONFIG_OF=1\n",
    "kernel-x86_64-rt-debug-fedora.config": "# x86_64\nCONFIG_OF=2\n",
    "kernel-aarch64-64k-fedora.config": "# arm64\nCONFIG_OF=3\n",
    "kernel-s390x-fedora.config": "# s390\nCONFIG_OF=4\n",
    "kernel-s390x-zfcpdump-fedora.config": "# EMPTY\n",
    "kernel-x86_64-rhel.config": "# x86_64\nCONFIG_OF=5\n",
    "kernel-aarch64-64k-rhel.config": "# arm64\nCONFIG_OF=6\n",
    "partial-kgcov-snip.config": "CONFIG_OF=7\n",
}


def which(path: Path, target: Distro = FEDORA, *words: str) -> dict[str, str]:
    texts = [f"{word}={path}" for word in words] or [str(path)]
    sources = read_sources(target, texts)
    return {str(v).partition("/")[2]: s.text[10:-1] for v, s in sources.items()}


@pytest.fixture(scope="module")
def srpm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_srpm(tmp_path_factory.mktemp("srpm"), MEMBERS)


def test_the_members_of_the_distribution_are_taken(srpm: Path) -> None:
    assert which(srpm) == {"x86_64": "1", "x86_64:rt-debug": "2", "aarch64:64k": "3", "s390x": "4"}
    assert which(srpm, RHEL) == {"x86_64": "5", "aarch64:64k": "6"}


def test_a_child_takes_those_of_its_closest_parent(srpm: Path) -> None:
    arches = (arch("x86_64", "x86_64"), arch("aarch64", "aarch64", ["64k"]))
    assert which(srpm, distro("alma", *arches, parents=["fedora", "rhel"])) == which(srpm, RHEL)


def test_only_what_is_named(srpm: Path) -> None:
    assert which(srpm, FEDORA, "x86_64:rt-debug", "s390x") == {"x86_64:rt-debug": "2", "s390x": "4"}
    with pytest.raises(UsageError, match=r"holds no x86_64:rt$") as error:
        which(srpm, FEDORA, "x86_64:rt")
    assert "Known: aarch64:64k, s390x, x86_64, x86_64:rt-debug" in error.value.hint


def test_what_the_distribution_does_not_know(srpm: Path) -> None:
    small = distro("fedora", arch("x86_64", "x86_64", ["rt"]))
    with pytest.raises(UsageError) as error:
        which(srpm, small)
    assert "no configuration of: aarch64 64k, s390x base, x86_64 rt-debug" in error.value.message
    assert 'flavours = ["rt", "rt-debug"]' in error.value.hint
    assert f"or import only what it has:\n    x86_64={srpm}" in error.value.hint
    assert which(srpm, small, "x86_64") == {"x86_64": "1"}


def test_it_says_where_it_comes_from(srpm: Path) -> None:
    day = datetime.now(UTC).date()
    sources = read_sources(FEDORA, [str(srpm)])
    assert re.fullmatch(
        rf"kernel-7\.2\.13-200\.src, built ({day}|\d+-\d+-\d+)", provenance_of(sources.values())
    )
    assert {s.origin for s in sources.values()} >= {f"{srpm}: kernel-x86_64-fedora.config"}


@pytest.mark.parametrize("payload", ["w9.gzdio", "w9.bzdio", "w7.xzdio", "w3.zstdio"])
def test_every_compression(tmp_path: Path, srpm: Path, payload: str) -> None:
    assert which(make_srpm(tmp_path, MEMBERS, payload=payload)) == which(srpm)


def test_names_as_our_own_source_packages_have_them(tmp_path: Path) -> None:
    files = {
        "kernel-x86_64.config": "CONFIG_OF=1\n",
        "kernel-x86_64-rt-debug.config": "CONFIG_OF=2\n",
    }
    assert which(make_srpm(tmp_path, files)) == {"x86_64": "1", "x86_64:rt-debug": "2"}


def test_an_arch_by_the_name_that_rpm_has_for_it(tmp_path: Path) -> None:
    old = distro("fedora", arch("armv7l", "armv7hl", ["lpae"]))
    files = {"kernel-armv7hl-lpae-fedora.config": "CONFIG_OF=1\n"}
    assert which(make_srpm(tmp_path, files), old) == {"armv7l:lpae": "1"}


@pytest.mark.parametrize("size", [50, 400, 2000, 60_000, -700, -100])
@pytest.mark.parametrize("payload", ["w.ufdio", "w3.zstdio"])
def test_a_truncated_package(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, size: int, payload: str,
    made: dict[str, bytes],
) -> None:  # fmt: skip
    if payload not in made:
        path = make_srpm(tmp_path_factory.mktemp("whole"), MEMBERS, payload=payload)
        made[payload] = path.read_bytes()
    path = tmp_path / "kernel.src.rpm"
    path.write_bytes(made[payload][: min(size, len(made[payload]) - 30)])
    with pytest.raises(UsageError, match=r"kernel\.src\.rpm: (kernel-.*: )?truncated"):
        which(path)


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return {}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            b"CONFIG_OF=2",
            b"CONFIG_OF=3",
            r"rt-debug-fedora\.config: truncated or damaged, its sha256",
        ),
        (b"kernel-s390x-fedora", b"kernel-s391x-fedora", "truncated or damaged"),
    ],
)
def test_digests_are_verified(
    tmp_path: Path, srpm: Path, old: bytes, new: bytes, message: str
) -> None:
    path = tmp_path / "kernel.src.rpm"
    path.write_bytes(srpm.read_bytes().replace(old, new, 1))
    with pytest.raises(UsageError, match=message):
        which(path)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"linux.tar": "x"}, "no configuration in it"),
        (
            {"kernel-x86_64.config": "CONFIG_A=y\n>>>>>>> x\n"},
            r"kernel-7.2.13-200.src.rpm: kernel-x86_64\.config:2: expected CONFIG_NAME",
        ),
        ({"kernel-x86_64.config": "CONFIG_A=y\n", "kernel-x86_64-base.config": ""}, "0 bytes"),
    ],
)
def test_what_is_wrong_in_it(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        which(make_srpm(tmp_path, files))


def test_a_binary_package(tmp_path: Path) -> None:
    path = make_srpm(tmp_path, {"kernel-x86_64.config": "CONFIG_A=y\n"}, build="-bb")
    with pytest.raises(UsageError, match="a binary package"):
        which(path)
