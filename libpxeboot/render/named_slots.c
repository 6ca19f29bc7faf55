/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each name of a file in a profile, once, whoever comes to it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "render/named.h"
#include "render/render.h"

/* Beside PXELINUX, and only where that is what BIOS gets. */
bool named_runs_pxelinux(const struct pxeboot_policy *policy)
{
	const char *loader = policy->served[PXEBOOT_ARCH_BIOS].loader;

	return policy->pxelinux && loader && strstr(render_file_name(loader), "pxelinux.0");
}

static void add_slot(struct slots *slots, const struct item *item, enum pxeboot_role role, const char *text,
		     struct location where, unsigned archs)
{
	struct slot *slot = &slots->slots[slots->count++];

	*slot = (struct slot){ .role = role, .item = item, .text = text, .where = where, .archs = archs };
	named_look_at_variables(slot);
}

/* boot/bcd and boot/boot.sdi lie as on the medium, boot.wim in its sources/. */
static const char *beside_wim(struct slots *slots, const char *wim, const char *name)
{
	const char *tail = strstr(wim, "sources/");
	char *path = NULL;

	if (asprintf(&path, "%.*s%s", tail ? (int)(tail - wim) : 0, wim, name) < 0) {
		slots->error = -ENOMEM;
		return "";
	}
	slots->owned[slots->n_owned++] = path;
	return path;
}

static void add_wim(struct slots *slots, const struct item *item)
{
	const struct location where = item->profile->target_where;
	const char *wim = item->profile->target;

	add_slot(slots, item, PXEBOOT_ROLE_WIM, wim, where, ARCH_ALL);
	add_slot(slots, item, PXEBOOT_ROLE_WIMBOOT, "wimboot", where, ARCH_ALL);
	add_slot(slots, item, PXEBOOT_ROLE_BCD, beside_wim(slots, wim, "boot/bcd"), where, ARCH_ALL);
	add_slot(slots, item, PXEBOOT_ROLE_SDI, beside_wim(slots, wim, "boot/boot.sdi"), where, ARCH_ALL);
}

static void add_iso(struct slots *slots, const struct item *item)
{
	const struct profile *profile = item->profile;

	add_slot(slots, item, PXEBOOT_ROLE_ISO, profile->target, profile->target_where, ARCH_ALL);
	if (named_runs_pxelinux(slots->policy))
		add_slot(slots, item, PXEBOOT_ROLE_MEMDISK, "memdisk", profile->target_where,
			 ARCH_BIT(PXEBOOT_ARCH_BIOS));
}

static void add_kernel(struct slots *slots, const struct item *item)
{
	const struct profile *profile = item->profile;

	add_slot(slots, item, PXEBOOT_ROLE_KERNEL, profile->target, profile->target_where, ARCH_ALL);
	for (size_t i = 0; i < profile->n_initrds; i++)
		add_slot(slots, item, PXEBOOT_ROLE_INITRD, profile->initrds[i], profile->target_where, ARCH_ALL);
}

static void add_profile(struct slots *slots, const struct item *item)
{
	const struct profile *profile = item->profile;

	switch (profile->payload) {
	case PAYLOAD_KERNEL:
		add_kernel(slots, item);
		break;
	case PAYLOAD_ISO:
		add_iso(slots, item);
		break;
	case PAYLOAD_WIM:
		add_wim(slots, item);
		break;
	case PAYLOAD_EFI:
		add_slot(slots, item, PXEBOOT_ROLE_EFI, profile->target, profile->target_where, ARCH_ALL);
		break;
	case PAYLOAD_CHAIN:
		add_slot(slots, item, PXEBOOT_ROLE_CHAIN, profile->target, profile->target_where, ARCH_ALL);
		break;
	case PAYLOAD_SAN:
	case PAYLOAD_ACTION:
		break;
	}
}

int named_slots(const struct pxeboot_policy *policy, struct slots *slots)
{
	size_t count = 0;

	for (size_t i = 0; i < policy->n_items; i++)
		count += policy->items[i].profile ? 4 + policy->items[i].profile->n_initrds : 0;
	slots->policy = policy;
	slots->slots = calloc(count + 1, sizeof(*slots->slots));
	slots->owned = calloc(count + 1, sizeof(*slots->owned));
	if (!slots->slots || !slots->owned)
		return -ENOMEM;
	for (size_t i = 0; i < policy->n_items; i++)
		if (policy->items[i].profile)
			add_profile(slots, &policy->items[i]);
	return slots->error;
}

void named_slots_free(struct slots *slots)
{
	for (size_t i = 0; i < slots->n_owned; i++)
		free(slots->owned[i]);
	free(slots->owned);
	free(slots->slots);
}
