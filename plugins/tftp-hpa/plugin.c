/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tftp-hpa plugin, as the pxeboot command sees it.
 */
#include <errno.h>
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

/* The rules one by one, then all together: they count together. */
static int check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text written = TEXT_INIT;
	size_t n_rules = 0;
	int r;

	if (!is_wanted(policy))
		return 0;
	r = map_write(policy, &written, findings);
	if (r < 0 || written.bytes == NULL)
		return r;
	if (map_check(path(policy), written.bytes, &n_rules, NULL) == 0 || n_rules <= MAP_RULES_MAX)
		return 0;
	diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.too-many", (struct location){ path(policy), 0 },
			"tftpd map: %zu rules, expected at most %d", n_rules, MAP_RULES_MAX);
	return -EBADMSG;
}

static const struct plugin_output output = {
	.name = "tftpd",
	.program = "in.tftpd",
	.write = map_write,
	.path = path,
	.verify = map_verify,
	.reload = reload,
};

const struct plugin plugin_tftp_hpa = {
	.name = "tftp-hpa",
	.output = &output,
	.check = check,
};
