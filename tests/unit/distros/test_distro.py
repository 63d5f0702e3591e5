# SPDX-License-Identifier: GPL-2.0-or-later
"""distro.toml: what is inherited, and what is refused with file and line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from distgen.distros.distro import Distro
from distgen.distros.fields import ALLOW, ARCH, DISTRO, Field
from distgen.distros.load import load, load_all
from distgen.errors import UsageError
from tests.lib.command import PROJECT

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
ALLOWED = '[[allow]]\nsymbol = "A"\nkind = "dropped"\nreason = "x"\n'


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., Distro]:
    def write_and_load(name: str, **files: str) -> Distro:
        for distro, text in {"fedora": PARENT, **files}.items():
            (tmp_path / distro).mkdir(exist_ok=True)
            (tmp_path / distro / "distro.toml").write_text(text)
        return load(name, [tmp_path])

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
    assert (ubuntu.family.name, ubuntu.source, ubuntu.short) == ("deb", debian.source, "")
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
        (PARENT + ALLOWED.replace("dropped", "droped"), 17, "kind 'droped'"),
        (PARENT + ALLOWED.replace("reason", "resaon"), 18, "unknown key 'resaon'"),
        (PARENT + ALLOWED + 'last = "v7"\n', 19, "last must be a kernel version"),
        ('mock = "a b"\n' + PARENT, 1, "mock must be one word"),
        ('suite = "noble jammy"\n' + PARENT, 1, "suite must be one word, not 'noble jammy'"),
        ('suite = ""\n' + PARENT, 1, "suite must be one word"),
        ('\nrevision = "1-2"\n' + PARENT, 2, "revision must be one word, not '1-2'"),
        ('extra_modules = "net/ax25"\n' + PARENT, 1, "extra_modules must be a list"),
        ('extra_modules = ["../x"]\n' + PARENT, 1, "'../x' in extra_modules"),
        ("allow = 3\n" + PARENT, 1, "allow must be a list of tables"),
        ('arches = ["x"]\n', 1, "arches must be tables"),
        ("parent = 3\n", 1, "parent must be the name of a distribution"),
        ('parent = ""\n', 1, "parent must be the name of a distribution"),
        ('parent = "../x"\n', 1, "parent: '../x' cannot name a distribution"),
        (PARENT.replace('"Fedora"', '"a\\tb"'), 1, "title must be one line"),
        (PARENT.replace('"Fedora"', '"$(id)"'), 1, r"'\$' in title"),
        (PARENT.replace('"Fedora"', '"Bob\'s"'), 1, "in title: make, rpm or the shell"),
        (PARENT.replace("example.org/", "%(id)"), 5, "'%' in homepage"),
        (PARENT.replace('"kernel"', '"a b"'), 3, "source must be one word, not 'a b'"),
        ('short = "a b"\n' + PARENT, 1, "short: 'a b' cannot name a distribution"),
        ('short = "configs"\n' + PARENT, 1, "short: 'configs' cannot name"),
        (PARENT.replace('"bzImage"', "3"), 12, "image must be one line"),
        (PARENT.replace('"bzImage"', '"a b"'), 12, "image must be one word, not 'a b'"),
        (PARENT.replace('["debug"]', '["debug", "debug"]'), 14, "'debug' is in flavours twice"),
        (PARENT.replace('["debug"]', '["base"]'), 14, "'base' in flavours"),
        (PARENT.replace('["x86"]', '["generic"]'), 13, "'generic' in parents"),
        (PARENT.replace("[arches.x86_64]", "[arches.x-y]"), 8, "arch 'x-y' is not a name"),
        (PARENT + "names = 3\n", 15, "names must be a table"),
        (PARENT + "names = { debug = '`id`' }\n", 15, "'`' in the name of 'debug'"),
        (PARENT + "names = { debug = 3 }\n", 15, "debug must be one line"),
        (
            PARENT + '[arches.x86_64.names]\ndebgu = "d"\n',
            16,
            r"'debgu' in \[arches.x86_64.names\]",
        ),
        (PARENT + "\n[" + "a." * 5000 + "a]\n", 16, "a line of 10003 characters"),
        ("a = " + "[" * 990 + "\n", 1, "nested too deeply"),
        ("a = 9" + "9" * 900 + "\n", 1, "unknown key 'a'"),
        (PARENT + "# x\n" * (1 << 14), 1, "65825 bytes; a distro.toml has at most 65536"),
        (PARENT + 'a = """\n', 15, "at end of document"),
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


def test_the_way_to_an_unknown_parent_is_named(
    loaded: Callable[..., Distro], tmp_path: Path
) -> None:
    message = error_of(loaded, c='parent = "b"\n', b='# b\nparent = "fedoro"\n')
    way = "parent: no distribution 'fedoro' (c → b → fedoro)"
    assert message == f"{tmp_path}/b/distro.toml:2: {way}"


def test_a_derivative_of_a_derivative_of_many(loaded: Callable[..., Distro]) -> None:
    """No depth is too much, and the youngest to say something is heard."""
    files = {f"d{n}": f'parent = "d{n - 1}"\n' for n in range(1, 200)}
    files["d0"] = 'parent = "fedora"\ntitle = "Oldest"\n'
    files["d77"] += 'title = "D77"\n[arches.x86_64]\nflavours = ["rt"]\n'
    distro = loaded("d199", **files)
    assert distro.lineage == ("fedora", *(f"d{n}" for n in range(200)))
    assert (distro.title, distro.flavours) == ("D77", ("rt",))


