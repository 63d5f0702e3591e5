// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kconfig-batch: resolve many configurations with one parse of Kconfig
 *
 * Linked with the tree's own scripts/kconfig, started by the tree's own
 * Makefile (Kconfig reads its environment). The jobs come on standard input,
 * one keyword and one path a line:
 *
 *	findings OUT		starts a job: what was asked and not given
 *	config OUT		where the .config goes (optional)
 *	settable OUT		every option a user could set here (optional)
 *	layer FRAGMENT		in order, the last one wins
 *
 * Every job runs in a child of its own: Kconfig keeps state between two reads,
 * so a second one in the same process comes out wrong.
 *
 * Exit status: 0, or 2 for a layer that cannot be read (then nothing was
 * written), or 1 for anything else.
 */
#include <ctype.h>
#include <errno.h>
#include <search.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lkc.h"

/* Up to 6.8 a menu knows its file by a struct, later by its name. */
#ifdef KCONFIG_STRUCT_FILE
#define FILE_OF(entry)	((entry)->file->name)
#else
#define FILE_OF(entry)	((entry)->filename)
#endif

#define LINE_MAX_BYTES	65536

struct line {
	const char *text;	/* as it stands in the layer */
	const char *name;	/* symbol without CONFIG_, NULL for a comment */
	const char *value;	/* "n" for "is not set" */
};

struct layer {
	const char *path;
	bool own;		/* of this arch alone, not shared between arches */
	struct line *lines;
	int count;
	struct layer *next;
};

struct job {
	const char *config, *findings, *settable;
	struct layer **layers;
	int count;
	struct job *next;
};

/* What the layers of one job ask for: the last request of a symbol. */
struct request {
	const char *name, *value;
	const struct layer *layer;
	int line, rank;		/* rank: the number of the layer in the job */
	struct symbol *sym;
};

static const char *arch;
static struct layer *layers;
static void *requests;
static FILE *findings;
static int bad_layers;

static void *alloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p) {
		perror("kconfig-batch");
		exit(1);
	}
	return p;
}

