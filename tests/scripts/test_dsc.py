# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian source package that distro/scripts/deb/dsc writes, held against dpkg-source -b."""

import hashlib
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from debian.changelog import Changelog
from debian.deb822 import Deb822

from distgen.distros.distro import Arch, Distro
from distgen.distros.families import families
from distgen.packaging.render import render
from distgen.store.file import Ownership
from tests.lib.command import PROJECT

EPOCH = 1_790_000_000


def distribution(extra: int = 0, base: str = "") -> Distro:
    """Two arches and a few flavours; EXTRA ones make a long Binary field.

    BASE is the base kernel's name on both arches, where it is not that of the arch.
    """
    same = {"": base} if base else {}
    flavours = ("cloud", *(f"f{n}" for n in range(1, extra + 1)))
    amd64 = Arch(
        name="x86_64",
        kernel="x86_64",
        package="amd64",
        gnu="x86_64-linux-gnu",
        image="bzImage",
        flavours=flavours,
        names={flavour: f"{flavour}-amd64" for flavour in flavours} | same,
    )
    arm64 = Arch(
        name="aarch64",
        kernel="arm64",
        package="arm64",
        gnu="aarch64-linux-gnu",
        image="Image.gz",
        flavours=("16k",),
        names={"16k": "arm64-16k"} | same,
    )
    return Distro(
        name="debian",
        title="Debian",
        family=families()["deb"],
        source="linux",
        homepage="https://www.kernel.org/",
        maintainer="Ann Author <ann@example.org>",
        vcs="https://example.org/linux.git",
        lineage=("debian",),
        arches=(amd64, arm64),
    )


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A git tree small enough to build in no time, with our half in it."""

    path: Path
    out: Path
    cache: Path
    configs: tuple[str, ...]

    def git(self, *argv: str) -> str:
        who = {
            "GIT_AUTHOR_NAME": "Ann Author",
            "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Ann Author",
            "GIT_COMMITTER_EMAIL": "ann@example.org",
            "GIT_AUTHOR_DATE": f"@{EPOCH} +0200",
            "GIT_COMMITTER_DATE": f"@{EPOCH} +0200",
        }
        command = ["git", "-C", str(self.path), *argv]
        return subprocess.run(
            command, check=True, env=os.environ | who, stdout=subprocess.PIPE, text=True
        ).stdout

    def commit(self, subject: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", subject)

    def dsc(
        self,
        *argv: str,
        umask: int = 0o022,
        cwd: Path | None = None,
        configs: tuple[str, ...] = (),
        **env: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run the script as Makefile.distro does."""
        names = configs or self.configs
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "SRCTREE": str(self.path),
            "OUT": str(self.out),
            "CACHE": str(self.cache),
            "DISTRO": "debian",
            "COMPRESS": "",
            "ORIG": "",
            "BUILDID": "",
            "DISTRO_ARCHES": "x86_64 aarch64",
            "DISTRO_FLAVOURS": "- cloud 16k",
            "DISTRO_SUITE": "unstable",
            "CONFIGS": " ".join(str(self.out / "configs" / name) for name in names),
        } | env
        return subprocess.run(
            [str(self.path / "distro/scripts/deb/dsc"), *argv],
            env=environment,
            cwd=cwd or self.path,
            umask=umask,
            capture_output=True,
            text=True,
            check=False,
        )

    def build(self, **kwargs: object) -> Path:
        """The .dsc that a run must have written."""
        result = self.dsc(**kwargs)  # type: ignore[arg-type]
        assert result.returncode == 0, result.stderr
        (dsc,) = self.out.glob("*.dsc")
        return dsc

    def digests(self) -> dict[str, str]:
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.out.glob("linux_*"))
        }


