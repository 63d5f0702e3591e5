# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel tree as it is, without distgen."""
