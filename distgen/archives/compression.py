# SPDX-License-Identifier: GPL-2.0-or-later
"""Compressed data, told by its first bytes and unpacked within a limit."""

import lzma
import zlib
from typing import Any

from distgen.errors import UsageError

GZIP = b"\x1f\x8b"

XZ = b"\xfd7zXZ\x00"

ZSTD = b"\x28\xb5\x2f\xfd"

LIMIT = 64 << 20  # bytes: a hundred times any .config, and far below what could hurt


def decompress(data: bytes, origin: str) -> bytes:
    """``data`` unpacked, where it is gzip or xz by its first bytes."""
    if data.startswith(GZIP):
        unpacker: Any = zlib.decompressobj(wbits=31)
    elif data.startswith(XZ):
        unpacker = lzma.LZMADecompressor()
    else:
        return data
    what = ""
    try:
        plain: bytes = unpacker.decompress(data, LIMIT)
        if not unpacker.eof:
            what = "truncated, or larger than any configuration"
        elif unpacker.unused_data.strip(b"\0"):
            what = "more after its end"
    except (zlib.error, lzma.LZMAError) as error:
        what = f"damaged: {error}"
    if what:
        message = f"{origin}: {what}"
        raise UsageError(message, "get the file again")
    return plain
