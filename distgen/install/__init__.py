# SPDX-License-Identifier: GPL-2.0-or-later
"""init, render, check, diff, remove and distro new."""
