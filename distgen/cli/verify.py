# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of ``distgen verify`` and ``distgen doctor``."""

from pathlib import Path
from typing import Annotated

import typer

from distgen.cli import options
from distgen.cli.app import app
from distgen.errors import DistgenError, Exit
from distgen.log import complain, print_json, say


@app.command(
    epilog="Examples: distgen verify distro/out/fedora/SRPMS/*.src.rpm; distgen verify "
    "distro/out/debian/*.dsc; distgen verify --trust kernel-7.2.13-1.src.rpm; distgen verify "
    "--tree ~/linux linux_7.2.13-1.dsc"
)
def verify(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="A .src.rpm or .dsc made by make D-srpm or D-src."),
    ],
    tree: Annotated[
        Path | None,
        typer.Option(
            "--tree",
            metavar="TREE",
            help="Resolve with this tree as it is, not with the kernel in the package.",
        ),
    ] = None,
    trust: Annotated[
        bool,
        typer.Option(
            "--trust", help="Let the package run its own spec and its kernel's makefiles."
        ),
    ] = False,
    resolve: Annotated[
        bool,
        typer.Option(
            "--resolve/--no-resolve", help="Resolve the configurations again with Kconfig."
        ),
    ] = True,
    as_json: options.Json = False,
) -> None:
    """Check source packages; exit 1 on findings.

    It checks the digest of each file, and that Kconfig changes nothing in each configuration. For a
    source RPM it compares the header with the spec and the distro.toml inside, and parses the spec
    for every arch with each of its switches; rpmlint is for the rest. For a .dsc it compares the
    fields with debian/control and the packaging with its templates, and checks what each build
    profile leaves; lintian is for the rest.

    It runs nothing from a package except a spec that distgen itself renders, unless you trust the
    package: with --trust, or because it is in distro/out of the tree that made it.
    """
    from distgen.kernel.tree import open_tree  # noqa: PLC0415
    from distgen.verify.finding import Options  # noqa: PLC0415
    from distgen.verify.verification import verify  # noqa: PLC0415

    asked = Options(trust=trust, tree=open_tree(tree) if tree else None, resolve=resolve)
    code, objects = Exit.OK, []
    for path in files:
        say(f"  VERIFY  {path}")
        try:
            report = verify(path, asked)
        except DistgenError as error:
            complain(error)
            code = error.code if code in (Exit.OK, Exit.FINDINGS) else code
            continue
        objects += [{"file": str(path), **vars(finding)} for finding in report.findings]
        for finding in report.findings if not as_json else ():
            what = f"{path.name}: {finding.where}: {finding.what}"
            text = f"{_printable(what)}\n    {_printable(finding.hint)}".rstrip()
            if finding.note:
                say(f"note: {text}")
            else:
                print(text)
        wrong = len(report.wrong)
        say(f"  {'FOUND ' if wrong else 'FINE  '}  {wrong} findings: {', '.join(report.checked)}")
        code = Exit.FINDINGS if wrong and code is Exit.OK else code
    if as_json:
        print_json(objects)
    raise typer.Exit(code)


def _printable(text: str) -> str:
    """Untrusted text without characters that control the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


@app.command(epilog="Examples: distgen doctor ~/linux; distgen doctor --json")
def doctor(tree: options.TreeArgument = Path(), as_json: options.Json = False) -> None:
    """Show which targets of a tree can run on this machine, and what the others need.

    Exit 1 where one cannot run.
    """
    from distgen.doctor.doctor import as_object, as_text, examine  # noqa: PLC0415
    from distgen.kernel.tree import open_tree  # noqa: PLC0415

    diagnosis = examine(open_tree(tree))
    if as_json:
        print_json(as_object(diagnosis))
    else:
        print(as_text(diagnosis))
    raise typer.Exit(Exit.OK if diagnosis.fine else Exit.FINDINGS)
