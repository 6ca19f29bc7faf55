/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RFC 791, 768, 2131, 2132: as much of them as one question needs.  Everything that is read came from the network.
 */
#include "offer.h"

#include <errno.h>
#include <string.h>

enum {
	IP_LENGTH = 20, UDP_LENGTH = 8, PORT_SERVER = 67, PORT_CLIENT = 68, PROTOCOL_UDP = 17,
	AT_XID = 4, AT_FLAGS = 10, AT_YIADDR = 16, AT_SIADDR = 20, AT_CHADDR = 28, AT_FILE = 108, FILE_LENGTH = 128,
	AT_COOKIE = 236, AT_OPTIONS = 240,
	OPTION_OVERLOAD = 52, OPTION_TYPE = 53, OPTION_SERVER = 54, OPTION_VENDOR_CLASS = 60, OPTION_FILE = 67,
	TYPE_OFFER = 2,
};
static const uint8_t cookie[4] = { 99, 130, 83, 99 };

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* ---- The question ---- */

static unsigned checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += get16(bytes + i);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static void put_headers(uint8_t *packet, size_t payload)
{
	uint8_t *udp = packet + IP_LENGTH;

	packet[0] = 0x45;
	put16(packet + 2, (unsigned)(IP_LENGTH + UDP_LENGTH + payload));
	packet[8] = 64;				/* hops */
	packet[9] = PROTOCOL_UDP;
	put32(packet + 16, 0xffffffff);		/* from nobody to everybody */
	put16(packet + 10, checksum(packet, IP_LENGTH));
	put16(udp, PORT_CLIENT);
	put16(udp + 2, PORT_SERVER);
	put16(udp + 4, (unsigned)(UDP_LENGTH + payload));	/* without a checksum, which IPv4 allows */
}

size_t discover_write(const uint8_t mac[6], uint32_t xid, uint8_t ret[DISCOVER_SIZE])
{
	static const uint8_t options[] = {
		53, 1, 1,					/* DISCOVER */
		57, 2, 0x05, 0xc0,				/* answers of 1,472 bytes are fine */
		55, 10, 1, 3, 6, 43, 54, 60, 66, 67, 128, 129,
		94, 3, 1, 3, 16,
		93, 2, 0, 7,					/* x64 UEFI */
		60, 32, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', ':', 'A', 'r', 'c', 'h', ':',
		'0', '0', '0', '0', '7', ':', 'U', 'N', 'D', 'I', ':', '0', '0', '3', '0', '1', '6',
		255,
	};
	const size_t payload = AT_OPTIONS + sizeof(options);
	uint8_t *dhcp = ret + IP_LENGTH + UDP_LENGTH;

	memset(ret, 0, DISCOVER_SIZE);
	put_headers(ret, payload);
	dhcp[0] = 1;					/* a client asks, by Ethernet, with 6 bytes of MAC */
	dhcp[1] = 1;
	dhcp[2] = 6;
	put32(dhcp + AT_XID, xid);
	dhcp[AT_FLAGS] = 0x80;				/* answer by broadcast: the address is nobody's */
	memcpy(dhcp + AT_CHADDR, mac, 6);
	memcpy(dhcp + AT_COOKIE, cookie, sizeof(cookie));
	memcpy(dhcp + AT_OPTIONS, options, sizeof(options));
	return IP_LENGTH + UDP_LENGTH + payload;
}

/* ---- The answers ---- */

/* Moves past IP and UDP.  False when this is no DHCP answer. */
static bool skip_headers(const uint8_t **bytes, size_t *length)
{
	const uint8_t *at = *bytes;
	size_t header;

	if (*length < IP_LENGTH || at[0] >> 4 != 4 || at[9] != PROTOCOL_UDP || (get16(at + 6) & 0x1fff) != 0)
		return false;
	header = 4u * (at[0] & 15);
	if (header < IP_LENGTH || *length < header || *length - header < UDP_LENGTH)
		return false;
	at += header;
	if (get16(at) != PORT_SERVER || get16(at + 2) != PORT_CLIENT)
		return false;
	*bytes = at + UDP_LENGTH;
	*length -= header + UDP_LENGTH;
	return true;
}

static void take_text(const uint8_t *bytes, size_t length, char *ret, size_t size)
{
	size_t n = strnlen((const char *)bytes, length);

	n = n < size ? n : size - 1;
	memcpy(ret, bytes, n);
	ret[n] = '\0';
}

struct seen {
	uint8_t type, overload;
	bool has_file;
};

static void take_option(uint8_t code, const uint8_t *bytes, size_t length, struct offer *offer, struct seen *seen)
{
	if (code == OPTION_TYPE && length == 1)
		seen->type = bytes[0];
	else if (code == OPTION_OVERLOAD && length == 1)
		seen->overload = bytes[0];
	else if (code == OPTION_SERVER && length == 4)
		offer->server = get32(bytes);
	else if (code == OPTION_VENDOR_CLASS)
		take_text(bytes, length, offer->vendor_class, sizeof(offer->vendor_class));
	else if (code == OPTION_FILE) {
		take_text(bytes, length, offer->file, sizeof(offer->file));
		seen->has_file = true;
	}
}

/* -EBADMSG when one reaches past the end. */
static int take_options(const uint8_t *at, size_t length, struct offer *offer, struct seen *seen)
{
	while (length > 0 && at[0] != 255) {
		size_t n = at[0] == 0 ? 1 : length < 2 ? length + 1 : 2u + at[1];

		if (n > length)
			return -EBADMSG;
		if (at[0] != 0)
			take_option(at[0], at + 2, n - 2, offer, seen);
		at += n;
		length -= n;
	}
	return 0;
}

int offer_read(const uint8_t *bytes, size_t length, const uint8_t mac[6], uint32_t xid, struct offer *ret_offer)
{
	struct offer offer = { .server = length >= IP_LENGTH ? get32(bytes + 12) : 0 };
	struct seen seen = { 0, 0, false };

	if (!skip_headers(&bytes, &length) || length < AT_OPTIONS || bytes[0] != 2 || get32(bytes + AT_XID) != xid ||
	    memcmp(bytes + AT_CHADDR, mac, 6) != 0 || memcmp(bytes + AT_COOKIE, cookie, sizeof(cookie)) != 0)
		return -ENOENT;
	if (take_options(bytes + AT_OPTIONS, length - AT_OPTIONS, &offer, &seen) < 0)
		return -EBADMSG;
	if (seen.type != TYPE_OFFER)
		return -ENOENT;
	offer.address = get32(bytes + AT_YIADDR);
	offer.next_server = get32(bytes + AT_SIADDR);
	if (!seen.has_file && !(seen.overload & 1))		/* else options stand in that field */
		take_text(bytes + AT_FILE, FILE_LENGTH, offer.file, sizeof(offer.file));
	*ret_offer = offer;
	return 0;
}
