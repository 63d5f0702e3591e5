# SPDX-License-Identifier: GPL-2.0-or-later
"""Source RPMs that make wrote from the small tree, as they came out and broken in every way."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lib.command import PROJECT, distgen, run, verify
from tests.lib.packages import make_srpm
from tests.lib.patched import patched

# What distro/scripts/rpm/srpm gives to rpmbuild
DEFINES = (
    "_buildhost localhost",
    "_smp_build_ncpus 1",
    "_smp_mflags -j1",
    "use_source_date_epoch_as_buildtime 1",
    "clamp_mtime_to_source_date_epoch 1",
    "_srcdefattr (0644,root,root)",
    "_source_payload w.ufdio",
)
Change = Callable[["Unpacked"], None]


@pytest.fixture(scope="module")
def tree(small_tree_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree with two commits on its tag, one of which changes Kconfig."""
    message = "sound: 100% of a file that Kconfig does not need"
    return patched(small_tree_once, tmp_path_factory.mktemp("verify-"), message)


@pytest.fixture(scope="module")
def made(tree: Path) -> Path:
    """What `make alpha-srpm` makes of it, where it makes it."""
    run("make", "-j2", "alpha-srpm", cwd=tree)
    (made,) = (tree / "distro/out/alpha/SRPMS").glob("*.src.rpm")
    return made


@pytest.fixture
def srpm(made: Path, tmp_path: Path) -> Path:
    """A copy of it elsewhere, as if it were somebody else's."""
    return Path(shutil.copy(made, tmp_path))


@dataclass(frozen=True)
class Unpacked:
    """A source RPM unpacked by rpm, to be changed and built again."""

    topdir: Path

    @property
    def spec(self) -> Path:
        return self.topdir / "SPECS/kernel.spec"

    def file(self, name: str) -> Path:
        return self.topdir / "SOURCES" / name

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.spec if name == self.spec.name else self.file(name)
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def drop(self, name: str, *also: str) -> None:
        """Take out a file, the line that lists it, and others."""
        self.file(name).unlink()
        for wanted in (rf"\w+: {re.escape(name)}", *also):
            text = self.spec.read_text()
            left = re.sub(rf"(?m)^{wanted}\n", "", text)
            assert left != text
            self.spec.write_text(left)

    def layers(self, change: Callable[[tarfile.TarFile], None], **edits: str) -> None:
        """Pack distro-layers.tar.gz again, with what ``change`` adds and files of other content."""
        path = self.file("distro-layers.tar.gz")
        out = io.BytesIO()
        with tarfile.open(path) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
            for member in old:
                content = old.extractfile(member) if member.isreg() else None
                data = content.read() if content else b""
                for name, text in edits.items():
                    if member.name.endswith(name.replace("__", "/").replace("_toml", ".toml")):
                        data = text.encode()
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
            change(new)
        path.write_bytes(out.getvalue())


def rebuild(
    made: Path, folder: Path, change: Change, *options: str, defines: tuple[str, ...] = DEFINES
) -> Path:
    """The source RPM changed, built by rpmbuild as distro/scripts/rpm/srpm does."""
    topdir = folder / "rpmbuild"
    run("rpm", "-i", "--define", f"_topdir {topdir}", made, cwd=folder)
    unpacked = Unpacked(topdir)
    change(unpacked)
    epoch = re.search(r"^%global sourcedate (\d+)$", unpacked.spec.read_text(), re.M)
    assert epoch
    words = [
        word for define in ("_topdir /proc/self/cwd", *defines) for word in ("--define", define)
    ]
    run(
        "rpmbuild", "-bs", "--nodeps", "--quiet", "--target", "aarch64-linux", *options, *words,
        "SPECS/kernel.spec", cwd=topdir, env={"SOURCE_DATE_EPOCH": epoch[1]},
    )  # fmt: skip
    (path,) = (topdir / "SRPMS").glob("*.src.rpm")
    return path


def nothing(unpacked: Unpacked) -> None:
    del unpacked


def test_as_it_was_made(made: Path) -> None:
    done = verify(made, code=0)
    assert done.stdout == ""
    assert "0 findings: 11 files, 32 parses of the spec, 6 configurations resolved" in done.stderr


def test_elsewhere_nothing_of_it_runs_but_the_spec(srpm: Path) -> None:
    done = verify(srpm, code=0)
    assert "note: " in done.stderr
    assert "parses of the spec, 6 configurations not resolved" in done.stderr
    assert "KCONFIG" not in done.stderr
    assert "6 configurations resolved" in verify("--trust", srpm, code=0).stderr
    assert "note: " not in verify("--no-resolve", srpm, code=0).stderr


