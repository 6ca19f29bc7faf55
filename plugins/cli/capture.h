/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where explain finds packets: captures and hex dumps.
 */
#ifndef CLI_CAPTURE_H
#define CLI_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "session.h"

/* Called with the DHCP message (UDP payload) of every packet from a client; anything but 0 ends the reading. */
typedef int packet_reader(void *context, const uint8_t *bytes, size_t length);

/* Reads a capture file.  0, what @reader returned, or an exit code after telling what is wrong. */
int capture_read(const struct session *session, const char *path, packet_reader *reader, void *context);

/* One message as hexadecimal digits; blanks, newlines and colons between them are skipped; "-" is standard input. */
int hex_read(const struct session *session, const char *path, packet_reader *reader, void *context);

#endif
