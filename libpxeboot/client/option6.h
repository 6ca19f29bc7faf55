/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frame of a DHCPv6 message to a server, and the walk over its options (RFC 8415).
 */
#ifndef CLIENT_OPTION6_H
#define CLIENT_OPTION6_H

#include "base/cursor.h"
#include "base/diagnostics.h"
#include "client/client.h"

/* One option; lends its bytes. */
struct dhcp6_option {
	uint16_t code, length;
	const uint8_t *bytes;
};

/* Lends from the bytes that it was opened over. */
struct packet6 {
	uint8_t type;			/* of the client's own message */
	struct cursor options;		/* likewise */
	bool relayed;
	/* What relays say, the one nearest to the client if several do; bytes NULL without. */
	struct dhcp6_option link_layer, interface_id, remote_id;	/* options 79, 18 and 37 */
};

/* Checks the frame of the message, and of those around it that relays have made, and walks all options once.  An option that
 * runs past the end condemns the whole: -EBADMSG with a diagnostic. */
int packet6_open(const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
		 struct packet6 *ret_packet) MUST_USE;

/* The first one with anything in it, as dnsmasq has it; DHCPv6 joins none.  Where there are empty ones alone, an empty one.
 * -ENODATA without. */
int packet6_option(struct cursor options, uint16_t code, struct dhcp6_option *ret_option) MUST_USE;

#endif
