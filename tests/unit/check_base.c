/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * base/: text buffer, byte cursor, strict scalars, diagnostics.  Bad input first.
 */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/diagnostics.h"
#include "base/scalar.h"
#include "base/text.h"

/* ---- Text ---------------------------------------------------------------------------------------------------- */

START_TEST(test_text_grows)
{
	struct text text = TEXT_INIT;
	char *bytes;
	size_t length, i;

	for (i = 0; i < 10000; i++)
		text_addf(&text, "%u,", (unsigned)(i % 10));
	ck_assert_int_eq(text_take(&text, &bytes, &length), 0);
	ck_assert_uint_eq(length, 20000);
	ck_assert_uint_eq(strlen(bytes), length);
	ck_assert(!memcmp(bytes + 19980, "0,1,2,3,4,5,6,7,8,9,", 20));
	ck_assert_ptr_null(text.bytes);
	free(bytes);
}
END_TEST

START_TEST(test_text_empty)
{
	struct text text = TEXT_INIT;
	char *bytes = NULL;
	size_t length = 7;

	text_add(&text, "");
	text_free(&text);
	ck_assert_int_eq(text_take(&text, &bytes, &length), 0);
	ck_assert_str_eq(bytes, "");
	ck_assert_uint_eq(length, 0);
	free(bytes);
}
END_TEST

START_TEST(test_text_failure_sticks)
{
	struct text text = TEXT_INIT;
	volatile size_t absurd = SIZE_MAX - 1;	/* no compiler is to see it coming */
	char *bytes = NULL;
	size_t length = 7;

	text_add(&text, "abc");
	text_add_bytes(&text, "", absurd);
	text_add(&text, "def");
	text_addf(&text, "%d", 1);
	ck_assert_int_eq(text_take(&text, &bytes, &length), -ENOMEM);
	ck_assert_ptr_null(bytes);
	ck_assert_uint_eq(length, 7);
	ck_assert_str_eq(text.bytes, "abc");
	text_clear(&text);
	ck_assert_int_eq(text.error, 0);
	ck_assert_str_eq(text.bytes, "");
	text_add(&text, "again");
	ck_assert_str_eq(text.bytes, "again");
	text_free(&text);
	ck_assert_int_eq(text.error, 0);
}
END_TEST

/* What is formatted without the C library's help reads as with it, alone and before what needs that. */
#define SAME_AS_PRINTF(...) do { \
	char expected[200]; \
	struct text text = TEXT_INIT; \
	snprintf(expected, sizeof(expected), __VA_ARGS__); \
	text_addf(&text, __VA_ARGS__); \
	ck_assert_str_eq(text.bytes, expected); \
	ck_assert_uint_eq(text.length, strlen(expected)); \
	text_free(&text); \
} while (0)

START_TEST(test_text_formats)
{
	SAME_AS_PRINTF("plain");
	SAME_AS_PRINTF("%s", "");
	SAME_AS_PRINTF("%s %s%s", "a", "bc", "def");
	SAME_AS_PRINTF("%d %d %d %d", 0, -1, INT_MAX, INT_MIN);
	SAME_AS_PRINTF("%u %u", 0u, UINT_MAX);
	SAME_AS_PRINTF("%zu,%zu", (size_t)0, SIZE_MAX);
	SAME_AS_PRINTF("<%c%c>", 'x', '\x01');
	SAME_AS_PRINTF("100%% of %s", "them");
	SAME_AS_PRINTF("%s %02x %s %d", "before", 10, "after", 7);
	SAME_AS_PRINTF("%d%.*s%zu", 1, 2, "abc", (size_t)3);
	SAME_AS_PRINTF("%zu %zd %lu %-5s|%5u", (size_t)1, (ssize_t)-1, 3ul, "ab", 5u);
	SAME_AS_PRINTF("%.*s|%.*s|%.*s", 0, "abc", 7, "abc", -1, "abc");
}
END_TEST

