# SPDX-License-Identifier: GPL-2.0-or-later
"""How a .dsc begins."""

SIGNED = b"-----BEGIN PGP SIGNED MESSAGE-----"


def is_dsc(head: bytes) -> bool:
    """Whether a file that begins so is a .dsc, signed or not."""
    return head.startswith((SIGNED, b"Format:")) and b"\nSource:" in head
