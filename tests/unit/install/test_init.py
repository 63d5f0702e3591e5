# SPDX-License-Identifier: GPL-2.0-or-later
"""distgen init on a miniature tree, through the command line."""

import json
import os
import sys
from pathlib import Path

from tests.lib.command import PROJECT, distgen, refused, run
from tests.lib.folder import KEPT, contents
from tests.lib.tree import make_mini_tree

BOTH = ("--distro", "fedora", "--distro", "debian")


def test_init_writes_once_and_then_nothing(mini_tree: Path) -> None:
    first = distgen("init", mini_tree, *BOTH)
    assert "Linux 6.12.3" in first.stderr
    for name in ("GNUmakefile", "Makefile.distro", "distro/distgen.lock", "distro/README.rst"):
        assert (mini_tree / name).is_file()
    before = contents(mini_tree)
    assert f"debian: could not be checked; to see why: make -C {mini_tree}" in first.stderr
    again = distgen("init", mini_tree)
    assert "could not" not in again.stderr
    check = f"make -C {mini_tree} debian-configs-check fedora-configs-check"
    assert f"nothing changed; to check the layers again: {check}\n" in again.stderr
    assert again.stdout == ""
    assert contents(mini_tree) == before
    assert distgen("check", mini_tree).stdout == ""


def test_a_second_distribution_joins_the_first(mini_tree: Path) -> None:
    distgen("init", mini_tree, "--distro", "debian")
    assert not (mini_tree / "distro/fedora").exists()
    scripts = mini_tree / "distro/scripts"
    assert (scripts / "deb/debs").is_file()
    assert not (scripts / "rpm/srpm").exists()
    distgen("init", mini_tree, "--distro", "fedora")
    assert (scripts / "rpm/srpm").is_file()
    assert (mini_tree / "distro/fedora/configs/generic.config").is_file()
    for name in ("debian", "fedora"):
        assert f"distros += {name}\n" in (mini_tree / "distro" / name / "Makefile").read_text()
    shipped = (PROJECT / "Makefile.distro").read_bytes()
    assert (mini_tree / "Makefile.distro").read_bytes() == shipped
    lock = json.loads((mini_tree / "distro/distgen.lock").read_text())
    assert lock["distros"] == ["debian", "fedora"]


def test_scripts_come_with_a_distribution_that_needs_them(mini_tree: Path) -> None:
    distgen("init", mini_tree, "--distro", "fedora")
    scripts = mini_tree / "distro/scripts"
    assert (scripts / "rpm/srpm").is_file()
    assert not (scripts / "deb").exists()


def test_dry_run_lists_and_writes_nothing(mini_tree: Path) -> None:
    before = contents(mini_tree)
    listed = distgen("init", mini_tree, *BOTH, "--dry-run").stdout.splitlines()
    assert contents(mini_tree) == before
    distgen("init", mini_tree, *BOTH)
    written = contents(mini_tree).keys() - before.keys() - KEPT
    assert {line.split(maxsplit=1)[1] for line in listed} == written


def test_seeded_files_are_the_users(mini_tree: Path) -> None:
    distgen("init", mini_tree, *BOTH)
    layer = mini_tree / "distro/fedora/configs/generic.config"
    layer.write_text("CONFIG_MINE=y\n")
    distgen("init", mini_tree)
    assert layer.read_text() == "CONFIG_MINE=y\n"
    assert distgen("check", mini_tree).returncode == 0


