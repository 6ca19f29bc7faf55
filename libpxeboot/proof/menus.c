/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks what each kind of machine can reach in the menus, by hand and by itself.  By itself goes a machine that nobody
 * sits at: timeouts take defaults, profiles chain to scripts of ours.  Such a way must not come back to where it was.
 */
#include "proof/menus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "proof/handover.h"

/* A default that somebody doesn't see: the menu's, a host's, or a host's on another architecture than it may have. */
enum hiding { HIDES_ITS_OWN, HIDES_HOSTS, MAY_HIDE_HOSTS };
#define HIDINGS 3

struct seen {
	bool reached;
	bool *entries;			/* of a menu: somebody sees it */
	bool hides[HIDINGS], no_way_out, empty, loop;	/* told already */
};

struct menus {
	const struct pxeboot_policy *policy;
	const struct pxeboot_chooser *decide;
	struct pxeboot_diagnostics *diagnostics;
	struct seen *seen;		/* of each item, for all machines together */

	const struct machine *machine;
	bool *reached;			/* of each item, for this one */
	int *queue;
};

/* ---- One entry, one machine --------------------------------------------------------------------------------------- */

static bool sees(const struct machine *machine, const struct menu_entry *entry)
{
	return audience_has(&entry->audience, machine->arch, machine->host, machine->group);
}

/* The host's own choice is for the menu that it boots. */
static bool chooses(const struct machine *machine, int item)
{
	return machine->host && item == machine->host->boot;
}

static int default_of(const struct menus *menus, int item)
{
	const struct menu *menu = menus->policy->items[item].menu;
	const struct machine *machine = menus->machine;

	return chooses(machine, item) && machine->host->menu_default >= 0 ? machine->host->menu_default
									: menu->default_target;
}

static int timeout_of(const struct menus *menus, int item)
{
	const struct machine *machine = menus->machine;

	return chooses(machine, item) && machine->host->menu_timeout >= 0 ? machine->host->menu_timeout
									: (int)menus->policy->items[item].menu->timeout;
}

/* The entry that waits to be taken: the last that the default means, otherwise the first that can be picked.  Back is left
 * out, which is not shown where none led here. */
static const struct menu_entry *waiting(const struct menus *menus, int item)
{
	const struct menu *menu = menus->policy->items[item].menu;
	const struct menu_entry *first = NULL, *meant = NULL;
	int target = default_of(menus, item);

	for (size_t i = 0; i < menu->n_entries; i++) {
		const struct menu_entry *entry = &menu->entries[i];

		if (entry->kind == ENTRY_GAP || entry->kind == ENTRY_BACK || !sees(menus->machine, entry))
			continue;
		first = first ? first : entry;
		meant = menu_entry_is_default(menu, entry, target) ? entry : meant;
	}
	return meant ? meant : first;
}

/* ---- What goes by itself -------------------------------------------------------------------------------------------- */

/* A password is waited for. */
static int taken_at_timeout(const struct menus *menus, int item)
{
	const struct menu_entry *entry = waiting(menus, item);

	return timeout_of(menus, item) > 0 && entry && !entry->password ? entry->target : -1;
}

/* Without a default a timeout takes back where that is the first line; which is there where a menu led here.  Of those,
 * only one that comes here by itself makes a circle. */
static int goes_back_to(const struct menus *menus, int item)
{
	const struct pxeboot_policy *policy = menus->policy;
	const struct menu *menu = policy->items[item].menu;
	size_t first = 0;

	while (first < menu->n_entries &&
	       (menu->entries[first].kind == ENTRY_GAP || !sees(menus->machine, &menu->entries[first])))
		first++;
	if (first == menu->n_entries || menu->entries[first].kind != ENTRY_BACK || default_of(menus, item) >= 0 ||
	    timeout_of(menus, item) <= 0)
		return -1;
	for (size_t i = 0; i < policy->n_items; i++)
		if (menus->reached[i] && policy->items[i].menu && taken_at_timeout(menus, (int)i) == item)
			return (int)i;
	return -1;
}

static int goes_to(const struct menus *menus, int item)
{
	const struct item *at = &menus->policy->items[item];
	int back;

	if (at->profile)
		return handover_of(menus->policy, menus->decide, menus->machine, at->profile);
	back = goes_back_to(menus, item);
	return back >= 0 ? back : taken_at_timeout(menus, item);
}

/* ---- Telling ---------------------------------------------------------------------------------------------------------- */

static void add_machine(struct text *out, const struct machine *machine)
{
	text_addf(out, "%s under %s %s", pxeboot_arch_get(machine->arch)->name, machine->rule.kind, machine->rule.name);
	if (machine->rule.line)
		text_addf(out, " (%s:%u)", machine->rule.file, machine->rule.line);
}

static void add_item(struct text *out, const struct pxeboot_policy *policy, int item)
{
	const struct item *at = &policy->items[item];

	text_addf(out, "%s.%s (%s:%u)", at->menu ? "menus" : "profiles", at->name, at->where.file, at->where.line);
}