/* A text that could not be made fails the one that it goes into. */
START_TEST(test_text_strings)
{
	struct text part = TEXT_INIT, whole = TEXT_INIT;
	char *bytes = NULL;

	ck_assert_str_eq(text_string(&part), "");
	text_add(&part, "part");
	ck_assert_str_eq(text_string(&part), "part");
	part.error = -ENOMEM;
	ck_assert_ptr_null(text_string(&part));
	text_addf(&whole, "%s", text_string(&part));
	ck_assert_int_eq(text_take(&whole, &bytes, NULL), -ENOMEM);
	text_clear(&whole);
	text_addf(&whole, "a%.*s", 3, text_string(&part));
	ck_assert_int_eq(text_take(&whole, &bytes, NULL), -ENOMEM);
	ck_assert_ptr_null(bytes);
	text_free(&whole);
	text_free(&part);
}
END_TEST

static const struct {
	const char *from, *to, *why;
} escapes[] = {
	{ "\x1b[2J", "\\x1b[2J", "a terminal's control sequence" },
	{ "a\nb\tc\rd", "a\\nb\\tc\\rd", "a line of its own in a log" },
	{ "'\"\\", "\\'\\\"\\\\", "the quotes around it" },
	{ "\x7f", "\\x7f", "DEL" },
	{ "\xc2\x9b", "\\xc2\\x9b", "CSI in one character, valid UTF-8" },
	{ "\xc0\xaf", "\\xc0\\xaf", "overlong" },
	{ "\xe0\x80\x80", "\\xe0\\x80\\x80", "overlong" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "surrogate" },
	{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "above U+10FFFF" },
	{ "\xe2\x82", "\\xe2\\x82", "cut off" },
	{ "\xc3(", "\\xc3(", "no continuation" },
	{ "\xff", "\\xff", "never in UTF-8" },
	{ "a\xe2\x80\xae.b", "a\\xe2\\x80\\xae.b", "turns the writing around" },
	{ "\xd8\x9c\xe2\x80\x8f\xe2\x81\xa6", "\\xd8\\x9c\\xe2\\x80\\x8f\\xe2\\x81\\xa6", "the same, in other ways" },
	{ "a\xe2\x80\xa8" "b\xe2\x80\xa9", "a\\xe2\\x80\\xa8" "b\\xe2\\x80\\xa9", "a line of its own, to some" },
	{ "\xe2\x80\x94\xe2\x80\xa6\xe2\x81\x84\xd8\x9b", "\xe2\x80\x94\xe2\x80\xa6\xe2\x81\x84\xd8\x9b", "their neighbours" },
	{ "", "", "nothing" },
	{ "plain $(text) `as is`", "plain $(text) `as is`", "a shell's affair, not a terminal's" },
	{ "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80", "valid" },
};

START_TEST(test_text_escapes)
{
	struct text text = TEXT_INIT;

	text_add_escaped(&text, escapes[_i].from);
	ck_assert_msg(!strcmp(text.bytes ? text.bytes : "", escapes[_i].to), "%s: '%s'", escapes[_i].why,
		      text.bytes);
	text_free(&text);
}
END_TEST

/* ---- Cursor -------------------------------------------------------------------------------------------------- */

START_TEST(test_cursor_fails_closed)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct cursor cursor = cursor_over(bytes, 3);
	const uint8_t *lent = NULL;
	uint32_t u32 = 77;
	uint16_t u16 = 77;
	uint8_t u8 = 77;

	ck_assert_int_eq(cursor_be32(&cursor, &u32), -EBADMSG);
	ck_assert_int_eq(cursor_bytes(&cursor, 4, &lent), -EBADMSG);
	ck_assert_int_eq(cursor_bytes(&cursor, SIZE_MAX, &lent), -EBADMSG);
	ck_assert_int_eq(cursor_skip(&cursor, 4), -EBADMSG);
	ck_assert_uint_eq(cursor_left(&cursor), 3);
	ck_assert_int_eq(cursor_skip(&cursor, 2), 0);
	ck_assert_int_eq(cursor_be16(&cursor, &u16), -EBADMSG);
	ck_assert_int_eq(cursor_skip(&cursor, 1), 0);
	ck_assert_int_eq(cursor_u8(&cursor, &u8), -EBADMSG);
	ck_assert_int_eq(cursor_bytes(&cursor, 0, &lent), 0);
	ck_assert_uint_eq(u32, 77);
	ck_assert_uint_eq(u16, 77);
	ck_assert_uint_eq(u8, 77);
}
END_TEST