def make_tree(path: Path, distro: Distro) -> Tree:
    configs = tuple(v.config for arch in distro.arches for v in arch.variants)
    out = path / "distro" / "out" / "debian"
    tree = Tree(path=path, out=out, cache=path / "distro" / "out" / "sources", configs=configs)
    files = {
        "Makefile": "VERSION = 7\nPATCHLEVEL = 2\nSUBLEVEL = 13\nEXTRAVERSION =\n",
        ".gitignore": "*.o\n",
        "COPYING": "GPL-2.0\n",
        "include/uapi/linux/a.h": "#define A 1\n",
        "arch/x86/include/uapi/asm/a.h": "#define B 1\n",
        "kernel/fork.c": "int fork;\n",
    }
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    tree.git("init", "-q")
    tree.commit("Linux 7.2.13")
    tree.git("tag", "-a", "-m", "v7.2.13", "v7.2.13")
    for file in render([distro], layers=PROJECT / "distro"):
        if file.ownership is Ownership.OWNED:
            (path / file.path).parent.mkdir(parents=True, exist_ok=True)
            (path / file.path).write_bytes(file.content)
            (path / file.path).chmod(file.mode)
    (path / "distro/configs").mkdir()
    (path / "distro/configs/generic.config").write_text("CONFIG_A=y\n")
    (path / ".git/info/exclude").write_text("/distro/\n/Makefile.distro\n/GNUmakefile\n")
    (out / "configs").mkdir(parents=True)
    for name in configs:
        (out / "configs" / name).write_text(f"# {name}\nCONFIG_A=y\n")
    return tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return make_tree(tmp_path / "a b" / "linux", distribution())


def unpack(dsc: Path, directory: Path) -> Path:
    subprocess.run(["dpkg-source", "--no-check", "-q", "-x", str(dsc), str(directory)], check=True)
    return directory


def listing(tarball: Path) -> dict[str, tuple[int, int, bytes]]:
    with tarfile.open(tarball) as tar:
        return {
            member.name: (
                member.mode,
                member.uid + member.gid,
                tar.extractfile(member).read() if member.isfile() else b"",  # type: ignore[union-attr]
            )
            for member in tar
        }


def fields(dsc: Path) -> list[str]:
    """A .dsc without the line that says what debian.tar.xz hashes to."""
    return [line for line in dsc.read_text().splitlines() if ".debian.tar." not in line]


def rebuild(dsc: Path, directory: Path) -> Path:
    """What dpkg-source -b makes of what dpkg-source -x got from DSC."""
    directory.mkdir()
    for orig in dsc.parent.glob("linux_*.orig.tar.*"):
        shutil.copy(orig, directory)
    unpack(dsc, directory / "linux")
    subprocess.run(["dpkg-source", "-q", "-b", "linux"], check=True, cwd=directory)
    return directory / dsc.name


def assert_same_as_dpkg_source(dsc: Path, directory: Path) -> None:
    reference = rebuild(dsc, directory)
    assert fields(dsc) == fields(reference)
    name = f"{dsc.stem}.debian.tar.xz"
    assert listing(dsc.parent / name) == listing(directory / name)


def edit(tree: Tree) -> None:
    """A change of every kind a series can hold."""
    (tree.path / "kernel/fork.c").write_text("int fork = 1;\n")
    tree.commit("fork: initialise\n\nBecause.")
    script = tree.path / "scripts" / "new.sh"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    (tree.path / "COPYING").unlink()
    tree.commit("scripts: ünïcode and a new file")
    (tree.path / "kernel/link.c").symlink_to("fork.c")
    (tree.path / "kernel/fork.c").chmod(0o755)
    tree.git("mv", "include/uapi/linux/a.h", "include/uapi/linux/b.h")
    tree.commit("kernel: a link, a mode and a new name")


def with_debug_info(tree: Tree, *configs: str) -> None:
    """Configurations of which kernels have -dbg packages."""
    for name in configs:
        (tree.out / "configs" / name).write_text("# x\nCONFIG_A=y\nCONFIG_DEBUG_INFO=y\n")


