// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read layers: .config fragments with one setting a line, each symbol once.
 *
 * Whatever is neither a setting nor a comment is an error with its line, and so
 * is all that Kconfig would pass over in silence or take for something else.
 */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kconfig-batch.h"

#define MAX_FILE	(16 << 20)
#define MAX_LINE	(64 << 10)

struct layer *all_layers;
static int errors;

bool bad_layers(void)
{
	return errors;
}

static const char *end_of_name(const char *name)
{
	return name + strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789_");
}

/* A quoted value must end with the matching quote. */
static bool is_whole(const char *value)
{
	if (*value++ != '"')
		return true;
	for (; *value && *value != '"'; value++)
		if (*value == '\\' && *++value == '\0')
			return false;
	return value[0] == '"' && value[1] == '\0';
}

/* Split one line; returns what is wrong with it, or NULL. */
static const char *parse_line(struct line *line, char *text)
{
	char *name, *end;

	line->text = text;
	if (!strncmp(text, "# CONFIG_", 9)) {
		name = text + 9;
		end = (char *)end_of_name(name);
		if (end == name || strcmp(end, " is not set"))
			return NULL;	/* prose that mentions an option */
		line->value = "n";
	} else if (*text == '\0' || *text == '#') {
		return NULL;
	} else if (!strncmp(text, "CONFIG_", 7)) {
		name = text + 7;
		end = (char *)end_of_name(name);
		if (end == name)
			return "CONFIG_ without a name";
		if (*end != '=' || !end[1])
			return "expected CONFIG_NAME=value";
		if (!is_whole(end + 1))
			return "unterminated string";
		line->value = end + 1;
	} else {
		return "expected CONFIG_NAME=value, '# CONFIG_NAME is not set' or a comment";
	}
	line->name = strndup(name, end - name);
	if (!line->name)
		die("out of memory");
	return NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct line *)a)->name, ((const struct line *)b)->name);
}

/* Report the second of two settings of a symbol. */
static void check_duplicates(const struct layer *layer)
{
	const struct line *line, *first;
	void *names = NULL;

	for (line = layer->lines; line < layer->lines + layer->count; line++) {
		if (!line->name)
			continue;
		first = *(struct line **)tsearch(line, &names, compare_names);
		if (first == line)
			continue;
		fprintf(stderr, "%s:%d: CONFIG_%s is already set in line %d\n", layer->path,
			(int)(line - layer->lines) + 1, line->name,
			(int)(first - layer->lines) + 1);
		errors++;
		break;
	}
}

/* Returns what is wrong with the last line that was read, or NULL. */
static const char *read_lines(struct layer *layer, FILE *in)
{
	const char *wrong = NULL;
	struct line *line;
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	while (!wrong && (len = getline(&text, &size, in)) > 0) {
		if (!(layer->count & (layer->count + 1)))
			layer->lines = allocate(layer->lines, 2 * (layer->count + 1) *
						sizeof(*layer->lines));
		line = &layer->lines[layer->count++];
		memset(line, 0, sizeof(*line));
		if (text[len - 1] == '\n')
			text[--len] = '\0';
		if (len >= MAX_LINE)
			wrong = "longer than 64 KiB";
		else if (strlen(text) != (size_t)len)
			wrong = "a NUL byte: this is not a text file";
		else if (len && text[len - 1] == '\r')
			wrong = "DOS line ending (CR LF)";
		else
			wrong = parse_line(line, text);
		text = NULL;	/* the line keeps it */
	}
	free(text);
	return wrong;
}

/* Open a layer; returns what is wrong with the file, or NULL. */
static const char *open_layer(const char *path, FILE **in)
{
	struct stat st;

	*in = fopen(path, "r");
	if (!*in || fstat(fileno(*in), &st))
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	return st.st_size > MAX_FILE ? "larger than 16 MiB: this is no configuration" : NULL;
}

/*
 * Read the layer at @path, once however often it is asked for. Errors go to
 * stderr with file and line, and are remembered: see bad_layers().
 */
struct layer *read_layer(const char *path, const char *arch)
{
	const char *base = strrchr(path, '/'), *wrong;
	size_t len = strlen(arch);
	struct layer *layer;
	FILE *in;

	for (layer = all_layers; layer; layer = layer->next)
		if (!strcmp(layer->path, path))
			return layer;

	layer = allocate(NULL, sizeof(*layer));
	memset(layer, 0, sizeof(*layer));
	base = base ? base + 1 : path;
	layer->path = path;
	layer->own = !strncmp(base, arch, len) && !strcmp(base + len, ".config");
	layer->next = all_layers;
	all_layers = layer;

	wrong = open_layer(path, &in);
	if (!wrong)
		wrong = read_lines(layer, in);
	if (!wrong && ferror(in))
		wrong = strerror(errno);
	if (wrong) {
		fprintf(stderr, "%s:%d: %s\n", path, layer->count ?: 1, wrong);
		errors++;
	} else {
		check_duplicates(layer);
	}
	if (in)
		fclose(in);
	return layer;
}
