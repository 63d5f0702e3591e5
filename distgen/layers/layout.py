# SPDX-License-Identifier: GPL-2.0-or-later
"""A layout: the layers below one ``distro/`` folder, and the distributions that read them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from distgen.distros.distro import Arch, Distro
from distgen.distros.load import load_all, names_in
from distgen.distros.variant import Variant
from distgen.errors import UnsupportedError, UsageError, did_you_mean
from distgen.kconfig.batch import Request
from distgen.kernel.tree import is_tree
from distgen.layers import fragment
from distgen.layers.place import Place, places
from distgen.store import lock, transaction
from distgen.store.file import File
from distgen.store.safe_path import refuse_links_out

BASE_NAME = "base"  # what FLAVOURS= and the command line call the flavour without a name


@dataclass(frozen=True)
class Layout:
    """``folder`` is a ``distro/``; ``distros`` are those that it is for."""

    folder: Path
    distros: tuple[Distro, ...]

    @cached_property
    def owners(self) -> frozenset[str]:
        """Who has layers that are read: the distributions, and all that they inherit from."""
        return frozenset(name for distro in self.distros for name in distro.lineage)

    @cached_property
    def ancestors(self) -> frozenset[str]:
        """Those of the owners that are there for others to inherit from, and for that alone."""
        return self.owners - {distro.name for distro in self.distros}

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """Every configuration of every distribution."""
        return tuple(variant for distro in self.distros for variant in distro.variants)

    def distro(self, name: str) -> Distro:
        """The distribution of that name, or UsageError."""
        for distro in self.distros:
            if distro.name == name:
                return distro
        message = f"{self.folder}: no distribution {name!r}"
        raise UsageError(message, did_you_mean(name, (d.name for d in self.distros)))

    def arch(self, variant: Variant) -> Arch:
        """What its distribution says of a variant's arch."""
        return next(a for a in self.distro(variant.distro).arches if a.name == variant.arch)

    def places(self, variant: Variant) -> list[Place]:
        """Every place that a variant reads, in order, whether there is a layer or not."""
        lineage = self.distro(variant.distro).lineage
        return list(places(variant.flavour, lineage=lineage, names=self.arch(variant).layers))

    def path(self, place: Place) -> Path:
        """The file of a place."""
        return self.folder / place.path

    def layers(self, variant: Variant) -> list[Path]:
        """The layers of a variant that exist, in order."""
        return [path for path in map(self.path, self.places(variant)) if path.is_file()]

    def requests(self, variants: Iterable[Variant]) -> dict[Variant, Request]:
        """What to ask Kconfig for to have these variants resolved."""
        return {v: Request(arch=v.arch, layers=self.layers(v)) for v in variants}

    def files(self) -> dict[Place, Path]:
        """Every layer that there is, sorted by place: those that nothing reads as well."""
        found = {}
        for path in self.folder.rglob("*.config"):
            *folders, name = path.relative_to(self.folder).parts
            at = folders.index("configs") if "configs" in folders[:2] else -1
            if at >= 0 and len(folders) <= at + 2:
                owner, folder = "".join(folders[:at]), "".join(folders[at + 1 :])
                found[Place(owner=owner, folder=folder, name=Path(name).stem)] = path
        return dict(sorted(found.items()))

    def read(self) -> dict[Place, fragment.Layer]:
        """The content of every layer; UsageError with file and line for one that is broken."""
        return {place: fragment.read(path) for place, path in self.files().items()}

    def select(
        self, distros: Sequence[str] = (), arches: Sequence[str] = (), flavours: Sequence[str] = ()
    ) -> list[Variant]:
        """The variants of all that is named; nothing named means all. Flavour ``base`` is base.

        Raises UsageError for a name that no distribution has, and where nothing is left.
        """
        found = list(self.variants)
        for what, names, of in (
            ("distribution", distros, {v: v.distro for v in found}),
            ("arch", arches, {v: v.arch for v in found}),
            ("flavour", flavours, {v: v.flavour or BASE_NAME for v in found}),
        ):
            for name in names:
                if name not in of.values():
                    message = f"{self.folder}: no {what} {name!r}"
                    raise UsageError(message, did_you_mean(name, {*of.values()}))
            found = [v for v in found if not names or of[v] in names]
        if not found:
            asked = " ".join([*distros, *arches, *flavours])
            message = f"{self.folder}: no configuration matches: {asked}"
            raise UsageError(message, "distgen list shows the configurations")
        return found

    def variant(self, text: str) -> Variant:
        """``DISTRO/ARCH[:FLAVOUR]`` as a variant; UsageError where there is none."""
        distro, _, rest = text.partition("/")
        arch, _, flavour = rest.partition(":")
        if not rest:
            message = f"{text!r} does not name a configuration"
            raise UsageError(message, "write DISTRO/ARCH or DISTRO/ARCH:FLAVOUR")
        return self.select([distro], [arch], [flavour or BASE_NAME])[0]

    @property
    def root(self) -> Path:
        """What is locked while the layers change: the kernel tree that they are in, if any."""
        return root_of(self.folder)

    def write(self, files: Iterable[File]) -> None:
        """Put ``files``, with paths from ``folder``, into their places, all at once."""
        prefix = self.folder.relative_to(self.root)
        moved = [replace(file, path=(prefix / file.path).as_posix()) for file in files]
        transaction.write(self.root, moved)

    @contextmanager
    def changed(self, files: Iterable[File]) -> Iterator["Layout"]:
        """A copy of the layout, in a temporary folder, in which ``files`` are written already.

        Paths of ``files`` are from ``folder``. An empty file is taken out.
        """
        with TemporaryDirectory(prefix="distgen-") as name:
            copy = Path(name) / "distro"
            paths = [*self.folder.rglob("*.config"), *self.folder.glob("*/distro.toml")]
            there = {path.relative_to(self.folder): path for path in paths}
            contents = {p: path.read_bytes() for p, path in there.items() if "out" not in p.parts}
            contents |= {Path(file.path): file.content for file in files}
            for path, content in contents.items():
                if content:
                    (copy / path).parent.mkdir(parents=True, exist_ok=True)
                    (copy / path).write_bytes(content)
            yield Layout(copy, self.distros)