def test_with_a_tree_of_ones_own(srpm: Path, tree: Path, mini_tree: Path) -> None:
    done = verify("--tree", tree, srpm, code=0)
    assert f"Linux 7.2.13 in {tree}" in done.stderr
    assert "the package is of 7.2.13" in verify("--tree", mini_tree, srpm, code=2).stderr


def test_built_again_it_is_the_same(made: Path, tmp_path: Path) -> None:
    again = rebuild(made, tmp_path, nothing)
    assert again.read_bytes() == made.read_bytes()


def test_narrowed(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("make", "alpha-srpm", f"O={out}", "ARCHES=x86_64", "FLAVOURS=rt debug", cwd=tree)
    (path,) = (out / "distro/out/alpha/SRPMS").glob("*.src.rpm")
    done = verify("--trust", path, code=0)
    assert 'narrowed by ARCHES="x86_64" FLAVOURS="rt debug": 2 of 6 conf' in done.stderr
    assert "2 configurations resolved" in done.stderr


def in_spec(old: str, new: str) -> Change:
    return lambda unpacked: unpacked.edit("kernel.spec", old, new)


def dropped(name: str, *also: str) -> Change:
    return lambda unpacked: unpacked.drop(name, *also)


def unknown_config(unpacked: Unpacked) -> None:
    shutil.copy(
        unpacked.file("kernel-x86_64-rt.config"), unpacked.file("kernel-x86_64-tiny.config")
    )
    unpacked.edit("kernel.spec", "Patch1:", "Source99: kernel-x86_64-tiny.config\nPatch1:")


BROKEN: list[tuple[str, Change, list[str]]] = [
    (
        "a configuration with another value",
        lambda u: u.edit("kernel-x86_64-rt.config", "CONFIG_X86=y", "# CONFIG_X86 is not set"),
        ["kernel-x86_64-rt.config: Kconfig changes it: it has X86 n, not y"],
    ),
    (
        "a configuration with another comment",
        lambda u: u.edit("kernel-x86_64.config", "General setup", "General"),
        [r"kernel-x86_64.config: line \d+ is not as Kconfig writes it, all settings are"],
    ),
    (
        "a dropped patch",
        dropped("0001-Kconfig-add-an-option.patch"),
        [
            "kernel.spec: a patch of the series is missing: 0001",
            "kernel-x86_64.config: Kconfig changes it: it has FROM_A_PATCH y, not -",
        ],
    ),
    (
        "a missing configuration",
        dropped("kernel-x86_64-rt.config", r"%global config_x86_64_rt 1"),
        ["kernel-x86_64-rt.config: missing, and distro/alpha/distro.toml asks for it"],
    ),
    ("an unknown configuration", unknown_config, ["kernel-x86_64-tiny.config: distro/alpha/dis"]),
    (
        "a configuration that is not switched on",
        in_spec("%global config_x86_64_rt 1\n", ""),
        ["kernel.spec: does not switch on what kernel-x86_64-rt.config is for"],
    ),
    (
        "another version in the changelog",
        lambda u: u.spec.write_text(
            re.sub(r"(?m)^(\* .* - )7\.2\.13-\S+$", r"\g<1>7.2.12-1", u.spec.read_text(), count=1)
        ),
        [r"%changelog: 7\.2\.12-1, expected 7\.2\.13-1\.2\.g\w+"],
    ),
]


@pytest.mark.parametrize(
    ("change", "findings"), [(b[1], b[2]) for b in BROKEN], ids=[b[0] for b in BROKEN]
)
def test_broken(made: Path, tmp_path: Path, change: Change, findings: list[str]) -> None:
    path = rebuild(made, tmp_path, change)
    resolve = "--resolve" if any("Kconfig" in finding for finding in findings) else "--no-resolve"
    done = verify("--trust", resolve, path, code=1)
    for finding in findings:
        assert re.search(f"^{re.escape(path.name)}: {finding}", done.stdout, re.M), done.stdout
    # Each says how to fix it
    assert re.fullmatch(r"(\S.*\n    \S.*\n)+", done.stdout)


def test_the_machine(made: Path, tmp_path: Path) -> None:
    done = verify(rebuild(made, tmp_path, nothing, defines=("_buildhost vm7",)), code=1)
    assert "the build host: vm7, expected localhost" in done.stdout
    assert re.search(r"the build time: \d+, expected \d+", done.stdout)


def test_build_requires_of_another_switch(made: Path, tmp_path: Path) -> None:
    done = verify(rebuild(made, tmp_path, nothing, "--with", "clang"), code=1)
    assert re.search(r"Buildrequires: by the spec: .*, expected ", done.stdout)


def test_a_distribution_tag_is_no_difference(made: Path, tmp_path: Path) -> None:
    path = rebuild(made, tmp_path, nothing, defines=(*DEFINES, "dist .fc45"))
    assert ".fc45.src.rpm" in path.name
    verify(path, code=0)
    other = path.rename(path.with_name("kernel.src.rpm"))
    assert "the file name: kernel.src.rpm, expected kernel-7.2.13-1" in verify(other, code=1).stdout


EDITED_SPECS = [
    ("%global sourcedir ", "%global x %(touch MARK)\n%global sourcedir "),
    ("\nSource0: ", "\n# harmless %(touch MARK)\nSource0: "),
    ("\nSource0: ", "\n%include MARK.spec\nSource0: "),
    ("%prep\n", "%global x %(touch MARK)\n%prep\n"),
    ("%changelog\n", "%changelog\n* Thu Jan 01 2026 A <a@b> - 7.2.12-1\n- %(touch MARK)\n\n"),
]


@pytest.mark.parametrize(("old", "new"), EDITED_SPECS)
def test_an_edited_spec_is_not_parsed(made: Path, tmp_path: Path, old: str, new: str) -> None:
    mark = tmp_path / "mark"
    (tmp_path / "mark.spec").write_text(f"%global x %(touch {mark})\n")
    path = rebuild(made, tmp_path, in_spec(old, new.replace("MARK", str(mark))))
    mark.unlink()
    done = verify(path, code=1)
    assert re.search(r"kernel\.spec:\d+: not what distgen renders for alpha: '", done.stdout)
    assert "then --trust" in done.stdout
    assert "PARSE" not in done.stderr
    assert not mark.exists()
    line = next(n for n in new.split("\n") if "MARK" in n)
    assert line.replace("MARK", str(mark))[:40] in done.stdout
    distgen("verify", "--trust", "--no-resolve", path, check=False)
    assert mark.exists()


@pytest.mark.parametrize(
    ("key", "what"),
    [("title", "distro/alpha/distro.toml:2: '%' in title"), ("provenance", "could run in a spec")],
)
def test_a_distro_toml_that_would_run_in_the_spec(
    key: str, what: str, made: Path, tmp_path: Path
) -> None:
    """It is rendered from what is inside, so the spec is what distgen renders."""
    mark = tmp_path / "mark"
    title = f"%(touch {mark})"
    toml = (PROJECT / "tests/small/distro/alpha/distro.toml").read_text()
    toml = toml.replace('title = "Alpha"', f'{key} = "{title}"')
    toml = toml if key == "title" else f'title = "Alpha"\n{toml}'

    def change(unpacked: Unpacked) -> None:
        unpacked.edit("kernel.spec", "The Alpha kernel.", f"The {title} kernel.")
        unpacked.layers(lambda _: None, alpha__distro_toml=toml)

    path = rebuild(made, tmp_path, change)
    mark.unlink()
    done = verify(path, code=1)
    assert "distro/alpha/distro.toml:" in done.stdout
    assert what in done.stdout
    assert not mark.exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../../escaped", tarfile.REGTYPE), ("/escaped", tarfile.REGTYPE),
     ("distro/link", tarfile.SYMTYPE), ("distro/link", tarfile.LNKTYPE),
     ("distro/fifo", tarfile.FIFOTYPE)],
)  # fmt: skip
def test_layers_that_lead_elsewhere(made: Path, tmp_path: Path, name: str, kind: bytes) -> None:
    def add(tar: tarfile.TarFile) -> None:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        tar.addfile(member)

    path = rebuild(made, tmp_path, lambda unpacked: unpacked.layers(add))
    done = verify(path, code=1)
    assert f"distro-layers.tar.gz: {name!r} is a link, a device or leads out" in done.stdout


