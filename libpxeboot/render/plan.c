/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan of the boot root (see plan.h).
 */
#include "render/plan.h"

#include <errno.h>
#include <string.h>

#include "render/pxelinux.h"
#include "render/render.h"
#include "render/variables.h"

#define MAX_CLIENTS 65536	/* links for a range beforehand */

static int plan(struct plans *planned, enum plan_kind kind, size_t index, size_t detail)
{
	if (planned->n_plans == planned->capacity) {
		size_t capacity = planned->capacity ? 2 * planned->capacity : 64;
		struct plan *plans = reallocarray(planned->plans, capacity, sizeof(*plans));

		if (!plans)
			return -ENOMEM;
		planned->plans = plans;
		planned->capacity = capacity;
	}
	planned->plans[planned->n_plans++] = (struct plan){ kind, (uint32_t)index, (uint32_t)detail, 0 };
	return 0;
}

static int plan_answer_files(struct plans *planned, enum plan_kind kind, size_t index, const struct profile *profile)
{
	size_t item = (size_t)policy_item_by_name(planned->policy, profile->name);
	int r = 0;

	for (size_t i = 0; i < profile->n_answers && r == 0; i++) {
		r = plan(planned, kind, index, item);
		if (r == 0)
			planned->plans[planned->n_plans - 1].file = (uint32_t)i;
	}
	return r;
}

/* A host's plans stand together. */
static bool planned_answers(const struct plans *planned, size_t host, int item)
{
	for (size_t i = planned->n_plans; i-- > 0 && planned->plans[i].index == host;)
		if (planned->plans[i].kind == PLAN_ANSWERS && planned->plans[i].detail == (uint32_t)item)
			return true;
	return false;
}

int plan_answers_of(struct plans *planned, const struct reach *reach, size_t host)
{
	int r = 0;

	for (size_t i = 0; i < reach->n_answers && r == 0; i++) {
		const struct profile *profile = reach->answers[i];

		if (!profile->private && !planned_answers(planned, host, policy_item_by_name(planned->policy, profile->name)))
			r = plan_answer_files(planned, PLAN_ANSWERS, host, profile);
	}
	return r;
}

/* 0; -EBADMSG they don't. */
static int try_answers(const struct pxeboot_policy *policy, const struct machine *machine)
{
	int r = 0;

	for (size_t i = 0; i < machine->profile->n_answers && r == 0; i++) {
		CLEANUP_TEXT struct text text = TEXT_INIT;

		r = render_answers(policy, machine, &machine->profile->answers[i], NULL, &text);
	}
	return r;
}

/* Files for machines that no host names are only planned where their texts need no host: what can't be known can't be
 * written. */
static int plan_unnamed_answers(struct plans *planned, const struct reach *reach, const struct group *group,
				struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = planned->policy;
	size_t index = group ? (size_t)(group - policy->groups) : 0;
	int r = 0;

	for (size_t i = 0; i < reach->n_answers && r == 0; i++) {
		const struct profile *profile = reach->answers[i];
		struct machine machine = { .group = group, .profile = profile };

		if (profile->private)
			continue;
		r = try_answers(policy, &machine);
		if (r == 0)
			r = plan_answer_files(planned, group ? PLAN_GROUP_ANSWERS : PLAN_OTHER_ANSWERS, index, profile);
		if (r != -EBADMSG)
			continue;
		diagnostics_add(diagnostics, PXEBOOT_WARNING, "answers.unknown-machine", profile->answers_where,
				"profiles.%s: %s%s can reach it, and its answer files need what only a host "
				"defines; they get no answer file", profile->name,
				group ? "machines of groups." : "machines that no host names", group ? group->name : "");
		r = 0;
	}
	return r;
}

