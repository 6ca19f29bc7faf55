/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tftp-hpa plugin, as the pxeboot command sees it.
 */
#include <string.h>

#include "map.h"

static bool is_wanted(const struct pxeboot_policy *policy)
{
	const char *tftp = pxeboot_policy_get(policy, "server.tftp");

	return tftp != NULL && strcmp(tftp, "tftp-hpa") == 0;
}

static const char *path(const struct pxeboot_policy *policy)
{
	return is_wanted(policy) ? pxeboot_policy_get(policy, "server.tftpd.map") : NULL;
}

/* in.tftpd reads its map at SIGHUP only, and ends when it is bad: hence the verification before. */
static const char *reload(const struct pxeboot_policy *policy)
{
	return pxeboot_policy_get(policy, "server.tftpd.reload");
}

static int check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	CLEANUP_MAP struct map map = MAP_INIT;
	int r;

	if (!is_wanted(policy))
		return 0;
	r = map_of_policy(policy, &map, findings);
	return r == 0 ? map_check_names(policy, &map, findings) : r;
}

static const struct plugin_output output = {
	.name = "tftpd",
	.program = "in.tftpd",
	.write = map_write,
	.setting = "server.tftpd.map",
	.path = path,
	.verify = map_verify,
	.reload = reload,
};

const struct plugin plugin_tftp_hpa = {
	.name = "tftp-hpa",
	.output = &output,
	.check = check,
};
