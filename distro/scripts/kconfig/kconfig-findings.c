// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Say what became of every request of a configuration's layers: each line of
 * findings is, separated by tabs,
 *
 *	kind  symbol  wanted  got  file:line  reason  [excuse]
 *
 * The layers that were read come first, as lines of the kind "layer".
 *
 * A value is as in a .config, "n" for "is not set", and "-" for a symbol that is
 * not in the .config at all.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lkc.h"
#include "kconfig-batch.h"

static void *requests;		/* by name */
static FILE *findings;

/* ---- Requests and values --------------------------------------------- */

static int compare_requests(const void *a, const void *b)
{
	return strcmp(((const struct request *)a)->line->name,
		      ((const struct request *)b)->line->name);
}

static struct request *request_for(const char *name)
{
	struct line line = { .name = name };
	struct request key = { .line = &line }, **found;

	found = name ? tfind(&key, &requests, compare_requests) : NULL;
	return found ? *found : NULL;
}

struct request *request_of(const struct symbol *sym)
{
	return request_for(sym->name);
}

/* Does a later line of the job ask for the same symbol? */
bool is_overridden(const struct line *line)
{
	const struct request *request = request_for(line->name);

	return request && request->line != line;
}

void add_requests(const struct job *job)
{
	struct request *request, *kept;
	const struct line *line;
	int i;

	for (i = 0; i < job->count; i++) {
		line = job->layers[i]->lines;
		for (; line < job->layers[i]->lines + job->layers[i]->count; line++) {
			if (!line->name)
				continue;
			request = allocate(NULL, sizeof(*request));
			request->line = line;
			kept = *(struct request **)tsearch(request, &requests, compare_requests);
			*kept = (struct request) {
				.line = line,
				.layer = job->layers[i],
				.rank = i,
				.sym = sym_find(line->name),
			};
			if (kept != request)
				free(request);
		}
	}
}

bool is_tristate(const struct symbol *sym)
{
	return sym->type == S_BOOLEAN || sym->type == S_TRISTATE;
}

/* @value of @sym as it stands in a .config, to be freed. */
char *quoted(const struct symbol *sym, const char *value)
{
	char *out, *p;

	if (sym->type != S_STRING)
		return strdup(value);
	out = p = allocate(NULL, 2 * strlen(value) + 3);
	for (*p++ = '"'; *value; *p++ = *value++)
		if (*value == '"' || *value == '\\')
			*p++ = '\\';
	strcpy(p, "\"");
	return out;
}

/* Its value in the .config, "-" where it is not in it, to be freed. */
char *value_of(struct symbol *sym)
{
	if (!(sym->flags & SYMBOL_WRITE))
		return strdup("-");
	return quoted(sym, sym_get_string_value(sym));
}

struct property *prompt_of(const struct symbol *sym)
{
	struct property *prop;

	for_all_prompts(sym, prop)
		return prop;
	return NULL;
}

struct menu *choice_of(const struct menu *menu)
{
	struct menu *parent = menu->parent;

	return parent && parent->sym && sym_is_choice(parent->sym) ? parent : NULL;
}

/* Call @visit for every option of the tree, at its first prompt. */
static void walk(struct menu *menu, void (*visit)(FILE *out, struct menu *menu), FILE *out)
{
	for (; menu; menu = menu->next) {
		if (menu->sym && menu->sym->name && menu->prompt &&
		    prompt_of(menu->sym) == menu->prompt)
			visit(out, menu);
		walk(menu->list, visit, out);
	}
}

/* ---- Close names ----------------------------------------------------- */

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
	if (strlen(menu->sym->name) > SYMBOL_MAXLENGTH)
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

	walk(rootmenu.list, add_option, NULL);
	qsort(options, option_count, sizeof(*options), compare_options);
	for (i = option_count - 1; i >= 0; i--)
		first_option[(unsigned char)*options[i]] = i;

	for (layer = all_layers; layer; layer = layer->next)
		for (line = layer->lines; line < layer->lines + layer->count; line++)
			if (line->name && !sym_find(line->name))
				line->close = close_name(line->name);
}

/* ---- Findings -------------------------------------------------------- */

static void print_request(const char *kind, const struct request *request, const char *got)
{
	fprintf(findings, "%s\t%s\t%s\t%s\t%s:%d\t", kind, request->line->name,
		request->line->value, got, request->layer->path,
		(int)(request->line - request->layer->lines) + 1);
}

