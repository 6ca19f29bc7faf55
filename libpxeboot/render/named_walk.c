/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Through menus to profiles, with the architectures that are left on the way.
 */
#include "render/named.h"

#define ARCH_UEFI (ARCH_ALL & ~ARCH_BIT(PXEBOOT_ARCH_BIOS))

/* What is for every machine, or for all with UEFI, does not name architectures one by one. */
static bool names(unsigned archs)
{
	return (archs & ARCH_ALL) != ARCH_ALL && (archs & ARCH_UEFI) != ARCH_UEFI;
}

unsigned named_served(const struct pxeboot_policy *policy)
{
	unsigned archs = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (policy->served[arch].loader)
			archs |= ARCH_BIT(arch);
	return archs;
}

static bool sees(const struct who *who, const struct audience *audience)
{
	bool host = !audience->n_hosts || who->some_host, group = !audience->n_groups;

	for (size_t i = 0; i < audience->n_hosts && !host; i++)
		host = who->host && audience->hosts[i] == who->host;
	for (size_t i = 0; i < audience->n_groups && !group; i++)
		group = who->group && audience->groups[i] == who->group;
	return host && group;
}

static struct visit narrow(struct visit visit, unsigned archs)
{
	visit.archs &= archs;
	visit.meant = names(archs) ? visit.archs : visit.meant & archs;
	return visit;
}

/* Again where something is new, so that it ends. */
static void walk(const struct pxeboot_policy *policy, const struct who *who, int item, struct visit visit,
		 struct visit *visits)
{
	const struct menu *menu = policy->items[item].menu;
	struct visit *seen = &visits[item];

	if (!menu)
		visit = narrow(visit, policy->items[item].profile->archs);
	if (!(visit.archs & ~seen->archs) && !(visit.meant & ~seen->meant))
		return;
	seen->archs |= visit.archs;
	seen->meant |= visit.meant;
	for (size_t i = 0; menu && i < menu->n_entries; i++) {
		const struct menu_entry *entry = &menu->entries[i];

		if (entry->kind == ENTRY_TARGET && sees(who, &entry->audience))
			walk(policy, who, entry->target, narrow(visit, entry->audience.archs), visits);
	}
}

static unsigned archs_of_term(const struct group_term *term)
{
	unsigned archs = 0;

	if (term->kind != TERM_ARCH && term->kind != TERM_FIRMWARE)
		return ARCH_ALL;
	for (size_t i = 0; i < term->n_values; i++)
		archs |= term->values[i].archs;
	return archs;
}

void named_walk(const struct pxeboot_policy *policy, const struct who *who, int item, struct visit *visits)
{
	struct visit visit = { named_served(policy), 0 };

	for (size_t i = 0; who->group && i < who->group->n_terms; i++)
		visit = narrow(visit, archs_of_term(&who->group->terms[i]));
	walk(policy, who, item, visit, visits);
}
