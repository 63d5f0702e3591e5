# SPDX-License-Identifier: GPL-2.0-or-later
"""The header of a source RPM, and its files written to a folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distgen.archives import rpm_package
from distgen.archives.rpm_package import DamagedError
from distgen.archives.tar import LIMIT
from distgen.errors import UsageError
from distgen.run import run
from distgen.verify.finding import AGAIN, Check, Finding
from distgen.verify.rpm.parse import facts

THE_PACKAGE = "the package"


@dataclass(frozen=True, kw_only=True)
class Header:
    """``facts`` are those of ``parse.facts``; empty where it cannot be read."""

    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    arch: str = ""
    build_host: str = ""
    build_time: int = 0

    def fact(self, name: str) -> str:
        """A fact of one value."""
        return self.facts[name][0] if self.facts[name] else ""


def read(path: Path, folder: Path) -> tuple[Header, list[str], list[Finding]]:
    """The header, the names of the files that are whole, and what is damaged.

    rpm verifies the digest of each. Raises UsageError for a binary package and for one whose files
    have paths or are larger than any kernel.
    """
    header, names = Header(), []
    found = list(_digests(path))
    try:
        with rpm_package.opened(path) as (raw, archive):
            header = _header(path, raw)
            for name, wrong in _files(path, folder, archive):
                if wrong:
                    found.append(Finding(Check.PAYLOAD, name, wrong, AGAIN))
                else:
                    names.append(name)
    except DamagedError as error:
        what = error.message.removeprefix(f"{path}: ")
        found.append(Finding(Check.PAYLOAD, THE_PACKAGE, what, AGAIN))
    return header, names, found


def _digests(path: Path) -> Iterator[Finding]:
    """What rpm says of the digests of header and payload."""
    argv = ["rpmkeys", "--checksig", "--nosignature", "-v", str(path.resolve())]
    for line in run(argv, cwd=Path("/"), check=False).stdout.splitlines():
        if "digest" in line and not line.rstrip().endswith("OK"):
            what = line.strip().partition(" (")[0]
            yield Finding(Check.PAYLOAD, THE_PACKAGE, f"rpm says: {what}", AGAIN)


def _header(path: Path, header: Any) -> Header:
    import rpm  # noqa: PLC0415

    if not header.isSource():
        message = f"{path}: a binary package"
        raise UsageError(message, "give the .src.rpm that it was built from")
    sizes = header[rpm.RPMTAG_LONGFILESIZES] or []
    if sum(sizes) > LIMIT:
        message = f"{path}: its files take {sum(sizes) >> 30} GiB, no kernel takes {LIMIT >> 30}"
        raise UsageError(message, f"rpm -qp --dump {path}")
    return Header(
        facts=facts(header),
        arch=str(header[rpm.RPMTAG_ARCH]),
        build_host=str(header[rpm.RPMTAG_BUILDHOST]),
        build_time=int(header[rpm.RPMTAG_BUILDTIME] or 0),
    )


def _files(path: Path, folder: Path, archive: Any) -> Iterator[tuple[str, str]]:
    """Each with what is wrong with it, or ""."""
    for member in archive:
        if "/" in member.name or member.name in ("", ".", ".."):
            message = f"{path}: {member.name!r} has a path, and a source package has only files"
            raise UsageError(message, f"rpm -qpl {path}")
        wrong = "not an ordinary file"
        if archive.hascontent():
            wrong = rpm_package.copy(archive, folder / member.name)
        yield member.name, wrong
