# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever moment a run is killed at, the tree is as before or as after, and the next one ends it.

A run is a fork of this process, so that Python's start takes no time. Half of them are killed at a
random time, half at a random one of the moments right before Python touches the file system: the
writing itself is too short to be met by chance.
"""

import fcntl
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from distgen.cli.opened import locked_layers, locked_tree
from distgen.config.change import Change, read_texts
from distgen.errors import UnsupportedError, UsageError
from distgen.install.install import install, rerender
from distgen.install.remove import remove
from distgen.kernel.tree import open_tree
from distgen.layers.layout import open_layout
from distgen.layers.place import Place
from distgen.layers.precedence import Precedence
from distgen.sources.importer import import_into
from distgen.store import journal, transaction
from tests.lib.command import PROJECT, distgen

SEED = 20261125
KILLS = 60  # of each of init, render and remove; with those of import 200 in all
IMPORT_KILLS = 20

Work = Callable[[Path], object]
Snapshot = dict[str, tuple[int, bytes]]


def states(tree: Path) -> Snapshot:
    """Every path with its mode and content; what is staged, built or Kbuild's is not looked at."""
    found = {}
    for where, folders, files in os.walk(tree):
        folders[:] = [
            f for f in folders if f not in {transaction.STAGING, "out"} and f[:5] != ".tmp_"
        ]
        for name in (*folders, *files):
            path = Path(where, name)
            content = path.read_bytes() if path.is_file() else b""
            found[path.relative_to(tree).as_posix()] = (path.lstat().st_mode, content)
    return found


def start(work: Work, tree: Path, scratch: Path, *, kill_at: int = 0, log: int = -1) -> int:
    """Do ``work`` in a child. It kills itself at the ``kill_at``-th moment from its lock on.

    The moments go to the descriptor ``log``, a byte each: S for the one that begins to stage.
    """
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        os.environ["TMPDIR"] = str(scratch)  # what is killed leaves its temporary files
        count = 0

        def moment(event: str, values: tuple[object, ...]) -> None:
            nonlocal count
            touches = event.startswith(("os.", "shutil.", "fcntl.")) or event == "open"
            if not touches or (not count and event != "fcntl.flock"):
                return
            count += 1
            if log >= 0:
                staging = event == "os.mkdir" and str(values[0]).endswith(transaction.STAGING)
                os.write(log, b"S" if staging else b".")
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        sys.addaudithook(moment)
        work(tree)
    finally:
        os._exit(0)


