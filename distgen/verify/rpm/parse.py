# SPDX-License-Identifier: GPL-2.0-or-later
"""A program: what rpm makes of a spec for one arch, with each of the spec's switches in turn.

``rpm.spec`` runs what the spec has as ``%(shell)`` and Lua, keeps macros, and prints on C's
standard error: so this runs in a process of its own, and imports nothing of distgen's.

    parse.py JOB.json      {"spec", "target", "dist", "macros", "out"}

``macros`` is a file to write to, ``out`` gets the result as JSON: see ``main``.
"""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# As rpm's own, and each is put on a list as well
RECORDING = r"""
%distgen_switch() %{expand:%%global distgen_switches %%{?distgen_switches} %{1}}
%bcond_with() %{expand:%%{?_with_%{1}:%%global with_%{1} 1}}%{distgen_switch %{1}}
%bcond_without() %{expand:%%{!?_without_%{1}:%%global with_%{1} 1}}%{distgen_switch %{1}}
%bcond() %{expand:%%bcond_with%[ (%2) ? "out" : "" ] %{1}}
"""
TEXTS = ("NAME", "EPOCH", "VERSION", "RELEASE", "SUMMARY", "DESCRIPTION", "LICENSE", "URL", "VCS")
LISTS = ("EXCLUSIVEARCH", "EXCLUDEARCH", "SOURCE", "PATCH")
Parsed = dict[str, Any]


def facts(header: Any) -> dict[str, list[str]]:
    """What the header of a source package says that the spec gives, by the names of a spec."""
    import rpm  # noqa: PLC0415

    found = {}
    for name in (*TEXTS, *LISTS):
        value = header[getattr(rpm, f"RPMTAG_{name}")]
        values = value if isinstance(value, list) else [] if value is None else [value]
        found[name] = sorted(map(str, values)) if name in LISTS else [str(v) for v in values]
    requires = [dependency.DNEVR()[2:] for dependency in rpm.ds(header, "requires")]
    found["BUILDREQUIRES"] = sorted(word for word in requires if not word.startswith("rpmlib("))
    # The newest entry: how many there are, rpm's own settings say
    tags = (rpm.RPMTAG_CHANGELOGNAME, rpm.RPMTAG_CHANGELOGTIME, rpm.RPMTAG_CHANGELOGTEXT)
    found["CHANGELOG"] = [str(header[tag][0]) for tag in tags if header[tag]]
    return found


def main(job: Mapping[str, str]) -> None:
    """Parse with no switch, then with each that the spec knows turned over.

    Writes ``{"switches": {name: on}, "plain": parsed, "turned": {name: parsed}}``, where parsed is
    ``{"error", "said", "packages", "facts"}``: whether rpm took it, what it printed, the names of
    the packages that have files, the header of the source package.
    """
    Path(job["macros"]).write_text(RECORDING, encoding="utf-8")
    with tempfile.TemporaryFile() as said:
        for stream in (1, 2):
            os.dup2(said.fileno(), stream)
        plain = _parse(job, said, {})
        switches = plain.pop("switches")
        turned = {
            name: _parse(job, said, {f"_with{'out' if on else ''}_{name}": "1"})
            for name, on in switches.items()
        }
    for parsed in turned.values():
        del parsed["switches"], parsed["facts"]
    done = {"switches": switches, "plain": plain, "turned": turned}
    Path(job["out"]).write_text(json.dumps(done), encoding="utf-8")


def _parse(job: Mapping[str, str], said: Any, macros: Mapping[str, str]) -> Parsed:
    import rpm  # noqa: PLC0415

    said.seek(0)
    said.truncate()
    rpm.reloadConfig(job["target"])  # forgets what the last spec has defined
    rpm.expandMacro(f"%{{load:{job['macros']}}}")
    for name, value in {"dist": job["dist"], **macros}.items():
        rpm.addMacro(name, value or "%{nil}")
    error, packages, header = "", [], {}
    try:
        spec = rpm.spec(job["spec"], rpm.RPMSPEC_FORCE)
        packages = [_name(p) for p in spec.packages if p.fileList is not None or p.fileFile]
        header = facts(spec.sourceHeader)
    except (ValueError, rpm.error) as wrong:
        error = str(wrong)
    said.seek(0)
    names = rpm.expandMacro("%{?distgen_switches}").split()
    return {
        "error": error,
        "said": said.read().decode(errors="replace"),
        "packages": packages,
        "facts": header,
        "switches": {name: rpm.expandMacro(f"%{{with {name}}}") == "1" for name in names},
    }


def _name(package: Any) -> str:
    import rpm  # noqa: PLC0415

    return str(package.header[rpm.RPMTAG_NAME])


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
