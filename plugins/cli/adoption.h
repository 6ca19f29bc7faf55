/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines that somebody wants to make hosts: read, and held against each other and the policy.
 */
#ifndef CLI_ADOPTION_H
#define CLI_ADOPTION_H

#include "base/diagnostics.h"

#define ADOPTIONS_MAX 100000

struct adoption {
	char *mac, *name, *boot;	/* the address as policies have it */
	struct location where;		/* of the list that it comes from; all 0: the command line */
};

struct adoptions {
	struct adoption *list;
	size_t count;
};

/* Adds one; -EBADMSG and a finding when one of the three is malformed. */
int adoptions_add(struct adoptions *adoptions, const char *mac, const char *name, const char *boot,
		  struct location where, struct pxeboot_diagnostics *diagnostics);
/* Adds what a file lists, "MAC NAME PROFILE" a line; "-" is standard input.  -EBADMSG after findings, or another negative
 * errno when it can't be read. */
int adoptions_read(struct adoptions *adoptions, const char *path, struct pxeboot_diagnostics *diagnostics);
/* Are all of them new to the policy and to each other, and is there what they boot?  -EBADMSG after findings. */
int adoptions_check(const struct adoptions *adoptions, const struct pxeboot_policy *policy,
		    struct pxeboot_diagnostics *diagnostics);
void adoptions_free(struct adoptions *adoptions);

#endif
