/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * grub/menus/NAME.cfg, and the ways between menus.
 *
 * Each menu is shown by grub.cfg in a context of its own, which ends with it.  What an entry wants to be known afterwards
 * it says by way of functions, which outlive the context: GRUB takes a function only at the top of a file, so grub/to/
 * has a file for each menu that can be led to.
 */
#include <string.h>

#include "render/grub.h"
#include "render/other.h"
#include "render/render.h"

struct page {
	struct grub_script script;
	const struct menu *menu;
	bool has_first;			/* an entry that everybody sees can be the default */
};

void grub_item_path(struct text *out, const struct item *item)
{
	text_addf(out, "grub/%s/%s.cfg", item->menu ? "menus" : "profiles", item->name);
}

static struct slice slice_of(const char *name)
{
	return (struct slice){ name, strlen(name) };
}

static void add_name(struct page *page, const char *kind)
{
	grub_add_name(&page->script.body, kind, slice_of(page->menu->name));
}

/* What GRUB calls an entry. */
static void add_id(struct text *out, const struct pxeboot_policy *policy, const struct menu_entry *entry)
{
	const struct item *item = &policy->items[entry->target];

	text_addf(out, "%s/%s", item->menu ? "menus" : "profiles", item->name);
}

/* ---- Ways --------------------------------------------------------------------------------------------------------- */

/* Leaving a menu leaves GRUB's normal mode, to which `normal` without a file returns. */
void grub_render_way(const struct menu *menu, struct text *out)
{
	text_addf(out, "# the way %s %s. Written by pxeboot; changes are lost.\n", menu ? "to menu" : "back",
		  menu ? menu->name : "to the menu that led here");
	text_add(out, "set pxeboot_leads=yes\nfunction pxeboot_left {\n\tnormal (none)/\n}\n");
	if (!menu)
		return;
	text_add(out, "function pxeboot_next {\n\tset ");
	grub_add_name(out, "from", slice_of(menu->name));
	text_add(out, "=\"${pxeboot_menu}\"\n\texport ");
	grub_add_name(out, "from", slice_of(menu->name));
	text_addf(out, "\n\tset pxeboot_menu=%s\n}\n", menu->name);
}

/* Escape goes back; where no menu led here, it draws this one anew. */
static void add_escape(struct page *page)
{
	struct grub_script *script = &page->script;

	grub_add(script, "function pxeboot_left {\n\ttrue\n}\nfunction pxeboot_next {\n\tif [ -n \"${");
	add_name(page, "from");
	grub_add(script, "}\" ]; then\n\t\tset pxeboot_menu=\"${");
	add_name(page, "from");
	grub_add(script, "}\"\n\tfi\n}\n");
}

/* ---- Look --------------------------------------------------------------------------------------------------------- */

static const char *colour_name(uint32_t rgb)
{
	static const char *const names[16] = {
		"black", "red", "green", "brown", "blue", "magenta", "cyan", "light-gray",
		"dark-gray", "light-red", "light-green", "yellow", "light-blue", "light-magenta", "light-cyan", "white",
	};

	return names[other_colour(rgb)];
}

/* Over a picture black is what lets it through. */
static void add_colours(struct grub_script *script, const struct pxeboot_theme *look)
{
	const char *behind = look->picture || !look->text.has_background ? "black" : colour_name(look->text.background);
	const char *bar = colour_name(look->highlight.background), *text = colour_name(look->text.foreground);
	const char *chosen = colour_name(look->highlight.foreground);

	if (!strcmp(text, behind))
		text = strcmp(behind, "black") ? "black" : "light-gray";
	if (!strcmp(bar, behind)) {
		chosen = behind;
		bar = text;
	} else if (!strcmp(chosen, bar)) {
		chosen = strcmp(bar, "white") ? "white" : "black";
	}
	grub_add(script, "\tset color_normal=%s/%s\n\tset menu_color_normal=%s/%s\n\tset menu_color_highlight=%s/%s\n"
			 "\texport color_normal menu_color_normal menu_color_highlight\n", text, behind, text, behind, chosen, bar);
}

static void add_picture(struct grub_script *script, const struct pxeboot_theme *look)
{
	if (!look->picture) {
		grub_add(script, "if [ -n \"${pxeboot_theme}\" ]; then\n\tbackground_image\nfi\n");
		return;
	}
	grub_add(script, "if [ \"${pxeboot_theme}\" != %s ]; then\n\tif loadfont unicode; then\n", look->name);
	if (look->size[0])
		grub_add(script, "\t\tset gfxmode=%ux%u,auto\n", look->size[0], look->size[1]);
	grub_add(script, "\t\tterminal_output gfxterm\n\t\tbackground_image (${pxeboot_root})/themes/");
	grub_add_value(script, look->picture);
	grub_add(script, "\n\tfi\nfi\n");
}

