/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Digs DHCP messages of clients out of capture files (libpcap) and hex dumps.
 */
#include "capture.h"

#include <errno.h>
#include <string.h>

#include "base/cursor.h"
#include "base/file.h"

#ifdef HAVE_PCAP
#include <pcap/pcap.h>

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_VLAN 0x8100
#define PROTOCOL_UDP 17

/* To a server's port, 67, or to the boot server's of a proxy, 4011; answers go to 68. */
static bool to_server(uint16_t source, uint16_t destination)
{
	return (destination == 67 || destination == 4011) && source != 4011;
}

/* Fragments are passed over: no client sends DHCP in pieces. */
static int skip_ipv4(struct cursor *packet)
{
	const uint8_t *header;
	size_t length;

	if (cursor_bytes(packet, 20, &header) < 0 || header[0] >> 4 != 4 || (header[0] & 0xf) < 5)
		return -EBADMSG;
	length = (size_t)(header[0] & 0xf) * 4;
	if (header[9] != PROTOCOL_UDP || (header[6] & 0x3f) || header[7])
		return -EBADMSG;
	return cursor_skip(packet, length - 20);
}

static int skip_udp(struct cursor *packet)
{
	uint16_t source, destination, length, checksum;

	if (cursor_be16(packet, &source) < 0 || cursor_be16(packet, &destination) < 0 ||
	    cursor_be16(packet, &length) < 0 || cursor_be16(packet, &checksum) < 0)
		return -EBADMSG;
	if (!to_server(source, destination) || length < 8 || (size_t)length - 8 > cursor_left(packet))
		return -EBADMSG;
	packet->end = packet->at + (length - 8);
	return 0;
}

static int skip_link(struct cursor *packet, int link)
{
	uint16_t type;
	int r;

	if (link == DLT_RAW)
		return 0;
	r = cursor_skip(packet, link == DLT_LINUX_SLL ? 14 : 12);
	if (r == 0)
		r = cursor_be16(packet, &type);
	if (r == 0 && type == ETHERTYPE_VLAN && cursor_skip(packet, 2) == 0)
		r = cursor_be16(packet, &type);
	return r < 0 || type != ETHERTYPE_IPV4 ? -EBADMSG : 0;
}

static int read_packets(const struct session *session, pcap_t *capture, const char *path, packet_reader *reader,
			void *context)
{
	int link = pcap_datalink(capture);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int r;

	if (link != DLT_EN10MB && link != DLT_LINUX_SLL && link != DLT_RAW)
		return session_failure(session, "%s: packets of a network that is neither Ethernet nor raw IP", path);
	while ((r = pcap_next_ex(capture, &header, &bytes)) == 1) {
		struct cursor packet = cursor_over(bytes, header->caplen);

		if (skip_link(&packet, link) < 0 || skip_ipv4(&packet) < 0 || skip_udp(&packet) < 0)
			continue;
		r = reader(context, packet.at, cursor_left(&packet));
		if (r)
			return r;
	}
	if (r == PCAP_ERROR)
		return session_failure(session, "%s: %s", path, pcap_geterr(capture));
	return 0;
}

int capture_read(const struct session *session, const char *path, packet_reader *reader, void *context)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *capture = pcap_open_offline(path, error);
	int r;

	if (!capture)
		return session_failure(session, "%s", error);
	r = read_packets(session, capture, path, reader, context);
	pcap_close(capture);
	return r;
}

#else

int capture_read(const struct session *session, const char *path, packet_reader *reader, void *context)
{
	return session_usage(session, "--pcap: this build reads no captures (built without libpcap)");
}
#endif

#define HEX_LIMIT (1 << 20)	/* bytes of text */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Turns the digits into bytes in place; the number of bytes, or -EBADMSG. */
static ssize_t decode_hex(char *text)
{
	uint8_t *out = (uint8_t *)text;
	size_t digits = 0;

	for (const char *at = text; *at; at++) {
		int digit = hex_digit(*at);

		if (strchr(" \t\r\n:", *at))
			continue;
		if (digit < 0)
			return -EBADMSG;
		out[digits / 2] = (uint8_t)(digits % 2 ? out[digits / 2] | digit : digit << 4);
		digits++;
	}
	return digits % 2 ? -EBADMSG : (ssize_t)(digits / 2);
}

int hex_read(const struct session *session, const char *path, packet_reader *reader, void *context)
{
	CLEANUP_FREE char *text = NULL;
	bool standard_input = strcmp(path, "-") == 0;
	int r = 0;
	ssize_t length;

	if (standard_input) {
		text = calloc(1, HEX_LIMIT);
		if (!text || fread(text, 1, HEX_LIMIT - 1, stdin) == HEX_LIMIT - 1)
			r = -E2BIG;
	} else {
		r = file_read(path, HEX_LIMIT, &text, NULL);
	}
	if (r < 0)
		return session_failure(session, "%s: %s", path, strerror(-r));
	length = decode_hex(text);
	if (length < 0)
		return session_failure(session, "%s: not hexadecimal pairs", path);
	return reader(context, (uint8_t *)text, (size_t)length);
}
