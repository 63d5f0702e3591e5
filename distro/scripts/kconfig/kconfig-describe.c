// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Describe the symbols of this arch as they stand in one configuration, with and
 * without a prompt, one line each in the order of the menus, for a symbol that
 * is defined more than once at its first prompt or else its first definition.
 * The fields are separated by tabs, and a tab, a newline and a backslash in
 * them is written \t, \n and \\:
 *
 *	name
 *	type		bool, tristate, int, hex or string
 *	value		as in a .config, "n" for "is not set", "-" if not in it
 *	visibility	n, m or y: the most that a user can set, n if nothing
 *	default		the value if nobody decided, "-" for a member of a choice
 *	where		file:line of the prompt or definition
 *	menu		the prompts around it, from the outermost: A > B
 *	prompt		empty if there is none
 *	depends		direct dependencies with values: PCI[=y] && (A[=n] || B[=m])
 *	prompt_if	on what the prompt depends, where that is something else
 *	selected	whose select is in force: A[=y], B[=m]
 *	selectors	all that have a select of it, in force or not
 *	implied		whose imply is in force
 *	range		LOW HIGH, with values if they are symbols
 *	help
 *
 * The causes are the fields that vary within an arch and show who decided: name,
 * visibility, selected and implied, for each symbol that is visible, selected or
 * implied.
 */

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lkc.h"
#include "kconfig-batch.h"

/* ---- Fields ---------------------------------------------------------- */

static void print_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\t')
			fputs("\\t", out);
		else if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '\\')
			fputs("\\\\", out);
		else
			putc(*text, out);
	}
}

static void print_field(FILE *out, const char *text)
{
	putc('\t', out);
	print_escaped(out, text ?: "");
}

/* What is printed to field_out becomes the next field. */
static FILE *field_out;
static char *field_text;
static size_t field_size;

static const char *read_field(void)
{
	putc('\0', field_out);
	fflush(field_out);
	rewind(field_out);
	return field_text;
}

static void end_field(FILE *out)
{
	print_field(out, read_field());
}

/* The text of an expression, to be freed. */
static char *expr_text(struct expr *e)
{
	static const char choice[] = "<choice>";
	const char *text;

	if (!expr_is_yes(e))
		expr_print(e, print_symbol, field_out, E_NONE);
	text = read_field();
	/* Up to 6.8 its members depend on a choice, which has no name. */
	if (!strncmp(text, choice, strlen(choice))) {
		text += strlen(choice);
		text += strspn(text, " &");
	}
	return strdup(text);
}

static void print_dependencies(FILE *out, struct expr *depends, struct expr *prompt_if)
{
	char *text = expr_text(depends), *also = expr_text(prompt_if);

	print_field(out, text);
	print_field(out, strcmp(text, also) ? also : "");
	free(text);
	free(also);
}

/* The symbols of (SYM && if) || ..., those that are not in force only with @all. */
static void print_sources(struct expr *e, bool all, const char **separator)
{
	if (!e)
		return;
	if (e->type == E_OR) {
		print_sources(e->left.expr, all, separator);
		print_sources(e->right.expr, all, separator);
		return;
	}
	if (!all && expr_calc_value(e) == no)
		return;
	while (e->type == E_AND)
		e = e->left.expr;
	if (e->type != E_SYMBOL || !e->left.sym->name)
		return;
	fputs(*separator, field_out);
	print_symbol(field_out, e->left.sym, e->left.sym->name);
	*separator = ", ";
}

static void print_source_field(FILE *out, struct expr *e, bool all)
{
	const char *separator = "";

	print_sources(e, all, &separator);
	end_field(out);
}

static void print_path(const struct menu *menu, const char *end)
{
	const struct menu *parent = menu->parent;

	while (parent && parent != &rootmenu &&
	       !(parent->prompt && (parent->prompt->type == P_MENU ||
				    (parent->sym && sym_is_choice(parent->sym)))))
		parent = parent->parent;
	if (!parent || parent == &rootmenu)
		return;
	print_path(parent, " > ");
	fprintf(field_out, "%s%s", parent->prompt->text, end);
}

static const char *type_name(const struct symbol *sym)
{
	return sym->type == S_INT ? "int" : sym_type_name(sym->type);
}

static void print_default(FILE *out, struct menu *menu)
{
	struct symbol *sym = menu->sym;
	char *value;

	if (choice_of(menu)) {
		print_field(out, "-");
		return;
	}
	value = quoted_value(sym, sym_get_string_default(sym));
	print_field(out, value);
	free(value);
}

/* ---- Symbols --------------------------------------------------------- */

static const char *const tristates[] = { "n", "m", "y" };

static void describe(FILE *out, struct menu *menu)
{
	struct symbol *sym = menu->sym;
	struct property *prompt = menu->prompt, *range;
	/* The members of a choice have their dependencies in the menu alone. */
	struct expr *depends = sym->dir_dep.expr ?: menu->dep;
	char *value;

	sym_calc_value(sym);
	value = value_of(sym);
	print_escaped(out, sym->name);
	print_field(out, type_name(sym));
	print_field(out, value);
	print_field(out, tristates[sym->visible]);
	print_default(out, menu);
	fprintf(field_out, "%s:%d", FILE_OF(menu), menu->lineno);
	end_field(out);
	print_path(menu, "");
	end_field(out);
	print_field(out, prompt ? prompt->text : "");
	print_dependencies(out, depends, prompt ? prompt->visible.expr : NULL);
	print_source_field(out, sym->rev_dep.expr, false);
	print_source_field(out, sym->rev_dep.expr, true);
	print_source_field(out, sym->implied.expr, false);
	range = sym_get_range_prop(sym);
	if (range)
		print_range(field_out, range);
	end_field(out);
	print_field(out, menu->help);
	putc('\n', out);
	free(value);
}

static void print_cause(FILE *out, struct menu *menu)
{
	struct symbol *sym = menu->sym;

	sym_calc_value(sym);
	if (sym->visible == no && sym->rev_dep.tri == no && sym->implied.tri == no)
		return;
	fputs(sym->name, out);
	print_field(out, tristates[sym->visible]);
	print_source_field(out, sym->rev_dep.expr, false);
	print_source_field(out, sym->implied.expr, false);
	putc('\n', out);
}

static void *asked_for;		/* names of symbols */

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Read a name a line; those that this arch does not know say nothing. */
static void read_names(const char *path)
{
	FILE *in = fopen(path, "r");
	char *name = NULL;
	size_t size = 0;

	if (!in)
		die("%s: %s", path, strerror(errno));
	while (getline(&name, &size, in) != -1) {
		name[strcspn(name, "\n")] = '\0';
		tsearch(name, &asked_for, compare_names);
		name = NULL;
	}
	fclose(in);
}

static void describe_if_asked_for(FILE *out, struct menu *menu)
{
	if (tfind(menu->sym->name, &asked_for, compare_names))
		describe(out, menu);
}

static void print_all(FILE *out, void (*print)(FILE *out, struct menu *menu))
{
	field_out = open_memstream(&field_text, &field_size);
	if (!field_out)
		die("out of memory");
	walk_symbols(print, out);
	fclose(field_out);
	free(field_text);
}

/* Those that the file job->symbols names, or all without one. */
void print_descriptions(FILE *out, const struct job *job)
{
	if (job->symbols)
		read_names(job->symbols);
	print_all(out, job->symbols ? describe_if_asked_for : describe);
}

void print_causes(FILE *out, const struct job *job)
{
	(void)job;
	print_all(out, print_cause);
}
