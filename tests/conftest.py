# SPDX-License-Identifier: GPL-2.0-or-later
"""How a session of the tests goes: memory, processes, hypothesis, and what was skipped."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# The jobs that a script puts into the background ignore Ctrl-C, and so does all that they start
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.lib.skips", "tests.lib.flat", "tests.lib.kernels"]

ROOMY = 8 * 10**9  # bytes that two whole kernel trees and what is made of them take


def pytest_configure() -> None:
    """Whole trees are unpacked and compared: keep them in memory where there is room."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOMY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name what one process runs when there are more: the tests of a file, or those that share a
    whole tree of one kernel.
    """
    for item in items:
        kernel = item.callspec.params.get("prepared") if hasattr(item, "callspec") else None
        group = f"prepared-{kernel}" if kernel else item.location[0]
        item.add_marker(pytest.mark.xdist_group(group))


# A busy machine is no fault of what is tested. In CI the examples are the same each time, so that
# a change fails for what it does; elsewhere there are new ones, which find more.
settings.register_profile("distgen", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile("ci" if os.environ.get("CI") else "distgen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate", action="store_true", help="write the files that ship from the templates"
    )
