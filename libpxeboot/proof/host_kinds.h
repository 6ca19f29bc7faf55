/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hosts that a door can't tell apart are of one kind, and one of them stands for all.
 */
#ifndef PROOF_HOST_KINDS_H
#define PROOF_HOST_KINDS_H

#include "proof/universe.h"

/* What of a host matters at the door. */
struct host_kind {
	const char *loader;
	const struct host *named;	/* by an entry's audience, else NULL */
	int boot, once, then, menu_default, menu_timeout;
	long mac;			/* an atom; -1: any; -2: any, and a Raspberry Pi's */
	bool secure;
	uint32_t host, part;		/* the first one; which address, or n_macs: UUID or serial number */
	double hosts;			/* that are so, by each of their addresses, and by UUID or serial number */
};

/* Of a universe whose atoms are known, in an order that hangs on the policy alone; the caller frees them. */
int host_kinds_new(const struct universe *universe, struct host_kind **ret_kinds, size_t *ret_n) MUST_USE;

#endif
