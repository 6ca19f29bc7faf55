/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scalar.h"
#include "dice.h"
#include "pool.h"
#include "pxeboot.h"

struct sketch {
	struct dice dice;
	struct random_client *client;
	unsigned number;		/* what it takes itself for, in option 93 */
};

static bool chance(struct sketch *sketch, unsigned percent)
{
	return dice_chance(&sketch->dice, percent);
}

static void put(struct sketch *sketch, uint8_t code, const void *bytes, size_t length)
{
	struct random_client *client = sketch->client;

	if (length > 255 || length + 2 > sizeof(client->options) - client->length)
		abort();
	client->options[client->length++] = code;
	client->options[client->length++] = (uint8_t)length;
	if (length > 0)
		memcpy(client->options + client->length, bytes, length);
	client->length += length;
}

/* In two parts, which make one (RFC 3396). */
static void put_split(struct sketch *sketch, uint8_t code, const uint8_t *bytes, size_t length, size_t first)
{
	put(sketch, code, bytes, first);
	put(sketch, code, bytes + first, length - first);
}

static void put_text(struct sketch *sketch, uint8_t code, const char *text)
{
	put(sketch, code, text, strlen(text));
}

static void fill(struct sketch *sketch, uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)dice_roll(&sketch->dice);
}

static void put_garbage(struct sketch *sketch, uint8_t code, size_t most)
{
	uint8_t bytes[255];
	size_t length = dice_below(&sketch->dice, most + 1);

	fill(sketch, bytes, length);
	put(sketch, code, bytes, length);
}

/* ---- Which machine ---- */

/* Takes the beginning of a MAC address, and leaves the rest as it was. */
static void begin_mac(struct sketch *sketch, const char *prefix)
{
	uint8_t bytes[MAC_LENGTH];
	size_t length;

	if (scalar_mac_prefix(prefix, bytes, &length) < 0)
		abort();
	memcpy(sketch->client->mac, bytes, length);
}

static void choose_mac(struct sketch *sketch)
{
	uint8_t *mac = sketch->client->mac;
	unsigned kind = dice_below(&sketch->dice, 100);
	const uint8_t host[MAC_LENGTH - 1] = { 0x52, 0x54, 0, 0x11, 0 };
	size_t rpi = 0;

	fill(sketch, mac, MAC_LENGTH);
	mac[0] &= 0xfe;		/* no multicast */
	if (kind < 40) {
		memcpy(mac, host, sizeof(host));
		mac[5] = (uint8_t)dice_below(&sketch->dice, POOL_HOSTS + 2);
	} else if (kind < 75) {
		begin_mac(sketch, DICE_PICK(&sketch->dice, pool_mac_prefixes));
	} else if (kind < 90) {
		while (pxeboot_rpi_prefix(rpi) != NULL)
			rpi++;
		begin_mac(sketch, pxeboot_rpi_prefix(dice_below(&sketch->dice, rpi)));
	}
	/* Nearly one of those. */
	if (chance(sketch, 10))
		mac[dice_below(&sketch->dice, MAC_LENGTH)] ^= (uint8_t)(2u << dice_below(&sketch->dice, 6));
}

static void put_uuid(struct sketch *sketch)
{
	uint8_t wire[18] = { 0, 0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee };
	unsigned kind = dice_below(&sketch->dice, 100);

	wire[16] = (uint8_t)dice_below(&sketch->dice, POOL_HOSTS / 2 + 1);
	if (kind < 5)
		wire[0] = (uint8_t)dice_roll(&sketch->dice);
	else if (kind < 10)
		memset(wire, 0, sizeof(wire));
	else if (kind < 15)
		fill(sketch, wire + 1, 16);
	put(sketch, 97, wire, kind < 90 ? 17 : dice_below(&sketch->dice, 18));
}

static void put_client_id(struct sketch *sketch)
{
	uint8_t id[7] = { 1 };

	memcpy(id + 1, sketch->client->mac, MAC_LENGTH);
	if (chance(sketch, 30))
		fill(sketch, id, sizeof(id));
	put(sketch, 61, id, sizeof(id));
}

/* ---- What it says of itself ---- */

static unsigned some_number(struct sketch *sketch)
{
	static const uint8_t usual[] = { 0, 0, 6, 7, 7, 9, 11, 15, 16, 19 };

	if (chance(sketch, 55))
		return DICE_PICK(&sketch->dice, usual);
	return chance(sketch, 90) ? dice_below(&sketch->dice, PXEBOOT_ARCH_CODE_COUNT + 2) :
				    dice_roll(&sketch->dice) & 0xffff;
}

