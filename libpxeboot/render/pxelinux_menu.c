/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Menus of PXELINUX, all in one file.  A menu stands in the one that leads to it on the shortest way, which is where
 * PXELINUX goes back to; others go to it by its name.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "render/pxelinux.h"

struct place {
	const struct menu_entry *via;	/* that it stands at; NULL for the first menu, and for what nothing leads to */
	const struct menu *from;	/* that has it */
	bool seen, others;		/* other menus lead to it as well */
};

static const struct menu *menu_of(const struct pxelinux_file *file, const struct menu_entry *entry)
{
	return entry->kind == ENTRY_TARGET ? file->policy->items[entry->target].menu : NULL;
}

/* ---- Who sees what ------------------------------------------------------------------------------------------------ */

static bool is_shown(struct pxelinux_file *file, const struct audience *audience)
{
	bool hosts = !audience->n_hosts, groups = !audience->n_groups;

	if (!(audience->archs & ARCH_BIT(file->arch)))
		return false;
	file->differs |= !hosts || !groups;
	for (size_t i = 0; i < audience->n_hosts; i++)
		hosts |= audience->hosts[i] == file->host;
	for (size_t i = 0; i < audience->n_groups; i++)
		groups |= audience->groups[i] == file->group;
	return hosts && groups;
}

/* Menu by menu, the nearest first; @queue has room for all items. */
static void find_places(struct pxelinux_file *file, const struct menu *first, const struct menu **queue)
{
	size_t begin = 0, end = 0;

	queue[end++] = first;
	file->places[policy_item_by_name(file->policy, first->name)].seen = true;
	while (begin < end) {
		const struct menu *menu = queue[begin++];

		for (size_t i = 0; i < menu->n_entries; i++) {
			const struct menu_entry *entry = &menu->entries[i];
			const struct menu *target = menu_of(file, entry);
			struct place *place = target ? &file->places[entry->target] : NULL;

			if (!place || !is_shown(file, &entry->audience))
				continue;
			place->others |= place->seen && place->from != menu;
			if (place->seen)
				continue;
			*place = (struct place){ .via = entry, .from = menu, .seen = true };
			queue[end++] = target;
		}
	}
}

/* ---- Lines -------------------------------------------------------------------------------------------------------- */

static void check_text(struct pxelinux_file *file, const char *text, unsigned met, struct location where)
{
	if (met)
		pxelinux_report(file, "pxelinux.text", where, "PXELINUX doesn't know what its machine says of itself: "
				"'-', or the default, stands for it");
	if (strchr(text, '^'))
		pxelinux_report(file, "pxelinux.text", where, "PXELINUX's menus can't show '^'");
}

/* Text as it is shown: "^" would make a key of the letter behind it.  Where @key is among the letters, that is what is
 * wanted; else it follows in parentheses. */
static void add_shown(struct text *out, const char *text, char key)
{
	char upper = key >= 'a' && key <= 'z' ? (char)(key - 'a' + 'A') : key;

	if (!key && !strchr(text, '^')) {
		text_add(out, text);
		return;
	}
	for (; *text; text++) {
		if (key && (*text == key || *text == upper)) {
			text_addf(out, "^%c", *text);
			key = 0;
		} else if (*text != '^') {
			text_add_char(out, *text);
		}
	}
	if (key)
		text_addf(out, " (^%c)", key);
}

/* PXELINUX skips blanks at the beginning of a text. */
static void add_label(struct pxelinux_file *file, const char *label, char key, struct location where)
{
	CLEANUP_TEXT struct text text = TEXT_INIT, shown = TEXT_INIT;
	unsigned met = pxelinux_resolve(file, label, NULL, &text);
	size_t blanks;

	if (text.error)
		return;
	check_text(file, text.bytes, met, where);
	blanks = strspn(text.bytes, " \t");
	add_shown(&shown, text.bytes + blanks, key);
	pxelinux_add(file, "  MENU LABEL %s\n", text_string(&shown));
	if (blanks)
		pxelinux_add(file, "  MENU INDENT %zu\n", blanks);
}

static void add_dead_line(struct pxelinux_file *file, const char *label, struct location where)
{
	if (!*label) {
		pxelinux_add(file, "MENU SEPARATOR\n");
		return;
	}
	pxelinux_add(file, "LABEL -\n");
	add_label(file, label, 0, where);
	pxelinux_add(file, "  MENU DISABLE\n");
}

