/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dhcp6_client.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RELAY_FORWARD = 12, RELAY_REPLY = 13, RELAY_HEAD = 34, MESSAGE_HEAD = 4, OPTION_RELAY_MESSAGE = 9, OPTION_LINK_LAYER = 79 };

static void add(struct dhcp6_packet *packet, const void *bytes, size_t length)
{
	if (length > sizeof(packet->bytes) - packet->length)
		abort();	/* a mistake of the test */
	if (length > 0)
		memcpy(packet->bytes + packet->length, bytes, length);
	packet->length += length;
}

void dhcp6_packet_start(struct dhcp6_packet *packet, enum dhcp6_type type, uint32_t xid)
{
	const uint8_t head[MESSAGE_HEAD] = { (uint8_t)type, (uint8_t)(xid >> 16), (uint8_t)(xid >> 8), (uint8_t)xid };

	packet->length = 0;
	add(packet, head, sizeof(head));
}

void dhcp6_packet_option(struct dhcp6_packet *packet, uint16_t code, const void *bytes, size_t length)
{
	const uint8_t head[] = { (uint8_t)(code >> 8), (uint8_t)code, (uint8_t)(length >> 8), (uint8_t)length };

	add(packet, head, sizeof(head));
	add(packet, bytes, length);
}

void dhcp6_packet_relay(struct dhcp6_packet *packet, const uint8_t link[16], const uint8_t mac[6])
{
	static const uint8_t peer[16] = { 0xfe, 0x80, [15] = 9 };
	const struct dhcp6_packet message = *packet;
	uint8_t head[RELAY_HEAD] = { RELAY_FORWARD }, link_layer[8] = { 0, 1 };

	memcpy(head + 2, link, 16);
	memcpy(head + 18, peer, 16);
	packet->length = 0;
	add(packet, head, sizeof(head));
	dhcp6_packet_option(packet, OPTION_RELAY_MESSAGE, message.bytes, message.length);
	if (mac == NULL)
		return;
	memcpy(link_layer + 2, mac, 6);
	dhcp6_packet_option(packet, OPTION_LINK_LAYER, link_layer, sizeof(link_layer));
}

int dhcp6_relay_socket(const char *interface)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(547) };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1) == 0 &&
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void take(const uint8_t *bytes, size_t length, struct dhcp6_value *value)
{
	if (value->times++ > 0 || length > sizeof(value->bytes))
		return;
	value->length = length;
	memcpy(value->bytes, bytes, length);
}

/* The options from @at on; calls itself for what a relay's message carries. */
static void take_options(const uint8_t *bytes, size_t length, struct dhcp6_reply *reply)
{
	while (length >= 4) {
		unsigned code = (unsigned)bytes[0] << 8 | bytes[1];
		size_t size = (size_t)bytes[2] << 8 | bytes[3];

		if (size > length - 4)
			return;
		if (code == 2)
			take(bytes + 4, size, &reply->server);
		else if (code == 3)
			take(bytes + 4, size, &reply->address);
		else if (code == 16)
			take(bytes + 4, size, &reply->class);
		else if (code == 59)
			take(bytes + 4, size, &reply->url);
		bytes += 4 + size;
		length -= 4 + size;
	}
}

/* The message that the relay's carries, which stands in its first option. */
static bool parse(const uint8_t *bytes, size_t length, uint32_t xid, struct dhcp6_reply *reply)
{
	const uint8_t *option = bytes + RELAY_HEAD, *message = option + 4;
	size_t size;

	if (length < RELAY_HEAD + 4 + MESSAGE_HEAD || bytes[0] != RELAY_REPLY || option[1] != OPTION_RELAY_MESSAGE)
		return false;
	size = (size_t)option[2] << 8 | option[3];
	if (size < MESSAGE_HEAD || size > length - RELAY_HEAD - 4 ||
	    ((uint32_t)message[1] << 16 | (uint32_t)message[2] << 8 | message[3]) != xid)
		return false;
	memset(reply, 0, sizeof(*reply));
	reply->there = true;
	reply->type = message[0];
	take_options(message + MESSAGE_HEAD, size - MESSAGE_HEAD, reply);
	return true;
}

bool dhcp6_ask(int fd, const struct dhcp6_packet *packet, const uint8_t server[16], uint32_t xid, int milliseconds,
	       struct dhcp6_reply *ret_reply)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(547) };
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	uint8_t bytes[2000];

	memcpy(&to.sin6_addr, server, 16);
	memset(ret_reply, 0, sizeof(*ret_reply));
	if (sendto(fd, packet->bytes, packet->length, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return false;
	while (poll(&wait, 1, milliseconds) > 0) {
		ssize_t length = recv(fd, bytes, sizeof(bytes), 0);

		if (length > 0 && parse(bytes, (size_t)length, xid, ret_reply))
			return true;
	}
	return false;
}