/* What is to be known of this menu when it was left; its colours are for those after it as well. */
static void add_note(struct page *page)
{
	struct grub_script *script = &page->script;
	const struct theme *theme = page->menu->theme;

	grub_add(script, "function pxeboot_note {\n\ttrue\n");
	if (theme) {
		grub_add(script, "\tset pxeboot_theme=%s\n", theme->look.name);
		add_colours(script, &theme->look);
	}
	if (page->menu->hidden) {
		grub_add(script, "\tset ");
		add_name(page, "shown");
		grub_add(script, "=yes\n\texport ");
		add_name(page, "shown");
		grub_add(script, "\n");
	}
	grub_add(script, "}\n");
}

/* ---- Entries ------------------------------------------------------------------------------------------------------ */

/* GRUB has one colour for headings and entries: entries and their descriptions stand further in. */
static void add_label(struct grub_script *script, const char *label, bool further)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, "%s%s", further ? "  " : "", label);
	if (text.error)
		script->error = text.error;
	else
		grub_add_word(script, text.bytes);
}

/* GRUB has no line that can't be picked, but one that does nothing. */
static void add_dead_line(struct grub_script *script, const char *text)
{
	grub_add(script, "menuentry -- ");
	add_label(script, text, *text == ' ');
	grub_add(script, " {\n\ttrue\n}\n");
}

static void add_head(struct page *page)
{
	struct grub_script *script = &page->script;

	add_dead_line(script, page->menu->title);
	if (page->menu->status) {
		grub_add(script, "if [ \"${machine_name}\" = \"${machine_file}\" ]; then\n");
		add_dead_line(script, "${mac} - ${ip} - ${arch}");
		grub_add(script, "else\n");
		add_dead_line(script, "${name} - ${mac} - ${ip} - ${arch}");
		grub_add(script, "fi\n");
	}
	add_dead_line(script, "");
}

static void add_way(struct page *page, const struct menu_entry *entry)
{
	const struct item *items = page->script.policy->items;

	if (entry->kind == ENTRY_BACK)
		grub_add(&page->script, "\tpxeboot_go back\n");
	else if (entry->kind == ENTRY_FAILSAFE)
		grub_add(&page->script, "\texit\n");
	else if (items[entry->target].menu)
		grub_add(&page->script, "\tpxeboot_go to/%s\n", items[entry->target].name);
	else
		grub_add(&page->script, "\tpxeboot_boot %s\n", items[entry->target].name);
}

/* GRUB asks for a user as well, and does not ask again: whoever may go on is named as what is behind the lock.  A lock
 * for the whole menu would ask at Escape, and at every entry without one. */
static void add_lock(struct page *page, const struct menu_entry *entry)
{
	struct grub_script *script = &page->script;
	const char *user = script->policy->items[entry->target].name;
	CLEANUP_TEXT struct text password = TEXT_INIT;

	if (grub_add_password(&password, user, entry->password) < 0) {
		diagnostics_add(script->diagnostics, PXEBOOT_WARNING, "grub.password", entry->where,
				"menus.%s: this pxeboot was built without nettle, and can't write a password for GRUB",
				page->menu->name);
		grub_add(script, "\techo 'This is behind a password, and not to be had with GRUB.'\n\tsleep 5\n");
		return;
	}
	grub_add(script, "\tpassword_pbkdf2 %s %s", user, password.bytes);
	grub_add(script, "\n\techo 'The user name is %s.'\n\tset superusers=%s\n\tif authenticate %s; then\n"
			 "\t\tunset superusers\n\t", user, user, user);
	add_way(page, entry);
	grub_add(script, "\tfi\n\tunset superusers\n");
}

static void check_key(struct page *page, const struct menu_entry *entry)
{
	if (entry->key && strchr("cev", entry->key))
		diagnostics_add(page->script.diagnostics, PXEBOOT_WARNING, "grub.key", entry->where,
				"menus.%s: in GRUB's menus the key '%c' is GRUB's own, and does not pick this entry",
				page->menu->name, entry->key);
}

static void add_choice(struct page *page, const struct menu_entry *entry)
{
	struct grub_script *script = &page->script;

	check_key(page, entry);
	grub_add(script, "menuentry");
	if (entry->kind == ENTRY_TARGET) {
		grub_add(script, " --id ");
		add_id(&script->body, script->policy, entry);
	}
	if (entry->key && !strchr("cev", entry->key))
		grub_add(script, " --hotkey=%c", entry->key);
	grub_add(script, " -- ");
	add_label(script, entry->label, true);
	grub_add(script, " {\n");
	if (entry->password)
		add_lock(page, entry);
	else
		add_way(page, entry);
	grub_add(script, "}\n");
}

