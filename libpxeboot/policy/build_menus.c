/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Themes, and what stands in menus.
 */
#include <errno.h>
#include <string.h>

#include "policy/load.h"

static void build_integers(const config_setting_t *list, unsigned *numbers, unsigned n)
{
	for (unsigned i = 0; i < n && i < load_count(list); i++)
		numbers[i] = (unsigned)load_integer(load_element(list, i));
}

static void build_colour(const config_setting_t *group, const char *name, struct theme_colour *colour)
{
	const char *value = group ? load_member_string(group, name) : NULL;

	if (value && value_colour(value, colour))
		colour->set = false;
}

static int build_theme(struct load *load, const config_setting_t *node, struct theme *theme)
{
	const char *picture = load_member_string(node, "picture");
	const config_setting_t *colours = load_member(node, "colours");

	theme->name = arena_string(load->arena, node->name);
	theme->where = load_location(node);
	theme->picture = picture ? arena_string(load->arena, picture) : NULL;
	if (!theme->name || (picture && !theme->picture))
		return -ENOMEM;
	build_integers(load_member(node, "size"), theme->size, ARRAY_SIZE(theme->size));
	build_integers(load_member(node, "margins"), theme->margins, ARRAY_SIZE(theme->margins));
	build_colour(colours, "text", &theme->text);
	build_colour(colours, "highlight", &theme->highlight);
	build_colour(colours, "gap", &theme->gap);
	return 0;
}

/* Themes are few: one for each look. */
static const struct theme *find_theme(const struct pxeboot_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_themes; i++)
		if (!strcmp(policy->themes[i].name, name))
			return &policy->themes[i];
	return NULL;
}

int build_themes(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	const struct node_list *list = &load->nodes[NODES_THEMES];
	int r = 0;

	policy->themes = arena_alloc(load->arena, list->n, sizeof(*policy->themes));
	if (!policy->themes)
		return -ENOMEM;
	for (size_t i = 0; i < list->n && !r; i++) {
		const struct theme *other = find_theme(policy, list->nodes[i]->name);

		if (other)
			load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = list->nodes[i],
				   .problem = "name is taken", .expected = "one theme of a name", .got = other->name,
				   .also = other->where });
		r = build_theme(load, list->nodes[i], &policy->themes[policy->n_themes++]);
	}
	return r;
}

/* The only one of gap, profile and menu; NULL, and a fault, when there is none or a second one. */
static const config_setting_t *entry_content(struct load *load, const config_setting_t *node)
{
	static const char *const keys[] = { "gap", "profile", "menu" };
	const config_setting_t *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const config_setting_t *setting = load_member(node, keys[i]);

		if (setting && found) {
			load_fault(load, &(struct fault) { .id = "policy.conflict", .at = setting,
				   .problem = "one entry is one line", .got = keys[i],
				   .expected = "exactly one of gap, profile and menu", .also = load_location(found) });
			return NULL;
		}
		found = setting ? setting : found;
	}
	if (!found)
		load_fault(load, &(struct fault) { .id = "policy.missing", .at = node, .problem = "empty entry",
			   .expected = "exactly one of gap, profile and menu" });
	return found;
}

static const char *item_label(const struct item *item)
{
	return item->profile ? item->profile->label : item->menu->title;
}

static int build_target(struct load *load, const config_setting_t *setting)
{
	const struct pxeboot_policy *policy = load->policy;
	int target = build_reference(load, setting);
	bool wants_menu = !strcmp(setting->name, "menu");

	if (target < 0 || !policy->items[target].menu != wants_menu)
		return target;
	load_fault(load, &(struct fault) { .id = "policy.reference", .at = setting,
		   .problem = wants_menu ? "is a profile" : "is a menu",
		   .expected = wants_menu ? "a menu" : "a profile",
		   .got = load_string(setting), .also = policy->items[target].where });
	return -1;
}

static int build_entry(struct load *load, const config_setting_t *node, struct menu_entry *entry)
{
	const config_setting_t *content = entry_content(load, node);
	const char *label = load_member_string(node, "label"), *key = load_member_string(node, "key");

	entry->where = load_location(node);
	entry->target = -1;
	entry->archs = build_archs(node);
	entry->key = key ? *key : 0;
	if (!content)
		return 0;
	entry->is_gap = !strcmp(content->name, "gap");
	if (!entry->is_gap)
		entry->target = build_target(load, content);
	if (entry->is_gap)
		label = load_string(content);
	else if (!label && entry->target >= 0)
		label = item_label(&load->policy->items[entry->target]);
	entry->label = arena_string(load->arena, label ? label : "");
	return entry->label ? 0 : -ENOMEM;
}

