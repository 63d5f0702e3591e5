# SPDX-License-Identifier: GPL-2.0-or-later
"""The tree's own Kconfig, asked through kconfig-batch."""
