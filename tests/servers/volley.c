/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volley.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>

#include "lab.h"

#define PATIENCE 1000		/* milliseconds without any answer */
#define AT_ONCE 40		/* what the server's socket is sure to hold */

/* ---- Questions ---- */

static void begin(const struct volley_ask *ask, enum dhcp_type type, uint32_t xid, struct dhcp_packet *ret_packet)
{
	dhcp_packet_start(ret_packet, type, ask->mac, xid);
	if (ask->relayed)
		dhcp_packet_relay(ret_packet, LAB_RELAY_IP);
	if (ask->file != NULL)
		memcpy(ret_packet->bytes + 108, ask->file, 128);
	dhcp_packet_append(ret_packet, ask->options, ask->length);
}

void volley_discover(const struct volley_ask *ask, uint32_t xid, struct dhcp_packet *ret_packet)
{
	begin(ask, DHCP_DISCOVER, xid, ret_packet);
	dhcp_packet_end(ret_packet);
}

static void send_packet(const struct volley *volley, const struct volley_ask *ask, const struct dhcp_packet *packet)
{
	if (ask->relayed)
		dhcp_send_relayed(volley->relay, packet, LAB_SERVER_IP);
	else
		dhcp_send(volley->socket, packet);
}

static void send_discover(const struct volley *volley, const struct volley_ask *ask, uint32_t xid)
{
	struct dhcp_packet packet;

	volley_discover(ask, xid, &packet);
	send_packet(volley, ask, &packet);
}

/* Takes what was offered; asks a proxy with the address that another server has given. */
static void send_request(const struct volley *volley, const struct volley_ask *ask, uint32_t xid)
{
	uint32_t address = htonl(ask->offer.yiaddr), server = htonl(ask->offer.server), client = htonl(LAB_CLIENT_IP);
	struct dhcp_packet packet;

	begin(ask, DHCP_REQUEST, xid, &packet);
	if (ask->offer.yiaddr == 0) {
		memcpy(packet.bytes + 12, &client, sizeof(client));
		dhcp_packet_end(&packet);
		dhcp_send_4011(volley->socket, &packet, LAB_SERVER_IP);
		return;
	}
	dhcp_packet_option(&packet, 50, &address, sizeof(address));
	dhcp_packet_option(&packet, 54, &server, sizeof(server));
	dhcp_packet_end(&packet);
	send_packet(volley, ask, &packet);
}

/* Somebody whom every server answers: what came before has been answered when this one is. */
static void send_sentinel(const struct volley *volley, uint32_t xid)
{
	static const uint8_t options[] = {
		93, 2, 0, 0, 60, 20, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', ':', 'A', 'r', 'c', 'h', ':',
		'0', '0', '0', '0', '0',
	};
	const struct volley_ask ask = {
		.mac = { 0x52, 0x54, 0, 0xff, 0xff, 0xff }, .options = options, .length = sizeof(options),
	};

	send_discover(volley, &ask, xid);
}

/* ---- Answers ---- */

/* Takes everything that waits at one socket; @first is the number of the first question.  True when the number behind
 * the last one was answered. */
static bool take_waiting(int socket, uint32_t first, struct volley_ask *asks, size_t n, bool acks, size_t *count)
{
	struct dhcp_reply reply;
	bool last = false;
	uint32_t xid;
	int r;

	while ((r = dhcp_take(socket, &xid, &reply)) >= 0) {
		if (r == 0 || xid - first > n)
			continue;
		last |= xid - first == n;
		if (xid - first == n)
			continue;
		*(acks ? &asks[xid - first].ack : &asks[xid - first].offer) = reply;
		++*count;
	}
	return last;
}

/* Until the sentinel has its answer or @expected others have theirs. */
static void take_answers(const struct volley *volley, uint32_t first, struct volley_ask *asks, size_t n, bool acks,
			 size_t expected)
{
	struct pollfd waits[] = {
		{ .fd = volley->socket, .events = POLLIN }, { .fd = volley->relay, .events = POLLIN },
	};
	size_t count = 0;
	bool last = false;

	while (!last && count < expected && poll(waits, 2, PATIENCE) > 0)
		for (int i = 0; i < 2; i++)
			if (waits[i].fd >= 0)
				last |= take_waiting(waits[i].fd, first, asks, n, acks, &count);
	/* What the relay gets has overtaken nothing, but may have come while the other socket was read. */
	if (volley->relay >= 0)
		take_waiting(volley->relay, first, asks, n, acks, &count);
}

static void fire(struct volley *volley, struct volley_ask *asks, size_t n)
{
	uint32_t first = volley->xid + 1, second = first + (uint32_t)n + 1;
	size_t expected = 0;

	volley->xid = second + (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		asks[i].offer.there = asks[i].ack.there = false;
		send_discover(volley, &asks[i], first + (uint32_t)i);
	}
	send_sentinel(volley, first + (uint32_t)n);
	take_answers(volley, first, asks, n, false, n + 1);
	for (size_t i = 0; i < n; i++)
		if (asks[i].offer.there) {
			send_request(volley, &asks[i], second + (uint32_t)i);
			expected++;
		}
	take_answers(volley, second, asks, n, true, expected);
}

/* Silence that nothing explains, a NAK because another one took the address, an answer that was lost. */
static bool must_ask_again(const struct volley *volley, const struct volley_ask *ask)
{
	if (!ask->offer.there)
		return !volley->silent;
	return !ask->ack.there || ask->ack.type != DHCP_ACK;
}

void volley_fire(struct volley *volley, struct volley_ask *asks, size_t n)
{
	for (size_t at = 0; at < n; at += AT_ONCE)
		fire(volley, asks + at, n - at < AT_ONCE ? n - at : AT_ONCE);
	for (size_t i = 0; i < n; i++)
		if (must_ask_again(volley, &asks[i]))
			fire(volley, &asks[i], 1);
}
