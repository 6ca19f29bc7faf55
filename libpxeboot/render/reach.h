/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What can be reached from a profile or menu: which profiles, and which variables they need.
 */
#ifndef RENDER_REACH_H
#define RENDER_REACH_H

#include "policy/policy.h"

struct reach {
	struct need {
		const char *name;		/* in the policy's text, not NUL-terminated */
		size_t length;
		const struct item *item;	/* that has the text */
	} *needs;				/* variables without default that hosts' vars must define */
	size_t n_needs;
	const struct profile **answers;		/* profiles with an answer file */
	size_t n_answers;
};

/* One for each item of the policy; the caller frees with reach_free(). */
int reach_new(const struct pxeboot_policy *policy, struct reach **ret_reach) MUST_USE;
void reach_free(const struct pxeboot_policy *policy, struct reach *reach);

/* Tells every variable that a host, a group or everybody else may come to need and does not define.
 * 0, or -EBADMSG when there was one. */
int reach_check(const struct pxeboot_policy *policy, const struct reach *reach,
		struct pxeboot_diagnostics *diagnostics) MUST_USE;

/* The same for one host and what it reaches from one item. */
int reach_check_host(const struct pxeboot_policy *policy, const struct reach *reach, const struct host *host,
		     struct pxeboot_diagnostics *diagnostics) MUST_USE;

#endif