static void check_request(const void *node, VISIT visit, int depth)
{
	const struct request *request = *(struct request *const *)node;
	struct symbol *sym = request->sym;
	char *got;

	(void)depth;
	if (visit != postorder && visit != leaf)
		return;
	if (!sym || sym->type == S_UNKNOWN) {
		print_request("unknown", request, "-");
		if (request->line->close)
			fprintf(findings, "is %s meant?", request->line->close);
		fputc('\n', findings);
		return;
	}
	if (!prompt_of(sym))
		return;		/* no layer can decide it */
	got = value_of(sym);
	if (strcmp(request->line->value, is_tristate(sym) && *got == '-' ? "n" : got)) {
		print_request(*got == '-' ? "dropped" : "changed", request, got);
		print_reason(findings, request);
		fprintf(findings, "\t%s\n", excuse(request) ?: "");
	}
	free(got);
}

/* Can a user set it in this configuration? */
static bool settable(struct symbol *sym)
{
	return sym->type != S_UNKNOWN && sym->visible != no &&
	       (!is_tristate(sym) || sym_is_changeable(sym));
}

static void print_setting(FILE *out, struct menu *menu)
{
	char *value;

	if (!settable(menu->sym))
		return;
	value = value_of(menu->sym);
	if (is_tristate(menu->sym) && (*value == 'n' || *value == '-'))
		fprintf(out, "# CONFIG_%s is not set\n", menu->sym->name);
	else
		fprintf(out, "CONFIG_%s=%s\n", menu->sym->name, value);
	free(value);
}

void print_settable(FILE *out)
{
	walk(rootmenu.list, print_setting, out);
}

/*
 * A choice is decided as soon as one of its members is asked for. A symbol may
 * have its value from a transitional one, its name of former days.
 */
static bool is_decided(const struct menu *menu)
{
	const struct request *request = request_of(menu->sym);
	const struct menu *choice = choice_of(menu);

	if (request || sym_has_value(menu->sym))
		return true;
	for (menu = choice ? choice->list : NULL; menu; menu = menu->next) {
		request = menu->sym ? request_of(menu->sym) : NULL;
		if (request && *request->line->value == 'y')
			return true;
	}
	return false;
}

static void check_decided(FILE *out, struct menu *menu)
{
	struct symbol *sym = menu->sym;
	char *value;

	if (!settable(sym) || is_decided(menu))
		return;
	value = value_of(sym);
	fprintf(out, "undecided\t%s\t-\t%s\t%s:%d\t%s \"%s\"\n", sym->name, value,
		FILE_OF(menu), menu->lineno, sym_type_name(sym->type), menu->prompt->text);
	free(value);
}

/* Kconfig's own warnings have the line numbers of the joined layers. */
static void print_warnings(FILE *warnings, const struct job *job)
{
	static const char marker[] = ":warning: ";
	const struct line *line;
	char *text = NULL, *what, *colon;
	size_t size = 0;
	int number, i;

	rewind(warnings);
	while (getline(&text, &size, warnings) != -1) {
		text[strcspn(text, "\n")] = '\0';
		what = strstr(text, marker);
		if (!what) {
			if (*text)
				fprintf(findings, "warning\t-\t-\t-\t-\t%s\n", text);
			continue;
		}
		*what = '\0';
		what += strlen(marker);
		colon = strrchr(text, ':');
		number = colon ? atoi(colon + 1) : 0;
		for (i = 0; i < job->count && number > job->layers[i]->count; i++)
			number -= job->layers[i]->count;
		/* Layers are there to override each other. */
		if (i == job->count || number < 1 || !strncmp(what, "override: ", 10))
			continue;
		line = &job->layers[i]->lines[number - 1];
		fprintf(findings, "warning\t%s\t%s\t-\t%s:%d\t%s\n", line->name ?: "-",
			line->value ?: "-", job->layers[i]->path, number, what);
	}
	free(text);
}

/* @warnings is what Kconfig said on stderr while it read the layers. */
void print_findings(FILE *out, const struct job *job, FILE *warnings)
{
	int i;

	findings = out;
	for (i = 0; i < job->count; i++)
		fprintf(out, "layer\t-\t-\t-\t%s:0\t\n", job->layers[i]->path);
	print_warnings(warnings, job);
	twalk(requests, check_request);
	walk(rootmenu.list, check_decided, out);
}
