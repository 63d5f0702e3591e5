# SPDX-License-Identifier: GPL-2.0-or-later
"""Refactoring: layers written again with the fewest settings, no configuration changed by it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from distgen.distros.variant import Variant
from distgen.errors import CommandError
from distgen.factoring.factor import Layers, factor, requested
from distgen.kconfig.batch import Configuration, resolve_all
from distgen.kernel.tree import Tree
from distgen.layers import fragment
from distgen.layers.edit import LAYER_HEAD
from distgen.layers.layout import Layout
from distgen.store.file import File, Ownership

Reasons = Mapping[tuple[str, str], tuple[str, ...]]


def refactor(tree: Tree, layout: Layout) -> list[File]:
    """Every layer file of ``layout`` that factoring its resolved configurations would change."""
    requests = layout.requests(layout.variants)
    resolved = resolve_all(tree, requests, settable=True, config=True)
    return changed_files(layout, factored(tree, layout, resolved, of_layers=resolved))


def changed_files(layout: Layout, files: Iterable[File]) -> list[File]:
    """Those of ``files`` that are not in the layout as they are."""
    return [
        file
        for file in files
        if not (layout.folder / file.path).is_file()
        or (layout.folder / file.path).read_bytes() != file.content
    ]


def factored(
    tree: Tree,
    layout: Layout,
    resolved: Mapping[Variant, Configuration],
    *,
    of_layers: Collection[Variant],
    reasons: Reasons | None = None,
) -> list[File]:
    """The layer files from which each of ``resolved`` comes out byte for byte.

    ``resolved`` has what a user could set and the whole file of each configuration; ``reasons``
    what is to be said above a setting that has no reason yet, by symbol and value. Proved by
    resolving what was made of it, but for those ``of_layers`` (what they are comes from the layers
    that are there) that read none of the files that change. Where all of them are of derivatives,
    no layer of others is looked at; those of mere ancestors stay as they are.
    Nothing is written.
    """
    own = {variant.distro for variant in resolved}
    derived = all(len(layout.distro(name).lineage) > 1 for name in own)
    others = {place.owner for place in layout.files()} - own if derived else {*layout.ancestors}
    there = {
        place: {symbol: setting.value for symbol, setting in found.settings.items()}
        for place, found in layout.read().items()
        if place.owner in others
    }
    orders = {variant: layout.places(variant) for variant in resolved}
    values: dict[Variant, Mapping[str, str]] = {v: c.settable for v, c in resolved.items()}
    for _ in range(2):
        layers = factor(values, orders, there)
        files = list(layer_files(layout, layers, reasons or {}, others))
        wrong = differing(tree, layout, files, resolved, of_layers)
        # Kconfig keeps more of a request than its value: in a choice, that it was made. Where
        # something else came out, nothing that its layers ask for in vain may be asked for.
        for variant in wrong:
            idle = {s: v for s, v in requested(layers, orders[variant]).items() if v == "y"}
            given = resolved[variant].settable
            values[variant] = {**{s: "n" for s in idle if s not in given}, **given}
        if not wrong:
            return files
    message = "\n".join(f"{variant}: its layers do not reproduce it" for variant in wrong)
    raise CommandError(message, "report this with the configurations: it is a bug in distgen")


def differing(
    tree: Tree,
    layout: Layout,
    files: Sequence[File],
    resolved: Mapping[Variant, Configuration],
    of_layers: Collection[Variant],
) -> list[Variant]:
    """The variants that would not come out byte for byte, were ``files`` written."""
    changed = {file.path for file in changed_files(layout, files)}
    asked = [
        variant
        for variant in resolved
        if variant not in of_layers
        or any(place.path in changed for place in layout.places(variant))
    ]
    with layout.changed(files) as after:
        found = resolve_all(tree, after.requests(asked), config=True)
    return [variant for variant in asked if found[variant].config != resolved[variant].config]


def layer_files(
    layout: Layout, layers: Layers, reasons: Reasons, others: Collection[str]
) -> Iterable[File]:
    """Every layer file but those of ``others`` as it should be; what nothing needs is emptied.

    The head of a file stays, and so does the reason of a setting that stays.
    """
    for place in sorted({*layout.files(), *layers}):
        if place.owner in others:
            continue
        path = layout.path(place)
        before = fragment.read(path) if path.is_file() else fragment.Layer()
        settings = {}
        for symbol, value in layers.get(place, {}).items():
            kept = before.settings.get(symbol)
            reason = kept.reason if kept and kept.value == value else ()
            reason = reason or reasons.get((symbol, value), ())
            settings[symbol] = fragment.Setting(symbol=symbol, value=value, reason=reason)
        head = before.head or tuple(LAYER_HEAD.splitlines())
        text = fragment.Layer(settings=settings, head=head).text()
        yield File(path=place.path, content=text.encode(), ownership=Ownership.SEEDED)