static __attribute__((format(printf, 1, 2))) void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("kconfig-batch: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

static void bad_line(const char *path, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", path, line, what);
	bad_layers++;
}

/* ---- Layers ---------------------------------------------------------- */

static bool quoted(const char *s)
{
	if (*s++ != '"')
		return true;	/* not a string */
	for (; *s && *s != '"'; s++)
		if (*s == '\\' && *++s == '\0')
			return false;
	return s[0] == '"' && s[1] == '\0';
}

/* Split one line; returns what is wrong with it, or NULL. */
static const char *parse_line(struct line *line, const char *text)
{
	static const char unset[] = " is not set";
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789_";
	const char *name, *end;

	line->text = text;
	if (!strncmp(text, "# CONFIG_", 9)) {
		name = text + 9;
		end = name + strspn(name, letters);
		if (end == name || strcmp(end, unset))
			return NULL;	/* prose that mentions an option */
		line->value = "n";
	} else if (*text == '\0' || *text == '#') {
		return NULL;
	} else if (!strncmp(text, "CONFIG_", 7)) {
		name = text + 7;
		end = name + strspn(name, letters);
		if (end == name)
			return "CONFIG_ without a name";
		if (*end != '=' || !end[1])
			return "expected CONFIG_NAME=value";
		line->value = end + 1;
		if (!quoted(line->value))
			return "unterminated string";
	} else {
		return "expected CONFIG_NAME=value, '# CONFIG_NAME is not set' or a comment";
	}
	line->name = strndup(name, end - name);
	return NULL;
}

static bool is_own(const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len = strlen(arch);

	base = base ? base + 1 : path;
	return !strncmp(base, arch, len) && !strcmp(base + len, ".config");
}

static struct layer *read_layer(const char *path)
{
	struct layer *layer;
	char *text = NULL;
	const char *wrong;
	size_t size = 0, room = 0;
	ssize_t len;
	struct stat st;
	FILE *in;

	for (layer = layers; layer; layer = layer->next)
		if (!strcmp(layer->path, path))
			return layer;

	layer = alloc(sizeof(*layer));
	layer->path = path;
	layer->own = is_own(path);
	layer->next = layers;
	layers = layer;

	in = fopen(path, "r");
	if (!in || fstat(fileno(in), &st) || !S_ISREG(st.st_mode)) {
		fprintf(stderr, "%s: %s\n", path, in ? "not a regular file" : strerror(errno));
		bad_layers++;
		if (in)
			fclose(in);
		return layer;
	}
	while ((len = getline(&text, &size, in)) != -1) {
		int number = layer->count + 1;

		if (layer->count == (int)room) {
			room = room ? room * 2 : 256;
			layer->lines = realloc(layer->lines, room * sizeof(*layer->lines));
			if (!layer->lines)
				die("out of memory");
		}
		memset(&layer->lines[layer->count], 0, sizeof(*layer->lines));
		if (len > 0 && text[len - 1] == '\n')
			text[--len] = '\0';
		if (strlen(text) != (size_t)len)
			wrong = "a NUL byte: this is not a text file";
		else if (len > LINE_MAX_BYTES)
			wrong = "line longer than 64 KiB";
		else if (len && text[len - 1] == '\r')
			wrong = "DOS line ending (CR LF)";
		else
			wrong = parse_line(&layer->lines[layer->count], strdup(text));
		layer->count++;
		if (wrong) {
			bad_line(path, number, wrong);
			break;
		}
	}
	free(text);
	fclose(in);
	return layer;
}

static struct job *read_jobs(FILE *in)
{
	struct job *jobs = NULL, *job = NULL, **next = &jobs;
	char *text = NULL, *arg;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&text, &size, in)) != -1) {
		if (len && text[len - 1] == '\n')
			text[len - 1] = '\0';
		arg = strchr(text, ' ');
		if (!arg)
			continue;
		*arg++ = '\0';
		arg = strdup(arg);
		if (!strcmp(text, "findings")) {
			job = alloc(sizeof(*job));
			job->findings = arg;
			*next = job;
			next = &job->next;
		} else if (!job) {
			die("'%s' before the first 'findings'", text);
		} else if (!strcmp(text, "config")) {
			job->config = arg;
		} else if (!strcmp(text, "settable")) {
			job->settable = arg;
		} else if (!strcmp(text, "layer")) {
			job->layers = realloc(job->layers, (job->count + 1) * sizeof(*job->layers));
			if (!job->layers)
				die("out of memory");
			job->layers[job->count++] = read_layer(arg);
		} else {
			die("unknown keyword '%s'", text);
		}
	}
	free(text);
	return jobs;
}

/* ---- Values ---------------------------------------------------------- */

static int request_cmp(const void *a, const void *b)
{
	return strcmp(((const struct request *)a)->name,
		      ((const struct request *)b)->name);
}

static struct request *request_of(const char *name)
{
	struct request key = { .name = name }, **found;

	found = tfind(&key, &requests, request_cmp);
	return found ? *found : NULL;
}

static bool is_tristate(const struct symbol *sym)
{
	return sym->type == S_BOOLEAN || sym->type == S_TRISTATE;
}

static tristate tristate_of(const char *value)
{
	return *value == 'y' ? yes : *value == 'm' ? mod : no;
}

/* The value as it stands in a .config; "-" where the symbol is not in it. */
static char *value_of(struct symbol *sym)
{
	const char *value = sym_get_string_value(sym);
	char *out, *p;

	if (!(sym->flags & SYMBOL_WRITE))
		return strdup("-");
	if (sym->type != S_STRING)
		return strdup(value);
	out = p = alloc(2 * strlen(value) + 3);
	*p++ = '"';
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			*p++ = '\\';
		*p++ = *value;
	}
	*p = '"';
	return out;
}

static struct property *prompt_of(const struct symbol *sym)
{
	struct property *prop;

	for_all_prompts(sym, prop)
		return prop;
	return NULL;
}

/* ---- Reasons --------------------------------------------------------- */

