/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients from DHCPv6 packets: malformed messages and options first, then what each option and each relay says, then every
 * message that EDK2 and iPXE sent (tests/captures).
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "client/client.h"

#define UNTOUCHED ((struct pxeboot_client *)&diagnostics)

#define SOLICIT "\x01\x12\x34\x56"
#define RELAY "\x0c\x00" "\xfd\x77\0\0\0\0\0\0\0\0\0\0\0\0\0\x02" "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
#define CLASS_OF_PXE "PXEClient:Arch:00007:UNDI:003000"

static struct pxeboot_diagnostics *diagnostics;

static void setup(void)
{
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
}

static void teardown(void)
{
	pxeboot_diagnostics_free(diagnostics);
}

/* The parser must not read past what it was given: hand it a block of exactly that size. */
static int from_bytes(const void *bytes, size_t length, struct pxeboot_client **ret_client)
{
	uint8_t *exact = malloc(length ? length : 1);
	int error, type;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, length);
	error = pxeboot_client_from_packet6(exact, length, diagnostics, ret_client);
	type = pxeboot_packet6_message_type(exact, length);
	ck_assert(error ? type == error : type > 0);
	free(exact);
	return error;
}

static void assert_fact(const struct pxeboot_client *client, int fact, int error, const char *expected)
{
	const char *text = "untouched";

	ck_assert_msg(pxeboot_client_get(client, fact, &text) == error, "%s", pxeboot_fact_name(fact));
	ck_assert_str_eq(text, error ? "untouched" : expected);
}

#define BYTES(text) text, sizeof(text) - 1

/* ---- Messages that are refused whole -------------------------------------------------------------------------- */

static const struct {
	const char *bytes;
	size_t length;
	const char *why;
} refused[] = {
	{ BYTES(""), "too short" },
	{ BYTES("\x01\x12\x34"), "too short" },
	{ BYTES("\x00\x12\x34\x56"), "not a message of a client" },
	{ BYTES("\x02\x12\x34\x56"), "not a message of a client" },	/* ADVERTISE */
	{ BYTES("\x07\x12\x34\x56"), "not a message of a client" },	/* REPLY */
	{ BYTES("\x0a\x12\x34\x56"), "not a message of a client" },	/* RECONFIGURE */
	{ BYTES("\x0d\x00\x34\x56"), "not a message of a client" },	/* RELAY-REPL */
	{ BYTES("\xff\x12\x34\x56"), "not a message of a client" },
	{ BYTES(SOLICIT "\x00"), "runs past the end" },
	{ BYTES(SOLICIT "\x00\x3d\x00"), "runs past the end" },
	{ BYTES(SOLICIT "\x00\x3d\x00\x02\x00"), "runs past the end" },
	{ BYTES(SOLICIT "\x00\x3d\xff\xff\x00\x07"), "runs past the end" },
	{ BYTES("\x0c\x00"), "of a relay is too short" },
	{ BYTES(RELAY), "a relay without the message" },
	{ BYTES(RELAY "\x00\x12\x00\x01x"), "a relay without the message" },
	{ BYTES(RELAY "\x00\x09\x00\x05" SOLICIT), "of a relay runs past the end" },
	{ BYTES(RELAY "\x00\x09\x00\x03\x01\x12\x34"), "too short" },
	{ BYTES(RELAY "\x00\x09\x00\x00"), "too short" },
	{ BYTES(RELAY "\x00\x09\x00\x08" SOLICIT "\x00\x3d\x00\x02"), "runs past the end" },
	{ BYTES(RELAY "\x00\x09\x00\x04\x0d\x00\x00\x00"), "not a message of a client" },
};

