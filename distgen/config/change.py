# SPDX-License-Identifier: GPL-2.0-or-later
"""A change of layers: their texts before and after, and what Kconfig makes of both."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from distgen.diff import unified
from distgen.distros.variant import Variant
from distgen.errors import UsageError
from distgen.kconfig.batch import Configuration, resolve_all
from distgen.kernel.tree import Tree
from distgen.layers import fragment
from distgen.layers.layout import Layout
from distgen.layers.place import Place
from distgen.layers.precedence import Precedence
from distgen.store.file import PLAIN, File, Ownership
from distgen.store.safe_path import refuse_links

Texts = Mapping[Place, str]


def read_texts(layout: Layout) -> dict[Place, str]:
    """The bytes of every layer as text; UsageError that names every line that is broken."""
    texts, wrong = {}, []
    for place, path in layout.files().items():
        try:
            fragment.read(path)
            texts[place] = path.read_bytes().decode()
        except UsageError as error:
            wrong.append(error)
    if wrong:
        hints = dict.fromkeys(error.hint for error in wrong)
        raise UsageError("\n".join(error.message for error in wrong), "\n  ".join(hints))
    return texts


def values_of(texts: Texts, layout: Layout) -> dict[str, dict[Place, fragment.Setting]]:
    """Symbol → place → setting."""
    values: dict[str, dict[Place, fragment.Setting]] = {}
    for place, text in texts.items():
        for symbol, setting in fragment.parse(text, layout.path(place)).settings.items():
            values.setdefault(symbol, {})[place] = setting
    return values


@dataclass(frozen=True, kw_only=True)
class Change:
    """``after`` holds every text of ``before``, changed or not, and those of new layers."""

    precedence: Precedence
    before: Texts
    after: Texts

    @property
    def layout(self) -> Layout:
        """The layout that is to be changed."""
        return self.precedence.layout

    @cached_property
    def places(self) -> list[Place]:
        """Those that change, sorted."""
        return [p for p, text in sorted(self.after.items()) if text != self.before.get(p)]

    @property
    def readers(self) -> list[Variant]:
        """The variants that read something that changes."""
        return self.precedence.of(self.places)

    def files(self) -> list[File]:
        """The files to write, from ``distro/``; UsageError for one that is a symbolic link."""
        files = []
        for place in self.places:
            refuse_links(self.layout.folder, place.path)
            path, content = self.layout.path(place), self.after[place].encode()
            mode = path.stat().st_mode & 0o777 if path.is_file() else PLAIN
            file = File(path=place.path, content=content, ownership=Ownership.SEEDED, mode=mode)
            files.append(file)
        return files

    def diff(self) -> str:
        """What changes, as ``diff -u`` shows it."""
        diffs = []
        for place in self.places:
            name, old = f"distro/{place.path}", self.before.get(place)
            before = None if old is None else old.encode()
            diffs.append(unified(before, self.after[place].encode(), name, name))
        return "".join(diffs)

    def write(self) -> None:
        """Put the files into their places, all at once.

        Raises UsageError if a layer changed since it was read.
        """
        now = read_texts(self.layout)
        for place in sorted({*now, *self.before}):
            if now.get(place) != self.before.get(place):
                message = f"{self.layout.path(place)}: changed while this command ran"
                raise UsageError(message, "nothing was written: run the command again")
        self.layout.write(self.files())

    def resolve(
        self, tree: Tree, variants: Collection[Variant], *, describe: Collection[str] = ()
    ) -> dict[Variant, tuple[Configuration, Configuration]]:
        """What Kconfig makes of each variant before and after, with its whole ``.config``."""
        with self.layout.changed(self.files()) as changed:
            layouts = (self.layout, changed)
            requests = {
                (variant, number): request
                for number, layout in enumerate(layouts)
                for variant, request in layout.requests(variants).items()
            }
            found = resolve_all(tree, requests, config=True, describe=describe)
        return {variant: (found[variant, 0], found[variant, 1]) for variant in variants}

    def resolve_after(
        self,
        tree: Tree,
        variants: Iterable[Variant],
        *,
        settable: bool = False,
        describe: Collection[str] = (),
    ) -> dict[Variant, Configuration]:
        """What Kconfig makes of each variant after, with its whole ``.config``."""
        with self.layout.changed(self.files()) as changed:
            requests = changed.requests(variants)
            return resolve_all(tree, requests, config=True, settable=settable, describe=describe)
