/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel's packet filter does with one kind of packet, from what `nft -j list ruleset` prints.
 */
#ifndef DOCTOR_RULES_H
#define DOCTOR_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct filter_packet {
	bool tcp;			/* or UDP */
	uint16_t port;			/* that it goes to */
	bool established;		/* it belongs to a flow that the kernel has seen both ways; else it is new */
};

enum filter_verdict {
	FILTER_ACCEPTS,			/* whoever sends it */
	FILTER_DROPS,			/* whoever sends it */
	FILTER_DEPENDS,			/* on what is not known here: the interface, the sender, … */
};

/* The verdict of all chains that a packet to this machine passes.  With FILTER_DROPS @where tells which rule's.
 * -EBADMSG: this is no such text; -ENOTSUP: built without JSON. */
int filter_judge(const char *json, const struct filter_packet *packet, enum filter_verdict *ret_verdict,
		 struct text *where) MUST_USE;

#endif
