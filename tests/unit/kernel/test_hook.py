# SPDX-License-Identifier: GPL-2.0-or-later
"""The hook: where it goes in a kernel's Makefile, that it comes out, and when it is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distgen.errors import UnsupportedError, UsageError
from distgen.kernel import hook
from tests.lib.command import distgen, git
from tests.lib.kernel_makefile import MAKEFILE

GOALS = "no-dot-config-targets += $(distro-goals)\n"


def test_each_block_is_where_it_belongs() -> None:
    lines = hook.apply(MAKEFILE).splitlines()
    goals = lines.index("-include $(srctree)/distro/Makefile.goals")
    assert lines[goals - 1].strip() == "outputmakefile"
    assert lines[goals + 1] == GOALS.strip()
    assert lines[goals + 2].startswith("no-sync-config-targets")
    included = lines.index("include $(srctree)/Makefile.distro")
    assert lines.index("%pkg: include/config/kernel.release FORCE") < included
    assert included < lines.index("# Brief documentation of the typical targets used")
    told = lines.index("\t@$(MAKE) -f $(srctree)/Makefile.distro distro-help")
    assert lines[told + 3] == "\t@echo  'Documentation targets:'"


@given(
    st.lists(
        st.tuples(
            st.integers(0, MAKEFILE.count("\n")),
            st.sampled_from(["\n", "# \udce9\x0c\n", "X := 1\n", "\t@:\n", "endif\n"]),
        )
    )
)
def test_undo_gives_every_byte_back(others: list[tuple[int, str]]) -> None:
    """Whatever else is in the Makefile; a byte that is no UTF-8 comes as a surrogate."""
    lines = MAKEFILE.splitlines(keepends=True)
    for index, line in others:
        lines.insert(index, line)
    text = "".join(lines)
    hooked = hook.apply(text)
    assert hook.is_in(hooked) and not hook.is_partly_in(text)
    assert hook.apply(hooked) == hooked
    assert hook.undo(hooked) == text == hook.undo(text)


def test_undo_keeps_what_others_have_changed() -> None:
    def changed(text: str) -> str:
        text = text.replace("cscope help%", "cscope gtags help%").replace("FORCE:\n", "FORCE: ;\n")
        return "# mine\n" + text.replace("\t@echo  'Kernel packaging:'\n", "\t@echo 'X:'\n")

    assert hook.undo(changed(hook.apply(MAKEFILE))) == changed(MAKEFILE)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("no-dot-config-targets :=", "X :=", "M: .*: no line begins with no-dot-config-targets :="),
        ("%pkg: inc", "%deb: inc", "M: .*: no line begins with %pkg:"),
        ("%src-pkg:", "%pkg:", "M:9: .*: as line 7, this one begins with %pkg:"),
        (
            "Documentation t",
            "T",
            "M: .*: no line begins with @echo 'Documentation targets:' of help",
        ),
        ("\nhelp:", "\nnothelp:", "M:19: .*: this line is not in the rule of help"),
        ("FORCE:\n", "FORCE:", "M:23: .*: no newline at its end"),
    ],
)
def test_a_makefile_without_a_place_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(UnsupportedError) as refused:
        hook.apply(MAKEFILE.replace(old, new, 1), "M")
    assert refused.match(said)
    assert refused.value.hint.endswith("distgen init --hook overlay")


def test_a_hook_that_was_changed_by_hand_is_refused() -> None:
    edited = hook.apply(MAKEFILE).replace("$(distro-goals)\n", "$(distro-goals) more\n", 1)
    assert hook.is_partly_in(edited) and not hook.is_in(edited)
    for change in (hook.apply, hook.undo):
        with pytest.raises(UsageError) as refused:
            change(edited, "M")
        assert refused.match(r"M:5: distgen's hook, changed by hand: -include")


@pytest.fixture
def hooked(mini_tree: Path) -> Path:
    """A tree whose Makefile is committed, with fedora and the patch hook."""
    with (mini_tree / "Makefile").open("a") as makefile:
        makefile.write(MAKEFILE)
    git(mini_tree, "init", "-q")
    git(mini_tree, "add", "Makefile")
    git(mini_tree, "commit", "-qm", "Linux 6.12.3")
    done = distgen("init", mini_tree, "--distro", "fedora", "--hook", "patch")
    assert "unhooked Makefile" in done.stdout
    assert f"git -C {mini_tree} commit Makefile" in done.stderr
    return mini_tree


def test_init_says_what_the_hook_changes(hooked: Path) -> None:
    assert not (hooked / "GNUmakefile").exists()
    assert git(hooked, "diff", "--stat").splitlines()[-1].strip() == (
        "1 file changed, 13 insertions(+)"
    )
    assert (hooked / "Makefile").stat().st_mode & 0o777 == 0o644
    lock = json.loads((hooked / "distro/distgen.lock").read_text())
    assert lock["hook"] == "patch" and "Makefile" not in lock["owned"]
    again = distgen("init", hooked)
    assert again.stdout == "" and "commit Makefile" not in again.stderr
    assert distgen("check", hooked).stdout == ""


def test_the_hook_can_be_changed_and_changed_back(hooked: Path) -> None:
    distgen("init", hooked, "--distro", "debian", "--hook", "overlay", "--dry-run")
    assert not (hooked / "GNUmakefile").exists()
    done = distgen("init", hooked, "--hook", "overlay")
    assert done.stdout.splitlines() == ["missing GNUmakefile", "hooked Makefile"]
    assert "commit Makefile" not in done.stderr
    assert git(hooked, "status", "--porcelain", "-uno") == ""
    assert distgen("init", hooked).stdout == ""
    done = distgen("init", hooked, "--hook", "patch")
    assert done.stdout.splitlines() == ["unhooked Makefile", "orphan GNUmakefile"]
    assert not (hooked / "GNUmakefile").exists()
    assert distgen("check", hooked).stdout == ""


def test_a_lost_hook_is_drift(hooked: Path) -> None:
    git(hooked, "checkout", "-q", "Makefile")
    done = distgen("check", hooked, check=False)
    assert (done.returncode, done.stdout) == (1, "unhooked Makefile\n")
    assert distgen("init", hooked).stdout == "unhooked Makefile\n"
    makefile = hooked / "Makefile"
    makefile.write_text(makefile.read_text().replace(GOALS, ""))
    assert distgen("check", hooked, check=False).stdout == "edited Makefile\n"
    done = distgen("init", hooked, check=False)
    assert done.returncode == 2 and f"{makefile}:" in done.stderr and "by hand" in done.stderr


def test_a_tree_that_has_the_hook_in_a_commit_keeps_it(hooked: Path) -> None:
    git(hooked, "commit", "-qam", "kbuild: add distribution packaging")
    git(hooked, "clean", "-qfdx", "distro", "Makefile.distro")
    done = distgen("init", hooked, "--distro", "fedora")
    assert "Makefile\n" not in done.stdout.replace("/Makefile", "") and "GNU" not in done.stdout
    assert json.loads((hooked / "distro/distgen.lock").read_text())["hook"] == "patch"


def test_remove_gives_the_makefile_back(hooked: Path) -> None:
    """Byte for byte, with what others have changed in it since."""
    makefile = hooked / "Makefile"
    makefile.write_text(makefile.read_text() + "# mine\n")
    assert "hooked Makefile" in distgen("remove", hooked, "--dry-run").stdout.splitlines()
    assert "distro-goals" in makefile.read_text()
    assert "hooked Makefile" in distgen("remove", hooked).stdout.splitlines()
    assert makefile.read_text() == git(hooked, "show", "HEAD:Makefile") + "# mine\n"
    assert not (hooked / "distro").exists()


def test_an_edited_gnumakefile_is_not_taken_away(hooked: Path) -> None:
    distgen("init", hooked, "--hook", "overlay")
    with (hooked / "GNUmakefile").open("a") as makefile:
        makefile.write("# mine\n")
    before = (hooked / "Makefile").read_bytes()
    done = distgen("init", hooked, "--hook", "patch", check=False)
    assert done.returncode == 2
    assert f"{hooked}/GNUmakefile: changed since distgen wrote it" in done.stderr
    assert (hooked / "Makefile").read_bytes() == before


def test_nothing_is_written_where_the_hook_has_no_place(mini_tree: Path) -> None:
    done = distgen("init", mini_tree, "--distro", "fedora", "--hook", "patch", check=False)
    assert done.returncode == 3
    assert f"{mini_tree}/Makefile: no place for the hook: no line begins with" in done.stderr
    assert not (mini_tree / "distro").exists() and not (mini_tree / "Makefile.distro").exists()
