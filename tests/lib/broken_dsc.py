# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian source packages that make wrote from the small tree, broken in every way."""

import hashlib
import os
import re
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.lib.command import PROJECT, run

RT = "kernel-x86_64-rt.config"


def copy(made: Path, folder: Path) -> Path:
    """A copy of it elsewhere, as if it were somebody else's; the tarball is linked."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in made.parent.glob("kernel_*"):
        if ".orig." in path.name:
            os.link(path, folder / path.name)
        else:
            shutil.copy(path, folder)
    return folder / made.name


@dataclass
class Package:
    """A source package taken apart, to be changed and put together as deb/dsc does."""

    dsc: Path
    folder: Path
    members: list[tarfile.TarInfo] = field(default_factory=list)

    @property
    def debian(self) -> Path:
        return self.folder / "debian"

    @property
    def tarball(self) -> Path:
        return self.dsc.with_name(f"{self.dsc.stem}.debian.tar.xz")

    def text(self, name: str) -> str:
        return (self.debian / name).read_text()

    def write(self, name: str, text: str) -> None:
        (self.debian / name).parent.mkdir(exist_ok=True)
        (self.debian / name).write_text(text)

    def edit(self, name: str, old: str, new: str) -> None:
        """OLD is a regular expression."""
        changed, count = re.subn(old, new, self.text(name), count=1, flags=re.M)
        assert count, f"{old} is not in {name}"
        self.write(name, changed)

    def edit_dsc(self, old: str, new: str, count: int = 1) -> None:
        changed, times = re.subn(old, new, self.dsc.read_text(), count=count, flags=re.M)
        assert times, f"{old} is not in the .dsc"
        self.dsc.write_text(changed)

    def remove(self, name: str) -> None:
        path = self.debian / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def take_apart(self) -> None:
        with tarfile.open(self.tarball) as tar:
            self.members = tar.getmembers()
        self.folder.mkdir()
        run("tar", "-xf", self.tarball, cwd=self.folder)

    def pack(self, tweak: Callable[[tarfile.TarInfo], None] = lambda _: None) -> None:
        """debian.tar as it is now, TWEAK having its say in each member, and the .dsc for it."""
        time = self.members[0].mtime

        def member(info: tarfile.TarInfo) -> tarfile.TarInfo:
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mtime = time
            info.mode = 0o755 if info.isdir() or info.mode & 0o100 else 0o644
            tweak(info)
            return info

        with tarfile.open(self.tarball, "w:xz", format=tarfile.GNU_FORMAT, preset=0) as tar:
            tar.add(self.debian, "debian", filter=member)
        self.describe()

    def describe(self) -> None:
        """The .dsc as dpkg-source would write it, if it took what is broken."""
        version = re.search(r"^Version: (.*)$", self.dsc.read_text(), re.M)
        assert version
        (orig,) = self.dsc.parent.glob("*.orig.tar.*")
        sums = self.folder / "sums"
        sums.write_text(f"{_sums(orig)}\n{_sums(self.tarball)}\n")
        none = self.folder / "none"
        none.write_text("# no tests\n")
        tests = self.debian / "tests/control"
        script = PROJECT / "tests/lib/dsc.awk"
        words = ("-v", f"version={version[1]}", "-f", script, self.debian / "control")
        done = run("awk", *words, tests if tests.is_file() else none, sums, cwd=self.folder)
        self.dsc.write_text(done.stdout)

    def rename(self, name: str) -> None:
        self.dsc = self.dsc.rename(self.dsc.with_name(name))


def _sums(path: Path) -> str:
    """MD5, SHA-1, SHA-256, size and name of a file."""
    digests = (
        hashlib.new(name, path.read_bytes()).hexdigest() for name in ("md5", "sha1", "sha256")
    )
    return " ".join([*digests, str(path.stat().st_size), path.name])


Change = Callable[[Package], None]


def nothing(package: Package) -> None:
    del package


@dataclass(frozen=True, kw_only=True)
class Case:
    """CHANGE is before the package is put together, AFTER then; FOUND has one regex a finding.

    What verify leaves to TOOL, it says so: SAYS is a regex.
    """

    name: str
    found: list[str]
    tool: str = ""
    says: str = ""
    change: Change = nothing
    tweak: Callable[[tarfile.TarInfo], None] = lambda _: None
    after: Change = nothing


def edit(name: str, old: str, new: str) -> Change:
    return lambda package: package.edit(name, old, new)


def edit_dsc(old: str, new: str, count: int = 1) -> Change:
    return lambda package: package.edit_dsc(old, new, count)


def control(old: str, new: str) -> Change:
    return edit("control", old, new)


def remove(name: str) -> Change:
    return lambda package: package.remove(name)


def write(name: str, text: str) -> Change:
    return lambda package: package.write(name, text)


def also(*changes: Change) -> Change:
    def change(package: Package) -> None:
        for one in changes:
            one(package)

    return change


def member(path: str, /, **values: object) -> Callable[[tarfile.TarInfo], None]:
    def tweak(info: tarfile.TarInfo) -> None:
        if info.name == f"debian/{path}":
            for key, value in values.items():
                setattr(info, key, value)

    return tweak


def entry(old: str, new: str) -> Change:
    return edit("changelog", old, new)


def less(*names: str) -> Change:
    """Without some stanzas of debian/control."""

    def change(package: Package) -> None:
        stanzas = package.text("control").split("\n\n")
        left = [s for s in stanzas if not any(f"Package: {name}\n" in f"{s}\n" for name in names)]
        assert len(left) == len(stanzas) - len(names)
        package.write("control", "\n\n".join(left))

    return change


RT_PACKAGES = (
    *("linux-image-7.2.13-rt-amd64", "linux-headers-7.2.13-rt-amd64"),
    *("linux-image-rt-amd64", "linux-headers-rt-amd64"),
)


def relation(text: str) -> Change:
    return control("^Recommends: gcc, make$", f"Recommends: {text}")


def every_package(field: str) -> Change:
    """A field in place of its like in every package."""

    def change(package: Package) -> None:
        text = re.sub(rf"^{field.partition(':')[0]}: .*\n", "", package.text("control"), flags=re.M)
        package.write("control", re.sub(r"^Package: .*\n", rf"\g<0>{field}\n", text, flags=re.M))

    return change


def patch(name: str, text: str) -> Change:
    """One more patch, at the end of the series."""

    def change(package: Package) -> None:
        package.write(f"patches/{name}", text)
        package.write("patches/series", package.text("patches/series") + f"{name}\n")

    return change


def toml(old: str, new: str) -> Change:
    return edit("layers/distro/beta/distro.toml", old, new)


def longer(package: Package) -> None:
    """A byte more in the tarball, which is a link to that of all."""
    (orig,) = package.dsc.parent.glob("*.orig.tar.*")
    content = orig.read_bytes()
    orig.unlink()
    orig.write_bytes(content + b"x")


def unlink(package: Package) -> None:
    package.tarball.unlink()


def flip(package: Package) -> None:
    content = bytearray(package.tarball.read_bytes())
    content[-1] ^= 1
    package.tarball.write_bytes(content)


NOKERNEL = "<!pkg.kernel.nokernel>"
IMAGE = r"(Package: linux-image-7.2.13-amd64\n(?:.+\n)*?)"
IMAGES = "linux-image-7.2.13-amd64"
META = r"(Package: linux-image-amd64\n(?:.+\n)*?)"
COMMON = r"(Package: linux-headers-7.2.13-common\n(?:.+\n)*?)"
ORIG = r"kernel_7\.2\.13\.orig\.tar\.gz"
TAR = r"kernel_7\.2\.13\S*\.debian\.tar\.xz"
TESTS = r"debian/tests/control:\d+: "
CASES = [
    Case(name="as it was", found=[]),
    # --- what the .dsc lists ---
    Case(
        name="a list that is missing",
        after=edit_dsc(r"^Checksums-Sha1:\n( .*\n)+", ""),
        found=["Checksums-Sha1: missing", *["Checksums-Sha1: does not list .*, and another"] * 2],
    ),
    Case(
        name="a digest that is none",
        after=edit_dsc(r"^(Checksums-Sha1:\n \w+)\w ", r"\1 "),
        found=["Checksums-Sha1: no sha1, size and plain name: '", "Checksums-Sha1: does not list"],
    ),
    Case(
        name="a name with a path",
        after=edit_dsc(rf"{TAR}", r"../\g<0>", count=9),
        found=[
            *[
                rf"{field}: no {algorithm}, size and plain name: '"
                for field, algorithm in (
                    ("Files", "md5"),
                    ("Checksums-Sha1", "sha1"),
                    ("Checksums-Sha256", "sha256"),
                )
            ],
        ],
    ),
    Case(
        name="a file that is listed twice",
        after=edit_dsc(r"^(Files:\n)( .*\n)", r"\1\2\2"),
        found=[rf"Files: lists {ORIG} twice"],
    ),
    Case(
        name="two sizes of a file",
        after=edit_dsc(r"^(Files:\n \w+ )", r"\g<1>1"),
        found=[rf"{ORIG}: the fields give several sizes"],
    ),
    Case(
        name="a file that is missing",
        after=unlink,
        found=[rf"{TAR}: missing: the .dsc lists it"],
    ),
    Case(
        name="a file of another size",
        after=longer,
        found=[rf"{ORIG}: of \d+ bytes, and the .dsc says \d+"],
    ),
    Case(
        name="a flipped bit",
        after=flip,
        found=[
            rf"{TAR}: truncated or damaged, md5, sha1, sha256 differs",
            rf"{TAR}: ",
        ],
    ),
    # --- what is in debian.tar ---
    Case(
        name="a file beside debian/",
        tweak=member("watch", name="Makefile"),
        found=["Makefile: beside debian/: dpkg-source would"],
    ),
    *(
        Case(
            name=f"a member {name!r} of type {kind!r}",
            tweak=member("watch", name=name, type=kind, linkname="/etc/passwd", size=0),
            found=[
                rf"{TAR}: '{re.escape(name)}' is a link, a device or leads out",
            ],
        )
        for name, kind in (
            ("../../escaped", tarfile.REGTYPE),
            ("/escaped", tarfile.REGTYPE),
            ("debian/link", tarfile.SYMTYPE),
            ("debian/link", tarfile.LNKTYPE),
            ("debian/fifo", tarfile.FIFOTYPE),
            ("debian/tty", tarfile.CHRTYPE),
        )
    ),
    Case(
        name="a member that is there twice",
        tweak=member("watch", name="debian/rules"),
        found=[rf"{TAR}: 'debian/rules' is there twice"],
    ),
    Case(
        name="a name that steers the terminal",
        tweak=member("watch", name="debian/\x1b[2J"),
        found=[rf"{TAR}: 'debian/\\x1b\[2J' cannot be the name"],
    ),
    # --- the .dsc against debian/control ---
    Case(
        name="another format",
        after=edit_dsc("^Format: .*", "Format: 1.0"),
        found=[r"Format: 1\.0, expected 3\.0 \(quilt\)"],
    ),
    Case(
        name="another source",
        after=edit_dsc("^Source: .*", "Source: kernels"),
        found=[
            "Source: kernels, expected kernel",
            r"the file name: kernel_\S+, expected kernels_",
        ],
    ),
    *(
        Case(
            name=f"another {name}",
            after=edit_dsc(f"^{name}: .*", f"{name}: {value}"),
            found=[rf"{name}: {re.escape(value)}, expected .*"],
        )
        for name, value in (
            ("Maintainer", "Ann <ann@example.org>"),
            ("Standards-Version", "4.7.2"),
            ("Homepage", "https://example.com/"),
            ("Build-Depends", "debhelper-compat (= 12)"),
            ("Binary", "linux-tools"),
        )
    ),
    Case(
        name="another Architecture",
        after=edit_dsc("^Architecture: .*", "Architecture: amd64 riscv64"),
        found=["Architecture: riscv64, expected arm64, all"],
    ),
    Case(
        name="a build dependency that is missing",
        after=edit_dsc("^(Build-Depends-Arch: .*), rsync,", r"\1,"),
        found=["Build-Depends-Arch: nothing, expected rsync"],
    ),
    Case(
        name="a field that is missing",
        after=edit_dsc(r"^Standards-Version: .*\n", ""),
        found=[r"Standards-Version: nothing, expected \S+"],
    ),
    Case(
        name="another row of Package-List",
        after=edit_dsc(f"^ {IMAGES} deb .* arch=amd64", f" {IMAGES} deb kernel extra arch=amd64"),
        found=[
            f"Package-List: {IMAGES} deb kernel extra .*, expected {IMAGES} deb kernel optional"
        ],
    ),
    Case(
        name="rows in another order",
        after=edit_dsc(r"^( linux-headers\S+ .*)\n( .*)\n", r"\2\n\1\n"),
        found=["Package-List: in another order"],
    ),
    Case(
        name="tests that the .dsc does not have",
        after=edit_dsc("^Testsuite.*\n", "", count=2),
        found=["Testsuite: nothing, expected autopkgtest"],
    ),
    Case(
        name="tests that are not there",
        change=remove("tests"),
        found=["Testsuite: autopkgtest, expected nothing"],
    ),
    # --- the version and the names ---
    *(
        Case(
            name=f"version {version}",
            change=also(
                entry(r"\(.*?\)", f"({version})"), edit_dsc("^Version: .*", f"Version: {version}")
            ),
            found=["the file name: "],
            tool="dpkg-source",
            says=what,
        )
        for version, what in (
            ("7.2_13-1", "version number contains illegal character '_'"),
            ("v7.2.13-1", "version number does not start with digit"),
            ("7.2.13", r"unrecognized file for a v2\.0 source package"),
        )
    ),
    Case(
        name="a release candidate that sorts after the release",
        change=also(
            entry(r"\(.*?\)", "(7.3-rc2-1)"), edit_dsc("^Version: .*", "Version: 7.3-rc2-1")
        ),
        found=["Version: 7.3-rc2-1 sorts after the release", "the file name: "],
    ),
    Case(
        name="a version with an epoch",
        change=also(entry(r"\(", "(1:"), edit_dsc("^Version: ", "Version: 1:")),
        found=[],
    ),
    Case(
        name="the name of the .dsc",
        after=lambda package: package.rename("linux_1-1.dsc"),
        found=[r"the file name: linux_1-1\.dsc, expected kernel_7\.2\.13\S+\.dsc"],
    ),
    Case(
        name="another version in the .dsc",
        change=edit_dsc("^Version: .*", "Version: 7.2.14-1"),
        found=[
            r"the file name: .*, expected kernel_7\.2\.14-1\.dsc",
            r"Version: 7\.2\.14-1, expected 7\.2\.13-1",
        ],
    ),
    # --- debian/control ---
    *(
        Case(
            name=f"no {name} of the source",
            change=control(rf"^{name}: .*\n", ""),
            found=[],
            tool="lintian",
            says=rf"required-field \(in section for source\) {name}",
        )
        for name in ("Maintainer", "Standards-Version")
    ),
    Case(
        name="no Section",
        change=control(r"^Section: kernel\n", ""),
        found=["Package-List: "],
        tool="lintian",
        says=r"recommended-field \(in section for source\) Section",
    ),
    Case(
        name="no Description of a package",
        change=control(rf"^{IMAGE}Description: .*\n( .*\n)+", r"\1"),
        found=[],
        tool="lintian",
        says=rf"required-field \(in section for {IMAGES}\) Description",
    ),
    Case(
        name="a field that nobody knows",
        change=control("^Recommends:", "Recomends:"),
        found=[],
        tool="dpkg-gencontrol",
        says="unknown information field 'Recomends'",
    ),
    *(
        Case(
            name=f"{name} {value!r}",
            change=control(rf"^{name}: .*", f"{name}: {value}"),
            found=[],
            tool=tool,
            says=says,
        )
        for name, value, tool, says in (
            ("Maintainer", "Somebody", "lintian", "malformed-contact Maintainer Somebody"),
            ("Standards-Version", "4", "lintian", "invalid-standards-version 4"),
            ("Homepage", "example.org", "lintian", r"bad-homepage example\.org"),
            ("Multi-Arch", "both", "dpkg-deb", "'Multi-Arch' field.*\n?.*both"),
        )
    ),
    Case(
        name="Maintainer without a name",
        change=control("^Maintainer: .*", "Maintainer: somebody@example.org"),
        found=[],
        tool="lintian",
        says="no-phrase Maintainer somebody@example.org",
    ),
    Case(
        name="Priority 'urgent'",
        change=control("^Priority: .*", "Priority: urgent"),
        found=[],
        tool="dpkg-deb",
        says="user-defined Priority value 'urgent'",
    ),
    Case(
        name="a name that is none",
        change=control("^Package: linux-libc-dev", "Package: Linux_libc-dev"),
        found=[],
        tool="dh_listpackages",
        says='must be a valid package name, got: "Linux_libc-dev"',
    ),
    Case(
        name="an architecture that is none",
        change=control("^Architecture: amd64 arm64", "Architecture: amd64, arm64"),
        found=[],
        tool="dpkg-source -b",
        says="'amd64,' is not a legal architecture string",
    ),
    Case(
        name="same and all",
        change=control("^Architecture: amd64 arm64", "Architecture: all"),
        found=[],
        tool="dpkg-deb",
        says="'Multi-Arch: same' field but is architecture 'all'",
    ),
    Case(
        name="a package that is there twice",
        change=lambda package: package.write(
            "control", package.text("control").replace("linux-image-rt-arm64", "linux-libc-dev")
        ),
        found=[
            r"debian/control:\d+ \(linux-libc-dev\): is for rt-arm64, and its name does not say so",
        ],
        tool="dh_listpackages",
        says="debian/control has a duplicate entry for linux-libc-dev",
    ),
    # --- relations ---
    *(
        Case(name=f"Recommends: {text}", change=relation(text), found=[], tool=tool, says=says)
        for text, tool, says in (
            ("gcc make", "lintian", "missing-separator-between-items .* 'gcc' and 'make'"),
            ("gcc (> 12)", "lintian", r"obsolete-relation-form-in-source .* gcc \(> 12\)"),
            ("gcc (>= v_1)", "dpkg-deb", "'v_1': version number does not start with digit"),
            ("gcc (>= a1)", "dpkg-deb", "'a1': version number does not start with digit"),
            ("gcc (>= 12", "dpkg-gencontrol", r"can't parse dependency gcc \(>= 12"),
        )
    ),
    Case(
        name="Recommends with substvars",
        found=[],
        change=relation(
            "gcc, ${a:B}, make | ${c}, linux-image-${abi:Name} (>= ${source:Version}),"
        ),
    ),
    Case(
        name="alternatives in Breaks",
        change=control("^Recommends: gcc, make", "Breaks: gcc | make"),
        found=[],
        tool="dpkg-gencontrol",
        says="an union dependency can only contain simple dependencies",
    ),
    Case(
        name="Provides of more than a version",
        change=control("^Recommends: gcc, make", "Provides: gcc (>= 1)"),
        found=[],
        tool="dpkg-deb",
        says="'Provides'|only exact versions",
    ),
    # --- build profiles ---
    Case(
        name="a formula that is none",
        change=control(f"^Build-Profiles: {NOKERNEL}$", "Build-Profiles: !pkg.kernel.nokernel"),
        found=["Package-List: "],
        tool="lintian",
        says="invalid-restriction-formula-in-build-profiles-field !pkg.kernel.nokernel",
    ),
    Case(
        name="a contradiction in Build-Depends",
        change=control(f"^ bison {NOKERNEL}", " bison <!nodoc> <!cross cross>"),
        found=[r"debian/control:\d+ \(Build-Depends-Arch: bison\): cross both active and not"],
    ),
    Case(
        name="a package that is never made",
        change=control(rf"^{META}Build-Profiles: .*", r"\1Build-Profiles: <nodoc !nodoc>"),
        found=[r"debian/control:\d+ \(linux-image-amd64\): nodoc both active and not"],
    ),
    *(
        Case(
            name=f"the profile {profile}",
            change=control(f"^ bison {NOKERNEL}", f" bison <!{profile}>"),
            found=[
                rf"debian/control:\d+ \(Build-Depends-Arch: bison\): the build profile "
                rf"'{profile}': {what}"
            ],
        )
        for profile, what in (
            ("pkg.kernel.nokernl", "debian/README.source does not name it"),
            ("pkg.linux.nokernel", "debian/README.source does not name it"),
        )
    ),
    Case(
        name="nothing left",
        change=every_package("Build-Profiles: <!cross>"),
        found=["debian/control: no package is left with the build profiles cross"],
    ),
    Case(
        name="a package that outlives what it needs",
        change=control(rf"^{META}Build-Profiles: .*", r"\1Build-Profiles: <!pkg.kernel.nometa>"),
        found=[
            r"debian/control:\d+ \(linux-image-amd64\): needs linux-image-7.2.13-amd64 \(= "
            r"\${binary:Version}\), which is not made on amd64 with the build profiles "
            r"pkg.kernel.nokernel"
        ],
    ),
    Case(
        name="a package that needs one that is not made",
        change=control(rf"^{META}Depends: \S+", r"\1Depends: linux-image-7.2.12-amd64"),
        found=[
            r"debian/control:\d+ \(linux-image-amd64\): needs linux-image-7.2.12-amd64 .*, which "
            "is not made on amd64 without build profiles"
        ],
    ),
    Case(
        name="what flavours share, of no use",
        change=control(rf"^{COMMON}Build-Profiles: .*", rf"\1Build-Profiles: {NOKERNEL}"),
        found=[
            r"debian/control:\d+ \(linux-headers-7.2.13-common\): is made with the build profiles "
            "pkg.kernel.noheaders, and no package that needs it"
        ],
    ),
    # --- debian/tests ---
    Case(
        name="a test that is named, and not there",
        change=edit("tests/control", "^Test-Command: .*", "Tests: boot"),
        found=[],
        tool="lintian",
        says="missing-runtime-test-file debian/tests/boot",
    ),
    Case(
        name="a stanza that tests nothing",
        change=edit("tests/control", r"^Test-Command: .*\n", ""),
        found=[],
        tool="dpkg-source -b",
        says="stanza lacks either Tests or Test-Command fields",
    ),
    Case(
        name="a test of two lines that are one",
        change=edit("tests/control", "^(Features: .*)", r"\1\n\1"),
        found=[],
        tool="dpkg-source -b",
        says="duplicate field Features",
    ),
    Case(
        name="a test that depends on nothing known",
        change=edit("tests/control", "^Depends: gcc, ", "Depends: gcc (12), @, "),
        found=[],
        tool="lintian",
        says=r'testsuite-dependency-has-unparsable-elements "gcc \(12\)"',
    ),
    Case(
        name="a test of another arch",
        change=edit("tests/control", "^Architecture: amd64", "Architecture: arm64"),
        found=[rf"{TESTS}is of arm64, and its configurations of amd64"],
    ),
    # --- debian/changelog ---
    Case(
        name="a changelog without its end",
        change=entry(r"^ -- .*\n", ""),
        found=[],
        tool="dpkg-source -b",
        says="found end of file where expected more change data or trailer",
    ),
    Case(
        name="a line that does not belong there",
        change=entry("^  \\* sound: ", "* sound: "),
        found=[],
        tool="dpkg-source -b",
        says="badly formatted heading line",
    ),
    Case(
        name="a changelog of another package",
        change=entry(r"^kernel \(", "linux ("),
        found=[],
        tool="dpkg-source -b",
        says="two conflicting values - kernel and linux",
    ),
    Case(
        name="a changelog of an author without mail",
        change=entry(r"^ -- .*  ", " -- A Developer <developer>  "),
        found=[],
        tool="lintian",
        says="no-nmu-in-changelog",
    ),
    # --- debian/patches ---
    Case(
        name="patches without a series",
        change=remove("patches/series"),
        found=[],
        tool="lintian",
        says=r"patch-file-present-but-not-mentioned-in-series \[debian/patches/0001-",
    ),
    Case(
        name="a patch that is missing",
        change=remove("patches/uncommitted.patch"),
        found=[],
        tool="dpkg-source",
        says=r"cannot read .*/debian/patches/uncommitted\.patch",
    ),
    Case(
        name="a patch that is listed twice",
        change=edit("patches/series", "^uncommitted.patch", r"\g<0>\n\g<0>"),
        found=[],
        tool="dpkg-source",
        says=r"patch .*uncommitted\.patch.* subprocess returned exit status 1",
    ),
    Case(
        name="a patch that is not listed",
        change=edit("patches/series", r"^uncommitted.patch\n", ""),
        found=[],
        tool="lintian",
        says=r"patch-file-present-but-not-mentioned-in-series \[debian/patches/uncommitted",
    ),
    Case(
        name="a patch of the series dropped",
        change=also(
            remove("patches/0001-Kconfig-add-an-option.patch"),
            edit("patches/series", r"^0001-.*\n", ""),
        ),
        found=["debian/patches/series: a patch of the series is missing: 0001"],
    ),
    Case(
        name="a patch without a change",
        change=patch("x.patch", "Subject: x\nFrom: A <a@example.org>\n"),
        found=[],
        tool="dpkg-source",
        says=r"x\.patch.* subprocess returned exit status 2",
    ),
    # --- debian/copyright ---
    Case(
        name="a free copyright",
        change=write("copyright", "All of it is free.\n"),
        found=[],
        tool="lintian",
        says=r"no-dep5-copyright",
    ),
    Case(
        name="another format of copyright",
        change=edit("copyright", "^Format: .*", "Format: https://example.org/"),
        found=[],
        tool="lintian",
        says=r"no-dep5-copyright",
    ),
    Case(
        name="files without a licence",
        change=edit("copyright", r"^Files: \*", "Files: kernel/*"),
        found=[],
        tool="lintian",
        says=r"file-without-copyright-information Makefile",
    ),
    Case(
        name="a licence without its text",
        change=edit("copyright", r"^License: GPL-2\+\n( .*\n)+", ""),
        found=[],
        tool="lintian",
        says=r"missing-license-paragraph-in-dep5-copyright gpl-2\+",
    ),
    Case(
        name="a paragraph without a licence",
        change=edit("copyright", r"^License: GPL-2\+\n\n", "\n"),
        found=[],
        tool="lintian",
        says=r"missing-field-in-dep5-copyright License",
    ),
    # --- what else is in debian/ ---
    Case(
        name="another source format",
        change=write("source/format", "3.0 (native)\n"),
        found=[],
        tool="dpkg-source -b",
        says=r"can't build with source format '3\.0 \(native\)'",
    ),
    Case(
        name="a watch without a version",
        change=edit("watch", "^version=4$", ""),
        found=[],
        tool="lintian",
        says=r"missing-debian-watch-file-standard",
    ),
    Case(
        name="rules of a shell",
        change=edit("rules", "^#!.*", "#!/bin/sh"),
        found=[],
        tool="lintian",
        says=r"debian-rules-not-a-makefile",
    ),
    # --- the configurations ---
    Case(
        name="a configuration that is missing",
        change=remove(f"config/{RT}"),
        found=[
            f"{RT}: missing, and distro/beta/distro.toml asks for it",
            *[
                rf"debian/control:\d+ \({name}\): is for {RT}, which is not in debian/config"
                for name in RT_PACKAGES
            ],
            rf"{TESTS}is for {RT}, which is not in debian/config",
        ],
    ),
    Case(
        name="a flavour of one arch that is gone",
        change=also(
            remove(f"config/{RT}"),
            less(*RT_PACKAGES),
            edit("tests/control", r"^Test-Command: .* rt-amd64\n(.+\n)+\n", ""),
        ),
        found=[f"{RT}: missing, and distro/beta/distro.toml asks for it"],
    ),
    Case(
        name="a configuration that nobody asks for",
        change=write("config/kernel-x86_64-tiny.config", "CONFIG_A=y\n"),
        found=[
            "kernel-x86_64-tiny.config: distro/beta/distro.toml does not ask for it",
            "kernel-x86_64-tiny.config: no package in debian/control is for it",
        ],
    ),
    Case(
        name="a configuration without a package",
        change=less(*RT_PACKAGES),
        found=[f"{RT}: no package in debian/control is for it"],
    ),
    Case(
        name="a configuration of another arch",
        change=control(rf"^{META}Architecture: amd64", r"\1Architecture: arm64"),
        found=[
            r"debian/control:\d+ \(linux-image-amd64\): needs .*, which is not made on arm64",
            r"debian/control:\d+ \(linux-image-amd64\): is of arm64, and its configurations of ",
        ],
    ),
    Case(
        name="a configuration without the option that a package is there for",
        change=control(rf"^# config: {RT}$", rf"# config: {RT} CONFIG_NOWHERE"),
        found=[rf"debian/control:\d+ \(\S+\): is for {RT}, which does not have CONFIG_NOWHERE=y"],
    ),
    Case(
        name="a configuration with it",
        change=control(rf"^# config: {RT}$", rf"# config: {RT} CONFIG_X86"),
        found=[],
    ),
    Case(
        name="a configuration of another flavour",
        change=control("^Package: linux-image-amd64", "Package: linux-image-cloud"),
        found=[
            r"debian/control:\d+ \(linux-image-cloud\): is for amd64, and its name does not say so"
        ],
    ),
    # --- debian/layers ---
    Case(
        name="no layers",
        change=remove("layers"),
        found=["debian/layers: not there: make D-src did not make this package"],
    ),
    Case(
        name="a distro.toml that is broken",
        change=toml("^title = .*", "title ="),
        found=[r"distro/beta/distro\.toml:\d+: "],
    ),
    Case(
        name="no distribution of Debian's family",
        change=remove("layers/distro/beta"),
        found=["distro/: holds no distribution that packages as deb"],
    ),
]


def put_together(made: Path, folder: Path, case: Case) -> Path:
    package = Package(dsc=copy(made, folder), folder=folder / "source")
    package.take_apart()
    case.change(package)
    package.pack(case.tweak)
    case.after(package)
    return package.dsc