START_TEST(test_refused)
{
	struct pxeboot_client *client = UNTOUCHED;
	const struct pxeboot_diagnostic *diagnostic;

	ck_assert_int_eq(from_bytes(refused[_i].bytes, refused[_i].length, &client), -EBADMSG);
	ck_assert_ptr_eq(client, UNTOUCHED);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 1);
	diagnostic = pxeboot_diagnostics_get(diagnostics, 0);
	ck_assert_str_eq(diagnostic->id, "client.packet");
	ck_assert_msg(strstr(diagnostic->text, refused[_i].why), "%s", diagnostic->text);
}
END_TEST

/* @depth relays in one another around @inner; its length. */
static size_t relayed(unsigned depth, const void *inner, size_t length, uint8_t *ret_bytes, size_t room)
{
	size_t head = sizeof(RELAY) - 1;

	ck_assert(length <= room);
	memcpy(ret_bytes, inner, length);
	while (depth--) {
		ck_assert(length + head + 4 <= room);
		memmove(ret_bytes + head + 4, ret_bytes, length);
		memcpy(ret_bytes, RELAY, head);
		memcpy(ret_bytes + head, (uint8_t[]){ 0, 9, (uint8_t)(length >> 8), (uint8_t)length }, 4);
		length += head + 4;
	}
	return length;
}

START_TEST(test_relays_in_one_another)
{
	struct pxeboot_client *client = UNTOUCHED;
	uint8_t bytes[1000];
	size_t length = relayed(9, BYTES(SOLICIT "\x00\x3d\x00\x02\x00\x07"), bytes, sizeof(bytes));

	ck_assert_int_eq(from_bytes(bytes, length, &client), 0);
	assert_fact(client, PXEBOOT_FACT_ARCH, 0, "7");
	pxeboot_client_unref(client);
	client = UNTOUCHED;
	length = relayed(10, BYTES(SOLICIT), bytes, sizeof(bytes));
	ck_assert_int_eq(from_bytes(bytes, length, &client), -EBADMSG);
	ck_assert_ptr_eq(client, UNTOUCHED);
}
END_TEST

/* ---- What options say ----------------------------------------------------------------------------------------- */