START_TEST(test_cursor_reads)
{
	static const uint8_t bytes[] = { 0xfe, 0x80, 0x01, 0xff, 0x02, 0x03, 0x04, 'a', 'b' };
	struct cursor cursor = cursor_over(bytes, sizeof(bytes));
	const uint8_t *lent;
	uint32_t u32;
	uint16_t u16;
	uint8_t u8;

	ck_assert(!cursor_u8(&cursor, &u8) && !cursor_be16(&cursor, &u16) && !cursor_be32(&cursor, &u32));
	ck_assert_uint_eq(u8, 0xfe);
	ck_assert_uint_eq(u16, 0x8001);
	ck_assert_uint_eq(u32, 0xff020304);
	ck_assert_int_eq(cursor_bytes(&cursor, 2, &lent), 0);
	ck_assert_ptr_eq(lent, bytes + 7);
	ck_assert_uint_eq(cursor_left(&cursor), 0);
	cursor = cursor_over(NULL, 0);
	ck_assert_uint_eq(cursor_left(&cursor), 0);
}
END_TEST

/* ---- Scalars ------------------------------------------------------------------------------------------------- */

static const struct {
	const char *string;
	int error;
	uint32_t value;
} numbers[] = {			/* range 10 to 4000000000 */
	{ "", -EINVAL, 0 },
	{ " 11", -EINVAL, 0 },
	{ "11 ", -EINVAL, 0 },
	{ "+11", -EINVAL, 0 },
	{ "-11", -EINVAL, 0 },
	{ "1a", -EINVAL, 0 },
	{ "0x", -EINVAL, 0 },
	{ "0xg", -EINVAL, 0 },
	{ "x11", -EINVAL, 0 },
	{ "11.0", -EINVAL, 0 },
	{ "99999999999999999999x", -EINVAL, 0 },
	{ "9", -ERANGE, 0 },
	{ "4000000001", -ERANGE, 0 },
	{ "4294967306", -ERANGE, 0 },			/* 10 after 32 bits */
	{ "18446744073709551626", -ERANGE, 0 },		/* 10 after 64 bits */
	{ "99999999999999999999999999999999999999999", -ERANGE, 0 },
	{ "0x10000000000000000b", -ERANGE, 0 },
	{ "10", 0, 10 },
	{ "00011", 0, 11 },
	{ "4000000000", 0, 4000000000 },
	{ "0xEE6b2800", 0, 4000000000 },
};

START_TEST(test_u32)
{
	uint32_t value = 77;
	int error = scalar_u32(numbers[_i].string, 10, 4000000000, &value);

	ck_assert_msg(error == numbers[_i].error, "'%s': %d", numbers[_i].string, error);
	ck_assert_uint_eq(value, error ? 77 : numbers[_i].value);
}
END_TEST

static const struct {
	const char *string;
	size_t length;			/* 0: refused as a prefix, too */
} macs[] = {
	{ "", 0 },
	{ "5", 0 },
	{ "52:", 0 },
	{ ":52", 0 },
	{ "52:5", 0 },
	{ "52::54", 0 },
	{ "52:54-00", 0 },
	{ "5254:00", 0 },
	{ "52:5400", 0 },
	{ "52.54.00", 0 },
	{ "52:54:00:12:34:5g", 0 },
	{ "52:54:00:12:34:56:", 0 },
	{ "52:54:00:12:34:56:78", 0 },
	{ "52540012345678", 0 },
	{ " 52:54:00:12:34:56", 0 },
	{ "06-52:54:00:12:34:56", 0 },
	{ "52", 1 },
	{ "52-54", 2 },
	{ "525400", 3 },
	{ "52:54:00:12:34", 5 },
	{ "52:54:00:aB:34:56", 6 },
	{ "52-54-00-Ab-34-56", 6 },
	{ "525400AB3456", 6 },
};

START_TEST(test_mac)
{
	static const uint8_t expected[MAC_LENGTH] = { 0x52, 0x54, 0x00, 0xab, 0x34, 0x56 };
	uint8_t mac[MAC_LENGTH] = { 7 };
	char text[3 * MAC_LENGTH];
	size_t length = 99;

	ck_assert_int_eq(scalar_mac(macs[_i].string, mac), macs[_i].length == MAC_LENGTH ? 0 : -EINVAL);
	if (macs[_i].length == MAC_LENGTH) {
		ck_assert(!memcmp(mac, expected, MAC_LENGTH));
		scalar_format_mac(mac, '-', text);
		ck_assert_str_eq(text, "52-54-00-ab-34-56");
	} else {
		ck_assert_uint_eq(mac[0], 7);
	}
	ck_assert_int_eq(scalar_mac_prefix(macs[_i].string, mac, &length), macs[_i].length ? 0 : -EINVAL);
	ck_assert_uint_eq(length, macs[_i].length ? macs[_i].length : 99);
	ck_assert_uint_eq(mac[0], macs[_i].length ? 0x52 : 7);
}
END_TEST

