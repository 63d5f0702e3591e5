# SPDX-License-Identifier: GPL-2.0-or-later
"""Templates of a distribution's own: which one is meant, and that none can do harm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from distgen.distros.load import load_all
from distgen.errors import UsageError
from distgen.packaging.render import render
from tests.lib.command import PROJECT

SPEC = "kernel.spec.j2"
LINEAGE = {"bazzite": "fedora", "deck": "bazzite"}
BLOCK = '{{% extends "{}/kernel.spec.j2" %}}\n{{% block {} %}}\n{}\n{{% endblock %}}\n'


class Tree:
    """A ``distro/`` with a derivative of Fedora and one of that, and what is rendered of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, parent in LINEAGE.items():
            (folder / name / "templates").mkdir(parents=True)
            text = f'title = "{name.title()}"\nparent = "{parent}"\n'
            (folder / name / "distro.toml").write_text(text)

    def write(self, owner: str, text: str | bytes, name: str = SPEC) -> Path:
        path = self.folder / owner / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def spec(self, distro: str) -> str:
        names = ["fedora", "rhel", *LINEAGE]
        distros = load_all([self.folder, PROJECT / "distro"], names)
        files = render(distros, layers=PROJECT / "distro", own=self.folder)
        (found,) = (f for f in files if f.path == f"distro/{distro}/package/kernel.spec")
        return found.content.decode()

    def refused(self) -> UsageError:
        with pytest.raises(UsageError) as caught:
            self.spec("deck")
        assert caught.value.hint
        return caught.value


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "distro")


def described(text: str) -> str:
    """The block "description" of a spec."""
    return text.partition("\n%description\n")[2].partition("\n\n")[0]


def test_one_block_is_overridden_and_the_rest_is_the_parents(tree: Tree) -> None:
    plain = tree.spec("deck")
    tree.write("bazzite", BLOCK.format("fedora", "description", "Of bazzite."))
    assert tree.spec("fedora") == (PROJECT / "distro/fedora/package/kernel.spec").read_text()
    assert tree.spec("deck") == plain.replace(described(plain), "Of bazzite.")
    assert described(tree.spec("bazzite")) == "Of bazzite."


def test_a_derivative_of_a_derivative_adds_to_what_its_parent_says(tree: Tree) -> None:
    tree.write("bazzite", BLOCK.format("fedora", "description", "Of bazzite."))
    tree.write("deck", BLOCK.format("bazzite", "description", "{{ super() -}}\nOf deck."))
    assert described(tree.spec("deck")) == "Of bazzite.\nOf deck."
    assert described(tree.spec("bazzite")) == "Of bazzite."
    assert "\n# Fedora builds kernel-headers" in tree.spec("deck")


@pytest.mark.parametrize("called", ["deck", "bazzite", "fedora"])
def test_an_ancestor_without_the_file_means_its_own_ancestor(called: str, tree: Tree) -> None:
    """Fedora's it is in all three cases; a template that calls itself means what is below it."""
    tree.write("deck", BLOCK.format(called, "description", "Of deck."))
    assert described(tree.spec("deck")) == "Of deck."
    assert "\n# Fedora builds kernel-headers" in tree.spec("deck")


def test_a_template_of_the_tree_stands_before_the_one_that_ships(tree: Tree) -> None:
    tree.write("fedora", BLOCK.format("fedora", "description", "Of this tree."))
    for name in ("fedora", "bazzite", "deck"):
        assert described(tree.spec(name)) == "Of this tree."
        assert "\n# Fedora builds kernel-headers" in tree.spec(name)


def test_the_family_can_be_extended_past_the_parents(tree: Tree) -> None:
    tree.write("deck", BLOCK.format("rpm", "description", "Of deck."))
    assert "\n# Fedora builds kernel-headers" not in tree.spec("deck")


def test_parts_are_for_others_to_include(tree: Tree) -> None:
    tree.write("bazzite", "Of {{ distro.name }}.", "_said.j2")
    text = '{% include "deck/_said.j2" %}\n'
    tree.write("deck", BLOCK.format("bazzite", "description", text))
    assert described(tree.spec("deck")) == "Of deck."


def test_a_file_that_all_distributions_of_a_family_share(tree: Tree) -> None:
    """It is there once, until a distribution has a template of that name."""
    distros = load_all([PROJECT / "distro"], ["debian", "ubuntu"])
    shared, own = "package/deb/image.prerm", "ubuntu/package/image.prerm"

    def rendered() -> dict[str, str]:
        files = render(distros, layers=PROJECT / "distro", own=tree.folder)
        return {
            name: file.content.decode()
            for file in files
            if (name := file.path.removeprefix("distro/")).endswith("/image.prerm")
        }

    text = (PROJECT / "distro" / shared).read_text()
    assert rendered() == {shared: text}
    tree.write("ubuntu", '{% include "deb/image.prerm.j2" %}\n# mine\n', "image.prerm.j2")
    assert rendered() == {shared: text, own: f"{text}# mine\n"}


def test_what_is_no_template_is_passed_over(tree: Tree) -> None:
    plain = tree.spec("deck")
    for name in ("README", ".kernel.spec.j2", "kernel.spec.j2~", "kernel.spec"):
        tree.write("deck", "mine", name)
    assert tree.spec("deck") == plain


def test_a_template_that_nothing_would_use(tree: Tree) -> None:
    path = tree.write("deck", "", "kernel.spce.j2")
    error = tree.refused()
    assert error.message == f"{path}: no file of the packaging is called kernel.spce"
    assert "did you mean kernel.spec?" in error.hint


