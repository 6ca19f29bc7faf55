/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Classes that say who asks: iPXE, the own build, and the one architecture that decide() would choose.
 */
#include <stdio.h>
#include <string.h>

#include "base/scalar.h"
#include "kea.h"

#define NOTHING (struct kea_answer){ .file = NULL }

/* ---- iPXE ---- */

static void or_user_class(struct text *test, const char *begins)
{
	kea_or_begins(test, "option[77].hex", 0, begins, strlen(begins));
	kea_or_begins(test, "option[77].hex", 1, begins, strlen(begins));
}

static void write_ipxe(struct kea_writer *writer)
{
	CLEANUP_TEXT struct text test = TEXT_INIT;

	writer->heading = "iPXE: the user class begins so, bare or after a length byte; or it sends option 175.";
	or_user_class(&test, "iPXE");
	kea_or(&test, "not (option[175].hex == '')");
	kea_class(writer, "ipxe", &test, NOTHING);
	if (writer->user_class == NULL)
		return;
	writer->heading = "Our own build of it.";
	or_user_class(&test, writer->user_class);
	kea_class(writer, "own", &test, NOTHING);
}

/* ---- Architectures ---- */

/* The list may be long; there are no loops in tests. */
static void or_numbers(struct text *test, const struct boot_pair *pair)
{
	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++) {
		const uint8_t bytes[2] = { (uint8_t)(code >> 8), (uint8_t)code };

		for (unsigned i = 0; boot_pair_has(pair, code) && i < KEA_NUMBERS; i++)
			kea_or_begins(test, "option[93].hex", 2 * i, bytes, sizeof(bytes));
	}
}

/* Without option 93, what option 60 says: "PXEClient:Arch:00007". */
static void or_digits(struct text *test, const struct boot_pair *pair)
{
	CLEANUP_TEXT struct text digits = TEXT_INIT;
	char begins[32];

	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++) {
		if (!boot_pair_has(pair, code))
			continue;
		snprintf(begins, sizeof(begins), "%s:Arch:%05u", pair->http ? "HTTPClient" : "PXEClient", code);
		kea_or_begins(&digits, "option[60].hex", 0, begins, strlen(begins));
	}
	kea_or(test, "(option[93].hex == '' and (%s))", text_string(&digits));
	if (digits.error != 0)
		test->error = digits.error;
}

/* Those that win over the pair at @index. */
static void and_no_better(struct kea_writer *writer, size_t index, struct text *test)
{
	CLEANUP_TEXT struct text better = TEXT_INIT;
	char name[BOOT_PAIR_NAME];

	for (size_t i = 0; i < index; i++) {
		boot_pair_name(&writer->pairs[i], name);
		kea_or(&better, "member('pxeboot-%s')", name);
	}
	if (index > 0)
		text_addf(test, " and not (%s)", text_string(&better));
	if (better.error != 0)
		test->error = better.error;
}

static void write_pair(struct kea_writer *writer, size_t index)
{
	CLEANUP_TEXT struct text numbers = TEXT_INIT;
	CLEANUP_TEXT struct text test = TEXT_INIT;
	char name[BOOT_PAIR_NAME];

	or_numbers(&numbers, &writer->pairs[index]);
	or_digits(&numbers, &writer->pairs[index]);
	text_addf(&test, "(%s)", text_string(&numbers));
	and_no_better(writer, index, &test);
	if (numbers.error != 0)
		writer->error = numbers.error;
	boot_pair_name(&writer->pairs[index], name);
	kea_class(writer, name, &test, NOTHING);
}

/* A client that has any number in option 93, known or not, or one that means something in option 60: it boots from the
 * network. */
static void write_asks(struct kea_writer *writer)
{
	CLEANUP_TEXT struct text test = TEXT_INIT;
	CLEANUP_TEXT struct text http = TEXT_INIT;
	char name[BOOT_PAIR_NAME];

	kea_or(&test, "not (substring(option[93].hex,1,1) == '')");
	for (size_t i = 0; i < writer->n_pairs; i++) {
		boot_pair_name(&writer->pairs[i], name);
		kea_or(&test, "member('pxeboot-%s')", name);
		if (writer->pairs[i].http)
			kea_or(&http, "member('pxeboot-%s')", name);
	}
	writer->heading = "Whoever names an architecture, and whoever does it over HTTP.";
	kea_class(writer, "asks", &test, NOTHING);
	kea_class(writer, "http", &http, NOTHING);
}

/* ---- Hardware ---- */

/* Of another hardware the address means nothing. */
static void write_ethernet(struct kea_writer *writer)
{
	CLEANUP_TEXT struct text test = TEXT_INIT;

	text_add(&test, "pkt4.htype == 1 and pkt4.hlen == 6");
	writer->heading = "Whose address is a MAC address.";
	kea_class(writer, "ethernet", &test, NOTHING);
}

static void write_raspberry(struct kea_writer *writer)
{
	CLEANUP_TEXT struct text prefixes = TEXT_INIT;
	CLEANUP_TEXT struct text test = TEXT_INIT;
	uint8_t mac[MAC_LENGTH];
	const char *prefix;
	size_t length;

	for (size_t i = 0; (prefix = pxeboot_rpi_prefix(i)) != NULL; i++)
		if (scalar_mac_prefix(prefix, mac, &length) == 0)
			kea_or_begins(&prefixes, "pkt4.mac", 0, mac, length);
	text_addf(&test, "member('pxeboot-ethernet') and (%s)", text_string(&prefixes));
	if (prefixes.error != 0)
		test.error = prefixes.error;
	writer->heading = "A Raspberry Pi's boot ROM claims to be BIOS and isn't.";
	kea_class(writer, "rpi", &test, NOTHING);
}

void kea_write_who(struct kea_writer *writer)
{
	write_ipxe(writer);
	writer->heading = "The numbers of option 93, and of several the first in this order; without any, what option 60 says.";
	for (size_t i = 0; i < writer->n_pairs; i++)
		write_pair(writer, i);
	write_asks(writer);
	write_ethernet(writer);
	write_raspberry(writer);
}
