# SPDX-License-Identifier: GPL-2.0-or-later
"""What Debian's own tools say of a source package."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.lib.command import run


def lintian(dsc: Path) -> str:
    done = run("lintian", "--allow-root", "-EI", "--pedantic", dsc, cwd=dsc.parent, check=False)
    return done.stdout + done.stderr


def dpkg(tool: str, dsc: Path, folder: Path) -> str:
    """What TOOL prints: ``dpkg-source`` unpacks, the others come after that."""
    folder.mkdir(exist_ok=True)
    source = folder / "unpacked"
    done = run("dpkg-source", "-q", "-x", dsc, source, cwd=folder, check=False)
    said = [done.stderr]
    if done.returncode:
        return done.stderr
    match tool:
        case "dpkg-source -b":
            for orig in dsc.parent.glob("*.orig.tar.*"):
                shutil.copy(orig, folder)
            said.append(run("dpkg-source", "-b", source, cwd=folder, check=False).stderr)
        case "dh_listpackages":
            said.append(run("dh_listpackages", cwd=source, check=False).stderr)
        case "dpkg-gencontrol" | "dpkg-deb":
            said += _binaries(source, folder)
    return "\n".join(said)


def _binaries(source: Path, folder: Path) -> Iterator[str]:
    """What is printed as each package is made, without any files in it."""
    control = (source / "debian/control").read_text()
    for name in re.findall(r"^Package: (\S+)", control, re.M):
        root = folder / name
        (root / "DEBIAN").mkdir(parents=True)
        words = ("dpkg-gencontrol", f"-p{name}", f"-P{root}")
        done = run(*words, cwd=source, env={"DEB_HOST_ARCH": "amd64"}, check=False)
        yield done.stderr
        if not done.returncode:
            yield run("dpkg-deb", "-b", root, folder, cwd=folder, check=False).stderr
