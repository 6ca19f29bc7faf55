/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A client from a DHCPv4 packet: the fixed fields, and one row for each option that says something about the client.
 * A malformed option spoils its own facts and no others.
 */
#include <errno.h>
#include <string.h>

#include "client/fact.h"
#include "client/option.h"

#define HARDWARE_ETHERNET 1
#define OPTION_MESSAGE_TYPE 53

#define AGENT_CIRCUIT_ID 1		/* RFC 3046 */
#define AGENT_REMOTE_ID 2
#define IPXE_VERSION 235		/* 175.235 */

/* Decoders get min to max bytes; -EBADMSG when they mean nothing, -ENOMEM. */

static int decode_requested_address(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	uint32_t address;
	struct cursor option = cursor_over(bytes, length);
	int error = cursor_be32(&option, &address);

	return error ? error : fact_put_address(client, PXEBOOT_FACT_ADDRESS, address);
}

static int decode_vendor_class(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	return fact_put(client, PXEBOOT_FACT_VENDOR_CLASS, bytes, strnlen((const char *)bytes, length));
}

static int decode_client_id(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	return fact_put_hex(client, PXEBOOT_FACT_CLIENT_ID, bytes, length);
}

/* Puts the first sub-option of this code; its absence is no fault. */
static int put_sub_option(struct pxeboot_client *client, int fact, uint8_t code, const uint8_t *bytes, size_t length)
{
	struct cursor agent = cursor_over(bytes, length);
	struct dhcp_option option = { 0 };
	int more;

	while ((more = option_next(&agent, &option)) > 0)
		if (option.code == code)
			return fact_put_hex(client, fact, option.bytes, option.length);
	return more;
}

static int decode_agent(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	int error = put_sub_option(client, PXEBOOT_FACT_CIRCUIT_ID, AGENT_CIRCUIT_ID, bytes, length);

	return error ? error : put_sub_option(client, PXEBOOT_FACT_REMOTE_ID, AGENT_REMOTE_ID, bytes, length);
}

/* RFC 4578, section 2.3: type 0, then a GUID, whose first three fields come little-endian as the machine keeps them. */
static int decode_uuid(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	static const uint8_t order[UUID_LENGTH] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t uuid[UUID_LENGTH];
	size_t i;

	if (bytes[0] != 0)
		return -EBADMSG;
	for (i = 0; i < UUID_LENGTH; i++)
		uuid[i] = bytes[1 + order[i]];
	return fact_put_uuid(client, uuid);
}

/* iPXE's encapsulated options.  Which features there are is told by their presence; the value is a version of each. */
static int decode_ipxe(struct pxeboot_client *client, const uint8_t *bytes, size_t length)
{
	struct cursor encapsulated = cursor_over(bytes, length);
	struct dhcp_option option = { 0 };
	uint32_t features = 0;
	int feature, more, error = 0;

	while ((more = option_next(&encapsulated, &option)) > 0 && !error) {
		feature = feature_by_code(option.code);
		if (feature >= 0)
			features |= UINT32_C(1) << feature;
		if (option.code == IPXE_VERSION && option.length != 3)
			fact_clear(client, PXEBOOT_FACT_IPXE_VERSION, FACT_MALFORMED);
		else if (option.code == IPXE_VERSION)
			error = fact_put_dotted(client, PXEBOOT_FACT_IPXE_VERSION, option.bytes, 3);
	}
	if (more < 0 || error)
		return more < 0 ? more : error;
	return fact_put_features(client, features);
}

/* In order of code. */
static const struct option_row {
	uint8_t code;
	uint16_t min, max;
	int (*decode)(struct pxeboot_client *client, const uint8_t *bytes, size_t length);
	int facts[2];			/* that a malformed option spoils; the second may be -1 */
	int empty;			/* the fact that an empty option makes empty, or -1 */
} rows[] = {
	{ 50, 4, 4, decode_requested_address, { PXEBOOT_FACT_ADDRESS, -1 }, PXEBOOT_FACT_ADDRESS },
	{ 60, 1, FACT_MAX_TEXT, decode_vendor_class, { PXEBOOT_FACT_VENDOR_CLASS, -1 }, PXEBOOT_FACT_VENDOR_CLASS },
	{ 61, 1, FACT_MAX_TEXT, decode_client_id, { PXEBOOT_FACT_CLIENT_ID, -1 }, PXEBOOT_FACT_CLIENT_ID },
	{ 77, 1, CLIENT_MAX_OPTION, fact_put_user_class_option, { PXEBOOT_FACT_USER_CLASS, -1 },
	  PXEBOOT_FACT_USER_CLASS },
	{ 82, 1, CLIENT_MAX_OPTION, decode_agent, { PXEBOOT_FACT_CIRCUIT_ID, PXEBOOT_FACT_REMOTE_ID }, -1 },
	{ 93, 1, CLIENT_MAX_OPTION, fact_put_arch_option, { PXEBOOT_FACT_ARCH, -1 }, PXEBOOT_FACT_ARCH },
	{ 94, 3, 3, fact_put_undi_option, { PXEBOOT_FACT_UNDI, -1 }, PXEBOOT_FACT_UNDI },
	{ 97, 1 + UUID_LENGTH, 1 + UUID_LENGTH, decode_uuid, { PXEBOOT_FACT_UUID, -1 }, PXEBOOT_FACT_UUID },
	/* An empty 175 says nothing: dnsmasq doesn't see it either. */
	{ 175, 1, CLIENT_MAX_OPTION, decode_ipxe, { PXEBOOT_FACT_FEATURES, PXEBOOT_FACT_IPXE_VERSION }, -1 },
};