@pytest.mark.parametrize("debug", [0, 1, 4], ids=lambda count: f"{count}-dbg")
@pytest.mark.parametrize("compress", ["gz", "xz"])
def test_same_as_dpkg_source(tree: Tree, tmp_path: Path, compress: str, debug: int) -> None:
    with_debug_info(tree, *tree.configs[:debug])
    edit(tree)
    (tree.path / "kernel/fork.c").write_text("int fork = 2;\n")
    dsc = tree.build(COMPRESS=compress)
    assert len(re.findall(r"^ linux-image-\S+-dbg deb", dsc.read_text(), re.M)) == debug
    assert_same_as_dpkg_source(dsc, tmp_path / "reference")


@pytest.mark.parametrize("extra", [2, 13])
def test_long_binary_field(tmp_path: Path, extra: int) -> None:
    tree = make_tree(tmp_path / "linux", distribution(extra=extra))
    with_debug_info(tree, *tree.configs[::2])
    assert_same_as_dpkg_source(tree.build(), tmp_path / "reference")


def stanzas(control: Path) -> dict[str, dict[str, str]]:
    """The fields of each package; none may be there twice."""
    found: dict[str, dict[str, str]] = {}
    for stanza in Deb822.iter_paragraphs(control.read_text()):
        if "Package" in stanza:
            assert stanza["Package"] not in found
            found[stanza["Package"]] = dict(stanza)
    return found


def test_a_package_of_several_arches_is_one_package(tmp_path: Path) -> None:
    """As with Ubuntu, where the base kernel is called generic on every arch."""
    tree = make_tree(tmp_path / "linux", distribution(base="generic"))
    dsc = tree.build()
    assert_same_as_dpkg_source(dsc, tmp_path / "reference")
    source = unpack(dsc, tmp_path / "source")
    found = stanzas(source / "debian/control")
    for name in ("linux-image-7.2.13-generic", "linux-headers-7.2.13-generic",
                 "linux-image-generic", "linux-headers-generic"):  # fmt: skip
        assert found[name]["Architecture"] == "amd64 arm64"
    assert found["linux-image-7.2.13-cloud-amd64"]["Architecture"] == "amd64"
    rules = (source / "debian/rules").read_text()
    assert "\nconfig-amd64-generic := debian/config/kernel-x86_64.config\n" in rules
    assert "\nconfig-arm64-generic := debian/config/kernel-aarch64.config\n" in rules
    one = tree.build(configs=("kernel-aarch64.config",))
    alone = stanzas(unpack(one, tmp_path / "alone") / "debian/control")
    assert alone["linux-image-7.2.13-generic"]["Architecture"] == "arm64"


def test_debug_symbols_come_with_a_configuration_that_has_them(tree: Tree, tmp_path: Path) -> None:
    """Among the headings of a .config and in a paragraph with other options."""
    name = tree.configs[0]
    text = (
        "#\n# Debugging\n#\nCONFIG_DEBUG_MISC=y\nCONFIG_DEBUG_INFO=y\n\n#\n# More\n#\nCONFIG_A=y\n"
    )
    (tree.out / "configs" / name).write_text(text)
    found = stanzas(unpack(tree.build(), tmp_path / "source") / "debian/control")
    assert [package for package in found if package.endswith("-dbg")] == [
        "linux-image-7.2.13-amd64-dbg"
    ]


