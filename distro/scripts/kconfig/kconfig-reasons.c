// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Say why a request was not honoured: in words for people, and for programs in
 * three fields, separated by tabs:
 *
 *	code		selected, needs, choice, limited, range or value
 *	by		who has decided against it: later or earlier (a layer than
 *			the one that asks), arch (it has no such option, and other
 *			arches share the layer), or empty for anything else
 *	blocker		the symbol that was decided, or the chosen one of a choice
 */

#include <string.h>

#include "lkc.h"
#include "kconfig-batch.h"

static tristate wanted(const struct request *request)
{
	const char *value = request->line->value;

	if (!is_tristate(request->sym))
		return mod;	/* any visibility is enough for a value */
	return *value == 'y' ? yes : *value == 'm' ? mod : no;
}

/* Print the parts of @e that keep it below @want, and nothing else. */
static void print_unmet(FILE *out, struct expr *e, tristate want)
{
	bool left, right;

	switch (e->type) {
	case E_AND:
		left = expr_calc_value(e->left.expr) < want;
		right = expr_calc_value(e->right.expr) < want;
		if (left)
			print_unmet(out, e->left.expr, want);
		if (left && right)
			fputs(" && ", out);
		if (right)
			print_unmet(out, e->right.expr, want);
		break;
	case E_OR:
		fputc('(', out);
		print_unmet(out, e->left.expr, want);
		fputs(" || ", out);
		print_unmet(out, e->right.expr, want);
		fputc(')', out);
		break;
	default:
		expr_print(e, print_symbol, out, E_NONE);
	}
}

/* Name up to three symbols whose select is in force: (SYM && if) || ... */
static int print_selectors(FILE *out, struct expr *e, int printed)
{
	if (e->type == E_OR) {
		printed = print_selectors(out, e->left.expr, printed);
		return print_selectors(out, e->right.expr, printed);
	}
	if (expr_calc_value(e) == no || printed > 3)
		return printed;
	while (e->type == E_AND)
		e = e->left.expr;
	if (e->type != E_SYMBOL)
		return printed;
	if (printed == 3)
		fputs(" and others", out);
	else
		fprintf(out, "%s%s", printed ? ", " : "selected by ", e->left.sym->name);
	return printed + 1;
}

/* The member of its choice that is set in the place of @sym. */
static struct symbol *winner_over(const struct symbol *sym)
{
	struct menu *menu = choice_of(prompt_of(sym)->menu);

	for (menu = menu ? menu->list : NULL; menu; menu = menu->next)
		if (menu->sym && menu->sym != sym && sym_get_tristate_value(menu->sym) == yes)
			return menu->sym;
	return NULL;
}

/* Print the words, and return the code. */
static const char *print_words(FILE *out, const struct request *request, struct symbol *winner)
{
	struct symbol *sym = request->sym;
	struct expr *visible = prompt_of(sym)->visible.expr;
	struct property *range = sym_get_range_prop(sym);
	tristate want = wanted(request);

	if (is_tristate(sym) && sym_get_tristate_value(sym) > want && sym->rev_dep.tri > want) {
		print_selectors(out, sym->rev_dep.expr, 0);
		return "selected";
	}
	if (sym->visible == no && visible) {
		fputs("needs ", out);
		print_unmet(out, visible, mod);
		return "needs";
	}
	if (winner) {
		fprintf(out, "the choice is %s", winner->name);
		return "choice";
	}
	if (sym->visible < want && visible) {
		fputs("limited to m by ", out);
		print_unmet(out, visible, want);
		return "limited";
	}
	if (range && sym_string_valid(sym, request->line->value)) {
		fputs("range ", out);
		print_range(out, range);
		return "range";
	}
	fprintf(out, "not a value of a %s", sym_type_name(sym->type));
	return "value";
}

/* ---- Who decided against it ------------------------------------------ */

/*
 * The search follows the symbols that a request needs, and gives up after some
 * steps. A later layer or the arch ends it; an earlier one counts if there is
 * none of these.
 */
#define STEPS	8