def test_check_names_what_drifted(mini_tree: Path) -> None:
    distgen("init", mini_tree, *BOTH)
    (mini_tree / "Makefile.distro").write_text("# mine\n")
    (mini_tree / "GNUmakefile").unlink()
    done = distgen("check", mini_tree, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["missing GNUmakefile", "edited Makefile.distro"]
    listed = json.loads(distgen("check", mini_tree, "--json", check=False).stdout)
    assert listed == [
        {"path": "GNUmakefile", "state": "missing"},
        {"path": "Makefile.distro", "state": "edited"},
    ]


def test_not_a_kernel_tree(tmp_path: Path) -> None:
    assert "not the top of a kernel tree (no Makefile)" in refused(3, "init", tmp_path, *BOTH)
    assert list(tmp_path.iterdir()) == []
    assert "no such directory" in refused(3, "init", tmp_path / "gone", *BOTH)


def test_a_makefile_that_is_no_kernels(mini_tree: Path) -> None:
    (mini_tree / "Makefile").write_text("all:\n")
    assert "no VERSION and PATCHLEVEL" in refused(3, "init", mini_tree, *BOTH)


def test_an_old_kernel(tmp_path: Path) -> None:
    tree = make_mini_tree(tmp_path / "linux", ("5", "15", "1", ""))
    assert "Linux 5.15.1 is older than 6.1" in refused(3, "init", tree, *BOTH)


def test_an_own_gnumakefile_is_left_alone(mini_tree: Path) -> None:
    (mini_tree / "GNUmakefile").write_text("include Makefile\n")
    before = contents(mini_tree)
    message = refused(2, "init", mini_tree, *BOTH)
    assert f"{mini_tree}/GNUmakefile: exists, and distgen did not write it" in message
    assert f"mv {mini_tree}/GNUmakefile" in message
    assert contents(mini_tree) == before


def test_an_edited_file_is_not_overwritten(mini_tree: Path) -> None:
    distgen("init", mini_tree, *BOTH)
    with (mini_tree / "Makefile.distro").open("a") as makefile:
        makefile.write("# mine\n")
    before = contents(mini_tree)
    assert "Makefile.distro: changed since distgen wrote it" in refused(2, "init", mini_tree)
    assert contents(mini_tree) == before


def test_a_link_out_of_the_tree_is_not_followed(mini_tree: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (mini_tree / "distro").symlink_to(tmp_path / "elsewhere")
    assert "distro: a symbolic link where distgen writes" in refused(2, "init", mini_tree, *BOTH)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_no_distribution_or_an_unknown_one(mini_tree: Path) -> None:
    message = refused(2, "init", mini_tree)
    assert "no distribution given" in message
    assert "debian, fedora" in message
    assert "did you mean fedora?" in refused(2, "init", mini_tree, "--distro", "fedra")


def test_a_lock_that_is_none(mini_tree: Path) -> None:
    distgen("init", mini_tree, *BOTH)
    lock = mini_tree / "distro/distgen.lock"
    lock.write_text("{}\n<<<<<<< HEAD\n")
    assert f"{lock}:2: not a lock file of distgen" in refused(2, "init", mini_tree)


def test_no_permission_to_write(mini_tree: Path) -> None:
    """Root may write everywhere, unless it gives up the capability for that."""
    bound = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    command = [*(bound if os.geteuid() == 0 else []), sys.executable, "-m", "distgen"]
    before = contents(mini_tree)
    mini_tree.chmod(0o555)
    try:
        done = run(*command, "init", mini_tree, *BOTH, cwd=PROJECT, check=False)
    finally:
        mini_tree.chmod(0o755)
    assert done.returncode == 3, done.stderr
    assert f"{mini_tree}: no permission to write" in done.stderr
    assert contents(mini_tree) == before


def test_help_loads_nothing_that_is_slow() -> None:
    """What makes start-up slow must not be imported before it is needed."""
    assert "init" in distgen("--help").stdout
    code = (
        "import sys; import distgen.cli; "
        "print([m for m in ('rpm', 'debian', 'jinja2', 'tomllib', 'rich') if m in sys.modules])"
    )
    done = run(sys.executable, "-c", code, cwd=PROJECT)
    assert done.stdout.strip() == "[]"


def test_version() -> None:
    assert distgen("--version").stdout == "distgen 0.1.0\n"