static void print_leaf(void *out, struct symbol *sym, const char *text)
{
	fputs(text, out);
	/* Numbers are symbols too, without a type. */
	if (sym && !(sym->flags & SYMBOL_CONST) && !isdigit(*sym->name) && *sym->name != '-') {
		char *value = value_of(sym);

		fprintf(out, "[=%s]", strcmp(value, "-") ? value : "n");
		free(value);
	}
}

/* Print the parts of @e that keep it below @want, and nothing else. */
static void print_unmet(struct expr *e, tristate want)
{
	bool left, right;

	if (e->type == E_AND) {
		left = expr_calc_value(e->left.expr) < want;
		right = expr_calc_value(e->right.expr) < want;
		if (left)
			print_unmet(e->left.expr, want);
		if (left && right)
			fputs(" && ", findings);
		if (right)
			print_unmet(e->right.expr, want);
	} else if (e->type == E_OR) {
		fputc('(', findings);
		print_unmet(e->left.expr, want);
		fputs(" || ", findings);
		print_unmet(e->right.expr, want);
		fputc(')', findings);
	} else {
		expr_print(e, print_leaf, findings, E_NONE);
	}
}

/* Name the symbols whose select is in force: rev_dep is (SYM && if) || ... */
static int print_selectors(struct expr *e, tristate least, int printed)
{
	struct expr *first;

	if (!e || printed > 3)
		return printed;
	if (e->type == E_OR) {
		printed = print_selectors(e->left.expr, least, printed);
		return print_selectors(e->right.expr, least, printed);
	}
	if (expr_calc_value(e) < least)
		return printed;
	for (first = e; first->type == E_AND; first = first->left.expr)
		;
	if (printed == 3)
		fputs(" and others", findings);
	else if (first->type == E_SYMBOL)
		fprintf(findings, "%s%s", printed ? ", " : "selected by ", first->left.sym->name);
	return printed + 1;
}

static struct symbol *choice_winner(const struct symbol *sym)
{
	struct property *prop = prompt_of(sym);
	struct menu *menu = prop ? prop->menu->parent : NULL;

	if (!menu || !menu->sym || !sym_is_choice(menu->sym))
		return NULL;
	for (menu = menu->list; menu; menu = menu->next)
		if (menu->sym && menu->sym != sym && sym_get_tristate_value(menu->sym) == yes)
			return menu->sym;
	return NULL;
}

static void print_visibility(struct symbol *sym, tristate want)
{
	struct property *prop = prompt_of(sym);

	if (prop && prop->visible.expr)
		print_unmet(prop->visible.expr, want);
	else
		fputs("never visible", findings);
}

static void print_reason(struct request *request, const char *got)
{
	struct symbol *sym = request->sym, *winner = choice_winner(sym);
	tristate want = tristate_of(request->value);
	struct property *range;

	if (!is_tristate(sym)) {
		range = sym_get_range_prop(sym);
		if (sym->visible == no) {
			fputs("needs ", findings);
			print_visibility(sym, mod);
		} else if (range && sym_string_valid(sym, request->value)) {
			fputs("range ", findings);
			print_leaf(findings, range->expr->left.sym, range->expr->left.sym->name);
			fputc(' ', findings);
			print_leaf(findings, range->expr->right.sym, range->expr->right.sym->name);
		} else {
			fprintf(findings, "not a valid %s", sym_type_name(sym->type));
		}
	} else if (sym->rev_dep.tri > want && sym_get_tristate_value(sym) > want) {
		print_selectors(sym->rev_dep.expr, mod, 0);
	} else if (winner && sym->visible != no) {
		fprintf(findings, "choice is %s", winner->name);
	} else if (sym->visible < want || (sym->visible == no && strcmp(got, "-"))) {
		fputs(sym->visible == mod ? "limited to m by " : "needs ", findings);
		print_visibility(sym, want == no ? mod : want);
	} else if (want == mod && sym->type == S_BOOLEAN) {
		fputs("is a bool, not a tristate", findings);
	} else {
		fputs("another value was computed", findings);
	}
}

/* ---- Requests that are overruled -------------------------------------- */

