/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is asking: the stages of a chain, and their names.
 */
#include "base/macro.h"
#include "client/client.h"
#include "policy/policy.h"

const char *pxeboot_stage_name(enum pxeboot_stage stage)
{
	static const char *const names[PXEBOOT_STAGE_COUNT] = {
		[PXEBOOT_STAGE_FIRMWARE] = "firmware",
		[PXEBOOT_STAGE_IPXE_FOREIGN] = "ipxe-foreign",
		[PXEBOOT_STAGE_IPXE] = "ipxe",
		[PXEBOOT_STAGE_SCRIPT] = "script",
		[PXEBOOT_STAGE_OS] = "os",
	};

	return (unsigned)stage < ARRAY_SIZE(names) ? names[stage] : NULL;
}

const char *pxeboot_decision_kind_name(enum pxeboot_decision_kind kind)
{
	static const char *const names[] = {
		[PXEBOOT_DECISION_NONE] = "none",
		[PXEBOOT_DECISION_LOADER] = "loader",
		[PXEBOOT_DECISION_SCRIPT] = "script",
		[PXEBOOT_DECISION_MENU] = "menu",
		[PXEBOOT_DECISION_PROFILE] = "profile",
	};

	return (unsigned)kind < ARRAY_SIZE(names) ? names[kind] : NULL;
}

enum pxeboot_stage pxeboot_stage_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	if (!pxeboot_client_is_ipxe(client))
		return PXEBOOT_STAGE_FIRMWARE;
	if (policy->user_class && !client_user_class_begins(client, policy->user_class))
		return PXEBOOT_STAGE_IPXE_FOREIGN;
	return PXEBOOT_STAGE_IPXE;
}
