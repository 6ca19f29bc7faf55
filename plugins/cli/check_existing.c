/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks configurations that somebody else wrote: no policy is read.
 */
#include <errno.h>

#include "check.h"
#include "cli.h"
#include "json.h"
#include "tftp-hpa/map.h"

static int check_map(struct session *session, const struct check_options *options, struct map *map)
{
	int r = map_read_file(map, options->tftpd_map, session->diagnostics);

	if (r == 0)
		r = map_check(map, session->diagnostics);
	if (r == 0 && options->root != NULL)
		r = map_check_root(map, options->root, session->diagnostics);
	return r;
}

/* With a map, boot files are asked for through it; one with errors serves nobody, and is told of by itself. */
static int check_dnsmasq(struct session *session, const struct check_options *options, const struct map *map,
			 struct pxeboot_proof *ret_proof)
{
	struct plugin_names names = { map_look_up, map };

	return plugin_dnsmasq.check_existing(options->dnsmasq, options->n_dnsmasq, options->root, map->safe ? &names : NULL,
					     session->diagnostics, ret_proof);
}

static void summarise(const struct session *session, const struct pxeboot_proof *proof)
{
	size_t errors = session_count(session, PXEBOOT_ERROR), warnings = session_count(session, PXEBOOT_WARNING);

	if (errors > 0 || warnings > 0)
		fprintf(stderr, "%zu error%s, %zu warning%s.\n", errors, errors == 1 ? "" : "s", warnings,
			warnings == 1 ? "" : "s");
	else
		printf("The configuration is fine.\n");
	if (proof->classes > 0)
		printf("Walked: %zu classes of clients stand for all %.2g that can exist; %zu boot, %zu get nothing and nobody "
		       "means them to.\n", proof->classes, proof->clients, proof->booting, proof->without);
}

int check_existing(struct session *session, const struct check_options *options)
{
	CLEANUP_MAP struct map map = MAP_INIT;
	struct pxeboot_proof proof = { 0 };
	int r = pxeboot_diagnostics_new(&session->diagnostics);

	if (r == 0 && options->tftpd_map != NULL)
		r = check_map(session, options, &map);
	if ((r == 0 || r == -EBADMSG) && options->n_dnsmasq > 0)
		r = check_dnsmasq(session, options, &map, &proof);
	/* What can't be read because of what it is was told. */
	if ((r == 0 || r == -EINVAL) && session_count(session, PXEBOOT_ERROR) > 0)
		r = -EBADMSG;
	if (options->json) {
		json_lint(session);
	} else {
		session_tell(session, stderr);
		summarise(session, &proof);
	}
	return check_exit_code(session, r);
}
