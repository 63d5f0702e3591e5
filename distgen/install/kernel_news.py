# SPDX-License-Identifier: GPL-2.0-or-later
"""From one kernel to the next: which options are gone, changed, or new and undecided.

The lock names the commit of the last ``init``; its Kconfig files come from git. They are read as
text: an option exists if a Kconfig file of any arch defines it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from distgen.kernel.symbols import Symbol, symbols_of_commit, symbols_of_tree
from distgen.kernel.tree import Tree
from distgen.layers.layout import Layout


@dataclass(frozen=True, kw_only=True)
class KernelNews:
    """One option: ``kind`` is gone, new or changed, ``where`` the layers or the distributions."""

    kind: str
    symbol: str
    what: str
    where: tuple[str, ...]

    def text(self) -> str:
        """One line: ``gone CONFIG_X: was in drivers/Kconfig; distro/configs/generic.config:12``."""
        return f"{self.kind} CONFIG_{self.symbol}: {self.what}; {', '.join(self.where)}"


def kernel_news(
    tree: Tree, commit: str, layout: Layout, undecided: Mapping[str, Collection[str]]
) -> list[KernelNews] | None:
    """What changed in the kernel since ``commit``; None if git does not have that commit."""
    old = symbols_of_commit(tree, commit) if commit else {}
    return compare(old, symbols_of_tree(tree), _asked_in(layout), undecided) if old else None


def compare(
    old: Mapping[str, Symbol],
    new: Mapping[str, Symbol],
    asked: Mapping[str, Collection[str]],
    undecided: Mapping[str, Collection[str]],
) -> list[KernelNews]:
    """The news, sorted by kind and name.

    ``asked``: symbol → the layers that set it; ``undecided``: symbol → the distributions that leave
    it open.
    """
    found = []
    for symbol, where in sorted(asked.items()):
        was, now = old.get(symbol), new.get(symbol)
        if was and not now:
            what = f"was in {was.path}"
            found.append(KernelNews(kind="gone", symbol=symbol, what=what, where=tuple(where)))
        elif was and now and (what := _change(was, now)):
            found.append(KernelNews(kind="changed", symbol=symbol, what=what, where=tuple(where)))
    for symbol, distros in sorted(undecided.items()):
        if symbol in new and symbol not in old:
            what = f"{_quoted(new[symbol].prompts)} in {new[symbol].path}, undecided"
            found.append(KernelNews(kind="new", symbol=symbol, what=what, where=tuple(distros)))
    return found


def _change(was: Symbol, now: Symbol) -> str:
    """What changed: the type or the prompt."""
    if was.types != now.types and was.types and now.types:
        return f"was {' or '.join(sorted(was.types))}, is {' or '.join(sorted(now.types))}"
    if was.prompts != now.prompts:
        return f"was {_quoted(was.prompts)}, is {_quoted(now.prompts)}"
    return ""


def _quoted(prompts: Collection[str]) -> str:
    return " or ".join(f'"{prompt}"' for prompt in sorted(prompts)) or "never asked"


def _asked_in(layout: Layout) -> dict[str, list[str]]:
    """Symbol → ``distro/configs/generic.config:12`` of every layer that sets it."""
    asked: dict[str, list[str]] = {}
    for place, layer in layout.read().items():
        for symbol, setting in layer.settings.items():
            asked.setdefault(symbol, []).append(f"distro/{place.path}:{setting.line}")
    return asked
