# SPDX-License-Identifier: GPL-2.0-or-later
"""The version of a Debian source package, and the names of its files that follow from it."""

import re
from collections.abc import Iterator, Sequence

from distgen.verify.finding import Check, Finding

CANDIDATE = re.compile(r"(?<!~)rc\d")  # 7.3-rc2 would sort after 7.3
ORIG = re.compile(r"\.orig\.tar\.(gz|xz)")
DEBIAN = ".debian.tar.xz"


def wrong(version: str) -> tuple[str, str]:
    """What is wrong with one of format 3.0 (quilt), and how to mend it; "" for nothing."""
    from debian.debian_support import Version  # noqa: PLC0415

    try:
        parsed = Version(version)
    except ValueError:
        return f"{version!r} is no version", "[EPOCH:]UPSTREAM-REVISION of letters, digits, . + ~ -"
    upstream = parsed.upstream_version or ""
    if not upstream[:1].isdigit():
        return f"{version} does not begin with a digit", "7.2.13-1"
    if not parsed.debian_revision:
        return f"{version} has no revision, as 3.0 (quilt) needs", f"{version}-1"
    if match := CANDIDATE.search(upstream):
        return f"{version} sorts after the release", f"write ~{match[0]} for a release candidate"
    return "", ""


def names(source: str, version: str) -> tuple[str, str, str]:
    """How its files are called: the .dsc, debian.tar and the orig.tar without its end.

    None of them has the epoch.
    """
    version = version.partition(":")[2] or version
    upstream = version.rpartition("-")[0] or version
    return f"{source}_{version}.dsc", f"{source}_{version}{DEBIAN}", f"{source}_{upstream}"


def check(source: str, version: str, dsc: str, listed: Sequence[str]) -> Iterator[Finding]:
    """The version of a .dsc, its own name and those of the files that it lists."""
    what, hint = wrong(version)
    if what:
        yield _finding("Version", what, hint)
        return
    own, debian, orig = names(source, version)
    if dsc != own:
        yield _finding("the file name", f"{dsc}, and {own} was meant", f"mv {dsc} {own}")
    tarballs = [name for name in listed if name != debian]
    good = [name for name in tarballs if ORIG.fullmatch(name.removeprefix(orig))]
    if debian not in listed:
        yield _finding("Files", f"no {debian}", "every name follows from Source and Version")
    if len(good) != 1:
        what = f"{len(good)} of {orig}.orig.tar.gz and .xz, and there has to be one"
        yield _finding("Files", what, "every name follows from Source and Version")
    for name in tarballs:
        if name not in good:
            hint = "a package of ours has one orig.tar and one debian.tar"
            yield _finding("Files", f"a file of another kind: {name}", hint)


def _finding(where: str, what: str, hint: str) -> Finding:
    return Finding(check=Check.VERSION, where=where, what=what, hint=hint)