/* Options of one message and one fact that comes of them. */
static const struct {
	const char *bytes;
	size_t length;
	int fact, error;
	const char *expected;
	bool warns;
} options[] = {
	/* malformed */
	{ BYTES("\x00\x3d\x00\x03\x00\x07\x00"), PXEBOOT_FACT_ARCH, -EBADMSG, NULL, true },
	{ BYTES("\x00\x3e\x00\x02\x01\x03"), PXEBOOT_FACT_UNDI, -EBADMSG, NULL, true },
	{ BYTES("\x00\x3e\x00\x03\x02\x03\x00"), PXEBOOT_FACT_UNDI, -EBADMSG, NULL, true },
	{ BYTES("\x00\x01\x00\x02\x00\x04"), PXEBOOT_FACT_CLIENT_ID, -EBADMSG, NULL, true },
	{ BYTES("\x00\x01\x00\x04\x00\x04\x12\x34"), PXEBOOT_FACT_UUID, -ENODATA, NULL, true },
	{ BYTES("\x00\x01\x00\x05\x00\x01\x00\x01\x00"), PXEBOOT_FACT_CLIENT_ID, -EBADMSG, NULL, true },
	{ BYTES("\x00\x10\x00\x04\x00\x00\x01\x57"), PXEBOOT_FACT_VENDOR_CLASS, -EBADMSG, NULL, true },
	{ BYTES("\x00\x10\x00\x07\x00\x00\x01\x57\x00\x02x"), PXEBOOT_FACT_VENDOR_CLASS, -EBADMSG, NULL, true },
	{ BYTES("\x00\x0f\x00\x04iPXE"), PXEBOOT_FACT_USER_CLASS, -EBADMSG, NULL, true },	/* as iPXE says it by DHCPv4 */
	{ BYTES("\x00\x0f\x00\x07\x00\x04iPXE\x00"), PXEBOOT_FACT_USER_CLASS, -EBADMSG, NULL, true },
	/* empty */
	{ BYTES("\x00\x3d\x00\x00"), PXEBOOT_FACT_ARCH, 0, "", false },
	{ BYTES("\x00\x0f\x00\x00"), PXEBOOT_FACT_USER_CLASS, 0, "", false },
	{ BYTES("\x00\x10\x00\x06\x00\x00\x01\x57\x00\x00"), PXEBOOT_FACT_VENDOR_CLASS, 0, "", false },
	/* good */
	{ BYTES(""), PXEBOOT_FACT_FAMILY, 0, "ipv6", false },
	{ BYTES("\x00\x3d\x00\x02\x00\x10"), PXEBOOT_FACT_ARCH, 0, "16", false },
	{ BYTES("\x00\x3d\x00\x04\x00\x0b\x00\x07"), PXEBOOT_FACT_ARCH, 0, "11,7", false },
	{ BYTES("\x00\x3d\x00\x00\x00\x3d\x00\x02\x00\x07"), PXEBOOT_FACT_ARCH, 0, "7", false },
	{ BYTES("\x00\x3d\x00\x02\x00\x07\x00\x3d\x00\x02\x00\x0b"), PXEBOOT_FACT_ARCH, 0, "7", false },	/* the first */
	{ BYTES("\x00\x3e\x00\x03\x01\x03\x0a"), PXEBOOT_FACT_UNDI, 0, "3.10", false },
	{ BYTES("\x00\x10\x00\x26\x00\x00\x01\x57\x00\x20" CLASS_OF_PXE), PXEBOOT_FACT_VENDOR_CLASS, 0, CLASS_OF_PXE, false },
	{ BYTES("\x00\x10\x00\x0e\x00\x00\x01\x37\x00\x08MSFT 5.0"), PXEBOOT_FACT_VENDOR_CLASS, 0, "MSFT 5.0", false },
	/* Where there is no option 61, DHCP servers can't look into the vendor class. */
	{ BYTES("\x00\x10\x00\x26\x00\x00\x01\x57\x00\x20" CLASS_OF_PXE), PXEBOOT_FACT_ARCH, -ENODATA, NULL, false },
	{ BYTES("\x00\x0f\x00\x06\x00\x04iPXE"), PXEBOOT_FACT_USER_CLASS, 0, "iPXE", false },
	{ BYTES("\x00\x0f\x00\x0a\x00\x01" "a\x00\x05iPX,E"), PXEBOOT_FACT_USER_CLASS, 0, "a,iPX,E", false },
	/* DUIDs: LLT, LL, of another kind of network, EN, UUID as firmware has it, and of zeros */
	{ BYTES("\x00\x01\x00\x0e\x00\x01\x00\x01\x11\x22\x33\x44\x52\x54\x00\x12\x34\x56"), PXEBOOT_FACT_MAC, 0,
	  "52:54:00:12:34:56", false },
	{ BYTES("\x00\x01\x00\x0a\x00\x03\x00\x01\x52\x54\x00\x12\x34\x56"), PXEBOOT_FACT_MAC, 0, "52:54:00:12:34:56", false },
	{ BYTES("\x00\x01\x00\x0a\x00\x03\x00\x20\x52\x54\x00\x12\x34\x56"), PXEBOOT_FACT_MAC, -ENODATA, NULL, false },
	{ BYTES("\x00\x01\x00\x08\x00\x02\x00\x00\x01\x57\x01\x02"), PXEBOOT_FACT_CLIENT_ID, 0, "00:02:00:00:01:57:01:02",
	  false },
	{ BYTES("\x00\x01\x00\x12\x00\x04\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"), PXEBOOT_FACT_UUID,
	  0, "00112233-4455-6677-8899-aabbccddeeff", false },
	{ BYTES("\x00\x01\x00\x12\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), PXEBOOT_FACT_UUID, -ENODATA, NULL, false },
	/* and as iPXE has it, its own build, too */
	{ BYTES("\x00\x01\x00\x12\x00\x04\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff\x00\x0f\x00\x08\x00\x06"
		"iPXE-a"), PXEBOOT_FACT_UUID, 0, "00112233-4455-6677-8899-aabbccddeeff", false },
};

START_TEST(test_option)
{
	uint8_t bytes[300] = SOLICIT;
	struct pxeboot_client *client = NULL;

	memcpy(bytes + 4, options[_i].bytes, options[_i].length);
	ck_assert_int_eq(from_bytes(bytes, 4 + options[_i].length, &client), 0);
	assert_fact(client, options[_i].fact, options[_i].error, options[_i].expected);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), options[_i].warns ? 1 : 0);
	if (options[_i].warns)
		ck_assert_str_eq(pxeboot_diagnostics_get(diagnostics, 0)->id, "client.option");
	pxeboot_client_unref(client);
}
END_TEST

