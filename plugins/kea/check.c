/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot check` says of a policy that Kea is to serve.
 */
#include <string.h>

#include "kea.h"

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
	/* What can't be written is found by writing it. */
	return kea_write(policy, &written, findings);
}
