/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot check` says of a policy that Kea is to serve.
 */
#include <string.h>

#include "kea.h"

/* Another program, kea-dhcp6, would answer that. */
static void check_ip6(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	struct location place = { NULL, 0 };

	if (pxeboot_policy_where(policy, "server.address6", &place.file, &place.line) == 0)
		diagnostics_add(findings, PXEBOOT_WARNING, "kea.family", place,
				"server.address6: nothing is written for kea-dhcp6, who asks over IPv6 is told no file");
}

int kea_check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text written = TEXT_INIT;

	if (strcmp(pxeboot_policy_get(policy, "server.dhcp.server"), "kea") != 0)
		return 0;
	if (pxeboot_policy_get(policy, "server.one_name") == NULL)
		boot_tell_serials(policy, "kea.serial", findings);
	boot_tell_range(policy, "kea.range", "Kea's configuration", findings);
	check_ip6(policy, findings);
	/* What can't be written is found by writing it. */
	return kea_write(policy, &written, findings);
}
