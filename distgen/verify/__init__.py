# SPDX-License-Identifier: GPL-2.0-or-later
"""Source packages that came out: whether they are what they were meant to be."""
