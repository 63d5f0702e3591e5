# SPDX-License-Identifier: GPL-2.0-or-later
"""From a checkout of 6.12 to a running kernel: .dsc, .debs, a fresh Debian, QEMU."""

import os
import platform
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lib.command import distgen, git, run
from tests.lib.qemu import boot

pytestmark = pytest.mark.skipif(
    not Path("/etc/debian_version").exists(), reason="only Debian builds its packages"
)

FLAVOUR = "minimal-amd64"
SOURCES = ("/etc/apt/sources.list", *Path("/etc/apt/sources.list.d").glob("*.sources"))
# What the packages want to be there, and what building a module takes
INCLUDE = "busybox,gcc,initramfs-tools,kmod,linux-base,make"
INIT = """#!/bin/sh
echo "RELEASE $(uname -r)"
insmod /root/hello.ko
cat /proc/modules
busybox poweroff -f
"""


@dataclass(frozen=True, kw_only=True)
class Root:
    """A Debian with the packages in it, as a tar archive, and what is in its /boot."""

    archive: Path
    boot: Path
    release: str  # uname -r


@pytest.fixture(scope="module")
def debs(clone: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what `make debian-debs` of the minimal flavour has built."""
    tree = clone("6.12")
    version = run("make", "-s", "kernelversion", cwd=tree).stdout.strip()
    git(tree, "tag", "-a", "-m", f"Linux {version}", f"v{version}")
    distgen("init", tree, "--distro=debian")
    # The objects are the same wherever they are built, and ccache has them after the first time
    path = f"/usr/lib/ccache:{os.environ['PATH']}"
    run("make", "-j2", "deb-debs", "ARCHES=x86_64", "FLAVOURS=minimal",
        "DEBOPTS=-d -Ppkg.linux.notools,nodoc", cwd=tree,
        env={"PATH": path, "CCACHE_BASEDIR": str(tree)})  # fmt: skip
    folder = tmp_path_factory.mktemp("debs-") / "debs"
    run("cp", "-r", tree / "distro/out/debian/debs", folder, cwd=tree)
    run("cp", tree / "distro/package/deb/tests-module", folder / "module", cwd=tree)
    distgen("remove", tree, "--all")
    assert git(tree, "status", "--ignored", "--porcelain") == ""
    run("rm", "-rf", tree.parent, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def root(debs: Path, tmp_path_factory: pytest.TempPathFactory) -> Root:
    """A Debian of this machine's release, in which apt installs the packages."""
    folder = tmp_path_factory.mktemp("root-")
    (folder / "init").write_text(INIT)
    (folder / "init").chmod(0o755)
    archive = folder / "root.tar"
    suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
    install = "apt-get -q -y --no-install-recommends install /root/debs/*.deb"
    test = f"AUTOPKGTEST_TMP=/root sh /root/debs/module {FLAVOUR}"
    run("mmdebstrap", "--variant=apt", f"--include={INCLUDE}",
        f"--customize-hook=copy-in {debs} /root",
        f"--customize-hook=copy-in {folder}/init /",
        f'--customize-hook=chroot "$1" sh -ec "{install}; {test}; rm -r /root/debs"',
        suite, archive, *(path for path in SOURCES if Path(path).exists()), cwd=folder)  # fmt: skip
    run("tar", "-xf", archive, "./boot", cwd=folder)
    (kernel,) = (folder / "boot").glob("vmlinuz-*")
    release = kernel.name.removeprefix("vmlinuz-")
    return Root(archive=archive, boot=folder / "boot", release=release)


def test_what_is_built(debs: Path) -> None:
    names = sorted(path.name.split("_")[0] for path in debs.glob("*.deb"))
    (abi,) = {name.split("-")[2] for name in names if name.endswith("-common")}
    assert names == sorted([
        f"linux-headers-{abi}-common", f"linux-headers-{abi}-{FLAVOUR}", f"linux-headers-{FLAVOUR}",
        f"linux-image-{abi}-{FLAVOUR}", f"linux-image-{FLAVOUR}", "linux-libc-dev",
    ])  # fmt: skip


def test_lintian_finds_no_errors(debs: Path) -> None:
    done = run("lintian", "--allow-root", "--fail-on=error", *debs.glob("*.deb"), cwd=debs)
    assert "\nE: " not in f"\n{done.stdout}"


def test_the_package_makes_its_initramfs(root: Root) -> None:
    assert (root.boot / f"initrd.img-{root.release}").stat().st_size > 1 << 20
    names = run("tar", "-tf", root.archive, cwd=root.boot).stdout.splitlines()
    assert f"./usr/lib/modules/{root.release}/modules.dep" in names
    assert "./vmlinuz" in names  # the link of linux-update-symlinks
    assert f"./usr/lib/modules/{root.release}/.fresh-install" not in names


def test_it_boots(root: Root, tmp_path: Path) -> None:
    """From ext4, whose module is in the initramfs, and it takes the module that was built."""
    disk = tmp_path / "disk"
    unpack = f"mkdir root; tar -xf {root.archive} -C root --exclude='./dev/*'"
    make = f"/sbin/mke2fs -q -t ext4 -d root {disk} 1G"
    fakeroot = ["fakeroot", "sh", "-ec", f"{unpack}; {make}; rm -r root"]
    subprocess.run(fakeroot, cwd=tmp_path, check=True)
    kernel, initrd = root.boot / f"vmlinuz-{root.release}", root.boot / f"initrd.img-{root.release}"
    said = boot(kernel, initrd, disk, append="root=/dev/vda rw init=/init", memory=1024)
    assert f"RELEASE {root.release}" in said, said
    assert "hello from a module" in said
    loaded = said.partition("RELEASE")[2]
    assert "\nhello " in loaded.replace("\r", "")
    assert "ext4 " in loaded
    assert "reboot: Power down" in said
