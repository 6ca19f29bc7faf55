/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines as the boot scripts know them.
 */
#ifndef PROOF_MACHINE_H
#define PROOF_MACHINE_H

#include "policy/policy.h"

/* Machines that no menu can tell apart. */
struct machine {
	int arch;
	const struct host *host;	/* that it is, or NULL */
	const struct group *group;	/* that it falls under, or NULL */
	int start;			/* where it begins: the item that its rule boots, or what its host boots once, or then */
	struct pxeboot_rule rule;
};

/* What the script decides for the client. */
struct machine machine_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client);

#endif