/* Spoils the row's facts; what a decoder has marked malformed itself keeps its decoded part. */
static void spoil(struct pxeboot_client *client, const struct option_row *row)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row->facts); i++)
		if (row->facts[i] >= 0 && client->facts[row->facts[i]].state != FACT_MALFORMED)
			fact_clear(client, row->facts[i], FACT_MALFORMED);
}

static int decode_row(struct pxeboot_client *client, const struct option_row *row, const uint8_t *bytes,
		      size_t length)
{
	if (length < row->min || length > row->max)
		return -EBADMSG;
	return row->decode(client, bytes, length);
}

/* What one walk finds of an option that has a row: parts that are more than one must be joined. */
struct found {
	size_t parts;
	struct dhcp_option first;
};

static int put_option(struct pxeboot_client *client, const struct packet *packet, const struct option_row *row,
		      const struct found *found, struct pxeboot_diagnostics *diagnostics)
{
	uint8_t joined[CLIENT_MAX_OPTION];
	const uint8_t *bytes = found->parts > 1 ? joined : found->first.bytes;
	size_t length = found->first.length;
	int error = 0;

	if (!found->parts)
		return 0;
	if (found->parts > 1)
		error = packet_option(packet, row->code, joined, &length);
	if (!error && !length) {
		if (row->empty >= 0)
			fact_clear(client, row->empty, FACT_EMPTY);
		return 0;
	}
	if (!error)
		error = decode_row(client, row, bytes, length);
	if (error != -EBADMSG && error != -E2BIG)
		return error;
	spoil(client, row);
	diagnostics_add(diagnostics, PXEBOOT_WARNING, "client.option", (struct location){ NULL, 0 },
			"packet: option %u: malformed, the client is taken without it", row->code);
	return 0;
}

static int put_header(struct pxeboot_client *client, const struct packet *packet)
{
	int error = 0;

	if (packet->hardware_type == HARDWARE_ETHERNET && packet->hardware_length == MAC_LENGTH)
		error = fact_put_mac(client, packet->hardware);
	else if (packet->hardware_length)
		fact_clear(client, PXEBOOT_FACT_MAC, FACT_MALFORMED);
	/* An address that the client has beats one that it asks for. */
	if (!error && packet->client_address)
		error = fact_put_address(client, PXEBOOT_FACT_ADDRESS, packet->client_address);
	if (!error)
		error = fact_put_address(client, PXEBOOT_FACT_RELAY, packet->relay_address);
	return error;
}

/* packet_open() has seen to it that every option is whole. */
static void find_options(struct cursor region, struct found *found)
{
	struct dhcp_option option = { 0 };
	size_t i;

	while (option_next(&region, &option) > 0) {
		for (i = 0; i < ARRAY_SIZE(rows) && rows[i].code < option.code; i++)
			;
		if (i == ARRAY_SIZE(rows) || rows[i].code != option.code)
			continue;
		if (!found[i].parts++)
			found[i].first = option;
	}
}

static int put_packet(struct pxeboot_client *client, const struct packet *packet,
		      struct pxeboot_diagnostics *diagnostics)
{
	struct found found[ARRAY_SIZE(rows)] = { 0 };
	int error = 0;
	size_t i;

	for (i = 0; i < packet->n_regions; i++)
		find_options(packet->regions[i], found);
	for (i = 0; i < ARRAY_SIZE(rows) && !error; i++)
		error = put_option(client, packet, &rows[i], &found[i], diagnostics);
	if (!error)
		error = put_header(client, packet);
	return error ? error : fact_derive_archs(client);
}

int pxeboot_client_from_packet(const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
			       struct pxeboot_client **ret_client)
{
	struct pxeboot_client *client;
	struct packet packet;
	int error = packet_open(bytes, length, diagnostics, &packet);

	if (!error)
		error = pxeboot_client_new(&client);
	if (error)
		return error;
	error = put_packet(client, &packet, diagnostics);
	if (error) {
		pxeboot_client_unref(client);
		return error;
	}
	*ret_client = client;
	return 0;
}

int pxeboot_packet_message_type(const void *bytes, size_t length)
{
	uint8_t value[CLIENT_MAX_OPTION];
	size_t value_length;
	struct packet packet;
	int error = packet_open(bytes, length, NULL, &packet);

	if (!error)
		error = packet_option(&packet, OPTION_MESSAGE_TYPE, value, &value_length);
	if (error)
		return error == -E2BIG ? -EBADMSG : error;
	return value_length == 1 && value[0] ? value[0] : -EBADMSG;
}
