/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is a policy fit to be applied: the plugins' own findings, the proof, what would be written, and the files that it makes
 * machines fetch.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diagnostics.h"
#include "check.h"
#include "check_build.h"
#include "check_once.h"
#include "cli.h"
#include "files.h"
#include "json.h"

static int check_plugins(struct session *session)
{
	int result = 0;

	for (size_t i = 0; all_plugins[i]; i++) {
		int r = all_plugins[i]->check ? all_plugins[i]->check(session->policy, session->diagnostics) : 0;

		if (r < 0)
			result = r;
	}
	return result;
}

/* What is wrong with texts of all scripts was told already. */
static int check_embedded(struct session *session)
{
	CLEANUP_FREE char *text = NULL;

	return pxeboot_embed_script(session->policy, session->diagnostics, &text, NULL);
}

int check_policy(struct session *session, struct boot_looker *looker, const bool *known, bool *ret_quiet,
		 struct pxeboot_proof *ret_proof, struct pxeboot_tree **ret_tree)
{
	struct pxeboot_tree *tree = NULL;
	int r = pxeboot_tree_new_known(session->policy, known, ret_quiet, session->diagnostics, &tree);
	int checked = check_plugins(session);
	int proved = pxeboot_policy_prove(session->policy, looker ? boot_looker_look : NULL, looker, session->diagnostics,
					  ret_proof);

	check_once(session->policy, session->diagnostics);
	check_build(session->policy, session->diagnostics);
	if (r == 0)
		r = check_embedded(session);
	if (r == 0)
		r = checked;
	if (r == 0)
		r = proved;
	if (r == 0 && session_count(session, PXEBOOT_ERROR) > 0)
		r = -EBADMSG;
	if (tree)
		*ret_tree = tree;
	return r;
}

/* What was looked at for the verdict. */
static void summarise_proof(const struct pxeboot_proof *proof)
{
	if (proof->classes)
		printf("Proved: all %.2g clients that can exist are %zu classes to DHCP (%zu boot, %zu are not meant to) and %zu to "
		       "the boot scripts; none loops or falls in a hole.\n", proof->clients, proof->classes, proof->booting,
		       proof->without, proof->script_classes);
}

/* An error of the policy itself, for which `apply` refuses it. */
static bool is_refused(const struct session *session)
{
	const struct pxeboot_diagnostic *diagnostic;

	for (size_t i = 0; (diagnostic = pxeboot_diagnostics_get(session->diagnostics, i)); i++)
		if (diagnostic->severity == PXEBOOT_ERROR && strncmp(diagnostic->id, "file.", 5) != 0)
			return true;
	return !session->policy;
}

static void summarise(const struct session *session, const struct pxeboot_proof *proof)
{
	size_t errors = session_count(session, PXEBOOT_ERROR), warnings = session_count(session, PXEBOOT_WARNING);
	size_t hosts = pxeboot_policy_host_count(session->policy), groups = 0, items = 0;
	struct pxeboot_group group;
	struct pxeboot_item item;

	if (errors || !session->policy) {
		fprintf(stderr, "%zu error%s, %zu warning%s: %s.\n", errors, errors == 1 ? "" : "s", warnings,
			warnings == 1 ? "" : "s", is_refused(session) ? "the policy is refused"
			: "the policy would do, but machines can't start from these files");
		return;
	}
	while (pxeboot_policy_group(session->policy, groups, &group) == 0)
		groups++;
	while (pxeboot_policy_item(session->policy, items, &item) == 0)
		items++;
	printf("The policy is fine: %zu profiles and menus, %zu host%s, %zu group%s; %zu warning%s.\n", items,
	       hosts, hosts == 1 ? "" : "s", groups, groups == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
	summarise_proof(proof);
}

bool check_open_looker(const struct session *session, struct boot_looker *looker)
{
	const char *root = pxeboot_policy_get(session->policy, "server.root");

	struct pxeboot_build build;

	*looker = (struct boot_looker){ .policy = session->policy };
	if (pxeboot_policy_build(session->policy, &build) == 0)
		looker->user_class = build.user_class;
	return root && boot_root_open(root, pxeboot_policy_get(session->policy, "server.tftp"), &looker->root) == 0;
}

static int check_all(struct session *session, bool files, struct pxeboot_proof *ret_proof)
{
	struct pxeboot_tree *tree = NULL;
	struct boot_looker looker;
	bool looks = files && check_open_looker(session, &looker);
	int r = check_policy(session, looks ? &looker : NULL, NULL, NULL, ret_proof, &tree), checked;

	if (looks)
		boot_looker_close(&looker);
	checked = files ? check_files(session, tree) : 0;
	pxeboot_tree_free(tree);
	if (r == 0 && session_count(session, PXEBOOT_ERROR) > 0)
		r = -EBADMSG;
	return r ? r : checked;
}

/* Lets the boot root of another machine be checked where a copy of it lies; @setting has room for the override. */
static int take_root(struct session *session, const char *folder, char *setting, size_t size)
{
	CLEANUP_FREE char *path = realpath(folder, NULL);

	if (!path)
		return session_failure(session, "%s: %s", folder, strerror(errno));
	if (session->n_overrides == MAX_OVERRIDES || (size_t)snprintf(setting, size, "server.root=%s", path) >= size)
		return session_usage(session, "--root is too much");
	session->overrides[session->n_overrides++] = setting;
	return EXIT_FINE;
}

int check_whole_policy(struct session *session, const struct check_options *options)
{
	struct pxeboot_proof proof = { 0 };
	char root[PATH_MAX + 32];
	int r = options->root ? take_root(session, options->root, root, sizeof(root)) : EXIT_FINE;

	if (r != EXIT_FINE)
		return r;
	r = session_load(session);
	if (r == 0)
		r = check_all(session, !options->no_files, &proof);
	if (options->json) {
		json_findings(session);
	} else {
		session_tell(session, stderr);
		summarise(session, &proof);
	}
	return check_exit_code(session, r);
}
