/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as one option of DHCPv4 or DHCPv6 that says something about a client: vendor and user class, 82, 93, 97, iPXE's
 * 175 and the others.  The first byte picks the option; how RFC 3396 cuts it into pieces changes nothing, and it spoils no
 * facts but its own.
 */
#include <errno.h>
#include <string.h>

#include "client/client.h"
#include "fuzz.h"

#define HEADER 240
#define VALUE_MAX (CLIENT_MAX_OPTION + 100)
#define ROOM (HEADER + 3 * VALUE_MAX)
#define BIT(name) (1u << PXEBOOT_FACT_##name)

static const struct option {
	uint16_t code;
	bool ipv6;
	unsigned facts;			/* bits: what it may say */
} options[] = {
	{ 50, false, BIT(ADDRESS) },
	{ 60, false, BIT(VENDOR_CLASS) | BIT(ARCH) },
	{ 61, false, BIT(CLIENT_ID) },
	{ 77, false, BIT(USER_CLASS) },
	{ 82, false, BIT(CIRCUIT_ID) | BIT(REMOTE_ID) },
	{ 93, false, BIT(ARCH) },
	{ 94, false, BIT(UNDI) },
	{ 97, false, BIT(UUID) },
	{ 175, false, BIT(FEATURES) | BIT(IPXE_VERSION) },
	{ 1, true, BIT(CLIENT_ID) | BIT(MAC) | BIT(UUID) | BIT(FAMILY) },
	{ 15, true, BIT(USER_CLASS) | BIT(FAMILY) },
	{ 16, true, BIT(VENDOR_CLASS) | BIT(ARCH) | BIT(FAMILY) },
	{ 61, true, BIT(ARCH) | BIT(FAMILY) },
	{ 62, true, BIT(UNDI) | BIT(FAMILY) },
};

/* A DISCOVER without a hardware address, the option in pieces of @piece bytes; returns its length. */
static size_t write_packet(uint8_t *packet, const struct option *option, const uint8_t *bytes, size_t length, size_t piece)
{
	size_t at = HEADER;

	memset(packet, 0, HEADER);
	packet[0] = 1;
	memcpy(packet + HEADER - 4, "\x63\x82\x53\x63", 4);
	do {
		size_t part = length < piece ? length : piece;

		packet[at++] = (uint8_t)option->code;
		packet[at++] = (uint8_t)part;
		memcpy(packet + at, bytes, part);
		at += part;
		bytes += part;
		length -= part;
	} while (length);
	packet[at++] = 255;
	return at;
}

static size_t write_packet6(uint8_t *packet, const struct option *option, const uint8_t *bytes, size_t length)
{
	memset(packet, 0, 8);
	packet[0] = 1;
	packet[5] = (uint8_t)option->code;
	packet[6] = (uint8_t)(length >> 8);
	packet[7] = (uint8_t)length;
	memcpy(packet + 8, bytes, length);
	return 8 + length;
}

static void require_own_facts(const struct pxeboot_client *client, const struct option *option)
{
	const char *text;

	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		fuzz_require(option->facts & 1u << fact || pxeboot_client_get(client, fact, &text) == -ENODATA);
	pxeboot_client_arch(client);
	pxeboot_client_is_ipxe(client);
	client_has_user_class(client, "iPXE-own");
}

/* Everything comes in a block of its exact size, where a sanitizer sees a byte read too far. */
static struct pxeboot_client *read_exact(const uint8_t *packet, size_t length, bool ipv6)
{
	struct pxeboot_client *client = NULL;
	uint8_t *exact = malloc(length);

	fuzz_require(exact != NULL);
	memcpy(exact, packet, length);
	fuzz_require((ipv6 ? pxeboot_client_from_packet6 : pxeboot_client_from_packet)(exact, length, NULL, &client) == 0);
	free(exact);
	return client;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const size_t pieces[] = { 255, 100, 1 };
	static uint8_t packet[ROOM];
	const struct option *option;
	struct pxeboot_client *first = NULL;

	if (length < 1 || length - 1 > VALUE_MAX)
		return 0;
	option = &options[bytes[0] % ARRAY_SIZE(options)];
	for (size_t i = 0; i < (option->ipv6 ? 1 : ARRAY_SIZE(pieces)); i++) {
		size_t written = option->ipv6 ? write_packet6(packet, option, bytes + 1, length - 1)
					      : write_packet(packet, option, bytes + 1, length - 1, pieces[i]);
		struct pxeboot_client *client = read_exact(packet, written, option->ipv6);

		require_own_facts(client, option);
		fuzz_require(!first || pxeboot_client_equal(first, client));
		if (first)
			pxeboot_client_unref(client);
		else
			first = client;
	}
	pxeboot_client_unref(first);
	return 0;
}