static void add_status(struct pxelinux_file *file, const struct menu *menu)
{
	file->differs = true;
	if (!file->host) {
		pxelinux_report(file, "pxelinux.status", menu->where, "menus.%s: PXELINUX doesn't know its machine: only "
				"hosts with a name have a first line with their facts", menu->name);
		return;
	}
	add_dead_line(file, file->host->n_macs ? "${name} - ${mac} - ${arch}" : "${name} - ${arch}", menu->where);
	pxelinux_add(file, "MENU SEPARATOR\n");
}

/* A password that begins so is taken for the hash of one. */
static void add_password(struct pxelinux_file *file, const struct menu_entry *entry)
{
	if (!entry->password)
		return;
	file->has_passwords = true;
	if (entry->password[0] == '$' || entry->password[0] == ' ')
		pxelinux_report(file, "pxelinux.password", entry->where,
				"PXELINUX takes a password with '$' or a blank at its beginning for another one");
	pxelinux_add(file, "  MENU PASSWD %s\n", entry->password);
}

/* ---- Entries ------------------------------------------------------------------------------------------------------ */

struct page {
	struct pxelinux_file *file;
	const struct menu *menu;
	const struct menu_entry *wanted;	/* to be the default; NULL: the first that can be */
	const struct menu_entry *chosen;	/* that is the default */
	size_t n_choices;
};

static void note_choice(struct page *page, const struct menu_entry *entry)
{
	if (page->wanted ? entry == page->wanted : !page->n_choices) {
		pxelinux_add(page->file, "  MENU DEFAULT\n");
		page->chosen = entry;
	}
	page->n_choices++;
}

static void add_menu(struct page *above, const struct menu *menu, const struct menu_entry *via);

static void add_profile(struct page *page, const struct menu_entry *entry)
{
	struct pxelinux_file *file = page->file;
	size_t begin = file->body.length;
	const char *cannot;

	pxelinux_add(file, "LABEL %s.%zu\n", page->menu->name, (size_t)(entry - page->menu->entries));
	add_label(file, entry->label, entry->key, entry->where);
	add_password(file, entry);
	cannot = pxelinux_add_profile(file, file->policy->items[entry->target].profile);
	if (!cannot) {
		note_choice(page, entry);
		return;
	}
	if (file->body.bytes)
		file->body.length = begin;
	pxelinux_add(file, "LABEL -\n");
	add_label(file, entry->label, 0, entry->where);
	pxelinux_add(file, "  MENU DISABLE\nLABEL -\n  MENU LABEL PXELINUX can't %s\n  MENU INDENT 4\n  MENU DISABLE\n", cannot);
}

static void add_jump(struct page *page, const struct menu_entry *entry, const char *to)
{
	struct pxelinux_file *file = page->file;

	pxelinux_add(file, "LABEL %s.%zu\n", page->menu->name, (size_t)(entry - page->menu->entries));
	add_label(file, entry->label, entry->key, entry->where);
	add_password(file, entry);
	pxelinux_add(file, "  MENU GOTO %s\n", to);
	if (entry->kind == ENTRY_TARGET)
		note_choice(page, entry);
}

/* The first menu stands in no other: its name is ".top". */
static void add_submenu(struct page *page, const struct menu_entry *entry)
{
	const struct menu *menu = menu_of(page->file, entry);
	const struct place *place = &page->file->places[entry->target];

	if (place->via == entry) {
		add_menu(page, menu, entry);
	} else {
		add_jump(page, entry, place->via ? menu->name : ".top");
	}
}

static void add_back(struct page *page, const struct menu_entry *entry)
{
	struct pxelinux_file *file = page->file;
	const struct place *place = &file->places[policy_item_by_name(file->policy, page->menu->name)];
	const struct place *above;

	if (place->others)
		pxelinux_report(file, "pxelinux.back", entry->where, "menus.%s: several menus lead here; PXELINUX always goes "
				"back to %s", page->menu->name, place->from ? place->from->name : "none of them");
	if (!place->from)
		return;
	above = &file->places[policy_item_by_name(file->policy, place->from->name)];
	add_jump(page, entry, above->from ? place->from->name : ".top");
}

static void add_entry(struct page *page, const struct menu_entry *entry)
{
	/* A menu without anything to pick has a way out of its own here. */
	if (entry->kind == ENTRY_FAILSAFE)
		return;
	if (entry->kind == ENTRY_GAP)
		add_dead_line(page->file, entry->label, entry->where);
	else if (entry->kind == ENTRY_BACK)
		add_back(page, entry);
	else if (menu_of(page->file, entry))
		add_submenu(page, entry);
	else
		add_profile(page, entry);
}