/* Those of one-shot boots have a token in them, and are written when it is there. */
static int plan_answers(struct plans *planned, const struct reach *reach,
			struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = planned->policy;
	int r = plan_unnamed_answers(planned, &reach[policy->unknown], NULL, diagnostics);

	for (size_t i = 0; i < policy->n_groups && r == 0; i++)
		r = plan_unnamed_answers(planned, &reach[policy->groups[i].boot], &policy->groups[i], diagnostics);
	for (size_t i = 0; i < policy->n_hosts; i++)
		for (size_t way = 0; way < HOST_BOOTS && r == 0; way++)
			if (way != HOST_BOOTS_ONCE && host_boots(&policy->hosts[i], way) >= 0)
				r = plan_answers_of(planned, &reach[host_boots(&policy->hosts[i], way)], i);
	return r;
}

/* Menus after what they lead to; where menus lead to each other, the first met comes last. */
static int plan_item(struct plans *planned, enum plan_kind kind, int item, bool *seen)
{
	const struct menu *menu = planned->policy->items[item].menu;
	int r = 0;

	if (seen[item])
		return 0;
	seen[item] = true;
	for (size_t i = 0; menu && i < menu->n_entries && r == 0; i++)
		if (menu->entries[i].kind == ENTRY_TARGET)
			r = plan_item(planned, kind, menu->entries[i].target, seen);
	return r < 0 ? r : plan(planned, kind, (size_t)item, 0);
}

/* Two themes may share a picture. */
static bool planned_picture(const struct pxeboot_policy *policy, size_t theme)
{
	for (size_t i = 0; i < theme; i++)
		if (policy->themes[i].look.picture_is_ours &&
		    !strcmp(policy->themes[i].look.picture, policy->themes[theme].look.picture))
			return true;
	return false;
}

static int plan_pictures(struct plans *planned)
{
	const struct pxeboot_policy *policy = planned->policy;
	int r = 0;

	for (size_t i = 0; i < policy->n_themes && r == 0; i++)
		if (policy->themes[i].look.picture_is_ours && !planned_picture(policy, i))
			r = plan(planned, PLAN_PICTURE, i, 0);
	return r;
}

static int plan_items(struct plans *planned, enum plan_kind kind)
{
	CLEANUP_FREE bool *seen = calloc(planned->policy->n_items, sizeof(*seen));
	int r = seen ? 0 : -ENOMEM;

	for (size_t i = 0; i < planned->policy->n_items && r == 0; i++)
		r = plan_item(planned, kind, (int)i, seen);
	return r;
}

/* Of a UUID's bytes, on the wire. */
static bool has_two_orders(const struct host *host)
{
	const uint8_t *uuid = host->uuid;

	return uuid[0] != uuid[3] || uuid[1] != uuid[2] || uuid[4] != uuid[5] || uuid[6] != uuid[7];
}

/* One file for each way to know the host; @by_mac begins the kinds for MAC, UUID and, but for PXELINUX, serial. */
static int plan_host(struct plans *planned, size_t index, enum plan_kind by_mac)
{
	const struct host *host = &planned->policy->hosts[index];
	int r = 0;

	for (size_t i = 0; i < host->n_macs && r == 0; i++)
		r = plan(planned, by_mac, index, i);
	if (r == 0 && host->has_uuid)
		r = plan(planned, by_mac + 1, index, 0);
	if (r == 0 && host->has_uuid && by_mac == PLAN_PXELINUX_MAC && has_two_orders(host))
		r = plan(planned, by_mac + 1, index, 1);
	if (r == 0 && host->serial && by_mac != PLAN_PXELINUX_MAC)
		r = plan(planned, by_mac + 2, index, 0);
	return r;
}

static int plan_hosts(struct plans *planned, enum plan_kind by_mac)
{
	int r = 0;

	for (size_t i = 0; i < planned->policy->n_hosts && r == 0; i++)
		r = plan_host(planned, i, by_mac);
	return r;
}

