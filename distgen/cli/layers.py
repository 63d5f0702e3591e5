# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of what edits layers: ``distgen config set`` and those like it."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distgen.cli import complete
from distgen.cli import config as cli_config
from distgen.cli.config import TreeOption
from distgen.errors import Exit
from distgen.log import print_json, say
from distgen.words import listed

if TYPE_CHECKING:
    from distgen.config.effect import Effect, Outcome
    from distgen.config.lint import Finding, Lint
    from distgen.config.lint_fix import Mended
    from distgen.distros.variant import Variant

NAMED = 10  # other options that are named

DistroOption = Annotated[
    str,
    typer.Option(
        "--distro",
        metavar="NAME",
        help="Whose layer.",
        show_default="shared",
        autocompletion=complete.distros,
    ),
]
ArchOption = Annotated[
    str,
    typer.Option(
        "--arch",
        metavar="NAME",
        help="An arch, or a parent such as x86.",
        show_default="generic",
        autocompletion=complete.layer_names,
    ),
]
FlavourOption = Annotated[
    str,
    typer.Option(
        "--flavour",
        metavar="NAME",
        help="A flavour.",
        show_default="base",
        autocompletion=complete.flavours,
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one object.")]


def edit_commands(config: typer.Typer) -> None:
    """Add the commands to ``distgen config``."""
    epilog = "Example: distgen config set PREEMPT_RT=y --distro fedora --flavour rt"
    config.command("set", epilog=epilog)(set_)
    epilog = "Example: distgen config unset PREEMPT_RT --distro fedora --flavour rt"
    config.command("unset", epilog=epilog)(unset)
    epilog = "Example: distgen config lint --fix"
    config.command("lint", epilog=epilog)(lint)
    epilog = "Example: distgen config undecided --distro fedora --accept-defaults"
    config.command("undecided", epilog=epilog)(undecided)
    epilog = "Example: distgen config menuconfig fedora x86_64:rt"
    config.command("menuconfig", epilog=epilog)(menuconfig)


def set_(
    assignments: Annotated[
        list[str], typer.Argument(metavar="SYMBOL=VALUE...", help="y, m, n, a number or text.")
    ],
    distro: DistroOption = "",
    arch: ArchOption = "",
    flavour: FlavourOption = "",
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; becomes a comment above it.")
    ] = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    tree: TreeOption = Path(),
) -> None:
    """Set options in one layer, and show what changes in which configurations."""
    from distgen.config.set import set_options  # noqa: PLC0415

    with _changing(tree, dry_run=dry_run):
        done = set_options(tree, assignments, (distro, arch, flavour), reason)
        finish(done, dry_run=dry_run, as_json=as_json)


def unset(
    symbols: Annotated[list[str], typer.Argument(metavar="SYMBOL...", help="Options.")],
    distro: DistroOption = "",
    arch: ArchOption = "",
    flavour: FlavourOption = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    tree: TreeOption = Path(),
) -> None:
    """Take options out of one layer, and show what changes in which configurations."""
    from distgen.config.set import unset_options  # noqa: PLC0415

    with _changing(tree, dry_run=dry_run):
        done = unset_options(tree, symbols, (distro, arch, flavour))
        finish(done, dry_run=dry_run, as_json=as_json)


def _changing(tree: Path, *, dry_run: bool) -> AbstractContextManager[object]:
    """Keep others from changing the layers from before they are read until they are written."""
    from distgen.kernel.tree import open_tree  # noqa: PLC0415
    from distgen.store import transaction  # noqa: PLC0415

    return transaction.locked(open_tree(tree).path, dry_run=dry_run)


def lint(
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be without a change of a configuration.")
    ] = False,
    distro: cli_config.DistroOption = None,
    as_json: JsonOption = False,
    tree: TreeOption = Path(),
) -> None:
    """Find settings that do nothing, in the layers of all distributions; exit 1 if any."""
    from distgen.config.lint import lint as look  # noqa: PLC0415
    from distgen.config.lint_fix import mend  # noqa: PLC0415

    with _changing(tree, dry_run=not fix):
        kernel, found = look(tree, distro or [])
        mended = mend(kernel, found) if fix else None
        if mended:
            mended.change.write()
    fixed = mended.fixed if mended else ()
    left = [finding for finding in found.findings if finding not in fixed]
    if as_json:
        print_json(lint_object(found, mended))
    else:
        for finding in left:
            print(_finding(finding))
        print(_counts(left, found.bare))
    for refused in mended.refused if mended else ():
        change = _change(refused.before, refused.after)
        say(f"left as it is: CONFIG_{refused.symbol} would change in {refused.variant}: {change}")
    if mended:
        count = len(mended.change.places)
        say(f"{len(fixed)} mended, {count} {plural('file', count)} written")
    raise typer.Exit(Exit.FINDINGS if left else Exit.OK)


