/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients from DHCPv4 packets: malformed messages and options first, then what each option says, then every client
 * packet that real firmware sent (tests/captures).
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "client/client.h"
#include "craft.h"

#define CLIENT_UNTOUCHED ((struct pxeboot_client *)&diagnostics)

static struct pxeboot_diagnostics *diagnostics;
static struct craft craft;

static void setup(void)
{
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	craft_begin(&craft);
}

static void teardown(void)
{
	pxeboot_diagnostics_free(diagnostics);
}

/* The option parser must not read past what it was given: hand it a block of exactly that size. */
static int from_craft(struct pxeboot_client **ret_client)
{
	uint8_t *exact = malloc(craft.length);
	int error;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, craft.bytes, craft.length);
	error = pxeboot_client_from_packet(exact, craft.length, diagnostics, ret_client);
	free(exact);
	return error;
}

static struct pxeboot_client *client_of_craft(void)
{
	struct pxeboot_client *client = NULL;

	ck_assert_int_eq(from_craft(&client), 0);
	return client;
}

static void assert_fact(const struct pxeboot_client *client, int fact, int error, const char *expected)
{
	const char *text = "untouched";

	ck_assert_msg(pxeboot_client_get(client, fact, &text) == error, "%s", pxeboot_fact_name(fact));
	ck_assert_str_eq(text, error ? "untouched" : expected);
}

/* ---- Messages that are refused whole -------------------------------------------------------------------------- */

static void no_request(void) { craft.bytes[0] = 2; }
static void op_of_nobody(void) { craft.bytes[0] = 0; }
static void long_hardware_address(void) { craft.bytes[2] = 17; }
static void no_cookie(void) { craft.bytes[239] = 0x64; }
static void bootp(void) { memset(craft.bytes + 236, 0, 4); }
static void short_header(void) { craft.length = 239; }
static void nothing(void) { craft.length = 0; }
static void code_without_length(void) { craft_bytes(&craft, "\x3c", 1); }
static void option_without_bytes(void) { craft_bytes(&craft, "\x3c\x01", 2); }
static void option_past_the_end(void) { craft_bytes(&craft, "\x3c\x05PXEC", 6); }
static void longest_option_past_the_end(void) { craft_bytes(&craft, "\x3c\xff", 2); }

static void overload_of_nothing(void) { craft_option(&craft, 52, "", 0); }
static void overload_of_zero(void) { craft_option(&craft, 52, "\x00", 1); }
static void overload_out_of_range(void) { craft_option(&craft, 52, "\x04", 1); }
static void overload_too_long(void) { craft_option(&craft, 52, "\x01\x01", 2); }

static void past_the_end_of_file(void)
{
	craft_option(&craft, 52, "\x01", 1);
	memcpy(craft.bytes + 108 + 126, "\x3c\x02", 2);	/* goes on where the cookie is */
}

static void past_the_end_of_sname(void)
{
	craft_option(&craft, 52, "\x02", 1);
	memcpy(craft.bytes + 44, "\x3c\x3f", 2);	/* 63 bytes, 62 are left */
}

static const struct {
	void (*spoil)(void);
	const char *why;
} refused[] = {
	{ no_request, "a server's answer" },
	{ op_of_nobody, "op 0" },
	{ long_hardware_address, "chaddr has 16 bytes" },
	{ no_cookie, "another cookie" },
	{ bootp, "BOOTP" },
	{ short_header, "no room for options" },
	{ nothing, "no bytes at all" },
	{ code_without_length, "code without length" },
	{ option_without_bytes, "length without bytes" },
	{ option_past_the_end, "option cut off" },
	{ longest_option_past_the_end, "255 bytes promised" },
	{ overload_of_nothing, "option 52 empty" },
	{ overload_of_zero, "option 52 is 0" },
	{ overload_out_of_range, "option 52 is 4" },
	{ overload_too_long, "option 52 has two bytes" },
	{ past_the_end_of_file, "option leaves the file field" },
	{ past_the_end_of_sname, "option leaves the sname field" },
};

START_TEST(test_refused)
{
	struct pxeboot_client *client = CLIENT_UNTOUCHED;

	refused[_i].spoil();
	ck_assert_msg(from_craft(&client) == -EBADMSG, "%s", refused[_i].why);
	ck_assert_ptr_eq(client, CLIENT_UNTOUCHED);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 1);
	ck_assert_int_eq(pxeboot_diagnostics_get(diagnostics, 0)->severity, PXEBOOT_ERROR);
	ck_assert_str_eq(pxeboot_diagnostics_get(diagnostics, 0)->id, "client.packet");
	ck_assert_int_eq(pxeboot_packet_message_type(craft.bytes, craft.length), -EBADMSG);
}
END_TEST

