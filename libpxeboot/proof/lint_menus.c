/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules on menus: items and choices need one, a default must be one of its items, and there must be something to
 * choose.
 *
 * Of the menu without a name, the items between `menu` and `choose` are its items; where labels or anything unseen lie
 * between them, and for menus with names, every item of that menu in the script may be one.
 */
#include <errno.h>
#include <string.h>

#include "proof/lint.h"

static bool is_menu(const struct command *command)
{
	return command_is(command, "menu") || command_is(command, "form");
}

static bool is_choice(const struct command *command)
{
	return command_is(command, "choose") || command_is(command, "present");
}

/* The name of the menu that a command is about; length 0: the one without a name. */
static struct word menu_of(const struct lint *lint, const struct command *command)
{
	struct word name = { NULL, 0 };

	if (is_menu(command))
		command_option(lint, command, "name", &name);
	else if (!command_option(lint, command, "menu", &name))
		command_option(lint, command, "form", &name);
	return name;
}

/* ---- Collecting ---------------------------------------------------------------------------------------------- */

struct place {
	size_t segment;			/* counts menus without a name */
	size_t straight;		/* counts labels and menus: what lies between two is one stretch */
	bool settled;			/* nothing unseen since the menu without a name was made */
	bool bare;			/* no item since then */
};

static int add_menu(struct lint *lint, struct command *command, struct word menu, struct place *place)
{
	struct word *name;

	place->straight++;
	if (menu.length == 0) {
		place->segment++;
		place->settled = command->certain;
		place->bare = true;
		return 0;
	}
	name = lint_array_add(&lint->menus, &lint->n_menus, &lint->menus_capacity, sizeof(*name));
	if (!name)
		return -ENOMEM;
	*name = menu;
	return 0;
}

static int add_item(struct lint *lint, const struct command *command, struct word menu, struct place *place)
{
	struct word name = command_word(lint, command, command->rest), gap;
	bool unclear = command->broken || command->vague || word_has_setting(name);
	struct menu_item *item;

	if (!unclear && (!name.at || command_option(lint, command, "gap", &gap)))
		return 0;
	if (menu.length == 0)
		place->bare = false;
	item = lint_array_add(&lint->items, &lint->n_items, &lint->items_capacity, sizeof(*item));
	if (!item)
		return -ENOMEM;
	*item = (struct menu_item){
		.menu = menu,
		.name = unclear ? (struct word){ NULL, 0 } : name,
		.segment = place->segment,
		.straight = place->straight,
		.command = command,
	};
	return 0;
}

static int collect(struct lint *lint, struct command *command, struct place *place)
{
	struct word menu = menu_of(lint, command);

	if (command->known ? command->known->flags & COMMAND_UNSEEN : command->n_words > 0)
		place->settled = false;
	if (is_menu(command) || is_choice(command) || command_is(command, "item"))
		lint->any_menu |= word_has_setting(menu) || (command->broken && !command_is(command, "item"));
	command->segment = place->segment;
	command->settled = place->settled;
	command->bare = place->bare;
	if (is_menu(command))
		return add_menu(lint, command, menu, place);
	if (command_is(command, "item"))
		return add_item(lint, command, menu, place);
	return 0;
}

