/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DHCPv6 frames (see option6.h).  Everything here is hostile: lengths are checked against what is left, and relays may
 * stand in one another only so deep as the RFC lets them.
 */
#include "client/option6.h"

#include <errno.h>

#define RELAY_FORWARD 12
#define RELAY_HEAD 34			/* type, hop count, link and peer address: section 9 */
#define MESSAGE_HEAD 4			/* type and transaction: section 8 */
#define RELAYS_MAX 9			/* HOP_COUNT_LIMIT is 8, counted from 0: section 7.6 */

#define OPTION_RELAY_MESSAGE 9
#define OPTION_INTERFACE_ID 18
#define OPTION_REMOTE_ID 37		/* RFC 4649 */
#define OPTION_LINK_LAYER 79		/* RFC 6939 */

/* SOLICIT, REQUEST, CONFIRM, RENEW, REBIND, RELEASE, DECLINE, INFORMATION-REQUEST. */
static bool is_clients(uint8_t type)
{
	static const uint8_t types[] = { 1, 3, 4, 5, 6, 8, 9, 11 };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i] == type)
			return true;
	return false;
}

static int option6_next(struct cursor *options, struct dhcp6_option *ret_option)
{
	struct dhcp6_option option;

	if (!cursor_left(options))
		return 0;
	if (cursor_be16(options, &option.code) || cursor_be16(options, &option.length) ||
	    cursor_bytes(options, option.length, &option.bytes))
		return -EBADMSG;
	*ret_option = option;
	return 1;
}

int packet6_option(struct cursor options, uint16_t code, struct dhcp6_option *ret_option)
{
	struct dhcp6_option option = { 0 }, found = { 0 };

	while (!found.length && option6_next(&options, &option) > 0)
		if (option.code == code)
			found = option;
	if (!found.bytes)
		return -ENODATA;
	*ret_option = found;
	return 0;
}

static bool are_whole(struct cursor options)
{
	struct dhcp6_option option = { 0 };
	int more;

	while ((more = option6_next(&options, &option)) > 0)
		;
	return !more;
}

/* Keeps what the relay says; what an inner one says comes later and stays. */
static void take_relay(struct packet6 *packet, struct cursor options)
{
	const struct {
		uint16_t code;
		struct dhcp6_option *keep;
	} rows[] = {
		{ OPTION_LINK_LAYER, &packet->link_layer },
		{ OPTION_INTERFACE_ID, &packet->interface_id },
		{ OPTION_REMOTE_ID, &packet->remote_id },
	};
	struct dhcp6_option option;

	packet->relayed = true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!packet6_option(options, rows[i].code, &option))
			*rows[i].keep = option;
}

/* Goes on from a relay's message to the one that it carries.  0, or what is wrong. */
static const char *enter_relay(struct packet6 *packet, struct cursor *message)
{
	struct dhcp6_option inner;

	if (cursor_skip(message, RELAY_HEAD))
		return "the message of a relay is too short";
	if (!are_whole(*message))
		return "an option of a relay runs past the end";
	if (packet6_option(*message, OPTION_RELAY_MESSAGE, &inner))
		return "a relay without the message of a client";
	take_relay(packet, *message);
	*message = cursor_over(inner.bytes, inner.length);
	return NULL;
}

/* What is wrong with the message, or NULL. */
static const char *open_message(struct cursor message, struct packet6 *packet)
{
	const char *problem = NULL;

	for (unsigned relays = 0; !problem && cursor_left(&message) && *message.at == RELAY_FORWARD; relays++)
		problem = relays < RELAYS_MAX ? enter_relay(packet, &message) : "too many relays in one another";
	if (problem)
		return problem;
	if (cursor_left(&message) < MESSAGE_HEAD)
		return "too short";
	packet->type = *message.at;
	if (!is_clients(packet->type))
		return "not a message of a client";
	packet->options = cursor_over(message.at + MESSAGE_HEAD, cursor_left(&message) - MESSAGE_HEAD);
	return are_whole(packet->options) ? NULL : "an option runs past the end";
}

int packet6_open(const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics, struct packet6 *ret_packet)
{
	struct packet6 packet = { 0 };
	const char *problem = open_message(cursor_over(bytes, length), &packet);

	if (problem) {
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "client.packet", (struct location){ NULL, 0 },
				"packet: DHCPv6: %s", problem);
		return -EBADMSG;
	}
	*ret_packet = packet;
	return 0;
}
