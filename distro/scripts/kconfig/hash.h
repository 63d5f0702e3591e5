/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In front of the tree's scripts/include/hash.h when kconfig-batch is built.
 *
 * Since 6.12 Kconfig looks every expression up in a table, by the low bits of
 * what hash_32() makes of two pointers. A product's low bits come from the low
 * bits alone, and those of all pointers are the same: one bucket of sixteen is
 * used, and the lookups take half of the time that it takes to read Kconfig.
 */
#ifndef DISTRO_HASH_H
#define DISTRO_HASH_H

#include_next <hash.h>

static inline unsigned int distro_hash_32(unsigned int value)
{
	unsigned int hash = hash_32(value);

	return hash ^ hash >> 16;
}

#define hash_32(value) distro_hash_32(value)

#endif /* DISTRO_HASH_H */
