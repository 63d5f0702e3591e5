# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel in a source RPM, as far as Kconfig needs it, and what it makes of each configuration.

This runs the kernel's own makefiles and scripts: only for a package that is trusted, or with a
tree that is.
"""

import shutil
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from distgen.errors import CommandError, UnsupportedError, UsageError
from distgen.resolve import Configuration, Request, parse_values, resolve_all
from distgen.run import run
from distgen.sources.found import GZIP, XZ, ZSTD
from distgen.tree import Tree, open_tree
from distgen.variant import Variant
from distgen.verify.finding import Check, Finding
from distgen.verify.inside import Inside
from distgen.verify.package import LIMIT, Package
from distgen.verify.spec import Spec

# What make reads and runs on its way to Kconfig, below the top of the tree; "*" takes "/" as well
NEEDED = (
    *("Makefile", "Kbuild", "Kconfig*", "*/Kconfig*", "scripts/*"),
    *("arch/*/Makefile*", "arch/*/Kbuild*", "arch/*/tools/*"),
)
UNPACKERS = {ZSTD: "zstd -dcq", XZ: "xz -dc -T0", GZIP: "gzip -dc", b"BZh": "bzip2 -dc"}
# $1 a file, $2 the most bytes of it, unpacked; the rest is for tar
UNPACK = '{} < "$1" | head -c "$2" | {{ shift 2; tar -x -f - "$@"; }}'
TOOLS = {"make": "make", "gcc": "gcc", "flex": "flex", "bison": "bison", "tar": "tar"}
SHOWN = 3  # symbols that are named


def check(
    package: Package, spec: Spec, inside: Inside, variants: Sequence[Variant], tree: Tree | None
) -> Iterator[Finding]:
    """Resolve each configuration with itself as its only layer: it must come out as it is.

    ``tree`` is used as it stands, else the kernel in the package with its patches. Raises
    UnsupportedError where a tool is missing, UsageError where ``tree`` is of another version.
    """
    try:
        kernel = _open(package, spec, inside, tree)
        resolved = resolve_all(kernel, _requests(package, variants), config=True)
    except CommandError as error:
        yield Finding(
            check=Check.RESOLVE,
            where="the kernel inside" if tree is None else str(tree.path),
            what=f"the configurations cannot be resolved: {error.message}",
            hint="--no-resolve leaves this out",
        )
        return
    for variant, configuration in resolved.items():
        if what := _difference(package, variant, configuration):
            yield Finding(
                check=Check.RESOLVE,
                where=variant.config,
                what=what,
                hint="decide it in a layer, and make the package again: "
                f"distgen config set SYMBOL=VALUE --distro {variant.distro}",
            )


def _requests(package: Package, variants: Sequence[Variant]) -> dict[Variant, Request]:
    return {
        variant: Request(arch=variant.arch, layers=[package.folder / variant.config])
        for variant in variants
    }


def _open(package: Package, spec: Spec, inside: Inside, tree: Tree | None) -> Tree:
    """The tree to resolve with. CommandError where the package's own cannot be had."""
    if tree:
        if tree.version != spec.kernel:
            message = f"{tree.path}: Linux {tree.version}, and the package is of {spec.kernel}"
            raise UsageError(message, "give the tree that it was made from, or leave --tree out")
        return tree
    folder = package.folder.parent / "linux"
    folder.mkdir()
    _unpack(package, spec, folder)
    _patch(package, spec, folder)
    shutil.copytree(inside.folder, folder, dirs_exist_ok=True)
    try:
        return open_tree(folder)
    except UnsupportedError as error:
        raise CommandError(error.message) from error


def _unpack(package: Package, spec: Spec, folder: Path) -> None:
    """The part of the tarball that Kconfig needs."""
    name = next((file for number, file in spec.sources if number == 0), "")
    tarball = package.folder / name
    top = spec.macros.get("sourcedir", "")
    if not name or not tarball.is_file() or not top:
        message = f"{spec.name}: no Source0 in the package, or no sourcedir"
        raise CommandError(message)
    with tarball.open("rb") as file:
        head = file.read(8)
    unpacker = next((u for magic, u in UNPACKERS.items() if head.startswith(magic)), "cat")
    for tool, owner in {**TOOLS, unpacker.split()[0]: unpacker.split()[0]}.items():
        if not shutil.which(tool):
            message = f"{tool}: no such command"
            raise UnsupportedError(message, f"install {owner}, or leave it out with --no-resolve")
    options = ["--strip-components=1", "--no-same-owner", "--no-same-permissions"]
    options += ["--anchored", "--wildcards", "--wildcards-match-slash", "-C", str(folder)]
    argv = ["sh", "-c", UNPACK.format(unpacker), "sh", str(tarball), str(LIMIT), *options]
    argv += [f"{top}/{pattern}" for pattern in NEEDED]
    done = run(argv, cwd=folder, check=False)
    # No tree has a match for every pattern, and tar has no way to say that this is fine
    said = [line for line in done.stderr.splitlines() if "Not found in archive" not in line]
    said = [line for line in said if "Exiting with failure status" not in line]
    if said and done.returncode:
        message = f"{name}: cannot be unpacked, or takes more than {LIMIT >> 30} GiB: {said[0]}"
        raise CommandError(message)


def _patch(package: Package, spec: Spec, folder: Path) -> None:
    """What the patches of the package change in that part, in their order."""
    patches = [str(package.folder / name) for _, name in spec.patches]
    if not patches:
        return
    includes = [f"--include={pattern}" for pattern in NEEDED]
    # Where the temporary folder is in a repository, git would look at its index
    ceiling = {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    run(["git", "apply", "--whitespace=nowarn", *includes, *patches], cwd=folder, extra_env=ceiling)


def _difference(package: Package, variant: Variant, configuration: Configuration) -> str:
    """What Kconfig makes otherwise, "" for nothing."""
    there = (package.folder / variant.config).read_bytes()
    if configuration.config == there:
        return ""
    before, after = parse_values(there), parse_values(configuration.config)
    changed = sorted(s for s in {*before, *after} if before.get(s) != after.get(s))
    if not changed:
        pairs = zip_longest(there.split(b"\n"), configuration.config.split(b"\n"))
        number = next(n for n, (old, new) in enumerate(pairs, 1) if old != new)
        return f"line {number} is not as Kconfig writes it, all settings are"
    named = [f"{s} {before.get(s, '-')}, not {after.get(s, '-')}" for s in changed[:SHOWN]]
    more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
    return f"Kconfig makes another of it: it has {'; '.join(named)}{more}"
