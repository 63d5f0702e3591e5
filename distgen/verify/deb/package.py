# SPDX-License-Identifier: GPL-2.0-or-later
"""A Debian source package taken apart: what its .dsc says, and its debian/ in a folder."""

import shutil
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from distgen.archives.dsc import SIGNED
from distgen.archives.tar import Member, unpack
from distgen.errors import UsageError
from distgen.verify.deb import checksums
from distgen.verify.deb.checksums import Listed
from distgen.verify.deb.stanza import Stanza, read
from distgen.verify.finding import AGAIN, Check, Finding

DEBIAN = ".debian.tar.xz"
LARGEST = 1 << 20  # bytes of a .dsc
LIMIT = 1 << 30  # bytes of debian/: patches to the next release are a tenth of that
FOLDER_MODE = stat.S_IFDIR | 0o755
FILE_MODES = (stat.S_IFREG | 0o644, stat.S_IFREG | 0o755)
RULES = "debian/rules"
PACKED = "make it again: distro/scripts/deb/dsc sets modes, owners and times"


@dataclass(frozen=True, kw_only=True)
class DebianPackage:
    """``folder`` holds what debian.tar does; ``damage`` has what is missing or broken of it all."""

    path: Path
    folder: Path
    dsc: Stanza
    listed: Sequence[Listed]
    members: Sequence[Member]
    damage: Sequence[Finding]

    @property
    def debian(self) -> Path:
        """Its debian/."""
        return self.folder / "debian"

    @property
    def orig(self) -> Path | None:
        """The tarball of the kernel, from the root; None where it lists none."""
        names = (file.name for file in self.listed if ".orig.tar." in file.name)
        return next((self.path.parent.absolute() / name for name in names), None)


def take_apart(path: Path, folder: Path) -> DebianPackage:
    """Look at the files that a .dsc lists and unpack debian.tar; signatures are not verified.

    Raises UsageError for what cannot be a .dsc.
    """
    dsc = _read(path)
    listed, wrong = checksums.read(dsc)
    wrong += checksums.check(listed, path.parent)
    damage = [Finding(Check.PAYLOAD, where, what, AGAIN) for where, what in wrong]
    members: list[Member] = []
    for file in listed:
        archive = path.parent / file.name
        if file.name.endswith(DEBIAN) and archive.is_file() and not members:
            try:
                members = unpack(archive, folder, LIMIT)
            except UsageError as error:
                what = error.message.removeprefix(f"{file.name}: ")
                damage.append(Finding(Check.PAYLOAD, file.name, what, error.hint))
                shutil.rmtree(folder)  # a part of it would only be called incomplete
    return DebianPackage(
        path=path, folder=folder, dsc=dsc, listed=listed, members=members, damage=damage
    )


def _read(path: Path) -> Stanza:
    from debian.deb822 import Deb822  # noqa: PLC0415

    message = hint = ""
    if path.stat().st_size > LARGEST:
        message, hint = f"{path}: more than {LARGEST >> 20} MiB", "a .dsc is a list of files"
    else:
        try:
            content = path.read_bytes()
            if content.startswith(SIGNED):
                _, payload, _ = Deb822.split_gpg_and_payload(iter(content.splitlines()))
                content = b"\n".join(payload)
            stanzas = read(content.decode())
        except (ValueError, EOFError) as error:
            message, hint = f"{path}: damaged: {error}", f"dscverify {path}"
        else:
            if len(stanzas) == 1:
                return stanzas[0]
            message, hint = f"{path}: {len(stanzas)} stanzas, and a .dsc has one", f"cat {path}"
    raise UsageError(message, hint)


def check(package: DebianPackage) -> Iterator[Finding]:
    """Modes, owners and times of what is in debian.tar, and that nothing is beside debian/."""
    times = Counter(member.mtime for member in package.members).most_common(1)
    for member in package.members:
        for what in _wrong(member, times[0][0]):
            yield Finding(Check.PAYLOAD, member.name, what, PACKED)


def _wrong(member: Member, time: int) -> Iterator[str]:
    if member.name.partition("/")[0] != "debian":
        yield "beside debian/: dpkg-source would put it into the kernel"
    folder = stat.S_ISDIR(member.mode)
    if not (member.mode == FOLDER_MODE if folder else member.mode in FILE_MODES):
        wanted = FOLDER_MODE if folder else FILE_MODES[0]
        yield f"mode {stat.filemode(member.mode)}, and not {stat.filemode(wanted)}"
    elif member.name == RULES and not member.mode & 0o100:
        yield "cannot be executed"
    if (member.owner, member.group) != ("root", "root"):
        yield f"owned by {member.owner}:{member.group}, not root"
    if member.mtime != time:
        yield f"{member.mtime - time:+} s: all files have the time of the commit"