static const char *const bad_uuids[] = {
	"", "-", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
	"00112233445566778899aabbccddeeff", "00112233-4455-66778899--aabbccddeeff",
	"{00112233-4455-6677-8899-aabbccddeeff}", "00112233-4455-6677-8899-aabbccddeefg",
	"0011223-34455-6677-8899-aabbccddeeff", "00112233:4455:6677:8899:aabbccddeeff",
};

START_TEST(test_uuid)
{
	uint8_t uuid[UUID_LENGTH] = { 7 };
	char text[37];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad_uuids); i++) {
		ck_assert_msg(scalar_uuid(bad_uuids[i], uuid) == -EINVAL, "'%s'", bad_uuids[i]);
		ck_assert_uint_eq(uuid[0], 7);
	}
	ck_assert_int_eq(scalar_uuid("00112233-4455-6677-8899-AABBccddEEff", uuid), 0);
	for (i = 0; i < UUID_LENGTH; i++)
		ck_assert_uint_eq(uuid[i], 0x11 * i);
	scalar_format_uuid(uuid, text);
	ck_assert_str_eq(text, "00112233-4455-6677-8899-aabbccddeeff");
}
END_TEST

static const struct {
	const char *string;
	int error;
	uint32_t address;
} addresses[] = {
	{ "", -EINVAL, 0 },
	{ "10", -EINVAL, 0 },
	{ "10.77.0", -EINVAL, 0 },
	{ "10.77.0.", -EINVAL, 0 },
	{ ".10.77.0", -EINVAL, 0 },
	{ "10.77..1", -EINVAL, 0 },
	{ "10.77.0.1.", -EINVAL, 0 },
	{ "10.77.0.1.2", -EINVAL, 0 },
	{ "10.77.0.256", -EINVAL, 0 },
	{ "10.77.0.1000", -EINVAL, 0 },
	{ "10.77.0.01", -EINVAL, 0 },		/* some read it as octal */
	{ "10.77.0.0x1", -EINVAL, 0 },
	{ "10.77.0.-1", -EINVAL, 0 },
	{ " 10.77.0.1", -EINVAL, 0 },
	{ "10.77.0.1 ", -EINVAL, 0 },
	{ "10.77.0.1/24", -EINVAL, 0 },
	{ "0.0.0.0", 0, 0 },
	{ "10.77.0.1", 0, 0x0a4d0001 },
	{ "255.255.255.255", 0, 0xffffffff },
};

START_TEST(test_format_u64)
{
	static const struct {
		uint64_t number;
		const char *text;
	} rows[] = {
		{ 0, "0" }, { 9, "9" }, { 10, "10" }, { 255, "255" }, { 65535, "65535" }, { 1000000000, "1000000000" },
		{ UINT32_MAX, "4294967295" }, { UINT64_MAX, "18446744073709551615" },
	};
	char text[SCALAR_U64_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_uint_eq(scalar_format_u64(rows[i].number, text), strlen(rows[i].text));
		ck_assert_str_eq(text, rows[i].text);
	}
}
END_TEST

START_TEST(test_ip4)
{
	uint32_t address = 77;
	char text[16];

	ck_assert_int_eq(scalar_ip4(addresses[_i].string, &address), addresses[_i].error);
	ck_assert_uint_eq(address, addresses[_i].error ? 77 : addresses[_i].address);
	if (addresses[_i].error)
		return;
	scalar_format_ip4(address, text);
	ck_assert_str_eq(text, addresses[_i].string);
}
END_TEST

