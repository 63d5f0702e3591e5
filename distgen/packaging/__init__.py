# SPDX-License-Identifier: GPL-2.0-or-later
"""Templates into the files of a tree."""
