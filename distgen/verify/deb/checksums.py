# SPDX-License-Identifier: GPL-2.0-or-later
"""The files that a .dsc lists, against those that lie beside it."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from distgen.verify.deb.stanza import Stanza

CHECKSUMS = {"Files": "md5", "Checksums-Sha1": "sha1", "Checksums-Sha256": "sha256"}
ROW = re.compile(r"([0-9a-f]{32,64}) (\d+) (\S+)")
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+~_-]*")  # names that need no quoting and lead nowhere
CHUNK = 1 << 20
Wrong = tuple[str, str]  # where, and what


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A file as a .dsc has it; ``digests`` are by the name of the algorithm."""

    name: str
    size: int
    digests: Mapping[str, str]


def read(dsc: Stanza) -> tuple[list[Listed], list[Wrong]]:
    """The files in their order, and what is wrong with the lists."""
    found: list[Wrong] = []
    files: dict[str, dict[str, tuple[str, int]]] = {}
    for field, algorithm in CHECKSUMS.items():
        rows = dsc.rows(field)
        if not rows:
            found.append((field, "missing: it lists the files"))
        for row in rows:
            match = ROW.fullmatch(row)
            digits = hashlib.new(algorithm).digest_size * 2
            if not match or len(match[1]) != digits or not PLAIN.fullmatch(match[3]):
                found.append((field, f"no {algorithm}, size and plain name: {row[:80]!r}"))
            elif algorithm in files.setdefault(match[3], {}):
                found.append((field, f"lists {match[3]} twice"))
            else:
                files[match[3]][algorithm] = (match[1], int(match[2]))
    for name, digests in files.items():
        for field, algorithm in CHECKSUMS.items():
            if algorithm not in digests:
                found.append((field, f"does not list {name}, and another field does"))
        if len({size for _, size in digests.values()}) > 1:
            found.append((name, "the fields give several sizes"))
    listed = [
        Listed(
            name=name,
            size=min(size for _, size in digests.values()),
            digests={algorithm: digest for algorithm, (digest, _) in digests.items()},
        )
        for name, digests in files.items()
    ]
    return listed, found


def check(listed: Sequence[Listed], folder: Path) -> Iterator[Wrong]:
    """Each file is there, of its size, and has its digests."""
    for file in listed:
        path = folder / file.name
        if not path.is_file():
            yield file.name, "missing: the .dsc lists it"
            continue
        if (size := path.stat().st_size) != file.size:
            yield file.name, f"of {size} bytes, and the .dsc says {file.size}"
            continue
        digests = {algorithm: hashlib.new(algorithm) for algorithm in file.digests}
        with path.open("rb") as content:
            while chunk := content.read(CHUNK):
                for digest in digests.values():
                    digest.update(chunk)
        wrong = [name for name in digests if digests[name].hexdigest() != file.digests[name]]
        if wrong:
            yield file.name, f"truncated or damaged, {', '.join(wrong)} differs"