static const struct {
	const char *string;
	int error;
	uint32_t inside, outside;
} prefixes[] = {
	{ "10.77.0.0", -EINVAL, 0, 0 },
	{ "10.77.0.0/", -EINVAL, 0, 0 },
	{ "10.77.0.0/24 ", -EINVAL, 0, 0 },
	{ "10.77.0.0/024", -EINVAL, 0, 0 },
	{ "10.77.0.0/0x8", -EINVAL, 0, 0 },
	{ "10.77.0.0/-1", -EINVAL, 0, 0 },
	{ "10.77.0.0/33", -ERANGE, 0, 0 },
	{ "10.77.0.1/24", -EINVAL, 0, 0 },
	{ "10.0.0.0/0", -EINVAL, 0, 0 },
	{ "10.77.4.0/24", 0, 0x0a4d04ff, 0x0a4d0500 },
	{ "10.77.4.1/32", 0, 0x0a4d0401, 0x0a4d0402 },
	{ "128.0.0.0/1", 0, 0xffffffff, 0x7fffffff },
};

START_TEST(test_ip6)
{
	static const char *const bad[] = { "", ":", "1", "fd77", "fd77::1::2", "fd77::1%eth0", "[fd77::1]", " fd77::1", "fd77::1 ",
					   "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::" };
	uint8_t a[IP6_LENGTH] = { 7 }, b[IP6_LENGTH];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(scalar_ip6(bad[i], a) == -EINVAL && a[0] == 7, "'%s'", bad[i]);
	ck_assert_int_eq(scalar_ip6("FD77::12", a), 0);
	ck_assert_mem_eq(a, "\xfd\x77\0\0\0\0\0\0\0\0\0\0\0\0\0\x12", IP6_LENGTH);
	ck_assert_int_eq(scalar_ip6("fd77::13", b), 0);
	ck_assert(ip6_same_prefix(a, b, 0) && ip6_same_prefix(a, b, 64) && ip6_same_prefix(a, b, 127));
	ck_assert(!ip6_same_prefix(a, b, 128));
}
END_TEST

START_TEST(test_ip4_prefix)
{
	struct ip4_prefix prefix = { 7, 7 };

	ck_assert_int_eq(scalar_ip4_prefix(prefixes[_i].string, &prefix), prefixes[_i].error);
	if (prefixes[_i].error) {
		ck_assert(prefix.address == 7 && prefix.length == 7);
		return;
	}
	ck_assert(ip4_prefix_has(&prefix, prefixes[_i].inside));
	ck_assert(!ip4_prefix_has(&prefix, prefixes[_i].outside));
}
END_TEST

START_TEST(test_ip4_prefix_of_everything)
{
	struct ip4_prefix prefix;

	ck_assert_int_eq(scalar_ip4_prefix("0.0.0.0/0", &prefix), 0);
	ck_assert(ip4_prefix_has(&prefix, 0) && ip4_prefix_has(&prefix, UINT32_MAX));
}
END_TEST

#define SIXTEEN "abcdefghijklmnop"
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define TWO_FIFTY_SIX SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR

static const struct {
	const char *string;
	bool is_name, is_path;
} words[] = {
	{ "", false, false },
	{ "1st", false, true },
	{ "-x", false, true },
	{ "_x", false, true },
	{ "a b", false, false },
	{ "a\n", false, false },
	{ "a.b", false, true },
	{ "\xc3\xbc", false, false },
	{ SIXTY_FOUR "x", false, true },
	{ TWO_FIFTY_SIX, false, false },
	{ ".", false, false },
	{ "..", false, false },
	{ "a/..", false, false },
	{ "../a", false, false },
	{ "a/./b", false, false },
	{ "a//b", false, false },
	{ "/a", false, false },
	{ "a/", false, false },
	{ "a\\b", false, false },
	{ "a'b", false, false },
	{ "a$b", false, false },
	{ "a%b", false, false },
	{ "a", true, true },
	{ "Main_menu-2", true, true },
	{ SIXTY_FOUR, true, true },
	{ "...", false, true },
	{ ".config/x+y,z", false, true },
	{ "debian/12/linux.bin", false, true },
};

START_TEST(test_names_and_paths)
{
	ck_assert_msg(scalar_is_name(words[_i].string) == words[_i].is_name, "name '%s'", words[_i].string);
	ck_assert_msg(scalar_is_file_path(words[_i].string) == words[_i].is_path, "path '%s'", words[_i].string);
}
END_TEST

