/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The store that a command looks at, and the policy beside it: what `status` and `watch` begin with.
 */
#ifndef CLI_FLEET_H
#define CLI_FLEET_H

#include "session.h"

#define FLEET_SHORT_OPTIONS SESSION_SHORT_OPTIONS
#define FLEET_LONG_OPTIONS { "state", required_argument, NULL, 'D' }, SESSION_LONG_OPTIONS
#define FLEET_HELP \
	"      --state DIR        the directory where machines are remembered (default:\n" \
	"                         the policy's server.state); needs no policy then\n" \
	SESSION_HELP

struct fleet {
	struct session session;
	const char *directory;		/* --state, later where the store is */
	struct pxeboot_state *state;
};

/* As session_option(). */
int fleet_option(struct fleet *fleet, int option);
/* Loads the policy, without which it goes on when the store is named by hand, and finds out where the store is.
 * EXIT_FINE, or the exit code to leave with. */
int fleet_prepare(struct fleet *fleet);
/* Opens the store to look at it; what is found is for fleet_failure() to tell, when it is kept. */
int fleet_open(struct fleet *fleet, bool keep);
/* Says why it could not be opened or read; EXIT_SYSTEM. */
int fleet_failure(struct fleet *fleet, int error);
void fleet_close(struct fleet *fleet);
void fleet_end(struct fleet *fleet);

#endif