/*
 * A layer that many configurations share asks for more than each of them can
 * have. Where a later layer has turned off what a request needs, or the arch is
 * without it, nothing is lost that somebody wanted here. The search follows the
 * symbols that a request needs, and gives up after some steps.
 */
#define STEPS	8

static bool overruled(const struct request *request, int steps);
static bool expr_overruled(struct expr *e, tristate want, const struct request *by, int steps);

static bool symbol_overruled(struct symbol *sym, const struct request *by, int steps)
{
	struct request *request = sym->name ? request_of(sym->name) : NULL;
	struct property *prop;

	if ((sym->flags & SYMBOL_CONST) || !steps--)
		return false;
	if (request)
		return request->rank > by->rank ||
		       (*request->value != 'n' && overruled(request, steps));
	if (!prompt_of(sym) && !by->layer->own)
		return true;
	/* Nobody decides it: what would have brought it about? */
	if (expr_overruled(sym->rev_dep.expr, mod, by, steps) ||
	    expr_overruled(sym->dir_dep.expr, mod, by, steps))
		return true;
	for_all_defaults(sym, prop)
		if (expr_overruled(prop->visible.expr, mod, by, steps))
			return true;
	return false;
}

/* Is a part of @e that keeps it below @want overruled? */
static bool expr_overruled(struct expr *e, tristate want, const struct request *by, int steps)
{
	if (!e || expr_calc_value(e) >= want)
		return false;
	switch (e->type) {
	case E_AND:
	case E_OR:
		return expr_overruled(e->left.expr, want, by, steps) ||
		       expr_overruled(e->right.expr, want, by, steps);
	case E_NOT:
		return e->left.expr->type == E_SYMBOL &&
		       symbol_overruled(e->left.expr->left.sym, by, steps);
	case E_SYMBOL:
		return symbol_overruled(e->left.sym, by, steps);
	default:
		return symbol_overruled(e->left.sym, by, steps) ||
		       symbol_overruled(e->right.sym, by, steps);
	}
}

/* Is one of the selects in force the doing of a later layer, or of the arch? */
static bool select_overruled(struct expr *e, const struct request *by)
{
	if (e->type == E_OR)
		return select_overruled(e->left.expr, by) || select_overruled(e->right.expr, by);
	if (expr_calc_value(e) == no)
		return false;
	while (e->type == E_AND)
		e = e->left.expr;
	return e->type == E_SYMBOL && symbol_overruled(e->left.sym, by, 1);
}

static bool overruled(const struct request *request, int steps)
{
	struct symbol *sym = request->sym;
	struct property *prop = sym ? prompt_of(sym) : NULL;
	tristate want = sym && is_tristate(sym) ? tristate_of(request->value) : mod;

	if (!prop)
		return false;
	if (is_tristate(sym) && sym->rev_dep.tri > want)
		return select_overruled(sym->rev_dep.expr, request);
	return expr_overruled(prop->visible.expr, want, request, steps);
}

/* ---- Findings -------------------------------------------------------- */

static void start_finding(const char *kind, const struct request *request, const char *got)
{
	fprintf(findings, "%s\t%s\t%s\t%s\t%s:%d\t", kind, request->name,
		request->value, got, request->layer->path, request->line);
}

static bool honoured(const struct request *request, const char *got)
{
	if (is_tristate(request->sym) && !strcmp(got, "-"))
		got = "n";
	return !strcmp(request->value, got);
}

static void check_request(const void *node, VISIT visit, int depth)
{
	struct request *request;
	char *got;

	(void)depth;
	if (visit != postorder && visit != leaf)
		return;
	request = *(struct request *const *)node;
	if (!request->sym || request->sym->type == S_UNKNOWN) {
		start_finding("unknown", request, "-");
		fputc('\n', findings);
		return;
	}
	if (!prompt_of(request->sym))
		return;		/* no layer can decide it */
	got = value_of(request->sym);
	if (!honoured(request, got)) {
		start_finding(strcmp(got, "-") ? "changed" : "dropped", request, got);
		print_reason(request, got);
		fputs(overruled(request, STEPS) ? "\toverruled\n" : "\n", findings);
	}
	free(got);
}

