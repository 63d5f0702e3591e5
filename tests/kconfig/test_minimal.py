# SPDX-License-Identifier: GPL-2.0-or-later
"""The minimal flavour: what a machine that tests needs comes out, and little else."""

from pathlib import Path

import pytest

from distgen.distros.variant import Variant
from distgen.kconfig.batch import Configuration, resolve_all
from distgen.kconfig.values import parse_values
from distgen.kernel.tree import open_tree
from distgen.layers.layout import open_layout
from tests.lib.command import PROJECT

BUILT_IN = (
    # a root is found, and what happens is seen, before there are modules
    "BLK_DEV_INITRD RD_GZIP RD_XZ RD_ZSTD DEVTMPFS DEVTMPFS_MOUNT BLK_DEV_SD"
    " VIRTIO_PCI VIRTIO_MMIO VIRTIO_BLK VIRTIO_NET VIRTIO_CONSOLE SCSI_VIRTIO HW_RANDOM_VIRTIO"
    " SERIAL_8250_CONSOLE TTY BINFMT_ELF BINFMT_SCRIPT"
    # modules
    " MODULES MODULE_UNLOAD MODVERSIONS KALLSYMS IKCONFIG_PROC"
    # systemd's README and udev
    " CGROUPS MEMCG CGROUP_PIDS CGROUP_BPF CFS_BANDWIDTH PSI NAMESPACES USER_NS PID_NS NET_NS"
    " INOTIFY_USER FANOTIFY SIGNALFD TIMERFD EPOLL FHANDLE SECCOMP_FILTER BPF_SYSCALL DMIID"
    " PROC_FS SYSFS TMPFS TMPFS_POSIX_ACL TMPFS_XATTR UNIX INET IPV6 PACKET"
    # a machine
    " SMP PCI ACPI EFI EFI_STUB RTC_CLASS PARAVIRT"
)
MODULES = (
    "EXT4_FS JBD2 OVERLAY_FS 9P_FS NET_9P_VIRTIO FUSE_FS VIRTIO_FS VFAT_FS SQUASHFS AUTOFS_FS"
    " BLK_DEV_LOOP BINFMT_MISC VIRTIO_BALLOON VIRTIO_VSOCKETS EFIVAR_FS"
)
OF_ARCH = {
    "x86_64": ("KVM_GUEST", "RTC_DRV_CMOS", "VGA_CONSOLE", "PVH"),
    "aarch64": ("SERIAL_AMBA_PL011_CONSOLE", "RTC_DRV_PL031", "PCI_HOST_GENERIC", "ARM_PSCI_FW"),
}
OFF = (
    "EXPERT DEBUG_KERNEL DEBUG_INFO DEBUG_INFO_BTF MODULE_SIG MODULE_COMPRESS GCC_PLUGINS RUST"
    " SOUND DRM USB_SUPPORT WIRELESS WLAN MEDIA_SUPPORT NETFILTER ETHERNET INFINIBAND STAGING"
    " ATA KVM XEN SECURITY EFI_ZBOOT"
)
MOST = 350  # options that are on and could be off; Debian's cloud flavour has over 1,600


@pytest.fixture(scope="module")
def minimal(kconfig_tree: Path) -> dict[Variant, Configuration]:
    layout = open_layout(PROJECT / "distro")
    variants = [variant for variant in layout.variants if variant.flavour == "minimal"]
    assert len(variants) == 8
    tree = open_tree(kconfig_tree)
    return resolve_all(tree, layout.requests(variants), settable=True, config=True, causes=True)


def lacking(variant: Variant, config: bytes) -> dict[str, str]:
    """What does not come out as a machine that tests needs it, with what does."""
    wanted = dict.fromkeys((*BUILT_IN.split(), *OF_ARCH[variant.arch]), "y")
    wanted |= dict.fromkeys(MODULES.split(), "m") | dict.fromkeys(OFF.split(), "n")
    values = parse_values(config)
    return {s: values.get(s, "n") for s, value in wanted.items() if values.get(s, "n") != value}


def test_what_a_guest_needs_comes_out(minimal: dict[Variant, Configuration]) -> None:
    for variant, made in minimal.items():
        assert lacking(variant, made.config) == {}, variant


def test_it_is_small(minimal: dict[Variant, Configuration]) -> None:
    for variant, made in minimal.items():
        on = [symbol for symbol, value in made.settable.items() if value in ("y", "m")]
        assert len(on) <= MOST, f"{variant}: {len(on)}"
        assert len([s for s in on if made.settable[s] == "m"]) <= 30, variant


def test_distributions_agree(minimal: dict[Variant, Configuration]) -> None:
    """On whether an option is on; choices, numbers and texts stay theirs."""
    for arch in OF_ARCH:
        some = [made for variant, made in minimal.items() if variant.arch == arch]
        differing = {
            symbol
            for symbol, value in (item for made in some for item in made.settable.items())
            if value in ("y", "m", "n")
            and some[0].options[symbol].default != "-"  # a member of a choice
            and any(made.settable.get(symbol, value) != value for made in some)
        }
        assert differing == set(), arch


def test_other_kernels_have_it_too(resolved: Path) -> None:
    layout = open_layout(resolved / "distro")
    for variant in layout.variants:
        if variant.flavour == "minimal":
            path = resolved / "distro/out" / variant.distro / "configs" / variant.config
            assert lacking(variant, path.read_bytes()) == {}, variant
