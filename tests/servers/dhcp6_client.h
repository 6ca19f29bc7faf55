/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A DHCPv6 relay agent that says exactly what a test wants: it wraps a client's message, sends it and reads the answer.
 */
#ifndef SERVERS_DHCP6_CLIENT_H
#define SERVERS_DHCP6_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dhcp6_type { DHCP6_SOLICIT = 1, DHCP6_ADVERTISE = 2, DHCP6_REQUEST = 3, DHCP6_REPLY = 7 };

#define DHCP6_PACKET_SIZE 1400

struct dhcp6_packet {
	uint8_t bytes[DHCP6_PACKET_SIZE];
	size_t length;
};

struct dhcp6_value {
	unsigned times;			/* how often it came; the rest is of the first */
	size_t length;
	uint8_t bytes[512];
};

struct dhcp6_reply {
	bool there;
	uint8_t type;
	struct dhcp6_value server, address;	/* options 2 and 3 */
	struct dhcp6_value url, class;		/* options 59 and 16 */
};

void dhcp6_packet_start(struct dhcp6_packet *packet, enum dhcp6_type type, uint32_t xid);
void dhcp6_packet_option(struct dhcp6_packet *packet, uint16_t code, const void *bytes, size_t length);
/* Puts the message into one of a relay at @link (16 bytes); @mac is what the relay says of the client, or NULL. */
void dhcp6_packet_relay(struct dhcp6_packet *packet, const uint8_t link[16], const uint8_t mac[6]);

/* A socket on port 547 of the namespace that the caller is in; -1 with errno. */
int dhcp6_relay_socket(const char *interface);
/* Sends to the server and waits for its answer to @xid.  False when none came in @milliseconds. */
bool dhcp6_ask(int fd, const struct dhcp6_packet *packet, const uint8_t server[16], uint32_t xid, int milliseconds,
	       struct dhcp6_reply *ret_reply);

#endif