/* A choice is decided as soon as one of its members is asked for. */
static bool choice_decided(const struct menu *choice)
{
	const struct menu *menu;
	struct request *request;

	for (menu = choice->list; menu; menu = menu->next) {
		request = menu->sym && menu->sym->name ? request_of(menu->sym->name) : NULL;
		if (request && *request->value == 'y')
			return true;
	}
	return false;
}

static bool settable(struct symbol *sym)
{
	if (sym->type == S_UNKNOWN || sym->visible == no || !prompt_of(sym))
		return false;
	return !is_tristate(sym) || sym_is_changeable(sym);
}

static void print_settable(FILE *out, const struct menu *menu)
{
	struct symbol *sym = menu->sym;
	char *value = value_of(sym);

	if (is_tristate(sym) && (*value == 'n' || *value == '-'))
		fprintf(out, "# CONFIG_%s is not set\n", sym->name);
	else
		fprintf(out, "CONFIG_%s=%s\n", sym->name, value);
	free(value);
}

static void check_undecided(FILE *out, const struct menu *menu)
{
	const struct menu *parent = menu->parent;
	char *value;

	if (request_of(menu->sym->name))
		return;
	if (parent && parent->sym && sym_is_choice(parent->sym) && choice_decided(parent))
		return;
	value = value_of(menu->sym);
	fprintf(out, "undecided\t%s\t-\t%s\t%s:%d\t%s \"%s\"\n", menu->sym->name, value,
		FILE_OF(menu), menu->lineno, sym_type_name(menu->sym->type), menu->prompt->text);
	free(value);
}

/* Call @visit once for every option that a user could set here. */
static void walk_menus(const struct menu *menu, FILE *out,
		       void (*visit)(FILE *out, const struct menu *menu))
{
	for (; menu; menu = menu->next) {
		struct symbol *sym = menu->sym;

		/* A symbol may stand in several menus: its first prompt counts. */
		if (sym && sym->name && menu->prompt && prompt_of(sym) == menu->prompt &&
		    settable(sym))
			visit(out, menu);
		walk_menus(menu->list, out, visit);
	}
}

/* Kconfig's own warnings came on stderr, with lines of the joined layers. */
static void translate_warnings(FILE *warnings, const struct job *job)
{
	static const char marker[] = ":warning: ";
	char *text = NULL, *p;
	size_t size = 0;
	long line;
	int i;

	rewind(warnings);
	while (getline(&text, &size, warnings) != -1) {
		text[strcspn(text, "\n")] = '\0';
		p = strstr(text, marker);
		if (!p) {
			if (*text)
				fprintf(findings, "warning\t-\t-\t-\t-\t%s\n", text);
			continue;
		}
		*p = '\0';
		p += strlen(marker);
		/* Layers are there to override each other. */
		if (!strncmp(p, "override: ", 10))
			continue;
		line = strtol(strrchr(text, ':') ? strrchr(text, ':') + 1 : "0", NULL, 10);
		for (i = 0; i < job->count && line > job->layers[i]->count; i++)
			line -= job->layers[i]->count;
		if (i < job->count)
			fprintf(findings, "warning\t%s\t%s\t-\t%s:%ld\t%s\n",
				job->layers[i]->lines[line - 1].name ?: "-",
				job->layers[i]->lines[line - 1].value ?: "-",
				job->layers[i]->path, line, p);
	}
	free(text);
}

/* ---- One job --------------------------------------------------------- */

static void add_request(const struct layer *layer, int rank, int number)
{
	const struct line *line = &layer->lines[number - 1];
	struct request *request, **found;

	request = alloc(sizeof(*request));
	request->name = line->name;
	found = tsearch(request, &requests, request_cmp);
	if (!found)
		die("out of memory");
	(*found)->value = line->value;
	(*found)->layer = layer;
	(*found)->line = number;
	(*found)->rank = rank;
	(*found)->sym = sym_find(line->name);
}

static char *temporary(const char *path)
{
	char *name = alloc(strlen(path) + 32);

	sprintf(name, "%s.%ld", path, (long)getpid());
	return name;
}

