/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "boot_names.h"

#include <stdio.h>
#include <string.h>

#include "base/scalar.h"

/* ---- Pairs ---- */

/* Decide's order: what is served first, then the architecture, then TFTP before HTTP. */
static size_t add_pairs(const struct pxeboot_policy *policy, bool served, struct boot_pair *ret)
{
	bool web = pxeboot_policy_get(policy, "server.http") != NULL;
	size_t count = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		bool loader = pxeboot_policy_loader(policy, arch) != NULL;

		for (int http = 0; http <= 1; http++)
			if ((loader && (http == 0 || web)) == served)
				ret[count++] = (struct boot_pair){ .arch = arch, .http = http == 1, .served = served };
	}
	return count;
}

static bool any_own_loader(const struct pxeboot_policy *policy)
{
	struct pxeboot_host host;
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_host(policy, i, &host) == 0; i++)
		if (host.loader != NULL)
			return true;
	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (group.loader != NULL)
			return true;
	return false;
}

static bool groups_ask(const struct pxeboot_policy *policy)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (boot_group_matters(&group) && (boot_group_has(&group, "arch") || boot_group_has(&group, "firmware")))
			return true;
	return false;
}

/* What is not served matters only to groups that ask for an architecture, to whoever has a loader of its own, and to a
 * Raspberry Pi's boot ROM, which says BIOS. */
size_t boot_pairs(const struct pxeboot_policy *policy, struct boot_pair ret[BOOT_PAIRS])
{
	const char *raspberry = pxeboot_policy_get(policy, "server.raspberry_pi");
	size_t count = add_pairs(policy, true, ret);

	if (groups_ask(policy) || any_own_loader(policy) || (raspberry != NULL && strcmp(raspberry, "true") == 0))
		count += add_pairs(policy, false, ret + count);
	return count;
}

void boot_pair_name(const struct boot_pair *pair, char ret[BOOT_PAIR_NAME])
{
	snprintf(ret, BOOT_PAIR_NAME, "%s%s", pair->http ? "http-" : "", pxeboot_arch_get(pair->arch)->name);
}

bool boot_pair_has(const struct boot_pair *pair, uint16_t code)
{
	const struct pxeboot_arch_code *row = pxeboot_arch_code_get(code);

	return row != NULL && row->arch == pair->arch && row->http == pair->http;
}

/* ---- Names ---- */

static const char *decided(const struct pxeboot_policy *policy, struct pxeboot_client *client)
{
	struct pxeboot_decision decision;

	pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
	return decision.file;
}

static int set_pair(struct pxeboot_client *client, const struct boot_pair *pair)
{
	char number[8];
	uint16_t code = 0;

	while (!boot_pair_has(pair, code))
		code++;
	snprintf(number, sizeof(number), "%u", code);
	return pxeboot_client_set(client, PXEBOOT_FACT_ARCH, number, NULL);
}

/* Asks for a client that was made up: all of @fact and @pair that is not NULL. */
static const char *ask(const struct pxeboot_policy *policy, int fact, const char *value, const struct boot_pair *pair)
{
	struct pxeboot_client *client;
	const char *file = NULL;

	if (pxeboot_client_new(&client) < 0)
		return NULL;
	if ((value == NULL || pxeboot_client_set(client, fact, value, NULL) == 0) &&
	    (pair == NULL || set_pair(client, pair) == 0))
		file = decided(policy, client);
	pxeboot_client_unref(client);
	return file;
}

const char *boot_loader(const struct pxeboot_policy *policy, const struct boot_pair *pair)
{
	return ask(policy, PXEBOOT_FACT_ARCH, NULL, pair);
}

/* One that says by option 175 alone that it is iPXE can't be ours. */
const char *boot_own_build(const struct pxeboot_policy *policy, const struct boot_pair *pair)
{
	return ask(policy, PXEBOOT_FACT_FEATURES, "", pair);
}

const char *boot_script(const struct pxeboot_policy *policy)
{
	const char *own = pxeboot_policy_get(policy, "ipxe.user_class");

	return ask(policy, PXEBOOT_FACT_USER_CLASS, own != NULL ? own : "iPXE", NULL);
}

/* ---- Machines ---- */

bool boot_group_matters(const struct pxeboot_group *group)
{
	return group->where == PXEBOOT_WHERE_DHCP || group->loader != NULL;
}

bool boot_group_has(const struct pxeboot_group *group, const char *term)
{
	for (size_t i = 0; i < group->n_terms; i++)
		if (strcmp(group->terms[i].name, term) == 0)
			return true;
	return false;
}

bool boot_wire_uuid(const char *uuid, uint8_t ret[BOOT_WIRE_UUID])
{
	static const uint8_t order[UUID_LENGTH] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t bytes[UUID_LENGTH];

	if (uuid == NULL || scalar_uuid(uuid, bytes) < 0)
		return false;
	ret[0] = 0;
	for (size_t i = 0; i < UUID_LENGTH; i++)
		ret[1 + i] = bytes[order[i]];
	return true;
}