/* Cut anywhere, a real packet is refused or gives a client, and never reads a byte too far (run it under ASan). */
START_TEST(test_every_cut)
{
	struct pxeboot_client *client;
	size_t whole;

	craft_option(&craft, 93, "\x00\x07", 2);
	craft_option(&craft, 60, "PXEClient:Arch:00007:UNDI:003016", 32);
	craft_option(&craft, 77, "\x04iPXE", 5);
	craft_option(&craft, 175, "\xeb\x03\x01\x15\x01\x13\x01\x01", 8);
	craft_option(&craft, 82, "\x01\x02\x41\x42\x02\x01\x43", 7);
	craft_option(&craft, 52, "\x03", 1);
	craft_end(&craft);
	for (whole = craft.length; craft.length; craft.length--) {
		client = NULL;
		if (!from_craft(&client))
			pxeboot_client_unref(client);
		ck_assert_msg(craft.length != whole || client, "the whole packet is fine");
	}
}
END_TEST

/* ---- Message type --------------------------------------------------------------------------------------------- */

START_TEST(test_message_type)
{
	static const struct {
		uint8_t length, bytes[2];
		int expected;
	} types[] = {
		{ 0, { 0 }, -EBADMSG }, { 1, { 0 }, -EBADMSG }, { 2, { 1, 1 }, -EBADMSG },
		{ 1, { 1 }, 1 }, { 1, { 3 }, 3 }, { 1, { 8 }, 8 }, { 1, { 255 }, 255 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		craft.length = 240;
		craft_option(&craft, 53, types[i].bytes, types[i].length);
		ck_assert_int_eq(pxeboot_packet_message_type(craft.bytes, craft.length), types[i].expected);
	}
	craft.length = 240;
	ck_assert_int_eq(pxeboot_packet_message_type(craft.bytes, craft.length), -ENODATA);
	craft_end(&craft);
	craft_option(&craft, 53, "\x01", 1);
	ck_assert_int_eq(pxeboot_packet_message_type(craft.bytes, craft.length), -ENODATA);
}
END_TEST

/* ---- Options -------------------------------------------------------------------------------------------------- */

#define BYTES(literal) sizeof(literal) - 1, literal

#define UUID_ZEROS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const struct {
	int fact, error;		/* of pxeboot_client_get() */
	uint8_t code;
	size_t length;
	const char *bytes;
	const char *text;
	const char *why;
} options[] = {
	{ PXEBOOT_FACT_ADDRESS, -EBADMSG, 50, BYTES("\x0a\x4d\x00"), NULL, "three bytes" },
	{ PXEBOOT_FACT_ADDRESS, -EBADMSG, 50, BYTES("\x0a\x4d\x00\x01\x02"), NULL, "five bytes" },
	{ PXEBOOT_FACT_ADDRESS, -ENODATA, 50, BYTES("\0\0\0\0"), NULL, "0.0.0.0 says nothing" },
	{ PXEBOOT_FACT_ADDRESS, 0, 50, BYTES("\x0a\x4d\x00\xc7"), "10.77.0.199", "asked for" },
	{ PXEBOOT_FACT_VENDOR_CLASS, 0, 60, BYTES(""), "", "empty" },
	{ PXEBOOT_FACT_VENDOR_CLASS, 0, 60, BYTES("\0PXEClient"), "", "ends at the NUL" },
	{ PXEBOOT_FACT_VENDOR_CLASS, 0, 60, BYTES("PXE\0Client"), "PXE", "ends at the NUL" },
	{ PXEBOOT_FACT_VENDOR_CLASS, 0, 60, BYTES("`\n\xff$("), "`\n\xff$(", "any bytes" },
	{ PXEBOOT_FACT_CLIENT_ID, 0, 61, BYTES(""), "", "empty" },
	{ PXEBOOT_FACT_CLIENT_ID, 0, 61, BYTES("\x01\x52\x54\x00\xAB"), "01:52:54:00:ab", "hexadecimal" },
	{ PXEBOOT_FACT_USER_CLASS, 0, 77, BYTES(""), "", "empty" },
	{ PXEBOOT_FACT_USER_CLASS, 0, 77, BYTES("\0"), "", "nothing between NULs" },
	{ PXEBOOT_FACT_USER_CLASS, 0, 77, BYTES("iPXE"), "iPXE", "raw" },
	{ PXEBOOT_FACT_USER_CLASS, 0, 77, BYTES("\x04iPXE"), "iPXE", "RFC 3004" },
	{ PXEBOOT_FACT_USER_CLASS, 0, 77, BYTES("\x04iPXE\x03one"), "iPXE,one", "two of RFC 3004" },
	{ PXEBOOT_FACT_USER_CLASS, 0, 77, BYTES("\x04iPXE\x03on"), "\x04iPXE\x03on", "does not split: raw" },
	{ PXEBOOT_FACT_USER_CLASS, 0, 77, BYTES("\x04iPXE\0"), "\x04iPXE", "an empty part is none: raw" },
	{ PXEBOOT_FACT_USER_CLASS, 0, 77, BYTES("iPXE\0one"), "iPXE,one", "raw splits at NULs" },
	{ PXEBOOT_FACT_CIRCUIT_ID, -ENODATA, 82, BYTES(""), NULL, "nothing in it" },
	{ PXEBOOT_FACT_CIRCUIT_ID, -EBADMSG, 82, BYTES("\x01\x03" "ab"), NULL, "cut off" },
	{ PXEBOOT_FACT_REMOTE_ID, -EBADMSG, 82, BYTES("\x01\x03" "ab"), NULL, "lost with it" },
	{ PXEBOOT_FACT_CIRCUIT_ID, 0, 82, BYTES("\x01\x00\x02\x01\xff"), "", "empty" },
	{ PXEBOOT_FACT_CIRCUIT_ID, 0, 82, BYTES("\x02\x01\xff\x01\x02\x0a\x0b"), "0a:0b", "second" },
	{ PXEBOOT_FACT_REMOTE_ID, 0, 82, BYTES("\x02\x01\xff\x01\x02\x0a\x0b"), "ff", "first" },
	{ PXEBOOT_FACT_REMOTE_ID, -ENODATA, 82, BYTES("\x01\x01\xff"), NULL, "not there" },
	{ PXEBOOT_FACT_ARCH, 0, 93, BYTES(""), "", "empty" },
	{ PXEBOOT_FACT_ARCH, -EBADMSG, 93, BYTES("\x07"), NULL, "half a number" },
	{ PXEBOOT_FACT_ARCH, -EBADMSG, 93, BYTES("\x00\x07\x00"), NULL, "a number and a half" },
	{ PXEBOOT_FACT_ARCH, 0, 93, BYTES("\x00\x07"), "7", "one" },
	{ PXEBOOT_FACT_ARCH, 0, 93, BYTES("\x00\x09\x00\x00\xff\xff\x00\x09"), "9,0,65535,9", "as listed" },
	{ PXEBOOT_FACT_UNDI, 0, 94, BYTES(""), "", "empty" },
	{ PXEBOOT_FACT_UNDI, -EBADMSG, 94, BYTES("\x01\x03"), NULL, "two bytes" },
	{ PXEBOOT_FACT_UNDI, -EBADMSG, 94, BYTES("\x01\x03\x10\x00"), NULL, "four bytes" },
	{ PXEBOOT_FACT_UNDI, -EBADMSG, 94, BYTES("\x02\x03\x10"), NULL, "not UNDI" },
	{ PXEBOOT_FACT_UNDI, 0, 94, BYTES("\x01\x03\x10"), "3.16", "UNDI 3.16" },
	{ PXEBOOT_FACT_UUID, 0, 97, BYTES(""), "", "empty is tolerated" },
	{ PXEBOOT_FACT_UUID, -EBADMSG, 97, BYTES("\0" "0123456789abcde"), NULL, "15 bytes" },
	{ PXEBOOT_FACT_UUID, -EBADMSG, 97, BYTES("\0" "0123456789abcdefg"), NULL, "17 bytes" },
	{ PXEBOOT_FACT_UUID, -EBADMSG, 97, BYTES("\1" "0123456789abcdef"), NULL, "another type" },
	{ PXEBOOT_FACT_UUID, -ENODATA, 97, BYTES("\0" UUID_ZEROS), NULL, "zeros are no identity" },
	{ PXEBOOT_FACT_UUID, 0, 97, BYTES("\0\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"),
	  "00112233-4455-6677-8899-aabbccddeeff", "three fields little-endian" },
	{ PXEBOOT_FACT_FEATURES, -ENODATA, 175, BYTES(""), NULL, "an empty one says nothing" },
	{ PXEBOOT_FACT_IPXE_VERSION, -ENODATA, 175, BYTES(""), NULL, "not there" },
	{ PXEBOOT_FACT_FEATURES, -EBADMSG, 175, BYTES("\x13\x01"), NULL, "cut off" },
	{ PXEBOOT_FACT_IPXE_VERSION, -EBADMSG, 175, BYTES("\xeb\x03\x01\x15\x01\x13"), NULL, "lost with it" },
	{ PXEBOOT_FACT_IPXE_VERSION, -EBADMSG, 175, BYTES("\xeb\x02\x01\x15"), NULL, "two numbers" },
	{ PXEBOOT_FACT_FEATURES, 0, 175, BYTES("\xeb\x02\x01\x15\x13\x01\x01"), "http", "stands beside it" },
	{ PXEBOOT_FACT_IPXE_VERSION, 0, 175, BYTES("\xeb\x03\x01\x15\x01"), "1.21.1", "version" },
	{ PXEBOOT_FACT_FEATURES, 0, 175, BYTES("\x27\x01\x01\x00\x13\x01\x01\x01\x01\x01\x18\x01\x01"),
	  "http,bzimage,menu", "in order of code, over a pad and an unknown code" },
	{ PXEBOOT_FACT_FEATURES, 0, 175, BYTES("\x10\x01\x02\xff\x13\x01\x01"), "pxext", "nothing after END" },
};