def test_the_file_of_an_ancestor_is_named_for_what_is_wrong_in_it(
    loaded: Callable[..., Distro], tmp_path: Path
) -> None:
    broken = PARENT.replace('["debug"]', "3")
    message = error_of(loaded, b='parent = "a"\n', a='parent = "fedora"\n', fedora=broken)
    assert message == f"{tmp_path}/fedora/distro.toml:14: flavours must be a list"
    arm = 'parent = "fedora"\n\n[arches.aarch64]\nkernel = "arm64"\n'
    message = error_of(loaded, b='parent = "a"\n', a=arm)
    assert message.startswith(f"{tmp_path}/a/distro.toml:3: [arches.aarch64] needs package")


def test_a_derivative_packages_as_its_parent(loaded: Callable[..., Distro], tmp_path: Path) -> None:
    message = error_of(loaded, b='parent = "fedora"\nfamily = "deb"\n')
    assert message.startswith(f"{tmp_path}/b/distro.toml:2: family 'deb', but its parent has 'rpm'")


def test_two_distributions_cannot_have_the_same_targets(tmp_path: Path) -> None:
    for name, text in {"a": "", "b": 'short = "a"\n', "c": 'short = "b2"\n', "b2": ""}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "distro.toml").write_text(f"{text}{PARENT}")
    assert [d.short for d in load_all([tmp_path], ["a", "c"])] == ["", "b2"]
    for names, owner in ((["a", "b"], "b"), (["b2", "c"], "c")):
        with pytest.raises(
            UsageError,
            match=rf"/{owner}/distro.toml:1: make targets of \w+ begin with '\w+' already",
        ):
            load_all([tmp_path], names)


def test_an_unknown_distribution_that_nobody_names_a_parent(loaded: Callable[..., Distro]) -> None:
    with pytest.raises(UsageError) as caught:
        loaded("fedoro")
    assert caught.value.message == "no distribution 'fedoro'"


def error_of(loaded: Callable[..., Distro], **files: str) -> str:
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
        ('"amd64"', '"x86_64"', 9, "'x86_64' is not a Debian architecture"),
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
    message = error_of(loaded, debian=DEBIAN.replace(text, by, 1))
    assert message.startswith(f"{tmp_path}/debian/distro.toml:{line}: ")
    assert what in message


def test_the_file_that_says_it_is_named(loaded: Callable[..., Distro], tmp_path: Path) -> None:
    """A derivative is told where its parent says it, and what it says itself."""
    broken = DEBIAN.replace('"rt-arm64"', '"RT"')
    child = 'parent = "debian"\ntitle = "Derived"\n'
    assert f"{tmp_path}/debian/distro.toml:23: " in error_of(loaded, derived=child, debian=broken)
    own = f'{child}[arches.aarch64]\nnames = {{ rt = "R_T", "" = "armv8" }}\n'
    message = error_of(loaded, derived=own, debian=DEBIAN)
    assert message.startswith(f"{tmp_path}/derived/distro.toml:4: 'R_T' ")


def test_rpm_takes_what_debian_does_not(loaded: Callable[..., Distro]) -> None:
    text = DEBIAN.replace('"deb"', '"rpm"').replace('["rt"]', '["rt_x"]').replace(" <kernel@", " (")
    text = text.replace("rt =", "rt_x =")
    assert loaded("fedora", fedora=text).flavours == ("rt_x",)
    assert loaded("debian", debian=DEBIAN).arches[1].variants[0].package == "armv8"


def test_a_kernel_may_have_one_name_on_all_architectures(loaded: Callable[..., Distro]) -> None:
    same = loaded("debian", debian=DEBIAN.replace('"armv8"', '"amd64"'))
    assert {arch.variants[0].package for arch in same.arches} == {"amd64"}


BAD_NAMES = ["../x", "-rf", "a b", "x" * 300, "Fedora", "", "a/b", "a\n", "é", "x.", "a-b"]
BAD_NAMES += [".x", "9x", "x.lock", "rpm", "deb", "Kconfig", "kconfig", "configs", "scripts", "out"]
BAD_NAMES += ["templates", "package", "help", "helpers", "checkers", "clang", "kselftest"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_becomes_a_folder_and_a_target(name: str, loaded: Callable[..., Distro]) -> None:
    with pytest.raises(UsageError, match="cannot name a distribution"):
        loaded(name)


@pytest.mark.parametrize("fields", [DISTRO, ARCH, ALLOW])
def test_every_field_is_documented(fields: dict[str, Field]) -> None:
    """The tables of the documentation are those of fields.py, row by row."""
    rows = []
    for key, field in fields.items():
        example = f'["{field.example}"]' if field.many else f'"{field.example}"'
        required = ", required" if field.required else ""
        rows.append(f"| `{key} = {example}` | {field.means}{required} |")
    text = (PROJECT / "docs/maintainers.md").read_text()
    assert "\n".join(["", "|---|---|", *rows, "", ""]) in text


def test_every_example_is_taken(tmp_path: Path) -> None:
    """What the tables give as an example is a distro.toml, whose fields are those of Distro."""

    def lines(fields: dict[str, Field]) -> str:
        return "".join(
            f"{key} = {json.dumps([field.example] if field.many else field.example)}\n"
            for key, field in fields.items()
        )

    path = tmp_path / "my/distro.toml"
    path.parent.mkdir()
    path.write_text(f"{lines(DISTRO)}[arches.aarch64]\n{lines(ARCH)}[[allow]]\n{lines(ALLOW)}")
    distro = load("my", [tmp_path])
    assert {*DISTRO} <= {*vars(distro)} and {*ARCH} <= {*vars(distro.arches[0])}
    for key, field in DISTRO.items():
        value = getattr(distro, key)
        assert (value == (field.example,)) if field.many else (str(value) == field.example), key