def root_of(folder: Path) -> Path:
    """The kernel tree whose ``distro/`` a folder is, else the folder itself."""
    return folder.parent if is_tree(folder.parent) else folder


def open_layout(folder: Path) -> Layout:
    """The layout in a ``distro/`` folder; UnsupportedError where there is none.

    Its distributions are those of the lock: what is there for others to inherit from is none of
    them, and has no layers but those that they read. A source package has no lock: there they are
    those with a ``package/``, or all where none has one. Raises UsageError where something in it is
    a link that leads out.
    """
    refuse_links_out(root_of(folder), folder)
    written = lock.read(folder.parent) if folder.name == Path(lock.PATH).parent.name else None
    every = names_in([folder])
    packaged = [name for name in every if (folder / name / "package").is_dir()]
    names = written.distros if written else packaged or every
    if not names:
        message = f"{folder}: no distribution there"
        raise UnsupportedError(message, f"distgen init {folder.parent} --distro fedora")
    for name in names:
        path = folder / name / "distro.toml"
        if not path.is_file():
            message = f"{path}: missing, but distgen.lock names {name} as a distribution"
            raise UsageError(message, f"git checkout {path}; or distgen init {folder.parent}")
    return Layout(folder, tuple(load_all([folder], names)))


def in_words(variants: Collection[Variant], among: Iterable[Variant]) -> str:
    """Few words for some of ``among``: ``debian (all 7); fedora x86_64 (base, rt)``."""
    arches: dict[str, dict[str, list[Variant]]] = {}
    for variant in among:
        arches.setdefault(variant.distro, {}).setdefault(variant.arch, []).append(variant)
    parts = []
    for distro, every in arches.items():
        if words := _of_all([v for some in every.values() for v in some], variants):
            parts.append(f"{distro} {words}")
            continue
        named = []
        for arch, some in every.items():
            if chosen := [v.flavour or BASE_NAME for v in some if v in variants]:
                words = _of_all(some, variants) or f"({', '.join(chosen)})"
                named.append(f"{arch} {words}")
        if named:
            parts.append(f"{distro} {', '.join(named)}")
    return "; ".join(parts)


def _of_all(every: Collection[Variant], variants: Collection[Variant]) -> str:
    """``(all 3)`` where each of several is among ``variants``, else nothing."""
    whole = len(every) > 1 and all(variant in variants for variant in every)
    return f"(all {len(every)})" if whole else ""
