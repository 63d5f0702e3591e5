# SPDX-License-Identifier: GPL-2.0-or-later
"""Undecided options: a user could set them, and no layer sets them."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from distgen.config.change import Change, read_texts
from distgen.distros.finding_kind import Kind
from distgen.distros.variant import Variant
from distgen.errors import UsageError
from distgen.factoring.factor import factor
from distgen.kconfig.batch import resolve_all
from distgen.kconfig.option import Option
from distgen.kconfig.values import changed
from distgen.kernel.tree import Tree
from distgen.layers import edit
from distgen.layers.fragment import Setting
from distgen.layers.layout import Layout, in_words
from distgen.layers.precedence import Precedence
from distgen.run import run

SHOWN = ("symbol", "type", "prompt", "menu", "path", "line", "help")  # of an option
SECONDS = 5.0  # that the history may take
SHALLOW = "the clone is too shallow to tell which commit added them"


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """An option, the default that each variant has, and the commit that brought its line.

    ``commit`` is empty where git was not asked, and SHALLOW where it does not know.
    """

    option: Option
    values: Mapping[Variant, str]
    commit: str = ""


def undecided(tree: Tree, layout: Layout, variants: Collection[Variant]) -> list[Undecided]:
    """What is undecided in ``variants``, in the order of the names."""
    requests = layout.requests(variants)
    values: dict[str, dict[Variant, str]] = {}
    for variant, configuration in resolve_all(tree, requests).items():
        for finding in configuration.findings:
            if finding.kind is Kind.UNDECIDED:
                values.setdefault(finding.symbol, {})[variant] = finding.got
    if not values:
        return []
    asked = {v: requests[v] for v in map(min, values.values())}
    described = resolve_all(tree, asked, describe=values)
    options = [(described[min(seen)].options[name], seen) for name, seen in sorted(values.items())]
    commits = history(tree, [option for option, _ in options])
    return [
        Undecided(option=option, values=seen, commit=commits.get(option.symbol, ""))
        for option, seen in options
    ]


def history(tree: Tree, options: Sequence[Option]) -> dict[str, str]:
    """Symbol → the commit that its definition came with, as long as that does not take long."""
    found: dict[str, str] = {}
    if not (tree.path / ".git").exists():
        return found
    end = time.monotonic() + SECONDS
    for option in options:
        if time.monotonic() > end:
            break
        where = ["-L", f"{option.line},{option.line}", "--", option.path]
        done = run(["git", "blame", "--porcelain", *where], cwd=tree.path, check=False)
        if done.returncode:
            continue
        head, *lines = done.stdout.splitlines()
        fields = dict(line.partition(" ")[::2] for line in lines if not line.startswith("\t"))
        if "boundary" in fields:
            found[option.symbol] = SHALLOW
        elif head.strip("0 1"):
            found[option.symbol] = f"{head[:12]} ({fields.get('summary', '')})"
    return found


def accept(tree: Tree, layout: Layout, found: Sequence[Undecided]) -> Change:
    """The layers with every default written down, at the fewest places that give all theirs.

    Raises UsageError where that would not leave every configuration as it is.
    """
    values: dict[Variant, dict[str, str]] = {variant: {} for variant in layout.variants}
    for item in found:
        for variant, value in item.values.items():
            values[variant][item.option.symbol] = value
    before = read_texts(layout)
    texts = dict(before)
    reason = (f"# The default of Linux {tree.version}, which nobody has decided",)
    for place, settings in factor(values, {v: layout.places(v) for v in values}).items():
        said = (Setting(symbol=s, value=value, reason=reason) for s, value in settings.items())
        texts[place] = edit.put(texts.get(place, ""), *said)
    change = Change(precedence=Precedence(layout), before=before, after=texts)
    for variant, (old, new) in change.resolve(tree, change.readers).items():
        if names := ", ".join(changed(old.config, new.config)):
            message = f"{variant}: writing the defaults changes other values: {names}"
            raise UsageError(message, f"decide by hand: distgen config set {names.split(',')[0]}=")
    return change


def as_text(layout: Layout, item: Undecided) -> str:
    """What there is to know to decide it."""
    option = item.option
    lines = [f'CONFIG_{option.symbol}: {option.type} "{option.prompt}"']
    lines.append(f"  {option.path}:{option.line}: {' > '.join(option.menu) or 'at the top'}")
    for value in sorted({*item.values.values()}):
        variants = [variant for variant in item.values if item.values[variant] == value]
        lines.append(f"  {value} in {in_words(variants, layout.variants)}")
    if item.commit and item.commit != SHALLOW:
        lines.append(f"  came with {item.commit}")
    lines += [f"    {line}".rstrip() for line in option.help.strip().splitlines()]
    return "\n".join(lines)


def as_object(item: Undecided) -> dict[str, object]:
    option = item.option
    return {
        **{key: getattr(option, key) for key in SHOWN},
        "commit": item.commit if item.commit != SHALLOW else "",
        "values": {str(variant): value for variant, value in item.values.items()},
    }
