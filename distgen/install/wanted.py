# SPDX-License-Identifier: GPL-2.0-or-later
"""What a tree should hold for its distributions."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from distgen.distros.load import load_all, names_in
from distgen.errors import UnsupportedError, UsageError, did_you_mean
from distgen.install import upgrade
from distgen.install.plan import Step
from distgen.kernel import hook
from distgen.kernel.hook import Hook
from distgen.kernel.tree import Tree
from distgen.packaging.render import render
from distgen.shipped import shipped
from distgen.store import lock, safe_path
from distgen.store.file import File, Ownership
from distgen.store.lock import Lock


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a tree should hold for some distributions.

    ``merged`` are the seeded files that a merge changes, by path, ``kept`` is distgen.seeded.
    ``kernel`` is for the lock, "" if it stays. ``patched`` is the kernel's Makefile, if it changes.
    """

    distros: Sequence[str]
    hook: Hook
    files: Sequence[File]
    merged: Mapping[str, File] = field(default_factory=dict)
    news: Sequence[upgrade.News] = ()
    kept: Sequence[File] = ()
    kernel: str = ""
    patched: Sequence[Step] = ()


def wanted_of(tree: Tree, distros: Sequence[str], mode: Hook, added: Sequence[File] = ()) -> Wanted:
    """By the tree's own distro.toml files where it has them."""
    safe_path.refuse_links_out(tree.path, tree.path / "distro")
    own, ships = tree.path / "distro", shipped() / "distro"
    with TemporaryDirectory(prefix="distgen-") as new:
        for file in added:
            path = Path(new, file.path)
            path.parent.mkdir(parents=True)
            path.write_bytes(file.content)
        loaded = load_all([own, Path(new, "distro"), ships], distros)
    files = [*render(loaded, layers=ships, own=own), *added]
    unused = hook.OVERLAY_FILE if mode is Hook.PATCH else ""
    return Wanted(distros=distros, hook=mode, files=[f for f in files if f.path != unused])


def distros_of(tree: Tree, before: Lock, names: Sequence[str]) -> list[str]:
    wanted = {*before.distros, *names}
    if not wanted:
        message = "no distribution given"
        example = f"distgen init {shlex.quote(str(tree.path))} --distro fedora"
        known = names_in([tree.path / "distro", shipped() / "distro"])
        raise UsageError(message, f"{example}; {did_you_mean('', known)}")
    return sorted(wanted)


def owned_by(tree: Tree, before: Lock) -> Wanted:
    """The owned files of a tree as a render would write them."""
    wanted = wanted_of(tree, distros_of(tree, before, ()), before.hook)
    return replace(wanted, files=[f for f in wanted.files if f.ownership is Ownership.OWNED])


def upgraded(tree: Tree, wanted: Wanted, added: Sequence[File]) -> Wanted:
    """``wanted``, with what is new in the layers that ship merged into those of the tree."""
    ships = [f for f in wanted.files if f.ownership is Ownership.SEEDED and f not in added]
    seeded = upgrade.kept_in(tree.path)
    deleted = [p for p in seeded if p.endswith(".config") and not safe_path.look(tree.path / p)]
    merged, news = upgrade.merge_all(tree.path, seeded, ships)
    return replace(
        wanted,
        files=[file for file in wanted.files if file.path not in deleted],
        merged=merged,
        news=news,
        kept=[upgrade.seeded_file({file.path: file.content.decode() for file in ships})],
    )


def read_lock(tree: Tree) -> Lock:
    """The lock of a tree, or UnsupportedError where distgen is not installed."""
    found = lock.read(tree.path)
    if found is None:
        message = f"{tree.path}: distgen is not installed here (no {lock.PATH})"
        raise UnsupportedError(
            message, f"distgen init {shlex.quote(str(tree.path))} --distro fedora"
        )
    return found
