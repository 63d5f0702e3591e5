# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of ways to do the same work, measured in turn, and the targets below it."""

import resource
import shutil
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

JOBS = 2
PROJECT = Path(__file__).resolve().parents[2]


@dataclass(kw_only=True)
class Row:
    """One way of doing the work, and what each run took."""

    name: str
    way: Callable[[], float]  # does it, and returns the seconds
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Do it once more."""
        before = processor_time()
        self.seconds.append(self.way())
        self.processor.append(processor_time() - before)

    @property
    def median(self) -> float:
        """The median seconds of all runs."""
        return statistics.median(self.seconds)


def processor_time() -> float:
    """The seconds of user and system time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def room(gigabytes: int) -> str | None:
    """Memory, where there is so much: the disk is not what is measured."""
    shm = Path("/dev/shm")
    return str(shm) if shm.is_dir() and shutil.disk_usage(shm).free > gigabytes * 10**9 else None


def measure(rows: Iterable[Row], runs: int) -> None:
    """One run of each after the other, so that they see the same machine."""
    rows = list(rows)
    for number in range(runs):
        print(f"run {number + 1} of {runs}", file=sys.stderr, flush=True)
        for row in rows:
            row.run()


def show(title: str, rows: Iterable[Row]) -> None:
    """The table; the first row is ours. Processor time says more on a busy machine."""
    rows = list(rows)
    print(f"{title:56} {'seconds':>8} {'of ours':>8} {'cpu':>6}   runs")
    for row in rows:
        runs = " ".join(f"{seconds:.1f}" for seconds in row.seconds)
        share = row.median / rows[0].median
        processor = statistics.median(row.processor)
        print(f"{row.name:56} {row.median:8.1f} {share:8.2f} {processor:6.1f}   {runs}")


def target(what: str, value: float, wanted: float, *, at_least: bool) -> None:
    """One target, and whether it is met."""
    met = value >= wanted if at_least else value <= wanted
    bound = "at least" if at_least else "at most"
    print(f"{value:.2f} {what} (target: {bound} {wanted:g}): {'met' if met else 'MISSED'}")
