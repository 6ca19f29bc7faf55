/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frames (see frame.h): RFC 894, 791, 8200, 768, 9293 and, for the server's half of DHCP, RFC 2131, 2132 and 8415.
 */
#include "frame.h"

#include <errno.h>
#include <string.h>

#include "base/cursor.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define FRAGMENT_OFFSET 0x1fff

#define BOOTP_SIADDR 20
#define BOOTP_FILE 108
#define BOOTP_FILE_LENGTH 128
#define BOOTP_OPTIONS 236
#define DHCP_MAGIC 0x63825363u

#define DHCP6_ADVERTISE 2
#define DHCP6_REPLY 7
#define DHCP6_URL 59

static int parse_udp(struct cursor *packet, struct frame *frame)
{
	uint16_t length;

	if (cursor_be16(packet, &frame->source_port) < 0 || cursor_be16(packet, &frame->destination_port) < 0 ||
	    cursor_be16(packet, &length) < 0 || cursor_skip(packet, 2) < 0 || length < 8)
		return -EBADMSG;
	frame->tcp = false;
	frame->length = length - 8u;
	return cursor_bytes(packet, frame->length, &frame->payload);
}

static int parse_tcp(struct cursor *packet, struct frame *frame)
{
	uint8_t offset;
	size_t header;

	if (cursor_be16(packet, &frame->source_port) < 0 || cursor_be16(packet, &frame->destination_port) < 0 ||
	    cursor_be32(packet, &frame->sequence) < 0 || cursor_skip(packet, 4) < 0 ||
	    cursor_u8(packet, &offset) < 0 || cursor_u8(packet, &frame->flags) < 0 || cursor_skip(packet, 6) < 0)
		return -EBADMSG;
	header = 4u * (offset >> 4);
	if (header < 20 || cursor_skip(packet, header - 20) < 0)
		return -EBADMSG;
	frame->tcp = true;
	frame->length = cursor_left(packet);
	return cursor_bytes(packet, frame->length, &frame->payload);
}

/* Reads the IPv4 header and narrows @packet to what the header says that the packet holds: short frames are padded. */
static int parse_ipv4(struct cursor *packet, struct frame *frame, uint8_t *ret_protocol)
{
	uint8_t version, protocol;
	uint16_t total, fragment;
	const uint8_t *rest;
	size_t header;

	if (cursor_u8(packet, &version) < 0 || cursor_skip(packet, 1) < 0 || cursor_be16(packet, &total) < 0 ||
	    cursor_skip(packet, 2) < 0 || cursor_be16(packet, &fragment) < 0 || cursor_skip(packet, 1) < 0 ||
	    cursor_u8(packet, &protocol) < 0 || cursor_skip(packet, 2) < 0 ||
	    cursor_be32(packet, &frame->source) < 0 || cursor_be32(packet, &frame->destination) < 0)
		return -EBADMSG;
	header = 4u * (version & 0xf);
	if (version >> 4 != 4 || header < 20 || total < header || cursor_skip(packet, header - 20) < 0)
		return -EBADMSG;
	if (fragment & FRAGMENT_OFFSET)
		return -ENODATA;
	if (cursor_bytes(packet, total - header, &rest) < 0)
		return -EBADMSG;
	*packet = cursor_over(rest, total - header);
	*ret_protocol = protocol;
	return 0;
}

/* Likewise. */
static int parse_ipv6(struct cursor *packet, struct frame *frame, uint8_t *ret_protocol)
{
	uint8_t version, protocol;
	uint16_t payload;
	const uint8_t *rest;

	if (cursor_u8(packet, &version) < 0 || cursor_skip(packet, 3) < 0 || cursor_be16(packet, &payload) < 0 ||
	    cursor_u8(packet, &protocol) < 0 || cursor_skip(packet, 1 + 16 + 16) < 0 || version >> 4 != 6 ||
	    cursor_bytes(packet, payload, &rest) < 0)
		return -EBADMSG;
	*packet = cursor_over(rest, payload);
	*ret_protocol = protocol;
	frame->ipv6 = true;
	return 0;
}

