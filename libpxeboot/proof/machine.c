/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which kind of machine a client is to the boot scripts (see machine.h).
 */
#include "proof/machine.h"

#include <string.h>

struct machine machine_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	struct pxeboot_decision decision;
	struct machine machine = { .arch = PXEBOOT_ARCH_NONE };

	pxeboot_decide(policy, client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	machine.arch = decision.arch;
	machine.rule = decision.rule;
	machine.start = policy_item_by_name(policy, decision.boot);
	if (!strcmp(decision.rule.kind, "host"))
		machine.host = policy_host_by_name(policy, decision.rule.name);
	else if (!strcmp(decision.rule.kind, "group"))
		machine.group = policy_group_by_name(policy, decision.rule.name);
	return machine;
}
