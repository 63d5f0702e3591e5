# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about values, answered by the tree's own Kconfig through kconfig-batch.

The program is started by ``make`` exactly as the in-tree targets start it, so that ``make`` and
``distgen`` can never disagree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from distgen import layer
from distgen.errors import UnsupportedError
from distgen.resources import shipped
from distgen.run import run
from distgen.tree import Tree


@dataclass(frozen=True, kw_only=True)
class Job:
    """One configuration: its layers in order, and the files to write (see kconfig-batch.c)."""

    layers: Sequence[Path]
    findings: Path
    config: Path | None = None
    settable: Path | None = None

    def words(self) -> list[str]:
        """Keywords and paths in turn."""
        words = ["findings", str(self.findings)]
        for keyword, path in (("config", self.config), ("settable", self.settable)):
            if path:
                words += [keyword, str(path)]
        for path in self.layers:
            words += ["layer", str(path)]
        return words


def resolve(
    tree: Tree, jobs: Mapping[str, Sequence[Job]], out: Path, makefile: Path | None = None
) -> None:
    """Resolve the jobs of each arch (by its ``uname -m`` name), building below ``out``.

    ``makefile`` is the Makefile.distro that knows the arches; by default that which ships. Raises
    UnsupportedError for paths with white space, which make cannot pass on, and CommandError where
    make or kconfig-batch fails.
    """
    words = {arch: [word for job in some for word in job.words()] for arch, some in jobs.items()}
    for word in (str(tree.path), str(out), *(w for some in words.values() for w in some)):
        if any(c.isspace() for c in word):
            message = f"{word}: make cannot work with white space in a path"
            raise UnsupportedError(message, "move it to a path without")
    makefile = makefile or shipped() / "Makefile.distro"
    argv = ["make", "-rR", "--no-print-directory", "-s", "-j2", "-f", str(makefile)]
    argv += [f"srctree={tree.path}", f"objtree={out}", "Q=@"]
    argv += [f"distro-jobs-{arch}={' '.join(some)}" for arch, some in words.items()]
    run([*argv, *(f"distro-resolve-{arch}" for arch in jobs)], cwd=out)


def settable_values(path: Path) -> dict[str, str]:
    """What a ``settable`` file says: symbol → value of every option that a user could set."""
    return {name: setting.value for name, setting in layer.read(path).settings.items()}
