/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every sub-command begins and ends with: the policy's options, loading it, telling findings.
 */
#ifndef SESSION_H
#define SESSION_H

#include <getopt.h>
#include <stdio.h>

#include "plugin.h"

#define MAX_OVERRIDES 32

struct session {
	const struct plugin_command *command;
	const char *policy_path;			/* -c, --config */
	const char *overrides[MAX_OVERRIDES + 1];	/* --set, NULL-terminated */
	size_t n_overrides;
	struct pxeboot_diagnostics *diagnostics;
	size_t n_told;					/* findings that session_tell() has shown */
	struct pxeboot_policy *policy;
};

/* For a command's getopt tables: these options are session_option()'s. */
#define SESSION_SHORT_OPTIONS "c:h"
#define SESSION_LONG_OPTIONS \
	{ "config", required_argument, NULL, 'c' }, \
	{ "set", required_argument, NULL, 'S' }, \
	{ "help", no_argument, NULL, 'h' }

/* And for its help text. */
#define SESSION_HELP \
	"  -c, --config FILE      the policy (default: $PXEBOOT_CONFIG/pxeboot.conf, else\n" \
	"                         " PXEBOOT_SYSCONFDIR "/pxeboot.conf)\n" \
	"      --set NAME=VALUE   a setting that wins over the policy's, such as\n" \
	"                         server.root=/srv/other; may be repeated\n" \
	"  -h, --help             this text\n"

/* Takes an option of its own; what it doesn't know (getopt's '?') ends in the usage exit.
 * Returns -1 to go on, else the exit code to leave with. */
int session_option(struct session *session, int option);

/* Says "pxeboot NAME: …" and where help is; returns EXIT_USAGE. */
int session_usage(const struct session *session, const char *format, ...) PRINTF_LIKE(2, 3);
/* Says "pxeboot NAME: …"; returns EXIT_SYSTEM. */
int session_failure(const struct session *session, const char *format, ...) PRINTF_LIKE(2, 3);

/* Where the policy is: what -c says, else the usual place.  The caller frees it; NULL: no memory. */
char *session_policy_path(const struct session *session);
/* Loads the policy; its findings are in session->diagnostics, not yet told.  0 or a negative errno. */
int session_load(struct session *session);
/* The same, and tells what it found: EXIT_FINE, or the exit code to leave with. */
int session_load_or_tell(struct session *session);
void session_end(struct session *session);

/* The findings from the @first on, by file, line and column; the caller frees the list, which ends in NULL. NULL: -ENOMEM. */
const struct pxeboot_diagnostic **session_findings(const struct session *session, size_t first) MUST_USE;
/* "FILE:LINE:COLUMN: error: text [id]", what there is of the place, a line each, to @stream: the findings that were not told yet. */
void session_tell(struct session *session, FILE *stream);
size_t session_count(const struct session *session, enum pxeboot_severity severity);

/* Is this stream a terminal that takes colours? */
bool stream_has_colours(FILE *stream);

#endif
