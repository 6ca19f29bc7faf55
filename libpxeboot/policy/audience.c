/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who sees an entry, and which one is meant: what every boot loader's scripts must ask. */
#include "policy/policy.h"

bool audience_is_everybody(const struct audience *audience)
{
	return audience->archs == ARCH_ALL && !audience->n_hosts && !audience->n_groups;
}

static bool has_host(const struct audience *audience, const struct host *host)
{
	for (size_t i = 0; i < audience->n_hosts; i++)
		if (audience->hosts[i] == host)
			return true;
	return !audience->n_hosts;
}

static bool has_group(const struct audience *audience, const struct group *group)
{
	for (size_t i = 0; i < audience->n_groups; i++)
		if (audience->groups[i] == group)
			return true;
	return !audience->n_groups;
}

bool audience_has(const struct audience *audience, int arch, const struct host *host, const struct group *group)
{
	bool has_arch = arch == PXEBOOT_ARCH_NONE ? audience->archs == ARCH_ALL : audience->archs & ARCH_BIT(arch);

	return has_arch && has_host(audience, host) && has_group(audience, group);
}

bool audience_is_same(const struct audience *a, const struct audience *b)
{
	return a->archs == b->archs && a->n_hosts == b->n_hosts && (!a->n_hosts || a->hosts == b->hosts) &&
	       a->n_groups == b->n_groups && (!a->n_groups || a->groups == b->groups);
}

bool menu_entry_is_default(const struct menu *menu, const struct menu_entry *entry, int target)
{
	const struct menu_entry *first = menu->entries;

	if (target < 0 || entry->kind != ENTRY_TARGET || entry->target != target)
		return false;
	while (first->kind != ENTRY_TARGET || first->target != target)
		first++;
	return first->password ? entry == first : !entry->password;
}