/* The whole numbers before a fault stand, as every DHCP server has it. */
START_TEST(test_whole_numbers_stand)
{
	struct pxeboot_client *client = NULL;

	ck_assert_int_eq(from_bytes(BYTES(SOLICIT "\x00\x3d\x00\x03\x00\x07\x00"), &client), 0);
	ck_assert_int_eq(pxeboot_client_arch(client), PXEBOOT_ARCH_X64_UEFI);
	pxeboot_client_unref(client);
}
END_TEST

static const struct {
	const char *bytes;
	size_t length;
	bool ipxe, own;
} classes[] = {
	{ BYTES("\x00\x0f\x00\x06\x00\x04iPXE"), true, false },
	{ BYTES("\x00\x0f\x00\x0a\x00\x08iPXE-own"), false, true },
	{ BYTES("\x00\x0f\x00\x0b\x00\x09iPXE-own2"), false, false },
	{ BYTES("\x00\x0f\x00\x0b\x00\x04iPXE\x00\x03" "abc"), true, false },
	{ BYTES("\x00\x0f\x00\x0b\x00\x03" "abc\x00\x04iPXE"), false, false },
	{ BYTES("\x00\x0f\x00\x04iPXE"), false, false },
	{ BYTES("\x00\x0f\x00\x07\x00\x04iPXE\x00"), true, false },	/* what stands before the fault */
	{ BYTES("\x00\x0f\x00\x00"), false, false },
	{ BYTES(""), false, false },
};

START_TEST(test_who_is_ipxe)
{
	uint8_t bytes[100] = SOLICIT;
	struct pxeboot_client *client = NULL;

	memcpy(bytes + 4, classes[_i].bytes, classes[_i].length);
	ck_assert_int_eq(from_bytes(bytes, 4 + classes[_i].length, &client), 0);
	ck_assert(pxeboot_client_is_ipxe(client) == classes[_i].ipxe);
	ck_assert(client_has_user_class(client, "iPXE-own") == classes[_i].own);
	pxeboot_client_unref(client);
}
END_TEST

/* ---- Relays --------------------------------------------------------------------------------------------------- */

#define LINK_LAYER(last) "\x00\x4f\x00\x08\x00\x01\x52\x54\x00\x12\x34" last

