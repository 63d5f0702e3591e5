// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kconfig-probes: ask the compiler once for all arches
 *
 * Kconfig starts a shell some hundred times for each arch, mostly with the commands
 * of the arch before. Linked with --wrap=popen, so that the tree's own parser gets
 * these answers from a file, which lasts for one make.
 *
 * Only a yes or a no is kept, and never the answer of a command that runs one of the
 * tree's scripts: it may read ARCH or SRCARCH.
 */
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfig-batch.h"

FILE *__real_popen(const char *command, const char *type);
int __real_pclose(FILE *stream);
FILE *__wrap_popen(const char *command, const char *type);
int __wrap_pclose(FILE *stream);

static const char *answers_path;
static void *answers;		/* lines as in the file: "y COMMAND" */

static int compare_commands(const void *a, const void *b)
{
	return strcmp((const char *)a + 2, (const char *)b + 2);
}

/* The answers that the arches before got. The first one has no such file yet. */
void read_answers(const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	answers_path = path;
	/* Another process may not have finished the last line */
	while (in && (len = getline(&line, &size, in)) > 2 && line[len - 1] == '\n') {
		line[len - 1] = '\0';
		if (!tsearch(line, &answers, compare_commands))
			die("out of memory");
		line = NULL;
		size = 0;
	}
	free(line);
	if (in)
		fclose(in);
}

/* Each line is one write, so that the lines of two processes do not mix. */
static void keep(const char *line)
{
	int fd = open(answers_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	/* Without the file, the next arch asks again */
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		answers_path = NULL;
	if (fd >= 0)
		close(fd);
}

static bool is_shared(const char *command)
{
	const char *dummy = "scripts/dummy-tools/", *p = command;

	while ((p = strstr(p, "scripts/")) && !strncmp(p, dummy, strlen(dummy)))
		p++;
	return answers_path && !p && !strchr(command, '\n');
}

/* The answer as a stream. Kconfig reads at most this much, and one stream at a time. */
FILE *__wrap_popen(const char *command, const char *type)
{
	size_t size = strlen(command) + 4;
	char *line = allocate(NULL, size), **found = NULL;
	static char text[4096];
	size_t len;
	FILE *in;

	snprintf(line, size, "? %s", command);
	if (is_shared(command))
		found = tfind(line, &answers, compare_commands);
	if (found) {
		text[0] = **found;
		len = 1;
	} else {
		in = __real_popen(command, type);
		if (!in)
			return NULL;
		len = fread(text, 1, sizeof(text), in);
		if (__real_pclose(in) == -1)
			return NULL;
		if (is_shared(command) && len == 2 && strchr("yn", text[0])) {
			snprintf(line, size, "%c %s\n", text[0], command);
			keep(line);
		}
	}
	free(line);
	/* Not every C library opens an empty stream; Kconfig drops the line break */
	if (!len)
		text[len++] = '\n';
	return fmemopen(text, len, "r");
}

int __wrap_pclose(FILE *stream)
{
	return fclose(stream);
}