IN_BLOCK = '{% extends "bazzite/kernel.spec.j2" %}\n{% block description %}\n'
CYCLER = "{{ cycler.__init__.__globals__.os.popen('id').read() }}"
UPDATE = "{{ distro.arches[0].names.update({'a': 'b'}) }}"
CALLS = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"
READS_FILES = {
    '{% include "/etc/passwd" %}': "there is no template /etc/passwd",
    '{% include "../../../etc/passwd" %}': "there is no template ../../../etc/passwd",
    '{% include "deck/../../../../etc/passwd" %}': "there is no template deck/../",
    '{% include ["a/b.j2", "/etc/passwd"] %}': "there is no template /etc/passwd",
    '{% import "os" as os %}': "there is no template os",
    '{% include "deck/distro.toml" %}': "there is no template deck/distro.toml",
    "{{ open('/etc/passwd') }}": "'open' is undefined",
}
RUNS_PYTHON = {
    "{{ distro.__class__ }}": "'__class__' of 'Distro' object is unsafe",
    "{{ ''.__class__.__mro__ }}": "'__class__' of 'str' object is unsafe",
    "{{ '{0.__class__}'.format(distro) }}": "'__class__' of 'Distro' object is unsafe",
    "{{ self._TemplateReference__context }}": "is unsafe",
    CYCLER: "'__init__' of 'type' object is unsafe",
    UPDATE: "'update' of 'dict' object is unsafe",
}
WITHOUT_END = {
    "{{ range(200000) }}": "Range too big",
    CALLS: "nested without end",
}
MISTAKES = {
    "{{ 1 / 0 }}": "ZeroDivisionError",
    "{{ distro.nosuch }}": "has no attribute 'nosuch'",
    "{{ [1]|random }}": "No filter named 'random'",
    "{% for %}": "Expected an expression",
    "{% include 5 %}": "TypeError",
}


@pytest.mark.parametrize(
    ("text", "what"), [*{**READS_FILES, **RUNS_PYTHON, **WITHOUT_END, **MISTAKES}.items()]
)
def test_what_a_template_may_not_do_is_an_error_at_its_line(
    text: str, what: str, tree: Tree
) -> None:
    """The line is that of the template at fault, of however many there are."""
    path = tree.write("deck", f"{IN_BLOCK}\n{text}\n{{% endblock %}}\n")
    tree.write("bazzite", BLOCK.format("fedora", "check_end", "true"))
    message = tree.refused().message
    assert what in message
    assert message.startswith(f"{path}:4: ")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('{% extends "feodra/kernel.spec.j2" %}', 1, "there is no template feodra/kernel.spec.j2"),
        ('\n{% extends "fedora/kernel.spec.j2" %}{% block %}', 2, "expected token 'name'"),
        (b"\n\xff", 1, "UnicodeDecodeError"),
        ("{% for a in b %}" * 30 + "{% endfor %}" * 30, 1, "too many statically nested blocks"),
        ("{{ " + "(" * 5000 + ")" * 5000 + " }}", 1, "nested without end"),
        ("{% extends distro.name ~ '/../kernel.spec.j2' %}", 1, "there is no template deck/../"),
    ],
)
def test_a_template_that_is_none(text: str | bytes, line: int, what: str, tree: Tree) -> None:
    path = tree.write("deck", text)
    message = tree.refused().message
    assert message.startswith(f"{path}:{line}: ")
    assert what in message


def test_a_template_that_calls_its_heir_means_what_is_below_itself(tree: Tree) -> None:
    tree.write("deck", BLOCK.format("bazzite", "description", "{{ super() -}}\nOf deck."))
    tree.write("bazzite", BLOCK.format("deck", "description", "Of bazzite."))
    assert described(tree.spec("deck")) == "Of bazzite.\nOf deck."


def test_templates_that_extend_each_other(tree: Tree) -> None:
    tree.write("fedora", '{% extends "rhel/kernel.spec.j2" %}')
    tree.write("rhel", '{% extends "fedora/kernel.spec.j2" %}')
    message = tree.refused().message
    assert message.startswith(f"{tree.folder}/")
    assert "/templates/kernel.spec.j2:1: templates, macros or brackets nested" in message


@pytest.mark.parametrize("what", ["file", "templates", "distro", "dangling"])
def test_links_out_of_the_tree_are_refused(what: str, tree: Tree, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "templates").mkdir(parents=True)
    (other / "distro.toml").write_text('title = "Deck"\nparent = "bazzite"\n')
    (other / "templates" / SPEC).write_text("mine")
    deck = tree.folder / "deck"
    link = {"distro": deck, "file": deck / "templates" / SPEC}.get(what, deck / "templates")
    source = {"distro": other, "file": other / "templates" / SPEC, "dangling": tmp_path / "gone"}
    if what != "file":
        (deck / "templates").rmdir()
    if what == "distro":
        (deck / "distro.toml").unlink()
        deck.rmdir()
    link.symlink_to(source.get(what, other / "templates"))
    error = tree.refused()
    assert f"a symbolic link that leads out of {tree.folder}" in error.message
    assert f"rm {deck}" in error.hint


def test_links_inside_of_the_tree_are_followed(tree: Tree) -> None:
    path = tree.write("bazzite", BLOCK.format("rpm", "description", "Of both."))
    (tree.folder / "deck/templates" / SPEC).symlink_to(path)
    assert described(tree.spec("deck")) == "Of both."


@pytest.mark.parametrize("make", [Path.mkdir, lambda p: p.write_bytes(b" " * ((1 << 20) + 1))])
def test_no_file_or_a_large_one(make: Callable[[Path], object], tree: Tree) -> None:
    path = tree.folder / "deck/templates" / SPEC
    make(path)
    assert tree.refused().message == f"{path}: not a file of up to 1048576 bytes"