/* ---- Menus -------------------------------------------------------------------------------------------------------- */

/* A host has its own default and timeout for the menu that it boots. */
static bool has_choice(struct pxelinux_file *file, const struct menu *menu)
{
	bool own = file->host && file->policy->items[file->host->boot].menu == menu;

	file->differs |= own && (file->host->menu_default >= 0 || file->host->menu_timeout >= 0);
	return own;
}

static const struct menu_entry *find_default(struct pxelinux_file *file, const struct menu *menu)
{
	bool own = has_choice(file, menu);
	int target = own && file->host->menu_default >= 0 ? file->host->menu_default : menu->default_target;

	for (size_t i = 0; i < menu->n_entries; i++)
		if (menu->entries[i].kind == ENTRY_TARGET && menu->entries[i].target == target &&
		    is_shown(file, &menu->entries[i].audience))
			return &menu->entries[i];
	return NULL;
}

/* After the timeout PXELINUX boots without asking for the password, and leaves its menus where that leads to one. */
static unsigned timeout_of(struct page *page)
{
	const struct pxelinux_file *file = page->file;
	bool own = has_choice(page->file, page->menu) && file->host->menu_timeout >= 0;
	unsigned timeout = own ? (unsigned)file->host->menu_timeout : page->menu->timeout;

	if (!timeout || (page->chosen && page->chosen->password))
		return 0;
	if (page->chosen && !menu_of(file, page->chosen))
		return timeout;
	pxelinux_report(page->file, "pxelinux.default", page->menu->where, "menus.%s: PXELINUX can't take the default after the "
			"timeout; it waits", page->menu->name);
	return 0;
}

/* Nothing to pick would be the end of PXELINUX's menu. */
static void add_way_out(struct page *page)
{
	if (!page->n_choices)
		pxelinux_add(page->file, "LABEL %s.restart\n  MENU LABEL Restart the machine\n  COM32 reboot.c32\n",
			     page->menu->name);
}

static void add_title(struct pxelinux_file *file, const struct menu *menu)
{
	CLEANUP_TEXT struct text text = TEXT_INIT, shown = TEXT_INIT;
	unsigned met = pxelinux_resolve(file, menu->title, NULL, &text);

	if (text.error)
		return;
	check_text(file, text.bytes, met, menu->where);
	add_shown(&shown, text.bytes, 0);
	pxelinux_add(file, "MENU TITLE %s\n", text_string(&shown));
}

static void add_hidden(struct pxelinux_file *file, const struct menu *menu, bool first)
{
	if (menu->hidden && first)
		pxelinux_add(file, "MENU HIDDEN\n");
	else if (menu->hidden)
		pxelinux_report(file, "pxelinux.hidden", menu->where, "menus.%s: PXELINUX hides the first menu only",
				menu->name);
}

static void add_content(struct page *page, bool first)
{
	struct pxelinux_file *file = page->file;
	const struct menu *menu = page->menu;

	add_title(file, menu);
	page->wanted = find_default(file, menu);
	pxelinux_add(file, "MENU IMMEDIATE\n");
	add_hidden(file, menu, first);
	if (menu->theme)
		pxelinux_add_theme(file, menu->theme);
	if (menu->status)
		add_status(file, menu);
	for (size_t i = 0; i < menu->n_entries; i++)
		if (is_shown(file, &menu->entries[i].audience))
			add_entry(page, &menu->entries[i]);
	add_way_out(page);
	pxelinux_add(file, "TIMEOUT %u\n", timeout_of(page) * 10);	/* tenths of a second */
}

static void add_menu(struct page *above, const struct menu *menu, const struct menu_entry *via)
{
	struct page page = { .file = above->file, .menu = menu };

	pxelinux_add(page.file, "MENU BEGIN %s\n", menu->name);
	add_label(page.file, via->label, via->key, via->where);
	add_password(page.file, via);
	note_choice(above, via);
	add_content(&page, false);
	pxelinux_add(page.file, "MENU END\n");
}

void pxelinux_add_menus(struct pxelinux_file *file, const struct menu *menu)
{
	CLEANUP_FREE struct place *places = calloc(file->policy->n_items, sizeof(*places));
	CLEANUP_FREE const struct menu **queue = calloc(file->policy->n_items, sizeof(*queue));
	struct page page = { .file = file, .menu = menu };

	if (!places || !queue) {
		file->error = -ENOMEM;
		return;
	}
	file->places = places;
	find_places(file, menu, queue);
	add_content(&page, true);
	file->places = NULL;
}
