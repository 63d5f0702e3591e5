# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian source packages that dpkg-source made, and trees: how their fragments add up."""

import shutil
import tarfile
from pathlib import Path

import pytest

from distgen.errors import UsageError
from distgen.sources.defines import Folder, stacks
from distgen.sources.kinds import provenance_of, read_sources
from tests.lib.command import run
from tests.lib.distros import DEBIAN, arch, distro
from tests.lib.packages import make_dsc, write_files

ROOT = """\
[[kernelarch]]
name = 'x86'
  [[kernelarch.debianarch]]
  name = 'amd64'
  [[kernelarch.debianarch]]
  name = 'x32'
[[kernelarch]]
name = 'arm64'
  [[kernelarch.debianarch]]
  name = 'arm64'
[[featureset]]
name = 'none'
[[featureset]]
name = 'rt'
[build]
c_compiler = 'gcc-16'
"""
AMD64 = """\
[[flavour]]
name = 'amd64'
[flavour.defs]
is_default = true
[[flavour]]
name = 'cloud-amd64'
[flavour.build]
config = ['config.cloud', 'config.typo']
[[flavour]]
name = 'test'
[flavour.build]
config = ['config.test']
[flavour.defs]
is_test = true
[[featureset]]
name = 'none'
"""
ARM64 = """\
[[flavour]]
name = 'arm64'
[[flavour]]
name = 'arm64-16k'
[flavour.build]
config = ['arm64/config-page-16k']
[[featureset]]
name = 'none'
[build]
config = ['arm64/extra']
"""
RT = "[[featureset]]\nname = 'rt'\n[[featureset.flavour]]\nname = 'amd64'\n"
FRAGMENTS = {
    "config": (
        "##\n## file: init/Kconfig\n##\n#. Because of #822575\n#. and so on\nCONFIG_A=y\n"
        "# CONFIG_B is not set\n  CONFIG_STRIPPED=y  \nCONFIG_Z=m\n"
    ),
    "kernelarch-x86/config": "CONFIG_B=m\nCONFIG_LEVEL=2\n",
    "amd64/config": "CONFIG_LEVEL=3\n",
    "amd64/config.cloud-amd64": "CONFIG_LEVEL=4\n",
    "config.cloud": "CONFIG_LEVEL=0\n# CONFIG_A is not set\n",
    "config.test": "CONFIG_T=y\n",
    "featureset-rt/config": "CONFIG_LEVEL=5\nCONFIG_RT=y\n",
    "amd64/rt/config": "CONFIG_LEVEL=6\n",
    "amd64/rt/config.amd64": "CONFIG_LEVEL=7\n",
    "arm64/config": "CONFIG_LEVEL=3\n",
    "arm64/extra": "CONFIG_LEVEL=1\nCONFIG_EXTRA=y\n",
    "arm64/config-page-16k": "CONFIG_LEVEL=16\n",
}
TOML = {
    **FRAGMENTS,
    "defines.toml": ROOT,
    "amd64/defines.toml": AMD64,
    "arm64/defines.toml": ARM64,
}
INI = {
    **FRAGMENTS,
    "defines": "[abi]\nignore-changes:\n x\n# a comment\n y\n\n[base]\n"
    "arches:\n amd64\n arm64\n x32\n"
    "featuresets:\n none\n rt\n",
    "amd64/defines": "[base]\nfeaturesets:\n none\n rt\nkernel-arch: x86\n\n[image]\n"
    "suggests: grub\n",
    "amd64/none/defines": "[base]\nflavours:\n amd64\n cloud-amd64\n\n[cloud-amd64_image]\n"
    "configs:\n config.cloud\n amd64/config.cloud-amd64\n",
    "amd64/rt/defines": "[base]\nflavours:\n amd64\n",
    "arm64/defines": "[base]\nkernel-arch: arm64\nflavours: arm64 arm64-16k\n\n[image]\n"
    "configs: arm64/extra arm64/config\n\n[arm64-16k_image]\nconfigs: arm64/config-page-16k\n",
    "x32/defines": "[base]\nkernel-arch: x86\nfeaturesets:\n",
}
PROVENANCE = "linux 7.2.13-1 of 2026-10-28"
EXPECTED = """\
# Because of #822575
# and so on
CONFIG_A=y
CONFIG_B=m
CONFIG_STRIPPED=y
CONFIG_Z=m
CONFIG_LEVEL=3
"""


def read(*texts: str) -> dict[str, str]:
    return {str(v).partition("/")[2]: s.text for v, s in read_sources(DEBIAN, texts).items()}


