# SPDX-License-Identifier: GPL-2.0-or-later
"""Verification of a source package, whichever kind it is of."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from distgen.distros.families import families
from distgen.errors import UsageError
from distgen.kconfig.batch import kbuild_folder
from distgen.verify import source_package
from distgen.verify.finding import Options, Report
from distgen.verify.source_package import SourcePackage

HEAD = 512  # bytes that tell what a file is


class SourcePackageKind(Protocol):
    """The module of a family that knows its source packages."""

    def recognise(self, head: bytes) -> bool:
        """Whether a file that begins so is one."""

    def take_apart(self, path: Path, folder: Path) -> SourcePackage:
        """Take it apart into a folder, which is made. UsageError for what cannot be one."""


def kinds() -> Iterator[SourcePackageKind]:
    """The source packages of each family that has a folder here."""
    for family in families().values():
        if (Path(__file__).parent / family.name).is_dir():
            module: Any = import_module(f"distgen.verify.{family.name}.{family.source_package}")
            yield module


def verify(path: Path, options: Options) -> Report:
    """Look at one source package. Raises UsageError for a file that is none.

    Raises UnsupportedError where a tool is missing that the look needs.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise UsageError(message, "give a .src.rpm or .dsc") from error
    for kind in kinds():
        if kind.recognise(head):
            trust = options.trust or _of_own_tree(path)
            with kbuild_folder() as name:
                package = kind.take_apart(path, Path(name) / "files")
                return source_package.verify(package, replace(options, trust=trust))
    message = f"{path}: not a source package that distgen can verify"
    raise UsageError(message, "give a .src.rpm or .dsc that make D-srpm or D-src has made")


def _of_own_tree(path: Path) -> bool:
    """Whether the package lies where a tree's own make puts it: TREE/distro/out/D, or SRPMS in it.

    What is in it came out of that tree, and every other command runs the makefiles of a tree that
    it is pointed to.
    """
    folder = path.resolve().parent
    folder = folder.parent if folder.name == "SRPMS" else folder
    out, distro = folder.parent, folder.parent.parent
    if (out.name, distro.name) != ("out", "distro"):
        return False
    return any((distro.parent / name / "Makefile.distro").is_file() for name in ("", "source"))
