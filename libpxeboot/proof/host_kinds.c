/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kinds of hosts (see host_kinds.h): each identity of each host is looked up in a table of the kinds that there are
 * so far, for a fleet has few, and sorting all of it would cost more than the rest of a proof.
 */
#include "proof/host_kinds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "base/mark.h"

/* ---- Comparing ---- */

static int compare(long a, long b)
{
	return a == b ? 0 : a < b ? -1 : 1;
}

static int compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : compare(a != NULL, b != NULL);
}

static int compare_kinds(const void *a, const void *b)
{
	const struct host_kind *left = a, *right = b;
	int r = compare_texts(left->loader, right->loader);

	if (!r)
		r = compare((long)(intptr_t)left->named, (long)(intptr_t)right->named);
	if (!r)
		r = compare(left->boot, right->boot);
	if (!r)
		r = compare(left->once, right->once);
	if (!r)
		r = compare(left->then, right->then);
	if (!r)
		r = compare(left->menu_default, right->menu_default);
	if (!r)
		r = compare(left->menu_timeout, right->menu_timeout);
	if (!r)
		r = compare(left->mac, right->mac);
	return r ? r : compare(left->secure, right->secure);
}

static uint64_t mark_kind(const struct host_kind *kind)
{
	const long numbers[] = {
		(long)(intptr_t)kind->named, kind->boot, kind->once, kind->then, kind->menu_default, kind->menu_timeout, kind->mac,
		kind->secure,
	};
	uint64_t mark = kind->loader ? mark_string(MARK_INIT, kind->loader) : MARK_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		mark = mark_number(mark, (uint64_t)numbers[i]);
	return mark;
}

/* ---- What hosts are ---- */

static void mark_named(const struct pxeboot_policy *policy, bool *named)
{
	for (size_t i = 0; i < policy->n_items; i++) {
		const struct menu *menu = policy->items[i].menu;

		for (size_t j = 0; menu && j < menu->n_entries; j++)
			for (size_t k = 0; k < menu->entries[j].audience.n_hosts; k++)
				named[menu->entries[j].audience.hosts[k] - policy->hosts] = true;
	}
}

static size_t count_identities(const struct pxeboot_policy *policy)
{
	size_t n = 0;

	for (size_t i = 0; i < policy->n_hosts; i++)
		n += policy->hosts[i].n_macs + (policy->hosts[i].has_uuid || policy->hosts[i].serial);
	return n;
}

/* DHCP asks for a host's loader and for the groups that its address is in; scripts for all the rest. */
static struct host_kind kind_at(const struct universe *universe, size_t index, bool named)
{
	const struct host *host = &universe->policy->hosts[index];
	struct host_kind kind = {
		.loader = host_loader_path(host), .host = (uint32_t)index, .part = host->n_macs, .mac = -1,
	};

	if (universe->atoms.door == DOOR_DHCP)
		return kind;
	kind.named = named ? host : NULL;
	kind.boot = host->boot;
	kind.once = host->once;
	kind.then = host->then;
	kind.menu_default = host->menu_default;
	kind.menu_timeout = host->menu_timeout;
	kind.secure = host->secure;
	return kind;
}

/* Where a host has its address, as far as that matters. */
static long mac_of(const struct universe *universe, const struct host *host, size_t part)
{
	size_t atom = atoms_of_mac(&universe->atoms, host->macs[part]);

	if (universe->atoms.door == DOOR_DHCP || (host->secure && !host->loader))
		return (long)atom;
	return box_has(&universe->atoms, universe->rpi, BY_MAC, atom) ? -2 : -1;
}

/* ---- The table ---- */

struct kinds {
	struct host_kind *list;
	size_t n;
	uint32_t *slots;		/* of each kind its index + 1; 0: free */
	size_t mask;
};

static int kinds_init(struct kinds *kinds, size_t most)
{
	size_t size = 16;

	while (size / 2 < most)
		size *= 2;
	kinds->mask = size - 1;
	kinds->list = calloc(most ? most : 1, sizeof(*kinds->list));
	kinds->slots = calloc(size, sizeof(*kinds->slots));
	return kinds->list && kinds->slots ? 0 : -ENOMEM;
}

/* The first one of a kind stands for it. */
static void count_kind(struct kinds *kinds, const struct host_kind *kind)
{
	size_t slot = mark_kind(kind) & kinds->mask;

	while (kinds->slots[slot] && compare_kinds(&kinds->list[kinds->slots[slot] - 1], kind))
		slot = (slot + 1) & kinds->mask;
	if (!kinds->slots[slot]) {
		kinds->list[kinds->n++] = *kind;
		kinds->slots[slot] = (uint32_t)kinds->n;
	}
	kinds->list[kinds->slots[slot] - 1].hosts++;
}

static void count_host(struct kinds *kinds, const struct universe *universe, size_t index, bool named)
{
	const struct host *host = &universe->policy->hosts[index];
	struct host_kind kind = kind_at(universe, index, named);

	if (host->has_uuid || host->serial)
		count_kind(kinds, &kind);
	for (kind.part = 0; kind.part < host->n_macs; kind.part++) {
		kind.mac = mac_of(universe, host, kind.part);
		count_kind(kinds, &kind);
	}
}

int host_kinds_new(const struct universe *universe, struct host_kind **ret_kinds, size_t *ret_n)
{
	const struct pxeboot_policy *policy = universe->policy;
	CLEANUP_FREE bool *named = calloc(policy->n_hosts ? policy->n_hosts : 1, sizeof(*named));
	struct kinds kinds = { .n = 0 };
	int r = kinds_init(&kinds, count_identities(policy));

	if (r < 0 || !named) {
		free(kinds.list);
		free(kinds.slots);
		return -ENOMEM;
	}
	mark_named(policy, named);
	for (size_t i = 0; i < policy->n_hosts; i++)
		count_host(&kinds, universe, i, named[i]);
	free(kinds.slots);
	qsort(kinds.list, kinds.n, sizeof(*kinds.list), compare_kinds);
	*ret_kinds = kinds.list;
	*ret_n = kinds.n;
	return 0;
}