struct blocker {
	const char *by;
	const struct symbol *sym;
};

static bool search_request(const struct request *request, int steps, struct blocker *found);
static bool search_expr(struct expr *e, tristate want, const struct request *asker, int steps,
			struct blocker *found);
static bool search_select(struct expr *e, const struct request *asker, int steps,
			  struct blocker *found);

static bool search_symbol(struct symbol *sym, const struct request *asker, int steps,
			  struct blocker *found)
{
	struct request *request = request_of(sym);
	struct property *prop;

	if ((sym->flags & SYMBOL_CONST) || !steps--)
		return false;
	if (!prompt_of(sym) && !asker->layer->own) {
		*found = (struct blocker) { "arch", sym };
		return true;
	}
	if (request && request->rank > asker->rank) {
		*found = (struct blocker) { "later", sym };
		return true;
	}
	if (request && !is_honoured(request))
		return search_request(request, steps, found);
	if (request) {
		if (!found->sym)
			*found = (struct blocker) { "earlier", sym };
		return false;
	}
	/* Nobody decides it: what has brought it about, or would have? */
	if (sym_get_tristate_value(sym) != no &&
	    search_select(sym->rev_dep.expr, asker, steps, found))
		return true;
	if (search_expr(sym->rev_dep.expr, mod, asker, steps, found) ||
	    search_expr(sym->dir_dep.expr, mod, asker, steps, found))
		return true;
	for_all_prompts(sym, prop)
		if (search_expr(prop->visible.expr, mod, asker, steps, found))
			return true;
	for_all_defaults(sym, prop)
		if (search_expr(prop->visible.expr, mod, asker, steps, found) ||
		    search_expr(prop->expr, mod, asker, steps, found))
			return true;
	return false;
}

/* Search the parts of @e that keep it below @want. */
static bool search_expr(struct expr *e, tristate want, const struct request *asker, int steps,
			struct blocker *found)
{
	if (!e || expr_calc_value(e) >= want)
		return false;
	switch (e->type) {
	case E_AND:
	case E_OR:
		return search_expr(e->left.expr, want, asker, steps, found) ||
		       search_expr(e->right.expr, want, asker, steps, found);
	case E_NOT:
		return e->left.expr->type == E_SYMBOL &&
		       search_symbol(e->left.expr->left.sym, asker, steps, found);
	case E_SYMBOL:
		return search_symbol(e->left.sym, asker, steps, found);
	default:
		return search_symbol(e->left.sym, asker, steps, found) ||
		       search_symbol(e->right.sym, asker, steps, found);
	}
}

/* Search the symbols whose select is in force: (SYM && if) || ... */
static bool search_select(struct expr *e, const struct request *asker, int steps,
			  struct blocker *found)
{
	if (!e)
		return false;
	if (e->type == E_OR)
		return search_select(e->left.expr, asker, steps, found) ||
		       search_select(e->right.expr, asker, steps, found);
	if (expr_calc_value(e) == no)
		return false;
	while (e->type == E_AND)
		e = e->left.expr;
	return e->type == E_SYMBOL && search_symbol(e->left.sym, asker, steps, found);
}

static bool search_request(const struct request *request, int steps, struct blocker *found)
{
	struct symbol *sym = request->sym;
	struct property *prompt = sym ? prompt_of(sym) : NULL;
	tristate want;

	if (!prompt)
		return false;
	want = wanted(request);
	if (is_tristate(sym) && sym->rev_dep.tri > want)
		return search_select(sym->rev_dep.expr, request, steps, found);
	return search_expr(prompt->visible.expr, want == no ? mod : want, request, steps, found);
}

/* The words and the three fields. */
void print_reason(FILE *out, const struct request *request)
{
	struct symbol *winner = winner_over(request->sym);
	const char *code = print_words(out, request, winner);
	struct blocker found = { "", NULL };

	search_request(request, STEPS, &found);
	if (!strcmp(code, "choice"))
		found.sym = winner;
	fprintf(out, "\t%s\t%s\t%s", code, found.by, found.sym ? found.sym->name : "");
}