START_TEST(test_option)
{
	struct pxeboot_client *client;
	bool malformed = options[_i].error == -EBADMSG;

	craft_option(&craft, options[_i].code, options[_i].bytes, (uint8_t)options[_i].length);
	craft_end(&craft);
	client = client_of_craft();
	assert_fact(client, options[_i].fact, options[_i].error, options[_i].text);
	/* Every other fact is as it would be without this option. */
	assert_fact(client, PXEBOOT_FACT_MAC, 0, "52:54:00:12:34:56");
	assert_fact(client, PXEBOOT_FACT_RELAY, -ENODATA, NULL);
	if (malformed && options[_i].fact != PXEBOOT_FACT_IPXE_VERSION) {
		ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 1);
		ck_assert_int_eq(pxeboot_diagnostics_get(diagnostics, 0)->severity, PXEBOOT_WARNING);
	}
	if (!malformed && options[_i].code != 175)
		ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 0);
	pxeboot_client_unref(client);
}
END_TEST

START_TEST(test_absent)
{
	struct pxeboot_client *client = client_of_craft();
	int fact;

	for (fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (fact != PXEBOOT_FACT_MAC)
			assert_fact(client, fact, -ENODATA, NULL);
	ck_assert(!pxeboot_client_is_ipxe(client));
	ck_assert_int_eq(pxeboot_client_arch(client), PXEBOOT_ARCH_NONE);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 0);
	pxeboot_client_unref(client);
}
END_TEST

