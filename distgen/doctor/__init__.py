# SPDX-License-Identifier: GPL-2.0-or-later
"""Which make targets can run on this machine."""
