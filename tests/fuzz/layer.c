// SPDX-License-Identifier: GPL-2.0-or-later
/* The layer reader by itself: layer FILE...; exit 2 where one cannot be read. */
#include "kconfig-batch.h"

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		read_layer(argv[i], "x86_64");
	return bad_layers() ? 2 : 0;
}