/* Ways before the menus that have them.  A way that is there before its menu leads back to the start. */
static int plan_grub(struct plans *planned)
{
	const struct pxeboot_policy *policy = planned->policy;
	int r = plan(planned, PLAN_GRUB_BACK, 0, 0);

	for (size_t i = 0; i < policy->n_items && r == 0; i++)
		if (policy->items[i].menu)
			r = plan(planned, PLAN_GRUB_WAY, i, 0);
	if (r == 0)
		r = plan_items(planned, PLAN_GRUB_ITEM);
	if (r == 0)
		r = plan_hosts(planned, PLAN_GRUB_MAC);
	return r ? r : plan(planned, PLAN_GRUB, 0, 0);
}

/* What hosts boot has a file that theirs include, unless each of them needs one of its own. */
static int plan_pxelinux_item(struct plans *planned, size_t index)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r = pxelinux_render_shared(planned->policy, &planned->policy->items[index], &text);

	return r > 0 ? plan(planned, PLAN_PXELINUX_ITEM, index, 0) : r;
}

static int plan_pxelinux(struct plans *planned)
{
	const struct pxeboot_policy *policy = planned->policy;
	CLEANUP_FREE bool *seen = calloc(policy->n_items, sizeof(*seen));
	int r = seen ? 0 : -ENOMEM;

	for (size_t i = 0; i < policy->n_hosts && r == 0; i++) {
		size_t item = (size_t)policy->hosts[i].boot;

		if (!seen[item])
			r = plan_pxelinux_item(planned, item);
		seen[item] = true;
	}
	if (r == 0)
		r = plan_hosts(planned, PLAN_PXELINUX_MAC);
	if (r == 0 && policy->served[PXEBOOT_ARCH_ARM64_UEFI].loader)
		r = plan(planned, PLAN_UBOOT, 0, 0);
	return r ? r : plan(planned, PLAN_PXELINUX, 0, 0);
}

static int plan_clients(struct plans *planned, const struct dhcp_range *range,
			struct pxeboot_diagnostics *diagnostics)
{
	int r = 0;

	if (range->last - range->first >= MAX_CLIENTS) {
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "one-name.range", planned->policy->one_name_where,
				"server.dhcp.range: with server.one_name every address has a link, expected at most %d "
				"addresses, got '%s'", MAX_CLIENTS, range->text);
		return -EBADMSG;
	}
	for (uint32_t i = 0; i <= range->last - range->first && r == 0; i++)
		r = plan(planned, PLAN_CLIENT, range->first + i, 0);
	return r;
}

static int plan_one_name(struct plans *planned, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = planned->policy;
	int r = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT && r == 0; arch++)
		if (policy->served[arch].loader)
			r = plan(planned, PLAN_ONE_NAME, (size_t)arch, 0);
	for (size_t i = 0; i < policy->n_ranges && r == 0; i++)
		r = plan_clients(planned, &policy->ranges[i], diagnostics);
	return r;
}

int plan_all(struct plans *planned, const struct reach *reach, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = planned->policy;
	int r = plan_answers(planned, reach, diagnostics);

	if (r == 0)
		r = plan_pictures(planned);
	if (r == 0)
		r = plan_items(planned, PLAN_ITEM);
	if (r == 0 && policy->n_hosts)
		r = plan(planned, PLAN_SOME, 0, 0);
	if (r == 0)
		r = plan_hosts(planned, PLAN_HOST_MAC);
	for (size_t i = 0; i < policy->n_groups && r == 0; i++)
		if (policy->groups[i].tested == PXEBOOT_WHERE_DHCP)
			r = plan(planned, PLAN_GROUP, i, 0);
	if (r == 0)
		r = plan(planned, PLAN_BOOT, 0, 0);
	if (r == 0)
		r = plan(planned, PLAN_AUTOEXEC, 0, 0);
	if (r == 0 && policy->grub)
		r = plan_grub(planned);
	if (r == 0 && policy->pxelinux)
		r = plan_pxelinux(planned);
	if (r == 0 && policy->one_name)
		r = plan_one_name(planned, diagnostics);
	return r;
}
