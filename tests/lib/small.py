# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tree's own targets make of the small tree, and what its layers say: the truth."""

from pathlib import Path

from tests.lib.command import distgen, run
from tests.lib.tree import SMALL_DISTROS


def configs(tree: Path) -> dict[str, str]:
    """Every resolved ``.config``, by variant: ``alpha/x86_64:rt``."""
    run("make", "-j2", *(f"{name}-configs" for name in SMALL_DISTROS), cwd=tree)
    found = written_configs(tree)
    assert len(found) == 16
    return found


def written_configs(tree: Path) -> dict[str, str]:
    """The same of what make has written already, in any tree."""
    found = {}
    for path in sorted((tree / "distro/out").glob("*/configs/*.config")):
        arch, _, flavour = path.stem.removeprefix("kernel-").partition("-")
        name = f"{path.parts[-3]}/{arch}" + (f":{flavour}" if flavour else "")
        found[name] = path.read_text()
    return found


def settings(config: str) -> dict[str, str]:
    """Symbol → value of a ``.config``, "n" for "is not set"."""
    found = {}
    for line in config.splitlines():
        if line.endswith(" is not set"):
            found[line.split()[1].removeprefix("CONFIG_")] = "n"
        elif line.startswith("CONFIG_"):
            symbol, _, value = line.removeprefix("CONFIG_").partition("=")
            found[symbol] = value
    return found


def values(tree: Path, symbol: str) -> dict[str, str]:
    """A symbol's value in every configuration, "-" where it is not in it."""
    return {name: settings(text).get(symbol, "-") for name, text in configs(tree).items()}


def layers(tree: Path) -> dict[str, str]:
    """Every layer, by its path from ``distro/``."""
    folder = tree / "distro"
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*.config")
        if "out" not in path.relative_to(folder).parts
    }


def init(tree: Path, *names: str) -> None:
    """Make Makefile.distro fit what a distro.toml says now, without the layers that ship."""
    before = layers(tree)
    distgen("init", tree, *(f"--distro={name}" for name in names))
    for name in layers(tree).keys() - before.keys():
        (tree / "distro" / name).unlink()


def differing(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str, str]]:
    """What is not the same in two of the above, with both."""
    return {
        name: (before.get(name, ""), after.get(name, ""))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }


def edit(tree: Path, path: str, text: str, *, to: str = "") -> None:
    """Replace ``text`` in a layer by ``to``, or add a line at its end where ``text`` is empty."""
    layer = tree / "distro" / path
    layer.parent.mkdir(parents=True, exist_ok=True)
    before = layer.read_text() if layer.exists() else ""
    assert text in before
    layer.write_text(before.replace(text, to, 1) if text else f"{before}{to}\n")
