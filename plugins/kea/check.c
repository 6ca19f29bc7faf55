/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot check` says of a policy that Kea is to serve.
 */
#include <string.h>

#include "kea.h"

int kea_check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text written = TEXT_INIT;

	if (strcmp(pxeboot_policy_get(policy, "server.dhcp.server"), "kea") != 0)
		return 0;
	if (pxeboot_policy_get(policy, "server.one_name") == NULL)
		boot_tell_serials(policy, "kea.serial", findings);
	boot_tell_range(policy, "kea.range", "Kea's configuration", findings);
	boot_tell_ip6(policy, "kea.family", "kea-dhcp6", findings);
	/* What can't be written is found by writing it. */
	return kea_write(policy, &written, findings);
}
