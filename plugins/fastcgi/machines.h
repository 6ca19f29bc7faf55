/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is remembered of machines (plugins/life.h), asked by many threads: each waits a second at most, whatever the
 * disk does, and goes on without.
 */
#ifndef FASTCGI_MACHINES_H
#define FASTCGI_MACHINES_H

#include <stdint.h>

#include "log.h"
#include "pxeboot.h"

struct machines;

int machines_new(struct log *log, struct machines **ret_machines) MUST_USE;
/* Leaves what hangs to itself.  NULL is fine. */
void machines_free(struct machines *machines);

/* What a machine's one-shot boot makes of it; each may be NULL, the caller frees them. */
struct machine_progress {
	char *boot, *token;
};

/* The client comes for its script: writes that down, which may be the end of its one-shot boot, and says what it gets.
 * Nothing is told in the answer when nothing is known, or nobody can tell: the log then says why.  -ENOMEM. */
int machines_ask(struct machines *machines, struct pxeboot_policy *policy, const struct pxeboot_client *client,
		 const char *address, int64_t now, struct machine_progress *ret_progress) MUST_USE;
void machine_progress_free(struct machine_progress *progress);

/* Whose one-shot boot is on, with this token?  0, the machine's key, and what the caller frees; -EACCES nobody's;
 * other errors when nobody can tell. */
int machines_token(struct machines *machines, struct pxeboot_policy *policy, const char *token, int64_t now,
		   char ret_key[PXEBOOT_KEY_SIZE], struct machine_progress *ret_progress) MUST_USE;

/* Under what key is the client written down?  Its host's first MAC address, else its own; -ENODATA: it has none. */
int machine_key(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
		char ret_key[PXEBOOT_KEY_SIZE]) MUST_USE;

/* An installer is done.  0; 1 it was so already; -EACCES that is nobody's token; other errors when nobody can tell. */
int machines_done(struct machines *machines, struct pxeboot_policy *policy, const char *token, int64_t now) MUST_USE;

#endif
