/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot check` says of a policy that ISC dhcpd is to serve.
 */
#include "isc.h"

int isc_check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text written = TEXT_INIT;

	if (!isc_is_wanted(policy))
		return 0;
	boot_tell_range(policy, "isc.range", "dhcpd.conf", findings);
	boot_tell_ip6(policy, "isc.family", "dhcpd's DHCPv6", findings);
	if (pxeboot_policy_get(policy, "server.one_name") == NULL)
		boot_tell_serials(policy, "isc.serial", findings);
	/* What can't be written is found by writing it. */
	return isc_write(policy, &written, findings);
}
