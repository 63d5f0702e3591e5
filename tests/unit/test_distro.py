# SPDX-License-Identifier: GPL-2.0-or-later
"""distro.toml: what is inherited, and what is refused with file and line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from distgen.distro import Distro, Family, find_distro, load, load_all
from distgen.errors import UsageError
from tests.conftest import PROJECT

PARENT = """\
title = "Fedora"
family = "rpm"
source = "kernel"
maintainer = "Somebody <somebody@example.org>"
homepage = "https://example.org/"
provenance = "a test"

[arches.x86_64]
kernel = "x86_64"
package = "x86_64"
gnu = "x86_64-linux-gnu"
image = "bzImage"
parents = ["x86"]
flavours = ["debug"]
"""
DEBIAN = """\
title = "Debian"
family = "deb"
source = "linux"
maintainer = "Kernel Team <kernel@example.org>"
homepage = "https://example.org/"

[arches.x86_64]
kernel = "x86_64"
package = "amd64"
gnu = "x86_64-linux-gnu"
image = "bzImage"
flavours = ["rt"]

[arches.aarch64]
kernel = "arm64"
package = "arm64"
gnu = "aarch64-linux-gnu"
image = "Image.gz"
flavours = ["rt"]

[arches.aarch64.names]
"" = "armv8"
rt = "rt-arm64"
"""
ALLOW = '[[allow]]\nsymbol = "A"\nkind = "dropped"\nreason = "x"\n'


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., Distro]:
    def write_and_load(name: str, **files: str) -> Distro:
        for distro, text in {"fedora": PARENT, **files}.items():
            (tmp_path / distro).mkdir(exist_ok=True)
            (tmp_path / distro / "distro.toml").write_text(text)
        return load(name, lambda wanted: find_distro([tmp_path], wanted))

    return write_and_load


def test_a_derivative_holds_only_what_it_decides(loaded: Callable[..., Distro]) -> None:
    child = 'parent = "fedora"\ntitle = "Bazzite"\n[arches.x86_64]\nflavours = ["rt"]\n'
    distro = loaded("bazzite", bazzite=child)
    assert distro.title == "Bazzite"
    assert distro.lineage == ("fedora", "bazzite")
    assert distro.provenance == ""
    assert (distro.suite, distro.revision) == ("UNRELEASED", "1")
    (arch,) = distro.arches
    assert arch.layers == ("generic", "x86", "x86_64")
    assert [v.config for v in distro.variants] == [
        "kernel-x86_64.config",
        "kernel-x86_64-rt.config",
    ]


def test_ubuntu_is_debian_but_for_what_it_decides() -> None:
    folders = [PROJECT / "distro"]
    debian, ubuntu = load_all(folders, ["debian", "ubuntu"])
    assert ubuntu.lineage == ("debian", "ubuntu")
    assert (ubuntu.family, ubuntu.source, ubuntu.short) == (Family.DEB, debian.source, "")
    for theirs, ours in zip(debian.arches, ubuntu.arches, strict=True):
        assert replace(ours, flavours=theirs.flavours, names=theirs.names) == theirs
        assert ours.variants[0].package == "generic"
    assert {v.package for arch in ubuntu.arches for v in arch.variants} == {
        "generic",
        "generic-64k",
        "minimal",
    }


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (PARENT.replace("family", "famly"), 2, "unknown key 'famly'"),
        (PARENT.replace('"rpm"', '"rpn"'), 2, "family 'rpn'"),
        (PARENT.replace('"Fedora"', "3"), 1, "title must be one line"),
        (PARENT.replace('["debug"]', '"debug"'), 14, "flavours must be a list"),
        (PARENT.replace('["debug"]', '["De bug"]'), 14, "'De bug' in flavours"),
        (PARENT.replace("[arches.x86_64]", "[arches.x86_64"), 8, ""),
        (PARENT.replace('image = "bzImage"\n', ""), 8, r"\[arches.x86_64\] needs image"),
        (PARENT.replace('source = "kernel"\n', ""), 1, "source is missing"),
        (PARENT + 'parent = "fedora"\n', 15, r"unknown key 'parent' in \[arches.x86_64\]"),
        (PARENT + '[[allow]]\nkind = "dropped"\nreason = "x"\n', 15, "has no symbol"),
        (PARENT + ALLOW.replace("dropped", "droped"), 17, "kind 'droped'"),
        (PARENT + ALLOW.replace("reason", "resaon"), 18, "unknown key 'resaon'"),
        (PARENT + ALLOW + 'last = "v7"\n', 19, "last must be a kernel version"),
        ('mock = "a b"\n' + PARENT, 1, "mock must be one word"),
        ('suite = "noble jammy"\n' + PARENT, 1, "suite must be one word, not 'noble jammy'"),
        ('suite = ""\n' + PARENT, 1, "suite must be one word"),
        ('\nrevision = "1-2"\n' + PARENT, 2, "revision must be one word, not '1-2'"),
        ('extra_modules = "net/ax25"\n' + PARENT, 1, "extra_modules must be a list"),
        ('extra_modules = ["../x"]\n' + PARENT, 1, "'../x' in extra_modules"),
        ('parent = "fedora"\n' + PARENT, 1, "parent cycle: fedora → fedora"),
        ('\nparent = "fedoro"\n' + PARENT, 2, "parent: no distribution 'fedoro'"),
    ],
)
def test_what_is_wrong_is_named(
    text: str, line: int, what: str, loaded: Callable[..., Distro], tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        loaded("fedora", fedora=text)
    caught.match(what)
    assert caught.value.message.startswith(f"{tmp_path}/fedora/distro.toml:{line}: ")
    assert caught.value.hint


def test_a_cycle_of_parents_is_named(loaded: Callable[..., Distro], tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        loaded("b", a='title = "A"\nparent = "b"\n', b='parent = "a"\n')
    assert caught.value.message == f"{tmp_path}/b/distro.toml:1: parent cycle: b → a → b"


def test_an_unknown_distribution_that_nobody_names_a_parent(loaded: Callable[..., Distro]) -> None:
    with pytest.raises(UsageError) as caught:
        loaded("fedoro")
    assert caught.value.message == "no distribution 'fedoro'"


def refused(loaded: Callable[..., Distro], **files: str) -> str:
    with pytest.raises(UsageError) as caught:
        loaded(next(iter(files)), **files)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "by", "line", "what"),
    [
        ('"linux"', '"Linux"', 3, "'Linux' cannot name a Debian source package"),
        ('"linux"', '"l"', 3, "'l' cannot name a Debian source package"),
        ('"linux"', '"my_linux"', 3, "'my_linux' cannot name a Debian source package"),
        (" <kernel@example.org>", "", 4, "is not a name and an e-mail address"),
        ("Kernel Team <kernel@example.org>", "kernel@example.org", 4, "is not a name and an"),
        ("Kernel Team <", " <", 4, "is not a name and an"),
        ("@example", " at example", 4, "is not a name and an"),
        ("<kernel", "<a@b.org>, B <kernel", 4, "is not a name and an"),
        ('"amd64"', '"x86_64"', 9, "'x86_64' is not an architecture of Debian's"),
        ('["rt"]', '["rt_x"]', 12, "'rt_x' cannot name a Debian kernel"),
        ('["rt"]', '["dbg"]', 12, "'dbg' cannot name a Debian kernel"),
        ('"armv8"', '"armv8-common"', 22, "'armv8-common' cannot name a Debian kernel"),
        ('"rt-arm64"', '"RT"', 23, "'RT' cannot name a Debian kernel"),
        ('"rt-arm64"', '"rt arm64"', 23, "'rt arm64' cannot name a Debian kernel"),
        (
            '"armv8"',
            '"rt-arm64"',
            23,
            "would both be linux-image-rt-arm64",
        ),
    ],
)
def test_what_debian_does_not_take_is_named(
    text: str, by: str, line: int, what: str, loaded: Callable[..., Distro], tmp_path: Path
) -> None:
    assert text in DEBIAN
    message = refused(loaded, debian=DEBIAN.replace(text, by, 1))
    assert message.startswith(f"{tmp_path}/debian/distro.toml:{line}: ")
    assert what in message


def test_the_file_that_says_it_is_named(loaded: Callable[..., Distro], tmp_path: Path) -> None:
    """A derivative is told where its parent says it, and what it says itself."""
    broken = DEBIAN.replace('"rt-arm64"', '"RT"')
    child = 'parent = "debian"\ntitle = "Derived"\n'
    assert f"{tmp_path}/debian/distro.toml:23: " in refused(loaded, derived=child, debian=broken)
    own = f'{child}[arches.aarch64]\nnames = {{ rt = "R_T", "" = "armv8" }}\n'
    message = refused(loaded, derived=own, debian=DEBIAN)
    assert message.startswith(f"{tmp_path}/derived/distro.toml:4: 'R_T' ")


def test_rpm_takes_what_debian_does_not(loaded: Callable[..., Distro]) -> None:
    text = DEBIAN.replace('"deb"', '"rpm"').replace('["rt"]', '["rt_x"]').replace(" <kernel@", " (")
    assert loaded("fedora", fedora=text).flavours == ("rt_x",)
    assert loaded("debian", debian=DEBIAN).arches[1].variants[0].package == "armv8"


def test_a_kernel_may_have_one_name_on_all_architectures(loaded: Callable[..., Distro]) -> None:
    same = loaded("debian", debian=DEBIAN.replace('"armv8"', '"amd64"'))
    assert {arch.variants[0].package for arch in same.arches} == {"amd64"}


@pytest.mark.parametrize("name", ["../x", "-rf", "a b", "x" * 300, "Fedora", "configs", ""])
def test_a_name_becomes_a_folder_and_a_target(name: str, loaded: Callable[..., Distro]) -> None:
    with pytest.raises(UsageError, match="cannot name a distribution"):
        loaded(name)
