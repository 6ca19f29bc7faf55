/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plugin for ISC dhcpd, as the pxeboot command sees it.
 */
#include <string.h>

#include "isc.h"

bool isc_is_wanted(const struct pxeboot_policy *policy)
{
	return strcmp(pxeboot_policy_get(policy, "server.dhcp.server"), "isc-dhcpd") == 0;
}

static const char *path(const struct pxeboot_policy *policy)
{
	return isc_is_wanted(policy) ? pxeboot_policy_get(policy, "server.isc.file") : NULL;
}

/* It knows no signal for that. */
static const char *reload(const struct pxeboot_policy *policy)
{
	return pxeboot_policy_get(policy, "server.isc.reload");
}

static const struct plugin_output output = {
	.name = "isc-dhcpd",
	.program = "dhcpd",
	.write = isc_write,
	.setting = "server.isc.file",
	.path = path,
	.verify = isc_verify,
	.reload = reload,
};

const struct plugin plugin_isc_dhcp = {
	.name = "isc-dhcp",
	.output = &output,
	.check = isc_check,
};
