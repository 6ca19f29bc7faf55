/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * menus/NAME.ipxe: a menu, with its theme where iPXE can show it.
 *
 * Settings that pass from script to script: `from` is the menu that led to a script, taken over by a menu as from-NAME
 * for its way back; `theme` is the theme that is on; shown-NAME says that a hidden menu was asked for, wait-NAME how long
 * one stands there; default-NAME and timeout-NAME are a host's own; in-group is the group that the machine falls under.
 */
#include <stdio.h>
#include <string.h>

#include "render/render.h"
#include "render/script.h"
#include "render/theme.h"

struct page {
	struct script script;
	const struct menu *menu;
	char subject[96];		/* "menus.NAME", for diagnostics */
};

/* What `choose` leaves: the file that the entry leads to; for back, and behind a password, a label of this script. */
static void add_choice_name(struct text *out, const struct pxeboot_policy *policy, const struct menu *menu,
			    const struct menu_entry *entry)
{
	if (entry->kind == ENTRY_BACK)
		text_add(out, "back");
	else if (entry->kind == ENTRY_FAILSAFE)
		text_add(out, "failsafe");
	else if (entry->password)
		text_addf(out, "locked-%zu", (size_t)(entry - menu->entries));
	else
		render_item_path(out, &policy->items[entry->target]);
}

void render_default(struct text *out, const struct pxeboot_policy *policy, const struct menu *menu, int target)
{
	for (size_t i = 0; i < menu->n_entries; i++) {
		const struct menu_entry *entry = &menu->entries[i];

		if (entry->kind != ENTRY_TARGET || entry->target != target)
			continue;
		add_choice_name(out, policy, menu, entry);
		return;
	}
}

/* ---- Lines -------------------------------------------------------------------------------------------------------- */

static void add_skip(struct page *page, size_t number)
{
	script_add(&page->script, "goto past-%zu\n", number);
}

/* Any value of each kind will do: "a || b || goto past-N". */
static void add_tests(struct page *page, const struct audience *audience, size_t number)
{
	struct script *script = &page->script;

	for (int arch = 0; audience->archs != ARCH_ALL && arch < PXEBOOT_ARCH_COUNT; arch++)
		if (audience->archs & ARCH_BIT(arch)) {
			script_add_arch_test(script, arch);
			script_add(script, " || ");
		}
	if (audience->archs != ARCH_ALL)
		add_skip(page, number);
	for (size_t i = 0; i < audience->n_hosts; i++) {
		script_add(script, "iseq ${var-machine} ");
		render_machine(&script->body, audience->hosts[i]);
		script_add(script, " || ");
	}
	if (audience->n_hosts)
		add_skip(page, number);
	for (size_t i = 0; i < audience->n_groups; i++)
		script_add(script, "iseq ${in-group} %s || ", audience->groups[i]->name);
	if (audience->n_groups)
		add_skip(page, number);
}

static void add_line(struct page *page, const struct menu_entry *entry)
{
	struct script *script = &page->script;
	struct text *out = &script->body;

	if (entry->kind == ENTRY_BACK)
		script_add(script, "isset ${from-%s} && ", page->menu->name);
	text_add(out, "item ");
	if (entry->kind == ENTRY_GAP) {
		text_add(out, "--gap -- ");
	} else {
		if (entry->key)
			script_add(script, "--key %c ", entry->key);
		add_choice_name(out, script->policy, page->menu, entry);
		text_add_char(out, ' ');
	}
	script_add_words(script, entry->label, entry->where, page->subject);
	if (entry->kind == ENTRY_BACK)
		text_add(out, " ||");
	text_add_char(out, '\n');
}

/* Lines that follow each other and are for the same machines, such as an entry and its description, share their tests. */
static void add_lines(struct page *page)
{
	const struct menu *menu = page->menu;

	for (size_t i = 0, next; i < menu->n_entries; i = next) {
		const struct audience *audience = &menu->entries[i].audience;

		if (!audience_is_everybody(audience))
			add_tests(page, audience, i);
		for (next = i; next < menu->n_entries && audience_is_same(audience, &menu->entries[next].audience); next++)
			add_line(page, &menu->entries[next]);
		if (!audience_is_everybody(audience))
			script_add(&page->script, ":past-%zu\n", i);
	}
}

/* A machine that no host names has its MAC for a name: it is shown once. */
static void add_status(struct page *page)
{
	script_add(&page->script,
		   "iseq ${var-name} ${mac:hexhyp} && item --gap -- ${mac} - ${ip} - ${arch} ||\n"
		   "iseq ${var-name} ${mac:hexhyp} || item --gap -- ${var-name} - ${mac} - ${ip} - ${arch}\n"
		   "item --gap\n");
	page->script.needs_arch = true;
}

/* ---- Choosing ----------------------------------------------------------------------------------------------------- */

/* A host's own come first: its script has set them. */
static void add_hosts_choice(struct page *page)
{
	struct script *script = &page->script;
	const struct menu *menu = page->menu;

	script_add(script, "isset ${timeout-%s} || set timeout-%s %u\n", menu->name, menu->name, menu->timeout * 1000);
	if (menu->default_target < 0)
		return;
	script_add(script, "isset ${default-%s} || set default-%s ", menu->name, menu->name);
	render_default(&script->body, script->policy, menu, menu->default_target);
	script_add(script, "\n");
}

static void add_default(struct page *page)
{
	if (page->menu->hosts_choose)
		script_add(&page->script, "${default-%s}", page->menu->name);
	else
		render_default(&page->script.body, page->script.policy, page->menu, page->menu->default_target);
}

static bool is_for_all(const struct menu *menu, int target)
{
	for (size_t i = 0; i < menu->n_entries; i++)
		if (menu->entries[i].kind == ENTRY_TARGET && menu->entries[i].target == target)
			return audience_is_everybody(&menu->entries[i].audience);
	return true;
}

