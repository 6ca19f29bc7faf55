/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frames off the lab's wire: broken ones first, then what is read of them, DHCP's answers, and the ROM's disguise.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "pxeboot.h"
#include "try/disguise.h"
#include "try/frame.h"
#include "wire.h"

/* In a block of exactly its size: a read past the end is seen by the sanitizer. */
static int parse_exactly(const uint8_t *bytes, size_t length, struct frame *ret_frame)
{
	uint8_t *exact = malloc(length ? length : 1);
	int r;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, length);
	r = frame_parse(exact, length, ret_frame);
	free(exact);
	return r;
}

static const struct {
	const char *reason;
	size_t at;
	uint8_t value;
	int error;
} broken_frames[] = {
	{ "not IPv4", 13, 0x06, -ENODATA },
	{ "IP version 6", 14, 0x65, -EBADMSG },
	{ "a header of 16 bytes", 14, 0x44, -EBADMSG },
	{ "options that are not there", 14, 0x4f, -EBADMSG },
	{ "longer than it is", 16, 0x7f, -EBADMSG },
	{ "shorter than its header", 17, 19, -EBADMSG },
	{ "a later fragment", 21, 1, -ENODATA },
	{ "neither UDP nor TCP", 23, 1, -ENODATA },
	{ "UDP shorter than its header", HEADERS + 5, 7, -EBADMSG },
	{ "UDP longer than IP", HEADERS + 4, 1, -EBADMSG },
};

START_TEST(refuses_broken_frames)
{
	struct frame frame = { .length = 4711 };
	struct wire wire;

	make_udp(&wire, true, 68, 67, "payload", 7);
	wire.bytes[broken_frames[_i].at] = broken_frames[_i].value;
	ck_assert_msg(parse_exactly(wire.bytes, wire.length, &frame) == broken_frames[_i].error, "%s",
		      broken_frames[_i].reason);
	ck_assert_uint_eq(frame.length, 4711);
}
END_TEST

START_TEST(refuses_cut_frames)
{
	struct wire wire;

	for (int tcp = 0; tcp < 2; tcp++) {
		if (tcp)
			make_tcp(&wire, true, 1025, 80, 7, "payload", 7);
		else
			make_udp(&wire, true, 68, 67, "payload", 7);
		for (size_t length = 0; length < wire.length; length++) {
			struct frame frame = { .length = 4711 };

			ck_assert_int_eq(parse_exactly(wire.bytes, length, &frame), -EBADMSG);
			ck_assert_uint_eq(frame.length, 4711);
		}
	}
}
END_TEST

START_TEST(reads_frames)
{
	struct frame frame;
	struct wire wire;

	make_udp(&wire, true, 68, 67, "payload", 7);
	wire.length += 20;		/* a short frame is padded */
	ck_assert_int_eq(frame_parse(wire.bytes, wire.length, &frame), 0);
	ck_assert(!frame.tcp);
	ck_assert_uint_eq(frame.source, MACHINE);
	ck_assert_uint_eq(frame.destination_port, 67);
	ck_assert_uint_eq(frame.length, 7);
	ck_assert_mem_eq(frame.payload, "payload", 7);
	make_tcp(&wire, false, 80, 1025, 0x01020304, "answer", 6);
	ck_assert_int_eq(frame_parse(wire.bytes, wire.length, &frame), 0);
	ck_assert(frame.tcp);
	ck_assert_uint_eq(frame.sequence, 0x01020304);
	ck_assert_uint_eq(frame.length, 6);
}
END_TEST

START_TEST(reads_frames_of_ipv6)
{
	struct frame frame = { .length = 4711 };
	struct wire wire;

	make_udp6(&wire, true, 546, 547, "payload", 7);
	for (size_t length = 0; length < wire.length; length++)
		ck_assert_int_eq(parse_exactly(wire.bytes, length, &frame), -EBADMSG);
	wire.bytes[14] = 0x40;
	ck_assert_int_eq(frame_parse(wire.bytes, wire.length, &frame), -EBADMSG);
	wire.bytes[14] = 0x60;
	wire.bytes[20] = 44;		/* a fragment's header */
	ck_assert_int_eq(frame_parse(wire.bytes, wire.length, &frame), -ENODATA);
	ck_assert_uint_eq(frame.length, 4711);
	wire.bytes[20] = 17;
	wire.length += 20;
	ck_assert_int_eq(frame_parse(wire.bytes, wire.length, &frame), 0);
	ck_assert(frame.ipv6 && !frame.tcp);
	ck_assert_mem_eq(frame.sender, "\x52\x54\x00\x77\x00\x01", 6);
	ck_assert_uint_eq(frame.destination_port, 547);
	ck_assert_uint_eq(frame.length, 7);
}
END_TEST

