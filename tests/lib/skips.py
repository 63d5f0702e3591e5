# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test may be skipped for, and what the end of a run says of it.

In CI (where ``CI`` is in the environment) on a machine with apt, .ci/packages has installed what
the tests need. There a test may be skipped for a ``Lack`` alone, and only where that is true; any
other skip is an error, since the machine could have run the test.
"""

import os
import shutil
from collections.abc import Generator
from enum import StrEnum

import pytest

from tests.lib.command import PROJECT

PUBLISHED = PROJECT.parent / "shared" / "data" / "configs-7.2.tar.xz"


class Lack(StrEnum):
    """What a machine may lack that has all of .ci/packages."""

    PUBLISHED = "../shared/data/configs-7.2.tar.xz, what distributions published, is not there"
    NEWER_CLANG = "this kernel takes a newer clang than this machine has (make LLVM=1 refuses it)"
    ROOT = "only root can do this: run the tests as root"
    MOUNT = "mount is not permitted here, not even to root"
    APT = "no apt-get on this machine, and Debian's kernel sources come from there"

    def is_true(self) -> bool:
        """Whether this machine lacks it."""
        match self:
            case Lack.PUBLISHED:
                return not PUBLISHED.is_file()
            case Lack.ROOT:
                return os.geteuid() != 0
            case Lack.MOUNT | Lack.NEWER_CLANG:
                return True  # it is said by a test that has seen it
            case Lack.APT:
                return not shutil.which("apt-get")


def needs(lack: Lack) -> pytest.MarkDecorator:
    """A mark: the test is skipped where the machine lacks it."""
    return pytest.mark.skipif(lack.is_true(), reason=str(lack))


def skip_for(lack: Lack) -> None:
    """Skip the test where the machine lacks it."""
    if lack.is_true():
        pytest.skip(str(lack))


def needs_tool(*names: str, package: str = "") -> pytest.MarkDecorator:
    """A mark for tests of tools that .ci/packages installs where it can."""
    missing = [name for name in names if not shutil.which(name)]
    reason = f"{' and '.join(missing)} not found: install {package or ' '.join(missing)}"
    return pytest.mark.skipif(bool(missing), reason=reason)


def _reason(report: pytest.TestReport) -> str:
    said = report.longrepr
    return str(said[2] if isinstance(said, tuple) else said).removeprefix("Skipped: ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") and shutil.which("apt-get"):
        reason = _reason(report)
        if not any(reason == lack and lack.is_true() for lack in Lack):
            report.outcome = "failed"
            report.longrepr = f"skipped in CI, where .ci/packages installs all of it: {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was skipped, and why: a line for each reason."""
    found: dict[str, list[str]] = {}
    for report in terminalreporter.getreports("skipped"):
        found.setdefault(_reason(report), []).append(report.nodeid)
    if found:
        terminalreporter.section("skipped, and why")
    for reason, tests in sorted(found.items()):
        terminalreporter.write_line(f"{len(tests)}: {reason}")
        for test in tests:
            terminalreporter.write_line(f"    {test}")
