/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot check` says of a policy that ISC dhcpd is to serve.
 */
#include "isc.h"

/* Another process of dhcpd, with a language of its own, would answer that. */
static void check_ip6(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	struct location place = { NULL, 0 };

	if (pxeboot_policy_where(policy, "server.address6", &place.file, &place.line) == 0)
		diagnostics_add(findings, PXEBOOT_WARNING, "isc.family", place,
				"server.address6: nothing is written for dhcpd's DHCPv6, who asks over IPv6 is told no file");
}

int isc_check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text written = TEXT_INIT;

	if (!isc_is_wanted(policy))
		return 0;
	boot_tell_range(policy, "isc.range", "dhcpd.conf", findings);
	check_ip6(policy, findings);
	if (pxeboot_policy_get(policy, "server.one_name") == NULL)
		boot_tell_serials(policy, "isc.serial", findings);
	/* What can't be written is found by writing it. */
	return isc_write(policy, &written, findings);
}
