# SPDX-License-Identifier: GPL-2.0-or-later
"""The configuration targets, on whole kernel trees and against the kernel's own conf."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from distgen.distros.variant import Variant
from distgen.layers.fragment import read as read_layer
from distgen.layers.layout import open_layout
from tests.lib.command import run
from tests.lib.flat import dummy_tools
from tests.lib.kernels import DISTROS, Prepared, release, status

CONFIGS = tuple(f"{name}-configs" for name in DISTROS)


def variants(tree: Path) -> Iterator[tuple[Variant, Path, list[Path]]]:
    """Each variant, its resolved configuration, and its layers."""
    layout = open_layout(tree / "distro")
    for variant in layout.variants:
        path = tree / "distro/out" / variant.distro / "configs" / variant.config
        yield variant, path, layout.layers(variant)


def merged(layers: list[Path]) -> str:
    """The last line about each symbol, as scripts/kconfig/merge_config.sh leaves them."""
    last = {}
    for path in layers:
        for setting in read_layer(path).settings.values():
            last.pop(setting.symbol, None)
            last[setting.symbol] = setting.text()
    return "\n".join(last.values()) + "\n"


def test_tree_looks_as_before(prepared: Prepared, resolved: Path) -> None:
    assert status(resolved) == prepared.status == ""
    assert release(resolved) == prepared.release


def test_init_says_how_the_layers_fit(prepared: Prepared, resolved: Path) -> None:
    """The same numbers as the report has; nothing on the kernel that the layers are of."""
    for distro in DISTROS:
        report = (resolved / "distro/out" / distro / "configs/report.txt").read_text()
        for line in report.partition("\n\n")[0].rstrip().splitlines():
            assert f"  {line}\n" in prepared.said
    newest = prepared.release.startswith("7.2")
    assert prepared.said.count("configurations, 0 findings") == (4 if newest else 0)
    for kind in ("unknown", "undecided"):
        assert (f" {kind} " in prepared.said) != newest


def test_every_configuration_is_what_olddefconfig_makes_of_its_layers(
    resolved: Path, tmp_path: Path
) -> None:
    """The layers merged, the same tools, the tree's own conf: byte for byte the same.

    All of them on 7.2, which the layers are of, every fourth on the others.
    """
    arch_of = {a.name: a for d in open_layout(resolved / "distro").distros for a in d.arches}
    wanted = list(variants(resolved))
    assert len(wanted) == 67
    newest = (resolved / "Makefile").read_text().find("VERSION = 7") >= 0

    def compare(some: list[tuple[Variant, Path, list[Path]]]) -> None:
        for variant, path, layers in some:
            build = tmp_path / variant.arch
            build.mkdir(exist_ok=True)
            (build / ".config").write_text(merged(layers))
            run("make", "-f", "Makefile", f"O={build}", f"ARCH={arch_of[variant.arch].kernel}",
                *dummy_tools(resolved), "olddefconfig", cwd=resolved)  # fmt: skip
            same = (build / ".config").read_bytes() == path.read_bytes()
            assert same, str(variant)  # a diff of such files would take minutes

    by_arch: dict[str, list[tuple[Variant, Path, list[Path]]]] = {}
    for item in wanted if newest else wanted[::4]:
        by_arch.setdefault(item[0].arch, []).append(item)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(compare, by_arch.values()))


def test_without_python(resolved: Path, path_without_python: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("make", "-j2", f"O={out}", *CONFIGS, cwd=resolved, env={"PATH": path_without_python})
    for _, path, _ in variants(resolved):
        elsewhere = out / path.relative_to(resolved)
        assert elsewhere.read_bytes() == path.read_bytes()


def test_nothing_changed_does_nothing_and_one_layer_only_what_uses_it(resolved: Path) -> None:
    def stamps() -> dict[str, int]:
        folder = resolved / "distro/out"
        return {str(p): p.stat().st_mtime_ns for p in folder.glob("*/configs/*.findings")}

    before = stamps()
    run("make", *CONFIGS, cwd=resolved)
    assert stamps() == before
    layer = resolved / "distro/fedora/configs/debug/x86_64.config"
    layer.touch()
    run("make", *CONFIGS, cwd=resolved)
    changed = {path for path, stamp in stamps().items() if stamp != before[path]}
    assert changed == {
        str(resolved / "distro/out/fedora/configs" / name)
        for name in ("kernel-x86_64-debug.findings", "kernel-x86_64-rt-debug.findings")
    }


def test_mixed_goals(prepared: Prepared) -> None:
    done = run("make", "-j4", "fedora-configs", "kernelversion", cwd=prepared.tree)
    assert prepared.release.split()[0] in done.stdout.splitlines()


def test_the_trees_own_targets_work(prepared: Prepared, tmp_path: Path) -> None:
    tree = prepared.tree
    whole = (tree / "init/main.c").is_file()
    # In the source tree last: kbuild wants it clean for O=.
    for out in (tmp_path / "build", tree):
        words = [] if out == tree else [f"O={out}"]
        run("make", *words, "defconfig", cwd=tree)
        assert "CONFIG_64BIT=y" in (out / ".config").read_text()
        if whole:
            run("make", *words, "mrproper", cwd=tree)
            assert not (out / ".config").exists()
        else:
            (out / ".config").unlink()
    ours = run("make", "help", cwd=tree).stdout
    kernels = run("make", "-f", "Makefile", "help", cwd=tree).stdout
    for line in kernels.splitlines():
        assert line in ours
    assert "  fedora-srpm             - Source RPM of Fedora" in ours
    assert "  debian-src              - Source package of Debian" in ours


def test_help(prepared: Prepared) -> None:
    assert "fedora-srpm" in run("make", "distro-help", cwd=prepared.tree).stdout
    assert "rt-64k-debug" in run("make", "fedora-help", cwd=prepared.tree).stdout
    short = run("make", "deb-help", cwd=prepared.tree).stdout
    assert short == run("make", "debian-help", cwd=prepared.tree).stdout


def test_narrowing(prepared: Prepared, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("make", f"O={out}", "deb-configs", "ARCHES=x86_64", "FLAVOURS=base cloud",
        cwd=prepared.tree)  # fmt: skip
    made = {path.name for path in (out / "distro/out").rglob("*.config")}
    assert made == {"kernel-x86_64.config", "kernel-x86_64-cloud.config"}
    done = run("make", "deb-configs", "ARCHES=amd64", cwd=prepared.tree, check=False)
    assert done.returncode == 2
    assert "ARCHES=amd64 is none of x86_64 aarch64 armv7l ppc64le riscv64 s390x" in done.stderr


def test_check_names_the_line_that_is_not_honoured(prepared: Prepared, tmp_path: Path) -> None:
    tree = prepared.tree
    out = tmp_path / "out"
    layer = tree / "distro/debian/configs/x86_64.config"
    before = layer.read_text()
    lines = before.splitlines()
    layer.write_text(
        before + "CONFIG_NO_SUCH_OPTION=y\n# CONFIG_PCI is not set\nCONFIG_HZ_PERIODIC=y\n"
        'CONFIG_DEFAULT_HOSTNAME="x"\nCONFIG_LOG_BUF_SHIFT=99\n'
    )
    try:
        done = run("make", f"O={out}", "debian-configs-check", "ARCHES=x86_64", "FLAVOURS=base",
                   cwd=tree, check=False)  # fmt: skip
    finally:
        layer.write_text(before)
    assert done.returncode == 2
    assert not list(out.rglob("*.config"))
    name = "distro/debian/configs/x86_64.config"
    number = len(lines) + 1
    assert f"{name}:{number}: CONFIG_NO_SUCH_OPTION=y [all]" in done.stdout
    assert f"{name}:{number + 4}: CONFIG_LOG_BUF_SHIFT=99, got 25: range 12 25 [all]" in done.stdout
    report = json.loads((out / "distro/out/debian/check/report.json").read_text())
    found = {(f["symbol"], f["kind"], f["layer"], f["line"]) for f in report}
    assert ("NO_SUCH_OPTION", "unknown", name, number) in found
    assert ("LOG_BUF_SHIFT", "changed", name, number + 4) in found
    dropped = next(f for f in report if f["kind"] == "dropped" and "PCI[=n]" in f["reason"])
    assert (
        (tree / dropped["layer"])
        .read_text()
        .splitlines()[dropped["line"] - 1]
        .startswith(f"CONFIG_{dropped['symbol']}=")
    )


def test_allow(prepared: Prepared, tmp_path: Path) -> None:
    """An entry silences its finding; one that silences nothing, or is too old, is a finding."""
    tree = prepared.tree
    layer = tree / "distro/debian/configs/x86_64.config"
    facts = tree / "distro/debian/distro.toml"
    before = {path: path.read_text() for path in (layer, facts)}
    first = len(before[facts].splitlines()) + 1

    def check(symbol: str, last: str) -> tuple[list[dict[str, object]], str]:
        layer.write_text(before[layer] + "CONFIG_NO_SUCH_OPTION=y\n")
        facts.write_text(
            before[facts] + f'[[allow]]\nsymbol = "{symbol}"\nkind = "unknown"\n'
            f'reason = "a \\"test\\""{last}\n'
        )
        done = run("make", f"O={tmp_path}", "debian-configs-check", cwd=tree, check=False)
        report = json.loads((tmp_path / "distro/out/debian/check/report.json").read_text())
        return report, done.stdout

    try:
        report, text = check("NO_SUCH_OPTION", "")
        ours = [f for f in report if f["symbol"] == "NO_SUCH_OPTION"]
        assert {f["excuse"] for f in ours} == {"allowed"}
        assert "NO_SUCH_OPTION" not in text
        assert f"{len(ours)} allowed    distro.toml says why" in text

        report, text = check("NO_SUCH_OPTION", '\nlast = "5.4"')
        assert f"distro.toml:{first}: NO_SUCH_OPTION: was for kernels up to 5.4" in text
        assert {f["excuse"] for f in report if f["kind"] == "unknown"} == {None}

        report, text = check("ANOTHER", "")
        assert f"distro.toml:{first}: ANOTHER: matches no unknown option: take it out" in text
    finally:
        for path, content in before.items():
            path.write_text(content)


def test_what_no_configuration_can_have_is_a_finding(prepared: Prepared, tmp_path: Path) -> None:
    """A shared layer may ask for what one arch has not, but not for what none has."""
    layer = prepared.tree / "distro/debian/configs/generic.config"
    before = layer.read_text()
    first = len(before.splitlines()) + 1
    layer.write_text(before + "CONFIG_PPC_OF_BOOT_TRAMPOLINE=y\nCONFIG_FB_XVR500=y\n")
    try:
        run("make", f"O={tmp_path}", "deb-configs-check", cwd=prepared.tree, check=False)
    finally:
        layer.write_text(before)
    report = json.loads((tmp_path / "distro/out/debian/check/report.json").read_text())
    found = {(f["symbol"], f["line"], f["excuse"], f["kind"]) for f in report}
    assert ("FB_XVR500", first + 1, None, "dropped") in found
    assert ("PPC_OF_BOOT_TRAMPOLINE", first, "overruled", "elsewhere") in found


def test_two_makes_at_once(prepared: Prepared, resolved: Path, tmp_path: Path) -> None:
    """They share nothing that is not replaced at once: both end well, with the same result."""
    command = f"make -j2 O={tmp_path} {' '.join(CONFIGS)}"
    run("sh", "-ec", f"{command} & first=$!; {command} & wait $first; wait $!", cwd=prepared.tree)
    for _, path, _ in variants(resolved):
        assert (tmp_path / path.relative_to(resolved)).read_bytes() == path.read_bytes()
    left = [p.name for p in tmp_path.rglob("*") if p.suffix.lstrip(".").isdigit()]
    assert left == []


def test_an_unknown_option_gets_the_closest_name(prepared: Prepared, tmp_path: Path) -> None:
    layer = prepared.tree / "distro/debian/configs/x86_64.config"
    before = layer.read_text()
    layer.write_text(before + "CONFIG_MODULE_SIGG_FORCE=y\n")
    try:
        done = run("make", f"O={tmp_path}", "deb-configs-check", "ARCHES=x86_64",
                   "FLAVOURS=base", cwd=prepared.tree, check=False)  # fmt: skip
    finally:
        layer.write_text(before)
    assert "CONFIG_MODULE_SIGG_FORCE=y: is MODULE_SIG_FORCE meant? [all]" in done.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"CONFIG_\n", "1: CONFIG_ without a name"),
        (b"CONFIG_A=y\nfoo\n", "2: expected CONFIG_NAME=value"),
        (b'CONFIG_A="x\n', "1: unterminated string"),
        (b"CONFIG_A=y\r\n", "1: DOS line ending"),
        (b"CONFIG_A=y\n\0\n", "2: a NUL byte"),
    ],
)
def test_a_layer_that_cannot_be_read(prepared: Prepared, text: bytes, message: str) -> None:
    layer = prepared.tree / "distro/configs/cloud/x86_64.config"
    before = layer.read_bytes()
    outputs = {p: p.read_bytes() for p in (prepared.tree / "distro/out").rglob("*.config")}
    layer.write_bytes(text)
    try:
        done = run("make", "debian-configs", cwd=prepared.tree, check=False)
    finally:
        layer.write_bytes(before)
    assert done.returncode == 2
    assert f"distro/configs/cloud/x86_64.config:{message}" in done.stderr
    assert outputs == {p: p.read_bytes() for p in (prepared.tree / "distro/out").rglob("*.config")}


def test_distro_clean(prepared: Prepared, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("make", f"O={out}", "debian-configs", "ARCHES=x86_64", cwd=prepared.tree)
    assert (out / "distro/out").is_dir()
    run("make", f"O={out}", "distro-clean", cwd=prepared.tree)
    assert not (out / "distro/out").exists()
