# SPDX-License-Identifier: GPL-2.0-or-later
"""Ubuntu's annotations, format 4: ``CONFIG_X policy<{'amd64': 'y', 'arm64-generic-64k': '-'}>``.

For one flavour its own value counts, then that of the flavour that FLAVOUR_DEP names, then that
of the arch; '-' is no setting. What includes say comes first. A new value for an arch takes those
of its flavours away. Notes become reasons.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from distgen.distros.distro import Distro
from distgen.errors import UsageError, bad_line, did_you_mean
from distgen.layers.fragment import Setting
from distgen.sources.configuration import Offered, Settings, decode, reason, settings

UNDERSTOOD = "Ubuntu's annotations of format 4, debian.master/config/annotations"
LINE = re.compile(
    r"CONFIG_(?P<symbol>\w+)(?:\s+policy<(?P<policy>\{.*?\})>)?(?:\s+note<(?P<note>.*)>)?",
    re.ASCII,
)
INCLUDE = re.compile(r'include\s+"?([^"]+)"?')
ABSENT = "-"


@dataclass
class Annotation:
    """All that is said of one symbol: arch, or arch-flavour → setting, None where it has none."""

    policy: dict[str, Setting | None] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Head:
    """The comments at the head of a file; FLAVOUR_DEP maps a flavour to the one it is like."""

    arches: list[str]
    flavours: list[str]
    like: dict[str, str]


def recognise(path: Path, head: bytes) -> bool:
    """Whether it begins with the comments of an annotations file, or has a policy in it."""
    return path.is_file() and bool(
        re.search(rb"^# (Menu: HEADER$|FORMAT: )|^CONFIG_\w+\s+(policy<\{|note<)", head, re.M)
    )


def read(path: Path, distro: Distro) -> list[Offered]:
    """Every flavour of every arch that the head names."""
    text = decode(path.read_bytes(), str(path))
    head = parse_head(text, str(path))
    annotations: dict[str, Annotation] = defaultdict(Annotation)
    for origin, match in _lines(path, path.parent, ()):
        symbol, annotation = match["symbol"], annotations[match["symbol"]]
        for key, value in _literal(match["policy"] or "{}", origin).items():
            if key in head.arches:
                for other in [name for name in annotation.policy if name.startswith(f"{key}-")]:
                    del annotation.policy[other]
            setting = None if value == ABSENT else _setting(symbol, value, origin)
            annotation.policy[key] = setting
        if match["note"] is not None:
            annotation.note = match["note"].strip().strip("'")
    return [
        Offered(
            arch,
            flavour.removeprefix(f"{arch}-"),
            f"{path} ({flavour})",
            partial(_resolve, annotations, (flavour, head.like.get(flavour, flavour), arch)),
        )
        for arch in head.arches
        for flavour in head.flavours
        if flavour.startswith(f"{arch}-")
    ]


def parse_head(text: str, origin: str) -> Head:
    """The head of a file, or UsageError with ``origin:line``."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("#"):
            break
        key, _, value = line.removeprefix("# ").partition(": ")
        found[key] = (number, value.strip())
    for key in ("FORMAT", "ARCH", "FLAVOUR"):
        if not found.get(key, (0, ""))[1]:
            message = f"{origin}:1: no '# {key}: …' in the comments at the head"
            raise UsageError(message, "annotations of format 4 have FORMAT, ARCH and FLAVOUR")
    number, version = found["FORMAT"]
    if version != "4":
        message = f"{origin}:{number}: annotations of format {version}, only 4 can be read"
        raise UsageError(message, "debian/scripts/misc/annotations of that tree can convert it")
    arches, flavours = found["ARCH"][1].split(), found["FLAVOUR"][1].split()
    for name in flavours:
        if not name.startswith(tuple(f"{arch}-" for arch in arches)):
            message = f"{origin}:{found['FLAVOUR'][0]}: {name!r} names no arch listed in ARCH"
            raise UsageError(message, f"write ARCH-FLAVOUR, with one of {' '.join(arches)}")
    number, text = found.get("FLAVOUR_DEP", (1, "{}"))
    like = _literal(text, f"{origin}:{number}")
    for name in like:
        if name not in flavours:
            message = f"{origin}:{number}: {name!r} is not in FLAVOUR"
            raise UsageError(message, did_you_mean(name, flavours))
    return Head(arches, flavours, like)


def _lines(
    path: Path, folder: Path, above: tuple[Path, ...]
) -> Iterator[tuple[str, re.Match[str]]]:
    """Every line with its place; where a file of ``folder`` is included, its lines."""
    for number, line in enumerate(decode(path.read_bytes(), str(path)).split("\n"), 1):
        words, origin = line.strip(), f"{path}:{number}"
        if not words or words.startswith("#"):
            continue
        if include := INCLUDE.fullmatch(words):
            included = folder / include[1]
            if included.resolve() in {file.resolve() for file in (*above, path)}:
                message = f"{origin}: includes itself through {included}"
                raise UsageError(message, f"remove line {number}")
            if not included.is_file():
                message = f"{origin}: no file {included}"
                raise UsageError(message, f"add that file, or remove line {number} of {path}")
            yield from _lines(included, folder, (*above, path))
            continue
        match = LINE.fullmatch(words)
        if not match or match["policy"] is match["note"] is None:
            what = "expected CONFIG_NAME policy<{…}> or note<'…'>"
            right = "CONFIG_NAME policy<{'amd64': 'y'}>, or CONFIG_NAME note<'why'>"
            raise bad_line(path, number, what, words, right)
        yield origin, match


def _literal(text: str, origin: str) -> dict[str, str]:
    """A Python dictionary of strings."""
    try:
        value = ast.literal_eval(text)
        if all(isinstance(item, str) for pair in value.items() for item in pair):
            return dict(value)
        what = "names and values must be strings"
    except (AttributeError, ValueError, SyntaxError, MemoryError, RecursionError):
        what = "not a dictionary as Python writes it"
    message = f"{origin}: {what}: {text[:60]}"
    raise UsageError(message, "write {'amd64': 'y', 'arm64-generic': '-'}")


def _setting(symbol: str, value: str, origin: str) -> Setting:
    try:
        (setting,) = settings(f"CONFIG_{symbol}={value}", "")
    except (UsageError, ValueError) as error:
        several = isinstance(error, ValueError)
        what = "more than one line" if several else str(error).partition(": ")[2]
        message = f"{origin}: {value[:60]!r}: {what}"
        raise UsageError(message, f"fix the value at {origin}") from error
    return setting


def _resolve(annotations: Mapping[str, Annotation], keys: Sequence[str]) -> Settings:
    found = {}
    for symbol, annotation in annotations.items():
        policy = annotation.policy
        setting = next((policy[key] for key in keys if key in policy), None)
        if setting:
            found[symbol] = replace(setting, reason=reason(annotation.note))
    return found
