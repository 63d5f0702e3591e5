# SPDX-License-Identifier: GPL-2.0-or-later
"""distgen: distribution configurations and source packages for any Linux kernel tree."""

__version__ = "0.1.0"