/* RFC 3396: parts of one option, wherever they stand, make one option in the order options, file, sname. */
START_TEST(test_parts_are_joined)
{
	struct pxeboot_client *client;

	craft_option(&craft, 60, "PXECl", 5);
	craft_option(&craft, 52, "\x03", 1);
	craft_option(&craft, 60, "", 0);
	craft_option(&craft, 60, "ient:", 5);
	craft_end(&craft);
	memcpy(craft.bytes + 108, "\x00\x3c\x05" "Arch:\x5d\x02\x00\x0b\xff\x3c\x01!", 15);
	memcpy(craft.bytes + 44, "\x3c\x05" "00007", 7);
	client = client_of_craft();
	assert_fact(client, PXEBOOT_FACT_VENDOR_CLASS, 0, "PXEClient:Arch:00007");
	assert_fact(client, PXEBOOT_FACT_ARCH, 0, "11");
	pxeboot_client_unref(client);
}
END_TEST

START_TEST(test_empty_parts_are_empty)
{
	struct pxeboot_client *client;

	craft_option(&craft, 60, "", 0);
	craft_option(&craft, 97, "", 0);
	craft_option(&craft, 60, "", 0);
	craft_end(&craft);
	client = client_of_craft();
	assert_fact(client, PXEBOOT_FACT_VENDOR_CLASS, 0, "");
	assert_fact(client, PXEBOOT_FACT_UUID, 0, "");
	pxeboot_client_unref(client);
}
END_TEST

