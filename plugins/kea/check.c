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
	struct pxeboot_host host;

	if (strcmp(pxeboot_policy_get(policy, "server.dhcp.server"), "kea") != 0)
		return 0;
	for (size_t i = 0; pxeboot_policy_host(policy, i, &host) == 0; i++)
		if (host.loader != NULL && host.n_macs == 0 && host.uuid == NULL)
			diagnostics_add(findings, PXEBOOT_WARNING, "kea.serial", (struct location){ host.file, host.line },
					"host '%s': DHCP knows no serial numbers, its loader is never handed out", host.name);
	check_ip6(policy, findings);
	/* What can't be written is found by writing it. */
	return kea_write(policy, &written, findings);
}