/* The line that waits to be taken: the menu's default where it is shown, else the first that leads somewhere. */
static void add_default(struct page *page, const struct menu_entry *entry)
{
	struct grub_script *script = &page->script;
	bool wanted = entry->target == page->menu->default_target;

	if (page->has_first && !wanted)
		return;
	if (!wanted)
		grub_add(script, "if [ -z \"${default}\" ]; then\n\t");
	grub_add(script, "set default=");
	add_id(&script->body, script->policy, entry);
	grub_add(script, wanted ? "\n" : "\nfi\n");
	page->has_first |= audience_is_everybody(&entry->audience);
}

static void add_entry(struct page *page, const struct menu_entry *entry)
{
	struct grub_script *script = &page->script;

	if (entry->kind == ENTRY_GAP) {
		add_dead_line(script, entry->label);
		return;
	}
	if (entry->kind == ENTRY_BACK) {
		grub_add(script, "if [ -n \"${");
		add_name(page, "from");
		grub_add(script, "}\" ]; then\n");
	} else if (entry->kind == ENTRY_TARGET) {
		add_default(page, entry);
	}
	add_choice(page, entry);
	if (entry->kind == ENTRY_BACK)
		grub_add(script, "fi\n");
}

/* ---- Who sees them ------------------------------------------------------------------------------------------------ */

static void add_archs(struct grub_script *script, const struct audience *audience)
{
	const char *before = "if [";

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		if (!(audience->archs & ARCH_BIT(arch)))
			continue;
		grub_add(script, "%s \"${machine_arch}\" = %s", before, pxeboot_arch_get(arch)->name);
		before = " -o";
	}
	grub_add(script, " ]; then\n");
}

/* How many tests were opened. */
static unsigned add_tests(struct grub_script *script, const struct audience *audience)
{
	unsigned opened = 0;

	if (audience->archs != ARCH_ALL) {
		add_archs(script, audience);
		opened++;
	}
	for (size_t i = 0; i < audience->n_hosts; i++) {
		grub_add(script, "%s \"${machine_id}\" = ", i ? " -o" : "if [");
		render_machine(&script->body, audience->hosts[i]);
	}
	if (audience->n_hosts) {
		grub_add(script, " ]; then\n");
		opened++;
	}
	for (size_t i = 0; i < audience->n_groups; i++)
		grub_add(script, "%s \"${pxeboot_group}\" = %s", i ? " -o" : "if [", audience->groups[i]->name);
	if (audience->n_groups) {
		grub_add(script, " ]; then\n");
		opened++;
	}
	return opened;
}

static void add_entries(struct page *page)
{
	const struct menu *menu = page->menu;

	for (size_t i = 0, next; i < menu->n_entries; i = next) {
		const struct audience *audience = &menu->entries[i].audience;
		unsigned opened = add_tests(&page->script, audience);

		for (next = i; next < menu->n_entries && audience_is_same(audience, &menu->entries[next].audience); next++)
			add_entry(page, &menu->entries[next]);
		while (opened-- > 0)
			grub_add(&page->script, "fi\n");
	}
}

/* ---- The whole ---------------------------------------------------------------------------------------------------- */

static void add_hosts_choice(struct page *page, const char *kind)
{
	struct grub_script *script = &page->script;

	grub_add(script, "if [ -n \"${");
	add_name(page, kind);
	grub_add(script, "}\" ]; then\n\tset %s=\"${", kind);
	add_name(page, kind);
	grub_add(script, "}\"\nfi\n");
}

static void add_settings(struct page *page)
{
	struct grub_script *script = &page->script;
	const struct menu *menu = page->menu;

	if (menu->timeout)
		grub_add(script, "set timeout=%u\n", menu->timeout);
	if (menu->hosts_choose)
		add_hosts_choice(page, "timeout");
	if (menu->hidden) {
		grub_add(script, "if [ -z \"${");
		add_name(page, "shown");
		grub_add(script, "}\" ]; then\n\tset timeout_style=hidden\nfi\n");
	}
}

int grub_render_menu(const struct pxeboot_policy *policy, const struct menu *menu,
		     struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct page page = { .menu = menu };
	struct grub_script *script = &page.script;
	int r;

	grub_init(script, policy, diagnostics);
	add_escape(&page);
	add_note(&page);
	add_settings(&page);
	if (menu->theme)
		add_picture(script, &menu->theme->look);
	grub_add(script, "pxeboot_note\n");
	add_head(&page);
	add_entries(&page);
	if (menu->hosts_choose)
		add_hosts_choice(&page, "default");
	r = grub_finish(script, "menu", menu->name, menu->where, out);
	grub_free(script);
	return r;
}