START_TEST(test_relay)
{
	static const char duid[] = SOLICIT "\x00\x01\x00\x0a\x00\x03\x00\x01\x52\x54\x00\x99\x99\x99";
	static const char said[] = LINK_LAYER("\x56") "\x00\x12\x00\x03" "ge1" "\x00\x25\x00\x06\x00\x00\x01\x57" "ab";
	struct pxeboot_client *client = NULL;
	uint8_t bytes[300];
	size_t length = relayed(1, BYTES(duid), bytes, sizeof(bytes));

	memcpy(bytes + length, said, sizeof(said) - 1);
	ck_assert_int_eq(from_bytes(bytes, length + sizeof(said) - 1, &client), 0);
	assert_fact(client, PXEBOOT_FACT_MAC, 0, "52:54:00:12:34:56");
	assert_fact(client, PXEBOOT_FACT_CIRCUIT_ID, 0, "67:65:31");
	assert_fact(client, PXEBOOT_FACT_REMOTE_ID, 0, "00:00:01:57:61:62");
	pxeboot_client_unref(client);

	/* Without option 79 the DUID must do; the nearest relay's beats another's. */
	ck_assert_int_eq(from_bytes(bytes, length, &client), 0);
	assert_fact(client, PXEBOOT_FACT_MAC, 0, "52:54:00:99:99:99");
	pxeboot_client_unref(client);
	memcpy(bytes + length, said, sizeof(said) - 1);
	length = relayed(1, bytes, length + sizeof(said) - 1, bytes, sizeof(bytes));
	memcpy(bytes + length, LINK_LAYER("\x11"), sizeof(LINK_LAYER("\x11")) - 1);
	ck_assert_int_eq(from_bytes(bytes, length + sizeof(LINK_LAYER("\x11")) - 1, &client), 0);
	assert_fact(client, PXEBOOT_FACT_MAC, 0, "52:54:00:12:34:56");
	pxeboot_client_unref(client);
}
END_TEST

/* ---- Plain words ---------------------------------------------------------------------------------------------- */

/* It makes no difference when the family is told. */
START_TEST(test_text)
{
	struct pxeboot_client *clients[2];

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pxeboot_client_new(&clients[i]), 0);
		if (i == 0)
			ck_assert_int_eq(pxeboot_client_set(clients[i], PXEBOOT_FACT_FAMILY, "ipv6", diagnostics), 0);
		ck_assert_int_eq(pxeboot_client_set(clients[i], PXEBOOT_FACT_VENDOR_CLASS, CLASS_OF_PXE, diagnostics), 0);
		ck_assert_int_eq(pxeboot_client_set(clients[i], PXEBOOT_FACT_USER_CLASS, "iPXE-own,b", diagnostics), 0);
		if (i == 1)
			ck_assert_int_eq(pxeboot_client_set(clients[i], PXEBOOT_FACT_FAMILY, "ipv6", diagnostics), 0);
		assert_fact(clients[i], PXEBOOT_FACT_ARCH, -ENODATA, NULL);
		ck_assert(!pxeboot_client_is_ipxe(clients[i]) && client_has_user_class(clients[i], "iPXE-own"));
	}
	ck_assert(pxeboot_client_equal(clients[0], clients[1]));
	ck_assert_int_eq(pxeboot_client_set(clients[0], PXEBOOT_FACT_FAMILY, "ipv4", diagnostics), 0);
	assert_fact(clients[0], PXEBOOT_FACT_ARCH, 0, "7");
	ck_assert(pxeboot_client_is_ipxe(clients[0]));
	ck_assert_int_eq(pxeboot_client_set(clients[0], PXEBOOT_FACT_FAMILY, "6", diagnostics), -EBADMSG);
	pxeboot_client_unref(clients[0]);
	pxeboot_client_unref(clients[1]);
}
END_TEST

/* ---- What real firmware sends --------------------------------------------------------------------------------- */

/* The next UDP payload to port 547 over IPv6; false at the end. */
static bool next_message(struct capture *capture, const uint8_t **ret_bytes, size_t *ret_length)
{
	const uint8_t *head, *frame;
	size_t length;

	while (!cursor_bytes(&capture->rest, 16, &head)) {
		length = (size_t)(head[8] | head[9] << 8);
		ck_assert_int_eq(cursor_bytes(&capture->rest, length, &frame), 0);
		if (length < 62 || frame[12] != 0x86 || frame[13] != 0xdd || frame[20] != 17 || frame[56] != 2 ||
		    frame[57] != 35)
			continue;
		*ret_bytes = frame + 62;
		*ret_length = length - 62;
		return true;
	}
	return false;
}