static void check_gap(struct load *load, const config_setting_t *node)
{
	static const char *const keys[] = { "key", "label" };

	for (size_t i = 0; i < ARRAY_SIZE(keys) && load_member(node, "gap"); i++)
		if (load_member(node, keys[i]))
			load_fault(load, &(struct fault) { .id = "policy.conflict", .at = load_member(node, keys[i]),
				   .problem = "a gap can't be picked", .expected = "gap and arch only",
				   .got = keys[i] });
}

/* @taken holds the entry of each character that has one, plus one. */
static void check_key(struct load *load, const config_setting_t *node, const struct menu *menu, size_t number,
		      size_t taken[128])
{
	const struct menu_entry *entry = &menu->entries[number];
	size_t *place = &taken[entry->key & 0x7f];
	const char got[] = { entry->key, '\0' };

	if (!entry->key)
		return;
	if (*place)
		load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = load_member(node, "key"),
			   .problem = "key is taken", .expected = "one entry of a key", .got = got,
			   .also = menu->entries[*place - 1].where });
	else
		*place = number + 1;
}

static int build_entries(struct load *load, const config_setting_t *node, struct menu *menu)
{
	const config_setting_t *list = load_member(node, "entries");
	unsigned n = load_count(list);
	size_t taken[128] = { 0 };
	bool selectable = false;
	int r = 0;

	menu->entries = arena_alloc(load->arena, n, sizeof(*menu->entries));
	if (!menu->entries)
		return -ENOMEM;
	for (unsigned i = 0; i < n && !r; i++) {
		const config_setting_t *entry = load_element(list, i);

		/* What is no group was told, and might have been something to pick. */
		selectable |= !config_setting_is_group(entry);
		if (!config_setting_is_group(entry))
			continue;
		size_t number = menu->n_entries++;

		r = build_entry(load, entry, &menu->entries[number]);
		check_gap(load, entry);
		check_key(load, entry, menu, number, taken);
		selectable |= !menu->entries[number].is_gap;
	}
	if (!r && list && !load_is_bad(list) && !selectable)
		load_fault(load, &(struct fault) { .id = "policy.missing", .at = list, .problem = "nothing to pick",
			   .expected = "a profile or a menu" });
	return r;
}

static bool has_target(const struct menu *menu, int target)
{
	for (size_t i = 0; i < menu->n_entries; i++)
		if (!menu->entries[i].is_gap && menu->entries[i].target == target)
			return true;
	return false;
}

static void build_default(struct load *load, const config_setting_t *node, struct menu *menu)
{
	const config_setting_t *setting = load_member(node, "default"), *timeout = load_member(node, "timeout");

	menu->default_target = -1;
	menu->timeout = timeout ? (unsigned)load_integer(timeout) : 0;
	if (setting) {
		int target = build_reference(load, setting);

		if (target >= 0 && !has_target(menu, target))
			load_fault(load, &(struct fault) { .id = "policy.reference", .at = setting,
				   .problem = "is not in this menu", .expected = "one of its entries",
				   .got = load_string(setting) });
		menu->default_target = target;
	} else if (menu->timeout) {
		load_fault(load, &(struct fault) { .severity = PXEBOOT_WARNING, .id = "menu.timeout-without-default",
			   .at = timeout, .problem = "after the timeout the first entry is taken",
			   .expected = "a default beside it" });
	}
}

static void build_menu_theme(struct load *load, const config_setting_t *node, struct menu *menu)
{
	const config_setting_t *setting = load_member(node, "theme");
	const char *name = load_string(setting);

	menu->theme = name ? find_theme(load->policy, name) : NULL;
	if (name && !menu->theme && !load_may_be_unread(load, name))
		load_fault(load, &(struct fault) { .id = "policy.reference", .at = setting, .problem = "unknown name",
			   .expected = "a theme", .got = name });
}

static int build_menu(struct load *load, const config_setting_t *node, struct menu *menu)
{
	build_menu_theme(load, node, menu);
	int r = build_entries(load, node, menu);

	if (!r)
		build_default(load, node, menu);
	return r;
}

/* Titles first: entries take them for labels. */
static int build_title(struct load *load, const config_setting_t *node, struct item *item)
{
	const char *title = load_member_string(node, "title");

	item->menu->name = item->name;
	item->menu->where = item->where;
	item->menu->title = title ? arena_string(load->arena, title) : item->name;
	return item->menu->title ? 0 : -ENOMEM;
}

int build_menus(struct load *load)
{
	const struct node_list *list = &load->nodes[NODES_MENUS];
	struct item *items = load->policy->items + load->nodes[NODES_PROFILES].n;
	int r = 0;

	for (size_t i = 0; i < list->n && !r; i++)
		r = build_title(load, list->nodes[i], &items[i]);
	for (size_t i = 0; i < list->n && !r; i++)
		r = build_menu(load, list->nodes[i], items[i].menu);
	return r;
}
