/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The dnsmasq plugin, as the pxeboot command sees it.
 */
#include <string.h>

#include "dnsmasq.h"
#include "existing.h"

static const char *path(const struct pxeboot_policy *policy)
{
	if (!dnsmasq_does_dhcp(policy) && strcmp(pxeboot_policy_get(policy, "server.tftp"), "dnsmasq") != 0)
		return NULL;
	return pxeboot_policy_get(policy, "server.dnsmasq.file");
}

/* A restart by default: dnsmasq reads such lines at its start only, and SIGHUP can crash it. */
static const char *reload(const struct pxeboot_policy *policy)
{
	return pxeboot_policy_get(policy, "server.dnsmasq.reload");
}

static const struct plugin_output output = {
	.name = "dnsmasq",
	.program = "dnsmasq",
	.write = dnsmasq_write,
	.setting = "server.dnsmasq.file",
	.path = path,
	.verify = dnsmasq_verify,
	.reload = reload,
};

const struct plugin plugin_dnsmasq = {
	.name = "dnsmasq",
	.output = &output,
	.check = dnsmasq_check,
	.check_existing = dnsmasq_check_existing,
};