START_TEST(test_no_overload_no_options_there)
{
	struct pxeboot_client *client;

	memcpy(craft.bytes + 108, "\x3c\x03" "abc", 5);
	craft_option(&craft, 52, "\x02", 1);
	memcpy(craft.bytes + 44, "\x34\x01\x01\xff", 4);	/* an overload in an overload says nothing */
	client = client_of_craft();
	assert_fact(client, PXEBOOT_FACT_VENDOR_CLASS, -ENODATA, NULL);
	pxeboot_client_unref(client);
}
END_TEST

START_TEST(test_limits)
{
	static const uint8_t bytes[255] = { 0 };
	struct pxeboot_client *client;
	unsigned i;

	for (i = 0; i < 17; i++)		/* 17 * 255 bytes are more than CLIENT_MAX_OPTION */
		craft_option(&craft, 77, bytes, 255);
	craft_option(&craft, 60, bytes, 255);
	craft_option(&craft, 60, "x", 1);
	for (i = 0; i < CLIENT_MAX_ARCHS; i++)
		craft_option(&craft, 93, "\x00\x09", 2);
	craft_option(&craft, 93, "\x00\x07", 2);
	client = client_of_craft();
	assert_fact(client, PXEBOOT_FACT_USER_CLASS, -EBADMSG, NULL);
	assert_fact(client, PXEBOOT_FACT_VENDOR_CLASS, -EBADMSG, NULL);
	assert_fact(client, PXEBOOT_FACT_ARCH, -EBADMSG, NULL);
	ck_assert_uint_eq(client->n_archs, CLIENT_MAX_ARCHS);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 3);
	pxeboot_client_unref(client);
}
END_TEST

START_TEST(test_too_many_classes_still_begin)
{
	struct pxeboot_client *client;
	unsigned i;

	craft_option(&craft, 77, "\x04iPXE", 5);
	for (i = 0; i < CLIENT_MAX_CLASSES; i++)
		craft_option(&craft, 77, "\x01x", 2);
	client = client_of_craft();
	assert_fact(client, PXEBOOT_FACT_USER_CLASS, -EBADMSG, NULL);
	ck_assert(pxeboot_client_is_ipxe(client));
	pxeboot_client_unref(client);
}
END_TEST

START_TEST(test_whole_numbers_stand)
{
	struct pxeboot_client *client;

	craft_option(&craft, 93, "\x00\x00\x00\x0b\x00", 5);
	craft_option(&craft, 60, "PXEClient:Arch:00007", 20);
	client = client_of_craft();
	assert_fact(client, PXEBOOT_FACT_ARCH, -EBADMSG, NULL);
	ck_assert_uint_eq(client->n_archs, 2);
	ck_assert_int_eq(pxeboot_client_arch(client), PXEBOOT_ARCH_ARM64_UEFI);
	pxeboot_client_unref(client);
}
END_TEST

/* ---- Fixed fields --------------------------------------------------------------------------------------------- */

START_TEST(test_addresses)
{
	struct pxeboot_client *client;

	craft_option(&craft, 50, "\x0a\x4d\x00\xc7", 4);
	memcpy(craft.bytes + 24, "\x0a\x4d\x04\x01", 4);
	client = client_of_craft();
	assert_fact(client, PXEBOOT_FACT_ADDRESS, 0, "10.77.0.199");
	assert_fact(client, PXEBOOT_FACT_RELAY, 0, "10.77.4.1");
	ck_assert_uint_eq(client->address, 0x0a4d00c7);
	ck_assert_uint_eq(client->relay, 0x0a4d0401);
	pxeboot_client_unref(client);
	memcpy(craft.bytes + 12, "\x0a\x4d\x00\x07", 4);
	client = client_of_craft();
	assert_fact(client, PXEBOOT_FACT_ADDRESS, 0, "10.77.0.7");
	ck_assert_uint_eq(client->address, 0x0a4d0007);
	pxeboot_client_unref(client);
}
END_TEST

