# SPDX-License-Identifier: GPL-2.0-or-later
"""The templates of a tree: those that ship, and those that its distributions have of their own.

In a template another one is called OWNER/FILE.j2. OWNER is a family or a distribution, and means
the distribution's own file, else that of its closest ancestor with one, else the family's. A
template that calls for itself in this way means the one that it stands before.

A file that is the same in all distributions of a family ships in ``distro/package/FAMILY``
and not in ``templates/FAMILY``; a distribution's template takes its place all the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from distgen.distros.distro import Distro
from distgen.errors import UnsupportedError, UsageError, did_you_mean
from distgen.shipped import shipped
from distgen.store.safe_path import refuse_link_out

SHIPPED = "templates"
SUFFIX = ".j2"
SAME = "distro/package"
PART = "_"  # how the name of a template begins that is there for others to include
LARGEST = 1 << 20  # bytes


@dataclass(frozen=True, kw_only=True)
class Templates:
    """``paths`` has every template by its name: ``templates/rpm/kernel.spec.j2`` for one that
    ships, ``distro/fedora/templates/kernel.spec.j2`` for one of the tree.

    ``folders`` are those that an owner's templates are looked for in, the closest first.
    """

    paths: Mapping[str, Path]
    folders: Mapping[str, Sequence[str]]

    def find(self, called: str, caller: str = "") -> str | None:
        """The name of the template that ``caller`` (a name) calls OWNER/FILE.j2."""
        owner, _, file = called.partition("/")
        folders = self.folders.get(owner, [f"{SHIPPED}/{owner}"])
        names = [f"{folder}/{file}" for folder in folders]
        if caller in names:
            names = names[names.index(caller) + 1 :]
        return next((name for name in names if name in self.paths), None)

    @property
    def called(self) -> set[str]:
        """All that a template can call OWNER/FILE.j2."""
        paths = [PurePosixPath(name) for name in self.paths]
        owners = {*self.folders, *(path.parent.name for path in paths)}
        every = {f"{owner}/{path.name}" for owner in owners for path in paths}
        return {called for called in every if self.find(called)}

    def files(self, distro: Distro) -> dict[str, str]:
        """What is in a distribution's ``package/``, each file with the name of its template."""
        found = {}
        for file in _files_of(distro.family.name):
            name = self.find(f"{distro.name}/{file}{SUFFIX}")
            assert name is not None  # the family has it
            found[file] = name
        return found


def collect(distros: Sequence[Distro], folder: Path | None = None) -> Templates:
    """What ships, and what the distributions and their ancestors have in ``folder``, a ``distro/``.

    Raises UsageError for a template that is not to be read, or that nothing would ever use.
    """
    paths = dict(shipped_templates())
    folders: dict[str, list[str]] = {}
    for distro in distros:
        below = [f"{SHIPPED}/{distro.family}"]
        for owner in distro.lineage:
            below = [f"distro/{owner}/{SHIPPED}", f"{SHIPPED}/{owner}", *below]
            if folder and owner not in folders:
                for path in _own(folder, owner, _files_of(distro.family.name)):
                    paths[f"distro/{owner}/{SHIPPED}/{path.name}"] = path
            folders[owner] = below
    return Templates(paths=paths, folders=folders)


@cache
def shipped_templates() -> Mapping[str, Path]:
    """What ships, by name: the templates, and the files of a family that need none."""
    top = shipped()
    found = {path.relative_to(top).as_posix(): path for path in (top / SHIPPED).rglob(f"*{SUFFIX}")}
    for path in (top / SAME).glob("*/*"):
        found[f"{SHIPPED}/{path.parent.name}/{path.name}{SUFFIX}"] = path
    return dict(sorted(found.items()))


@cache
def _files_of(family: str) -> tuple[str, ...]:
    """The files that the packaging of a family consists of."""
    prefix = f"{SHIPPED}/{family}/"
    names = [name.removeprefix(prefix) for name in shipped_templates() if name.startswith(prefix)]
    return tuple(name.removesuffix(SUFFIX) for name in names)


def _own(folder: Path, owner: str, files: Sequence[str]) -> Iterator[Path]:
    """The templates of a distribution's own, sorted."""
    here = folder / owner / SHIPPED
    if not here.exists() and not here.is_symlink():
        return
    try:
        refuse_link_out(folder, here)
        for path in sorted(here.iterdir()):
            if path.suffix != SUFFIX or path.name.startswith("."):
                continue
            refuse_link_out(folder, path)
            if not path.is_file() or path.stat().st_size > LARGEST:
                message = f"{path}: not a file of up to {LARGEST} bytes"
                raise UsageError(message, f"remove it: rm -r {path}")
            file = path.name.removesuffix(SUFFIX)
            if file not in files and not file.startswith(PART):
                message = f"{path}: no file of the packaging is called {file}"
                hint = f"{did_you_mean(file, files)}; to be included by others: {PART}{path.name}"
                raise UsageError(message, hint)
            yield path
    except OSError as error:
        message = f"{error.filename or here}: {error.strerror}"
        raise UnsupportedError(message, f"ls -l {here}") from error