static FILE *open_for_writing(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out)
		die("%s: %s", path, strerror(errno));
	return out;
}

/* Close @out, and put what it holds in the place of @path at once. */
static void finish(FILE *out, const char *name, const char *path)
{
	if ((out && (ferror(out) | fclose(out))) || rename(name, path))
		die("%s: %s", path, strerror(errno));
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

/*
 * Kconfig gets the layers joined, not merged: what an earlier line does to a
 * choice can outlive the line that overrides it.
 */
static void join_layers(const struct job *job, const char *path)
{
	FILE *out = open_for_writing(path);
	const struct layer *layer;
	int i, j;

	for (i = 0; i < job->count; i++) {
		layer = job->layers[i];
		for (j = 0; j < layer->count; j++) {
			fprintf(out, "%s\n", layer->lines[j].text);
			if (layer->lines[j].name)
				add_request(layer, i, j + 1);
		}
	}
	if (ferror(out) | fclose(out))
		die("%s: %s", path, strerror(errno));
}

static void write_config(const char *path)
{
	char *new = temporary(path);

	if (conf_write(new))
		die("%s: cannot be written", path);
	if (same_bytes(new, path))
		unlink(new);
	else
		finish(NULL, new, path);
}

static void write_settable(const char *path)
{
	char *new = temporary(path);
	FILE *out = open_for_writing(new);

	walk_menus(rootmenu.list, out, print_settable);
	finish(out, new, path);
}

static void run_job(const struct job *job)
{
	char *new = temporary(job->findings);
	FILE *warnings = tmpfile();
	int terminal = dup(2), unread;

	join_layers(job, new);
	if (!warnings || dup2(fileno(warnings), 2) < 0)
		die("no temporary file: %s", strerror(errno));
	conf_set_message_callback(NULL);
	unread = conf_read(new);
	fflush(stderr);
	dup2(terminal, 2);
	if (unread)
		die("%s: cannot be read", new);

	if (job->config)
		write_config(job->config);
	if (job->settable)
		write_settable(job->settable);
	findings = open_for_writing(new);
	translate_warnings(warnings, job);
	twalk(requests, check_request);
	walk_menus(rootmenu.list, findings, check_undecided);
	finish(findings, new, job->findings);
}

/* What the parse has read, as a make fragment. */
static void write_dependencies(const char *path, const char *target)
{
	char *name = temporary(path);
	FILE *out = open_for_writing(name);
#ifdef KCONFIG_STRUCT_FILE
	struct file *file;

	for (file = file_list; file; file = file->next)
		fprintf(out, "%s-kconfig += $(srctree)/%s\n", target, file->name);
#else
	char *line;

	for (line = strtok(autoconf_cmd.s, "\n"); line; line = strtok(NULL, "\n"))
		if (line[0] == '\t' && strchr(line, '\\') && line[1] != '$')
			fprintf(out, "%s-kconfig += $(srctree)/%.*s\n", target,
				(int)strcspn(line + 1, " "), line + 1);
#endif
	finish(out, name, path);
}

static int reap(void)
{
	int status;

	if (wait(&status) < 0)
		return 1;
	return !WIFEXITED(status) || WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int running = 0, failed = 0;
	struct job *jobs, *job;

	if (argc != 4)
		die("usage: kconfig-batch KCONFIG DEPENDENCIES ARCH < JOBS");
	arch = argv[3];
	jobs = read_jobs(stdin);
	if (bad_layers)
		return 2;
	conf_parse(argv[1]);
	for (job = jobs; job; job = job->next) {
		pid_t pid;

		if (running >= (cpus > 0 ? cpus : 1)) {
			failed |= reap();
			running--;
		}
		fflush(NULL);
		pid = fork();
		if (pid < 0)
			die("fork: %s", strerror(errno));
		if (!pid) {
			run_job(job);
			exit(0);
		}
		running++;
	}
	while (running--)
		failed |= reap();
	if (!failed)
		write_dependencies(argv[2], arch);
	return failed;
}
