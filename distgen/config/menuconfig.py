# SPDX-License-Identifier: GPL-2.0-or-later
"""Menuconfig on a configuration of the layers: what is changed there goes back into a layer."""

import re
import shlex
import sys
from pathlib import Path

from distgen.config.change import read_texts, values_of
from distgen.config.effect import Outcome, outcome
from distgen.config.set import edited
from distgen.distros.variant import Variant
from distgen.errors import UnsupportedError, UsageError
from distgen.kconfig.batch import (
    Configuration,
    Request,
    kbuild_folder,
    makefile_of,
    refuse_blanks,
    resolve_all,
)
from distgen.kconfig.values import changed
from distgen.kernel.tree import Tree
from distgen.layers.layout import Layout
from distgen.layers.place import Place
from distgen.layers.precedence import Precedence
from distgen.run import run, run_attached

GOAL = re.compile(r"[a-z0-9]+config")
TERMINAL = ("menuconfig", "nconfig")


def menuconfig(tree: Tree, layout: Layout, name: str, goal: str) -> Outcome:
    """Run the tree's own ``goal`` on the configuration ``name``, and put what changes in its layer.

    That is the most special one: of the distribution, the arch and the flavour. Nothing is written.
    """
    if not GOAL.fullmatch(goal):
        message = f"{goal!r} is not a target that edits a configuration"
        raise UsageError(message, "use menuconfig, nconfig, xconfig or gconfig")
    if goal in TERMINAL and not sys.stdin.isatty():
        message = f"{goal} needs a terminal, but standard input is not one"
        raise UnsupportedError(message, "run it in a terminal, or use --with xconfig")
    variant = layout.variant(name)
    before = resolve(tree, variant, layout.layers(variant))
    with kbuild_folder() as folder:
        config = Path(folder) / "config"
        config.write_bytes(before.config)
        edit_config(tree, variant, config, goal)
        saved = resolve(tree, variant, [config])
    return put_back(tree, layout, variant, before, saved)


def resolve(tree: Tree, variant: Variant, layers: list[Path]) -> Configuration:
    """One configuration with what can be set in it."""
    request = {variant: Request(arch=variant.arch, layers=layers)}
    return resolve_all(tree, request, settable=True, config=True)[variant]


def edit_config(tree: Tree, variant: Variant, config: Path, goal: str) -> None:
    """Run ``make goal`` on a file, with the terminal and with the environment of the resolver.

    It is built aside. Kbuild does not allow that where something was built in the tree itself, so
    there it is built in the tree.
    """
    built = (tree.path / ".config", tree.path / "include" / "config")
    aside = [] if any(path.exists() for path in built) else [f"O={config.parent}"]
    refuse_blanks(tree.path)
    argv = ["make", *kbuild_arguments(tree, variant), f"KCONFIG_CONFIG={config}", *aside, goal]
    run_attached(argv, cwd=tree.path)


def kbuild_arguments(tree: Tree, variant: Variant) -> list[str]:
    """What Makefile.distro gives Kbuild for an arch, without what is for the resolver alone."""
    show = f"distgen-show: ; @:$(info $(distro-kbuild) ARCH=$({variant.arch}-arch))"
    argv = ["make", "-rRs", "-f", str(makefile_of(tree)), f"--eval={show}", "distgen-show"]
    where = [f"srctree={tree.path}", f"objtree={tree.path}"]
    words = shlex.split(run([*argv, *where], cwd=tree.path).stdout)
    return [word for word in words if not word.startswith("--eval")]


def put_back(
    tree: Tree, layout: Layout, variant: Variant, before: Configuration, saved: Configuration
) -> Outcome:
    """The most special layer of ``variant`` with what makes ``before`` come out as ``saved``."""
    precedence = Precedence(layout)
    place = Place(owner=variant.distro, folder=variant.flavour, name=variant.arch)
    texts = read_texts(layout)
    said = values_of(texts, layout)
    wanted: dict[str, str | None] = {}
    for symbol, value in saved.settable.items():
        there = {p: setting.value for p, setting in said.get(symbol, {}).items()}
        same = value == before.settable.get(symbol)
        if not same and precedence.asked(variant, there) != value:
            wanted[symbol] = value
    change, notes = edited(precedence, texts, place, wanted)
    resolved = change.resolve(tree, change.readers, describe=wanted)
    if variant in resolved:
        differing = changed(resolved[variant][1].config, saved.config)
        notes += [
            f"warning: CONFIG_{symbol} is {got}, not {asked}: set it with distgen config set"
            for symbol, (got, asked) in differing.items()
        ]
    elif saved.config != before.config:
        notes.append("warning: no layer can make that change")
    return outcome(change, place, resolved, wanted, notes)
