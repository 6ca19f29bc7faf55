/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The names that a policy makes machines ask for, through its own map with the administrator's rules in it: each must
 * come out as the file that the policy means.
 */
#include <errno.h>
#include <string.h>

#include "base/macro.h"
#include "map.h"

#define ADDRESS "192.0.2.1"
#define TOLD_MAX 10		/* one rule may be wrong for all files */

static void tell(const struct map_request *request, const struct map_result *result, const char *wanted,
		 struct pxeboot_diagnostics *findings)
{
	const struct map_rule *rule = result->rule != NULL ? result->rule :
				      result->n_steps > 0 ? result->steps[result->n_steps - 1].rule : NULL;
	struct location where = rule != NULL ? rule->where : (struct location){ NULL, 0 };
	CLEANUP_TEXT struct text way = TEXT_INIT, shown = TEXT_INIT;

	map_describe(request, result, &way);
	text_add_escaped(&shown, wanted);
	diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.renamed", where,
			"tftpd map: machines that the policy sends for '%s' don't get it: %s",
			text_string(&shown), text_string(&way));
}

/* Does @name lead to @wanted?  0, or -EBADMSG with a finding. */
static int check_name(const struct map *map, const char *name, const char *wanted, struct pxeboot_diagnostics *findings)
{
	struct map_request request = { .name = name, .address = ADDRESS };
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_UNSAFE };
	int r = map_run(map, &request, &result);

	if (r < 0 || (result.outcome == MAP_NAMED && strcmp(result.text, wanted) == 0))
		return r;
	tell(&request, &result, wanted, findings);
	return -EBADMSG;
}

static int check_one_name(const struct pxeboot_policy *policy, const struct map *map,
			  struct pxeboot_diagnostics *findings)
{
	const char *name = pxeboot_policy_get(policy, "server.one_name");
	CLEANUP_TEXT struct text wanted = TEXT_INIT;

	if (name == NULL)
		return 0;
	text_addf(&wanted, "clients/" ADDRESS "/%s", name);
	return wanted.error != 0 ? wanted.error : check_name(map, name, wanted.bytes, findings);
}

static bool is_loader(const struct pxeboot_named_file *file)
{
	return file->role == PXEBOOT_ROLE_LOADER || file->role == PXEBOOT_ROLE_HOST_LOADER ||
	       file->role == PXEBOOT_ROLE_GROUP_LOADER;
}

/* Where there is a web server, loaders alone come over TFTP. */
static int check_files(const struct pxeboot_policy *policy, const struct map *map, struct pxeboot_diagnostics *findings)
{
	bool loaders_only = pxeboot_policy_get(policy, "server.http") != NULL;
	struct pxeboot_named_files *files;
	struct pxeboot_named_file file;
	unsigned told = 0;
	int result = 0, r = pxeboot_named_files_new(policy, &files);

	if (r < 0)
		return r;
	for (size_t i = 0; told < TOLD_MAX && pxeboot_named_files_get(files, i, &file) == 0; i++) {
		r = loaders_only && !is_loader(&file) ? 0 : check_name(map, file.path, file.path, findings);
		told += r == -EBADMSG;
		result = r < 0 ? r : result;
	}
	pxeboot_named_files_free(files);
	return result;
}

/* Scripts come over TFTP where there is no web server. */
static int check_scripts(const struct pxeboot_policy *policy, const struct map *map,
			 struct pxeboot_diagnostics *findings)
{
	struct pxeboot_item item;
	unsigned told = 0;
	int result, r;

	if (pxeboot_policy_get(policy, "server.http") != NULL)
		return 0;
	result = check_name(map, "boot.ipxe", "boot.ipxe", findings);
	for (size_t i = 0; told < TOLD_MAX && pxeboot_policy_item(policy, i, &item) == 0; i++) {
		CLEANUP_TEXT struct text path = TEXT_INIT;

		text_addf(&path, "%s/%s.ipxe", item.is_menu ? "menus" : "profiles", item.name);
		r = path.error != 0 ? path.error : check_name(map, path.bytes, path.bytes, findings);
		told += r == -EBADMSG;
		result = r < 0 ? r : result;
	}
	return result;
}

int map_check_names(const struct pxeboot_policy *policy, const struct map *map, struct pxeboot_diagnostics *findings)
{
	int r = check_one_name(policy, map, findings);
	int s = check_files(policy, map, findings);
	int t = check_scripts(policy, map, findings);

	return r < 0 ? r : s < 0 ? s : t;
}
