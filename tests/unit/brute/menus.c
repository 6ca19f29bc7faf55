/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What each kind of machine does in menus: what it is shown are the screens of pxeboot_screen_new(), where it goes by hand is
 * every line, where it goes by itself is the line that waits when the time is over.
 */
#include <stdlib.h>

#include "brute.h"
#include "policy/policy.h"

/* One item as the viewer finds it. */
struct place {
	struct pxeboot_screen *screen;	/* of a menu */
	int handed;			/* of a profile: the item that it hands over to, or -1 */
	bool reached;
};

struct menus {
	struct brute *brute;
	size_t n_items;
	bool reached[BRUTE_ITEMS];			/* by any viewer */
	bool seen[BRUTE_ITEMS][BRUTE_ITEMS];		/* entries of menus, by any viewer that comes there */

	const struct brute_viewer *viewer;
	const struct host *host;			/* that the viewer is, or NULL */
	int root;
	struct place places[BRUTE_ITEMS];
};

static const struct item *item_at(const struct menus *menus, int item)
{
	return &menus->brute->policy->items[item];
}

static int item_named(const struct menus *menus, const char *name, size_t length)
{
	for (size_t i = 0; i < menus->n_items; i++) {
		const char *other = menus->brute->policy->items[i].name;

		if (strlen(other) == length && !memcmp(other, name, length))
			return (int)i;
	}
	return -1;
}

/* ---- Profiles that hand over ---- */

static const char *skip(const char *text, const char *prefix)
{
	return prefix && !strncmp(text, prefix, strlen(prefix)) ? text + strlen(prefix) : NULL;
}

/* In the boot root, which TFTP and HTTP both serve; NULL elsewhere.  What a server is asked beside the name is cut off. */
static void path_of(const struct menus *menus, const char *target, char ret_path[64])
{
	const char *rest = skip(target, BRUTE_TFTP "/");

	if (!rest && pxeboot_policy_get(menus->brute->policy, "server.http"))
		rest = skip(target, BRUTE_HTTP "/");
	if (!rest)
		rest = strstr(target, "://") ? "" : target;
	ret_path[0] = '\0';
	strncat(ret_path, rest, strcspn(rest, "?") < 63 ? strcspn(rest, "?") : 63);
}

/* "menus/NAME.ipxe", which is there when NAME is a menu. */
static int item_of(const struct menus *menus, const char *path, const char *folder, bool menu)
{
	const char *name = skip(path, folder), *end = name ? strstr(name, ".ipxe") : NULL;
	int item = end && !end[5] ? item_named(menus, name, (size_t)(end - name)) : -1;

	return item >= 0 && (item_at(menus, item)->menu != NULL) == menu ? item : -1;
}

/* An iPXE that starts on this machine asks DHCP again. */
static bool is_ipxe_for(const struct menus *menus, const char *path)
{
	struct pxeboot_program program;
	bool served = false;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *loader = pxeboot_policy_loader(menus->brute->policy, arch);

		served |= loader && !strcmp(loader, path);
	}
	pxeboot_program_by_name(path, &program);
	if (!served || program.kind != PXEBOOT_PROGRAM_IPXE)
		return false;
	if (program.arch != PXEBOOT_ARCH_NONE)
		return program.arch == menus->viewer->arch;
	return menus->viewer->arch == PXEBOOT_ARCH_BIOS ? program.bios : program.uefi;
}

static int handed_to(const struct menus *menus, const struct profile *profile)
{
	char path[64];
	int item;

	if (!profile->target)
		return -1;
	path_of(menus, profile->target, path);
	if (!strcmp(path, "boot.ipxe") || !strcmp(path, "autoexec.ipxe") || is_ipxe_for(menus, path))
		return menus->root;
	item = item_of(menus, path, "menus/", true);
	return item >= 0 ? item : item_of(menus, path, "profiles/", false);
}

/* ---- One viewer ---- */

static int target_of(const struct menus *menus, const struct pxeboot_line *line)
{
	return line->target ? item_named(menus, line->target, strlen(line->target)) : -1;
}

/* Where the machine goes when nobody is there; -1: it stays, or boots something. */
static int goes_to(const struct menus *menus, int item)
{
	const struct pxeboot_screen *screen = menus->places[item].screen;

	if (!screen)
		return menus->places[item].handed;
	if (!screen->timeout || screen->selected == screen->n_lines || screen->lines[screen->selected].locked)
		return -1;
	return target_of(menus, &screen->lines[screen->selected]);
}

static bool reach(struct menus *menus, int item)
{
	bool is_new = item >= 0 && !menus->places[item].reached;

	if (is_new)
		menus->places[item].reached = true;
	return is_new;
}

/* Until nothing new is found. */
static void reach_all(struct menus *menus)
{
	bool more = reach(menus, menus->root);

	while (more) {
		more = false;
		for (size_t i = 0; i < menus->n_items; i++) {
			const struct pxeboot_screen *screen = menus->places[i].screen;

			if (!menus->places[i].reached)
				continue;
			more |= reach(menus, goes_to(menus, (int)i));
			for (size_t j = 0; screen && j < screen->n_lines; j++)
				more |= reach(menus, target_of(menus, &screen->lines[j]));
		}
	}
}

