// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For a symbol that no Kconfig file has: the option with the closest name.
 */
#include <stdlib.h>
#include <string.h>

#include "lkc.h"
#include "kconfig-batch.h"

#define CLOSE	2

/*
 * The edit distance of two names, or more than CLOSE. Their lengths differ by no
 * more than that, and so do the rows and columns that matter.
 */
static int distance(const char *a, const char *b)
{
	int row[SYMBOL_MAXLENGTH + 1], i, j, diagonal, above, first, best, len = strlen(b);

	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		first = i > CLOSE ? i - CLOSE : 1;
		diagonal = row[first - 1];
		best = row[first - 1] = first > 1 ? CLOSE + 1 : i;
		for (j = first; j <= len && j <= i + CLOSE; j++) {
			above = row[j];
			row[j] = diagonal + (a[i - 1] != b[j - 1]);
			if (above + 1 < row[j])
				row[j] = above + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			if (row[j] < best)
				best = row[j];
			diagonal = above;
		}
		if (best > CLOSE)
			return best;
	}
	return row[len];
}

/* The names of all options with a prompt, sorted, and where each letter begins. */
static const char **options;
static int option_count, first_option[256];

static void add_option(FILE *out, struct menu *menu)
{
	(void)out;
	if (!menu->prompt || strlen(menu->sym->name) > SYMBOL_MAXLENGTH)
		return;
	if (!(option_count & (option_count + 1)))
		options = allocate(options, 2 * (option_count + 1) * sizeof(*options));
	options[option_count++] = menu->sym->name;
}

static int compare_options(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *close_name(const char *name)
{
	int nearest = strlen(name) < 6 ? 2 : CLOSE + 1, i, away;
	const char *close = NULL;

	i = first_option[(unsigned char)*name];
	for (; i < option_count && *options[i] == *name; i++) {
		if (abs((int)strlen(options[i]) - (int)strlen(name)) > CLOSE)
			continue;
		away = distance(name, options[i]);
		if (away < nearest) {
			nearest = away;
			close = options[i];
		}
	}
	return close;
}

/* For each unknown symbol in the layers, the option with the closest name. */
void find_close_names(void)
{
	struct layer *layer;
	struct line *line;
	int i;

	walk_symbols(add_option, NULL);
	qsort(options, option_count, sizeof(*options), compare_options);
	for (i = option_count - 1; i >= 0; i--)
		first_option[(unsigned char)*options[i]] = i;

	for (layer = all_layers; layer; layer = layer->next)
		for (line = layer->lines; line < layer->lines + layer->count; line++)
			if (line->name && !sym_find(line->name))
				line->close = close_name(line->name);
}
