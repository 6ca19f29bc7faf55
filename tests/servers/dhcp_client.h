/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A DHCP client that says exactly what a test wants: it builds the packet, sends it from an interface of its own
 * namespace and reads the answer.  It never configures anything with what it learns.
 */
#ifndef SERVERS_DHCP_CLIENT_H
#define SERVERS_DHCP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dhcp_type {
	DHCP_DISCOVER = 1, DHCP_OFFER = 2, DHCP_REQUEST = 3, DHCP_ACK = 5, DHCP_NAK = 6, DHCP_RELEASE = 7,
};

#define DHCP_PACKET_SIZE 1400

/* A message that is being built; options are added until dhcp_packet_end(). */
struct dhcp_packet {
	uint8_t bytes[DHCP_PACKET_SIZE];
	size_t length;
};

struct dhcp_value {
	bool there;
	uint8_t length;
	uint8_t bytes[255];
};

struct dhcp_reply {
	bool there;
	uint8_t type;
	uint32_t yiaddr, siaddr, server;	/* host byte order */
	char file[256];				/* the BOOTP file field, or else option 67 */
	bool file_in_option;			/* it came in option 67 */
	char vendor_class[64];			/* option 60 */
	size_t vendor_options;			/* length of option 43 */
	bool raspberry_pi;			/* it has a Raspberry Pi's word in it */
	/* The same as it was sent.  A field that holds options is empty. */
	char field[129], server_name[65];
	struct dhcp_value class;		/* option 60 */
	struct dhcp_value named[2];		/* option 67; dnsmasq can send it twice */
	unsigned n_named;
	struct dhcp_value tftp_server, tftp_address;	/* options 66, the first one, and 150 */
};

void dhcp_packet_start(struct dhcp_packet *packet, enum dhcp_type type, const uint8_t mac[6], uint32_t xid);
void dhcp_packet_option(struct dhcp_packet *packet, uint8_t code, const void *bytes, size_t length);
/* Options that are in their wire form already. */
void dhcp_packet_append(struct dhcp_packet *packet, const void *options, size_t length);
/* Another network's relay at @address (host byte order) has brought it. */
void dhcp_packet_relay(struct dhcp_packet *packet, uint32_t address);
void dhcp_packet_end(struct dhcp_packet *packet);

/* A socket on @interface and port 68 of the namespace that the caller is in; -1 with errno. */
int dhcp_socket(const char *interface);
/* A relay's, on port 67. */
int dhcp_relay_socket(const char *interface);

/* Sends to the broadcast address, port 67; from a relay to @server (host byte order), port 67; or to port 4011. */
int dhcp_send(int fd, const struct dhcp_packet *packet);
int dhcp_send_relayed(int fd, const struct dhcp_packet *packet, uint32_t server);
int dhcp_send_4011(int fd, const struct dhcp_packet *packet, uint32_t server);

/* Waits for the reply to @xid.  When the reply to @sentinel (0: none) comes first there will be none to @xid:
 * servers answer in order.  False when neither came in @milliseconds. */
bool dhcp_receive(int fd, uint32_t xid, uint32_t sentinel, int milliseconds, struct dhcp_reply *ret_reply);

/* Takes one reply that waits at @fd: 1 and its xid, 0 for something else; -1 when nothing waits. */
int dhcp_take(int fd, uint32_t *ret_xid, struct dhcp_reply *ret_reply);

#endif
