/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A client from a DHCPv6 packet: one row for each option that says something about the client.  A malformed option spoils
 * its own facts and no others.
 */
#include <errno.h>
#include <string.h>

#include "client/fact.h"
#include "client/option6.h"

#define HARDWARE_ETHERNET 1

enum duid_type { DUID_LLT = 1, DUID_LL = 3, DUID_UUID = 4 };	/* RFC 8415, section 11; RFC 6355 */

/* Decoders get min to max bytes; -EBADMSG when they mean nothing, -ENOMEM. */

/* A hardware type, then an address: what a DUID ends in, and option 79 holds. */
static int put_link_layer(struct pxeboot_client *client, uint16_t hardware, const struct cursor *address)
{
	if (hardware == HARDWARE_ETHERNET && cursor_left(address) == MAC_LENGTH)
		return fact_put_mac(client, address->at);
	return 0;
}

/* The user class has been put: iPXE writes the UUID as RFC 6355 says; EDK2, and firmware made from it, with its first three
 * fields little-endian, as the machine keeps them. */
static int put_duid_uuid(struct pxeboot_client *client, const struct cursor *duid)
{
	static const uint8_t order[UUID_LENGTH] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	static const char ipxe[] = "iPXE";
	size_t prefix = strlen(ipxe);
	uint8_t uuid[UUID_LENGTH];

	if (cursor_left(duid) != UUID_LENGTH)
		return -EBADMSG;
	if (client->user_class_length >= prefix && !memcmp(client->user_class, ipxe, prefix))
		return fact_put_uuid(client, duid->at);
	for (size_t i = 0; i < UUID_LENGTH; i++)
		uuid[i] = duid->at[order[i]];
	return fact_put_uuid(client, uuid);
}

static int decode_duid(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	struct cursor duid = cursor_over(bytes, length);
	uint16_t type, hardware;
	int error = fact_put_hex(client, PXEBOOT_FACT_CLIENT_ID, bytes, length);

	if (error || cursor_be16(&duid, &type))
		return error ? error : -EBADMSG;
	if (type == DUID_UUID)
		return put_duid_uuid(client, &duid);
	if (type != DUID_LLT && type != DUID_LL)
		return 0;
	if (cursor_be16(&duid, &hardware) || (type == DUID_LLT && cursor_skip(&duid, 4)))
		return -EBADMSG;
	return put_link_layer(client, hardware, &duid);
}

/* RFC 8415, section 21.16: an enterprise's number, then classes; the first is taken, up to a NUL. */
static int decode_vendor_class(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	struct cursor option = cursor_over(bytes, length);
	const uint8_t *class;
	uint16_t size;

	if (cursor_skip(&option, 4) || cursor_be16(&option, &size) || cursor_bytes(&option, size, &class) ||
	    size > FACT_MAX_TEXT)
		return -EBADMSG;
	return fact_put(client, PXEBOOT_FACT_VENDOR_CLASS, class, size ? strnlen((const char *)class, size) : 0);
}

static const struct option6_row {
	uint16_t code, min, max;
	int (*decode)(struct pxeboot_client *client, const uint8_t *bytes, size_t length);
	int fact;			/* that a malformed option spoils, and an empty one makes empty */
} rows[] = {
	{ 15, 1, CLIENT_MAX_OPTION, fact_put_user_class_option6, PXEBOOT_FACT_USER_CLASS },
	{ 16, 1, CLIENT_MAX_OPTION, decode_vendor_class, PXEBOOT_FACT_VENDOR_CLASS },
	{ 61, 1, CLIENT_MAX_OPTION, fact_put_arch_option, PXEBOOT_FACT_ARCH },
	{ 62, 3, 3, fact_put_undi_option, PXEBOOT_FACT_UNDI },
	{ 1, 3, 130, decode_duid, PXEBOOT_FACT_CLIENT_ID },	/* it looks at the user class */
};

static int put_option(struct pxeboot_client *client, const struct packet6 *packet, const struct option6_row *row,
		      struct pxeboot_diagnostics *diagnostics)
{
	struct dhcp6_option option;
	int error = packet6_option(packet->options, row->code, &option);

	if (error)
		return 0;
	if (!option.length) {
		fact_clear(client, row->fact, FACT_EMPTY);
		return 0;
	}
	error = option.length < row->min || option.length > row->max ? -EBADMSG :
		row->decode(client, option.bytes, option.length);
	if (error != -EBADMSG)
		return error;
	if (client->facts[row->fact].state != FACT_MALFORMED)
		fact_clear(client, row->fact, FACT_MALFORMED);
	diagnostics_add(diagnostics, PXEBOOT_WARNING, "client.option", (struct location){ NULL, 0 },
			"packet: option %u of DHCPv6: malformed, the client is taken without it", row->code);
	return 0;
}

static int put_identifier(struct pxeboot_client *client, int fact, const struct dhcp6_option *option)
{
	if (!option->bytes)
		return 0;
	if (option->length <= FACT_MAX_TEXT)
		return fact_put_hex(client, fact, option->bytes, option->length);
	fact_clear(client, fact, FACT_MALFORMED);
	return 0;
}

/* A relay sees the client's frame, so what it says of the MAC address beats the DUID. */
static int put_relay(struct pxeboot_client *client, const struct packet6 *packet)
{
	struct cursor link_layer = cursor_over(packet->link_layer.bytes, packet->link_layer.length);
	uint16_t hardware;
	int error = 0;

	if (!cursor_be16(&link_layer, &hardware)) {
		fact_clear(client, PXEBOOT_FACT_MAC, FACT_ABSENT);
		error = put_link_layer(client, hardware, &link_layer);
	}
	if (!error)
		error = put_identifier(client, PXEBOOT_FACT_CIRCUIT_ID, &packet->interface_id);
	return error ? error : put_identifier(client, PXEBOOT_FACT_REMOTE_ID, &packet->remote_id);
}

int pxeboot_client_from_packet6(const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
				struct pxeboot_client **ret_client)
{
	struct pxeboot_client *client;
	struct packet6 packet;
	int error = packet6_open(bytes, length, diagnostics, &packet);

	if (!error)
		error = pxeboot_client_new(&client);
	if (error)
		return error;
	error = fact_put_family(client, true);
	for (size_t i = 0; i < ARRAY_SIZE(rows) && !error; i++)
		error = put_option(client, &packet, &rows[i], diagnostics);
	if (!error)
		error = put_relay(client, &packet);
	if (error) {
		pxeboot_client_unref(client);
		return error;
	}
	*ret_client = client;
	return 0;
}

int pxeboot_packet6_message_type(const void *bytes, size_t length)
{
	struct packet6 packet;
	int error = packet6_open(bytes, length, NULL, &packet);

	return error ? error : packet.type;
}