def test_layers_that_are_too_large(made: Path, tmp_path: Path) -> None:
    def add(tar: tarfile.TarFile) -> None:
        member = tarfile.TarInfo("distro/zeros")
        member.size = 80 << 20
        tar.addfile(member, io.BytesIO(bytes(member.size)))

    path = rebuild(made, tmp_path, lambda unpacked: unpacked.layers(add))
    done = verify(path, code=1)
    assert "src.rpm: distro-layers.tar.gz: more than 64 MiB\n" in done.stdout


def test_packages_that_are_not_those_of_the_switch(made: Path, tmp_path: Path) -> None:
    always = in_spec("(#only == 0 or has_any(name, only))", "true")
    done = verify("--trust", "--no-resolve", rebuild(made, tmp_path, always), code=1)
    assert "kernel.spec, --target x86_64 --with rtonly: makes kernel" in done.stdout
    assert "not what distgen renders for alpha" in done.stderr


def test_a_spec_that_rpm_does_not_take_on_one_arch(made: Path, tmp_path: Path) -> None:
    broken = "%ifarch x86_64\n%if %{with rt_debug}\n%package core\n%endif\n%endif\n\n%prep\n"
    path = rebuild(made, tmp_path, in_spec("%prep\n", broken))
    done = verify("--trust", "--no-resolve", path, code=1)
    assert "kernel.spec, --target x86_64: rpm does not take it: " in done.stdout
    assert "--target aarch64: rpm" not in done.stdout


