# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel in a source package, as far as Kconfig needs it, and what that makes of each
configuration.

This runs the kernel's own makefiles and scripts: only for a package that is trusted, or with a
tree that is.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from distgen.archives.compression import GZIP, XZ, ZSTD
from distgen.archives.tar import LIMIT
from distgen.distros.variant import Variant
from distgen.errors import CommandError, UnsupportedError, UsageError
from distgen.kconfig.batch import Configuration, Request, resolve_all
from distgen.kconfig.values import changed
from distgen.kernel.tree import Tree, open_tree
from distgen.log import say
from distgen.run import run
from distgen.verify.finding import Check, Finding, Options, Report
from distgen.words import listed

# What make reads and runs on its way to Kconfig, below the top of the tree; "*" takes "/" as well
NEEDED = (
    *("Makefile", "Kbuild", "Kconfig*", "*/Kconfig*", "scripts/*"),
    *("arch/*/Makefile*", "arch/*/Kbuild*", "arch/*/tools/*"),
)
UNPACKERS = {ZSTD: "zstd -dcq", XZ: "xz -dc -T0", GZIP: "gzip -dc", b"BZh": "bzip2 -dc"}
# $1 a file, $2 the most bytes of it, unpacked; the rest is for tar
UNPACK = '{} < "$1" | head -c "$2" | {{ shift 2; tar -x -f - "$@"; }}'
FIRST = '{} < "$1" 2>/dev/null | tar -t -f - 2>/dev/null | head -n 1'
TOOLS = {"make": "make", "gcc": "gcc", "flex": "flex", "bison": "bison", "tar": "tar"}
NOT_RESOLVED = Finding(
    Check.RESOLVE,
    "the configurations",
    "not resolved: that runs the makefiles of the kernel inside",
    "--trust lets them run, --tree TREE resolves with your own tree, --no-resolve skips this",
    note=True,
)


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """What there is of it in a package that was taken apart.

    ``top`` is the folder in the ``tarball`` that holds it, "" for the one that comes first;
    ``packaging`` holds Makefile.distro and ``distro/``; ``scratch`` is for the tree, not there yet.
    ``version`` is what `make kernelversion` prints, "" where the package does not say.
    """

    version: str
    tarball: Path | None
    top: str
    patches: Sequence[Path]
    packaging: Path
    configs: Path
    scratch: Path


def report(kernel: Kernel, variants: Sequence[Variant], options: Options, *, whole: bool) -> Report:
    """Resolve the configurations, or say why not: a package runs only if the user says so.

    One that is not ``whole`` is not resolved. Raises what ``check`` raises.
    """
    there = f"{len(variants)} configurations"
    trusted = options.trust or options.tree is not None
    if not (options.resolve and whole and variants and trusted):
        unasked = options.resolve and whole and not trusted
        return Report(findings=[NOT_RESOLVED] if unasked else [], checked=[f"{there} not resolved"])
    where = f"in {options.tree.path}" if options.tree else "inside"
    say(f"  RESOLVE {there} with Linux {kernel.version} {where}")
    return Report(
        findings=list(check(kernel, variants, options.tree)), checked=[f"{there} resolved"]
    )


def check(kernel: Kernel, variants: Sequence[Variant], tree: Tree | None) -> Iterator[Finding]:
    """Resolve each configuration with itself as its only layer: it must come out as it is.

    ``tree`` is used as it stands, else the kernel in the package with its patches. Raises
    UnsupportedError where a tool is missing, UsageError where ``tree`` is of another version.
    """
    requests = {
        variant: Request(arch=variant.arch, layers=[kernel.configs / variant.config])
        for variant in variants
    }
    try:
        resolved = resolve_all(_open(kernel, tree), requests, config=True)
    except CommandError as error:
        yield Finding(
            Check.RESOLVE,
            "the kernel inside" if tree is None else str(tree.path),
            f"the configurations cannot be resolved: {error.message}",
            "--no-resolve skips this",
        )
        return
    for variant, configuration in resolved.items():
        if what := _difference(kernel.configs / variant.config, configuration):
            hint = f"distgen config set SYMBOL=VALUE --distro {variant.distro}"
            hint = f"set it in a layer, and make the package again: {hint}"
            yield Finding(Check.RESOLVE, variant.config, what, hint)


