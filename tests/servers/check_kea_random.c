/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random policies and clients at the real Kea (see differ.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "boot_names.h"
#include "differ.h"
#include "plugin.h"

/* It is no proxy, and has no address for somebody when it looks at its classes. */
static bool refuses(const struct pxeboot_policy *policy)
{
	bool one_name = pxeboot_policy_get(policy, "server.one_name") != NULL;
	struct pxeboot_group group;

	if (pxeboot_policy_get(policy, "server.dhcp.proxy") != NULL)
		return true;
	for (size_t i = 0; !one_name && pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (boot_group_matters(&group) && boot_group_has(&group, "subnet"))
			return true;
	return false;
}

static bool relays(const struct pxeboot_policy *policy)
{
	return true;
}

static bool start(struct lab *lab, const struct pxeboot_policy *policy)
{
	CLEANUP_FREE char *written = lab_written(plugin_kea.output, policy);

	return lab_start_kea(lab, written);
}

static void stop(struct lab *lab)
{
	lab_stop(&lab->kea);
}

/* Over HTTP Boot the name is in option 67, too. */
static void bend(const struct differ_question *question, struct differ_expected *expected)
{
	if (expected->vendor_class != NULL)
		expected->named = expected->decision.file;
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { "/usr/sbin/kea-dhcp4", "kea-dhcp4-server", NULL };
	static const struct differ_server server = {
		.programs = programs, .start = start, .stop = stop, .refuses = refuses, .relays = relays, .bend = bend,
	};

	return differ_run(&server, argc, argv);
}