@pytest.fixture(scope="module")
def with_profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unpacked source package, all of whose kernels have debug symbols."""
    folder = tmp_path_factory.mktemp("profiles")
    tree = make_tree(folder / "linux", distribution())
    with_debug_info(tree, *tree.configs)
    return unpack(tree.build(), folder / "source")


def packages(source: Path, profiles: str = "", arch: str = "amd64") -> set[str]:
    """What would be built, as debhelper reads debian/control."""
    done = subprocess.run(
        ["dh_listpackages"],
        cwd=source,
        env=os.environ | {"DEB_BUILD_PROFILES": profiles, "DEB_HOST_ARCH": arch},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def of_kernel(name: str) -> set[str]:
    """The packages of one kernel."""
    versioned = {f"linux-{what}-7.2.13-{name}" for what in ("image", "headers")}
    return versioned | {f"linux-image-{name}", f"linux-headers-{name}"} | dbg(name)


def dbg(*names: str) -> set[str]:
    return {f"linux-image-7.2.13-{name}-dbg" for name in names}


TOOLS = {"linux-perf", "linux-cpupower"}
HEADERS = "linux-headers-7.2.13-common"
ALL = {"linux-libc-dev", "linux-doc", HEADERS, *TOOLS}
AMD64 = ALL | of_kernel("amd64") | of_kernel("cloud-amd64")
# What is left out of AMD64
PROFILES = {
    "pkg.linux.nokernel": {name for name in AMD64 if name.startswith(("linux-image", "linux-he"))},
    "pkg.linux.nokerneldbg": dbg("amd64", "cloud-amd64"),
    "pkg.linux.nokerneldbginfo": dbg("amd64", "cloud-amd64"),
    "pkg.linux.noheaders": {name for name in AMD64 if name.startswith("linux-headers")},
    "pkg.linux.nometa": {
        f"linux-{what}-{name}" for what in ("image", "headers") for name in ("amd64", "cloud-amd64")
    },
    "pkg.linux.notools": TOOLS,
    "pkg.linux.quick": of_kernel("cloud-amd64") | dbg("amd64"),
    "nodoc": {"linux-doc"},
    "cross": set(),
}


def test_every_profile_has_a_test(with_profiles: Path) -> None:
    _, _, listed = (
        (with_profiles / "debian/README.source").read_text().partition("Build profiles:\n\n")
    )
    assert re.findall(r"^(\S+)", listed, re.M) == list(PROFILES)


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_a_build_profile(with_profiles: Path, profile: str) -> None:
    """What README.source says of each."""
    assert packages(with_profiles, profile) == AMD64 - PROFILES.get(profile, set())


def test_build_profiles_add_up(with_profiles: Path) -> None:
    both = "pkg.linux.nometa pkg.linux.notools nodoc"
    left_out = set().union(*(PROFILES[profile] for profile in both.split()))
    assert packages(with_profiles, both) == AMD64 - left_out


def test_build_profiles_of_another_architecture(with_profiles: Path) -> None:
    arm64 = ALL | of_kernel("arm64") | of_kernel("arm64-16k")
    assert packages(with_profiles, "cross", "arm64") == arm64
    quick = ALL | of_kernel("arm64") - dbg("arm64")
    assert packages(with_profiles, "cross pkg.linux.quick", "arm64") == quick
    assert packages(with_profiles, "", "riscv64") == ALL - TOOLS - {"linux-libc-dev"}


def test_quick_is_the_minimal_kernel_where_there_is_one(tmp_path: Path) -> None:
    distro = distribution()
    amd64, arm64 = distro.arches
    amd64 = replace(amd64, flavours=("cloud", "minimal"), names={"minimal": "minimal-amd64"})
    tree = make_tree(tmp_path / "linux", replace(distro, arches=(amd64, arm64)))
    with_debug_info(tree, *tree.configs)
    source = unpack(tree.build(), tmp_path / "source")
    kernel = of_kernel("minimal-amd64") - dbg("minimal-amd64")
    assert packages(source, "pkg.linux.quick") == ALL | kernel


def of_release(tree: Tree) -> str:
    return "7.2.13"


def of_rc(tree: Tree) -> str:
    text = "VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 0\nEXTRAVERSION = -rc2\n"
    (tree.path / "Makefile").write_text(text)
    tree.commit("Linux 7.3-rc2")
    tree.git("tag", "v7.3-rc2")
    return "7.3-rc2"


def of_snapshot(tree: Tree) -> str:
    of_rc(tree)
    (tree.path / "kernel/fork.c").write_text("int fork = 1;\n")
    tree.commit("fork: initialise")
    date = tree.git("log", "-1", "--format=%cd", "--date=format:%Y%m%d").strip()
    return f"7.3-rc2+git{date}.1.{tree.git('rev-parse', '--short=12', 'HEAD').strip()}"


def of_next(tree: Tree) -> str:
    of_rc(tree)
    (tree.path / "localversion-next").write_text("-next-20261103\n")
    tree.commit("Add linux-next specific files for 20261103")
    tree.git("tag", "next-20261103")
    return "7.3-next20261103"


@pytest.mark.parametrize("history", [of_release, of_rc, of_snapshot, of_next])
def test_names_are_the_same_everywhere(
    tree: Tree, tmp_path: Path, history: Callable[[Tree], str]
) -> None:
    """What packages are called, the kernel calls itself, and rules build; none of it has a "~"."""
    abi = history(tree)
    source = unpack(tree.build(), tmp_path / "source")
    names = stanzas(source / "debian/control")
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", name) for name in names)
    images = [name for name in names if name.startswith(f"linux-image-{abi}-")]
    assert len(images) == 4
    show = "show:;@echo $(foreach flavour,$(image-flavours),$(abi)-$(flavour))"
    for arch in ("amd64", "arm64"):
        done = subprocess.run(
            ["make", "-s", "-f", "debian/rules", f"--eval={show}", "show"],
            cwd=source,
            env=os.environ | {"DEB_HOST_ARCH": arch},
            capture_output=True,
            text=True,
            check=True,
        )
        releases = done.stdout.split()
        assert releases == [
            name.removeprefix("linux-image-")
            for name in images
            if names[name]["Architecture"] == arch
        ]
        assert max(map(len, releases)) <= 64


def test_suite_and_revision(tree: Tree, tmp_path: Path) -> None:
    env = {"DISTRO_SUITE": "UNRELEASED", "DISTRO_REVISION": "0ubuntu1"}
    dsc = tree.build(**env)
    assert dsc.name == "linux_7.2.13-0ubuntu1.dsc"
    changelog = unpack(dsc, tmp_path / "source") / "debian/changelog"
    assert changelog.read_text().startswith("linux (7.2.13-0ubuntu1) UNRELEASED; urgency=medium\n")
    assert "WROTE" in tree.dsc(SUITE="noble", **env).stdout
    changelog = unpack(dsc, tmp_path / "again") / "debian/changelog"
    assert changelog.read_text().startswith("linux (7.2.13-0ubuntu1) noble; urgency=medium\n")


def test_unpacks_to_what_is_in_the_tree(tree: Tree, tmp_path: Path) -> None:
    edit(tree)
    source = unpack(tree.build(), tmp_path / "source")
    tracked = tree.git("ls-files").split()
    unpacked = {
        str(path.relative_to(source))
        for path in source.rglob("*")
        if path.is_file() and path.relative_to(source).parts[0] not in ("debian", ".pc")
    }
    assert unpacked == set(tracked)
    for name in tracked:
        assert (source / name).read_bytes() == (tree.path / name).read_bytes()
        assert (source / name).is_symlink() == (tree.path / name).is_symlink()
    assert os.access(source / "kernel/fork.c", os.X_OK)
    assert os.access(source / "scripts/new.sh", os.X_OK)
    assert os.access(source / "debian/rules", os.X_OK)
    layers = source / "debian/layers"
    assert (layers / "distro/configs/generic.config").read_text() == "CONFIG_A=y\n"
    assert not (layers / "distro/out").exists()


def test_a_file_of_the_distribution_stands_before_the_shared_one(
    tree: Tree, tmp_path: Path
) -> None:
    shared = tree.path / "distro/package/deb"
    (tree.path / "distro/debian/package/image.prerm").write_text("#!/bin/sh\n# mine\n")
    debian = unpack(tree.build(), tmp_path / "source") / "debian"
    assert (debian / "image.prerm").read_text() == "#!/bin/sh\n# mine\n"
    assert (debian / "image.postrm").read_bytes() == (shared / "image.postrm").read_bytes()


def test_second_run_does_nothing(tree: Tree) -> None:
    tree.build()
    before = {path: path.stat().st_mtime_ns for path in tree.out.glob("linux_*")}
    result = tree.dsc()
    assert "CURRENT" in result.stdout and "WROTE" not in result.stdout
    assert {path: path.stat().st_mtime_ns for path in tree.out.glob("linux_*")} == before


@pytest.mark.parametrize(
    "change", ["config", "layer", "package", "product", "orig", "tree", "uploader"]
)
def test_a_change_is_seen(tree: Tree, change: str) -> None:
    dsc, env = tree.build(), {}
    match change:
        case "config":
            (tree.out / "configs/kernel-x86_64.config").write_text("CONFIG_A=m\n")
        case "layer":
            (tree.path / "distro/configs/generic.config").write_text("CONFIG_A=m\n")
        case "package":
            (tree.path / "distro/debian/package/copyright").write_text("Format: none\n")
        case "product":
            dsc.write_text("")
        case "orig":
            (dsc.parent / "linux_7.2.13.orig.tar.gz").unlink()
        case "tree":
            (tree.path / "kernel/fork.c").write_text("int fork = 3;\n")
        case "uploader":
            env = {"DEBEMAIL": "bob@example.org"}
    result = tree.dsc(**env)  # type: ignore[arg-type]
    assert result.returncode == 0, result.stderr
    assert "WROTE" in result.stdout


def test_same_bytes_anywhere(tree: Tree, tmp_path: Path) -> None:
    edit(tree)
    tree.build()
    first = tree.digests()
    shutil.rmtree(tree.cache)
    for path in tree.out.glob("*linux_*"):
        path.unlink()
    tree.build(
        umask=0o077,
        cwd=tmp_path,
        TZ="Asia/Tokyo",
        LANG="de_DE.UTF-8",
        LC_ALL="C.UTF-8",
        XZ_OPT="-9",
        GZIP="-1",
        TAR_OPTIONS="--mode=777",
    )
    assert tree.digests() == first


def test_orig_bit_for_bit(tree: Tree, tmp_path: Path) -> None:
    edit(tree)
    orig = tmp_path / "linux-7.2.13.tar.xz"
    command = f"git -C '{tree.path}' archive --prefix=linux-7.2.13/ v7.2.13 | xz -9 > '{orig}'"
    subprocess.run(command, shell=True, check=True)
    dsc = tree.build(ORIG=str(orig))
    assert (tree.out / "linux_7.2.13.orig.tar.xz").read_bytes() == orig.read_bytes()
    assert_same_as_dpkg_source(dsc, tmp_path / "reference")


def test_only_what_goes_in_is_packaged(tree: Tree, tmp_path: Path) -> None:
    dsc = tree.build(configs=("kernel-x86_64-cloud.config",))
    text = dsc.read_text()
    assert "\nArchitecture: amd64 all\n" in text
    assert "linux-image-7.2.13-cloud-amd64 " in text
    assert "linux-image-7.2.13-amd64 " not in text and "arm64" not in text
    source = unpack(dsc, tmp_path / "source")
    assert [path.name for path in (source / "debian/config").iterdir()] == [
        "kernel-x86_64-cloud.config"
    ]


def test_debian_directory_of_the_tree_is_left_alone(tree: Tree, tmp_path: Path) -> None:
    (tree.path / "debian").mkdir()
    (tree.path / "debian/control").write_text("Source: mine\n")
    (tree.path / "debian/mine").write_text("mine\n")
    before = tree.git("status", "--porcelain")
    source = unpack(tree.build(), tmp_path / "source")
    assert not (source / "debian/mine").exists()
    assert (tree.path / "debian/control").read_text() == "Source: mine\n"
    assert tree.git("status", "--porcelain") == before


@pytest.mark.parametrize("content", [bytes(range(256)), b""], ids=["binary", "empty"])
def test_what_a_series_cannot_hold_is_refused(tree: Tree, content: bytes) -> None:
    (tree.path / "logo.bin").write_bytes(content)
    tree.commit("logo: new")
    result = tree.dsc()
    assert result.returncode != 0
    assert "binary or an empty file" in result.stderr and len(result.stderr.splitlines()) == 2
    assert not list(tree.out.glob("*.dsc")) and not list(tree.out.glob(".stage*"))


@pytest.mark.parametrize(
    "env",
    [
        {"COMPRESS": "zstd"},
        {"ORIG": "/tmp/linux.zip"},
        {"ORIG": "/nonexistent/linux.tar.xz"},
        {"CONFIGS": " "},
        {"SUITE": "noble jammy"},
    ],
)
def test_wrong_usage_is_two_lines(tree: Tree, env: dict[str, str]) -> None:
    result = tree.dsc(**env)  # type: ignore[arg-type]
    assert result.returncode != 0
    first, second = result.stderr.splitlines()
    assert first.startswith("distro: ") and second.startswith("  ")


def error_and_hint(result: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """What was said, and the hint; nothing else was."""
    assert result.returncode == 1
    assert result.stdout == ""
    said, hint = result.stderr.splitlines()
    return said.removeprefix("distro: "), hint.strip()


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("7.2_13-1", "invalid character in version number"),
        ("v7.2.13-1", "version number does not start with digit"),
        ("7.2.13-1_2", "invalid character in revision number"),
        ("7.2.13 -1", "version string has embedded spaces"),
        (":2-1", "epoch in version is empty"),
    ],
)
def test_a_version_that_dpkg_refuses(tree: Tree, version: str, why: str) -> None:
    """No tree has one, which test_version tells: so it is given here."""
    said, hint = error_and_hint(
        tree.dsc("check", DISTRO_VERSION=f"deb_version='{version}'\nhead='x'")
    )
    assert said == f"dpkg takes no version '{version}': {why}"
    assert f"EXTRAVERSION in {tree.path}/Makefile" in hint


@pytest.mark.parametrize(
    "mail", ["ann", "ann@", "@b.org", "a@b@c", "a b@c.org", "<a@b>", "a@b,c@d", "a\\n@b", "a@b\n"]
)
def test_a_mail_address_that_is_none(tree: Tree, mail: str) -> None:
    done = tree.dsc("check", DEBEMAIL=mail)
    assert done.returncode == 1
    assert done.stderr.startswith(f"distro: DEBEMAIL={mail} is no e-mail address\n  make DEBEMAIL=")


@pytest.mark.parametrize("name", [" ", "Ann <a@b.org>", "Ann\n", "A\tB", "Ann\\nB"])
def test_a_name_that_is_none(tree: Tree, name: str) -> None:
    done = tree.dsc("check", DEBEMAIL="ann@example.org", DEBFULLNAME=name)
    assert done.returncode == 1
    assert f"DEBFULLNAME={name} cannot stand in a changelog\n  make DEBFULLNAME=" in done.stderr


@pytest.mark.parametrize(
    ("env", "who"),
    [
        ({}, "Ann Author <ann@example.org>"),
        ({"DEBFULLNAME": "Bob"}, "Ann Author <ann@example.org>"),
        ({"DEBEMAIL": "bob@example.org"}, "Kernel builder <bob@example.org>"),
        ({"DEBEMAIL": "Bob B <bob@example.org>"}, "Bob B <bob@example.org>"),
        (
            {"DEBEMAIL": "Bob B <bob@example.org>", "DEBFULLNAME": "Zoë O'Neil, PhD"},
            "Zoë O'Neil, PhD <bob@example.org>",
        ),
    ],
)
def test_who_uploads(tree: Tree, tmp_path: Path, env: dict[str, str], who: str) -> None:
    """As dch has it; python-debian reads it strictly, and dpkg gives it out again."""
    assert tree.dsc("check", **env).returncode == 0  # type: ignore[arg-type]
    source = unpack(tree.build(**env), tmp_path / "source")
    (entry,) = Changelog((source / "debian/changelog").read_text(), strict=True)
    assert entry.author == who
    command = ["dpkg-parsechangelog", "-S", "Maintainer"]
    parsed = subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)
    assert parsed.stdout == f"{who}\n"


def test_a_tarball_that_is_a_link(tree: Tree, tmp_path: Path) -> None:
    """The package has the file itself, wherever it is moved."""
    (tmp_path / "sub").mkdir()
    orig = tmp_path / "sub/linux.tar.gz"
    tree.git("archive", "--prefix=linux-7.2.13/", "-o", str(orig), "v7.2.13")
    (tmp_path / "linux.tar.gz").symlink_to("sub/linux.tar.gz")
    tree.build(ORIG=str(tmp_path / "linux.tar.gz"))
    packaged = tree.out / "linux_7.2.13.orig.tar.gz"
    assert not packaged.is_symlink()
    assert packaged.read_bytes() == orig.read_bytes()


def test_without_git(tree: Tree, tmp_path: Path) -> None:
    shutil.rmtree(tree.path / ".git")
    os.utime(tree.path / "Makefile", (EPOCH, EPOCH))
    assert_same_as_dpkg_source(tree.build(), tmp_path / "reference")


def test_a_missing_configuration_is_named(tree: Tree) -> None:
    (tree.out / "configs/kernel-x86_64.config").unlink()
    result = tree.dsc()
    assert result.returncode != 0
    assert "kernel-x86_64.config is missing" in result.stderr


def test_nothing_is_left_behind(tree: Tree) -> None:
    before = {path for path in tree.path.rglob("*") if tree.out not in path.parents}
    dsc = tree.build()
    after = {path for path in tree.path.rglob("*") if tree.out not in path.parents}
    assert all(tree.cache == path or tree.cache in path.parents for path in after - before)
    assert {path.name for path in tree.out.iterdir()} == {
        "configs",
        f".{dsc.stem}.stamp",
        dsc.name,
        f"{dsc.stem}.debian.tar.xz",
        "linux_7.2.13.orig.tar.gz",
    }


@pytest.mark.parametrize("base", ["", "generic"])
def test_lintian_has_nothing_to_say(tmp_path: Path, base: str) -> None:
    tree = make_tree(tmp_path / "linux", distribution(base=base))
    env = {"DISTRO_SUITE": "UNRELEASED", "DISTRO_REVISION": "0ubuntu1"} if base else {}
    command = ["lintian", "-I", "-E", "--pedantic", "--allow-root", str(tree.build(**env))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not result.stdout


def test_the_keys_are_those_of_kernel_org(tree: Tree, tmp_path: Path) -> None:
    key = unpack(tree.build(), tmp_path / "linux-7.2") / "debian/upstream/signing-key.asc"
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--batch", "--homedir", str(home)]
    subprocess.run([*gpg, "--quiet", "--import", str(key)], check=True)
    command = [*gpg, "--with-colons", "--check-sigs"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = [line.split(":") for line in listed.splitlines()]
    # https://www.kernel.org/signature.html
    assert {line[9] for line in lines if line[0] == "fpr"} == {
        "ABAF11C65A2970B130ABE3C479BE3E4300411886",
        "647F28654894E3BD457199BE38DBBDC86092693E",
        "E27E5D8A3403A2EF66873BBCDEA66FF797772CDC",
    }
    assert [line[1] for line in lines if line[0] == "sig"] == ["!"] * 3