def _finding(finding: "Finding") -> str:
    what = f"CONFIG_{finding.symbol}: " if finding.symbol else ""
    return f"distro/{finding.place.path}:{finding.line}: {finding.kind}: {what}{finding.why}"


def _counts(findings: "Sequence[Finding]", bare: int) -> str:
    """The last line: how many of each kind."""
    counts = Counter(finding.kind for finding in findings)
    words = [f"{count} {kind}" for kind, count in sorted(counts.items())]
    return f"{', '.join(words) or 'nothing found'}; {bare} overrides without a reason"


def lint_object(found: "Lint", mended: "Mended | None") -> dict[str, Any]:
    """What lint has found, for ``--json``."""
    fixed = mended.fixed if mended else ()
    return {
        "findings": [
            {
                "path": f"distro/{finding.place.path}",
                "line": finding.line,
                "kind": finding.kind,
                "symbol": finding.symbol,
                "why": finding.why,
                "fixed": finding in fixed,
            }
            for finding in found.findings
        ],
        "overrides_without_reason": found.bare,
        "refused": [
            {
                "symbol": refused.symbol,
                "variant": str(refused.variant),
                "before": refused.before,
                "after": refused.after,
            }
            for refused in (mended.refused if mended else ())
        ],
    }


def undecided(
    distro: cli_config.DistroOption = None,
    arch: cli_config.ArchOption = None,
    flavour: cli_config.FlavourOption = None,
    accept_defaults: Annotated[
        bool, typer.Option("--accept-defaults", help="Write the defaults into the layers.")
    ] = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    tree: TreeOption = Path(),
) -> None:
    """List the options that no layer decides, with what there is to know of them; exit 1 if any."""
    from distgen.config import undecided as module  # noqa: PLC0415
    from distgen.kernel.tree import open_tree  # noqa: PLC0415
    from distgen.layers.layout import open_layout  # noqa: PLC0415

    opened = open_tree(tree)
    with _changing(tree, dry_run=dry_run or not accept_defaults):
        layout = open_layout(opened.path / "distro")
        variants = layout.select(distro or [], arch or [], flavour or [])
        found = module.undecided(opened, layout, variants)
        if accept_defaults and found:
            change = module.accept(opened, layout, found)
            from distgen.config.effect import Outcome  # noqa: PLC0415

            finish(Outcome(change=change), dry_run=dry_run, as_json=as_json)
            raise typer.Exit
    if as_json:
        print_json([module.as_object(item) for item in found])
    elif found:
        print("\n\n".join(module.as_text(layout, item) for item in found))
    if any(item.commit == module.SHALLOW for item in found):
        say(module.SHALLOW)
    say(f"{len(found)} undecided {plural('option', len(found))}")
    raise typer.Exit(Exit.FINDINGS if found else Exit.OK)