static void enter(struct menus *menus)
{
	for (size_t i = 0; i < menus->n_items; i++) {
		const struct item *item = item_at(menus, (int)i);

		menus->places[i] = (struct place){ .handed = -1 };
		if (item->menu && pxeboot_screen_new(menus->brute->policy, item->name, menus->viewer->client, false, NULL,
						     &menus->places[i].screen) < 0)
			abort();
		if (item->profile)
			menus->places[i].handed = handed_to(menus, item->profile);
		menus->brute->walks++;
	}
	reach_all(menus);
}

static void leave(struct menus *menus)
{
	for (size_t i = 0; i < menus->n_items; i++)
		pxeboot_screen_free(menus->places[i].screen);
}

/* ---- Faults ---- */

static void tell(struct menus *menus, const char *id, struct location where)
{
	brute_add(&menus->brute->findings, id, where.line);
}

/* Round and round: told at the first of those in the circle, as the policy has them. */
static void find_loop(struct menus *menus, int item)
{
	int at = item, first;

	for (size_t steps = 0; steps <= menus->n_items && at >= 0; steps++)
		at = goes_to(menus, at);
	if (at < 0)
		return;
	first = at;
	for (int next = goes_to(menus, at); next != at; next = goes_to(menus, next))
		first = next < first ? next : first;
	tell(menus, "chain.loop", item_at(menus, first)->where);
}

/* Does the line that waits lead to what should wait? */
static bool waits(const struct menus *menus, int item, int target)
{
	const struct pxeboot_screen *screen = menus->places[item].screen;

	return screen->selected < screen->n_lines && target_of(menus, &screen->lines[screen->selected]) == target;
}

/* Hosts that are alike are told once. */
static void find_hidden_default(struct menus *menus, int item)
{
	const struct menu *menu = item_at(menus, item)->menu;
	bool by_host = menus->host && item == menus->root && menus->host->menu_default >= 0;
	int target = by_host ? menus->host->menu_default : menu->default_target;

	if (target < 0 || waits(menus, item, target))
		return;
	if (by_host)
		brute_add(&menus->brute->once[item], "menu.default-hidden", menus->host->where.line);
	else
		tell(menus, "menu.default-hidden", menu->where);
}

/* Does any line lead to a profile, or to the loader's own way out, at last? */
static bool leads_out(const struct menus *menus, int item, bool been[BRUTE_ITEMS])
{
	const struct pxeboot_screen *screen = menus->places[item].screen;

	if (!screen)
		return true;
	if (been[item])
		return false;
	been[item] = true;
	for (size_t i = 0; i < screen->n_lines; i++) {
		const struct pxeboot_line *line = &screen->lines[i];

		if (line->kind == PXEBOOT_LINE_ITEM && (!line->target || leads_out(menus, target_of(menus, line), been)))
			return true;
	}
	return false;
}

/* Nothing to pick but the loader's own way out. */
static void find_empty(struct menus *menus, int item)
{
	const struct pxeboot_screen *screen = menus->places[item].screen;

	for (size_t i = 0; i < screen->n_lines; i++)
		if (screen->lines[i].target)
			return;
	tell(menus, "menu.empty", item_at(menus, item)->where);
}

/* Entries have their number for a label. */
static void mark_seen(struct menus *menus, int item)
{
	const struct pxeboot_screen *screen = menus->places[item].screen;

	for (size_t i = 0; i < screen->n_lines; i++)
		if (screen->lines[i].target)
			menus->seen[item][strtoul(screen->lines[i].text, NULL, 10)] = true;
}

static void look_around(struct menus *menus)
{
	for (size_t i = 0; i < menus->n_items; i++) {
		bool been[BRUTE_ITEMS] = { false };

		if (!menus->places[i].reached)
			continue;
		menus->reached[i] = true;
		find_loop(menus, (int)i);
		if (!menus->places[i].screen)
			continue;
		mark_seen(menus, (int)i);
		find_hidden_default(menus, (int)i);
		find_empty(menus, (int)i);
		if (!leads_out(menus, (int)i, been))
			tell(menus, "menu.no-way-out", item_at(menus, (int)i)->where);
	}
}

static void find_unseen(struct menus *menus)
{
	for (size_t i = 0; i < menus->n_items; i++) {
		const struct item *item = item_at(menus, (int)i);

		if (!menus->reached[i])
			tell(menus, "menu.unreached", item->where);
		for (size_t j = 0; menus->reached[i] && item->menu && j < item->menu->n_entries; j++)
			if (item->menu->entries[j].target >= 0 && !menus->seen[i][j])
				tell(menus, "menu.dead-entry", item->menu->entries[j].where);
	}
}

void brute_menus(struct brute *brute, const struct brute_viewer *viewers, size_t n)
{
	struct menus menus = { .brute = brute, .n_items = brute->policy->n_items };

	if (menus.n_items > BRUTE_ITEMS)
		abort();
	for (size_t i = 0; i < n; i++) {
		struct pxeboot_decision decision;

		menus.viewer = &viewers[i];
		pxeboot_decide(brute->policy, viewers[i].client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
		menus.root = item_named(&menus, decision.boot, strlen(decision.boot));
		menus.host = strcmp(viewers[i].rule_kind, "host") ? NULL : policy_host_by_name(brute->policy, viewers[i].rule_name);
		enter(&menus);
		look_around(&menus);
		leave(&menus);
	}
	find_unseen(&menus);
}
