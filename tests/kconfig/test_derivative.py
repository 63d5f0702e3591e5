# SPDX-License-Identifier: GPL-2.0-or-later
"""A derivative: what it has from its parent is the parent's, and what it holds is overrides."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from distgen.kconfig.batch import resolve_all
from distgen.kconfig.values import parse_values
from distgen.kernel.tree import open_tree
from distgen.layers.layout import Layout, open_layout
from tests.lib.command import PROJECT, distgen, run
from tests.lib.small import differing, edit, init, layers

ONE_FLAVOUR = "\n[arches.x86_64]\nflavours = []\n\n[arches.aarch64]\nflavours = []"
ALLOW = '\n[[allow]]\nsymbol = "NO_SUCH"\nkind = "unknown"\nreason = "a test"'
HEAD = "# SPDX-License-Identifier: GPL-2.0-or-later\n\n"

DELTA = """\
# SPDX-License-Identifier: GPL-2.0-or-later
title = "Delta"
parent = "beta"

[arches.x86_64]
flavours = []
names = { "" = "generic" }

[arches.aarch64]
names = { "" = "generic", rt = "generic-rt" }
"""
# What beta says as well, and three decisions of its own
ANNOTATIONS = """\
# Menu: HEADER
# FORMAT: 4
# ARCH: amd64 arm64
# FLAVOUR: amd64-generic arm64-generic arm64-generic-rt

CONFIG_HYPERV             policy<{'amd64': 'y'}>
CONFIG_HYPERV             note<'LP: #1 boots from it'>

CONFIG_SOUND              policy<{'amd64': 'm', 'arm64': 'm'}>
CONFIG_SOUND              note<'LP: #2'>


# ---- Annotations without notes ----

