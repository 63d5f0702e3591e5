// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Say why a request was not honoured, and whether that was meant so.
 */
#include <ctype.h>
#include <stdlib.h>
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

/* For expr_print(): the symbol with its value, as in PCI[=y]. */
void print_symbol(void *out, struct symbol *sym, const char *text)
{
	char *value;

	fputs(text, out);
	/* Numbers are symbols too, without a type. */
	if (!sym || (sym->flags & SYMBOL_CONST) || isdigit(*text) || *text == '-')
		return;
	value = value_of(sym);
	fprintf(out, "[=%s]", strcmp(value, "-") ? value : "n");
	free(value);
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

void print_reason(FILE *out, const struct request *request)
{
	struct symbol *sym = request->sym, *winner = winner_over(sym);
	struct expr *visible = prompt_of(sym)->visible.expr;
	struct property *range = sym_get_range_prop(sym);
	tristate want = wanted(request);

	if (is_tristate(sym) && sym_get_tristate_value(sym) > want && sym->rev_dep.tri > want) {
		print_selectors(out, sym->rev_dep.expr, 0);
	} else if (sym->visible == no && visible) {
		fputs("needs ", out);
		print_unmet(out, visible, mod);
	} else if (winner) {
		fprintf(out, "the choice is %s", winner->name);
	} else if (sym->visible < want && visible) {
		fputs("limited to m by ", out);
		print_unmet(out, visible, want);
	} else if (range && sym_string_valid(sym, request->line->value)) {
		fputs("range ", out);
		print_symbol(out, range->expr->left.sym, range->expr->left.sym->name);
		fputc(' ', out);
		print_symbol(out, range->expr->right.sym, range->expr->right.sym->name);
	} else {
		fprintf(out, "not a value of a %s", sym_type_name(sym->type));
	}
}

/* ---- Requests that are overruled ------------------------------------- */

/*
 * A layer that many configurations share asks for more than each of them can
 * have. Where a later layer has turned off what a request needs, or the arch is
 * without it, nothing is lost that somebody wanted here. Where an earlier layer
 * has, that depends on who else reads the one that asks: findings.awk knows. The
 * search follows the symbols that a request needs, and gives up after some steps.
 */
#define STEPS	8

static bool earlier_counts, earlier_decides;
static bool arch_is_without;

static bool overruled_within(const struct request *request, int steps);
static bool expr_overruled(struct expr *e, tristate want, const struct request *by, int steps);
static bool select_overruled(struct expr *e, const struct request *by, int steps);

static bool is_honoured(const struct request *request)
{
	char *got = request->sym ? value_of(request->sym) : NULL;
	bool same = got && (!strcmp(got, request->line->value) ||
			    (*got == '-' && *request->line->value == 'n'));

	free(got);
	return same;
}

static bool symbol_overruled(struct symbol *sym, const struct request *by, int steps)
{
	struct request *request = request_of(sym);
	struct property *prop;

	if ((sym->flags & SYMBOL_CONST) || !steps--)
		return false;
	if (!prompt_of(sym) && !by->layer->own) {
		arch_is_without = true;
		return true;
	}
	if (request && request->rank > by->rank)
		return true;
	if (request && !is_honoured(request))
		return overruled_within(request, steps);
	if (request) {
		earlier_decides |= earlier_counts;
		return earlier_counts;
	}
	/* Nobody decides it: what has brought it about, or would have? */
	if (sym_get_tristate_value(sym) != no && select_overruled(sym->rev_dep.expr, by, steps))
		return true;
	if (expr_overruled(sym->rev_dep.expr, mod, by, steps) ||
	    expr_overruled(sym->dir_dep.expr, mod, by, steps))
		return true;
	for_all_prompts(sym, prop)
		if (expr_overruled(prop->visible.expr, mod, by, steps))
			return true;
	for_all_defaults(sym, prop)
		if (expr_overruled(prop->visible.expr, mod, by, steps) ||
		    expr_overruled(prop->expr, mod, by, steps))
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
static bool select_overruled(struct expr *e, const struct request *by, int steps)
{
	if (!e)
		return false;
	if (e->type == E_OR)
		return select_overruled(e->left.expr, by, steps) ||
		       select_overruled(e->right.expr, by, steps);
	if (expr_calc_value(e) == no)
		return false;
	while (e->type == E_AND)
		e = e->left.expr;
	return e->type == E_SYMBOL && symbol_overruled(e->left.sym, by, steps);
}

static bool overruled_within(const struct request *request, int steps)
{
	struct symbol *sym = request->sym;
	struct property *prompt = sym ? prompt_of(sym) : NULL;
	tristate want;

	if (!prompt)
		return false;
	want = wanted(request);
	if (is_tristate(sym) && sym->rev_dep.tri > want)
		return select_overruled(sym->rev_dep.expr, request, steps);
	return expr_overruled(prompt->visible.expr, want == no ? mod : want, request, steps);
}

/* Why it may be no error that a request came to nothing, or NULL where it is one. */
const char *excuse(const struct request *request)
{
	arch_is_without = earlier_decides = false;
	for (earlier_counts = false; !overruled_within(request, STEPS); earlier_counts = true)
		if (earlier_counts)
			return NULL;
	if (earlier_decides)
		return "decided";
	return arch_is_without ? "not here" : "overruled";
}
