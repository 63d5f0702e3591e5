# SPDX-License-Identifier: GPL-2.0-or-later
"""``python -m distgen`` is the ``distgen`` command."""

from distgen.cli.main import main

if __name__ == "__main__":
    main()
