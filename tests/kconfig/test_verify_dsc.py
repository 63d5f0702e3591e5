# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian source packages that make wrote from the small tree, as they came out and broken in every
way."""

import json
import re
import shutil
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from tests.lib.broken_dsc import (
    CASES,
    RT,
    Case,
    Change,
    Package,
    also,
    copy,
    edit,
    edit_dsc,
    longer,
    put_together,
    remove,
)
from tests.lib.command import distgen, run, verify
from tests.lib.packages import make_dsc
from tests.lib.patched import patched
from tests.lib.stock_tools import dpkg, lintian


@pytest.fixture(scope="module")
def tree(small_tree_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small tree with two commits on its tag, and a change that is not committed."""
    message = "sound: a file that Kconfig does not need\n\nSubject: none"
    tree = patched(small_tree_once, tmp_path_factory.mktemp("verify-"), message)
    (tree / "sound/core.c").write_text("int x = 1;\n")
    return tree


@pytest.fixture(scope="module")
def made(tree: Path) -> Path:
    """What `make deb-src` makes of it, where it makes it."""
    run("make", "-j2", "deb-src", cwd=tree)
    (made,) = (tree / "distro/out/beta").glob("*.dsc")
    return made


@pytest.fixture
def dsc(made: Path, tmp_path: Path) -> Path:
    return copy(made, tmp_path / "else")


@pytest.fixture(scope="module")
def verdicts(
    made: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, str]]]:
    """What verify says of every broken package, by the name of the case."""
    top = tmp_path_factory.mktemp("cases-")
    paths = {}
    for number, case in enumerate(CASES):
        paths[case.name] = put_together(made, top / str(number), case)
    assert len(paths) == len(CASES)
    done = distgen("verify", "--json", "--trust", "--no-resolve", *paths.values(), check=False)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    return {
        name: [f for f in found if f["file"] == str(path) and not f["note"]]
        for name, path in paths.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken(verdicts: dict[str, list[dict[str, str]]], case: Case) -> None:
    found = [f"{finding['where']}: {finding['what']}" for finding in verdicts[case.name]]
    assert len(found) == len(case.found), found
    left = [*found]
    for wanted in case.found:
        match = next((got for got in left if re.match(wanted, got)), None)
        assert match, (wanted, found)
        left.remove(match)
    # Each says how to fix it
    assert all(finding["hint"] for finding in verdicts[case.name])


OF_DPKG = [case for case in CASES if case.tool not in ("", "lintian")]


@pytest.mark.parametrize("case", OF_DPKG, ids=lambda case: case.name)
def test_what_verify_leaves_to_dpkg(made: Path, tmp_path: Path, case: Case) -> None:
    said = dpkg(case.tool, put_together(made, tmp_path / "broken", case), tmp_path)
    assert re.search(case.says, said), said


@pytest.mark.skipif(not shutil.which("lintian"), reason="install lintian")
def test_what_verify_leaves_to_lintian(made: Path, tmp_path: Path) -> None:
    """It takes seconds a package: so many are broken in one, and what it misses is tried again."""
    left = [case for case in CASES if case.tool == "lintian"]
    unbroken = lintian(made)
    assert [case.name for case in left if re.search(case.says, unbroken)] == []
    assert _missed(made, tmp_path, left) == []


def _missed(made: Path, folder: Path, cases: list[Case]) -> list[str]:
    """The cases that lintian does not find, though each is the only one in the end."""

    def change(package: Package) -> None:
        for case in cases:
            with nullcontext() if len(cases) == 1 else suppress(AssertionError, OSError):
                case.change(package)

    folder = folder / "again"
    said = lintian(put_together(made, folder, Case(name="", change=change, found=[])))
    missed = [case for case in cases if not re.search(case.says, said)]
    if len(cases) == 1 or not missed:
        return [case.name for case in missed]
    if len(missed) < len(cases):
        return _missed(made, folder, missed)
    half = len(cases) // 2
    return [
        *_missed(made, folder / "first", cases[:half]),
        *_missed(made, folder / "second", cases[half:]),
    ]


def test_as_it_was_made(made: Path) -> None:
    done = distgen("verify", made.name, cwd=made.parent)
    assert done.stdout == ""
    packages = len(re.findall(r"^ \S+ deb ", made.read_text(), re.M))
    assert f"0 findings: 2 files, {packages} packages, 4 configurations resolved" in done.stderr
    assert "RESOLVE 4 configurations with Linux 7.2.13 inside" in done.stderr


def test_elsewhere_nothing_of_it_runs(dsc: Path) -> None:
    done = verify(dsc, code=0)
    assert "note: " in done.stderr and "the configurations: not resolved" in done.stderr
    assert "packages, 4 configurations not resolved" in done.stderr
    assert "KCONFIG" not in done.stderr
    assert "4 configurations resolved" in verify("--trust", dsc, code=0).stderr
    assert "the configurations: " not in verify("--no-resolve", dsc, code=0).stderr


def test_with_a_tree_of_ones_own(dsc: Path, tree: Path, mini_tree: Path) -> None:
    done = verify("--tree", tree, dsc, code=0)
    assert f"Linux 7.2.13 in {tree}" in done.stderr
    assert "the package is of 7.2.13" in verify("--tree", mini_tree, dsc, code=2).stderr


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (edit(f"config/{RT}", "^CONFIG_X86=y$", "# CONFIG_X86 is not set"), "it has X86 n, not y"),
        (
            also(
                remove("patches/0001-Kconfig-add-an-option.patch"),
                edit("patches/series", r"^0001-.*\n", ""),
            ),
            "it has FROM_A_PATCH y, not -",
        ),
        (
            edit("patches/0001-Kconfig-add-an-option.patch", r"^(@@ .*\n) .*", r"\1 other"),
            "the kernel inside: the configurations cannot be resolved: .* git apply",
        ),
    ],
    ids=["another value", "a patch that is missing", "a patch that does not apply"],
)
def test_what_kconfig_makes_of_it(made: Path, tmp_path: Path, change: Change, found: str) -> None:
    path = put_together(made, tmp_path, Case(name="", change=change, found=[]))
    assert re.search(found, verify("--trust", path, code=1).stdout)