def moments(work: Work, tree: Path, scratch: Path) -> tuple[int, int, float]:
    """How many moments there are, which of them begins to stage, and how long it takes in all."""
    reader, writer = os.pipe()
    began = time.monotonic()
    child = start(work, tree, scratch, log=writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        seen = pipe.read()
    os.waitpid(child, 0)
    return len(seen), seen.index(b"S") + 1, time.monotonic() - began


def again(work: Work, tree: Path) -> None:
    """The next run. Where the killed one had removed all, there is nothing left to remove."""
    try:
        work(tree)
    except UnsupportedError as error:
        assert "distgen is not installed here" in error.message  # noqa: PT017


def killed_at_random_moments(
    work: Work, kills: int, fresh: Callable[[], Path], scratch: Path
) -> None:
    """Kill ``work`` on a ``fresh()`` tree, each time again, and hold what is there against both."""
    chance = random.Random(f"{SEED} {kills}")
    print(f"seed {SEED}")
    tree = fresh()
    before = states(tree)
    total, staging, seconds = moments(work, tree, scratch)
    after = states(tree)
    assert before != after
    outcomes = {"before": 0, "after": 0, "journal": 0}
    for number in range(kills):
        tree = fresh()
        if number % 2:
            first = 1 if number % 8 == 1 else staging
            child = start(work, tree, scratch, kill_at=chance.randint(first, total))
        else:
            child = start(work, tree, scratch)
            time.sleep(chance.uniform(0, seconds))
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # make, which import starts, knows nothing of it
        found = states(tree)
        journal = (tree / transaction.STAGING / transaction.JOURNAL).exists()
        if journal:
            outcomes["journal"] += 1
        else:
            outcomes["before" if found == before else "after"] += 1
            assert found in (before, after), number
        if number % 3:  # any command that writes finishes it first
            with transaction.locked_for_writing(tree):
                assert states(tree) == (after if journal else found), number
        if number % 5 == 0:  # the next run may be killed as well
            os.waitpid(start(work, tree, scratch, kill_at=chance.randint(1, total)), 0)
        again(work, tree)
        assert states(tree) == after, number
        assert not (tree / transaction.STAGING).exists()
    print(outcomes)
    assert outcomes["journal"] or kills < KILLS, "no kill has met the writing itself"


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def copier(tree: Path) -> Callable[[], Path]:
    """Gives a copy of a tree, each time in the place of the one before."""
    original = shutil.copytree(tree, tree.with_name("original"), symlinks=True)
    copy = tree.with_name("copy")

    def fresh() -> Path:
        shutil.rmtree(copy, ignore_errors=True)
        return Path(shutil.copytree(original, copy, symlinks=True))

    return fresh


def init(tree: Path) -> object:
    with locked_tree(tree, writes=True) as (opened, _):
        return install(opened, ["fedora"], dry_run=False)


def render(tree: Path) -> object:
    with locked_tree(tree, writes=True) as (opened, _):
        return rerender(opened, force=True, dry_run=False)


def take_out(tree: Path) -> object:
    with locked_tree(tree, writes=True) as (opened, _):
        return remove(opened, everything=False, dry_run=False)


def test_init_is_killed(mini_tree: Path, scratch: Path) -> None:
    killed_at_random_moments(init, KILLS, copier(mini_tree), scratch)


def test_render_is_killed(mini_tree: Path, scratch: Path) -> None:
    """Files that are missing and edited, and a script and a package that are there no more."""
    install(open_tree(mini_tree), ["debian", "fedora"], dry_run=False)
    lock = mini_tree / "distro/distgen.lock"
    lock.write_text(lock.read_text().replace('"debian",\n', ""))
    (mini_tree / "GNUmakefile").unlink()
    (mini_tree / "Makefile.distro").write_text("# mine\n")
    fresh = copier(mini_tree)
    killed_at_random_moments(render, KILLS, fresh, scratch)
    tree = fresh()
    render(tree)
    assert not (tree / "distro/debian/package").exists()
    assert not (tree / "distro/scripts/deb/debs").exists()


def test_remove_is_killed(mini_tree: Path, scratch: Path) -> None:
    init(mini_tree)
    (mini_tree / "distro/fedora/configs/generic.config").write_text("CONFIG_MINE=y\n")
    killed_at_random_moments(take_out, KILLS, copier(mini_tree), scratch)


def test_import_is_killed(small_tree: Path, scratch: Path) -> None:
    config = small_tree / "distro/out/alpha/configs/kernel-x86_64.config"
    source = scratch / "config"
    text = config.read_text()
    source.write_text(text.replace("CONFIG_HYPERV=m", "CONFIG_HYPERV=y"))
    assert source.read_text() != text

    def work(tree: Path) -> object:
        with locked_layers(tree, writes=True) as (opened, layout):
            return import_into(opened, layout, "alpha", [f"x86_64={source}"], "a test")

    fresh = copier(small_tree)
    killed_at_random_moments(work, IMPORT_KILLS, fresh, scratch)


def test_a_full_disk_changes_nothing(mini_tree: Path) -> None:
    """What is staged is swept away when it cannot all be written."""
    before = states(mini_tree)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000));"
        "sys.argv = ['distgen', 'init', sys.argv[1], '--distro=fedora'];"
        "from distgen.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, mini_tree], cwd=PROJECT, text=True,
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "File too large" in done.stderr
    assert states(mini_tree) == before
    assert not (mini_tree / transaction.STAGING).exists()


