/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many clients at once: all their questions go out before the first answer is read, and answers find their question by
 * its transaction number.  Each client says DISCOVER and, when it got an offer, REQUEST (or asks port 4011 of a proxy).
 */
#ifndef SERVERS_VOLLEY_H
#define SERVERS_VOLLEY_H

#include "dhcp_client.h"

struct volley {
	int socket, relay;		/* on ports 68 and 67 */
	bool silent;			/* the server may say nothing at all to somebody, as a proxy does */
	int patience;			/* milliseconds without any answer */
	uint32_t xid;			/* the last that was used */
};

struct volley_ask {
	uint8_t mac[6];
	bool relayed;
	const uint8_t *options;		/* in wire form, without 50, 53 and 54; lent */
	size_t length;
	const uint8_t *file;		/* the 128 bytes of the BOOTP file field; NULL: zeros */
	struct dhcp_reply offer, ack;	/* what came back, if it is there */
};

/* Builds the DISCOVER as it is sent; @xid tells it from others. */
void volley_discover(const struct volley_ask *ask, uint32_t xid, struct dhcp_packet *ret_packet);

/* The address (host byte order) with which it asks port 4011: some other server has given it. */
uint32_t volley_address(const struct volley_ask *ask);

/* Asks for all @n.  One that gets no ACK among the others, as two can be offered one address, asks once more alone. */
void volley_fire(struct volley *volley, struct volley_ask *asks, size_t n);

#endif
