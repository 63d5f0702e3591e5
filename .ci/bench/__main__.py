# SPDX-License-Identifier: GPL-2.0-or-later
"""What `make bench` prints: ours beside what it replaces, on the same input, in one run.

These machines are noisy: every row is the median of several runs, and only ratios count.
"""

import argparse
import sys

from rows import PROJECT

sys.path.insert(0, str(PROJECT))

import configs
import dsc
import srpm

PARTS = {"configs": configs.bench, "srpm": srpm.bench, "dsc": dsc.bench}


def main() -> int:
    """Measure the parts that are asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="*", help=" or ".join(PARTS) + "; default: all")
    parser.add_argument("--runs", type=int, default=3, help="runs of each row; default 3")
    args = parser.parse_args()
    if unknown := set(args.part) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}: there is {', '.join(PARTS)}")
    for part in args.part or PARTS:
        PARTS[part](args.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