def test_a_flipped_byte(srpm: Path) -> None:
    content = bytearray(srpm.read_bytes())
    content[content.rindex(b"CONFIG_X86=y") + 11] = ord("m")
    srpm.write_bytes(content)
    done = verify(srpm, code=1)
    assert "the package: rpm says: Payload SHA256 digest: BAD" in done.stdout
    assert re.search(r"kernel-x86_64\S*.config: truncated or damaged, its digest", done.stdout)


@pytest.mark.parametrize("size", [100, 3000, -300_000, -200])
def test_a_truncated_package(srpm: Path, size: int) -> None:
    srpm.write_bytes(srpm.read_bytes()[:size])
    done = verify(srpm, code=1)
    assert "truncated or damaged RPM package" in done.stdout


def test_what_is_no_source_package(tmp_path: Path, srpm: Path) -> None:
    text = tmp_path / "kernel.spec"
    text.write_text("Name: kernel\n")
    binary = make_srpm(tmp_path / "b", {"kernel-x86_64.config": "CONFIG_A=y\n"}, build="-bb")
    for path, message in (
        (text, "not a source package that distgen can verify"),
        (binary, "a binary package"),
        (tmp_path / "none", "No such file or directory"),
        (tmp_path, "Is a directory"),
    ):
        done = verify(path, srpm, "--no-resolve", code=2)
        assert message in done.stderr
        assert "FINE" in done.stderr  # the other one


def test_a_source_package_of_somebody_else(tmp_path: Path) -> None:
    path = make_srpm(tmp_path, {"linux.tar": "x", "kernel-x86_64.config": "CONFIG_A=y\n"})
    done = verify(path, code=1)
    assert "distro-layers.tar.gz: not there: make D-srpm did not make this package" in done.stdout


def test_json_of_several(srpm: Path, made: Path, tmp_path: Path) -> None:
    broken = rebuild(
        made, tmp_path, dropped("kernel-x86_64-rt.config", "%global config_x86_64_rt 1")
    )
    done = verify("--json", srpm, broken, code=1)
    found = json.loads(done.stdout)
    assert [(f["file"], f["check"], f["note"]) for f in found] == [
        (str(srpm), "resolve", True),
        (str(broken), "configs", False),
        (str(broken), "resolve", True),
    ]
    assert {*found[0]} == {"file", "check", "where", "what", "hint", "note"}


def test_a_tool_that_is_missing(srpm: Path, tmp_path: Path, path_without_python: str) -> None:
    folder = tmp_path / "bin"
    shutil.copytree(path_without_python, folder, symlinks=True)
    (folder / "flex").unlink()
    done = distgen("verify", "--trust", srpm, check=False, env={"PATH": str(folder)})
    assert (done.returncode, done.stderr.splitlines()[-2]) == (3, "distgen: flex: no such command")


def test_ctrl_c_leaves_nothing(srpm: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    command = [sys.executable, "-m", "distgen", "verify", "--trust", str(srpm)]
    env = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        command, env=env, stderr=subprocess.PIPE, start_new_session=True
    ) as started:
        for _ in range(500):
            if any(folder.glob("distgen-*/linux/Makefile")):
                break
            time.sleep(0.02)
        os.killpg(started.pid, signal.SIGINT)
        started.communicate()
    assert started.returncode == 130
    assert [*folder.iterdir()] == []
