# SPDX-License-Identifier: GPL-2.0-or-later
"""What distgen writes into a tree, as files in memory. Nothing here touches the disk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from distgen.distro import Arch, Distro, Family
from distgen.errors import UsageError
from distgen.resources import shipped
from distgen.variant import BASE

if TYPE_CHECKING:
    from jinja2 import Environment

EXECUTABLE = 0o755
PLAIN = 0o644


class Ownership(StrEnum):
    """Whose a file is once it is in a tree."""

    OWNED = "owned"  # distgen's: rendered whole every time
    SEEDED = "seeded"  # written once, the user's from then on


@dataclass(frozen=True, kw_only=True)
class File:
    """One file as it should be: ``path`` from the top of the tree, in POSIX form."""

    path: str
    content: bytes
    ownership: Ownership
    mode: int = PLAIN


def render(
    distros: Sequence[Distro], *, layers: Path, templates: Sequence[Path] = ()
) -> list[File]:
    """Every file of a tree for ``distros``, sorted by path.

    ``layers`` is the ``distro/`` folder that seeded files are taken from; ``templates`` are
    folders searched before the shipped one.
    """
    arches = all_arches(distros)
    context = {
        "distros": distros,
        "arches": arches,
        "flavours": ["base", *dict.fromkeys(f for d in distros for f in d.flavours)],
    }
    environment = _environment((*templates, shipped() / "templates"))
    files = [
        _rendered(environment, "GNUmakefile.j2", "GNUmakefile", context),
        _rendered(environment, "Makefile.distro.j2", "Makefile.distro", context),
        _rendered(environment, "README.rst.j2", "distro/README.rst", context),
        File(path="distro/.gitignore", content=b"/out/\n", ownership=Ownership.OWNED),
    ]
    files += _scripts(distros)
    for distro in distros:
        files += _package(environment, distro)
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


@cache
def _environment(folders: tuple[Path, ...]) -> "Environment":
    from jinja2 import FileSystemLoader, StrictUndefined  # noqa: PLC0415  (100 ms)
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["pad"] = lambda text: f"{text:<23}"
    return environment


def _rendered(
    environment: "Environment", template: str, path: str, context: dict[str, Any], mode: int = PLAIN
) -> File:
    from jinja2 import TemplateError, TemplateSyntaxError  # noqa: PLC0415

    try:
        text = environment.get_template(template).render(context)
    except TemplateSyntaxError as error:
        message = f"{error.filename or template}:{error.lineno}: {error.message}"
        raise UsageError(message, "mend the template") from error
    except TemplateError as error:
        message = f"{template}: {error.message}"
        raise UsageError(message, "mend the template") from error
    return File(path=path, content=text.encode(), ownership=Ownership.OWNED, mode=mode)


def _scripts(distros: Sequence[Distro]) -> Iterator[File]:
    """What the recipes call. Packaging scripts come only with a distro of their family."""
    families = {distro.family for distro in distros}
    folder = shipped() / "distro" / "scripts"
    for path in sorted(folder.iterdir()):
        family = next((f for f in Family if path.name in FAMILY_SCRIPTS[f]), None)
        if family is None or family in families:
            yield File(
                path=f"distro/scripts/{path.name}",
                content=path.read_bytes(),
                ownership=Ownership.OWNED,
                mode=EXECUTABLE if path.suffix == "" else PLAIN,
            )


FAMILY_SCRIPTS = {
    Family.RPM: ("srpm", "mkspec", "rpms", "config-lost"),
    Family.DEB: ("dsc", "debian-dir", "sums", "dsc.awk", "control.awk", "debs"),
}


def _package(environment: "Environment", distro: Distro) -> Iterator[File]:
    """distro/<name>/package: a distro's template of a file, else its family's."""
    names = environment.list_templates(
        filter_func=lambda name: name.startswith(f"{distro.family}/") and name.endswith(".j2")
    )
    available = set(environment.list_templates())
    for name in names:
        target = PurePosixPath(name).relative_to(distro.family).with_suffix("")
        own = next(
            (
                f"{owner}/{target}.j2"
                for owner in reversed(distro.lineage)
                if f"{owner}/{target}.j2" in available
            ),
            name,
        )
        mode = EXECUTABLE if target.name == "rules" else PLAIN
        path = f"distro/{distro.name}/package/{target}"
        yield _rendered(environment, own, path, {"distro": distro}, mode)


def _seeds(distros: Sequence[Distro], layers: Path) -> Iterator[File]:
    """The layers that one of the distros reads, and each distro's own facts."""
    owners = [*dict.fromkeys(name for distro in distros for name in distro.lineage)]
    flavours = {BASE, *(f for d in distros for f in d.flavours)}
    tokens = {part for flavour in flavours for part in (flavour, *flavour.split("-"))}
    names = {name for arch in all_arches(distros) for name in arch.layers}
    for owner in ("", *owners):
        folder = layers / owner if owner else layers
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
