# SPDX-License-Identifier: GPL-2.0-or-later
"""What ``config import`` reads: one module for each kind of source, ``source`` for all of them."""
