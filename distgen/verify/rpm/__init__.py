# SPDX-License-Identifier: GPL-2.0-or-later
"""What verify checks in a source RPM."""
