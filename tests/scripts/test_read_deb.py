# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that dpkg-deb made: linux-config-* with many configurations, linux-image-* with one."""

import lzma
from pathlib import Path

import pytest

from distgen.distros.distro import Distro
from distgen.errors import UsageError
from distgen.sources.kinds import provenance_of, read_sources
from tests.lib.distros import DEBIAN, UBUNTU
from tests.lib.packages import make_deb

LISTED = "usr/src/linux-config-7.2/config."
CONFIGS = {
    f"{LISTED}amd64_none_amd64.xz": lzma.compress(b"CONFIG_OF=1\n"),
    f"{LISTED}amd64_none_cloud-amd64.xz": lzma.compress(b"CONFIG_OF=2\n"),
    f"{LISTED}amd64_rt_amd64": b"CONFIG_OF=3\n",
    "usr/share/doc/linux-config-7.2/copyright": b"GPL\n",
}


def which(path: Path, target: Distro = DEBIAN, word: str = "") -> dict[str, str]:
    sources = read_sources(target, [f"{word}={path}" if word else str(path)])
    return {str(v).partition("/")[2]: s.text[10:-1] for v, s in sources.items()}


@pytest.mark.parametrize("compression", ["xz", "gzip", "zstd", "none"])
def test_a_config_package(tmp_path: Path, compression: str) -> None:
    path = make_deb(tmp_path, CONFIGS, compression=compression)
    assert which(path) == {"x86_64": "1", "x86_64:cloud": "2", "x86_64:rt": "3"}
    assert which(path, word="x86_64:cloud") == {"x86_64:cloud": "2"}
    sources = read_sources(DEBIAN, [str(path)])
    assert provenance_of(sources.values()) == "linux-config-7.2 7.2.13-1"


@pytest.mark.parametrize(
    ("release", "arch", "target", "variant"),
    [
        ("6.1.0-50-amd64", "amd64", DEBIAN, "x86_64"),
        ("6.1.0-50-cloud-amd64", "amd64", DEBIAN, "x86_64:cloud"),
        ("7.2.13+deb14-rt-amd64", "amd64", DEBIAN, "x86_64:rt"),
        ("7.2.13+deb14-arm64-16k", "arm64", DEBIAN, "aarch64:16k"),
        ("6.3.0-trunk-amd64", "amd64", DEBIAN, "x86_64"),
        ("6.1.0-0.deb11.5-amd64", "amd64", DEBIAN, "x86_64"),
        ("7.2-rc4-armmp", "armhf", DEBIAN, "armv7l"),
        ("7.2-rc4-armmp-lpae", "armhf", DEBIAN, "armv7l:lpae"),
        ("7.0.0-14-generic", "amd64", UBUNTU, "x86_64"),
        ("7.0.0-14-generic-64k", "arm64", UBUNTU, "aarch64:64k"),
    ],
)
def test_an_image(tmp_path: Path, release: str, arch: str, target: Distro, variant: str) -> None:
    files = {f"boot/config-{release}": "CONFIG_OF=1\n", f"boot/vmlinuz-{release}": "x"}
    path = make_deb(tmp_path, files, name=f"linux-image-{release}", arch=arch)
    assert which(path, target) == {variant: "1"}


@pytest.mark.parametrize(
    ("release", "arch", "lines"),
    [
        (
            "6.1.0-50-e500-amd64",
            "amd64",
            ['flavours = ["cloud", "rt", "e500"]', 'e500 = "e500-amd64"'],
        ),
        ("7.2.13+deb14-arm64-64k", "arm64", ['flavours = ["16k", "64k"]', '64k = "arm64-64k"']),
        ("7.2-rc4-powerpc64le", "ppc64el", ['package = "ppc64el"', '"" = "powerpc64le"']),
    ],
)
def test_an_image_that_is_not_known(
    tmp_path: Path, release: str, arch: str, lines: list[str]
) -> None:
    path = make_deb(tmp_path, {f"boot/config-{release}": "CONFIG_OF=1\n"}, arch=arch)
    with pytest.raises(UsageError, match="debian has no configuration of: ") as error:
        which(path)
    for line in lines:
        assert line in error.value.hint


def test_a_base_kernel_with_a_name_of_its_own(tmp_path: Path) -> None:
    """The name that is missing is what makes the base one known."""
    files = {f"{LISTED}riscv64_none_{name}": "CONFIG_OF=1\n" for name in ("sifive", "sifive-64k")}
    with pytest.raises(UsageError) as error:
        which(make_deb(tmp_path, files, arch="riscv64"))
    assert 'flavours = ["64k"]' in error.value.hint
    assert '"" = "sifive"' in error.value.hint
    assert '64k = "sifive-64k"' in error.value.hint


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"usr/share/doc/x": "x"}, r"\.deb: no configuration in it"),
        (
            {f"{LISTED}amd64_none_amd64.xz": lzma.compress(b"CONFIG_A=y\n\n=======\n")},
            r"\.deb: /usr/src/linux-config-7\.2/config\.amd64_none_amd64\.xz:3: expected CONFIG_",
        ),
        (
            {f"{LISTED}amd64_none_amd64.xz": lzma.compress(b"CONFIG_A=y\n")[:-5]},
            r"\.deb: /usr/src/.*amd64\.xz: truncated",
        ),
        (
            {
                f"{LISTED}amd64_none_rt-amd64": b"CONFIG_A=y\n",
                f"{LISTED}amd64_rt_amd64": b"CONFIG_A=y\n",
            },
            r"debian/x86_64:rt comes from .*_none_rt-amd64 and from .*_rt_amd64",
        ),
    ],
)
def test_what_is_wrong_in_it(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        which(make_deb(tmp_path, files))


def test_a_truncated_package(tmp_path: Path) -> None:
    whole = make_deb(tmp_path, CONFIGS).read_bytes()
    path = tmp_path / "short.deb"
    for size in [*range(30, 200, 10), *range(200, len(whole) - 10, 50)]:
        path.write_bytes(whole[:size])
        with pytest.raises(UsageError, match=r"short\.deb: (truncated|/usr/src/)"):
            which(path)
