/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks configurations that somebody else wrote: no policy is read.
 */
#include <errno.h>

#include "check.h"
#include "json.h"
#include "tftp-hpa/map.h"

static int check_map(struct session *session, const struct check_options *options)
{
	CLEANUP_MAP struct map map;
	int r;

	map_init(&map);
	r = map_read_file(&map, options->tftpd_map, session->diagnostics);
	if (r == 0)
		r = map_check(&map, session->diagnostics);
	if (r == 0 && options->root != NULL)
		r = map_check_root(&map, options->root, session->diagnostics);
	return r;
}

static void summarise(const struct session *session, const struct check_options *options)
{
	size_t errors = session_count(session, PXEBOOT_ERROR), warnings = session_count(session, PXEBOOT_WARNING);

	if (errors > 0)
		fprintf(stderr, "%zu error%s, %zu warning%s.\n", errors, errors == 1 ? "" : "s", warnings,
			warnings == 1 ? "" : "s");
	else
		printf("in.tftpd's map is fine%s; %zu warning%s.\n", options->root != NULL ? ", and so is where it leads" : "",
		       warnings, warnings == 1 ? "" : "s");
}

int check_existing(struct session *session, const struct check_options *options)
{
	int r = pxeboot_diagnostics_new(&session->diagnostics);

	if (r == 0)
		r = check_map(session, options);
	if (r == 0 && session_count(session, PXEBOOT_ERROR) > 0)
		r = -EBADMSG;
	if (options->json) {
		json_lint(session);
	} else {
		session_tell(session, stderr);
		summarise(session, options);
	}
	return check_exit_code(session, r);
}