def below(prefix: str, files: dict[str, str]) -> dict[str, str]:
    return {prefix + name: text for name, text in files.items()}


def level(text: str) -> str:
    return text.partition("CONFIG_LEVEL=")[2].partition("\n")[0]


@pytest.fixture(scope="module")
def dsc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_dsc(tmp_path_factory.mktemp("dsc"), below("config/", TOML))


@pytest.mark.parametrize("files", [TOML, INI], ids=["toml", "ini"])
def test_the_seven_levels(tmp_path: Path, files: dict[str, str]) -> None:
    write_files(tmp_path, {**files, "amd64/defines.toml": AMD64 + RT})
    words = ["x86_64", "x86_64:cloud", "x86_64:rt", "aarch64", "aarch64:16k"]
    found = read(*(f"{word}={tmp_path}" for word in words))
    assert {word: level(text) for word, text in found.items()} == {
        "x86_64": "3",
        "x86_64:cloud": "4",
        "x86_64:rt": "7",
        "aarch64": "3",
        "aarch64:16k": "16",
    }
    assert found["x86_64"] == EXPECTED
    assert "# CONFIG_A is not set\nCONFIG_B=m" in found["x86_64:cloud"], "the place of the first"
    assert "CONFIG_RT=y" in found["x86_64:rt"]
    assert "CONFIG_EXTRA=y" in found["aarch64"]


def test_a_package(dsc: Path) -> None:
    found = read(str(dsc))
    assert sorted(found) == ["aarch64", "aarch64:16k", "x86_64", "x86_64:cloud"]
    assert found["x86_64"] == EXPECTED
    sources = read_sources(DEBIAN, [str(dsc)])
    assert provenance_of(sources.values()) == PROVENANCE


@pytest.mark.parametrize("inside", [".", "debian", "debian/config"])
def test_a_tree(dsc: Path, tmp_path: Path, inside: str) -> None:
    run("dpkg-source", "-x", dsc, tmp_path / "linux", cwd=tmp_path)
    path = tmp_path / "linux" / inside
    assert read(str(path)) == read(str(dsc))
    assert provenance_of(read_sources(DEBIAN, [str(path)]).values()) == PROVENANCE


def test_a_signed_package(dsc: Path, tmp_path: Path) -> None:
    for path in dsc.parent.glob("linux_*"):
        shutil.copy(path, tmp_path)
    signed = tmp_path / dsc.name
    signed.write_text(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + dsc.read_text()
        + "\n-----BEGIN PGP SIGNATURE-----\n\niQIz\n-----END PGP SIGNATURE-----\n"
    )  # fmt: skip
    assert read(str(signed)) == read(str(dsc))


def test_one_that_we_made(tmp_path: Path) -> None:
    files = {
        "kernel-x86_64.config": "CONFIG_LEVEL=1\n",
        "kernel-x86_64-cloud.config": "CONFIG_LEVEL=2\n",
    }
    path = make_dsc(tmp_path, below("config/", files))
    assert {word: level(text) for word, text in read(str(path)).items()} == {
        "x86_64": "1",
        "x86_64:cloud": "2",
    }


def test_a_featureset_has_to_be_asked_for(tmp_path: Path) -> None:
    write_files(tmp_path, {**TOML, "amd64/defines.toml": AMD64 + RT})
    with pytest.raises(UsageError, match=r"x86_64:rt is of featureset rt, .* patches") as error:
        read(str(tmp_path))
    assert f"name it where your tree has them: x86_64:rt={tmp_path}" in error.value.hint
    assert f"the others: x86_64={tmp_path}" in error.value.hint


def test_the_test_kernel_is_left_out_but_where_it_is_known(tmp_path: Path) -> None:
    write_files(tmp_path, TOML)
    own = distro("own", arch("x86_64", "amd64", ["cloud", "test"], {"cloud": "cloud-amd64"}))
    (source,) = read_sources(own, [f"x86_64:test={tmp_path}"]).values()
    assert source.text == "CONFIG_T=y\n", "only what it lists itself"


def test_a_disabled_featureset(tmp_path: Path) -> None:
    files = {**TOML, "amd64/defines.toml": AMD64 + RT, "featureset-rt/defines.toml": "enable=false"}
    assert "x86_64:rt" not in read(str(write_files(tmp_path, files)))
    files = {**INI, "featureset-rt/defines": "[base]\nenabled: false\n"}
    assert "x86_64:rt" not in read(str(write_files(tmp_path / "ini", files)))


