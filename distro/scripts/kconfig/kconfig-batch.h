/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of kconfig-batch share. kconfig-layer.c reads fragments and
 * knows nothing of Kconfig; kconfig-findings.c says what became of each request
 * and kconfig-reasons.c why; kconfig-describe.c says all there is to say of each
 * symbol; kconfig-probes.c asks the compiler what it can do; kconfig-batch.c runs
 * the jobs.
 */
#ifndef KCONFIG_BATCH_H
#define KCONFIG_BATCH_H

#include <stdbool.h>
#include <stdio.h>

/* Up to 6.8 a menu knows its file by a struct, later by its name. */
#ifdef KCONFIG_STRUCT_FILE
#define FILE_OF(entry)	((entry)->file->name)
#else
#define FILE_OF(entry)	((entry)->filename)
#endif

struct menu;
struct property;
struct symbol;

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

/* The last of a job's requests for a symbol. */
struct request {
	const struct line *line;
	const struct layer *layer;
	int rank;		/* the number of the layer in the job */
	struct symbol *sym;
};

struct job {
	const char *findings, *config, *settable, *causes, *describe, *symbols;
	struct layer **layers;
	int count;
	struct job *next;
};

void *allocate(void *old, size_t size);
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* kconfig-layer.c */
extern struct layer *all_layers;
struct layer *read_layer(const char *path, const char *arch);
bool bad_layers(void);

/* kconfig-findings.c */
void find_close_names(void);
void add_requests(const struct job *job);
bool is_overridden(const struct line *line);
void print_findings(FILE *out, const struct job *job, FILE *warnings);
void print_settable(FILE *out);
struct request *request_of(const struct symbol *sym);
bool is_tristate(const struct symbol *sym);
char *quoted(const struct symbol *sym, const char *value);
char *value_of(struct symbol *sym);
struct property *prompt_of(const struct symbol *sym);
struct menu *choice_of(const struct menu *menu);

/* kconfig-reasons.c */
void print_symbol(void *out, struct symbol *sym, const char *text);
void print_reason(FILE *out, const struct request *request);
const char *excuse(const struct request *request);

/* kconfig-describe.c */
void print_descriptions(FILE *out, const char *only);
void print_causes(FILE *out);

/* kconfig-probes.c */
void read_answers(const char *path);

#endif
