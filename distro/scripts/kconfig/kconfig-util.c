// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory, errors, and files that are written whole or not at all.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfig-batch.h"

void *allocate(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (!p)
		die("out of memory");
	return p;
}

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("kconfig-batch: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

/* The file that is being written, so that an interrupted run leaves none. */
static char unfinished[4096];

static void interrupted(int number)
{
	if (*unfinished)
		unlink(unfinished);
	_exit(128 + number);
}

/* What is ignored, as SIGHUP is under nohup, stays so. */
void catch_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };
	unsigned int i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (signal(numbers[i], SIG_IGN) != SIG_IGN)
			signal(numbers[i], interrupted);
}

/* Where @path is written before it is finished. */
const char *temporary_name(const char *path)
{
	int len = snprintf(unfinished, sizeof(unfinished), "%s.%ld", path, (long)getpid());

	if (len >= (int)sizeof(unfinished))
		die("%s: name too long", path);
	return unfinished;
}

FILE *begin_file(const char *path)
{
	FILE *out = fopen(temporary_name(path), "w");

	if (!out)
		die("%s: %s", path, strerror(errno));
	return out;
}

static void move_into_place(const char *path, bool failed)
{
	if (failed || rename(unfinished, path)) {
		fprintf(stderr, "kconfig-batch: %s: %s\n", path, strerror(errno));
		unlink(unfinished);
		exit(1);
	}
	*unfinished = '\0';
}

/* Close @out, and put what was written in the place of @path at once. */
void finish_file(FILE *out, const char *path)
{
	bool failed = ferror(out);

	failed |= fclose(out) != 0;
	move_into_place(path, failed);
}

static bool same_bytes(const char *a, const char *b)
{
	FILE *fa = fopen(a, "r"), *fb = fopen(b, "r");
	bool same = fa && fb;
	int c;

	while (same && (c = getc(fa)) != EOF)
		same = c == getc(fb);
	same = same && getc(fb) == EOF;
	if (fa)
		fclose(fa);
	if (fb)
		fclose(fb);
	return same;
}

/* Put the file of the temporary name in the place of @path, unless they are the same. */
void replace_file(const char *path)
{
	if (same_bytes(unfinished, path))
		unlink(unfinished);
	else
		move_into_place(path, false);
}