static void tell_loop(struct menus *menus, int start)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	const struct pxeboot_policy *policy = menus->policy;
	int item = start;

	add_machine(&path, menus->machine);
	do {
		const struct item *at = &policy->items[item];

		text_add_char(&path, '\n');
		add_item(&path, policy, item);
		if (at->menu) {
			text_addf(&path, " goes on after %d s", timeout_of(menus, item));
		} else {
			text_add(&path, " hands over to '");
			text_add_escaped(&path, at->profile->target);
			text_add_char(&path, '\'');
		}
		item = goes_to(menus, item);
	} while (item != start);
	menus->seen[start].loop = true;
	diagnostics_add(menus->diagnostics, PXEBOOT_ERROR, "chain.loop", policy->items[start].where,
			"chain loop: nobody at the machine, and it goes round for ever; let one of these boot something\n"
			"%s\nand so on for ever", text_string(&path));
}

/* The place to tell a circle at: wherever it was entered, always the same. */
static int first_of_circle(const struct menus *menus, int item)
{
	int first = item, at = item;

	do {
		at = goes_to(menus, at);
		first = at < first ? at : first;
	} while (at != item);
	return first;
}

/* Brent would be faster; policies have tens of items.  What one machine has in a circle may be in another circle of
 * another machine's. */
static void check_loops(struct menus *menus)
{
	size_t n = menus->policy->n_items;

	for (size_t i = 0; i < n; i++) {
		int item = menus->reached[i] ? (int)i : -1;

		for (size_t steps = 0; steps <= n && item >= 0; steps++)
			item = goes_to(menus, item);
		/* Whoever still goes after as many steps as there are items is in a circle. */
		item = item >= 0 ? first_of_circle(menus, item) : -1;
		if (item >= 0 && !menus->seen[item].loop)
			tell_loop(menus, item);
	}
}

/* A host is one machine, with one architecture: would it see its default on another that is served? */
static bool host_may_see(const struct menus *menus, const struct menu *menu, int target)
{
	for (size_t i = 0; i < menu->n_entries; i++)
		for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
			if (menus->policy->served[arch].loader && menu->entries[i].kind == ENTRY_TARGET &&
			    menu->entries[i].target == target &&
			    audience_has(&menu->entries[i].audience, arch, menus->machine->host, menus->machine->group))
				return true;
	return false;
}

static void check_default(struct menus *menus, int item)
{
	const struct menu *menu = menus->policy->items[item].menu;
	bool by_host = chooses(menus->machine, item) && menus->machine->host->menu_default >= 0;
	const struct menu_entry *entry = waiting(menus, item);
	int target = default_of(menus, item);
	CLEANUP_TEXT struct text who = TEXT_INIT;
	enum hiding hiding;

	if (target < 0 || (entry && entry->target == target))
		return;
	hiding = !by_host ? HIDES_ITS_OWN : host_may_see(menus, menu, target) ? MAY_HIDE_HOSTS : HIDES_HOSTS;
	if (menus->seen[item].hides[hiding])
		return;
	menus->seen[item].hides[hiding] = true;
	add_machine(&who, menus->machine);
	diagnostics_add(menus->diagnostics, hiding == MAY_HIDE_HOSTS ? PXEBOOT_NOTE : PXEBOOT_WARNING, "menu.default-hidden",
			by_host ? menus->machine->host->where : menu->where,
			"menus.%s: its default, %s, is not among the entries that a machine sees: %s; after the timeout it "
			"takes the first one; give a default that all of its machines see", menu->name,
			menus->policy->items[target].name, text_string(&who));
}

/* Not worth a warning: the architectures that are served by default are more than most sites have. */
static void check_empty(struct menus *menus, int item)
{
	const struct menu *menu = menus->policy->items[item].menu;
	CLEANUP_TEXT struct text who = TEXT_INIT;
	bool failsafe = false;

	for (size_t i = 0; i < menu->n_entries; i++) {
		if (!sees(menus->machine, &menu->entries[i]))
			continue;
		if (menu->entries[i].kind == ENTRY_TARGET)
			return;
		failsafe |= menu->entries[i].kind == ENTRY_FAILSAFE;
	}
	if (!failsafe || menus->seen[item].empty)
		return;
	menus->seen[item].empty = true;
	add_machine(&who, menus->machine);
	diagnostics_add(menus->diagnostics, PXEBOOT_NOTE, "menu.empty", menus->policy->items[item].where,
			"menus.%s: none of its entries is for %s; such a machine is shown the loader's own way out",
			menu->name, text_string(&who));
}

/* Can the machine come from this menu to anything that boots, or to the loader's own way out? */
static bool has_way_out(const struct menus *menus, int item, bool *visited)
{
	const struct menu *menu = menus->policy->items[item].menu;

	if (!menu)
		return true;
	if (visited[item])
		return false;
	visited[item] = true;
	for (size_t i = 0; i < menu->n_entries; i++) {
		const struct menu_entry *entry = &menu->entries[i];

		if (!sees(menus->machine, entry))
			continue;
		if (entry->kind == ENTRY_FAILSAFE ||
		    (entry->kind == ENTRY_TARGET && has_way_out(menus, entry->target, visited)))
			return true;
	}
	return false;
}

