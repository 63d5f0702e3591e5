/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In front of the tree's scripts/include/hashtable.h when kconfig-batch is built:
 * larger tables. An arch has 137,000 expressions, Kconfig 16,384 places for them.
 */
#ifndef DISTRO_HASHTABLE_H
#define DISTRO_HASHTABLE_H

#include_next <hashtable.h>

#undef HASHTABLE_DECLARE
#define HASHTABLE_DECLARE(name, size) struct hlist_head name[(size) * 4]

#endif /* DISTRO_HASHTABLE_H */
