// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the layers of a job ask for: of each symbol, the last request counts.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lkc.h"
#include "kconfig-batch.h"

static void *requests;		/* by name */

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

/* twalk() has no argument for its caller. */
static void (*visit_request)(FILE *out, const struct request *request);
static FILE *visit_out;

static void visit_node(const void *node, VISIT visit, int depth)
{
	(void)depth;
	if (visit == postorder || visit == leaf)
		visit_request(visit_out, *(struct request *const *)node);
}

/* Call @visit for every request, in the order of their names. */
void walk_requests(void (*visit)(FILE *out, const struct request *request), FILE *out)
{
	visit_request = visit;
	visit_out = out;
	twalk(requests, visit_node);
}

/* Does a later line of the job ask for the same symbol? */
bool is_overridden(const struct line *line)
{
	const struct request *request = request_for(line->name);

	return request && request->line != line;
}

/* Did it come out as asked for? "n" is that too where a symbol is not in the .config. */
bool is_honoured(const struct request *request)
{
	const char *wanted = request->line->value;
	char *got = request->sym ? value_of(request->sym) : NULL;
	bool same;

	same = got && !strcmp(wanted, is_tristate(request->sym) && *got == '-' ? "n" : got);
	free(got);
	return same;
}
