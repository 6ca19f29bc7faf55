/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frames off the machine's wire, taken apart as far as the lab wants to know: Ethernet, IPv4, UDP or TCP.  Everything
 * in a frame is hostile; what does not fit is refused whole.
 */
#ifndef TRY_FRAME_H
#define TRY_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define FRAME_TCP_FIN 0x01
#define FRAME_TCP_SYN 0x02
#define FRAME_TCP_RST 0x04

struct frame {
	bool tcp;				/* else UDP */
	bool ipv6;
	uint32_t source, destination;		/* of IPv4, host byte order */
	const uint8_t *sender;			/* the MAC address that it comes from */
	uint16_t source_port, destination_port;
	uint32_t sequence;			/* TCP only, as the flags */
	uint8_t flags;
	const uint8_t *payload;			/* lent by the frame's bytes */
	size_t length;
};

/* 0, -ENODATA when it is neither UDP nor TCP over IP (or a fragment that is not the first, or of IPv6 with more headers),
 * -EBADMSG when it is cut short. */
int frame_parse(const void *bytes, size_t length, struct frame *ret_frame) MUST_USE;

/* What a DHCP server answers. */
struct dhcp_answer {
	uint32_t transaction;
	uint32_t next_server;			/* siaddr, host byte order */
	int type;				/* option 53: 2 OFFER, 5 ACK, 6 NAK; 0 without one */
	char file[256];				/* the boot file: option 67, else the BOOTP field; "" without one */
};

/* 0, -ENODATA when it is no server's message, -EBADMSG.  Option overload is not followed: the servers of the lab
 * don't use it. */
int dhcp_answer_parse(const void *bytes, size_t length, struct dhcp_answer *ret_answer) MUST_USE;

/* The same of DHCPv6: its type is 2 ADVERTISE or 7 REPLY, its file is option 59. */
int dhcp6_answer_parse(const void *bytes, size_t length, struct dhcp_answer *ret_answer) MUST_USE;
/* The transaction of a client's or server's message; 0 of anything shorter. */
uint32_t dhcp6_transaction(const void *bytes, size_t length);

#endif
