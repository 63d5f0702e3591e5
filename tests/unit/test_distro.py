# SPDX-License-Identifier: GPL-2.0-or-later
"""distro.toml: what is inherited, and what is refused with file and line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from distgen.distro import Distro, find_distro, load
from distgen.errors import UsageError

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


@pytest.mark.parametrize("name", ["../x", "-rf", "a b", "x" * 300, "Fedora", "configs", ""])
def test_a_name_becomes_a_folder_and_a_target(name: str, loaded: Callable[..., Distro]) -> None:
    with pytest.raises(UsageError, match="cannot name a distribution"):
        loaded(name)
