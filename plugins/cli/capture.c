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
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define PROTOCOL_UDP 17
#define IPV6_HEAD 40
#define RELAY_REPLY 13			/* of DHCPv6: a server's, to the port of servers, where relays listen */

/* To a server's port, 67, or to the boot server's of a proxy, 4011; answers go to 68.  DHCPv6: to 547. */
static bool to_server(uint16_t source, uint16_t destination, bool ipv6)
{
	if (ipv6)
		return destination == 547;
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

/* No client puts another header between, and none sends DHCP in pieces. */
static int skip_ipv6(struct cursor *packet)
{
	const uint8_t *header;

	if (cursor_bytes(packet, IPV6_HEAD, &header) < 0 || header[0] >> 4 != 6 || header[6] != PROTOCOL_UDP)
		return -EBADMSG;
	return 0;
}

static int skip_udp(struct cursor *packet, bool ipv6)
{
	uint16_t source, destination, length, checksum;

	if (cursor_be16(packet, &source) < 0 || cursor_be16(packet, &destination) < 0 ||
	    cursor_be16(packet, &length) < 0 || cursor_be16(packet, &checksum) < 0)
		return -EBADMSG;
	if (!to_server(source, destination, ipv6) || length < 8 || (size_t)length - 8 > cursor_left(packet))
		return -EBADMSG;
	packet->end = packet->at + (length - 8);
	return 0;
}

/* Says which of the two is inside, and who sent it where that is known. */
static int skip_link(struct cursor *packet, int link, struct dhcp_message *message)
{
	const uint8_t *start = packet->at;
	uint16_t type;
	int r;

	message->ipv6 = link == DLT_RAW && cursor_left(packet) && *start >> 4 == 6;
	if (link == DLT_RAW)
		return 0;
	r = cursor_skip(packet, link == DLT_LINUX_SLL ? 14 : 12);
	if (r == 0)
		r = cursor_be16(packet, &type);
	if (r == 0 && type == ETHERTYPE_VLAN && cursor_skip(packet, 2) == 0)
		r = cursor_be16(packet, &type);
	if (r < 0 || (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6))
		return -EBADMSG;
	message->ipv6 = type == ETHERTYPE_IPV6;
	message->sender = link == DLT_EN10MB ? start + 6 : NULL;
	return 0;
}

static bool find_message(const uint8_t *bytes, size_t length, int link, struct dhcp_message *ret_message)
{
	struct dhcp_message message = { 0 };
	struct cursor packet = cursor_over(bytes, length);

	if (skip_link(&packet, link, &message) < 0 ||
	    (message.ipv6 ? skip_ipv6(&packet) : skip_ipv4(&packet)) < 0 || skip_udp(&packet, message.ipv6) < 0)
		return false;
	message.bytes = packet.at;
	message.length = cursor_left(&packet);
	if (message.ipv6 && message.length && *message.bytes == RELAY_REPLY)
		return false;
	*ret_message = message;
	return true;
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
		struct dhcp_message message;

		if (!find_message(bytes, header->caplen, link, &message))
			continue;
		r = reader(context, &message);
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
	return reader(context, &(struct dhcp_message){
		.bytes = (uint8_t *)text, .length = (size_t)length, .ipv6 = pxeboot_packet_message_type(text, (size_t)length) == -EBADMSG &&
			pxeboot_packet6_message_type(text, (size_t)length) > 0,
	});
}