static int check_way_out(struct menus *menus, int item)
{
	bool *visited = calloc(menus->policy->n_items, sizeof(*visited));
	CLEANUP_TEXT struct text who = TEXT_INIT;
	bool fine = visited && has_way_out(menus, item, visited);

	free(visited);
	if (!visited)
		return -ENOMEM;
	if (fine || menus->seen[item].no_way_out)
		return 0;
	menus->seen[item].no_way_out = true;
	add_machine(&who, menus->machine);
	diagnostics_add(menus->diagnostics, PXEBOOT_WARNING, "menu.no-way-out", menus->policy->items[item].where,
			"menus.%s: from here nothing can be booted, however often something is picked, by %s; give it a "
			"profile that such machines see", menus->policy->items[item].name, text_string(&who));
	return 0;
}

/* ---- Walking ------------------------------------------------------------------------------------------------------------ */

static void reach(struct menus *menus, int item, size_t *n)
{
	if (item < 0 || menus->reached[item])
		return;
	menus->reached[item] = true;
	menus->seen[item].reached = true;
	menus->queue[(*n)++] = item;
}

static int visit(struct menus *menus, int item, size_t *n)
{
	const struct menu *menu = menus->policy->items[item].menu;

	reach(menus, goes_to(menus, item), n);
	if (!menu)
		return 0;
	for (size_t i = 0; i < menu->n_entries; i++) {
		if (!sees(menus->machine, &menu->entries[i]))
			continue;
		menus->seen[item].entries[i] = true;
		if (menu->entries[i].kind == ENTRY_TARGET)
			reach(menus, menu->entries[i].target, n);
	}
	check_default(menus, item);
	check_empty(menus, item);
	return check_way_out(menus, item);
}

static int prove_machine(struct menus *menus, const struct machine *machine)
{
	size_t n = 0;
	int r = 0;

	menus->machine = machine;
	memset(menus->reached, 0, menus->policy->n_items * sizeof(*menus->reached));
	reach(menus, machine->start, &n);
	for (size_t i = 0; i < n && r == 0; i++)
		r = visit(menus, menus->queue[i], &n);
	if (r == 0)
		check_loops(menus);
	return r;
}

/* ---- What nobody reaches ------------------------------------------------------------------------------------------------ */

static void check_entries(const struct menus *menus, size_t item)
{
	const struct menu *menu = menus->policy->items[item].menu;

	for (size_t i = 0; i < menu->n_entries; i++) {
		const struct menu_entry *entry = &menu->entries[i];

		if (menus->seen[item].entries[i] || entry->kind != ENTRY_TARGET)
			continue;
		diagnostics_add(menus->diagnostics, PXEBOOT_WARNING, "menu.dead-entry", entry->where,
				"menus.%s: no machine that comes here sees the entry for %s; let somebody see it (arch, firmware, "
				"hosts, groups), or drop it", menu->name, menus->policy->items[entry->target].name);
	}
}

static void check_unreached(const struct menus *menus)
{
	const struct pxeboot_policy *policy = menus->policy;

	for (size_t i = 0; i < policy->n_items; i++) {
		const struct item *item = &policy->items[i];

		if (menus->seen[i].reached && item->menu)
			check_entries(menus, i);
		else if (!menus->seen[i].reached)
			diagnostics_add(menus->diagnostics, PXEBOOT_NOTE, "menu.unreached", item->where,
					"%s.%s: no machine comes here, unless by pxeboot once", item->menu ? "menus" : "profiles", item->name);
	}
}

/* ---- All of them ---------------------------------------------------------------------------------------------------------- */

static int prepare(struct menus *menus)
{
	size_t n = menus->policy->n_items;

	menus->seen = calloc(n, sizeof(*menus->seen));
	menus->reached = calloc(n, sizeof(*menus->reached));
	menus->queue = calloc(n, sizeof(*menus->queue));
	if (!menus->seen || !menus->reached || !menus->queue)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct menu *menu = menus->policy->items[i].menu;

		menus->seen[i].entries = calloc(menu && menu->n_entries ? menu->n_entries : 1, sizeof(bool));
		if (!menus->seen[i].entries)
			return -ENOMEM;
	}
	return 0;
}

static void release(struct menus *menus)
{
	for (size_t i = 0; menus->seen && i < menus->policy->n_items; i++)
		free(menus->seen[i].entries);
	free(menus->seen);
	free(menus->reached);
	free(menus->queue);
}

int menus_prove(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, const struct machine *machines,
		size_t n, struct pxeboot_diagnostics *diagnostics)
{
	struct menus menus = { .policy = policy, .decide = decide, .diagnostics = diagnostics };
	int r = prepare(&menus);

	for (size_t i = 0; i < n && r == 0; i++)
		r = prove_machine(&menus, &machines[i]);
	if (r == 0)
		check_unreached(&menus);
	release(&menus);
	return r;
}
