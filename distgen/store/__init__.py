# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading and writing in a tree, safely: all of a change or nothing of it."""