static bool all_see_default(const struct page *page)
{
	const struct pxeboot_policy *policy = page->script.policy;

	for (size_t i = 0; page->menu->hosts_choose && i < policy->n_hosts; i++)
		if (policy->items[policy->hosts[i].boot].menu == page->menu &&
		    !is_for_all(page->menu, policy->hosts[i].menu_default))
			return false;
	return is_for_all(page->menu, page->menu->default_target);
}

static void add_choose(struct page *page)
{
	struct script *script = &page->script;
	const struct menu *menu = page->menu;

	script_add(script, "choose ");
	if (menu->hosts_choose || menu->default_target >= 0) {
		script_add(script, "--default ");
		add_default(page);
		script_add(script, " ");
	}
	/* Whoever asked for a hidden menu has time. */
	if (menu->hosts_choose && !menu->hidden)
		script_add(script, "--timeout ${timeout-%s} ", menu->name);
	else if (menu->timeout && !menu->hidden)
		script_add(script, "--timeout %u ", menu->timeout * 1000);
	else if (menu->hidden && !all_see_default(page))
		script_add(script, "--timeout ${wait-%s} ", menu->name);
	script_add(script, "outcome || goto escape\n");
}

/* Without a key in time the default is taken, and nothing of the menu is seen.  Where somebody does not see the default,
 * the menu itself must say what there is instead, and stands there for a moment: old builds count in ticks of 55 ms. */
static void add_hidden(struct page *page)
{
	struct script *script = &page->script;
	const char *name = page->menu->name;
	bool all = all_see_default(page);

	if (!all)
		script_add(script, "set wait-%s 0\n", name);
	script_add(script, "isset ${shown-%s} && goto shown ||\n", name);
	if (all) {
		script_add(script, "set outcome ");
		add_default(page);
	} else {
		script_add(script, "set wait-%s 100", name);
	}
	if (page->menu->hosts_choose)
		script_add(script, "\nprompt --timeout ${timeout-%s} ", name);
	else
		script_add(script, "\nprompt --timeout %u ", page->menu->timeout * 1000);
	script_add(script, "Press any key for the menu... || goto %s\nset shown-%s 1\n", all ? "picked" : "shown", name);
	if (!all)
		script_add(script, "set wait-%s 0\n", name);
	script_add(script, ":shown\n");
}

/* Escape goes back; where no menu led here, it draws this one anew. */
static void add_ways_back(struct page *page)
{
	const char *name = page->menu->name;

	script_add(&page->script,
		   ":escape\n"
		   "isset ${from-%s} || goto menu\n"
		   ":back\n"
		   "clear from ||\n"
		   "chain --replace --autofree ${base}/${from-%s} || goto failed\n", name, name);
}

/* What is typed stays one word.  A "${" in it is expanded, but no setting holds the password. */
static void add_locks(struct page *page)
{
	struct script *script = &page->script;

	for (size_t i = 0; i < page->menu->n_entries; i++) {
		const struct menu_entry *entry = &page->menu->entries[i];

		if (!entry->password)
			continue;
		script_add(script, ":locked-%zu\nset outcome ", i);
		render_item_path(&script->body, &script->policy->items[entry->target]);
		script_add(script, "\nlogin || goto menu\niseq -- ${password} ");
		script_add_word(script, entry->password, entry->where, page->subject);
		script_add(script, " && goto unlocked || goto refused\n");
	}
}

static bool has_locks(const struct menu *menu)
{
	for (size_t i = 0; i < menu->n_entries; i++)
		if (menu->entries[i].password)
			return true;
	return false;
}

static void add_outcome(struct page *page)
{
	struct script *script = &page->script;

	script_add(script, ":picked\n");
	for (size_t i = 0; i < page->menu->n_entries; i++) {
		if (page->menu->entries[i].password)
			script_add(script, "iseq ${outcome} locked-%zu && goto locked-%zu ||\n", i, i);
		if (page->menu->entries[i].kind == ENTRY_FAILSAFE)
			script_add(script, "iseq ${outcome} failsafe && goto failsafe ||\n");
	}
	script_add(script, "iseq ${outcome} back && goto back ||\n"
			   ":chosen\n"
			   "set from menus/%s.ipxe\n"
			   "chain --replace --autofree ${base}/${outcome} || goto failed\n", page->menu->name);
	add_ways_back(page);
	if (!has_locks(page->menu))
		return;
	add_locks(page);
	script_add(script, ":unlocked\nclear password ||\ngoto chosen\n"
			   ":refused\nclear password ||\nprompt --timeout 3000 That is not the password. ||\ngoto menu\n");
}

int render_menu(const struct pxeboot_policy *policy, const struct menu *menu,
		struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct page page = { .menu = menu };
	struct script *script = &page.script;
	int r;

	snprintf(page.subject, sizeof(page.subject), "menus.%s", menu->name);
	script_init(script, policy, diagnostics);
	script_add(script, "isset ${from} && set from-%s ${from} ||\nclear from ||\n:start\n", menu->name);
	if (menu->hosts_choose)
		add_hosts_choice(&page);
	if (menu->hidden)
		add_hidden(&page);
	if (menu->theme)
		theme_add(script, menu->theme, "menu", page.subject);
	script_add(script, ":menu\nmenu -- ");
	theme_add_title(script, menu, page.subject);
	script_add(script, "\n");
	if (menu->status)
		add_status(&page);
	add_lines(&page);
	add_choose(&page);
	add_outcome(&page);
	script_add_failsafe(script);
	r = script_finish(script, "menu", menu->name, menu->where, out);
	script_free(script);
	return r;
}
