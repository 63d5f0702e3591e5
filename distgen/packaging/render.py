# SPDX-License-Identifier: GPL-2.0-or-later
"""What distgen writes into a tree, as files in memory. Nothing here touches the disk."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from distgen.distros.distro import Arch, Distro
from distgen.distros.families import families
from distgen.distros.variant import BASE
from distgen.errors import UsageError
from distgen.packaging.templates import SAME, SUFFIX, collect
from distgen.shipped import shipped
from distgen.store.file import EXECUTABLE, PLAIN, File, Ownership

if TYPE_CHECKING:
    from distgen.packaging.jinja import Sandbox


def render(distros: Sequence[Distro], *, layers: Path, own: Path | None = None) -> list[File]:
    """Every file of a tree for ``distros``, sorted by path.

    ``layers`` is the ``distro/`` folder that seeded files are taken from; ``own`` the one that
    holds the templates of the distributions' own. Raises UsageError for these with file and line.
    """
    from distgen.packaging.jinja import Sandbox  # noqa: PLC0415  (imports Jinja)

    all_arches(distros)
    sandbox = Sandbox(collect(distros, own))
    files = [*_same_in_every_tree(distros)]
    files.append(_rendered(sandbox, "templates/GNUmakefile.j2", "GNUmakefile", {}))
    for distro in distros:
        path = f"distro/{distro.name}/Makefile"
        files.append(_rendered(sandbox, "templates/Makefile.j2", path, {"distro": distro}))
    files += {file.path: file for distro in distros for file in _package(sandbox, distro)}.values()
    files += _seeds(distros, layers)
    return sorted(files, key=lambda file: file.path)


def all_arches(distros: Sequence[Distro]) -> list[Arch]:
    """One Arch of each name. The kernel's side of an arch must be the same in all ``distros``."""
    arches: dict[str, tuple[Arch, Distro]] = {}
    for distro in distros:
        for arch in distro.arches:
            known, owner = arches.setdefault(arch.name, (arch, distro))
            if (known.kernel, known.parents) != (arch.kernel, arch.parents):
                message = (
                    f"distro/{distro.name}/distro.toml: [arches.{arch.name}] has another kernel or"
                    f" parents than in distro/{owner.name}/distro.toml"
                )
                raise UsageError(message, "make kernel and parents the same in both")
    return [arch for arch, _ in arches.values()]


def _rendered(
    sandbox: "Sandbox", template: str, path: str, context: dict[str, Any], mode: int = PLAIN
) -> File:
    return File(
        path=path,
        content=sandbox.text(template, context).encode(),
        mode=mode,
        pieces=partial(sandbox.pieces, template, context),
    )


def _same_in_every_tree(distros: Sequence[Distro]) -> Iterator[File]:
    """The makefiles and scripts. A family's come only with a distribution of that family."""
    absent = families().keys() - {distro.family.name for distro in distros}
    yield File(path="distro/.gitignore", content=b"/out/\n")
    folder = shipped() / "distro" / "scripts"
    scripts = [path for path in folder.rglob("*") if path.is_file()]
    for name in ("Makefile.distro", "distro/Makefile.goals", "distro/README.rst"):
        scripts.append(shipped() / name)
    for path in sorted(scripts):
        if path.parent.name not in absent:
            yield File(
                path=path.relative_to(shipped()).as_posix(),
                content=path.read_bytes(),
                mode=PLAIN if path.suffix or path.name == "Makefile" else EXECUTABLE,
            )


def _package(sandbox: "Sandbox", distro: Distro) -> Iterator[File]:
    """What is in distro/NAME/package; files that need no template are in distro/package/FAMILY."""
    for file, template in sandbox.templates.files(distro).items():
        path = f"distro/{distro.name}/package/{file}"
        ships = sandbox.templates.paths[template]
        if ships.suffix == SUFFIX:
            mode = EXECUTABLE if file in distro.family.executable else PLAIN
            yield _rendered(sandbox, template, path, {"distro": distro}, mode)
        else:
            yield File(path=f"{SAME}/{distro.family}/{file}", content=ships.read_bytes())


def _seeds(distros: Sequence[Distro], layers: Path) -> Iterator[File]:
    """The layers that one of the distros reads, and each distro's own facts."""
    owners = [*dict.fromkeys(name for distro in distros for name in distro.lineage)]
    flavours = {BASE, *(f for d in distros for f in d.flavours)}
    tokens = {part for flavour in flavours for part in (flavour, *flavour.split("-"))}
    names = {name for arch in all_arches(distros) for name in arch.layers}
    for owner in ("", *owners):
        folder = layers / owner
        wanted = [
            path
            for path in sorted((folder / "configs").rglob("*.config"))
            if path.stem in names
            and path.parent.relative_to(folder / "configs").as_posix() in {".", *tokens}
        ]
        if owner and (folder / "distro.toml").is_file():
            wanted.append(folder / "distro.toml")
        for path in wanted:
            where = PurePosixPath("distro", *path.relative_to(layers).parts)
            yield File(path=str(where), content=path.read_bytes(), ownership=Ownership.SEEDED)
