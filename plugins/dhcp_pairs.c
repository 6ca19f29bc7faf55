/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dhcp_pairs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scalar.h"

bool dhcp_pair_has(const struct dhcp_pair *pair, uint16_t code)
{
	const struct pxeboot_arch_code *row = pxeboot_arch_code_get(code);

	return row != NULL && row->arch == pair->arch && row->http == pair->http;
}

void dhcp_pair_name(const struct dhcp_pair *pair, char ret[DHCP_PAIR_NAME_SIZE])
{
	snprintf(ret, DHCP_PAIR_NAME_SIZE, "%s%s", pair->http ? "http-" : "", pxeboot_arch_get(pair->arch)->name);
}

/* ---- Asking decide() ---- */

static const char *ask(const struct pxeboot_policy *policy, int fact, const char *text)
{
	struct pxeboot_decision decision = { .file = NULL };
	struct pxeboot_client *client;

	if (pxeboot_client_new(&client) < 0)
		return NULL;
	if (pxeboot_client_set(client, fact, text, NULL) == 0)
		pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
	pxeboot_client_unref(client);
	return decision.file;
}

const char *dhcp_script(const struct pxeboot_policy *policy)
{
	const char *own = pxeboot_policy_get(policy, "ipxe.user_class");

	return ask(policy, PXEBOOT_FACT_USER_CLASS, own != NULL ? own : "iPXE");
}

static const char *file_of(const struct pxeboot_policy *policy, const struct dhcp_pair *pair)
{
	char number[8] = "";

	if (pxeboot_policy_loader(policy, pair->arch) == NULL ||
	    (pair->http && pxeboot_policy_get(policy, "server.http") == NULL))
		return NULL;
	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++)
		if (dhcp_pair_has(pair, code))
			snprintf(number, sizeof(number), "%u", code);
	return ask(policy, PXEBOOT_FACT_ARCH, number);
}

/* ---- Pairs ---- */

/* Decide's order: what is served first, then the architecture, then TFTP before HTTP. */
void dhcp_pairs(const struct pxeboot_policy *policy, struct dhcp_pair ret_pairs[DHCP_PAIRS_MAX])
{
	size_t count = 0;

	for (int served = 1; served >= 0; served--)
		for (int i = 0; i < DHCP_PAIRS_MAX; i++) {
			struct dhcp_pair pair = { .arch = i / 2, .http = i % 2 == 1 };

			pair.file = file_of(policy, &pair);
			if ((pair.file != NULL) == (served == 1))
				ret_pairs[count++] = pair;
		}
}

/* ---- Groups, and what is written ---- */

bool dhcp_tests(const struct pxeboot_group *group)
{
	return group->where == PXEBOOT_WHERE_DHCP || group->loader != NULL;
}

int dhcp_uuid(const char *uuid, uint8_t ret_bytes[DHCP_UUID_LENGTH])
{
	static const uint8_t order[UUID_LENGTH] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t bytes[UUID_LENGTH];

	if (scalar_uuid(uuid, bytes) < 0)
		return -EINVAL;
	ret_bytes[0] = 0;
	for (size_t i = 0; i < UUID_LENGTH; i++)
		ret_bytes[1 + i] = bytes[order[i]];
	return 0;
}

void dhcp_add_hex(struct text *text, const void *bytes, size_t length, const char *separator)
{
	for (size_t i = 0; i < length; i++)
		text_addf(text, "%s%02x", i > 0 ? separator : "", ((const unsigned char *)bytes)[i]);
}
