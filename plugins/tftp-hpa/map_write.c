/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The map of one policy: the administrator's own rules before and after a fixed handful of ours.  None of ours ends
 * the walk, so the rules after them see every name, as we have cleaned it.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/macro.h"
#include "map.h"

/* The administrator's file is a fault of its own, and told with its own lines, before it is part of the whole. */
static int read_rules(const char *file, char **ret_bytes, struct pxeboot_diagnostics *findings)
{
	CLEANUP_FREE char *bytes = NULL;
	CLEANUP_FREE char *copy = NULL;
	size_t length, n_rules = 0;
	int r = file_read(file, MAP_FILE_MAX, &bytes, &length);

	if (r == 0 && strlen(bytes) != length)
		r = -EBADMSG;
	if (r < 0) {
		diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.file", (struct location){ file, 0 },
				"tftpd map: can't read the rules: %s", strerror(-r));
		return -EBADMSG;
	}
	copy = strdup(bytes);
	if (copy == NULL)
		return -ENOMEM;
	r = map_check(file, copy, &n_rules, findings);
	if (r == 0) {
		*ret_bytes = bytes;
		bytes = NULL;
	}
	return r;
}

static int add_rules(const struct pxeboot_policy *policy, const char *setting, struct text *out,
		     struct pxeboot_diagnostics *findings)
{
	const char *file = pxeboot_policy_get(policy, setting);
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	CLEANUP_FREE char *bytes = NULL;
	int r;

	if (file == NULL)
		return 0;
	r = read_rules(file, &bytes, findings);
	if (r < 0)
		return r;
	text_add_escaped(&shown, file);
	text_addf(out, "\n# %s: %s\n%s", setting, shown.bytes != NULL ? shown.bytes : "", bytes);
	if (bytes[0] != '\0' && bytes[strlen(bytes) - 1] != '\n')
		text_add_char(out, '\n');
	return 0;
}

/* Names hold nothing else that a regular expression or the map's lines would take for their own. */
static void add_literal(struct text *out, const char *name)
{
	for (; *name != '\0'; name++) {
		if (strchr(".+*?()[]{}|^$\\# ", *name) != NULL)
			text_add_char(out, '\\');
		text_add_char(out, *name);
	}
}

static void add_ours(const struct pxeboot_policy *policy, struct text *out)
{
	const char *one_name = pxeboot_policy_get(policy, "server.one_name");

	text_add(out, "\n# Some firmware writes backslashes.\n"
		      "rg \\\\ /\n"
		      "\n# Some boot ROMs append a byte 0xff.\n"
		      "r \xff+$\n"
		      "\n# All names are relative to the boot root.\n"
		      "r ^/+\n");
	if (one_name == NULL)
		return;
	text_add(out, "\n# The one name that DHCP sends leads to the loader of the machine at this address.\n"
		      "r ^");
	add_literal(out, one_name);
	text_addf(out, "$ clients/\\i/%s\n", one_name);
}

int map_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings)
{
	int r, s;

	text_add(out, "# Written by `pxeboot apply` (or `pxeboot export tftpd`) from the policy, pxeboot.conf.\n"
		      "# The next run overwrites it: put rules of your own into server.tftpd.before or .after.\n");
	r = add_rules(policy, "server.tftpd.before", out, findings);
	add_ours(policy, out);
	s = add_rules(policy, "server.tftpd.after", out, findings);
	return r < 0 ? r : s < 0 ? s : out->error;
}

int map_verify(const char *candidate, struct pxeboot_diagnostics *findings)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length, n_rules = 0;
	int r = file_read(candidate, 3 * MAP_FILE_MAX, &bytes, &length);

	if (r < 0)
		return r;
	if (strlen(bytes) != length)
		return -EBADMSG;
	return map_check(candidate, bytes, &n_rules, findings);
}
