// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols of this arch, their values and where they are defined.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <list.h>
#include "lkc.h"
#include "kconfig-batch.h"

bool is_tristate(const struct symbol *sym)
{
	return sym->type == S_BOOLEAN || sym->type == S_TRISTATE;
}

/* @value of @sym as it stands in a .config, to be freed. */
char *quoted_value(const struct symbol *sym, const char *value)
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
	return quoted_value(sym, sym_get_string_value(sym));
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

void print_range(FILE *out, const struct property *range)
{
	print_symbol(out, range->expr->left.sym, range->expr->left.sym->name);
	putc(' ', out);
	print_symbol(out, range->expr->right.sym, range->expr->right.sym->name);
}

static struct menu *first_definition(const struct symbol *sym)
{
#ifdef SYMBOL_HASHSIZE
	struct property *prop;

	for_all_properties(sym, prop, P_SYMBOL)
		return prop->menu;
	return NULL;
#else
	return list_first_entry(&sym->menus, struct menu, link);
#endif
}

/* Is @menu where its symbol is described: at the first prompt, or else definition? */
static bool is_first(const struct menu *menu)
{
	const struct symbol *sym = menu->sym;
	struct property *prompt;

	if (!sym || !sym->name || sym->type == S_UNKNOWN)
		return false;
	prompt = prompt_of(sym);
	return prompt ? menu->prompt == prompt : menu == first_definition(sym);
}

static void walk(struct menu *menu, void (*visit)(FILE *out, struct menu *menu), FILE *out)
{
	for (; menu; menu = menu->next) {
		if (is_first(menu))
			visit(out, menu);
		walk(menu->list, visit, out);
	}
}

/* Call @visit for every symbol of the tree, once, in the order of the menus. */
void walk_symbols(void (*visit)(FILE *out, struct menu *menu), FILE *out)
{
	walk(rootmenu.list, visit, out);
}
