/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What happens after DHCP: menus, their defaults, profiles, and what those hand over to.
 */
#ifndef PROOF_MENUS_H
#define PROOF_MENUS_H

#include "policy/policy.h"

/* Machines that no menu can tell apart. */
struct viewer {
	int arch;
	const struct host *host;	/* that it is, or NULL */
	const struct group *group;	/* that it falls under, or NULL */
	int root;			/* the item that its rule boots */
	int start;			/* where it begins: the same, or what its host boots once */
	struct pxeboot_rule rule;
};

/* Tells every fault that one of the viewers meets; of @decide the look() alone is used.  0 or -ENOMEM. */
int menus_prove(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, const struct viewer *viewers,
		size_t n, struct pxeboot_diagnostics *diagnostics) MUST_USE;

#endif
