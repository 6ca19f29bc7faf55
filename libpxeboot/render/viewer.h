/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One machine, for which texts of the policy are worked out before it boots.
 */
#ifndef RENDER_VIEWER_H
#define RENDER_VIEWER_H

#include "base/text.h"
#include "policy/policy.h"

struct viewer {
	const struct pxeboot_policy *policy;
	const struct pxeboot_client *client;
	const struct host *host;		/* that it is, or NULL */
	const struct group *group;		/* that it falls under, or NULL */
	int arch;				/* PXEBOOT_ARCH_NONE: not known */
	const struct profile *profile;		/* that is looked at, or NULL */
	struct pxeboot_diagnostics *diagnostics;
};

struct viewer viewer_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			struct pxeboot_diagnostics *diagnostics);

/* Adds @string with the machine's values in it: a fact that the client does not carry is "-", a variable that nothing
 * defines is empty, as it is in iPXE.  -EBADMSG, told as a finding about @subject, where it can't be read. */
int viewer_add_text(const struct viewer *viewer, const char *string, struct location where, const char *subject,
		    struct text *out) MUST_USE;
/* Adds where an answer file of the profile is, below @base; NULL: the folder of all of them. */
void viewer_add_answers(const struct viewer *viewer, const char *base, const char *name, struct text *out);

#endif