START_TEST(test_path_limits)
{
	char path[1025];
	size_t i;

	for (i = 0; i < sizeof(path); i++)
		path[i] = i % 100 == 99 ? '/' : 'a';
	path[1024] = '\0';
	ck_assert(!scalar_is_file_path(path));
	path[1023] = '\0';
	ck_assert(scalar_is_file_path(path));
	ck_assert(!scalar_is_file_component("a\0b", 3));
	ck_assert(!scalar_is_file_component("", 0));
	ck_assert(scalar_is_file_component("..x", 3) && !scalar_is_file_component("..x", 2));
}
END_TEST

/* ---- Diagnostics --------------------------------------------------------------------------------------------- */

START_TEST(test_diagnostics)
{
	struct pxeboot_diagnostics *list;
	const struct pxeboot_diagnostic *finding;
	char file[] = "a.conf";
	unsigned i;

	diagnostics_add(NULL, PXEBOOT_ERROR, "nobody", (struct location){ NULL, 0 }, "listens");
	ck_assert_int_eq(pxeboot_diagnostics_new(&list), 0);
	ck_assert_ptr_null(pxeboot_diagnostics_get(list, 0));
	for (i = 0; i < 100; i++)
		diagnostics_add(list, PXEBOOT_WARNING, "some-id", (struct location){ file, i }, "text %u", i);
	file[0] = 'b';
	diagnostics_add(list, PXEBOOT_NOTE, "no-place", (struct location){ NULL, 0 }, "%s", "");
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), 101);
	ck_assert_int_eq(pxeboot_diagnostics_error(list), 0);
	finding = pxeboot_diagnostics_get(list, 42);
	ck_assert_int_eq(finding->severity, PXEBOOT_WARNING);
	ck_assert_str_eq(finding->id, "some-id");
	ck_assert_str_eq(finding->file, "a.conf");
	ck_assert_uint_eq(finding->line, 42);
	ck_assert_str_eq(finding->text, "text 42");
	finding = pxeboot_diagnostics_get(list, 100);
	ck_assert_ptr_null(finding->file);
	ck_assert_str_eq(finding->text, "");
	ck_assert_ptr_null(pxeboot_diagnostics_get(list, 101));
	pxeboot_diagnostics_free(list);
	pxeboot_diagnostics_free(NULL);
}
END_TEST

START_TEST(test_severity_names)
{
	ck_assert_str_eq(pxeboot_severity_name(PXEBOOT_ERROR), "error");
	ck_assert_str_eq(pxeboot_severity_name(PXEBOOT_WARNING), "warning");
	ck_assert_str_eq(pxeboot_severity_name(PXEBOOT_NOTE), "note");
	ck_assert_ptr_null(pxeboot_severity_name((enum pxeboot_severity)3));
}
END_TEST

static TCase *value_tests(void)
{
	TCase *tests = tcase_create("values");

	tcase_add_test(tests, test_text_grows);
	tcase_add_test(tests, test_text_empty);
	tcase_add_test(tests, test_text_failure_sticks);
	tcase_add_test(tests, test_text_formats);
	tcase_add_test(tests, test_text_strings);
	tcase_add_loop_test(tests, test_text_escapes, 0, ARRAY_SIZE(escapes));
	tcase_add_test(tests, test_cursor_fails_closed);
	tcase_add_test(tests, test_cursor_reads);
	tcase_add_loop_test(tests, test_u32, 0, ARRAY_SIZE(numbers));
	tcase_add_test(tests, test_format_u64);
	tcase_add_loop_test(tests, test_mac, 0, ARRAY_SIZE(macs));
	tcase_add_test(tests, test_uuid);
	tcase_add_loop_test(tests, test_ip4, 0, ARRAY_SIZE(addresses));
	tcase_add_loop_test(tests, test_ip4_prefix, 0, ARRAY_SIZE(prefixes));
	tcase_add_test(tests, test_ip4_prefix_of_everything);
	tcase_add_test(tests, test_ip6);
	tcase_add_loop_test(tests, test_names_and_paths, 0, ARRAY_SIZE(words));
	tcase_add_test(tests, test_path_limits);
	tcase_add_test(tests, test_diagnostics);
	tcase_add_test(tests, test_severity_names);
	return tests;
}

int main(void)
{
	Suite *suite = suite_create("base");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, value_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
