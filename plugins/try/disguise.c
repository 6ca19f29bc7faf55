/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An iPXE that looks like plain PXE (see disguise.h).
 */
#include "disguise.h"

#include <string.h>

#include "base/cursor.h"
#include "frame.h"

#define PORT_DHCP_SERVER 67
#define PORT_PXE 4011
#define DHCP_OPTIONS 240			/* in a message: after the fixed fields and the cookie */
#define UDP_CHECKSUM 2				/* before the payload */

#define OPTION_PAD 0
#define OPTION_USER_CLASS 77
#define OPTION_IPXE 175
#define OPTION_END 255

static void blank_options(uint8_t *bytes, size_t length)
{
	struct cursor options = cursor_over(bytes, length);
	const uint8_t *value;
	uint8_t code, size;

	while (cursor_u8(&options, &code) == 0 && code != OPTION_END) {
		if (code == OPTION_PAD)
			continue;
		if (cursor_u8(&options, &size) < 0 || cursor_bytes(&options, size, &value) < 0)
			return;
		if (code == OPTION_USER_CLASS || code == OPTION_IPXE)
			memset(bytes + (value - bytes) - 2, OPTION_PAD, size + 2u);
	}
}

void disguise_frame(void *bytes, size_t length)
{
	struct frame frame;
	uint8_t *message;

	if (frame_parse(bytes, length, &frame) < 0 || frame.tcp || frame.length < DHCP_OPTIONS ||
	    (frame.destination_port != PORT_DHCP_SERVER && frame.destination_port != PORT_PXE))
		return;
	message = (uint8_t *)bytes + (frame.payload - (const uint8_t *)bytes);
	blank_options(message + DHCP_OPTIONS, frame.length - DHCP_OPTIONS);
	/* None is a checksum that IPv4 allows. */
	memset(message - UDP_CHECKSUM, 0, UDP_CHECKSUM);
}
