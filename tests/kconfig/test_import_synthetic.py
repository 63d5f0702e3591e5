# SPDX-License-Identifier: GPL-2.0-or-later
"""Import on Kconfig trees that nobody wrote: whatever depends on whatever, it is exact."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from distgen.distros.variant import Variant
from distgen.errors import CommandError
from distgen.kconfig.batch import Request, resolve_all
from distgen.kernel.tree import Tree, open_tree
from distgen.layers.layout import Layout, open_layout
from distgen.sources.configuration import Configuration
from distgen.sources.importer import import_configs
from distgen.store import transaction
from tests.lib.tree import make_small_tree

HEAD = """\
mainmenu "Synthetic"

config MODULES
	bool "Modules"
	default y
	modules

config X86
	def_bool "$(SRCARCH)" = "x86"

config HIDDEN
	bool
"""
NAMES = [f"S{number}" for number in range(16)]
KINDS = ("bool", "tristate", "tristate", "int", "string")


@st.composite
def options(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A Kconfig of sixteen options, and the type of each."""
    text = [HEAD]
    kinds: dict[str, str] = {}
    inside = 0
    for number, name in enumerate(NAMES):
        beside = NAMES[number - (4 - inside) : number] if inside else []
        earlier = [
            other
            for other in NAMES[:number]
            if kinds[other] in ("bool", "tristate") and other not in beside
        ]
        others = st.sampled_from([*earlier, "X86", "MODULES", "!X86"])
        if not inside and number < len(NAMES) - 3 and draw(st.integers(0, 4)) == 0:
            inside = 3
            text.append('choice\n\tprompt "Choice"')
            if draw(st.booleans()):
                text.append(f"\tdepends on {draw(others)}")
            text.append("")
        kinds[name] = "bool" if inside else draw(st.sampled_from(KINDS))
        lines = [f"config {name}", f'\t{kinds[name]} "Option {name}"']
        if draw(st.integers(0, 3)) == 0:
            lines[-1] += f" if {draw(others)}"
        if draw(st.integers(0, 2)) == 0:
            lines.append(f"\tdepends on {draw(others)}")
        if kinds[name] == "int":
            low = draw(st.integers(0, 5))
            lines += [f"\trange {low} {low + 20}", f"\tdefault {low + draw(st.integers(0, 20))}"]
        elif kinds[name] in ("bool", "tristate") and not inside:
            if earlier and draw(st.integers(0, 3)) == 0:
                chosen = draw(st.sampled_from(["HIDDEN", *_plain(text, earlier)]))
                lines.append(f"\t{draw(st.sampled_from(['select', 'imply']))} {chosen}")
            if draw(st.booleans()):
                lines.append(f"\tdefault y if {draw(others)}")
        text += ["\n".join(lines), ""]
        if inside:
            inside -= 1
            if not inside:
                text += ["endchoice", ""]
    return "\n".join(text), kinds


def _plain(text: list[str], names: list[str]) -> list[str]:
    """Those that are no members of a choice, which cannot be selected."""
    plain, inside = [], False
    for part in text:
        inside = (inside or part.startswith("choice")) and part != "endchoice"
        name = part.split("\n")[0].removeprefix("config ")
        if not inside and name in names:
            plain.append(name)
    return plain


def value_of(kind: str) -> st.SearchStrategy[str]:
    return {
        "bool": st.sampled_from("yn"),
        "tristate": st.sampled_from("ymn"),
        "int": st.integers(0, 25).map(str),
        "string": st.sampled_from(['"a"', '"b c"', '""']),
    }[kind]


@pytest.fixture(scope="module", params=["6.1", "7.2"])
def tree(
    request: pytest.FixtureRequest,
    kernel: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Tree]:
    """Kconfig before and after its choices were written anew, in 6.9."""
    path = make_small_tree(kernel(request.param), tmp_path_factory.mktemp("synthetic") / "linux")
    yield open_tree(path)
    shutil.rmtree(path)


def fragment(wanted: dict[str, str]) -> str:
    return "".join(
        f"# CONFIG_{name} is not set\n" if value == "n" else f"CONFIG_{name}={value}\n"
        for name, value in wanted.items()
    )


def flats(tree: Tree, layout: Layout, folder: Path, data: st.DataObject, kinds: dict[str, str]
) -> dict[Variant, bytes]:  # fmt: skip
    """Configurations as they would be shipped: a request for each option, and what it gave."""
    wishes = st.fixed_dictionaries({name: value_of(kind) for name, kind in kinds.items()})
    agreed = data.draw(wishes)
    requests = {}
    for number, variant in enumerate(layout.variants):
        own = data.draw(wishes)
        differs = data.draw(st.sets(st.sampled_from(NAMES), max_size=6))
        path = folder / f"{number}.config"
        path.write_text(fragment({n: (own if n in differs else agreed)[n] for n in NAMES}))
        requests[variant] = Request(arch=variant.arch, layers=[path])
    made = resolve_all(tree, requests, config=True)
    return {variant: configuration.config for variant, configuration in made.items()}


@given(options(), st.data())
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller one takes minutes to find
    suppress_health_check=list(HealthCheck),
)
def test_every_configuration_comes_out_again(
    tree: Tree, tmp_path: Path, kconfig: tuple[str, dict[str, str]], data: st.DataObject
) -> None:
    text, kinds = kconfig
    layout = empty_layout(tree, text)
    try:
        shipped = flats(tree, layout, tmp_path, data, kinds)
    except CommandError as error:
        if "recursive dependency limitations" not in error.message:
            raise
        reject()  # no Kconfig
    import_exactly(tree, layout, shipped)


def empty_layout(tree: Tree, kconfig: str) -> Layout:
    """The small tree's distributions without a layer, and a Kconfig for them."""
    (tree.path / "Kconfig").write_text(kconfig)
    layout = open_layout(tree.path / "distro")
    for path in layout.files().values():
        path.unlink()
    return layout


def import_exactly(tree: Tree, layout: Layout, shipped: dict[Variant, bytes]) -> None:
    """Import, see that all comes out again, and import once more: the same layers."""
    sources = {
        v: Configuration(text=config.decode(), origin=str(v)) for v, config in shipped.items()
    }
    files = import_configs(tree, layout, sources)
    transaction.write(layout.folder, files)
    made = resolve_all(tree, layout.requests(shipped), config=True)
    assert {variant: configuration.config for variant, configuration in made.items()} == shipped
    again = import_configs(tree, layout, sources)
    assert [(f.path, f.content) for f in again] == [(f.path, f.content) for f in files]


CHOICE = (
    HEAD
    + """
config X
	bool "X"

choice
	prompt "Choice"

config C
	bool "C"

config B
	bool "B"

config A
	bool "A"
	depends on X

endchoice
"""
)


def test_a_choice_is_not_spoiled_by_what_cannot_be_seen(tree: Tree, tmp_path: Path) -> None:
    """Alpha's A is the fewest settings, but where X is off, 6.1 takes C for a vain A, not B."""
    layout = empty_layout(tree, CHOICE)
    requests = {}
    for number, variant in enumerate(layout.variants):
        without = variant.distro == "beta" or (variant.arch, variant.flavour) == ("aarch64", "")
        path = tmp_path / f"{number}.config"
        path.write_text("CONFIG_B=y\n" if without else "CONFIG_X=y\nCONFIG_A=y\n")
        requests[variant] = Request(arch=variant.arch, layers=[path])
    made = resolve_all(tree, requests, config=True)
    import_exactly(tree, layout, {variant: made[variant].config for variant in made})
