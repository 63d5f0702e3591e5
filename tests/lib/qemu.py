# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine of its own for a kernel to boot in."""

from pathlib import Path

from tests.lib.command import run


def boot(kernel: Path, initrd: Path, disk: Path, *, append: str = "", memory: int = 512) -> str:
    """What comes out of the serial console until it is powered off, within five minutes.

    /dev/kvm may be there and hang, so the processor is emulated. ``memory`` is in MiB.
    """
    machine = ("-accel", "tcg", "-m", str(memory), "-nographic", "-no-reboot")
    drive = ("-drive", f"file={disk},format=raw,if=virtio")
    words = ("-kernel", kernel, "-initrd", initrd, "-append", f"console=ttyS0 panic=-1 {append}")
    return run(
        "timeout", "300", "qemu-system-x86_64", *machine, *drive, *words, cwd=disk.parent
    ).stdout
