/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Menus, and what hosts want of them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/load.h"

/* The entry that leads to @target; NULL. */
static const struct menu_entry *entry_to(const struct menu *menu, int target)
{
	for (size_t i = 0; i < menu->n_entries; i++)
		if (menu->entries[i].kind == ENTRY_TARGET && menu->entries[i].target == target)
			return &menu->entries[i];
	return NULL;
}

/* @fault gives place and subject. */
static void check_default(struct load *load, struct fault fault, const struct menu *menu, int target, unsigned timeout)
{
	const struct menu_entry *entry = target < 0 ? NULL : entry_to(menu, target);

	if (target >= 0 && !entry) {
		fault.id = "policy.reference";
		fault.problem = "is not in this menu";
		fault.expected = "one of its entries";
		fault.also = menu->where;
	} else if (entry && entry->password && timeout) {
		fault.severity = PXEBOOT_WARNING;
		fault.id = "menu.locked-default";
		fault.problem = "after the timeout a password is asked for, and waited for";
		fault.expected = "a default without password";
	} else {
		return;
	}
	fault.got = load->policy->items[target].name;
	load_fault(load, &fault);
}

static void build_default(struct load *load, const config_setting_t *node, struct menu *menu)
{
	const config_setting_t *setting = load_member(node, "default"), *timeout = load_member(node, "timeout");

	menu->timeout = timeout ? (unsigned)load_integer(timeout) : 0;
	menu->default_target = setting ? build_reference(load, setting) : -1;
	if (setting)
		check_default(load, (struct fault) { .at = setting }, menu, menu->default_target, menu->timeout);
	else if (menu->timeout)
		load_fault(load, &(struct fault) { .severity = PXEBOOT_WARNING, .id = "menu.timeout-without-default",
			   .at = timeout, .problem = "after the timeout the first entry is taken",
			   .expected = "a default beside it" });
}

static void build_hidden(struct load *load, const config_setting_t *node, struct menu *menu)
{
	const config_setting_t *hidden = load_member(node, "hidden");

	menu->status = load_flag(load_member(node, "status"));
	menu->hidden = load_flag(hidden);
	if (menu->hidden && !(load_member(node, "timeout") && load_member(node, "default")))
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = hidden,
			   .problem = "what nobody sees must boot something after a while",
			   .expected = "timeout and default beside it" });
}

static void build_menu_theme(struct load *load, const config_setting_t *node, struct menu *menu)
{
	const config_setting_t *setting = load_member(node, "theme");
	const char *name = load_string(setting);

	menu->theme = name ? policy_theme_by_name(load->policy, name) : NULL;
	if (name && !menu->theme && !load_may_be_unread(load, name))
		load_fault(load, &(struct fault) { .id = "policy.reference", .at = setting, .problem = "unknown name",
			   .expected = "a theme", .got = name });
}

static int build_menu(struct load *load, const config_setting_t *node, struct menu *menu)
{
	const config_setting_t *title = load_member(node, "title");

	build_menu_theme(load, node, menu);
	check_menu_text(load, title ? title : node, menu->title, theme_columns(menu->theme) - 2, ARCH_ALL);
	int r = build_entries(load, node, menu);

	if (r)
		return r;
	build_default(load, node, menu);
	build_hidden(load, node, menu);
	return 0;
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

/* A host's default and timeout are those of the menu that it boots. */
static void check_chooser(struct load *load, const struct chooser *chooser)
{
	const struct host *host = chooser->host;
	struct menu *menu = host->boot < 0 ? NULL : load->policy->items[host->boot].menu;
	char subject[32];
	struct fault fault = { .where = chooser->where, .subject = subject };

	snprintf(subject, sizeof(subject), "hosts[%d].%s", chooser->number,
		 chooser->has_default ? "default" : "timeout");
	if (host->boot < 0)
		return;
	if (!menu) {
		fault.id = "policy.conflict";
		fault.problem = "the host boots a profile, not a menu";
		fault.expected = "a menu in the host's boot, or in everybody's";
		load_fault(load, &fault);
		return;
	}
	menu->hosts_choose = true;
	if (chooser->has_default)
		check_default(load, fault, menu, host->menu_default,
			      host->menu_timeout < 0 ? menu->timeout : (unsigned)host->menu_timeout);
}

int build_menus(struct load *load)
{
	const struct node_list *menus = &load->nodes[NODES_MENUS];
	struct item *items = load->policy->items + load->nodes[NODES_PROFILES].n;
	int r = 0;

	for (size_t i = 0; i < menus->n && !r; i++)
		r = build_title(load, menus->nodes[i], &items[i]);
	for (size_t i = 0; i < menus->n && !r; i++)
		r = build_menu(load, menus->nodes[i], items[i].menu);
	for (size_t i = 0; i < load->n_choosers && !r; i++)
		check_chooser(load, &load->choosers[i]);
	return r;
}
