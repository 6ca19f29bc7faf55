/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ask.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scalar.h"
#include "lab.h"

#define PATIENCE 2000		/* milliseconds */
#define DEFAULT_MAC "52:54:00:77:00:01"

/* What real boot ROMs ask for, the boot file's option among it. */
static const uint8_t wanted[] = { 1, 2, 3, 6, 12, 15, 43, 54, 60, 66, 67, 128, 129, 150, 175 };

static void add(struct dhcp_packet *packet, uint8_t code, const struct ask_option *option)
{
	if (option->there)
		dhcp_packet_option(packet, code, option->bytes, option->length);
}

static void begin(struct dhcp_packet *packet, enum dhcp_type type, uint32_t xid, const struct ask *ask)
{
	uint8_t mac[MAC_LENGTH];

	if (scalar_mac(ask->mac != NULL ? ask->mac : DEFAULT_MAC, mac) < 0)
		abort();
	dhcp_packet_start(packet, type, mac, xid);
	dhcp_packet_option(packet, 55, wanted, sizeof(wanted));
	add(packet, 93, &ask->arch);
	add(packet, 60, &ask->vendor);
	add(packet, 77, &ask->user);
	add(packet, 175, &ask->ipxe);
	add(packet, 97, &ask->uuid);
}

/* ---- The real server ---- */

static bool discover(struct asker *asker, const struct ask *ask, struct dhcp_reply *reply)
{
	const struct ask other = {
		.mac = "52:54:00:ff:ff:ff", .arch = ASK_BYTES(0, 0), .vendor = ASK_TEXT("PXEClient:Arch:00000"),
	};
	struct dhcp_packet packet;
	uint32_t xid = ++asker->xid, sentinel = ++asker->xid;

	begin(&packet, DHCP_DISCOVER, xid, ask);
	dhcp_packet_end(&packet);
	if (dhcp_send(asker->socket, &packet) < 0)
		return false;
	/* A proxy is silent to clients that it has nothing for: what it says to the next one tells so. */
	begin(&packet, DHCP_DISCOVER, sentinel, &other);
	dhcp_packet_end(&packet);
	if (asker->proxy && dhcp_send(asker->socket, &packet) < 0)
		return false;
	return dhcp_receive(asker->socket, xid, asker->proxy ? sentinel : 0, PATIENCE, reply);
}

static bool request(struct asker *asker, const struct ask *ask, const struct dhcp_reply *offer,
		    struct dhcp_reply *reply)
{
	uint32_t address = htonl(offer->yiaddr), server = htonl(offer->server), client = htonl(LAB_CLIENT_IP);
	struct dhcp_packet packet;
	uint32_t xid = ++asker->xid;

	begin(&packet, DHCP_REQUEST, xid, ask);
	if (asker->proxy) {
		memcpy(packet.bytes + 12, &client, sizeof(client));	/* ciaddr: another server has given it */
	} else {
		dhcp_packet_option(&packet, 50, &address, sizeof(address));
		dhcp_packet_option(&packet, 54, &server, sizeof(server));
	}
	dhcp_packet_end(&packet);
	if ((asker->proxy ? dhcp_send_4011(asker->socket, &packet, LAB_SERVER_IP) :
			    dhcp_send(asker->socket, &packet)) < 0)
		return false;
	return dhcp_receive(asker->socket, xid, 0, PATIENCE, reply) && reply->there;
}

static bool is_url(const char *file)
{
	return strncmp(file, "http://", 7) == 0;
}

/* The second answer must repeat the first, and each that names a file says where it is. */
static const char *find_wrong(const struct asker *asker, const struct ask *ask, const struct dhcp_reply *first,
			      const struct dhcp_reply *second)
{
	bool ipxe = ask->user.there || ask->ipxe.there;

	if (first->type != DHCP_OFFER || second->type != DHCP_ACK)
		return "no OFFER or no ACK";
	if (strcmp(first->file, second->file) != 0)
		return "OFFER and ACK differ";
	if (first->file_in_option || second->file_in_option)
		return "the name is in option 67";
	if (first->file[0] != '\0' && (first->siaddr != LAB_SERVER_IP || second->siaddr != LAB_SERVER_IP))
		return "siaddr is not the server";
	if (is_url(first->file) && !ipxe && strcmp(first->vendor_class, "HTTPClient") != 0)
		return "HTTP Boot without option 60";
	if (!asker->proxy && first->vendor_class[0] != '\0' && !is_url(first->file))
		return "option 60 without HTTP Boot";
	return NULL;
}

void ask_server(struct asker *asker, const struct ask *ask, struct answer *ret_answer)
{
	struct dhcp_reply first, second;

	memset(ret_answer, 0, sizeof(*ret_answer));
	if (!discover(asker, ask, &first)) {
		ret_answer->wrong = "the server does not answer at all";
		return;
	}
	if (!first.there)
		return;
	if (!request(asker, ask, &first, &second)) {
		ret_answer->wrong = asker->proxy ? "no answer on port 4011" : "no answer to the REQUEST";
		return;
	}
	ret_answer->there = true;
	ret_answer->address = first.yiaddr;
	snprintf(ret_answer->file, sizeof(ret_answer->file), "%s", first.file);
	ret_answer->wrong = find_wrong(asker, ask, &first, &second);
}

/* ---- decide() ---- */

void ask_decide(const struct asker *asker, const struct ask *ask, struct answer *ret_answer)
{
	struct pxeboot_decision decision;
	struct pxeboot_client *client;
	struct dhcp_packet packet;

	memset(ret_answer, 0, sizeof(*ret_answer));
	begin(&packet, DHCP_DISCOVER, 1, ask);
	dhcp_packet_end(&packet);
	if (pxeboot_client_from_packet(packet.bytes, packet.length, NULL, &client) < 0)
		abort();
	/* Any address of the range: terms of a subnet are about the range that it comes from. */
	if (!asker->proxy && pxeboot_client_set(client, PXEBOOT_FACT_ADDRESS, "10.77.1.1", NULL) < 0)
		abort();
	pxeboot_decide(asker->policy, client, pxeboot_stage_of(asker->policy, client), NULL, &decision);
	ret_answer->there = true;
	if (decision.file != NULL)
		snprintf(ret_answer->file, sizeof(ret_answer->file), "%s", decision.file);
	/* A proxy answers only to PXEClient or HTTPClient with option 93. */
	if (asker->proxy && (!ask->arch.there || ask->arch.length < 2 || !ask->vendor.there))
		memset(ret_answer, 0, sizeof(*ret_answer));
	pxeboot_client_unref(client);
}
