# SPDX-License-Identifier: GPL-2.0-or-later
"""kconfig-batch on the 52 configurations of three distributions for 7.2.

Everything it says is held against what the kernel's own conf does with the same files: those that
the distributions published, where they are there, and those of the layers that ship, spoiled.
"""

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from distgen.kconfig.option import read_lines
from distgen.layers import fragment
from tests.lib.command import PROJECT, run
from tests.lib.flat import (
    KERNEL,
    SETTING,
    Flat,
    dummy_tools,
    flat_configs,
    makefile_of_all_arches,
    resolve_flat,
)

PICKED = 30


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """All 52, resolved into ``out``."""

    tree: Path
    out: Path
    makefile: Path
    flats: list[Flat]


@pytest.fixture(scope="module")
def spoiled_folder(
    kconfig_tree: Path, flats_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What ships with one line in fifty gone, and another one saying the contrary.

    Members of a choice stay as they are: conf asks for those that are not in a configuration even
    where the choice has its answer, and distgen does not.
    """
    members = members_of_choices(kconfig_tree)
    folder = tmp_path_factory.mktemp("spoiled") / "flats"
    shutil.copytree(flats_folder, folder)
    for path in sorted(folder.rglob("*.config")):
        draw = random.Random(f"{path.parent.name}/{path.name}")
        lines = []
        for line in path.read_text().splitlines():
            chance = draw.random()
            if members.intersection(SETTING.findall(line)):
                chance = 0.5
            if chance < 0.02 and CONTRARY.search(line):
                lines.append(contrary(line))
            elif chance < 0.98 or not SETTING.match(line):
                lines.append(line)
        path.write_text("\n".join(lines) + "\n")
    return folder


def members_of_choices(tree: Path) -> set[str]:
    """Symbols between "choice" and "endchoice" in any Kconfig file."""
    found: set[str] = set()
    for path in tree.rglob("Kconfig*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            for block in re.findall(r"(?ms)^\s*choice\b(.*?)^\s*endchoice\b", text):
                found.update(re.findall(r"(?m)^\s*config (\w+)", block))
    return found


CONTRARY = re.compile(r"=[ym]$| is not set$")


def contrary(line: str) -> str:
    """The line that turns off what a line turns on, or on what it turns off."""
    (symbol,) = SETTING.findall(line)
    return f"CONFIG_{symbol}=y" if line.startswith("#") else f"# CONFIG_{symbol} is not set"


@pytest.fixture(scope="module")
def ours(
    kconfig_tree: Path, spoiled_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Resolved]:
    """What ships and is spoiled, resolved."""
    yield from resolve_all_of(spoiled_folder, kconfig_tree, tmp_path_factory)


@pytest.fixture(scope="module")
def theirs(
    kconfig_tree: Path, published_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Resolved]:
    """What was published, resolved."""
    yield from resolve_all_of(published_folder, kconfig_tree, tmp_path_factory)


@pytest.fixture(scope="module", params=["ours", "theirs"])
def resolved(request: pytest.FixtureRequest) -> Resolved:
    made: Resolved = request.getfixturevalue(request.param)
    return made


def resolve_all_of(
    folder: Path, tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Resolved]:
    out = tmp_path_factory.mktemp("flat")
    makefile = makefile_of_all_arches(tmp_path_factory.mktemp("all-arches"))
    flats = flat_configs(folder)
    assert len(flats) == 52
    resolve_flat(tree, flats, out, makefile)
    yield Resolved(tree=tree, out=out, makefile=makefile, flats=flats)
    shutil.rmtree(out)


def olddefconfig(resolved: Resolved, arch: str, text: bytes, build: Path) -> Path:
    """What the tree's own conf makes of a configuration."""
    build.mkdir(exist_ok=True)
    (build / ".config").write_bytes(text)
    run("make", f"O={build}", f"ARCH={KERNEL[arch]}", *dummy_tools(resolved.tree), "olddefconfig",
        cwd=resolved.tree)  # fmt: skip
    return build / ".config"


def values_in(path: Path) -> dict[str, str]:
    return {name: setting.value for name, setting in fragment.read(path).settings.items()}


def findings(resolved: Resolved, flat: Flat) -> list[list[str]]:
    path = (resolved.out / flat.name).with_suffix(".findings")
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    assert [row[4] for row in rows if row[0] == "layer"] == [f"{flat.path}:0"]
    return [row for row in rows if row[0] != "layer"]


def test_byte_identical_to_olddefconfig(resolved: Resolved, tmp_path: Path) -> None:
    for flat in resolved.flats:
        theirs = olddefconfig(resolved, flat.arch, flat.path.read_bytes(), tmp_path / flat.arch)
        ours = (resolved.out / flat.name).with_suffix(".config")
        assert ours.read_bytes() == theirs.read_bytes(), flat.name


def prompts(resolved: Resolved, arch: str) -> dict[str, bool]:
    """For each symbol of an arch whether it has a prompt, read from the Kconfig files by eye."""
    depends = (resolved.out / f"distro/out/kconfig/{arch}.d").read_text()
    found: dict[str, bool] = {}
    for name in re.findall(r"\$\(distro-srctree\)/(\S+)", depends):
        symbol = None
        help_indent = -1
        for line in (resolved.tree / name).read_text(errors="replace").splitlines():
            text = line.expandtabs().rstrip()
            indent = len(text) - len(text.lstrip())
            words = text.split()
            if help_indent >= 0 and (not text or indent > help_indent):
                continue
            help_indent = indent if words in (["help"], ["---help---"]) else -1
            if words and words[0] in ("config", "menuconfig"):
                symbol = words[1]
                found.setdefault(symbol, False)
            elif words and words[0] in ("choice", "menu", "comment", "endmenu", "source", "if"):
                symbol = None
            elif symbol and re.match(
                r"(bool|tristate|int|hex|string|prompt)\s+[\"']", text.strip()
            ):
                found[symbol] = True
    return found


def test_findings_are_all_that_a_comparison_finds(resolved: Resolved) -> None:
    """No more and no fewer: symbol, what was wanted, and what came of it."""
    with_prompt: dict[str, dict[str, bool]] = {}
    total = 0
    for flat in resolved.flats:
        if flat.arch not in with_prompt:
            with_prompt[flat.arch] = prompts(resolved, flat.arch)
        known = with_prompt[flat.arch]
        final = values_in((resolved.out / flat.name).with_suffix(".config"))
        expected = set()
        for symbol, wanted in values_in(flat.path).items():
            got = final.get(symbol, "-")
            honoured = wanted == got or (wanted == "n" and got == "-")
            if symbol not in known:
                expected.add((symbol, wanted, "-"))
            elif known[symbol] and not honoured:
                expected.add((symbol, wanted, got))
        found = {
            (symbol, wanted, got)
            for kind, symbol, wanted, got, *_ in findings(resolved, flat)
            if kind in ("changed", "dropped", "unknown")
        }
        assert found == expected, flat.name
        total += len(found)
    assert total > 10_000


def test_every_finding_says_where_and_why(resolved: Resolved) -> None:
    for flat in resolved.flats:
        lines = flat.path.read_text().splitlines()
        for kind, symbol, wanted, _, where, reason, *_ in findings(resolved, flat):
            if kind == "undecided":
                assert re.fullmatch(r"[\w./+-]+:\d+", where)
                assert re.match(r'(bool|tristate|integer|hex|string) "', reason)
                continue
            path, _, number = where.rpartition(":")
            assert path == str(flat.path)
            text = f"# CONFIG_{symbol} is not set" if wanted == "n" else f"CONFIG_{symbol}={wanted}"
            assert lines[int(number) - 1] == text
            if kind == "dropped":
                assert reason.startswith(("needs ", "the choice is ", "not a value of a ")), reason


def test_what_is_undecided_is_what_conf_would_ask(resolved: Resolved, tmp_path: Path) -> None:
    """Kconfig's own listnewconfig, less the other members of a choice that has its answer."""
    answered = {"RANDSTRUCT_PERFORMANCE", "RANDSTRUCT_FULL"}  # by RANDSTRUCT_NONE=y
    checked = undecided = 0
    for flat in resolved.flats:
        if flat.name not in ("fedora/x86_64", "debian/arm64_none_arm64", "rhel/s390x-zfcpdump"):
            continue
        build = tmp_path / flat.arch
        build.mkdir()
        shutil.copy(flat.path, build / ".config")
        done = run("make", "-s", f"O={build}", f"ARCH={KERNEL[flat.arch]}",
                   *dummy_tools(resolved.tree), "listnewconfig", cwd=resolved.tree)  # fmt: skip
        asked = set(re.findall(r"^CONFIG_(\w+)=", done.stdout, re.M))
        asked |= set(re.findall(r"^# CONFIG_(\w+) is not set", done.stdout, re.M))
        found = {symbol for kind, symbol, *_ in findings(resolved, flat) if kind == "undecided"}
        assert found == asked - answered, flat.name
        undecided += len(found)
        checked += 1
    assert checked == 3
    assert undecided > 0


LEAF = re.compile(r"(!?)(\w+)\[=([^]]*)\](!?=\w+)?")


def assignments(reason: str) -> Iterator[dict[str, str]]:
    """Ways to make an unmet dependency true: all parts of an "and", any one of an "or"."""

    def parse(text: str) -> list[dict[str, str]]:
        text = text.strip()
        if text.startswith("(") and _closing(text) == len(text) - 1:
            return parse(text[1:-1])
        for operator in ("&&", "||"):
            parts = _split(text, operator)
            if len(parts) > 1 and operator == "&&":
                left, *rest = parts
                return [a | b for a in parse(left) for b in parse(" && ".join(rest))]
            if len(parts) > 1:
                return [way for part in parts for way in parse(part)]
        leaf = LEAF.fullmatch(text)
        if not leaf or leaf[4]:
            return []
        return [{leaf[2]: "n" if leaf[1] else "y"}]

    yield from parse(reason.removeprefix("needs "))


def _closing(text: str) -> int:
    depth = 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return place
    return -1


def _split(text: str, operator: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and text.startswith(operator, place):
            parts.append(text[start:place])
            start = place + len(operator)
    return [*parts, text[start:]]


def test_meeting_the_reported_dependency_brings_the_option_back(
    resolved: Resolved, tmp_path: Path
) -> None:
    """Thirty dropped options of real data: what is reported as unmet is all that is missing."""
    dropped = [
        (flat, symbol, reason)
        for flat in resolved.flats
        for kind, symbol, _, _, _, reason, *_ in findings(resolved, flat)
        if kind == "dropped" and reason.startswith("needs ")
    ]
    random.Random(7).shuffle(dropped)
    seen: set[str] = set()
    for flat, symbol, reason in dropped:
        known = prompts(resolved, flat.arch)
        for way in assignments(reason):
            # Only what a configuration can say: symbols with a prompt, each symbol once.
            if symbol in seen or len(seen) == PICKED or not all(known.get(name) for name in way):
                continue
            lines = "".join(
                f"# CONFIG_{name} is not set\n" if value == "n" else f"CONFIG_{name}={value}\n"
                for name, value in way.items()
            )
            text = flat.path.read_bytes() + lines.encode()
            got = values_in(olddefconfig(resolved, flat.arch, text, tmp_path / flat.arch))
            met = all((got.get(name, "n") == "n") == (value == "n") for name, value in way.items())
            if met:
                assert symbol in got, f"{flat.name}: {symbol} {reason}"
                seen.add(symbol)
        if len(seen) == PICKED:
            break
    assert len(seen) == PICKED


def jobs_folder(folder: Path, arch: str, **paths: str | Path) -> Path:
    """What DISTRO_JOBS_DIR takes, with one job of one arch."""
    folder.mkdir(exist_ok=True)
    line = "\t".join(f"{keyword}\t{path}" for keyword, path in paths.items())
    (folder / arch).write_text(f"{line}\n")
    return folder


def test_memory(ours: Resolved, tmp_path: Path) -> None:
    """Under 100 MB for the largest process of a run, make and compiler included."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    arch = ours.flats[0].arch
    paths = {"findings": tmp_path / "c.findings", "config": tmp_path / "c"}
    jobs = jobs_folder(tmp_path / "jobs", arch, **paths, layer=ours.flats[0].path)
    done = run("python3", "-c", code, "make", "-rRs", "-f", ours.makefile,
               f"srctree={ours.tree}", f"objtree={ours.out}", f"DISTRO_JOBS_DIR={jobs}",
               f"distro-resolve-{arch}", cwd=tmp_path)  # fmt: skip
    kilobytes = int(done.stdout.splitlines()[-1])
    assert (tmp_path / "c").is_file()
    assert 1_000 < kilobytes < 100_000


@pytest.fixture(scope="module")
def sanitized(ours: Resolved, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An object tree whose kconfig-batch is built with the address and UB sanitizers."""
    out = tmp_path_factory.mktemp("sanitized")
    flags = "-g -fsanitize=address,undefined -fno-sanitize-recover=all"
    run("make", "-f", ours.makefile, f"srctree={ours.tree}", f"objtree={out}",
        f"HOSTCFLAGS={flags}", f"{out}/distro/out/kconfig/kconfig-batch", cwd=out)  # fmt: skip
    return out


MALFORMED = {
    "no-name": (b"CONFIG_A=y\nCONFIG_\n", "2: CONFIG_ without a name"),
    "no-value": (b"CONFIG_A\n", "1: expected CONFIG_NAME=value"),
    "empty-value": (b"CONFIG_A=\n", "1: expected CONFIG_NAME=value"),
    "open-string": (b'CONFIG_A="x\n', "1: unterminated string"),
    "escaped-end": (b'CONFIG_A="x\\', "1: unterminated string"),
    "dos": (b"CONFIG_A=y\r\n", "1: DOS line ending"),
    "binary": (bytes(range(256)), "1: a NUL byte"),
    "elf": (b"\x7fELF\x02\x01\x01\x00", "1: a NUL byte"),
    "twice": (b"CONFIG_A=y\n\n# CONFIG_A is not set\n", "3: CONFIG_A is already set in line 1"),
    "merge": (b"<<<<<<< HEAD\n", "1: expected CONFIG_NAME=value"),
    "long-line": (b"CONFIG_A=y\nCONFIG_B=" + b"1" * 10_000_000, "2: longer than 64 KiB"),
    "large": (b"# x\n" * 5_000_000, "1: larger than 16 MiB"),
}


def resolve_one(
    ours: Resolved, out: Path, path: Path, target: Path, kconfig: str = "Kconfig"
) -> tuple[int, str]:
    paths = {"findings": f"{target}.findings", "config": target, "describe": f"{target}.describe"}
    jobs = jobs_folder(out / "jobs", "x86_64", **paths, layer=path)
    env = {"ASAN_OPTIONS": "detect_leaks=0", "KBUILD_KCONFIG": kconfig}
    done = run("make", "-f", ours.makefile, f"srctree={ours.tree}", f"objtree={out}",
               f"DISTRO_JOBS_DIR={jobs}", "distro-resolve-x86_64", cwd=out, env=env,
               check=False)  # fmt: skip
    assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_layers(ours: Resolved, sanitized: Path, tmp_path: Path, case: str) -> None:
    content, message = MALFORMED[case]
    path, target = tmp_path / "x86_64.config", tmp_path / "out"
    path.write_bytes(content)
    target.write_text("as before\n")
    code, stderr = resolve_one(ours, sanitized, path, target)
    assert code == 2
    assert f"{path}:{message}" in stderr
    assert "Error 2" in stderr, "kconfig-batch itself exits with 2"
    assert target.read_text() == "as before\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "x86_64.config"]


def test_a_layer_that_is_no_file(ours: Resolved, sanitized: Path, tmp_path: Path) -> None:
    for path, message in (
        (tmp_path / "folder", "not a regular file"),
        (tmp_path / "missing", "No such file or directory"),
        (Path("/dev/zero"), "not a regular file"),
    ):
        (tmp_path / "folder").mkdir(exist_ok=True)
        code, stderr = resolve_one(ours, sanitized, path, tmp_path / "out")
        assert code == 2
        assert f"{path}:1: {message}" in stderr
        assert not (tmp_path / "out").exists()


def test_a_layer_that_may_not_be_read(ours: Resolved, tmp_path: Path) -> None:
    """Root may read everything, unless it gives up the capability for that."""
    path = tmp_path / "secret.config"
    path.write_text("CONFIG_A=y\n")
    path.chmod(0)
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    tool = ours.out / "distro/out/kconfig/kconfig-batch"
    command = f"printf 'findings\\tx\\tlayer\\t{path}\\n' | {tool} Kconfig d answers x86_64 . ."
    done = run(
        *(bound if os.geteuid() == 0 else []), "sh", "-c", command, cwd=tmp_path, check=False
    )
    assert done.returncode == 2
    assert f"{path}:1: Permission denied" in done.stderr


def test_a_broken_kconfig(ours: Resolved, sanitized: Path, tmp_path: Path) -> None:
    broken = tmp_path / "Kconfig.broken"
    broken.write_text('config A\n\tbool "a"\n\tdepends off\n')
    layer_path = tmp_path / "x86_64.config"
    layer_path.write_text("CONFIG_A=y\n")
    code, stderr = resolve_one(ours, sanitized, layer_path, tmp_path / "out", str(broken))
    assert code == 2
    assert re.search(rf"{broken}:3:.*", stderr)
    assert not (tmp_path / "out").exists()


def test_clean_under_sanitizers(ours: Resolved, sanitized: Path, tmp_path: Path) -> None:
    """A real configuration, and everything that fuzzing has found worth keeping."""
    flat = next(flat for flat in ours.flats if flat.name == "fedora/x86_64")
    code, stderr = resolve_one(ours, sanitized, flat.path, tmp_path / "out")
    assert code == 0, stderr
    assert (tmp_path / "out").read_bytes() == (ours.out / "fedora/x86_64.config").read_bytes()
    assert set(values_in(tmp_path / "out")) <= set(read_lines(tmp_path / "out.describe"))

    scripts, fuzz = PROJECT / "distro/scripts/kconfig", PROJECT / "tests/fuzz"
    run("gcc", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all", "-I", scripts, "-o", tmp_path / "layer", fuzz / "layer.c",
        scripts / "kconfig-layer.c", scripts / "kconfig-util.c", cwd=tmp_path)  # fmt: skip
    corpus = sorted((fuzz / "corpus").iterdir())
    assert len(corpus) > 10
    for path in corpus:
        done = run(tmp_path / "layer", path, cwd=tmp_path, check=False,
                   env={"ASAN_OPTIONS": "detect_leaks=0"})  # fmt: skip
        assert done.returncode in (0, 2), f"{path}: {done.stderr}"
        assert bool(done.stderr) == (done.returncode == 2)


@pytest.mark.parametrize("version", ["6.1", "6.12", "7.2"])
def test_compiles_without_warnings(
    version: str, kernel: Callable[[str], Path], tmp_path: Path
) -> None:
    tree = kernel(version)
    makefile = makefile_of_all_arches(tmp_path / "makefile")
    out = tmp_path / "out"
    out.mkdir()
    done = run("make", "-f", makefile, f"srctree={tree}", f"objtree={out}", "HOSTCFLAGS=-Wextra",
               f"{out}/distro/out/kconfig/kconfig-batch", cwd=out)  # fmt: skip
    assert "kconfig-" not in done.stderr
    assert run("git", "status", "--porcelain", cwd=tree).stdout == ""
