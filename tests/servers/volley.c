/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volley.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>

#include "lab.h"

#define AT_ONCE 40		/* what the server's socket is sure to hold */

enum { AT_CIADDR = 12, AT_FILE = 108, FILE_LENGTH = 128 };

/* ---- Questions ---- */

static void begin(const struct volley_ask *ask, enum dhcp_type type, uint32_t xid, struct dhcp_packet *ret_packet)
{
	dhcp_packet_start(ret_packet, type, ask->mac, xid);
	if (ask->file != NULL)
		memcpy(ret_packet->bytes + AT_FILE, ask->file, FILE_LENGTH);
	dhcp_packet_append(ret_packet, ask->options, ask->length);
}

void volley_discover(const struct volley_ask *ask, uint32_t xid, struct dhcp_packet *ret_packet)
{
	begin(ask, DHCP_DISCOVER, xid, ret_packet);
	if (ask->relayed)
		dhcp_packet_relay(ret_packet, LAB_RELAY_IP);
	dhcp_packet_end(ret_packet);
}

uint32_t volley_address(const struct volley_ask *ask)
{
	return ask->relayed ? LAB_RELAY_IP : LAB_CLIENT_IP;
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

/* Takes what was offered. */
static void send_request(const struct volley *volley, const struct volley_ask *ask, uint32_t xid)
{
	uint32_t address = htonl(ask->offer.yiaddr), server = htonl(ask->offer.server);
	struct dhcp_packet packet;

	begin(ask, DHCP_REQUEST, xid, &packet);
	if (ask->relayed)
		dhcp_packet_relay(&packet, LAB_RELAY_IP);
	dhcp_packet_option(&packet, 50, &address, sizeof(address));
	dhcp_packet_option(&packet, 54, &server, sizeof(server));
	dhcp_packet_end(&packet);
	send_packet(volley, ask, &packet);
}

static void send_to_4011(const struct volley *volley, const struct volley_ask *ask, uint32_t xid)
{
	uint32_t address = htonl(volley_address(ask));
	struct dhcp_packet packet;

	begin(ask, DHCP_REQUEST, xid, &packet);
	memcpy(packet.bytes + AT_CIADDR, &address, sizeof(address));
	dhcp_packet_end(&packet);
	dhcp_send_4011(volley->socket, &packet, LAB_SERVER_IP);
}

/* Somebody whom every server answers: what came before, at the same port, has been answered when this one is. */
static const struct volley_ask sentinel = {
	.mac = { 0x52, 0x54, 0, 0xff, 0xff, 0xff },
	.options = (const uint8_t[]) { 93, 2, 0, 0, 60, 20, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', ':', 'A', 'r',
		'c', 'h', ':', '0', '0', '0', '0', '0' },
	.length = 26,
};

/* ---- Answers ---- */

/* One round of questions: as many as there are asks, then one sentinel at each port. */
struct round {
	uint32_t first;			/* number of the first question */
	struct volley_ask *asks;
	size_t n;
	bool acks;			/* the second round */
	unsigned sentinels;		/* that have no answer yet */
};

static void take_waiting(int socket, struct round *round)
{
	struct dhcp_reply reply;
	uint32_t xid;
	int r;

	while ((r = dhcp_take(socket, &xid, &reply)) >= 0) {
		size_t at = xid - round->first;

		if (r > 0 && at < round->n)
			*(round->acks ? &round->asks[at].ack : &round->asks[at].offer) = reply;
		else if (r > 0 && at < round->n + 2)
			round->sentinels--;
	}
}

static void take_answers(const struct volley *volley, struct round *round)
{
	struct pollfd waits[] = {
		{ .fd = volley->socket, .events = POLLIN }, { .fd = volley->relay, .events = POLLIN },
	};

	while (round->sentinels > 0 && poll(waits, 2, volley->patience) > 0)
		for (int i = 0; i < 2; i++)
			take_waiting(waits[i].fd, round);
	/* What the relay got before may have come while the other socket was read. */
	take_waiting(volley->relay, round);
}

static void fire_requests(struct volley *volley, struct volley_ask *asks, size_t n)
{
	struct round round = { .first = volley->xid + 1, .asks = asks, .n = n, .acks = true };
	struct volley_ask last = sentinel;
	bool leases = false, boots = false;

	volley->xid += (uint32_t)n + 2;
	for (size_t i = 0; i < n; i++) {
		if (!asks[i].offer.there)
			continue;
		leases |= asks[i].offer.yiaddr != 0;
		boots |= asks[i].offer.yiaddr == 0;
		if (asks[i].offer.yiaddr != 0) {
			send_request(volley, &asks[i], round.first + (uint32_t)i);
			continue;
		}
		/* The network of one that is answered. */
		last.relayed = asks[i].relayed;
		send_to_4011(volley, &asks[i], round.first + (uint32_t)i);
	}
	round.sentinels = (unsigned)leases + (unsigned)boots;
	if (leases)
		send_discover(volley, &sentinel, round.first + (uint32_t)n);
	if (boots)
		send_to_4011(volley, &last, round.first + (uint32_t)n + 1);
	take_answers(volley, &round);
}

static void fire(struct volley *volley, struct volley_ask *asks, size_t n)
{
	struct round round = { .first = volley->xid + 1, .asks = asks, .n = n, .sentinels = 1 };

	volley->xid += (uint32_t)n + 2;
	for (size_t i = 0; i < n; i++) {
		asks[i].offer.there = asks[i].ack.there = false;
		send_discover(volley, &asks[i], round.first + (uint32_t)i);
	}
	send_discover(volley, &sentinel, round.first + (uint32_t)n);
	take_answers(volley, &round);
	fire_requests(volley, asks, n);
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
