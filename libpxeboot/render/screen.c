/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A menu as one machine is shown it: the entries, tests and texts of its script, worked out beforehand.
 */
#include <errno.h>
#include <string.h>

#include "render/theme.h"
#include "render/viewer.h"

/* What the public struct lends, and who owns it. */
struct screen {
	struct pxeboot_screen shown;		/* first: the caller has its address */
	struct pxeboot_line *lines;
	char **texts;
	size_t n_texts;
};

static int keep_text(struct screen *screen, const struct viewer *viewer, const char *string, struct location where,
		     const char **ret_text)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r = viewer_add_text(viewer, string, where, "menus", &text);

	if (r == 0)
		r = text_take(&text, &screen->texts[screen->n_texts], NULL);
	if (r == 0)
		*ret_text = screen->texts[screen->n_texts++];
	return r;
}

/* ---- Lines -------------------------------------------------------------------------------------------------------- */

static bool sees(const struct viewer *viewer, const struct audience *audience)
{
	return audience_has(audience, viewer->arch, viewer->host, viewer->group);
}

static int add_line(struct screen *screen, const struct viewer *viewer, struct pxeboot_line line, const char *text,
		    struct location where)
{
	int r = keep_text(screen, viewer, text, where, &line.text);

	if (r == 0)
		screen->lines[screen->shown.n_lines++] = line;
	return r;
}

static int add_status(struct screen *screen, const struct viewer *viewer, struct location where)
{
	const struct pxeboot_line gap = { .kind = PXEBOOT_LINE_GAP };
	int r = add_line(screen, viewer, gap, viewer->host ? "${name} - ${mac} - ${ip} - ${arch}" :
			 "${mac} - ${ip} - ${arch}", where);

	return r ? r : add_line(screen, viewer, gap, "", where);
}

static int add_entry(struct screen *screen, const struct viewer *viewer, const struct menu_entry *entry)
{
	struct pxeboot_line line = {
		.kind = entry->kind == ENTRY_GAP ? PXEBOOT_LINE_GAP : PXEBOOT_LINE_ITEM, .key = entry->key,
		.locked = entry->password != NULL,
		.target = entry->kind == ENTRY_TARGET ? viewer->policy->items[entry->target].name : NULL,
	};

	return add_line(screen, viewer, line, entry->label, entry->where);
}

static bool is_boots_menu(const struct viewer *viewer, const struct menu *menu)
{
	return viewer->host && viewer->policy->items[viewer->host->boot].menu == menu;
}

static int default_of(const struct viewer *viewer, const struct menu *menu)
{
	bool own = is_boots_menu(viewer, menu) && viewer->host->menu_default >= 0;

	return own ? viewer->host->menu_default : menu->default_target;
}

static bool is_shown(const struct viewer *viewer, const struct menu_entry *entry, bool from)
{
	return sees(viewer, &entry->audience) && (from || entry->kind != ENTRY_BACK);
}

/* iPXE takes the last entry that the default means, and where there is none the first one. */
static int add_entries(struct screen *screen, const struct viewer *viewer, const struct menu *menu, bool from)
{
	int target = default_of(viewer, menu), r = 0;
	bool has_first = false;

	for (size_t i = 0; i < menu->n_entries && r == 0; i++) {
		const struct menu_entry *entry = &menu->entries[i];
		bool is_default = menu_entry_is_default(menu, entry, target);

		if (!is_shown(viewer, entry, from))
			continue;
		if (is_default || (!has_first && entry->kind != ENTRY_GAP))
			screen->shown.selected = screen->shown.n_lines;
		has_first |= entry->kind != ENTRY_GAP;
		r = add_entry(screen, viewer, entry);
	}
	if (!has_first)
		screen->shown.selected = screen->shown.n_lines;
	return r;
}

static int fill(struct screen *screen, const struct viewer *viewer, const struct menu *menu, bool from)
{
	int r = keep_text(screen, viewer, menu->title, menu->where, &screen->shown.title);

	if (r == 0 && menu->status)
		r = add_status(screen, viewer, menu->where);
	if (r == 0)
		r = add_entries(screen, viewer, menu, from);
	screen->shown.timeout = is_boots_menu(viewer, menu) && viewer->host->menu_timeout >= 0 ?
		(unsigned)viewer->host->menu_timeout : menu->timeout;
	screen->shown.hidden = menu->hidden;
	screen->shown.title_takes_colour = theme_colours_title(menu);
	screen->shown.title_stays_centred = theme_centres_title(menu);
	screen->shown.theme = menu->theme ? menu->theme->look.name : NULL;
	return r;
}

/* ---- Public ------------------------------------------------------------------------------------------------------- */

static struct screen *screen_new(const struct menu *menu)
{
	struct screen *screen = calloc(1, sizeof(*screen));

	if (!screen)
		return NULL;
	/* Title and status line. */
	screen->lines = calloc(menu->n_entries + 2, sizeof(*screen->lines));
	screen->texts = calloc(menu->n_entries + 3, sizeof(*screen->texts));
	screen->shown.lines = screen->lines;
	if (screen->lines && screen->texts)
		return screen;
	pxeboot_screen_free(&screen->shown);
	return NULL;
}

int pxeboot_screen_new(const struct pxeboot_policy *policy, const char *name, const struct pxeboot_client *client,
		       bool from, struct pxeboot_diagnostics *diagnostics, struct pxeboot_screen **ret_screen)
{
	int item = policy && name ? policy_item_by_name(policy, name) : -1;
	const struct menu *menu = item < 0 ? NULL : policy->items[item].menu;

	if (!policy || !name || !client || !ret_screen)
		return -EINVAL;
	if (!menu)
		return -ENOENT;
	struct viewer viewer = viewer_of(policy, client, diagnostics);
	struct screen *screen = screen_new(menu);
	int r = screen ? fill(screen, &viewer, menu, from) : -ENOMEM;

	if (r < 0 && screen)
		pxeboot_screen_free(&screen->shown);
	if (r == 0)
		*ret_screen = &screen->shown;
	return r;
}

void pxeboot_screen_free(struct pxeboot_screen *shown)
{
	struct screen *screen = (struct screen *)shown;

	if (!screen)
		return;
	for (size_t i = 0; i < screen->n_texts; i++)
		free(screen->texts[i]);
	free(screen->texts);
	free(screen->lines);
	free(screen);
}
