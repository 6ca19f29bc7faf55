/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frame and the options of a DHCPv4 client message.  Everything here is hostile: each length is checked against
 * what is left, and no region is ever walked past its end.
 */
#include "client/option.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

#define OPTION_PAD 0
#define OPTION_OVERLOAD 52
#define OPTION_END 255

#define OP_REQUEST 1			/* client to server */
#define COOKIE 0x63825363
#define MAX_MESSAGE 65536		/* what lies beyond is not looked at */

/* RFC 2131, section 2. */
enum layout {
	AT_OP = 0,
	AT_HTYPE = 1,
	AT_HLEN = 2,
	AT_CIADDR = 12,
	AT_GIADDR = 24,
	AT_CHADDR = 28,
	AT_SNAME = 44,
	AT_FILE = 108,
	AT_COOKIE = 236,
	AT_OPTIONS = 240,
};
#define CHADDR_LENGTH 16
#define SNAME_LENGTH 64
#define FILE_LENGTH 128

static PRINTF_LIKE(2, 3) int refuse(struct pxeboot_diagnostics *diagnostics, const char *format, ...)
{
	CLEANUP_TEXT struct text problem = TEXT_INIT;
	va_list arguments;

	va_start(arguments, format);
	text_addv(&problem, format, arguments);
	va_end(arguments);
	diagnostics_add(diagnostics, PXEBOOT_ERROR, "client.packet", (struct location){ NULL, 0 }, "packet: %s",
			problem.bytes ? problem.bytes : "malformed");
	return -EBADMSG;
}

int option_next(struct cursor *region, struct dhcp_option *ret_option)
{
	struct dhcp_option option;

	do {
		if (!cursor_left(region))
			return 0;
		if (cursor_u8(region, &option.code))
			return -EBADMSG;
	} while (option.code == OPTION_PAD);
	if (option.code == OPTION_END) {
		region->at = region->end;
		return 0;
	}
	if (cursor_u8(region, &option.length) || cursor_bytes(region, option.length, &option.bytes))
		return -EBADMSG;
	*ret_option = option;
	return 1;
}

/* Walks one region to its end; takes the value of option 52 along where @overload is not NULL. */
static int walk_region(struct cursor region, const char *name, struct pxeboot_diagnostics *diagnostics,
		       uint8_t *overload)
{
	struct dhcp_option option = { 0 };
	int more;

	while ((more = option_next(&region, &option)) > 0) {
		if (option.code != OPTION_OVERLOAD || !overload)
			continue;
		if (option.length != 1 || option.bytes[0] < 1 || option.bytes[0] > 3)
			return refuse(diagnostics, "option 52: malformed, expected one byte of 1, 2 or 3");
		*overload = option.bytes[0];
	}
	if (more < 0)
		return refuse(diagnostics, "an option runs past the end of the %s field", name);
	return 0;
}

/* RFC 2131, section 4.1: the options field, then file, then sname. */
static int open_regions(const uint8_t *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
			struct packet *packet)
{
	static const struct {
		uint8_t bit, at, length;
		const char *name;
	} fields[] = {
		{ 1, AT_FILE, FILE_LENGTH, "file" },
		{ 2, AT_SNAME, SNAME_LENGTH, "sname" },
	};
	uint8_t overload = 0;
	int error;
	size_t i;

	packet->regions[0] = cursor_over(bytes + AT_OPTIONS, length - AT_OPTIONS);
	packet->n_regions = 1;
	error = walk_region(packet->regions[0], "options", diagnostics, &overload);
	for (i = 0; i < ARRAY_SIZE(fields) && !error; i++) {
		if (!(overload & fields[i].bit))
			continue;
		packet->regions[packet->n_regions] = cursor_over(bytes + fields[i].at, fields[i].length);
		error = walk_region(packet->regions[packet->n_regions++], fields[i].name, diagnostics, NULL);
	}
	return error;
}

static uint32_t be32_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

int packet_open(const void *data, size_t length, struct pxeboot_diagnostics *diagnostics, struct packet *ret_packet)
{
	const uint8_t *bytes = data;
	struct packet packet = { 0 };
	int error;

	if (length < AT_OPTIONS)
		return refuse(diagnostics, "too short, expected at least %d bytes, got %zu", AT_OPTIONS, length);
	if (length > MAX_MESSAGE)
		length = MAX_MESSAGE;
	if (bytes[AT_OP] != OP_REQUEST)
		return refuse(diagnostics, "op: no client message, expected 1, got %u", bytes[AT_OP]);
	if (bytes[AT_HLEN] > CHADDR_LENGTH)
		return refuse(diagnostics, "hlen: out of range, expected at most 16, got %u", bytes[AT_HLEN]);
	if (be32_at(bytes + AT_COOKIE) != COOKIE)
		return refuse(diagnostics, "no DHCP, expected the cookie 0x63825363, got 0x%08x",
			      (unsigned)be32_at(bytes + AT_COOKIE));
	packet.hardware_type = bytes[AT_HTYPE];
	packet.hardware_length = bytes[AT_HLEN];
	packet.hardware = bytes + AT_CHADDR;
	packet.client_address = be32_at(bytes + AT_CIADDR);
	packet.relay_address = be32_at(bytes + AT_GIADDR);
	error = open_regions(bytes, length, diagnostics, &packet);
	if (error)
		return error;
	*ret_packet = packet;
	return 0;
}

int packet_option(const struct packet *packet, uint8_t code, uint8_t buffer[CLIENT_MAX_OPTION], size_t *ret_length)
{
	struct cursor region;
	struct dhcp_option option = { 0 };
	bool found = false;
	size_t i, length = 0;

	for (i = 0; i < packet->n_regions; i++) {
		region = packet->regions[i];
		while (option_next(&region, &option) > 0) {
			if (option.code != code)
				continue;
			if (option.length > CLIENT_MAX_OPTION - length)
				return -E2BIG;
			memcpy(buffer + length, option.bytes, option.length);
			length += option.length;
			found = true;
		}
	}
	if (!found)
		return -ENODATA;
	*ret_length = length;
	return 0;
}