def _open(kernel: Kernel, tree: Tree | None) -> Tree:
    """The tree to resolve with. CommandError where the package's own cannot be had."""
    if tree:
        if kernel.version and tree.version != kernel.version:
            message = f"{tree.path}: Linux {tree.version}, and the package is of {kernel.version}"
            raise UsageError(message, "give the tree that the package was made from, or no --tree")
        return tree
    kernel.scratch.mkdir()
    _unpack(kernel)
    _patch(kernel)
    shutil.copytree(kernel.packaging, kernel.scratch, dirs_exist_ok=True)
    try:
        return open_tree(kernel.scratch)
    except UnsupportedError as error:
        raise CommandError(error.message) from error


def _unpack(kernel: Kernel) -> None:
    """The part of the tarball that Kconfig needs."""
    if kernel.tarball is None or not kernel.tarball.is_file():
        message = "no tarball of it in the package"
        raise CommandError(message)
    with kernel.tarball.open("rb") as file:
        head = file.read(8)
    unpacker = next((u for magic, u in UNPACKERS.items() if head.startswith(magic)), "cat")
    for tool, owner in {**TOOLS, unpacker.split()[0]: unpacker.split()[0]}.items():
        if not shutil.which(tool):
            message = f"{tool}: no such command"
            raise UnsupportedError(message, f"install {owner}, or skip this with --no-resolve")
    top = kernel.top or _top(kernel.tarball, unpacker)
    options = ["--strip-components=1", "--no-same-owner", "--no-same-permissions"]
    options += ["--anchored", "--wildcards", "--wildcards-match-slash"]
    options += ["-C", str(kernel.scratch), "--"]
    argv = ["sh", "-c", UNPACK.format(unpacker), "sh", str(kernel.tarball), str(LIMIT), *options]
    argv += [f"{top}/{pattern}" for pattern in NEEDED]
    done = run(argv, cwd=kernel.scratch, check=False)
    # No tree has a match for every pattern, and tar has no way to say that this is fine
    said = [line for line in done.stderr.splitlines() if "Not found in archive" not in line]
    said = [line for line in said if "Exiting with failure status" not in line]
    if said and done.returncode:
        name = kernel.tarball.name
        message = f"{name}: cannot be unpacked, or takes more than {LIMIT >> 30} GiB: {said[0]}"
        raise CommandError(message)


def _top(tarball: Path, unpacker: str) -> str:
    """The folder that everything in a tarball is in."""
    argv = ["sh", "-c", FIRST.format(unpacker), "sh", str(tarball)]
    return run(argv, cwd=tarball.parent, check=False).stdout.partition("/")[0].strip()


def _patch(kernel: Kernel) -> None:
    """What the patches of the package change in that part, in their order."""
    if not kernel.patches:
        return
    includes = [f"--include={pattern}" for pattern in NEEDED]
    # Where the temporary folder is in a repository, git would look at its index
    ceiling = {"GIT_CEILING_DIRECTORIES": str(kernel.scratch.parent)}
    argv = ["git", "apply", "--whitespace=nowarn", *includes, *map(str, kernel.patches)]
    run(argv, cwd=kernel.scratch, extra_env=ceiling)


def _difference(path: Path, configuration: Configuration) -> str:
    """What Kconfig changes, "" for nothing."""
    there = path.read_bytes()
    if configuration.config == there:
        return ""
    differing = changed(there, configuration.config)
    if not differing:
        pairs = zip_longest(there.split(b"\n"), configuration.config.split(b"\n"))
        number = next(n for n, (old, new) in enumerate(pairs, 1) if old != new)
        return f"line {number} is not as Kconfig writes it, all settings are"
    named = [f"{symbol} {was}, not {now}" for symbol, (was, now) in differing.items()]
    return f"Kconfig changes it: it has {listed(named, separator='; ')}"
