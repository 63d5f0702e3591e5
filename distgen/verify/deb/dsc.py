# SPDX-License-Identifier: GPL-2.0-or-later
"""A Debian source package, taken apart from its .dsc. All of it is read as text."""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from distgen.archives.dsc import is_dsc
from distgen.archives.tar import unpack
from distgen.distros.distro import Distro
from distgen.errors import UsageError
from distgen.verify import configs
from distgen.verify.configs import Narrowed
from distgen.verify.deb import checksums, config_comments, control, fields, needs, packaging, stanza
from distgen.verify.deb.checksums import Listed
from distgen.verify.deb.control import Control
from distgen.verify.deb.stanza import Stanza
from distgen.verify.finding import AGAIN, Check, Finding, Report
from distgen.verify.inside import Inside
from distgen.verify.kernel import Kernel
from distgen.verify.source_package import NOT_OURS, SourcePackage, gaps

# Where a distribution differs even from the one that it derives from
TELLING = ("control", "rules", "README.source")
HEADING = re.compile(r"^# \S+/\S+ (\S+) Kernel Configuration$", re.M)
HEAD = 512  # characters of a configuration that its heading is in
ARCHIVE = ".debian.tar.xz"
LIMIT = 1 << 30  # bytes of debian/: patches to the next release are a tenth of that
TESTS = "tests/control"
SERIES = "debian/patches/series"
NUMBERED = re.compile(r"\d{4}-")  # by git format-patch


def recognise(head: bytes) -> bool:
    """Whether a file that begins so is a .dsc, signed or not."""
    return is_dsc(head)


def take_apart(path: Path, folder: Path) -> "DebianPackage":
    """Look at the files that a .dsc lists and unpack debian.tar."""
    dsc = fields.read(path)
    listed, wrong = checksums.read(dsc)
    wrong += checksums.check(listed, path.parent)
    damage = [Finding(Check.PAYLOAD, where, what, AGAIN) for where, what in wrong]
    names: list[str] = []
    for file in listed:
        archive = path.parent / file.name
        if file.name.endswith(ARCHIVE) and archive.is_file() and not names:
            try:
                names = unpack(archive, folder, LIMIT)
            except UsageError as error:
                what = error.message.removeprefix(f"{file.name}: ")
                damage.append(Finding(Check.PAYLOAD, file.name, what, error.hint))
                shutil.rmtree(folder)  # a part of it would only be called incomplete
    return DebianPackage(
        path=path, folder=folder, dsc=dsc, listed=listed, names=names, damage=damage
    )


@dataclass(frozen=True, kw_only=True)
class DebianPackage(SourcePackage):
    """``folder`` holds what debian.tar does, ``listed`` are the files of the .dsc."""

    family = "deb"
    dsc: Stanza
    listed: Sequence[Listed]

    @property
    def _debian(self) -> Path:
        return self.folder / "debian"

    def _text(self, name: str) -> str:
        """A file of debian/, "" where it is not there."""
        path = self._debian / name
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    @cached_property
    def _tests(self) -> list[Stanza]:
        return stanza.read(self._text(TESTS))

    @cached_property
    def _series(self) -> list[str]:
        """The names of the patches, in order."""
        lines = self._text("patches/series").split("\n")
        words = (line.partition("#")[0].split() for line in lines)
        return [some[0] for some in words if some]

    @cached_property
    def _control(self) -> Control:
        return control.parse(self._text("control"))

    @property
    def layers(self) -> Path:
        """debian/layers."""
        return self._debian / "layers"

    def open(self) -> None:
        """Unpacked as it is, so it is there or not."""
        if not self._control.source.values:
            message = f"{control.PATH}: missing or empty"
            raise UsageError(message, AGAIN)
        if not (self.layers / "distro").is_dir():
            message = "debian/layers: not there: make D-src did not make this package"
            raise UsageError(message, NOT_OURS)

    def distro(self, inside: Inside) -> Distro | None:
        """The one that has most lines of its files."""
        return inside.closest("\n".join(self._text(name) for name in TELLING))

    def configs(self) -> list[str]:
        """All files of debian/config."""
        return sorted(path.name for path in (self._debian / "config").glob("*") if path.is_file())

    def narrowed(self, distro: Distro) -> tuple[str, Narrowed]:
        """Nothing says so: it is seen by what is there."""
        return "debian/config", configs.guess(self.configs(), distro)

    def check(self, inside: Inside, distro: Distro, *, trust: bool) -> Report:
        """The .dsc and debian/."""
        parsed, rendered = self._control, inside.rendered[distro.name]
        _, narrowed = self.narrowed(distro)
        findings = [
            *self._beside(),
            *fields.check(
                self.dsc,
                parsed,
                self._text("changelog"),
                tests=bool(self._tests),
                again=f"make it again: make {distro.source_target}",
            ),
            *fields.check_version(self.dsc, self.path.name),
            *packaging.check(self._debian, distro, rendered, trust=trust),
            *needs.check(parsed, self._text("README.source"), narrowed=bool(str(narrowed))),
            *gaps([int(name[:4]) for name in self._series if NUMBERED.match(name)], SERIES),
            *self._config_comments(distro),
        ]
        checked = [f"{len(self.listed)} files", f"{len(parsed.binaries)} packages"]
        return Report(findings=findings, checked=checked)

    def _beside(self) -> Iterator[Finding]:
        for name in self.names:
            if name.partition("/")[0] != "debian":
                what = "beside debian/: dpkg-source would put it into the kernel"
                yield Finding(Check.PAYLOAD, name, what, AGAIN)

    def _config_comments(self, distro: Distro) -> Iterator[Finding]:
        """What debian/control and the tests say that they are there for."""
        binaries = self._control.binaries
        stanzas = [(binary.where, binary.stanza) for binary in binaries]
        stanzas += [(f"debian/{TESTS}:{test.line}", test) for test in self._tests]
        yield from config_comments.check(stanzas, self._debian / "config", distro)
        packages = [binary.stanza for binary in binaries]
        yield from config_comments.unspoken(packages, self.configs(), control.PATH)

    def kernel(self, inside: Inside) -> Kernel:
        """Its version is in the head of the configurations."""
        folder = self._debian / "config"
        heads = [(folder / name).read_text(errors="replace")[:HEAD] for name in self.configs()]
        named = [match[1] for head in heads if (match := HEADING.search(head))]
        origs = (file.name for file in self.listed if ".orig.tar." in file.name)
        return Kernel(
            version=named[0] if named else "",
            tarball=next((self.path.parent.absolute() / name for name in origs), None),
            top="",
            patches=[self._debian / "patches" / name for name in self._series],
            packaging=inside.folder,
            configs=folder,
            scratch=self.scratch / "linux",
        )
