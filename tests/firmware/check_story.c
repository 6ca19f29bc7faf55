/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot try` makes of a boot, without booting anything: frames that are broken first, then DHCP answers, TFTP
 * and HTTP transfers, the serial console, the ROM's disguise, and where a story ends.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "try/console.h"
#include "try/disguise.h"
#include "try/story.h"

#define SERVER 0x0a4d0001u
#define MACHINE 0x0a4d0064u
#define FRAME_ROOM 2048
#define HEADERS (14 + 20)

static struct pxeboot_policy *policy;
static struct story story;
static FILE *said;
static char *said_bytes;
static size_t said_length;

/* ---- Frames ---- */

struct wire {
	uint8_t bytes[FRAME_ROOM];
	size_t length;
};

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static void begin_ip(struct wire *wire, unsigned protocol, uint32_t source, uint32_t destination, size_t payload)
{
	memset(wire->bytes, 0, sizeof(wire->bytes));
	put16(wire->bytes + 12, 0x0800);
	wire->bytes[14] = 0x45;
	put16(wire->bytes + 16, (unsigned)(20 + payload));
	wire->bytes[14 + 9] = (uint8_t)protocol;
	put32(wire->bytes + 14 + 12, source);
	put32(wire->bytes + 14 + 16, destination);
	wire->length = HEADERS + payload;
}

/* @up: from the machine to the server. */
static void make_udp(struct wire *wire, bool up, unsigned source, unsigned destination, const void *bytes,
		     size_t length)
{
	begin_ip(wire, 17, up ? MACHINE : SERVER, up ? SERVER : MACHINE, 8 + length);
	put16(wire->bytes + HEADERS, source);
	put16(wire->bytes + HEADERS + 2, destination);
	put16(wire->bytes + HEADERS + 4, (unsigned)(8 + length));
	memcpy(wire->bytes + HEADERS + 8, bytes, length);
}

static void make_tcp(struct wire *wire, bool up, unsigned source, unsigned destination, uint32_t sequence,
		     const void *bytes, size_t length)
{
	begin_ip(wire, 6, up ? MACHINE : SERVER, up ? SERVER : MACHINE, 20 + length);
	put16(wire->bytes + HEADERS, source);
	put16(wire->bytes + HEADERS + 2, destination);
	put32(wire->bytes + HEADERS + 4, sequence);
	wire->bytes[HEADERS + 12] = 0x50;
	memcpy(wire->bytes + HEADERS + 20, bytes, length);
}

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

/* ---- DHCP ---- */

/* A message with @file in the BOOTP field and the options given; returns its length. */
static size_t make_dhcp(uint8_t *message, unsigned op, const char *file, const void *options, size_t length)
{
	memset(message, 0, 240);
	message[0] = (uint8_t)op;
	message[1] = 1;
	message[2] = 6;
	put32(message + 4, 0xabcdef01);
	memcpy(message + 28, "\x52\x54\x00\x77\x00\x01", 6);
	strcpy((char *)message + 108, file);
	put32(message + 236, 0x63825363);
	memcpy(message + 240, options, length);
	return 240 + length;
}

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

#define IPXE_OPTIONS "\x35\1\1\x5d\2\0\0\x3c\x20PXEClient:Arch:00000:UNDI:002001\x4d\4iPXE\xaf\3\xb1\1\1\xff"

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

/* ---- Stories ---- */

static void begin(void)
{
	ck_assert_int_eq(pxeboot_policy_load(SAMPLE_POLICY, NULL, &policy), 0);
	said = open_memstream(&said_bytes, &said_length);
	ck_assert_ptr_nonnull(said);
	story_begin(&story, policy, NULL);
	lines_begin(&story.lines, said, false);
	story.limit = 100000;
	story.stall = 20000;
	story.transfers.http_port = 80;
}

static void end(void)
{
	story_free(&story);
	fclose(said);
	free(said_bytes);
	said_bytes = NULL;
	pxeboot_policy_unref(policy);
}

static const char *heard(void)
{
	fflush(said);
	return said_bytes;
}

static void see_udp(bool up, unsigned source, unsigned destination, const void *bytes, size_t length, int64_t now)
{
	struct wire wire;

	make_udp(&wire, up, source, destination, bytes, length);
	story_see_frame(&story, wire.bytes, wire.length, now);
}

static void see_tcp(bool up, uint32_t sequence, const char *text, int64_t now)
{
	struct wire wire;

	make_tcp(&wire, up, up ? 1025 : 80, up ? 80 : 1025, sequence, text, strlen(text));
	story_see_frame(&story, wire.bytes, wire.length, now);
}

static void ask(unsigned port, const char *name, int64_t now)
{
	char request[300];
	int n = snprintf(request, sizeof(request), "%c%c%s%coctet", 0, 1, name, 0);

	see_udp(true, port, 69, request, (size_t)n + 1, now);
}

static void data(unsigned port, unsigned block, const void *bytes, size_t length, int64_t now)
{
	uint8_t packet[1600] = { 0, 3 };

	put16(packet + 2, block);
	memcpy(packet + 4, bytes, length);
	see_udp(false, 40000, port, packet, 4 + length, now);
}

/* A whole short file. */
static void fetch(unsigned port, const char *name, const char *bytes, int64_t now)
{
	ask(port, name, now);
	data(port, 1, bytes, strlen(bytes), now);
}

static void exchange(const char *client_options, size_t length, const char *told, int64_t now)
{
	uint8_t message[512];
	size_t size = make_dhcp(message, 1, "", client_options, length);

	see_udp(true, 68, 67, message, size, now);
	message[242] = 3;
	see_udp(true, 68, 67, message, size, now);
	size = make_dhcp(message, 2, told, "\x35\1\5\xff", 4);
	see_udp(false, 67, 68, message, size, now);
}

START_TEST(tells_dhcp)
{
	exchange(IPXE_OPTIONS, sizeof(IPXE_OPTIONS) - 1, "boot.ipxe", 1000);
	ck_assert_str_eq(heard(), "   1.0  DHCP     ipxe bios asks, is told boot.ipxe\n");
	ck_assert_uint_eq(story.mismatches, 0);
}
END_TEST

START_TEST(tells_a_wrong_answer)
{
	exchange(IPXE_OPTIONS, sizeof(IPXE_OPTIONS) - 1, "undionly.kpxe", 1000);
	ck_assert_ptr_nonnull(strstr(heard(), "is told undionly.kpxe, but the policy decides 'boot.ipxe'"));
	ck_assert_uint_eq(story.mismatches, 1);
	fetch(2000, "linux", "#!ipxe\n", 2000);
	ck_assert(!story_tell_end(&story, STORY_BOOTED, 3000));
}
END_TEST

START_TEST(follows_tftp)
{
	uint8_t block[512] = "#!ipxe\n";

	ask(2000, "/boot.ipxe", 1000);
	ask(2000, "/boot.ipxe", 1100);			/* again, not another */
	data(2000, 1, block, sizeof(block), 1200);
	data(2000, 1, block, sizeof(block), 1200);	/* sent again */
	data(2000, 3, block, sizeof(block), 1200);	/* out of order */
	ck_assert_ptr_nonnull(transfers_running(&story.transfers));
	data(2000, 2, block, 100, 1300);
	ck_assert_ptr_null(transfers_running(&story.transfers));
	ck_assert_str_eq(heard(), "   1.3  SCRIPT   boot.ipxe, 612 bytes\n");
}
END_TEST

START_TEST(passes_over_size_probes)
{
	static const char oack[] = "\0\6tsize\0" "1000\0blksize\0" "1468";
	static const char error[] = "\0\5\0\10User aborted the transfer";

	ask(2000, "snponly.efi", 1000);
	see_udp(false, 40000, 2000, oack, sizeof(oack), 1000);
	see_udp(true, 2000, 40000, error, sizeof(error), 1000);
	ck_assert_ptr_null(transfers_running(&story.transfers));
	ck_assert_str_eq(heard() ? heard() : "", "");
}
END_TEST

START_TEST(tells_what_is_refused)
{
	static const char error[] = "\0\5\0\1not found";

	ask(2000, "evil\033[2J", 1000);
	see_udp(false, 40000, 2000, error, sizeof(error), 1000);
	ck_assert_str_eq(heard(), "   1.0  REFUSED  evil\\x1b[2J: the server has none (error 1)\n");
	ck_assert_int_eq(story.step, STEP_REFUSED);
}
END_TEST

START_TEST(counts_blocks_beyond_65535)
{
	uint8_t block[8] = { 0 };
	static const char oack[] = "\0\6blksize\0" "8";

	ask(2000, "big", 0);
	see_udp(false, 40000, 2000, oack, sizeof(oack), 0);
	for (unsigned i = 1; i <= 70000; i++)
		data(2000, i & 0xffff, block, sizeof(block), 0);
	data(2000, 70001 & 0xffff, block, 0, 0);
	ck_assert_ptr_nonnull(strstr(heard(), "FILE     big, 560 kB"));
}
END_TEST

START_TEST(follows_http)
{
	see_tcp(true, 1, "GET /boot.ipxe HTTP/1.1\r\n\r\n", 1000);
	see_tcp(false, 100, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n#!ipxe\n", 1000);
	see_tcp(false, 100, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n#!ipxe\n", 1000);	/* sent again */
	ck_assert_ptr_nonnull(transfers_running(&story.transfers));
	see_tcp(false, 146, "boot\n", 1100);
	ck_assert_str_eq(heard(), "   1.1  SCRIPT   boot.ipxe, 12 bytes\n");
	see_tcp(true, 28, "GET /nothing HTTP/1.1\r\n\r\n", 2000);
	see_tcp(false, 151, "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n", 2000);
	ck_assert_ptr_nonnull(strstr(heard(), "REFUSED  nothing: the server has none (status 404)"));
}
END_TEST

static char kernel_bytes[0x210];

static void fetch_kernel(int64_t now)
{
	memset(kernel_bytes, 'x', sizeof(kernel_bytes) - 1);
	memcpy(kernel_bytes + 0x202, "HdrS", 4);
	ask(3000, "linux/vmlinuz", now);
	data(3000, 1, kernel_bytes, 512, now);
	data(3000, 2, kernel_bytes + 512, sizeof(kernel_bytes) - 512, now);
}

START_TEST(ends_with_a_kernel)
{
	fetch_kernel(1000);
	ck_assert_int_eq(story_look(&story, true, 5900), STORY_GOES_ON);
	ck_assert_int_eq(story_look(&story, true, 6000), STORY_BOOTED);
	ck_assert(story_tell_end(&story, STORY_BOOTED, 6000));
}
END_TEST

START_TEST(ends_with_the_expected_text)
{
	story.expect = "is up";
	fetch_kernel(1000);
	ck_assert_int_eq(story_look(&story, true, 9000), STORY_GOES_ON);
	story_see_serial(&story, "Linux is u", false, 9000);
	ck_assert_int_eq(story_look(&story, true, 9000), STORY_GOES_ON);
	story_see_serial(&story, "Linux is up", false, 9100);
	ck_assert_int_eq(story_look(&story, true, 9100), STORY_BOOTED);
}
END_TEST

START_TEST(ends_in_a_loop)
{
	for (int i = 0; i < 2; i++) {
		exchange(IPXE_OPTIONS, sizeof(IPXE_OPTIONS) - 1, "undionly.kpxe", 1000 * i);
		fetch(2000, "undionly.kpxe", "code", 1000 * i);
		ck_assert_int_eq(story_look(&story, true, 1000 * i), STORY_GOES_ON);
	}
	fetch(2000, "undionly.kpxe", "code", 3000);
	ck_assert_int_eq(story_look(&story, true, 3000), STORY_LOOPS);
	ck_assert(!story_tell_end(&story, STORY_LOOPS, 3000));
	ck_assert_ptr_nonnull(strstr(heard(), "A chain loop: 'undionly.kpxe' was fetched 3 times"));
}
END_TEST

/* The same again is nothing new, however often it comes. */
START_TEST(ends_when_nothing_new_comes)
{
	static const char error[] = "\0\5\0\1not found";

	for (int64_t now = 1000; now < 21000; now += 1000) {
		ask(2000, "boot.ipxe", now);
		see_udp(false, 40000, 2000, error, sizeof(error), now);
		ck_assert_int_eq(story_look(&story, true, now), STORY_GOES_ON);
	}
	ck_assert_int_eq(story_look(&story, true, 21000), STORY_STALLED);
}
END_TEST

START_TEST(ends_when_the_time_is_up)
{
	uint8_t block[512] = { 0 };

	ask(2000, "slow", 0);
	for (int64_t now = 0; now < 100000; now += 1000) {
		data(2000, (unsigned)(now / 1000 + 1), block, sizeof(block), now);
		ck_assert_int_eq(story_look(&story, true, now), STORY_GOES_ON);
	}
	ck_assert_int_eq(story_look(&story, true, 100000), STORY_LATE);
	ck_assert_int_eq(story_look(&story, false, 50000), STORY_OFF);
}
END_TEST

START_TEST(finds_the_menu)
{
	fetch(2000, "menus/main.ipxe", "#!ipxe\nmenu\n", 1000);
	ck_assert(!story_is_at_menu(&story, 1500, 2000));
	ask(2001, "themes/night.png", 1100);
	ck_assert(!story_is_at_menu(&story, 1500, 9000));
	data(2001, 1, "\x89PNG\r\n\x1a\n", 8, 1200);
	ck_assert(story_is_at_menu(&story, 1500, 2700));
	fetch(2002, "profiles/demo.ipxe", "#!ipxe\n", 3000);
	ck_assert(!story_is_at_menu(&story, 1500, 9000));
}
END_TEST

/* Whatever a machine sends, the story goes on: every byte of a frame is changed, and it is cut everywhere. */
START_TEST(survives_anything)
{
	uint8_t message[512];
	size_t length = make_dhcp(message, 1, "", IPXE_OPTIONS, sizeof(IPXE_OPTIONS) - 1);
	uint32_t random = 1;
	struct wire wire;

	for (unsigned i = 0; i < 100000; i++) {
		if (i % 3 == 0)
			make_udp(&wire, true, 68, 67, message, length);
		else if (i % 3 == 1)
			make_udp(&wire, true, 2000, 69, "\0\1name\0octet\0blksize\0" "1432", 26);
		else
			make_tcp(&wire, false, 80, 1025, 1, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 38);
		for (unsigned j = 0; j < 3; j++) {
			random = random * 1664525u + 1013904223u;
			wire.bytes[(random >> 8) % wire.length] = (uint8_t)(random >> 24);
		}
		disguise_frame(wire.bytes, wire.length);
		story_see_frame(&story, wire.bytes, wire.length - (random >> 16) % 8, i);
	}
}
END_TEST

/* ---- The serial console ---- */

static char console_said[8 * CONSOLE_LINE];

static void console_tell(void *context, const char *line, bool whole)
{
	(void)context;
	strncat(console_said, line, sizeof(console_said) - strlen(console_said) - 2);
	strcat(console_said, whole ? "|" : "~");
}

START_TEST(reads_the_console)
{
	static const struct {
		const char *bytes, *lines;
	} rows[] = {
		{ "one\r\ntwo\n", "one|two|" },
		{ "half", "half~" },
		{ "\033[1m\033[37mbold\033[0m\n", "bold|" },
		{ "\033[2J\033[01;01Htitle\033[05;02Hitem\033[06;02H", "title|item|" },
		{ "abc\b\bxy\n", "axy|" },
		{ "\b\b   \n\001\002x\n", "x|" },
		{ "\033Zx\033[", "x~" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct console console = { .tell = console_tell };

		console_said[0] = '\0';
		console_see(&console, rows[i].bytes, strlen(rows[i].bytes));
		ck_assert_str_eq(console_said, rows[i].lines);
	}
}
END_TEST

START_TEST(reads_long_console_lines)
{
	struct console console = { .tell = console_tell };
	char bytes[3 * CONSOLE_LINE];

	memset(bytes, 'x', sizeof(bytes));
	console_said[0] = '\0';
	console_see(&console, bytes, sizeof(bytes));
	ck_assert_uint_lt(console.length, CONSOLE_LINE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("story");
	TCase *bytes = tcase_create("bytes"), *stories = tcase_create("stories"), *console = tcase_create("console");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(bytes, refuses_broken_frames, 0, ARRAY_SIZE(broken_frames));
	tcase_add_test(bytes, refuses_cut_frames);
	tcase_add_test(bytes, reads_frames);
	tcase_add_test(bytes, refuses_broken_dhcp_answers);
	tcase_add_test(bytes, reads_dhcp_answers);
	tcase_add_test(bytes, disguises_ipxe);
	tcase_add_test(bytes, disguises_nothing_else);
	tcase_add_checked_fixture(stories, begin, end);
	tcase_set_timeout(stories, 60);
	tcase_add_test(stories, tells_dhcp);
	tcase_add_test(stories, tells_a_wrong_answer);
	tcase_add_test(stories, follows_tftp);
	tcase_add_test(stories, passes_over_size_probes);
	tcase_add_test(stories, tells_what_is_refused);
	tcase_add_test(stories, counts_blocks_beyond_65535);
	tcase_add_test(stories, follows_http);
	tcase_add_test(stories, ends_with_a_kernel);
	tcase_add_test(stories, ends_with_the_expected_text);
	tcase_add_test(stories, ends_in_a_loop);
	tcase_add_test(stories, ends_when_nothing_new_comes);
	tcase_add_test(stories, ends_when_the_time_is_up);
	tcase_add_test(stories, finds_the_menu);
	tcase_add_test(stories, survives_anything);
	tcase_add_test(console, reads_the_console);
	tcase_add_test(console, reads_long_console_lines);
	suite_add_tcase(suite, bytes);
	suite_add_tcase(suite, stories);
	suite_add_tcase(suite, console);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
