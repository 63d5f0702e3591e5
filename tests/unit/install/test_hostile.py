# SPDX-License-Identifier: GPL-2.0-or-later
"""A tree that means harm: nothing outside of it is read into output, written or removed."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from distgen.errors import UsageError
from distgen.install.install import install
from distgen.kernel.tree import open_tree
from distgen.store import lock, transaction
from tests.lib.command import distgen
from tests.lib.folder import LOCK, snapshot

SECRET = "root:x:0:0:a secret of this machine"
SHA256 = hashlib.sha256(f"{SECRET}\n".encode()).hexdigest()
COMMANDS = ("init", "render", "check", "diff", "remove")
CONFIG = (
    ("config", "lint", "--fix", "--tree"),
    ("config", "set", "SOUND=y", "--tree"),
    ("config", "explain", "SOUND", "--tree"),
    ("config", "diff", "fedora/x86_64", "debian/x86_64", "--tree"),
)


@pytest.fixture
def tree(mini_tree: Path) -> Path:
    install(open_tree(mini_tree), ["fedora", "debian"], dry_run=False)
    return mini_tree


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder outside the tree, with a file that nobody may see."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "passwd").write_text(f"{SECRET}\n")
    return folder


def refused_safely(*argv: str | Path) -> str:
    """What a command that has to refuse says; it may not wait for anything, nor tell secrets."""
    done = distgen(*argv, check=False, seconds=30)
    assert done.returncode == 2, (argv, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert len(done.stderr) < 2000
    return done.stderr


def harmless(tree: Path, outside: Path, *commands: tuple[str, ...]) -> list[str]:
    """Each command is refused and changes nothing, in the tree and outside."""
    before = snapshot(tree), snapshot(outside)
    messages = []
    for command in commands:
        messages.append(refused_safely(*command, tree))
        assert (snapshot(tree), snapshot(outside)) == before, command
    return messages


ENTRY = f"0644 {SHA256}"
NAMES = ["/etc/passwd", "../outside/passwd", "distro/../../outside/passwd", "distro/out/x/y", ""]
NAMES += ["distro/scripts/a\nb", "distro/scripts/a b", "distro/scripts/..", "distro/./README.rst"]
NAMES += ["Makefile", "distro", "distro/scripts", "distro/scripts/x/", "distro/distgen.lock"]
NAMES += ["distro/fedora/distro.toml", "distro/configs/package/x", "distro/a/package/../x"]
ENTRIES: list[object] = [f"7777 {SHA256}", SHA256, f"0644 {SHA256[1:]}g", f"{ENTRY} x", 1, None]
ENTRIES += [f"{ENTRY}\n", [ENTRY], {"a": ENTRY}, "0644 " + "0" * 65, ""]
PARTS: dict[str, object] = {"distros": ["../../outside"], "owned": [], "seeded": None, "more": {}}
PARTS |= {"distgen": 7, "folders": ["/etc"]}
TABLES = [
    *({"owned": {name: ENTRY}} for name in NAMES),
    *({"seeded": {name: ENTRY}} for name in ["GNUmakefile", "distro/configs/a/b/c.config"]),
    *({"owned": {"GNUmakefile": entry}} for entry in ENTRIES),
    *({key: value} for key, value in PARTS.items()),
    *({"distros": value} for value in ("fedora", ["fedora", 1], [["fedora"]], ["out"], {})),
    *({"folders": [value]} for value in ("distro/..", "distro/../..", "arch", "distro//x", 1)),
    {"distgen": "\x1b[31m"},
]


def write_lock(tree: Path, part: dict[str, object]) -> Path:
    """A lock of which one part is not as it should be, on many lines."""
    (tree / "distro").mkdir()
    table = {"distgen": "0.1.0", "distros": ["fedora"], "owned": {}, "seeded": {}, "folders": []}
    (tree / LOCK).write_text(json.dumps({**table, **part}, indent=1))
    return tree / LOCK


@pytest.mark.parametrize("part", TABLES, ids=lambda part: json.dumps(part)[:60])
def test_a_lock_that_no_distgen_wrote(part: dict[str, object], mini_tree: Path) -> None:
    """It is said which line of it is wrong."""
    path = write_lock(mini_tree, part)
    ((token, value),) = part.items()
    if isinstance(value, dict | list) and value and isinstance(next(iter(value)), str):
        token = list(value)[-1] if token == "distros" else next(iter(value))
        token = token if isinstance(token, str) else "distros"
    lines = path.read_text().splitlines()
    wanted = next(n for n, line in enumerate(lines, 1) if json.dumps(token) in line)
    with pytest.raises(UsageError, match="not a lock file of distgen") as caught:
        lock.read(mini_tree)
    assert caught.value.message.startswith(f"{path}:{wanted}: ")
    assert f"git checkout {LOCK}" in caught.value.hint
    assert caught.value.message.isascii() and caught.value.message.isprintable()


@pytest.mark.parametrize("name", ["/etc/passwd", "../outside/passwd", "Makefile"])
def test_a_lock_that_names_what_is_not_distgens(name: str, mini_tree: Path, outside: Path) -> None:
    path = write_lock(mini_tree, {"owned": {name: ENTRY}})
    for message in harmless(mini_tree, outside, *((command,) for command in COMMANDS)):
        assert (
            f"{path}:7: not a lock file of distgen ('{name}' is not a path for owned files"
            in message
        )


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'distgen = "0.1.0"\n', 1),
        (b"", 1),
        (b"{\n\xff}", 2),
        (b"[" * 100_000, 1),
        (b"[]", 1),
        (b"1" * 100_000, 1),
        (b" " * 10_000_000, None),
        (b'{"owned": {},\n"owned": {}}', 1),
        (b'{"seeded": {}, "owned": {\n"a": "",\n"a": ""}}', 2),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_lock_that_is_something_else(
    content: bytes, line: int | None, tree: Path, outside: Path
) -> None:
    (tree / LOCK).write_bytes(content)
    for message in harmless(tree, outside, *((command,) for command in COMMANDS)):
        where = f"{tree / LOCK}:{line}: not a lock" if line else f"{tree / LOCK}: too large"
        assert where in message


Make = Callable[[Path, Path], None]


def link(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "passwd")


def link_to_nothing(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "none")


def link_to_a_device(path: Path, outside: Path) -> None:
    path.symlink_to("/dev/zero")


def pipe(path: Path, outside: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [link, link_to_nothing, link_to_a_device, pipe])
def test_something_else_where_the_lock_is(make: Make, tree: Path, outside: Path) -> None:
    (tree / LOCK).unlink()
    make(tree / LOCK, outside)
    for message in harmless(tree, outside, *((command,) for command in COMMANDS)):
        assert f"{tree / LOCK}: " in message


@pytest.mark.parametrize("name", ["GNUmakefile", "distro/scripts/version"])
@pytest.mark.parametrize("make", [link, link_to_nothing, link_to_a_device])
def test_a_link_where_an_owned_file_is(make: Make, name: str, tree: Path, outside: Path) -> None:
    """Also where the lock says that distgen wrote what it leads to."""
    (tree / name).unlink()
    make(tree / name, outside)
    table = json.loads((tree / LOCK).read_text())
    table["owned"][name] = ENTRY
    (tree / LOCK).write_text(json.dumps(table))
    for message in harmless(tree, outside, *((command,) for command in COMMANDS)):
        assert f"{tree / name}: a symbolic link" in message
        assert f"rm {tree / name}" in message


def test_a_pipe_where_an_owned_file_is(tree: Path, outside: Path) -> None:
    (tree / "GNUmakefile").unlink()
    os.mkfifo(tree / "GNUmakefile")
    for command in ("check", "diff"):
        done = distgen(command, tree, check=False)
        assert done.returncode == 1
        assert "GNUmakefile" in done.stdout
    messages = harmless(tree, outside, ("init",), ("render",), ("render", "--force"), ("remove",))
    assert all(f"{tree}/GNUmakefile: " in message for message in messages)


@pytest.mark.parametrize("name", ["distro", "distro/scripts", "distro/fedora"])
def test_a_folder_that_leads_out(name: str, tree: Path, outside: Path) -> None:
    (tree / name).rename(outside / "moved")
    (tree / name).symlink_to(outside / "moved")
    commands = [(command,) for command in COMMANDS]
    for message in harmless(tree, outside, *commands, *CONFIG):
        assert f"{tree / name}: a symbolic link" in message


@pytest.mark.parametrize("make", [link, link_to_a_device, pipe])
def test_something_else_where_a_layer_is(make: Make, tree: Path, outside: Path) -> None:
    name = "distro/fedora/configs/generic.config"
    (tree / name).unlink()
    make(tree / name, outside)
    messages = harmless(tree, outside, *CONFIG, ("init",), ("render",))
    assert all(f"{tree / name}: " in message for message in messages)


def test_a_distribution_that_leads_out(tree: Path, outside: Path) -> None:
    name = "distro/fedora/distro.toml"
    (tree / name).rename(outside / "distro.toml")
    (tree / name).symlink_to(outside / "distro.toml")
    commands = [(command,) for command in COMMANDS]
    for message in harmless(tree, outside, *commands, *CONFIG):
        assert f"{tree / name}: a symbolic link" in message


def test_a_link_to_what_was_built_is_not_followed(tree: Path, outside: Path) -> None:
    (tree / "distro/out").symlink_to(outside)
    (message,) = harmless(tree, outside, ("remove", "--all"))
    assert f"{tree}/distro/out: a symbolic link" in message


def test_a_link_in_what_was_built_is_not_followed(tree: Path, outside: Path) -> None:
    (tree / "distro/out").mkdir()
    (tree / "distro/out/link").symlink_to(outside)
    before = snapshot(outside)
    distgen("remove", tree, "--all")
    assert not (tree / "distro").exists()
    assert snapshot(outside) == before


PATHS = ["/etc/x", "../outside/x", "distro/../../outside/x", ".git/hooks/pre-commit", "."]
PATHS += ["", "a\0", "distro/.GIT/config", "distro//x", "link/x"]
JOURNALS: list[object] = [
    *({"writes": {path: ["0", None]}, "removals": {}, "folders": []} for path in PATHS),
    *({"writes": {}, "removals": {path: ["1", SHA256]}, "folders": []} for path in PATHS),
    *({"writes": {}, "removals": {}, "folders": [path]} for path in PATHS),
    {"writes": {"distro/x": ["../../outside/passwd", None]}, "removals": {}, "folders": []},
    {"writes": {"distro/x": ["0", 1]}, "removals": {}, "folders": []},
    {"writes": {"distro/x": "0"}, "removals": {}, "folders": []},
    {"writes": [], "removals": {}, "folders": []},
    {"writes": {}, "removals": {"link/passwd": ["1", SHA256]}, "folders": []},
    [],
    None,
]


@pytest.mark.parametrize("plan", JOURNALS, ids=lambda plan: json.dumps(plan)[:60])
def test_a_journal_that_no_distgen_wrote(plan: object, mini_tree: Path, outside: Path) -> None:
    staging = mini_tree / transaction.STAGING
    staging.mkdir()
    (staging / "0").write_text("harm\n")
    (staging / transaction.JOURNAL).write_text(json.dumps(plan))
    (mini_tree / "link").symlink_to(outside)
    before = snapshot(mini_tree), snapshot(outside)
    wrong = r"not a journal of distgen|link: a symbolic link"
    with pytest.raises(UsageError, match=wrong), transaction.locked_for_writing(mini_tree):
        pytest.fail("it was believed")
    assert (snapshot(mini_tree), snapshot(outside)) == before


def test_a_journal_that_reaches_out(mini_tree: Path, outside: Path) -> None:
    plan = {"writes": {}, "removals": {"../outside/passwd": ["1", SHA256]}, "folders": []}
    staging = mini_tree / transaction.STAGING
    staging.mkdir()
    (staging / transaction.JOURNAL).write_text(json.dumps(plan))
    (message,) = harmless(mini_tree, outside, ("init", "--distro=fedora"))
    assert f"{staging / transaction.JOURNAL}:1: not a journal of distgen" in message


@pytest.mark.parametrize("make", [link, pipe, Path.mkdir])
def test_something_else_where_is_staged(make: Make, mini_tree: Path, outside: Path) -> None:
    staging = mini_tree / transaction.STAGING
    if make is Path.mkdir:
        staging.mkdir()
        (staging / "mine").write_text("mine\n")
    else:
        make(staging, outside)
    (message,) = harmless(mini_tree, outside, ("init", "--distro=fedora"))
    assert f"{staging}: not written by distgen" in message


def test_what_is_staged_is_no_link(mini_tree: Path, outside: Path) -> None:
    staging = mini_tree / transaction.STAGING
    staging.mkdir()
    (staging / "0").symlink_to(outside / "passwd")
    plan = {"writes": {"GNUmakefile": ["0", None]}, "removals": {}, "folders": []}
    (staging / transaction.JOURNAL).write_text(json.dumps(plan))
    before = snapshot(outside)
    done = distgen("init", mini_tree, "--distro=fedora")
    assert SECRET not in done.stdout + done.stderr
    assert not (mini_tree / "GNUmakefile").is_symlink()
    assert snapshot(outside) == before


def test_layers_may_have_any_name(tree: Path) -> None:
    """Nobody reads them, and nobody minds."""
    for name in ("a b.config", "a\nb.config", "'$(id)'.config", "-x.config"):
        (tree / "distro/configs" / name).write_text("CONFIG_MINE=y\n")
    Path(os.fsdecode(os.fsencode(tree) + b"/distro/configs/\xff.config")).touch()
    assert distgen("check", tree).stdout == ""
    distgen("render", tree)
    done = distgen("remove", tree)
    assert "kept 'distro/configs/a\\nb.config': not distgen's\n" in done.stdout
    assert "kept 'distro/configs/\\udcff.config': not distgen's\n" in done.stdout
