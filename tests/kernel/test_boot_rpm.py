# SPDX-License-Identifier: GPL-2.0-or-later
"""From a checkout of 6.12 to a running kernel: SRPM, RPMs, an installed root, QEMU."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lib.command import distgen, git, run
from tests.lib.qemu import boot

# What the scriptlets of the packages and the guest's init call
APPLETS = ("sh", "cp", "mount", "uname", "cat", "poweroff")
KMOD = ("depmod", "modprobe")
INIT = """#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
modprobe ext4
mount -t ext4 -o ro /dev/vda /mnt
echo "RELEASE $(uname -r)"
cat /mnt/message /proc/modules
poweroff -f
"""


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A root that the packages are installed in."""

    root: Path
    release: str  # uname -r
    packages: tuple[Path, ...]

    @property
    def modules(self) -> Path:
        """Its modules."""
        return self.root / "lib/modules" / self.release


@pytest.fixture(scope="module")
def packages(
    clone: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ...]:
    """What ``rpmbuild --rebuild --with minimalonly`` makes of the SRPM with all configurations."""
    tree = clone("6.12")
    version = run("make", "-s", "kernelversion", cwd=tree).stdout.strip()
    git(tree, "tag", "-a", "-m", f"Linux {version}", f"v{version}")
    distgen("init", tree, "--distro=fedora")
    run("make", "-j2", "fedora-srpm", cwd=tree)
    (srpm,) = (tree / "distro/out/fedora/SRPMS").glob("*.src.rpm")
    topdir = tmp_path_factory.mktemp("rpmbuild-")
    path = f"/usr/lib/ccache:/usr/lib64/ccache:{os.environ['PATH']}"
    run("rpmbuild", "--rebuild", "--nodeps", "--with", "minimalonly",
        "--define", f"_topdir {topdir}", srpm,
        cwd=topdir, env={"PATH": path, "CCACHE_BASEDIR": str(topdir)})  # fmt: skip
    shutil.rmtree(tree.parent)
    return tuple(sorted(topdir.glob("RPMS/*/*.rpm")))


def add_kmod(root: Path) -> None:
    """The real one, with the libraries that it needs: it is what the packages require."""
    needed = re.findall(r"(/\S+) \(0x", run("ldd", "/bin/kmod", cwd=root).stdout)
    for path in ("/bin/kmod", *needed):
        target = root / path.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for name in KMOD:
        (root / "bin" / name).symlink_to("kmod")


@pytest.fixture(scope="module")
def installed(packages: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The packages in a root that holds nothing but a shell and what their scriptlets call."""
    root = tmp_path_factory.mktemp("root-")
    for folder in ("bin", "boot", "lib64"):
        (root / folder).mkdir()
    shutil.copy("/bin/busybox", root / "bin/busybox")
    for applet in APPLETS:
        (root / "bin" / applet).symlink_to("busybox")
    add_kmod(root)
    # chroot is root's, or that of who is root in a namespace of one's own
    as_root = () if os.getuid() == 0 else ("unshare", "-r")
    done = run(*as_root, "rpm", "--root", root, "--nodeps", "-i", *packages, cwd=root)
    assert "failed" not in done.stderr
    (modules,) = (root / "lib/modules").iterdir()
    return Installed(root=root, release=modules.name, packages=packages)


def test_only_the_flavour_that_was_asked_for(packages: tuple[Path, ...]) -> None:
    names = [path.name.partition("-6.")[0] for path in packages]
    parts = ("", "-core", "-devel", "-modules", "-modules-extra")
    assert names == [f"kernel-minimal{part}" for part in parts]


def test_the_configuration_is_the_resolved_one(installed: Installed) -> None:
    config = (installed.modules / "config").read_text()
    assert config == (installed.root / f"boot/config-{installed.release}").read_text()
    for line in ("CONFIG_EXT4_FS=m", "CONFIG_MODVERSIONS=y", "CONFIG_VIRTIO_BLK=y"):
        assert line in config.splitlines()


def test_depmod_knows_every_module(installed: Installed) -> None:
    known = (installed.modules / "modules.dep").read_text()
    for module in installed.modules.rglob("*.ko*"):
        assert str(module.relative_to(installed.modules)) in known
    map_file = installed.modules / "System.map"
    release = installed.release
    words = ("-n", "-e", "-F", map_file, "-b", installed.root, release)
    done = run("/sbin/depmod", *words, cwd=installed.root)
    assert done.stderr == ""
    assert re.search(r"^kernel/fs/ext4/ext4\.ko\S*:.* kernel/fs/jbd2/jbd2\.ko", known, re.M)


def test_modules_can_be_built_for_it(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("obj-m := hello.o\n")
    (tmp_path / "hello.c").write_text(
        '#include <linux/module.h>\nMODULE_LICENSE("GPL");\nMODULE_DESCRIPTION("hello");\n'
    )
    devel = installed.root / "usr/src/kernels" / installed.release
    run("make", "-C", devel, f"M={tmp_path}", "modules", cwd=tmp_path)
    magic = run("/sbin/modinfo", "-F", "vermagic", tmp_path / "hello.ko", cwd=tmp_path).stdout
    assert magic.split()[0] == installed.release


def initramfs(installed: Installed, folder: Path) -> Path:
    """A shell, kmod and the modules that were installed, and an init."""
    for name in ("proc", "sys", "dev", "mnt"):
        (folder / name).mkdir()
    links = shutil.ignore_patterns("build", "source")
    for name in ("bin", "lib", "lib64"):
        shutil.copytree(installed.root / name, folder / name, symlinks=True, ignore=links)
    (folder / "usr").symlink_to(".")  # ext4 asks for crc32c: the kernel calls /usr/bin/modprobe
    (folder / "init").write_text(INIT)
    (folder / "init").chmod(0o755)
    image = folder.parent / "initramfs"
    with image.open("wb") as out:
        names = run("find", ".", cwd=folder).stdout
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input=names.encode(),
                       stdout=out, cwd=folder, check=True)  # fmt: skip
    return image


def disk(folder: Path) -> Path:
    """An ext4 file system with a message in it."""
    (folder / "message").write_text("MESSAGE from ext4\n")
    image = folder.parent / "disk"
    run("/sbin/mke2fs", "-q", "-t", "ext4", "-d", folder, image, "16M", cwd=folder)
    return image


def test_it_boots(installed: Installed, tmp_path: Path) -> None:
    for name in ("initramfs.d", "disk.d"):
        (tmp_path / name).mkdir()
    initrd = initramfs(installed, tmp_path / "initramfs.d")
    kernel = installed.root / f"boot/vmlinuz-{installed.release}"
    said = boot(kernel, initrd, disk(tmp_path / "disk.d"))
    assert f"RELEASE {installed.release}" in said, said
    assert "MESSAGE from ext4" in said
    assert "ext4 " in said.partition("MESSAGE")[2]
    assert "reboot: Power down" in said