/* One number as a rule; none, several, or bytes that are no whole number. */
static void put_numbers(struct sketch *sketch)
{
	unsigned kind = dice_below(&sketch->dice, 100);
	size_t n = kind < 70 ? 1 : kind < 90 ? 2 + dice_below(&sketch->dice, 3) : dice_below(&sketch->dice, 3);
	uint8_t bytes[16];

	for (size_t i = 0; i <= n; i++) {
		unsigned number = i == 0 ? sketch->number : some_number(sketch);

		bytes[2 * i] = (uint8_t)(number >> 8);
		bytes[2 * i + 1] = (uint8_t)number;
	}
	put(sketch, 93, bytes, 2 * n + (kind >= 95));
}

static void put_vendor_class(struct sketch *sketch)
{
	static const char *const others[] = {
		"PXEClient", "HTTPClient", "PXEClient:Arch:0000", "PXEClient:Arch:0000x:UNDI", "pxeclient",
		"PXEClien", "PXEClient:Arch:00007", "HTTPClient:Arch:00016", "MSFT 5.0", "Cisco \"AP\", c1700",
		"M", "", "HTTPClient:Arch:99999", "PXEClient:Arch:65536", "PXEClient:Arch:000079",
	};
	const struct pxeboot_arch_code *code = pxeboot_arch_code_get((uint16_t)sketch->number);
	unsigned kind = dice_below(&sketch->dice, 100);
	bool http = code != NULL && code->http;
	char text[64];

	snprintf(text, sizeof(text), "%s:Arch:%05u:UNDI:003016", http == (kind >= 8) ? "HTTPClient" : "PXEClient",
		 kind < 72 ? sketch->number : some_number(sketch));
	if (kind < 80)
		put_text(sketch, 60, text);
	else if (kind < 95)
		put_text(sketch, 60, DICE_PICK(&sketch->dice, others));
	else if (kind < 97)
		put(sketch, 60, "PXEClient\0:Arch:00007", 21);
	else
		put_garbage(sketch, 60, 60);	/* a server may have to repeat it, in little room */
}

/* Raw, behind a length byte, as the second of two, with a NUL behind it, longer or shorter than it should be. */
static void put_user_class(struct sketch *sketch)
{
	const char *class = DICE_PICK(&sketch->dice, pool_user_classes);
	unsigned kind = dice_below(&sketch->dice, 100);
	size_t length = strlen(class), at = 0;
	uint8_t bytes[255];

	fill(sketch, bytes, sizeof(bytes));
	if (kind >= 40 && kind < 75)
		bytes[at++] = (uint8_t)length;
	else if (kind >= 75 && kind < 80)
		at++;
	else if (kind >= 80 && kind < 85)
		at += (size_t)snprintf((char *)bytes, sizeof(bytes), "\x02os%c", (char)length);
	memcpy(bytes + at, class, length);
	at += length;
	if (kind >= 85 && kind < 90)
		bytes[at++] = '\0';
	else if (kind >= 90 && kind < 94)
		at--;
	else if (kind >= 94)
		at += dice_below(&sketch->dice, sizeof(bytes) - at);
	/* Servers look at the first part only: what counts must stand in it. */
	if (at > 40 && chance(sketch, 50))
		put_split(sketch, 77, bytes, at, 40);
	else
		put(sketch, 77, bytes, at);
}

static void put_features(struct sketch *sketch)
{
	static const uint8_t usual[] = {
		0xb1, 5, 1, 0x80, 0x86, 0x10, 0x0e, 0xeb, 3, 1, 21, 1, 0x17, 1, 1, 0x13, 1, 1,
	};
	unsigned kind = dice_below(&sketch->dice, 100);

	if (kind < 70)
		put(sketch, 175, usual, sizeof(usual));
	else if (kind < 80)
		put(sketch, 175, "", 0);
	else
		put_garbage(sketch, 175, 40);
}

/* ---- What it wants ---- */

static void put_wanted(struct sketch *sketch)
{
	static const uint8_t codes[] = { 1, 3, 6, 12, 15, 43, 54, 60, 66, 67, 97, 128, 135, 150, 175, 208, 209, 210 };
	uint8_t wanted[sizeof(codes)];
	size_t n = 0;

	if (chance(sketch, 5))
		return;
	for (size_t i = 0; i < sizeof(codes); i++)
		if (chance(sketch, 65))
			wanted[n++] = codes[i];
	put(sketch, 55, wanted, n);
}

static void put_size(struct sketch *sketch)
{
	static const uint16_t sizes[] = { 0, 300, 576, 1260, 1460, 65535 };
	uint16_t size = DICE_PICK(&sketch->dice, sizes);

	put(sketch, 57, (const uint8_t[]) { (uint8_t)(size >> 8), (uint8_t)size }, 2);
}

static void put_agent(struct sketch *sketch)
{
	put(sketch, 82, (const uint8_t[]) { 1, 4, 'p', 'o', 'r', 't', 2, 2, 's', 'w' }, 10);
}

/* ---- Others ---- */

