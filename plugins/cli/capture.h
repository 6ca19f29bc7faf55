/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where explain finds packets: captures and hex dumps.
 */
#ifndef CLI_CAPTURE_H
#define CLI_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session.h"

/* The DHCP message (UDP payload) of a client; lent for the call. */
struct dhcp_message {
	const uint8_t *bytes;
	size_t length;
	bool ipv6;			/* DHCPv6 */
	const uint8_t *sender;		/* the MAC address of who sent it, or NULL: not known, or a relay's */
};

/* Called with every message; anything but 0 ends the reading. */
typedef int packet_reader(void *context, const struct dhcp_message *message);

/* Reads a capture file.  0, what @reader returned, or an exit code after telling what is wrong. */
int capture_read(const struct session *session, const char *path, packet_reader *reader, void *context);

/* One message as hexadecimal digits, of DHCPv6 if it is one and can't be DHCPv4's; blanks, newlines and colons between them are skipped; "-" is standard input. */
int hex_read(const struct session *session, const char *path, packet_reader *reader, void *context);

#endif