def test_a_damaged_package_is_not_resolved(made: Path, tmp_path: Path) -> None:
    path = put_together(made, tmp_path, Case(name="", after=longer, found=[]))
    assert "4 configurations not resolved" in verify("--trust", path, code=1).stderr


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            edit("rules", "^include /usr/share/dpkg/pkg-info.mk$", r"\g<0>\ninclude /tmp/x.mk"),
            "debian/rules: not what distgen renders for beta",
        ),
        (
            remove("README.source"),
            "debian/README.source: in no file is what distgen renders for beta as package/README",
        ),
    ],
    ids=["edited", "removed"],
)
def test_what_distgen_did_not_write(made: Path, tmp_path: Path, change: Change, found: str) -> None:
    path = put_together(made, tmp_path, Case(name="", change=change, found=[]))
    assert f"{path.name}: {found}" in verify("--no-resolve", path, code=1).stdout
    assert f"{path.name}: {found}" in distgen("verify", "--trust", path, check=False).stderr


def test_narrowed(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("make", "deb-src", f"O={out}", "ARCHES=x86_64", "FLAVOURS=rt", cwd=tree)
    (path,) = (out / "distro/out/beta").glob("*.dsc")
    done = verify("--trust", path, code=0)
    assert 'narrowed by ARCHES="x86_64" FLAVOURS="rt": 1 of 4 configurations' in done.stderr
    assert "1 configurations resolved" in done.stderr


def test_a_package_of_two_arches(small_tree: Path) -> None:
    """As Ubuntu has them: one name, and a configuration for each architecture."""
    toml = small_tree / "distro/beta/distro.toml"
    names = '[arches.{}.names]\n"" = "generic"\nrt = '
    text = toml.read_text()
    for arch in ("x86_64", "aarch64"):
        text = text.replace(f"[arches.{arch}.names]\nrt = ", names.format(arch))
    toml.write_text(text)
    distgen("init", small_tree, "--distro=beta")
    run("make", "deb-src", cwd=small_tree)
    (path,) = (small_tree / "distro/out/beta").glob("*.dsc")
    assert "linux-image-generic deb kernel optional arch=amd64,arm64" in path.read_text()
    verify(path, code=0)


def test_a_package_of_a_derivative(small_tree: Path, tmp_path: Path) -> None:
    """Its control file is its parent's, line for line; a block of its own is an edit to verify."""
    distgen("distro", "new", "mint", "--from", "beta", "--tree", small_tree)
    run("make", "mint-src", cwd=small_tree)
    (path,) = (small_tree / "distro/out/mint").glob("*.dsc")
    verify("--no-resolve", copy(path, tmp_path / "else"), code=0)
    own = small_tree / "distro/mint/templates/rules.j2"
    own.parent.mkdir()
    own.write_text('{% extends "beta/rules.j2" %}{% block built_by %}export X := 1\n{% endblock %}')
    distgen("init", small_tree)
    run("make", "mint-src", cwd=small_tree)
    what = "debian/rules: not what distgen renders for mint"
    assert what in verify("--no-resolve", copy(path, tmp_path / "own"), code=1).stdout
    assert what in verify("--no-resolve", path, code=0).stderr


def test_built_again_by_dpkg(dsc: Path, tmp_path: Path) -> None:
    """dpkg-source packs the same files, and writes the same .dsc."""
    folder = tmp_path / "again"
    folder.mkdir()
    run("dpkg-source", "-q", "--no-check", "-x", dsc, folder / "kernel", cwd=folder)
    run("dpkg-source", "-q", "-b", "kernel", cwd=folder)
    verify(folder / dsc.name, code=0)


def test_signed(dsc: Path, tmp_path: Path) -> None:
    """As debsign signs it; the signature itself is not looked at."""
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    gpg = ("gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback")
    new = ("--passphrase", "", "--quick-generate-key", "a@example.org", "ed25519")
    run(*gpg, *new, cwd=tmp_path)
    run(*gpg, "--clearsign", "--output", f"{dsc}.asc", dsc, cwd=tmp_path)
    run("gpgconf", "--homedir", home, "--kill", "gpg-agent", cwd=tmp_path)
    Path(f"{dsc}.asc").rename(dsc)
    assert dsc.read_bytes().startswith(b"-----BEGIN PGP SIGNED MESSAGE-----")
    assert "0 findings: 2 files" in verify(dsc, code=0).stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Format: 3.0 (quilt)\nSource: k\xff\n", "damaged: 'utf-8' codec can't decode"),
        (b"Format: 3.0 (quilt)\nSource: k\n\nSource: l\n", "2 stanzas, and a .dsc has one"),
        (b"Format: 3.0 (quilt)\nSource: k\n" + b"X: y\n" * 300_000, "more than 1 MiB"),
        (b"Format: 3.0 (quilt)\n", "not a source package that distgen can verify"),
    ],
    ids=["bytes", "stanzas", "size", "fields"],
)
def test_what_is_no_dsc(dsc: Path, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "kernel.dsc"
    path.write_bytes(content)
    done = verify(path, dsc, "--no-resolve", code=2)
    assert message in done.stderr
    assert "FINE" in done.stderr  # the other one


def test_a_source_package_of_somebody_else(tmp_path: Path) -> None:
    path = make_dsc(tmp_path, {"config/kernel-x86_64.config": "CONFIG_A=y\n"})
    done = verify(path, code=1)
    assert "debian/layers: not there: make D-src did not make this package" in done.stdout


def test_what_a_package_says_does_not_steer_the_terminal(made: Path, tmp_path: Path) -> None:
    after = edit_dsc("^Homepage: .*", "Homepage: \x1b]0;x\x07")
    path = put_together(made, tmp_path, Case(name="", after=after, found=[]))
    said = verify("--no-resolve", path, code=1).stdout
    assert "Homepage: " in said and "\x1b" not in said


def test_json(dsc: Path) -> None:
    found = json.loads(verify("--json", dsc, code=0).stdout)
    assert [(f["file"], f["check"], f["note"]) for f in found] == [
        (str(dsc), "resolve", True),
    ]