START_TEST(test_hardware_addresses)
{
	static const struct {
		uint8_t type, length;
		int error;
	} rows[] = {
		{ 1, 6, 0 }, { 1, 0, -ENODATA }, { 1, 5, -EBADMSG }, { 1, 16, -EBADMSG }, { 32, 6, -EBADMSG },
		{ 6, 6, -EBADMSG }, { 32, 0, -ENODATA },
	};
	struct pxeboot_client *client;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		craft.bytes[1] = rows[i].type;
		craft.bytes[2] = rows[i].length;
		client = client_of_craft();
		assert_fact(client, PXEBOOT_FACT_MAC, rows[i].error, "52:54:00:12:34:56");
		pxeboot_client_unref(client);
	}
}
END_TEST

/* ---- iPXE ----------------------------------------------------------------------------------------------------- */

START_TEST(test_who_is_ipxe)
{
	static const struct {
		uint8_t code;
		size_t length;
		const char *bytes;
		bool ipxe, own;
	} rows[] = {
		{ 77, BYTES("ipxe"), false, false },
		{ 77, BYTES("iPX"), false, false },
		{ 77, BYTES("xxiPXE"), false, false },
		{ 77, BYTES("\x03one\x04iPXE"), false, false },
		{ 77, BYTES(""), false, false },
		{ 60, BYTES("iPXE"), false, false },
		{ 77, BYTES("iPXE"), true, false },
		{ 77, BYTES("\x04iPXE"), true, false },
		{ 77, BYTES("\0iPXE"), true, false },		/* one byte, whatever it is */
		{ 77, BYTES("\xffiPXE"), true, false },
		{ 77, BYTES("iPXE-own"), true, true },
		{ 77, BYTES("\x08iPXE-own"), true, true },
		{ 77, BYTES("\x08iPXE-own\x04iPXE"), true, true },
		{ 77, BYTES("\x04iPXE\x08iPXE-own"), true, false },
		{ 175, BYTES(""), false, false },
		{ 175, BYTES("\xb1\x01\x01"), true, false },	/* without a feature */
		{ 175, BYTES("\x13"), true, false },		/* malformed, but who else would send it */
	};
	struct pxeboot_client *client;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		craft_begin(&craft);
		craft_option(&craft, rows[i].code, rows[i].bytes, (uint8_t)rows[i].length);
		client = client_of_craft();
		ck_assert_msg(pxeboot_client_is_ipxe(client) == rows[i].ipxe, "row %zu", i);
		ck_assert_msg(client_has_user_class(client, "iPXE-own") == rows[i].own, "row %zu", i);
		pxeboot_client_unref(client);
	}
}
END_TEST

/* ---- Captures ------------------------------------------------------------------------------------------------- */

#define BIOS_CLASS "PXEClient:Arch:00000:UNDI:002001"
#define OLD "pxext,iscsi,aoe,http,tftp,dns,bzimage,multiboot,pxe,elf,menu,nfs"
#define NEW "pxext,iscsi,aoe,http,https,tftp,dns,bzimage,multiboot,pxe,elf,vlan,menu,nfs"
#define NEW_EFI "iscsi,aoe,http,https,tftp,dns,efi,vlan,menu,nfs"

/* Client packets of each capture, in order. */
static const struct run {
	const char *file;
	unsigned packets;
	int arch;
	const char *numbers, *vendor_class, *undi, *features;	/* @features NULL: not iPXE */
	bool client_id;
} runs[] = {
	{ "bios-ipxe-rom", 3, PXEBOOT_ARCH_BIOS, "0", BIOS_CLASS, "2.1", OLD, true },
	{ "x64-uefi-snponly", 2, PXEBOOT_ARCH_X64_UEFI, "7", "PXEClient:Arch:00007:UNDI:003000", "3.0", NULL, false },
	{ "x64-uefi-snponly", 3, PXEBOOT_ARCH_X64_UEFI, "7", "PXEClient:Arch:00007:UNDI:003010", "3.10", NEW_EFI,
	  true },
	{ "bios-plain-pxe-undionly", 3, PXEBOOT_ARCH_BIOS, "0", BIOS_CLASS, "2.1", NULL, true },
	{ "bios-plain-pxe-undionly", 3, PXEBOOT_ARCH_BIOS, "0", BIOS_CLASS, "2.1", NEW, true },
	{ "bios-chain-loop", 3, PXEBOOT_ARCH_BIOS, "0", BIOS_CLASS, "2.1", OLD, true },
	{ "bios-chain-loop", 15, PXEBOOT_ARCH_BIOS, "0", BIOS_CLASS, "2.1", NEW, true },
};

