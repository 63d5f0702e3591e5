# SPDX-License-Identifier: GPL-2.0-or-later
"""``distgen distro new``: a distribution that does not ship, with its first distro.toml."""

import json
import platform
import shutil

from distgen.distros.distro import Arch, Distro
from distgen.distros.families import families
from distgen.distros.fields import ACTIVE, ARCH, PERSON
from distgen.distros.load import load, load_all, names_in
from distgen.distros.name import check_name
from distgen.errors import UsageError, did_you_mean
from distgen.install.install import Installed, install
from distgen.install.wanted import read_lock
from distgen.kernel.tree import Tree
from distgen.run import run
from distgen.shipped import shipped
from distgen.store.file import File, Ownership

COMMON_ARCH = "x86_64"
HEAD = "# SPDX-License-Identifier: GPL-2.0-or-later\n"


def add(tree: Tree, name: str, parent: str, family: str, *, dry_run: bool) -> Installed:
    """Write the distro.toml of ``name`` into a tree, and all that its make targets need.

    Either ``parent``, a distribution of the tree or one that ships, or ``family`` is given. Raises
    UsageError for a bad or taken name, UnsupportedError for a tree without distgen.
    """
    check_name(name)
    read_lock(tree)
    _refuse_taken(tree, name)
    text = _derivative(tree, name, parent) if parent else _root(tree, name, family)
    path = f"distro/{name}/distro.toml"
    toml = File(path=path, content=text.encode(), ownership=Ownership.SEEDED)
    return install(tree, [name], dry_run=dry_run, added=[toml])


def _refuse_taken(tree: Tree, name: str) -> None:
    folder = tree.path / "distro" / name
    if name in names_in([shipped() / "distro"]):
        message = f"{name} is a distribution that ships with distgen"
        raise UsageError(message, f"distgen init {tree.path} --distro {name}")
    if folder.exists() or folder.is_symlink():
        message = f"{folder}: exists"
        here = f"distgen init {tree.path} --distro {name}"
        hint = f"{here} adds it" if (folder / "distro.toml").is_file() else f"ls -l {folder}"
        raise UsageError(message, f"choose another name; {hint}")


def _derivative(tree: Tree, name: str, parent: str) -> str:
    """The first distro.toml of a derivative."""
    folders = [tree.path / "distro", shipped() / "distro"]
    found = load(parent, folders)
    return (
        f"{HEAD}#\n"
        f"# A derivative of {found.title}, whose arches, flavours, layers and packaging it has.\n"
        "# What it decides differently is here, in configs/ and, block by block, in templates/.\n"
        f'title = "{name.capitalize()}"\n'
        f'parent = "{parent}"\n'
    )


def _root(tree: Tree, name: str, family: str) -> str:
    """The first distro.toml of a distribution without a parent: one arch, its base flavour."""
    if family not in families():
        message = f"--family {family}: no such packaging family"
        raise UsageError(message, did_you_mean(family, families()))
    title = name.capitalize()
    model, arch = _model(family)
    values = {
        "title": title,
        "family": family,
        "source": model.source,
        "maintainer": _git_identity(tree) or f"{title} kernel maintainers <kernel@localhost>",
        "homepage": model.homepage,
    }
    facts = {key: getattr(arch, key) for key, field in ARCH.items() if field.required}
    if arch.parents:
        facts["parents"] = list(arch.parents)
    return f"{HEAD}{_lines(values)}\n[arches.{arch.name}]\n{_lines(facts)}"


def _lines(values: dict[str, str]) -> str:
    """Quoted as JSON does, which TOML reads."""
    return "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in values.items())


def _model(family: str) -> tuple[Distro, Arch]:
    """A shipped distribution without a parent, of the family if one is, and an arch of it."""
    folder = shipped() / "distro"
    roots = [d for d in load_all([folder], names_in([folder])) if len(d.lineage) == 1]
    roots = [distro for distro in roots if distro.family.name == family] or roots
    arches = [(distro, arch) for distro in roots for arch in distro.arches]
    best = (platform.machine(), COMMON_ARCH)
    return min(arches, key=lambda pair: [pair[1].name != name for name in best])


def _git_identity(tree: Tree) -> str:
    """Who commits in the tree, "" if git does not know or it cannot be a maintainer."""
    if not shutil.which("git"):
        return ""
    names = ("user.name", "user.email")
    said = [run(["git", "config", "--get", n], cwd=tree.path, check=False).stdout for n in names]
    person = f"{said[0].strip()} <{said[1].strip()}>"
    usable = PERSON.fullmatch(person) and person.isprintable()
    return person if usable and not ACTIVE.search(person) else ""
