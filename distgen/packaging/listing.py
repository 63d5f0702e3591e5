# SPDX-License-Identifier: GPL-2.0-or-later
"""What a tree has: distributions with arches, flavours and targets, and their templates."""

from collections.abc import Iterator, Sequence
from typing import Any

from distgen.distros.distro import Distro
from distgen.layers.layout import BASE_NAME, Layout
from distgen.packaging.jinja import Sandbox
from distgen.packaging.templates import collect


def distros(layout: Layout) -> list[dict[str, Any]]:
    """Every distribution of a layout, for a script."""
    return [
        {
            "name": distro.name,
            "title": distro.title,
            "family": distro.family.name,
            "lineage": list(distro.lineage),
            "arches": {arch.name: [BASE_NAME, *arch.flavours] for arch in distro.arches},
            "targets": [target for targets in distro.targets for target in targets],
        }
        for distro in layout.distros
    ]


def distros_text(layout: Layout) -> str:
    """The same for people: a paragraph for each distribution."""
    return "\n\n".join("\n".join(_lines(distro)) for distro in layout.distros)


def _lines(distro: Distro) -> Iterator[str]:
    parent = f", from {distro.lineage[-2]}" if len(distro.lineage) > 1 else ""
    yield f"{distro.name}: {distro.title}, {distro.family}{parent}"
    width = max(len(arch.name) for arch in distro.arches)
    for arch in distro.arches:
        yield f"  {arch.name:<{width}}  {' '.join([BASE_NAME, *arch.flavours])}"
    for targets in distro.targets:
        yield f"  {'make':<{width}}  {' '.join(targets)}"


def templates(layout: Layout) -> list[dict[str, Any]]:
    """For each file of the packaging its templates, the closest first, and where each block is."""
    sandbox = Sandbox(collect(layout.distros, layout.folder))
    return [
        {"distro": distro.name, "file": file, **_descent(sandbox, name)}
        for distro in layout.distros
        for file, name in sandbox.templates.files(distro).items()
    ]


def _descent(sandbox: Sandbox, name: str) -> dict[str, Any]:
    names: list[str] = []
    blocks: dict[str, dict[str, Any]] = {}
    following: str | None = name
    while following and following not in names:
        names.append(following)
        following, own = sandbox.outline(following)
        for block, line in own.items():
            blocks.setdefault(block, {"name": block, "template": names[-1], "line": line})
    return {"templates": names, "blocks": list(blocks.values())}


def templates_text(rows: Sequence[dict[str, Any]]) -> str:
    """What ``templates`` gives, for people."""
    lines = []
    for row in rows:
        lines.append(f"{row['distro']} {row['file']}: {' < '.join(row['templates'])}")
        width = max((len(block["name"]) for block in row["blocks"]), default=0)
        lines += [
            f"  {block['name']:<{width}}  {block['template']}:{block['line']}"
            for block in row["blocks"]
        ]
    return "\n".join(lines)
