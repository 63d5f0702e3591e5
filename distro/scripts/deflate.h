/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DISTRO_DEFLATE_H
#define DISTRO_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#define DEFLATE_INPUT	(1 << 18)	/* bytes of input at a time */

struct deflate;

/* Memory that deflate() works in; NULL where there is none. */
struct deflate *deflate_new(void);

/* Bytes that deflate() may write for @size bytes of input. */
size_t deflate_bound(size_t size);

/*
 * Compress @size bytes into whole bytes of a deflate stream that goes on, and
 * return how many. What comes out depends on the input alone: not on the
 * machine, and not on what was compressed before.
 */
size_t deflate(struct deflate *d, const uint8_t *in, size_t size, uint8_t *out);

#endif
