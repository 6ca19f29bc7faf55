/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Crafts DHCPv4 client messages for tests: a DISCOVER of 52:54:00:12:34:56, to which options are added as they are
 * wanted, malformed ones too.
 */
#ifndef CRAFT_H
#define CRAFT_H

#include <stdint.h>
#include <string.h>

struct craft {
	uint8_t bytes[8192];
	size_t length;
};

static inline void craft_bytes(struct craft *craft, const void *bytes, size_t length)
{
	if (length)
		memcpy(craft->bytes + craft->length, bytes, length);
	craft->length += length;
}

static inline void craft_option(struct craft *craft, uint8_t code, const void *bytes, uint8_t length)
{
	uint8_t head[] = { code, length };

	craft_bytes(craft, head, sizeof(head));
	craft_bytes(craft, bytes, length);
}

static inline void craft_begin(struct craft *craft)
{
	static const uint8_t head[] = { 1, 1, 6, 0 }, cookie[] = { 0x63, 0x82, 0x53, 0x63 };
	static const uint8_t mac[] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };

	memset(craft, 0, sizeof(*craft));
	memcpy(craft->bytes, head, sizeof(head));
	memcpy(craft->bytes + 28, mac, sizeof(mac));
	memcpy(craft->bytes + 236, cookie, sizeof(cookie));
	craft->length = 240;
	craft_option(craft, 53, "\x01", 1);
}

static inline void craft_end(struct craft *craft)
{
	craft_bytes(craft, "\xff", 1);
}

#endif