CONFIG_64BIT              policy<{'amd64': 'y', 'arm64': 'y'}>
CONFIG_ARM64              policy<{'amd64': '-', 'arm64': 'y'}>
CONFIG_BASE_ADDRESS       policy<{'amd64': '0x1000', 'arm64': '0x1000'}>
CONFIG_CRC                policy<{'amd64': 'm', 'arm64': 'm'}>
CONFIG_CRC_TABLE          policy<{'amd64': 'm', 'arm64': 'm'}>
CONFIG_DEBUG              policy<{'amd64': 'n', 'arm64': 'n'}>
CONFIG_LOCALVERSION       policy<{'amd64': '""', 'arm64': '""'}>
CONFIG_MICROCODE          policy<{'amd64': 'y'}>
CONFIG_MODULES            policy<{'amd64': 'y', 'arm64': 'y'}>
CONFIG_NET                policy<{'amd64': 'y', 'arm64': 'y'}>
CONFIG_NR_CPUS            policy<{'amd64': '256', 'arm64': '256', 'arm64-generic-rt': '512'}>
CONFIG_PAGES_16K          policy<{'arm64': 'n'}>
CONFIG_PREEMPT            policy<{'amd64': 'n', 'arm64': 'n', 'arm64-generic-rt': 'y'}>
CONFIG_PREEMPTION         policy<{'amd64': '-', 'arm64': '-', 'arm64-generic-rt': 'y'}>
CONFIG_PREEMPT_NONE       policy<{'amd64': 'n', 'arm64': 'n'}>
CONFIG_PREEMPT_RT         policy<{'amd64': '-', 'arm64': '-', 'arm64-generic-rt': 'y'}>
CONFIG_PREEMPT_VOLUNTARY  policy<{'amd64': 'y', 'arm64': 'y', 'arm64-generic-rt': 'n'}>
CONFIG_USB                policy<{'amd64': 'm', 'arm64': 'm'}>
CONFIG_USB_STORAGE        policy<{'amd64': 'm', 'arm64': 'm'}>
CONFIG_WIFI               policy<{'amd64': 'm', 'arm64': 'm'}>
CONFIG_WIFI_ATH           policy<{'amd64': 'n', 'arm64': 'n'}>
CONFIG_WIFI_INTEL         policy<{'amd64': 'm'}>
CONFIG_X86                policy<{'amd64': 'y', 'arm64': '-'}>
"""


def test_what_a_parent_asks_for_is_for_the_parent_to_judge(small_tree: Path) -> None:
    """Its flavours need it, or an entry of its own allows it; the derivative has none of them."""
    edit(small_tree, "gamma/distro.toml", "", to=ONE_FLAVOUR)
    edit(small_tree, "alpha/configs/generic.config", "", to="CONFIG_LOCK_CHECK=y")
    edit(small_tree, "alpha/configs/rt/generic.config", "", to="CONFIG_NO_SUCH=y")
    edit(small_tree, "alpha/distro.toml", "", to=ALLOW)
    init(small_tree)
    done = run("make", "alpha-configs-check", "gamma-configs-check", cwd=small_tree)
    assert "alpha: 6 configurations, 0 findings\n" in done.stdout
    assert "gamma: 2 configurations, 0 findings\n" in done.stdout
    edit(small_tree, "gamma/configs/generic.config", "", to="CONFIG_LOCK_CHECK=y")
    edit(small_tree, "gamma/distro.toml", "", to=ALLOW.replace("NO_SUCH", "NO_SUCH_EITHER"))
    done = run("make", "gamma-configs-check", cwd=small_tree, check=False)
    assert done.returncode
    assert "gamma: 2 configurations, 2 findings\n" in done.stdout
    assert "distro/gamma/configs/generic.config:1: CONFIG_LOCK_CHECK=y" in done.stdout
    assert "NO_SUCH_EITHER: matches no unknown option" in done.stdout


@pytest.fixture
def delta(small_tree: Path) -> Path:
    """A tree with a derivative that has no layers, of a distribution as Debian is."""
    edit(small_tree, "delta/distro.toml", "", to=DELTA)
    init(small_tree, "delta")
    return small_tree


def test_annotations_become_overrides(delta: Path, tmp_path: Path) -> None:
    """Lines only where the derivative differs from what it has from its parent, with the notes."""
    source = tmp_path / "annotations"
    source.write_text(ANNOTATIONS)
    before = layers(delta)
    distgen("config", "import", "delta", source, "--tree", delta, "--provenance", "a test")
    new = {name: text for name, (_, text) in differing(before, layers(delta)).items()}
    assert new == {
        "delta/configs/generic.config": f"{HEAD}# LP: #2\nCONFIG_SOUND=m\n",
        "delta/configs/rt/aarch64.config": f"{HEAD}CONFIG_NR_CPUS=512\n",
        "delta/configs/x86_64.config": f"{HEAD}# LP: #1 boots from it\nCONFIG_HYPERV=y\n",
    }
    assert 'provenance = "a test"\n' in (delta / "distro/delta/distro.toml").read_text()
    done = run("make", "delta-configs", "beta-configs-check", cwd=delta)
    assert "delta: 3 configurations, 0 findings" in done.stdout
    assert "beta: 4 configurations, 0 findings" in done.stdout
    made = parse_values((delta / "distro/out/delta/configs/kernel-aarch64-rt.config").read_bytes())
    assert {s: made[s] for s in ("SOUND", "NR_CPUS", "PREEMPT_RT", "WIFI_ATH", "64BIT")} == {
        "SOUND": "m",
        "NR_CPUS": "512",
        "PREEMPT_RT": "y",
        "WIFI_ATH": "n",
        "64BIT": "y",
    }
    distgen("config", "import", "delta", source, "--tree", delta)
    assert {n: t for n, (_, t) in differing(before, layers(delta)).items()} == new


def annotations(layout: Layout, tree: Path, changed: Mapping[str, str]) -> str:
    """All that comes out for Ubuntu, as its tool writes it, but for what is ``changed``."""
    (ubuntu,) = (distro for distro in layout.distros if distro.name == "ubuntu")
    wanted = [variant for variant in ubuntu.variants if variant.flavour != "minimal"]
    made = resolve_all(open_tree(tree), layout.requests(wanted), config=True)
    values = {variant: parse_values(made[variant].config) for variant in wanted}
    packages = {arch.name: arch.package for arch in ubuntu.arches}
    names = {v: packages[v.arch] + ("-generic-64k" if v.flavour else "") for v in wanted}
    flavours = [name if "-" in name else f"{name}-generic" for name in names.values()]
    lines = ["# FORMAT: 4", f"# ARCH: {' '.join(packages.values())}"]
    lines.append(f"# FLAVOUR: {' '.join(flavours)}\n")
    for symbol in sorted({symbol for some in values.values() for symbol in some}):
        policy = {name: values[v].get(symbol, "-") for v, name in names.items()}
        policy = {n: changed.get(symbol, v) if v != "-" else v for n, v in policy.items()}
        lines.append(f"CONFIG_{symbol} policy<{policy}>")
    return "\n".join(lines) + "\n"


def test_ubuntus_annotations_move_no_line_of_others(kconfig_tree: Path, tmp_path: Path) -> None:
    """Whole configurations on a whole Kconfig; minimal, which is not in them, stays what it was."""
    folder = Path(shutil.copytree(PROJECT / "distro", tmp_path / "distro"))
    source = tmp_path / "annotations"
    layout = open_layout(folder)
    changed = {"HZ": "1000", "HZ_1000": "y", "HZ_250": "n", "ECRYPT_FS": "y"}
    source.write_text(annotations(layout, kconfig_tree, changed))
    before = {path: path.read_bytes() for path in folder.rglob("*.config")}
    distgen("config", "import", "ubuntu", source, "--tree", kconfig_tree, "--into", folder)
    after = {path: path.read_bytes() for path in folder.rglob("*.config")}
    own = {path.relative_to(folder).as_posix() for path in after if after[path] != before.get(path)}
    assert own == {"ubuntu/configs/generic.config", "ubuntu/configs/minimal/generic.config"}
    text = (folder / "ubuntu/configs/generic.config").read_text()
    settings = ["CONFIG_ECRYPT_FS=y", "CONFIG_HZ_1000=y", "# CONFIG_HZ_250 is not set"]
    assert text == HEAD + "\n".join(settings) + "\n"


def lock_distros(tree: Path, *names: str) -> None:
    """Make these the distributions of a tree, as if init had been asked for no others."""
    path = tree / "distro/distgen.lock"
    lock = json.loads(path.read_text())
    path.write_text(json.dumps({**lock, "distros": sorted(names)}))
    init(tree)


def made(tree: Path, *names: str) -> dict[str, str]:
    """Every ``.config`` of these distributions, as make resolves it."""
    run("make", *(f"{name}-configs" for name in names), cwd=tree)
    paths = [path for name in names for path in (tree / "distro/out" / name).rglob("*.config")]
    return {path.relative_to(tree).as_posix(): path.read_text() for path in paths}


@pytest.mark.parametrize("names", [("gamma",), ("beta", "gamma")])
def test_a_parent_that_is_only_there_for_its_child(
    names: tuple[str, ...], small_tree: Path
) -> None:
    """It is no distribution of the tree: its layers stay, and nothing is resolved for it."""
    lock_distros(small_tree, *names)
    argv = ("config", "set", "NR_CPUS=99", "--distro=alpha", "--json", "--tree", small_tree)
    effects = json.loads(distgen(*argv).stdout)["changes"]
    assert {v.partition("/")[0] for effect in effects for v in effect["variants"]} == {"gamma"}
    assert "CONFIG_NR_CPUS=99" in layers(small_tree)["alpha/configs/generic.config"]
    before, resolved = layers(small_tree), made(small_tree, *names)
    distgen("config", "lint", "--fix", "--tree", small_tree, check=False)
    distgen("config", "refactor", "--tree", small_tree)
    changed = differing(before, layers(small_tree))
    assert not [name for name in changed if name.startswith("alpha/")]
    assert made(small_tree, *names) == resolved
    done = distgen(
        "config", "explain", "SOUND", "--distro=alpha", "--tree", small_tree, check=False
    )
    assert "no distribution 'alpha'" in done.stderr


BAZZITE = """\
{% extends "fedora/kernel.spec.j2" %}
{% block description %}
The kernel of an immutable desktop.
{% endblock %}
"""
DECK = """\
{% extends "bazzite/kernel.spec.j2" %}
{% block description %}
{{ super() -}}
It fits into a hand.
{% endblock %}
"""


def test_a_source_package_of_a_derivative_at_once(small_tree: Path) -> None:
    """One command and make; then blocks of templates, and one that derives from it in its turn."""
    distgen("distro", "new", "bazzite", "--from", "fedora", "--tree", small_tree)
    folder = small_tree / "distro/bazzite"
    assert {path.name for path in folder.iterdir()} == {"distro.toml", "package", "Makefile"}
    assert len((folder / "distro.toml").read_text().splitlines()) < 20
    assert described(small_tree, "bazzite") == "This package brings in the kernel itself and all"

    distgen("distro", "new", "deck", "--from", "bazzite", "--tree", small_tree)
    for name, text in (("bazzite", BAZZITE), ("deck", DECK)):
        (small_tree / "distro" / name / "templates").mkdir()
        (small_tree / "distro" / name / "templates/kernel.spec.j2").write_text(text)
    edit(small_tree, "deck/configs/generic.config", "", to="CONFIG_NR_CPUS=77")
    stale = distgen("check", small_tree, check=False).stdout.splitlines()
    specs = [f"stale distro/{name}/package/kernel.spec" for name in ("bazzite", "deck")]
    assert [line for line in stale if line != "stale distro/distgen.lock"] == specs
    distgen("init", small_tree)
    own = "The kernel of an immutable desktop."
    assert described(small_tree, "bazzite") == own
    assert described(small_tree, "deck") == f"{own} It fits into a hand."
    config = small_tree / "distro/out/deck/configs/kernel-x86_64.config"
    assert parse_values(config.read_bytes())["NR_CPUS"] == "77"


def described(tree: Path, distro: str) -> str:
    """The first lines of the description in a distribution's source RPM, once it is made."""
    run("make", f"{distro}-srpm", "ARCHES=x86_64", "FLAVOURS=base", cwd=tree)
    (package,) = (tree / "distro/out" / distro / "SRPMS").glob("*.src.rpm")
    said = run("rpm", "-qp", "--qf", "%{description}", package, cwd=tree).stdout.split("\n")
    return " ".join(said[:2]).removesuffix(" of its modules.").strip()