def test_kernels_that_are_not_known(tmp_path: Path) -> None:
    more = (
        AMD64 + "[[featureset.flavour]]\nname = 'amd64'\n[[featureset.flavour]]\nname='big-amd64'\n"
    )
    write_files(tmp_path, {**TOML, "amd64/defines.toml": more})
    with pytest.raises(UsageError, match="no configuration of: amd64 big-amd64") as error:
        read(str(tmp_path))
    assert 'flavours = ["cloud", "rt", "big"]' in error.value.hint
    assert 'big = "big-amd64"' in error.value.hint


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("defines.toml", "[[kernelarch]\n", r"defines\.toml:1: "),
        ("defines.toml", "kernelarch = 3\n", r"defines\.toml: kernelarch must be tables"),
        ("defines.toml", "[[kernelarch]]\n", r"defines\.toml: a \[\[kernelarch\]\] without name"),
        ("amd64/defines.toml", "[build]\nconfig = 'x'", r"amd64/defines\.toml: config must be"),
        ("amd64/config", "CONFIG_A=y\n||||||| base\n", r"amd64/config:2: expected CONFIG_NAME"),
        ("amd64/config", b"\xff", r"amd64/config:1: not UTF-8"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    write_files(tmp_path, {**TOML, name: text})
    with pytest.raises(UsageError, match=message) as error:
        read(str(tmp_path))
    assert error.value.message.startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("defines", "arches: amd64\n", r"defines:1: File contains no section headers"),
        ("amd64/defines", "[base]\n\n[base]\n", r"amd64/defines:3: "),
        ("amd64/defines", "[base]\nwhat is this\n", r"amd64/defines:2: "),
    ],
)
def test_what_is_wrong_in_old_defines(tmp_path: Path, name: str, text: str, message: str) -> None:
    write_files(tmp_path, {**INI, name: text})
    with pytest.raises(UsageError, match=message):
        read(str(tmp_path))


def test_the_tarball_of_a_package(dsc: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(dsc, tmp_path))
    with pytest.raises(UsageError, match=r"linux_7\.2\.13-1\.debian\.tar\.xz: not there"):
        read(str(copy))
    tarball = dsc.with_name("linux_7.2.13-1.debian.tar.xz")
    (tmp_path / tarball.name).write_bytes(tarball.read_bytes()[:-1])
    with pytest.raises(UsageError, match=r"debian\.tar\.xz: its SHA-256 is not the one in .*\.dsc"):
        read(str(copy))


def test_a_package_without(tmp_path: Path) -> None:
    path = make_dsc(tmp_path, {"config/readme": "nothing"})
    with pytest.raises(UsageError, match=r"neither defines\.toml nor kernel-\*\.config"):
        read(str(path))
    old = tmp_path / "old.dsc"
    old.write_text(
        "Format: 1.0\nSource: linux\nVersion: 3.19.0-30.34\nChecksums-Sha256:\n aa 1 a.gz\n"
    )
    with pytest.raises(UsageError, match=r"no \.debian\.tar .*1\.0") as error:
        read(str(old))
    assert "dpkg-source -x" in error.value.hint


@pytest.mark.parametrize("text", ["Source: x\nChecksums-Sha256:\n abc\n", "Source: x\n-----BEGIN"])
def test_a_damaged_package(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.dsc"
    path.write_text(f"-----BEGIN PGP SIGNED MESSAGE-----\n\n{text}")
    with pytest.raises(UsageError, match=r"x\.dsc: (damaged|no \.debian\.tar)"):
        read(str(path))


def test_nothing_is_read_through_a_link_in_a_tarball(dsc: Path, tmp_path: Path) -> None:
    """A member that is no file is passed over, whatever it points to."""
    tarball = tmp_path / "x.debian.tar.xz"
    with tarfile.open(tarball, "w:xz") as archive:
        link = tarfile.TarInfo("debian/config/defines.toml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    digest = run("sha256sum", tarball, cwd=tmp_path).stdout.split()[0]
    path = tmp_path / "x.dsc"
    size = tarball.stat().st_size
    path.write_text(
        f"Format: 3.0 (quilt)\nSource: x\nChecksums-Sha256:\n {digest} {size} {tarball.name}\n"
    )
    with pytest.raises(UsageError, match="neither defines"):
        read(str(path))


def test_the_stacks_of_a_level_without_files() -> None:
    folder = Folder("x/", {name: text.encode() for name, text in TOML.items()})
    (base,) = [stack for stack in stacks(folder) if stack.kernel == "amd64"]
    assert base.fragments == ["config", "kernelarch-x86/config", "amd64/config"]
    (cloud,) = [stack for stack in stacks(folder) if stack.kernel == "cloud-amd64"]
    assert cloud.fragments[-2:] == ["config.cloud", "amd64/config.cloud-amd64"]
