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

static int add_rules(const struct pxeboot_policy *policy, const char *setting, struct text *out)
{
	const char *file = pxeboot_policy_get(policy, setting);
	CLEANUP_FREE char *bytes = NULL;
	size_t length;
	int r;

	if (file == NULL)
		return 0;
	r = file_read(file, MAP_FILE_MAX, &bytes, &length);
	if (r < 0)
		return r;
	text_addf(out, "\n# %s: ", setting);
	text_add_escaped(out, file);
	text_add_char(out, '\n');
	text_add_bytes(out, bytes, length);
	if (length > 0 && bytes[length - 1] != '\n')
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

static int read_rules(const struct pxeboot_policy *policy, const char *setting, struct map *map,
		      struct pxeboot_diagnostics *findings)
{
	const char *file = pxeboot_policy_get(policy, setting);

	return file != NULL ? map_read_file(map, file, findings) : 0;
}

int map_of_policy(const struct pxeboot_policy *policy, struct map *map, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text ours = TEXT_INIT;
	int before, after, checked, r;

	add_ours(policy, &ours);
	before = read_rules(policy, "server.tftpd.before", map, findings);
	r = ours.error != 0 ? ours.error : map_read(map, (struct location){ "(built in)", 0 }, ours.bytes, ours.length,
						    findings);
	after = read_rules(policy, "server.tftpd.after", map, findings);
	checked = map_check(map, findings);
	return r < 0 ? r : before < 0 ? before : after < 0 ? after : checked;
}

int map_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings)
{
	CLEANUP_MAP struct map map = MAP_INIT;
	int r, s;

	r = map_of_policy(policy, &map, findings);
	if (r < 0)
		return r;
	text_add(out, "# Written by `pxeboot apply` (or `pxeboot export tftpd`) from the policy, pxeboot.conf.\n"
		      "# The next run overwrites it: put rules of your own into server.tftpd.before or .after.\n");
	r = add_rules(policy, "server.tftpd.before", out);
	add_ours(policy, out);
	s = add_rules(policy, "server.tftpd.after", out);
	return r < 0 ? r : s < 0 ? s : out->error;
}

int map_verify(const char *candidate, struct pxeboot_diagnostics *findings)
{
	CLEANUP_MAP struct map map = MAP_INIT;
	int r, s;

	r = map_read_file(&map, candidate, findings);
	s = map_check(&map, findings);
	return r < 0 ? r : s;
}
