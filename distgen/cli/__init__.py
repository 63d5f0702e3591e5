# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: options in, text or JSON out."""
