/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * menus/NAME.ipxe: a menu, with its theme where iPXE can show it.  An item's name is the file that it leads to.
 */
#include <stdio.h>

#include "render/render.h"
#include "render/script.h"

/* Colour numbers that a theme redefines.  The background of text and gaps is left to the default colour (9), which lets
 * the picture through. */
enum { COLOUR_HIGHLIGHT_BACKGROUND = 1, COLOUR_HIGHLIGHT = 5, COLOUR_GAP = 6, COLOUR_TEXT = 7, COLOUR_DEFAULT = 9 };
enum { PAIR_NORMAL = 1, PAIR_SELECT = 2, PAIR_SEPARATOR = 3 };

/* For consoles without RGB: which of the eight basic colours is nearest. */
static unsigned basic_colour(uint32_t rgb)
{
	unsigned red = rgb >> 16 & 0xff, green = rgb >> 8 & 0xff, blue = rgb & 0xff;

	return (red > 0x7f ? 1u : 0u) | (green > 0x7f ? 2u : 0u) | (blue > 0x7f ? 4u : 0u);
}

static void add_colour(struct script *script, uint32_t rgb, int number)
{
	script_add(script, "colour --basic %u --rgb 0x%06x %d ||\n", basic_colour(rgb), (unsigned)rgb, number);
}

static void add_pair(struct script *script, const struct theme_colour *colour, int number, int background, int pair)
{
	if (!colour->set)
		return;
	add_colour(script, colour->foreground, number);
	if (colour->has_background && background != COLOUR_DEFAULT)
		add_colour(script, colour->background, background);
	script_add(script, "cpair --foreground %d --background %d %d ||\n", number, background, pair);
}

/* Every line is guarded: an iPXE without console, framebuffer or PNG shows the same menu as text. */
static void add_theme(struct script *script, const struct theme *theme, const char *subject)
{
	static const char *const margins[] = { "left", "right", "top", "bottom" };

	if (theme->picture) {
		script_add(script, "console");
		if (theme->size[0])
			script_add(script, " --x %u --y %u", theme->size[0], theme->size[1]);
		for (size_t i = 0; i < ARRAY_SIZE(margins); i++)
			if (theme->margins[i])
				script_add(script, " --%s %u", margins[i], theme->margins[i]);
		script_add(script, " --picture ${base}/themes/");
		script_add_word(script, theme->picture, theme->where, subject);
		script_add(script, " ||\n");
	}
	add_pair(script, &theme->text, COLOUR_TEXT, COLOUR_DEFAULT, PAIR_NORMAL);
	add_pair(script, &theme->highlight, COLOUR_HIGHLIGHT, COLOUR_HIGHLIGHT_BACKGROUND, PAIR_SELECT);
	add_pair(script, &theme->gap, COLOUR_GAP, COLOUR_DEFAULT, PAIR_SEPARATOR);
}

static void add_item_name(struct script *script, const struct item *item)
{
	render_item_path(&script->body, item);
}

static void add_item(struct script *script, const struct menu_entry *entry, const char *subject)
{
	script_add(script, "item ");
	if (entry->key)
		script_add(script, "--key %c ", entry->key);
	add_item_name(script, &script->policy->items[entry->target]);
	script_add(script, " ");
	script_add_words(script, entry->label, entry->where, subject);
}

static unsigned entry_archs(const struct script *script, const struct menu_entry *entry)
{
	const struct profile *profile = script->policy->items[entry->target].profile;

	return entry->archs & (profile ? profile->archs : ARCH_ALL);
}

/* An entry for some architectures is one guarded line for each of them; a machine has one. */
static void add_entry(struct script *script, const struct menu_entry *entry, const char *subject)
{
	if (entry->is_gap) {
		script_add(script, "item --gap -- ");
		script_add_words(script, entry->label, entry->where, subject);
		script_add(script, "\n");
		return;
	}
	if (entry_archs(script, entry) == ARCH_ALL) {
		add_item(script, entry, subject);
		script_add(script, "\n");
		return;
	}
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		if (!(entry_archs(script, entry) & ARCH_BIT(arch)))
			continue;
		script_add_arch_test(script, arch);
		script_add(script, " && ");
		add_item(script, entry, subject);
		script_add(script, " ||\n");
	}
}

static void add_choose(struct script *script, const struct menu *menu)
{
	script_add(script, "choose ");
	if (menu->default_target >= 0) {
		script_add(script, "--default ");
		add_item_name(script, &script->policy->items[menu->default_target]);
		script_add(script, " ");
	}
	if (menu->timeout)
		script_add(script, "--timeout %u ", menu->timeout * 1000);
	/* Escape draws the menu anew. */
	script_add(script, "outcome || goto start\n");
}

int render_menu(const struct pxeboot_policy *policy, const struct menu *menu,
		struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct script script;
	char subject[96];
	int r;

	snprintf(subject, sizeof(subject), "menus.%s", menu->name);
	script_init(&script, policy, diagnostics);
	script_add(&script, ":start\n");
	if (menu->theme)
		add_theme(&script, menu->theme, subject);
	script_add(&script, "menu -- ");
	script_add_words(&script, menu->title, menu->where, subject);
	script_add(&script, "\n");
	for (size_t i = 0; i < menu->n_entries; i++)
		add_entry(&script, &menu->entries[i], subject);
	add_choose(&script, menu);
	if (menu->theme && menu->theme->picture)
		script_add(&script, "console ||\n");
	script_add(&script, "chain --replace --autofree ${base}/${outcome} || goto failed\n");
	script_add_failsafe(&script);
	r = script_finish(&script, "menu", menu->name, menu->where, out);
	script_free(&script);
	return r;
}
