# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a distro.toml: what each may be, an example, and what it means.

A new field is a line here, one in the class that holds it (distro.py), and a template that uses
it. docs/maintainers.md shows these tables.
"""

import re
from dataclasses import KW_ONLY, dataclass

TOKEN = r"[a-z0-9_]+(-[a-z0-9_]+)*"
WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
TOKENS = "is not made of lower-case letters and digits, joined by '-'"
# What make, rpm or a shell would act on, wherever a template puts it
ACTIVE = re.compile(r"[%$`\"\\]")
# A maintainer, as a changelog names one
PERSON = re.compile(r"[^<>\\]*[^<>\\\s] <[^<>@,\\\s]+@[^<>@,\\\s]+>")


@dataclass(frozen=True)
class Field:
    """A key whose value is one line of text, or where ``many`` is set a list of such lines.

    Each matches ``pattern`` as a whole, or an error says what is ``wrong`` with it, and has nothing
    of ``refused``. Without ``inherited``, a derivative does not have it from its parent.
    """

    means: str
    example: str
    _: KW_ONLY
    pattern: str = ".*"
    wrong: str = "must be one word"
    refused: re.Pattern[str] | None = ACTIVE
    many: bool = False
    required: bool = False
    inherited: bool = True


DISTRO = {
    "title": Field(
        "its name, as people write it",
        "Fedora",
        refused=re.compile(rf"{ACTIVE.pattern}|'"),
        required=True,
    ),
    "family": Field("how it packages", "rpm", required=True),
    "source": Field("the name of its source package", "kernel", pattern=WORD, required=True),
    "maintainer": Field("who its packages are from", "Ann Author <ann@example.org>", required=True),
    "homepage": Field(
        "an address that its packages name", "https://www.kernel.org/", required=True
    ),
    "short": Field("a second name in make targets", "deb", inherited=False),
    "vcs": Field("the git repository of its packaging", "https://example.org/linux.git"),
    "provenance": Field(
        "where its layers were imported from",
        "kernel-7.2.0-300.fc45.src, built 2026-11-02",
        refused=None,
        inherited=False,
    ),
    "mock": Field(
        "the root that `make D-mock` builds in", "fedora-rawhide-x86_64", pattern=f"({WORD})?"
    ),
    "koji": Field("the target that `make D-koji` builds for", "rawhide", pattern=f"({WORD})?"),
    "suite": Field("what a Debian changelog says that it is for", "unstable", pattern=WORD),
    "revision": Field(
        "the first Debian revision of a release", "0ubuntu1", pattern=r"[0-9][A-Za-z0-9.+~]*"
    ),
    "extra_modules": Field(
        "folders below `kernel/` whose modules are packaged apart",
        "net/ax25",
        pattern=r"[a-z0-9_-]+(/[a-z0-9_-]+)*",
        wrong="is not a folder of the kernel tree",
        many=True,
    ),
}

ARCH = {
    "kernel": Field("the kernel's `ARCH=`", "arm64", pattern=WORD, required=True),
    "package": Field("the distribution's name for it", "aarch64", pattern=WORD, required=True),
    "gnu": Field(
        "the prefix of a cross compiler", "aarch64-linux-gnu", pattern=WORD, required=True
    ),
    "image": Field(
        "what the target `image_name` of the kernel prints", "Image.gz", pattern=WORD, required=True
    ),
    "parents": Field(
        "layers that it shares with other arches", "x86", pattern=TOKEN, wrong=TOKENS, many=True
    ),
    "flavours": Field(
        "its configurations beside the base one", "rt-debug", pattern=TOKEN, wrong=TOKENS, many=True
    ),
}

ALLOW = {
    "symbol": Field("an option", "DEBUG_INFO_BTF", refused=None, required=True),
    "kind": Field("a kind of finding", "dropped", refused=None, required=True),
    "reason": Field("why that is right", "needs pahole", refused=None, required=True),
    "last": Field(
        "the last kernel that needs it",
        "7.4",
        pattern=r"(\d+\.\d+)?",
        wrong="must be a kernel version",
    ),
}
