// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Say what became of every request of a configuration's layers: each line of
 * findings is, separated by tabs,
 *
 *	kind  symbol  wanted  got  file:line  reason  [code  by  blocker]
 *
 * The layers that were read come first, as lines of the kind "layer". The last
 * three fields are those of the kinds "changed" and "dropped", and say the
 * reason to programs: see kconfig-reasons.c. Whether it excuses the request is
 * for findings.awk to decide.
 *
 * A value is as in a .config, "n" for "is not set", and "-" for a symbol that is
 * not in the .config at all.
 */
#include <stdlib.h>
#include <string.h>

#include "lkc.h"
#include "kconfig-batch.h"

static void print_request(FILE *out, const char *kind, const struct request *request,
			  const char *got)
{
	fprintf(out, "%s\t%s\t%s\t%s\t%s:%d\t", kind, request->line->name,
		request->line->value, got, request->layer->path,
		(int)(request->line - request->layer->lines) + 1);
}

static void check_request(FILE *out, const struct request *request)
{
	struct symbol *sym = request->sym;
	char *got;

	if (!sym || sym->type == S_UNKNOWN) {
		print_request(out, "unknown", request, "-");
		if (request->line->close)
			fprintf(out, "is %s meant?", request->line->close);
		putc('\n', out);
		return;
	}
	/* Without a prompt no layer can decide it */
	if (!prompt_of(sym) || is_honoured(request))
		return;
	got = value_of(sym);
	print_request(out, *got == '-' ? "dropped" : "changed", request, got);
	print_reason(out, request);
	putc('\n', out);
	free(got);
}

/* Can a user set it in this configuration? */
static bool is_settable(struct symbol *sym)
{
	return sym->type != S_UNKNOWN && sym->visible != no &&
	       (!is_tristate(sym) || sym_is_changeable(sym));
}

static void print_setting(FILE *out, struct menu *menu)
{
	char *value;

	if (!menu->prompt || !is_settable(menu->sym))
		return;
	value = value_of(menu->sym);
	if (is_tristate(menu->sym) && (*value == 'n' || *value == '-'))
		fprintf(out, "# CONFIG_%s is not set\n", menu->sym->name);
	else
		fprintf(out, "CONFIG_%s=%s\n", menu->sym->name, value);
	free(value);
}

void print_settable(FILE *out, const struct job *job)
{
	(void)job;
	walk_symbols(print_setting, out);
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

	if (!menu->prompt || !is_settable(sym) || is_decided(menu))
		return;
	value = value_of(sym);
	fprintf(out, "undecided\t%s\t-\t%s\t%s:%d\t%s \"%s\"\n", sym->name, value,
		FILE_OF(menu), menu->lineno, sym_type_name(sym->type), menu->prompt->text);
	free(value);
}

/* Kconfig's own warnings have the line numbers of the joined layers. */
static void print_warnings(FILE *out, const struct job *job)
{
	static const char marker[] = ":warning: ";
	const struct line *line;
	char *text = NULL, *what, *colon;
	size_t size = 0;
	int number, i;

	rewind(job->warnings);
	while (getline(&text, &size, job->warnings) != -1) {
		text[strcspn(text, "\n")] = '\0';
		what = strstr(text, marker);
		if (!what) {
			if (*text)
				fprintf(out, "warning\t-\t-\t-\t-\t%s\n", text);
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
		fprintf(out, "warning\t%s\t%s\t-\t%s:%d\t%s\n", line->name ?: "-",
			line->value ?: "-", job->layers[i]->path, number, what);
	}
	free(text);
}

void print_findings(FILE *out, const struct job *job)
{
	int i;

	for (i = 0; i < job->count; i++)
		fprintf(out, "layer\t-\t-\t-\t%s:0\t\n", job->layers[i]->path);
	print_warnings(out, job);
	walk_requests(check_request, out);
	walk_symbols(check_decided, out);
}
