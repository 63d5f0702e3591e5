// SPDX-License-Identifier: GPL-2.0-or-later
/* The layer reader by itself: layer FILE...; exit 2 where one cannot be read. */
#include <stdarg.h>
#include <stdlib.h>

#include "kconfig-batch.h"

void *allocate(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (!p)
		abort();
	return p;
}

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	abort();
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		read_layer(argv[i], "x86_64");
	return bad_layers() ? 2 : 0;
}
