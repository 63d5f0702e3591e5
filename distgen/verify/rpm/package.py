# SPDX-License-Identifier: GPL-2.0-or-later
"""A source RPM taken apart: what its header says, and its files in a folder."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from distgen.archives import rpm_package
from distgen.archives.rpm_package import DamagedError
from distgen.archives.tar import LIMIT, Member
from distgen.errors import UsageError
from distgen.verify.rpm.parse import facts


@dataclass(frozen=True, kw_only=True)
class Package:
    """``facts`` are those of ``parse.facts``, ``texts`` every text in the header.

    ``damage`` is why the rest of the files could not be read, "" where all were. The files that
    were are in ``folder``.
    """

    path: Path
    folder: Path
    facts: Mapping[str, Sequence[str]]
    texts: Sequence[str]
    arch: str
    build_host: str
    build_time: int
    members: Sequence[Member] = ()
    damage: str = ""

    @property
    def names(self) -> list[str]:
        """The names of all files that could be read."""
        return [member.name for member in self.members]

    def fact(self, name: str) -> str:
        """A fact of one value."""
        return self.facts[name][0] if self.facts[name] else ""


def take_apart(path: Path, folder: Path) -> Package:
    """Write the files of a source RPM to a folder, each with its digest verified by rpm.

    Raises DamagedError where not even the header can be read, UsageError for a binary package and
    for one whose files have paths or are larger than any kernel.
    """
    members: list[Member] = []
    package = None
    try:
        with rpm_package.opened(path) as (header, archive):
            package = _head(path, folder, header)
            members.extend(_members(path, folder, archive))
    except DamagedError as error:
        if package is None:
            raise
        damage = error.message.removeprefix(f"{path}: ")
        return replace(package, members=tuple(members), damage=damage)
    return replace(package, members=tuple(members))


def _head(path: Path, folder: Path, header: Any) -> Package:
    import rpm  # noqa: PLC0415

    if not header.isSource():
        message = f"{path}: a binary package"
        raise UsageError(message, "give the .src.rpm that it was built from")
    sizes = header[rpm.RPMTAG_LONGFILESIZES] or []
    if sum(sizes) > LIMIT:
        message = f"{path}: its files take {sum(sizes) >> 30} GiB, no kernel takes {LIMIT >> 30}"
        raise UsageError(message, f"rpm -qp --dump {path}")
    return Package(
        path=path,
        folder=folder,
        facts=facts(header),
        texts=list(_texts(header[tag] for tag in header.keys())),  # noqa: SIM118  (no mapping)
        arch=str(header[rpm.RPMTAG_ARCH]),
        build_host=str(header[rpm.RPMTAG_BUILDHOST]),
        build_time=int(header[rpm.RPMTAG_BUILDTIME] or 0),
    )


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (text for text in value if isinstance(text, str))


def _members(path: Path, folder: Path, archive: Any) -> Iterator[Member]:
    for member in archive:
        if "/" in member.name or member.name in ("", ".", ".."):
            message = f"{path}: {member.name!r} has a path, and a source package has only files"
            raise UsageError(message, f"rpm -qpl {path}")
        wrong = "not an ordinary file"
        if archive.hascontent():
            wrong = rpm_package.copy(archive, folder / member.name)
        yield Member(
            name=member.name,
            size=member.size,
            mode=member.mode,
            owner=member.user,
            group=member.group,
            mtime=member.mtime,
            wrong=wrong,
        )
