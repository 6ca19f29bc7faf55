/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frame of a DHCPv4 client message (RFC 2131) and the walk over its options (RFC 2132, RFC 3396).
 */
#ifndef CLIENT_OPTION_H
#define CLIENT_OPTION_H

#include "base/cursor.h"
#include "base/diagnostics.h"
#include "client/client.h"

/* Lends from the bytes that it was opened over. */
struct packet {
	uint8_t hardware_type, hardware_length;
	const uint8_t *hardware;	/* chaddr, 16 bytes */
	uint32_t client_address, relay_address;		/* ciaddr, giaddr; host byte order */
	struct cursor regions[3];	/* options, then file and sname where option 52 says so */
	size_t n_regions;
};

/* Checks the frame and walks all options once.  An option that runs past the end of its region condemns the whole
 * message: -EBADMSG with a diagnostic; nobody can say what else was in it, and an option that is absent could not be
 * told from one that was lost.  What follows an END is ignored; a missing END is forgiven. */
int packet_open(const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
		struct packet *ret_packet) MUST_USE;

/* Joins all parts of an option, in the order of RFC 3396, section 5.  -ENODATA absent, -E2BIG when it is longer than
 * @buffer; an empty option is 0 and a length of 0.  @buffer's content is undefined on failure. */
int packet_option(const struct packet *packet, uint8_t code, uint8_t buffer[CLIENT_MAX_OPTION],
		  size_t *ret_length) MUST_USE;

/* One option or encapsulated option. */
struct dhcp_option {
	uint8_t code, length;
	const uint8_t *bytes;
};

/* Moves on to the next option, over pads.  1 an option, 0 the end, -EBADMSG the option runs past the end. */
int option_next(struct cursor *region, struct dhcp_option *ret_option) MUST_USE;

#endif