/* What the stages say, in their order; messages that are equal follow one another. */
static const struct {
	const char *file;
	const char *arch, *undi, *vendor_class, *user_class;
} stages[] = {
	{ "x64-uefi-ipv6", NULL, NULL, NULL, NULL },	/* the firmware's IP driver wants an address */
	{ "x64-uefi-ipv6", "7", "3.0", CLASS_OF_PXE, NULL },
	{ "x64-uefi-ipv6", NULL, NULL, NULL, NULL },
	{ "x64-uefi-ipv6", "7", "3.10", "PXEClient:Arch:00007:UNDI:003010", "iPXE" },
	{ "x64-uefi-http-ipv6", "16", "3.0", "HTTPClient:Arch:00016:UNDI:003000", NULL },
	{ "x64-uefi-http-ipv6", NULL, NULL, NULL, NULL },
	{ "x64-uefi-http-ipv6", "16", "3.0", "HTTPClient:Arch:00016:UNDI:003000", NULL },
	{ "x64-uefi-http-ipv6", NULL, NULL, NULL, NULL },
	{ "x64-uefi-http-ipv6", "7", "3.10", "PXEClient:Arch:00007:UNDI:003010", "iPXE" },
};

static bool is_of_stage(const struct pxeboot_client *client, size_t stage)
{
	const char *text;
	int error = pxeboot_client_get(client, PXEBOOT_FACT_UNDI, &text);

	return stages[stage].undi ? !error && !strcmp(text, stages[stage].undi) : error == -ENODATA;
}

static void check_stage(const struct pxeboot_client *client, size_t stage)
{
	assert_fact(client, PXEBOOT_FACT_UUID, 0, "5a2ee0ea-0000-4000-8000-525400770001");
	assert_fact(client, PXEBOOT_FACT_ARCH, stages[stage].arch ? 0 : -ENODATA, stages[stage].arch);
	assert_fact(client, PXEBOOT_FACT_UNDI, stages[stage].undi ? 0 : -ENODATA, stages[stage].undi);
	assert_fact(client, PXEBOOT_FACT_VENDOR_CLASS, stages[stage].vendor_class ? 0 : -ENODATA, stages[stage].vendor_class);
	assert_fact(client, PXEBOOT_FACT_USER_CLASS, stages[stage].user_class ? 0 : -ENODATA, stages[stage].user_class);
	ck_assert(pxeboot_client_is_ipxe(client) == (stages[stage].user_class != NULL));
}

static size_t check_capture(size_t first)
{
	struct capture capture = { 0 };
	struct pxeboot_client *client;
	size_t stage = first, length;
	const uint8_t *bytes;

	open_capture(&capture, stages[first].file);
	while (next_message(&capture, &bytes, &length)) {
		ck_assert_int_eq(from_bytes(bytes, length, &client), 0);
		if (!is_of_stage(client, stage))
			stage++;
		ck_assert(stage < ARRAY_SIZE(stages) && !strcmp(stages[stage].file, stages[first].file));
		check_stage(client, stage);
		pxeboot_client_unref(client);
	}
	free(capture.bytes);
	return stage + 1;
}

START_TEST(test_captures)
{
	for (size_t i = 0; i < ARRAY_SIZE(stages); i = check_capture(i))
		;
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("packet6");
	TCase *tests = tcase_create("packet6");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, test_refused, 0, ARRAY_SIZE(refused));
	tcase_add_test(tests, test_relays_in_one_another);
	tcase_add_loop_test(tests, test_option, 0, ARRAY_SIZE(options));
	tcase_add_test(tests, test_whole_numbers_stand);
	tcase_add_loop_test(tests, test_who_is_ipxe, 0, ARRAY_SIZE(classes));
	tcase_add_test(tests, test_relay);
	tcase_add_test(tests, test_text);
	tcase_add_test(tests, test_captures);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