static void put_name(struct sketch *sketch)
{
	static const char *const names[] = {
		"pc1", "PC1", "pc2", "pc2.lab", "boot", "pc-17", "bad name", "", ".lab", "pc1\n",
	};

	put_text(sketch, 12, DICE_PICK(&sketch->dice, names));
}

/* Option 43 of a PXE client: sub-option 71 is type and layer of an entry. */
static void put_choice(struct sketch *sketch)
{
	uint8_t choice[] = { 71, 4, 0x80, 0, 0, 0, 255 };

	choice[3] = (uint8_t)dice_below(&sketch->dice, 4);
	if (chance(sketch, 15))
		choice[2] = 0;
	if (chance(sketch, 15))
		choice[4 + dice_below(&sketch->dice, 2)] = 0x80;
	if (chance(sketch, 90))
		put(sketch, 43, choice, sizeof(choice) - (chance(sketch, 90) ? 0 : dice_below(&sketch->dice, 7)));
	else
		put_garbage(sketch, 43, 30);
}

/* RFC 3011. */
static void put_subnet(struct sketch *sketch)
{
	put(sketch, 118, (const uint8_t[]) { 10, (uint8_t)(77 + dice_below(&sketch->dice, 3)), 0, 0 }, 4);
}

void random_client_add_others(uint64_t seed, uint64_t index, struct random_client *client)
{
	struct sketch sketch = { .client = client };

	dice_start(&sketch.dice, seed ^ UINT64_C(0x6f7468657273), index);
	if (chance(&sketch, 40))
		put_name(&sketch);
	if (chance(&sketch, 15))
		put_choice(&sketch);
	if (chance(&sketch, 5))
		put_subnet(&sketch);
}

/* ---- */

static const struct {
	unsigned firmware, ipxe, other;		/* how many of a hundred send it */
	void (*put)(struct sketch *sketch);
} parts[] = {
	{ 95, 95, 95, put_wanted },
	{ 90, 90, 60, put_size },
	{ 30, 90, 80, put_client_id },
	{ 85, 85, 25, put_uuid },
	{ 92, 85, 35, put_numbers },
	{ 92, 85, 45, put_vendor_class },
	{ 3, 85, 40, put_user_class },
	{ 3, 70, 25, put_features },
};

/* Takes the last options away, from @from on, and puts them into the file field. */
static void overload(struct sketch *sketch, size_t from)
{
	struct random_client *client = sketch->client;
	size_t length = client->length - from;

	if (length == 0 || length >= sizeof(client->file))
		return;
	memcpy(client->file, client->options + from, length);
	client->file[length] = 255;
	client->length = from;
	put(sketch, 52, (const uint8_t[]) { 1 }, 1);
}

/* Options come in any order. */
static void put_parts(struct sketch *sketch)
{
	unsigned kind = dice_below(&sketch->dice, 100), first = dice_below(&sketch->dice, ARRAY_SIZE(parts));
	size_t last = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		size_t at = (first + i) % ARRAY_SIZE(parts);

		last = i < ARRAY_SIZE(parts) / 2 ? sketch->client->length : last;
		if (chance(sketch, 3))
			sketch->client->options[sketch->client->length++] = 0;
		if (chance(sketch, kind < 45 ? parts[at].firmware : kind < 80 ? parts[at].ipxe : parts[at].other))
			parts[at].put(sketch);
	}
	if (chance(sketch, 10))
		overload(sketch, last);
}

static const uint8_t *find_in(const uint8_t *bytes, size_t length, uint8_t code, size_t least)
{
	for (size_t at = 0; at < length && bytes[at] != 255; at += bytes[at] != 0 ? 2u + bytes[at + 1] : 1)
		if (bytes[at] == code)
			return bytes[at + 1] >= least ? bytes + at + 2 : NULL;
	return NULL;
}

const uint8_t *random_client_option(const struct random_client *client, uint8_t code, size_t least)
{
	const uint8_t *found = find_in(client->options, client->length, code, least);

	return found != NULL ? found : find_in(client->file, sizeof(client->file), code, least);
}

void random_client(uint64_t seed, uint64_t index, struct random_client *ret_client)
{
	struct sketch sketch = { .client = ret_client };

	memset(ret_client, 0, sizeof(*ret_client));
	dice_start(&sketch.dice, seed, index);
	sketch.number = some_number(&sketch);
	choose_mac(&sketch);
	put_parts(&sketch);
	ret_client->relayed = chance(&sketch, 20);
	if (ret_client->relayed && chance(&sketch, 50))
		put_agent(&sketch);
}

size_t random_client_packet(const struct random_client *client, uint8_t *ret_packet)
{
	static const uint8_t head[240] = { 1, 1, 6, [236] = 99, 130, 83, 99 };

	memcpy(ret_packet, head, sizeof(head));
	memcpy(ret_packet + 28, client->mac, sizeof(client->mac));
	memcpy(ret_packet + sizeof(head), client->options, client->length);
	return sizeof(head) + client->length;
}