def test_two_at_once(mini_tree: Path) -> None:
    """One does the work, and the other waits and finds it done."""
    other = shutil.copytree(mini_tree, mini_tree.with_name("other"))
    init(other)
    command = [sys.executable, "-m", "distgen", "init", mini_tree, "--distro=fedora"]
    runs = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert states(mini_tree) == states(other)


@pytest.mark.parametrize("command", ["render", "check", "remove"])
def test_one_waits_for_another(command: str, mini_tree: Path) -> None:
    init(mini_tree)
    (mini_tree / "GNUmakefile").unlink()
    before = states(mini_tree)
    folder = os.open(mini_tree, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with subprocess.Popen([sys.executable, "-m", "distgen", command, mini_tree], cwd=PROJECT,
                          stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as run:  # fmt: skip
        assert run.stderr
        assert b"waiting for the lock held by another distgen" in run.stderr.readline()
        assert states(mini_tree) == before
        os.close(folder)
        run.wait()
    assert run.returncode == (1 if command == "check" else 0)


def half_made(tree: Path, scratch: Path) -> dict[str, Path]:
    """Have init killed while it moves files to their places; those that still wait, by path."""
    bare, staging = copier(tree), tree / transaction.STAGING
    total, _, _ = moments(init, bare(), scratch)
    for kill_at in range(total, 0, -1):
        shutil.rmtree(tree)
        bare().rename(tree)
        os.waitpid(start(init, tree, scratch, kill_at=kill_at), 0)
        plan = staging / transaction.JOURNAL
        if plan.exists():
            writes = journal.parse(plan.read_bytes(), plan).writes
            waiting = {path: staging / move.staged for path, move in writes.items()}
            left = {path: staged for path, staged in waiting.items() if staged.exists()}
            if left:
                return left
    pytest.fail("it was never half made")


def test_what_is_half_made_is_told_by_what_only_reads(mini_tree: Path, scratch: Path) -> None:
    half_made(mini_tree, scratch)
    before = states(mini_tree)
    for command in ("check", "diff"):
        done = distgen(command, mini_tree, check=False)
        assert "an interrupted distgen left an unfinished change" in done.stderr
        assert done.returncode in (1, 3)
    assert states(mini_tree) == before
    done = distgen("render", mini_tree)
    assert "finished the change of an interrupted distgen" in done.stderr
    assert distgen("check", mini_tree).stdout == ""


def test_what_was_edited_in_the_meantime_is_left(
    mini_tree: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path, *_) = half_made(mini_tree, scratch)
    mine = mini_tree / path
    mine.write_text("# mine\n")
    with transaction.locked_for_writing(mini_tree):
        assert mine.read_text() == "# mine\n"
    assert f"{mine}: changed while this command ran; left as it is" in capsys.readouterr().err
    assert not (mini_tree / transaction.STAGING).exists()


def test_a_change_of_layers_that_are_not_any_more_what_they_were(mini_tree: Path) -> None:
    """As when somebody edits one while menuconfig has its menus open."""
    init(mini_tree)
    layout = open_layout(mini_tree / "distro")
    texts = read_texts(layout)
    place = Place(owner="fedora", folder="", name="generic")
    after = {**texts, place: texts[place] + "CONFIG_ZZZ=y\n"}
    change = Change(precedence=Precedence(layout), before=texts, after=after)
    mine = layout.path(Place(owner="fedora", folder="", name="x86_64"))
    mine.write_text("CONFIG_MINE=y\n")
    before = states(mini_tree)
    with pytest.raises(UsageError, match="changed while this command ran") as caught:
        change.write()
    assert str(mine) in caught.value.message
    assert states(mini_tree) == before
    mine.write_text(texts[Place(owner="fedora", folder="", name="x86_64")])
    change.write()
    assert layout.path(place).read_text().endswith("CONFIG_ZZZ=y\n")
