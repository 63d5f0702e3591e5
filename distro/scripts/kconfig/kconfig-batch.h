/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of kconfig-batch share, from the bottom up: each calls only
 * those that come before it here. The first two know nothing of Kconfig.
 */
#ifndef KCONFIG_BATCH_H
#define KCONFIG_BATCH_H

#include <stdbool.h>
#include <stdio.h>

struct menu;
struct property;
struct symbol;

/* kconfig-util.c: memory, errors, and files that are replaced at once */

/* xrealloc() of lkc.h, which is there only up to 6.8. */
void *allocate(void *old, size_t size);
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void catch_signals(void);
const char *temporary_name(const char *path);
FILE *begin_file(const char *path);
void finish_file(FILE *out, const char *path);
void replace_file(const char *path);

/* kconfig-layer.c: the settings of a fragment */

struct line {
	const char *text;	/* as it stands in the layer */
	const char *name;	/* symbol without CONFIG_, NULL for a comment */
	const char *value;	/* "n" for "is not set" */
	const char *close;	/* for an unknown symbol: one of a similar name */
};

struct layer {
	const char *path;
	bool own;		/* of this arch alone, not shared between arches */
	struct line *lines;
	int count;
	struct layer *next;
};

extern struct layer *all_layers;
struct layer *read_layer(const char *path, const char *arch);
bool bad_layers(void);

/* kconfig-symbol.c: symbols, their values and their places */

/* Up to 6.8 a menu knows its file by a struct, later by its name. */
#ifdef SYMBOL_HASHSIZE
#define FILE_OF(entry)	((entry)->file->name)
#else
#define FILE_OF(entry)	((entry)->filename)
#endif

bool is_tristate(const struct symbol *sym);
char *quoted_value(const struct symbol *sym, const char *value);
char *value_of(struct symbol *sym);
struct property *prompt_of(const struct symbol *sym);
struct menu *choice_of(const struct menu *menu);
void print_symbol(void *out, struct symbol *sym, const char *text);
void print_range(FILE *out, const struct property *range);
void walk_symbols(void (*visit)(FILE *out, struct menu *menu), FILE *out);

/* kconfig-near.c: names that may have been meant */
void find_close_names(void);

/* kconfig-request.c: what the layers of a job ask for */

struct job {
	const char *findings, *config, *settable, *causes, *describe, *symbols;
	struct layer **layers;
	int count;
	FILE *warnings;		/* what Kconfig said on stderr while it read them */
	struct job *next;
};

/* The last of a job's requests for a symbol. */
struct request {
	const struct line *line;
	const struct layer *layer;
	int rank;		/* the number of the layer in the job */
	struct symbol *sym;
};

void add_requests(const struct job *job);
struct request *request_of(const struct symbol *sym);
void walk_requests(void (*visit)(FILE *out, const struct request *request), FILE *out);
bool is_overridden(const struct line *line);
bool is_honoured(const struct request *request);

/* kconfig-reasons.c: why a request was not honoured */
void print_reason(FILE *out, const struct request *request);

/* kconfig-findings.c: what became of each request, and what nobody decides */
void print_findings(FILE *out, const struct job *job);
void print_settable(FILE *out, const struct job *job);

/* kconfig-describe.c: all there is to say of each symbol */
void print_descriptions(FILE *out, const struct job *job);
void print_causes(FILE *out, const struct job *job);

/* kconfig-probes.c: the compiler is asked once for all arches */
void read_answers(const char *path);

#endif