START_TEST(reads_dhcpv6_answers)
{
	static const char reply[] = "\x07\x12\x34\x56\x00\x01\x00\x02" "ab\x00\x3b\x00\x05" "x.efi";
	struct dhcp_answer answer = { .type = 42 };
	uint8_t bytes[sizeof(reply)];

	memcpy(bytes, reply, sizeof(reply));
	for (size_t cut = 0; cut < sizeof(reply) - 1; cut++)
		if (cut != 4 && cut != 10)
			ck_assert_int_eq(dhcp6_answer_parse(bytes, cut, &answer), -EBADMSG);
	bytes[0] = 1;
	ck_assert_int_eq(dhcp6_answer_parse(bytes, sizeof(reply) - 1, &answer), -ENODATA);
	ck_assert_int_eq(answer.type, 42);
	bytes[0] = 7;
	ck_assert_int_eq(dhcp6_answer_parse(bytes, sizeof(reply) - 1, &answer), 0);
	ck_assert_int_eq(answer.type, 7);
	ck_assert_uint_eq(answer.transaction, 0x123456);
	ck_assert_str_eq(answer.file, "x.efi");
}
END_TEST

START_TEST(reads_dhcp_answers)
{
	static const struct {
		const char *field, *options;
		size_t length;
		const char *file;
	} rows[] = {
		{ "", "\x35\1\5\xff", 4, "" },
		{ "a.efi", "\x35\1\5\xff", 4, "a.efi" },
		{ "", "\x35\1\5\x43\5b.efi\xff", 11, "b.efi" },
		{ "", "\x35\1\5\x43\6b.efi\0\xff", 12, "b.efi" },	/* dnsmasq ends it with a NUL */
		{ "a.efi", "\x35\1\5\x43\5b.efi\xff", 11, "b.efi" },
		{ "", "\0\0\x35\1\5\0\x43\5b.efi", 13, "b.efi" },	/* pads, and no end */
	};
	struct dhcp_answer answer = { 0 };
	uint8_t message[512];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t length = make_dhcp(message, 2, rows[i].field, rows[i].options, rows[i].length);

		ck_assert_int_eq(dhcp_answer_parse(message, length, &answer), 0);
		ck_assert_int_eq(answer.type, 5);
		ck_assert_uint_eq(answer.transaction, 0xabcdef01);
		ck_assert_str_eq(answer.file, rows[i].file);
	}
}
END_TEST

START_TEST(refuses_broken_dhcp_answers)
{
	struct dhcp_answer answer = { .type = 42 };
	uint8_t message[512];
	size_t length = make_dhcp(message, 2, "", "\x35\1\5\x43\x7f" "b.efi", 10);

	ck_assert_int_eq(dhcp_answer_parse(message, length, &answer), -EBADMSG);
	for (size_t cut = 0; cut < 240; cut++)
		ck_assert_int_eq(dhcp_answer_parse(message, cut, &answer), -EBADMSG);
	message[0] = 1;
	ck_assert_int_eq(dhcp_answer_parse(message, length, &answer), -ENODATA);
	message[0] = 2;
	message[236] = 0;
	ck_assert_int_eq(dhcp_answer_parse(message, length, &answer), -ENODATA);
	ck_assert_int_eq(answer.type, 42);
}
END_TEST

START_TEST(disguises_ipxe)
{
	struct pxeboot_client *client;
	struct frame frame;
	uint8_t message[512];
	struct wire wire;
	size_t length = make_dhcp(message, 1, "", IPXE_OPTIONS, sizeof(IPXE_OPTIONS) - 1);

	make_udp(&wire, true, 68, 67, message, length);
	disguise_frame(wire.bytes, wire.length);
	ck_assert_int_eq(frame_parse(wire.bytes, wire.length, &frame), 0);
	ck_assert_uint_eq(frame.length, length);
	ck_assert_int_eq(pxeboot_client_from_packet(frame.payload, frame.length, NULL, &client), 0);
	ck_assert(!pxeboot_client_is_ipxe(client));
	ck_assert_int_eq(pxeboot_client_arch(client), PXEBOOT_ARCH_BIOS);
	pxeboot_client_unref(client);
}
END_TEST

START_TEST(disguises_nothing_else)
{
	struct wire wire, before;
	uint8_t message[512];
	size_t length = make_dhcp(message, 1, "", IPXE_OPTIONS, sizeof(IPXE_OPTIONS) - 1);

	make_udp(&wire, true, 68, 69, message, length);
	before = wire;
	disguise_frame(wire.bytes, wire.length);
	ck_assert_mem_eq(wire.bytes, before.bytes, before.length);
	make_udp(&wire, true, 68, 67, message, 230);
	before = wire;
	disguise_frame(wire.bytes, wire.length);
	ck_assert_mem_eq(wire.bytes, before.bytes, before.length);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("frame");
	TCase *tests = tcase_create("frame");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, refuses_broken_frames, 0, ARRAY_SIZE(broken_frames));
	tcase_add_test(tests, refuses_cut_frames);
	tcase_add_test(tests, reads_frames);
	tcase_add_test(tests, refuses_broken_dhcp_answers);
	tcase_add_test(tests, reads_frames_of_ipv6);
	tcase_add_test(tests, reads_dhcpv6_answers);
	tcase_add_test(tests, reads_dhcp_answers);
	tcase_add_test(tests, disguises_ipxe);
	tcase_add_test(tests, disguises_nothing_else);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
