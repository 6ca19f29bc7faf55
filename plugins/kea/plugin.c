/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Kea plugin, as the pxeboot command sees it.
 */
#include <string.h>

#include "kea.h"

static const char *path(const struct pxeboot_policy *policy)
{
	return strcmp(pxeboot_policy_get(policy, "server.dhcp.server"), "kea") == 0
		       ? pxeboot_policy_get(policy, "server.kea.file") : NULL;
}

/* By default SIGHUP: should the administrator's part of the configuration not go with ours, it stays with what it has. */
static const char *reload(const struct pxeboot_policy *policy)
{
	return pxeboot_policy_get(policy, "server.kea.reload");
}

static const struct plugin_output output = {
	.name = "kea",
	.program = "kea-dhcp4",
	.write = kea_write,
	.setting = "server.kea.file",
	.path = path,
	.verify = kea_verify,
	.reload = reload,
};

const struct plugin plugin_kea = {
	.name = "kea",
	.output = &output,
	.check = kea_check,
};