/* The next UDP payload from port 68; false at the end. */
static bool next_client_packet(struct capture *capture, const uint8_t **ret_bytes, size_t *ret_length)
{
	const uint8_t *head, *frame;
	size_t length, ip;

	while (!cursor_bytes(&capture->rest, 16, &head)) {
		length = (size_t)(head[8] | head[9] << 8);
		ck_assert_int_eq(cursor_bytes(&capture->rest, length, &frame), 0);
		ip = 4 * (size_t)(frame[14] & 15);
		if (length < 14 + ip + 8 || frame[12] != 8 || frame[13] != 0 || frame[23] != 17)
			continue;
		if (frame[14 + ip] != 0 || frame[15 + ip] != 68)
			continue;
		*ret_bytes = frame + 14 + ip + 8;
		*ret_length = length - 14 - ip - 8;
		return true;
	}
	return false;
}

static void check_captured(const struct run *run, const uint8_t *bytes, size_t length)
{
	struct pxeboot_client *client;
	int type = pxeboot_packet_message_type(bytes, length);

	ck_assert_int_eq(pxeboot_client_from_packet(bytes, length, diagnostics, &client), 0);
	ck_assert(type == 1 || type == 3);
	ck_assert_int_eq(pxeboot_client_arch(client), run->arch);
	ck_assert(pxeboot_client_is_ipxe(client) == (run->features != NULL));
	assert_fact(client, PXEBOOT_FACT_MAC, 0, "52:54:00:77:00:01");
	assert_fact(client, PXEBOOT_FACT_ARCH, 0, run->numbers);
	assert_fact(client, PXEBOOT_FACT_VENDOR_CLASS, 0, run->vendor_class);
	assert_fact(client, PXEBOOT_FACT_UNDI, 0, run->undi);
	assert_fact(client, PXEBOOT_FACT_UUID, -ENODATA, NULL);
	assert_fact(client, PXEBOOT_FACT_USER_CLASS, run->features ? 0 : -ENODATA, "iPXE");
	assert_fact(client, PXEBOOT_FACT_FEATURES, run->features ? 0 : -ENODATA, run->features);
	assert_fact(client, PXEBOOT_FACT_IPXE_VERSION, run->features ? 0 : -ENODATA, "1.0.0");
	assert_fact(client, PXEBOOT_FACT_ADDRESS, type == 3 ? 0 : -ENODATA, "10.77.0.199");
	assert_fact(client, PXEBOOT_FACT_CLIENT_ID, run->client_id ? 0 : -ENODATA, "01:52:54:00:77:00:01");
	pxeboot_client_unref(client);
}

START_TEST(test_captures)
{
	struct capture capture = { 0 };
	const char *open = "";
	const uint8_t *bytes;
	size_t i, length;
	unsigned n;

	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		if (strcmp(open, runs[i].file)) {
			free(capture.bytes);
			open = runs[i].file;
			open_capture(&capture, open);
		}
		for (n = 0; n < runs[i].packets; n++) {
			ck_assert_msg(next_client_packet(&capture, &bytes, &length), "%s: %u", open, n);
			check_captured(&runs[i], bytes, length);
		}
		if (i + 1 == ARRAY_SIZE(runs) || strcmp(open, runs[i + 1].file))
			ck_assert(!next_client_packet(&capture, &bytes, &length));
	}
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 0);
	free(capture.bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("packet");
	TCase *tests = tcase_create("packet");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, test_refused, 0, ARRAY_SIZE(refused));
	tcase_add_test(tests, test_every_cut);
	tcase_add_test(tests, test_message_type);
	tcase_add_loop_test(tests, test_option, 0, ARRAY_SIZE(options));
	tcase_add_test(tests, test_absent);
	tcase_add_test(tests, test_parts_are_joined);
	tcase_add_test(tests, test_empty_parts_are_empty);
	tcase_add_test(tests, test_no_overload_no_options_there);
	tcase_add_test(tests, test_limits);
	tcase_add_test(tests, test_too_many_classes_still_begin);
	tcase_add_test(tests, test_whole_numbers_stand);
	tcase_add_test(tests, test_addresses);
	tcase_add_test(tests, test_hardware_addresses);
	tcase_add_test(tests, test_who_is_ipxe);
	tcase_add_test(tests, test_captures);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