/* ---- Looking up ---------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return word_compare(*(const struct word *)a, *(const struct word *)b);
}

static int compare_items(const struct menu_item *a, const struct menu_item *b)
{
	int order = word_compare(a->menu, b->menu);

	if (order == 0)
		order = word_compare(a->name, b->name);
	if (order == 0)
		order = (a->segment > b->segment) - (a->segment < b->segment);
	if (order == 0)
		order = (a->straight > b->straight) - (a->straight < b->straight);
	return order;
}

static int by_item(const void *a, const void *b)
{
	const struct menu_item *left = a, *right = b;
	int order = compare_items(left, right);

	return order ? order : (left->command > right->command) - (left->command < right->command);
}

/* The first item that is not before @key. */
static const struct menu_item *first_item(const struct lint *lint, const struct menu_item *key)
{
	size_t low = 0, high = lint->n_items;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_items(&lint->items[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < lint->n_items ? &lint->items[low] : NULL;
}

/* Is there such an item, in this segment (SIZE_MAX: in any)? */
static bool has_item(const struct lint *lint, struct word menu, struct word name, size_t segment)
{
	struct menu_item key = { .menu = menu, .name = name, .segment = segment == SIZE_MAX ? 0 : segment };
	const struct menu_item *found = first_item(lint, &key);

	return found && word_compare(found->menu, menu) == 0 && word_compare(found->name, name) == 0 &&
	       (segment == SIZE_MAX || found->segment == segment);
}

static bool has_items(const struct lint *lint, struct word menu)
{
	struct menu_item key = { .menu = menu };
	const struct menu_item *found = first_item(lint, &key);

	return found && word_compare(found->menu, menu) == 0;
}

/* ---- Rules --------------------------------------------------------------------------------------------------- */

static void tell_duplicates(struct lint *lint)
{
	for (size_t i = 1; i < lint->n_items; i++) {
		const struct menu_item *before = &lint->items[i - 1], *item = &lint->items[i];
		unsigned line, column;

		if (!item->name.at || compare_items(before, item) != 0 || !before->command->certain ||
		    !item->command->certain)
			continue;
		lint_script_place(&lint->script, before->name.at, &line, &column);
		lint_tell(lint, RULE_DUPLICATE_ITEM, item->name.at, item->name,
			  "line %u has an item of this name, too", line);
	}
}

int lint_collect_menus(struct lint *lint)
{
	struct place place = { 0 };
	int r = 0;

	for (size_t line = 0; line < lint->script.n_lines && r == 0; line++) {
		const struct script_line *commands = &lint->script.lines[line];

		if (commands->label.at) {
			place.straight++;
			place.settled = false;
		}
		for (size_t i = 0; i < commands->n_commands && r == 0; i++)
			r = collect(lint, &lint->script.commands[commands->first + i], &place);
	}
	if (r < 0)
		return r;
	if (lint->n_items > 0)
		qsort(lint->items, lint->n_items, sizeof(*lint->items), by_item);
	if (lint->n_menus > 0)
		qsort(lint->menus, lint->n_menus, sizeof(*lint->menus), by_name);
	tell_duplicates(lint);
	return 0;
}

static bool has_menu(const struct lint *lint, struct word menu, unsigned facts)
{
	if (facts & FACT_UNSEEN || lint->any_menu)
		return true;
	if (menu.length == 0)
		return facts & FACT_MENU;
	return lint->n_menus > 0 && bsearch(&menu, lint->menus, lint->n_menus, sizeof(menu), by_name);
}

static void look_at_choice(struct lint *lint, const struct command *command, struct word menu, unsigned facts)
{
	bool exact = menu.length == 0 && command->settled;
	size_t segment = exact ? command->segment : SIZE_MAX;
	struct word unclear = { NULL, 0 }, name = { NULL, 0 };

	if (lint->any_menu || command->vague || (!exact && facts & FACT_UNSEEN) ||
	    has_item(lint, menu, unclear, segment))
		return;
	if (exact ? command->bare : !has_items(lint, menu))
		lint_tell(lint, RULE_EMPTY_MENU, command_word(lint, command, 0).at, menu,
			  "the menu has nothing that could be chosen");
	else if (command_option(lint, command, "default", &name) && !word_has_setting(name) &&
		 !has_item(lint, menu, name, segment))
		lint_tell(lint, RULE_MENU_DEFAULT, name.at, name,
			  "no item of the menu has this name; the first one is taken");
}

void lint_menu_use(struct lint *lint, const struct command *command, unsigned facts)
{
	struct word name = { NULL, 0 }, menu;
	const char *at = command_word(lint, command, 0).at;

	if (command_is(command, "param") && !(facts & (FACT_PARAMS | FACT_UNSEEN)) &&
	    !command_option(lint, command, "params", &name))
		lint_tell(lint, RULE_NO_PARAMS, at, name, "no params before it");
	if (!is_choice(command) && !command_is(command, "item"))
		return;
	menu = menu_of(lint, command);
	if (word_has_setting(menu))
		return;
	if (!has_menu(lint, menu, facts))
		lint_tell(lint, RULE_NO_MENU, at, menu, "no menu before it");
	else if (is_choice(command))
		look_at_choice(lint, command, menu, facts);
}
