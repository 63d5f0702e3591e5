# SPDX-License-Identifier: GPL-2.0-or-later
"""From one kernel to the next: which options are gone, changed, or new and undecided.

The lock names the commit of the last ``init``; its Kconfig files come from git. They are read as
text: an option exists if a Kconfig file of any arch defines it.
"""

from collections.abc import Collection, Iterator, Mapping

from distgen.kernel.symbols import Symbol, symbols_of_commit, symbols_of_tree
from distgen.kernel.tree import Tree
from distgen.layers.layout import Layout


def kernel_news(
    tree: Tree, commit: str, layout: Layout, undecided: Mapping[str, Collection[str]]
) -> list[str] | None:
    """What changed in the kernel since ``commit``; None if git does not have that commit."""
    old = symbols_of_commit(tree, commit) if commit else {}
    asked: dict[str, list[str]] = {}
    for place, layer in layout.read().items():
        for symbol, setting in layer.settings.items():
            asked.setdefault(symbol, []).append(f"distro/{place.path}:{setting.line}")
    return list(compare(old, symbols_of_tree(tree), asked, undecided)) if old else None


def compare(
    old: Mapping[str, Symbol],
    new: Mapping[str, Symbol],
    asked: Mapping[str, Collection[str]],
    undecided: Mapping[str, Collection[str]],
) -> Iterator[str]:
    """A line for each option: ``gone CONFIG_X: was in drivers/Kconfig; distro/configs/…:12``.

    ``asked``: symbol → the layers that set it, with the line; ``undecided``: symbol → the
    distributions that leave it open. The first word is gone, changed or new.
    """
    for symbol, where in sorted(asked.items()):
        was, now = old.get(symbol), new.get(symbol)
        if was and not now:
            yield f"gone CONFIG_{symbol}: was in {was.path}; {', '.join(where)}"
        elif was and now and (what := _change(was, now)):
            yield f"changed CONFIG_{symbol}: {what}; {', '.join(where)}"
    for symbol, distros in sorted(undecided.items()):
        if symbol in new and symbol not in old:
            what = f"{_quoted(new[symbol].prompts)} in {new[symbol].path}, undecided"
            yield f"new CONFIG_{symbol}: {what}; {', '.join(distros)}"


def _change(was: Symbol, now: Symbol) -> str:
    """What changed: the type or the prompt."""
    if was.types != now.types and was.types and now.types:
        return f"was {' or '.join(sorted(was.types))}, is {' or '.join(sorted(now.types))}"
    if was.prompts != now.prompts:
        return f"was {_quoted(was.prompts)}, is {_quoted(now.prompts)}"
    return ""


def _quoted(prompts: Collection[str]) -> str:
    return " or ".join(f'"{prompt}"' for prompt in sorted(prompts)) or "never asked"