def menuconfig(
    distro: Annotated[
        str,
        typer.Argument(metavar="DISTRO", help="A distribution.", autocompletion=complete.distros),
    ],
    variant: Annotated[
        str,
        typer.Argument(
            metavar="ARCH[:FLAVOUR]", help="One of its own.", autocompletion=complete.variants
        ),
    ],
    goal: Annotated[
        str, typer.Option("--with", metavar="TARGET", help="nconfig, xconfig, gconfig …")
    ] = "menuconfig",
    dry_run: DryRunOption = False,
    tree: TreeOption = Path(),
) -> None:
    """Edit a configuration in the kernel's own menus; what changes goes to its own layer."""
    from distgen.config.menuconfig import menuconfig as edit  # noqa: PLC0415

    finish(edit(tree, f"{distro}/{variant}", goal), dry_run=dry_run, as_json=False)


def finish(outcome: "Outcome", *, dry_run: bool, as_json: bool) -> None:
    """Write what is to be written, and show it."""
    from distgen.layers.layout import in_words  # noqa: PLC0415

    files = outcome.change.files()
    if not as_json:
        sys.stdout.write(outcome.change.diff())
        sys.stdout.flush()
    if not dry_run:
        outcome.change.write()
    if as_json:
        print_json(as_object(outcome))
    else:
        for line in report(outcome):
            print(line)
    for note in outcome.notes:
        say(note)
    for lost in outcome.undecided:
        where = in_words(lost.variants, outcome.change.layout.variants)
        say(f"warning: {lost.where}: CONFIG_{lost.symbol} is undecided, {lost.value} in {where}")
    if not files:
        say("nothing changes, nothing was written")
    else:
        say(f"{len(files)} {plural('file', len(files))} {'to write' if dry_run else 'written'}")


def report(outcome: "Outcome") -> Iterator[str]:
    """The configurations that change, and those that do not, a line or two each."""
    from distgen.layers.layout import in_words  # noqa: PLC0415

    def fold(variants: "Sequence[Variant]") -> str:
        return in_words(variants, outcome.change.layout.variants)

    for effect in outcome.effects:
        same = effect.before == effect.after
        what = f"stays {_value(effect.after)}" if same else _change(effect.before, effect.after)
        yield f"CONFIG_{effect.symbol}: {what} in {fold(effect.variants)}{_others(effect)}"
    if outcome.change.places and not outcome.effects:
        yield "no configuration changes"
    for held in outcome.held:
        where = fold(held.variants)
        yield f"CONFIG_{held.symbol}: stays {_value(held.value)} in {where}: {held.why}"
        if held.hint:
            yield f"  {held.hint}"


def _change(before: str, after: str) -> str:
    return f"{_value(before)} -> {_value(after)}"


def _value(value: str) -> str:
    return "none" if value == "-" else value


def _others(effect: "Effect") -> str:
    if not effect.others:
        return ""
    count = len(effect.others)
    others = listed([f"{name} {_change(old, new)}" for name, old, new in effect.others], NAMED)
    return f", and {count} other {plural('option', count)}: {others}"


def as_object(outcome: "Outcome") -> dict[str, Any]:
    """An outcome for ``--json``."""
    return {
        "files": [f"distro/{place.path}" for place in outcome.change.places],
        "diff": outcome.change.diff(),
        "changes": [
            {
                "symbol": effect.symbol,
                "before": effect.before,
                "after": effect.after,
                "others": [
                    {"symbol": name, "before": old, "after": new}
                    for name, old, new in effect.others
                ],
                "variants": [str(variant) for variant in effect.variants],
            }
            for effect in outcome.effects
        ],
        "unchanged": [
            {
                "symbol": held.symbol,
                "value": held.value,
                "why": held.why,
                "hint": held.hint,
                "variants": [str(variant) for variant in held.variants],
            }
            for held in outcome.held
        ],
        "undecided": [
            {
                "symbol": lost.symbol,
                "value": lost.value,
                "where": lost.where,
                "variants": [str(variant) for variant in lost.variants],
            }
            for lost in outcome.undecided
        ],
        "notes": list(outcome.notes),
    }


def plural(noun: str, count: int) -> str:
    """``file`` or ``files``."""
    return noun if count == 1 else f"{noun}s"