int frame_parse(const void *bytes, size_t length, struct frame *ret_frame)
{
	struct cursor packet = cursor_over(bytes, length);
	struct frame frame = { 0 };
	uint16_t type;
	uint8_t protocol;
	int r;

	if (cursor_skip(&packet, 6) < 0 || cursor_bytes(&packet, 6, &frame.sender) < 0 || cursor_be16(&packet, &type) < 0)
		return -EBADMSG;
	if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
		return -ENODATA;
	r = type == ETHERTYPE_IPV4 ? parse_ipv4(&packet, &frame, &protocol) : parse_ipv6(&packet, &frame, &protocol);
	if (r < 0)
		return r;
	if (protocol != PROTOCOL_UDP && protocol != PROTOCOL_TCP)
		return -ENODATA;
	r = protocol == PROTOCOL_UDP ? parse_udp(&packet, &frame) : parse_tcp(&packet, &frame);
	if (r < 0)
		return r;
	*ret_frame = frame;
	return 0;
}

static void keep_file(struct dhcp_answer *answer, const uint8_t *bytes, size_t length)
{
	length = strnlen((const char *)bytes, length);
	if (length == 0 || length >= sizeof(answer->file))
		return;
	memcpy(answer->file, bytes, length);
	answer->file[length] = '\0';
}

static int parse_options(struct cursor *options, struct dhcp_answer *answer)
{
	uint8_t code, length;
	const uint8_t *value;

	while (cursor_u8(options, &code) == 0 && code != 255) {
		if (code == 0)
			continue;
		if (cursor_u8(options, &length) < 0 || cursor_bytes(options, length, &value) < 0)
			return -EBADMSG;
		if (code == 53 && length == 1)
			answer->type = value[0];
		else if (code == 67)
			keep_file(answer, value, length);
	}
	return 0;
}

int dhcp_answer_parse(const void *bytes, size_t length, struct dhcp_answer *ret_answer)
{
	struct cursor message = cursor_over(bytes, length);
	struct dhcp_answer answer = { 0 };
	const uint8_t *file;
	uint32_t magic;
	uint8_t op;

	if (cursor_u8(&message, &op) < 0)
		return -EBADMSG;
	if (op != 2)
		return -ENODATA;
	if (cursor_skip(&message, 3) < 0 || cursor_be32(&message, &answer.transaction) < 0 ||
	    cursor_skip(&message, BOOTP_SIADDR - 8) < 0 || cursor_be32(&message, &answer.next_server) < 0 ||
	    cursor_skip(&message, BOOTP_FILE - BOOTP_SIADDR - 4) < 0 ||
	    cursor_bytes(&message, BOOTP_FILE_LENGTH, &file) < 0 || cursor_be32(&message, &magic) < 0)
		return -EBADMSG;
	if (magic != DHCP_MAGIC)
		return -ENODATA;
	keep_file(&answer, file, BOOTP_FILE_LENGTH);
	if (parse_options(&message, &answer) < 0)
		return -EBADMSG;
	*ret_answer = answer;
	return 0;
}

uint32_t dhcp6_transaction(const void *bytes, size_t length)
{
	struct cursor message = cursor_over(bytes, length);
	uint32_t head;

	return cursor_be32(&message, &head) < 0 ? 0 : head & 0xffffff;
}

int dhcp6_answer_parse(const void *bytes, size_t length, struct dhcp_answer *ret_answer)
{
	struct cursor message = cursor_over(bytes, length);
	struct dhcp_answer answer = { .transaction = dhcp6_transaction(bytes, length) };
	uint16_t code, size;
	const uint8_t *value;
	uint8_t type;

	if (cursor_u8(&message, &type) < 0 || cursor_skip(&message, 3) < 0)
		return -EBADMSG;
	if (type != DHCP6_ADVERTISE && type != DHCP6_REPLY)
		return -ENODATA;
	answer.type = type;
	while (cursor_left(&message)) {
		if (cursor_be16(&message, &code) < 0 || cursor_be16(&message, &size) < 0 ||
		    cursor_bytes(&message, size, &value) < 0)
			return -EBADMSG;
		if (code == DHCP6_URL)
			keep_file(&answer, value, size);
	}
	*ret_answer = answer;
	return 0;
}
