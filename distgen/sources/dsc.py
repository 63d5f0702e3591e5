# SPDX-License-Identifier: GPL-2.0-or-later
"""A Debian source package (.dsc), or a tree that holds what is in one: a ``debian/config``.

Debian's own holds fragments and the ``defines`` that say how they add up; one that we made holds
whole configurations, ``kernel-*.config``. Nothing is unpacked: files are read into memory.
"""

import hashlib
import io
import tarfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from distgen.archives.compression import LIMIT
from distgen.archives.dsc import is_dsc
from distgen.archives.tar import DAMAGED, contents
from distgen.distros.distro import Distro
from distgen.distros.variant import CONFIG_NAME
from distgen.errors import UsageError
from distgen.layers.fragment import Setting
from distgen.sources.configuration import Offered, Settings, decode, flat, reason, settings
from distgen.sources.defines import Folder, stacks

UNDERSTOOD = "a .dsc with its .debian.tar beside it, or a tree with Debian's debian/config"
NOTE = "#."  # what Debian's maintainers write; other comments are headings
PATCHES = "of featureset {}, for a kernel with its patches"
FOLDERS = ("debian/config", "config", ".")


def recognise(path: Path, head: bytes) -> bool:
    """Whether it begins as a .dsc does, or is a folder with one of the FOLDERS in it."""
    if path.is_dir():
        return _config_folder(path) is not None
    return is_dsc(head)


def read(path: Path, distro: Distro) -> list[Offered]:
    """Every configuration in it, those of Debian as their fragments add up."""
    folder, changelog = _tree(path) if path.is_dir() else _package(path)
    provenance = _provenance(changelog)
    ours = []
    for name, content in sorted(folder.files.items()):
        if found := CONFIG_NAME.fullmatch(name):
            origin = folder.origin + name
            arch, flavour = found.groups("")
            ours.append(Offered(arch, flavour, origin, partial(flat, content, origin), provenance))
    return ours or [
        Offered(
            stack.arch,
            stack.kernel,
            f"{folder.origin.rstrip('/')} ({stack.arch} {stack.kernel})",
            partial(_merge, folder, stack.fragments),
            provenance,
            optional=stack.test,
            caution="" if stack.featureset == "none" else PATCHES.format(stack.featureset),
        )
        for stack in stacks(folder)
    ]


def _merge(folder: Folder, fragments: Iterable[str]) -> Settings:
    """As Debian's kconfig.py: the last value, where the first one stood, white space cut off."""
    merged: dict[str, Setting] = {}
    for name in fragments:
        text = "\n".join(line.strip() for line in folder.text(name).split("\n"))
        for setting in settings(text, folder.origin + name):
            notes = [line.removeprefix(NOTE) for line in setting.reason if line.startswith(NOTE)]
            merged[setting.symbol] = Setting(
                symbol=setting.symbol,
                value=setting.value,
                reason=reason("\n".join(notes)),
                line=setting.line,
            )
    return merged


def _provenance(changelog: bytes) -> str:
    """``linux 6.1.176-1 of 2026-07-02`` from the first entry, "" where it is broken."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415

    from debian.changelog import Changelog, ChangelogParseError  # noqa: PLC0415

    try:
        entry = Changelog(changelog.decode(errors="replace"), max_blocks=1, strict=True)
        day = parsedate_to_datetime(entry.date or "").date()
        return f"{entry.package} {entry.full_version} of {day}"
    except (ChangelogParseError, ValueError, IndexError):
        return ""


def _decides(name: str) -> bool:
    """Whether a folder with a file of this name is a ``debian/config``."""
    return name in ("defines.toml", "defines") or bool(CONFIG_NAME.fullmatch(name))


# --- a tree ---


def _config_folder(path: Path) -> Path | None:
    folders = (path / name for name in FOLDERS)
    return next((f for f in folders if any(_decides(file.name) for file in f.glob("*"))), None)


def _tree(path: Path) -> tuple[Folder, bytes]:
    config = _config_folder(path)
    assert config is not None
    files = {
        str(file.relative_to(config)): file.read_bytes()
        for file in sorted(config.rglob("*"))
        if file.is_file() and file.stat().st_size <= LIMIT
    }
    changelog = config.resolve().parent / "changelog"
    text = changelog.read_bytes() if changelog.is_file() else b""
    return Folder(f"{config}/", files), text


# --- a package ---


def _package(path: Path) -> tuple[Folder, bytes]:
    tarball, content = _tarball(path)
    prefix = "debian/config/"
    wanted = (prefix, "debian/changelog")
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            files = dict(
                contents(
                    tar, lambda name: name.startswith(wanted), str(path), f"tar -tvf {tarball}"
                )
            )
    except DAMAGED as error:
        message = f"{tarball}: damaged: {error}"
        raise UsageError(message, f"tar -tf {tarball}") from error
    inside = {n.removeprefix(prefix): data for n, data in files.items() if n.startswith(prefix)}
    if not any(map(_decides, inside)):
        message = f"{path}: neither defines.toml nor kernel-*.config in its {prefix}"
        raise UsageError(message, f"tar -tf {tarball} shows what is there")
    return Folder(f"{path}: {prefix}", inside), files.get("debian/changelog", b"")


def _tarball(path: Path) -> tuple[Path, bytes]:
    """The .debian.tar of a .dsc, with the size and the SHA-256 that it says."""
    from debian.deb822 import Dsc  # noqa: PLC0415

    try:
        entries = Dsc(decode(path.read_bytes(), str(path))).get("Checksums-Sha256", [])
        listed = {entry["name"]: entry["sha256"] for entry in entries}
    except (ValueError, KeyError, TypeError, EOFError) as error:
        message = f"{path}: damaged, its list of files cannot be read"
        raise UsageError(message, f"dscverify {path}") from error
    name = next((name for name in listed if ".debian.tar." in name), "")
    if not name or "/" in name:
        message = f"{path}: no .debian.tar in its Checksums-Sha256 (a package of format 1.0?)"
        raise UsageError(message, f"dpkg-source -x {path}, and import the unpacked tree")
    tarball = path.parent / name
    if not tarball.is_file():
        message = f"{tarball}: not there, and {path} needs it"
        raise UsageError(message, "apt-get source --download-only --diff-only linux")
    content = tarball.read_bytes()
    if hashlib.sha256(content).hexdigest() != listed[name]:
        message = f"{tarball}: its SHA-256 is not the one in {path}"
        raise UsageError(message, "download both again")
    return tarball, content
