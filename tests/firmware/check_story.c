/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot try` makes of a boot, without booting anything: DHCP, TFTP and HTTP transfers, network disks, and where
 * a story ends.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "try/disguise.h"
#include "try/story.h"
#include "wire.h"

static struct pxeboot_policy *policy;
static struct story story;
static FILE *said;
static char *said_bytes;
static size_t said_length;

static void begin(void)
{
	ck_assert_int_eq(pxeboot_policy_load(SAMPLE_POLICY, NULL, &policy), 0);
	said = open_memstream(&said_bytes, &said_length);
	ck_assert_ptr_nonnull(said);
	story_begin(&story, policy, NULL, false);
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

static void see_udp6(bool up, unsigned source, unsigned destination, const void *bytes, size_t length, int64_t now)
{
	struct wire wire;

	make_udp6(&wire, up, source, destination, bytes, length);
	story_see_frame(&story, wire.bytes, wire.length, now);
}

/* What asks for an address alone is passed over, as is the answer to it; what is told otherwise than the policy has it is
 * said. */
START_TEST(tells_of_dhcpv6)
{
	static const char plain[] = "\x01\x11\x11\x11\x00\x06\x00\x02\x00\x17", solicit[] = "\x01\x12\x34\x56\x00\x3d\x00\x02\x00\x07";
	static const char other[] = "\x07\x11\x11\x11\x00\x3b\x00\x05" "x.efi", reply[] = "\x07\x12\x34\x56\x00\x3b\x00\x05" "y.efi";

	see_udp6(true, 546, 547, plain, sizeof(plain) - 1, 1000);
	see_udp6(false, 547, 546, other, sizeof(other) - 1, 1001);
	ck_assert_str_eq(heard(), "");
	see_udp6(true, 546, 547, solicit, sizeof(solicit) - 1, 1002);
	see_udp6(false, 547, 546, other, sizeof(other) - 1, 1003);
	ck_assert_str_eq(heard(), "");
	see_udp6(false, 547, 546, reply, sizeof(reply) - 1, 1004);
	ck_assert(strstr(heard(), "firmware x64-uefi asks, is told y.efi, but the policy decides nothing"));
	ck_assert_uint_eq(story.mismatches, 1);
	ck_assert_str_eq(story.hops.bytes, "firmware x64-uefi");
}
END_TEST

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
	ck_assert(!story_tell_end(&story, STORY_AT_MENU, 3000));
}
END_TEST

/* As exchange(), with an offer of somebody else's server before ours. */
static void exchange_beside(const char *elsewhere, const char *told, int64_t now)
{
	uint8_t message[512];
	size_t size = make_dhcp(message, 1, "", IPXE_OPTIONS, sizeof(IPXE_OPTIONS) - 1);
	struct wire wire;

	see_udp(true, 68, 67, message, size, now);
	size = make_dhcp(message, 2, elsewhere, "\x35\1\2\xff", 4);
	make_udp(&wire, false, 67, 68, message, size);
	put32(wire.bytes + 14 + 12, SERVER + 1);
	story_see_frame(&story, wire.bytes, wire.length, now);
	size = make_dhcp(message, 2, told, "\x35\1\5\xff", 4);
	see_udp(false, 67, 68, message, size, now);
}

START_TEST(tells_servers_apart)
{
	static const char error[] = "\0\5\0\1not found";

	story.server = SERVER;
	exchange_beside("theirs.0", "boot.ipxe", 1000);
	ck_assert_str_eq(heard(), "   1.0  DHCP     ipxe bios asks, is told boot.ipxe, and by the other server theirs.0\n");
	ck_assert_uint_eq(story.mismatches, 0);
	exchange_beside("theirs.0", "", 2000);
	ck_assert_ptr_nonnull(strstr(heard(), "ipxe bios asks, is told nothing, and by the other server theirs.0"));
	ask(2000, "theirs.0", 3000);
	see_udp(false, 40000, 2000, error, sizeof(error), 3000);
	ck_assert(!story_tell_end(&story, STORY_STALLED, 9000));
	ck_assert_ptr_nonnull(strstr(heard(), "The machine follows the other DHCP server"));
}
END_TEST

/* A file of ours that is missing is not the other server's fault. */
START_TEST(blames_the_right_server)
{
	static const char error[] = "\0\5\0\1not found";

	story.server = SERVER;
	exchange_beside("theirs.0", "boot.ipxe", 1000);
	ask(2000, "boot.ipxe", 3000);
	see_udp(false, 40000, 2000, error, sizeof(error), 3000);
	ck_assert(!story_tell_end(&story, STORY_STALLED, 9000));
	ck_assert_ptr_null(strstr(heard(), "The machine follows the other DHCP server"));
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

/* Nobody is to put that file into the boot root: what it was asked for is what is missing. */
START_TEST(tells_what_was_refused_before_the_question)
{
	static const char denied[] = "\0\5\0\2denied", error[] = "\0\5\0\1not found";

	ask(2000, "hosts/none", 1000);
	see_udp(false, 40000, 2000, error, sizeof(error), 1000);
	ck_assert_int_eq(story.step, STEP_NOTHING);
	ask(2001, "once/a.ipxe", 1000);
	see_udp(false, 40000, 2001, denied, sizeof(denied), 1000);
	ask(2002, "hosts/none", 1000);
	see_udp(false, 40000, 2002, error, sizeof(error), 1000);
	ck_assert_str_eq(story.last_refused, "once/a.ipxe");
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

/* The first sectors of a disc are no loader that comes again and again, whatever they begin with. */
START_TEST(follows_a_disc)
{
	static const char answer[] = "HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\nMZ";
	uint32_t sequence = 1;

	for (int64_t now = 1000; now < 9000; now += 1000, sequence += sizeof(answer) - 1) {
		see_tcp(true, 1, "GET /disc.iso HTTP/1.1\r\nRange: bytes=0-1\r\n\r\n", now);
		see_tcp(false, sequence, answer, now);
		ck_assert_int_eq(story_look(&story, POWER_ON, now), STORY_GOES_ON);
		ck_assert_int_eq(story.last_new, now);
	}
	ck_assert_str_eq(heard(), "   1.0  DISK     disc.iso, read in parts\n"
				  "   6.0  ...      disc.iso, 0.0 MB so far\n");
}
END_TEST

START_TEST(follows_a_network_disk)
{
	struct wire wire;

	make_tcp(&wire, false, 3260, 1025, 1, "", 0);
	story_see_frame(&story, wire.bytes, wire.length, 1000);
	ck_assert_str_eq(heard(), "");
	make_tcp(&wire, false, 3260, 1025, 1, "login", 5);
	story_see_frame(&story, wire.bytes, wire.length, 2000);
	story_see_frame(&story, wire.bytes, wire.length, 3000);
	ck_assert_str_eq(heard(), "   2.0  DISK     10.77.0.1 answers with iSCSI\n");
	ck_assert_int_eq(story.last_new, 3000);
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
	ck_assert_int_eq(story_look(&story, POWER_ON, 5900), STORY_GOES_ON);
	ck_assert_int_eq(story_look(&story, POWER_ON, 6000), STORY_BOOTED);
	ck_assert(story_tell_end(&story, STORY_BOOTED, 6000));
}
END_TEST

START_TEST(ends_with_the_expected_text)
{
	story.expect = "is up";
	fetch_kernel(1000);
	ck_assert_int_eq(story_look(&story, POWER_ON, 9000), STORY_GOES_ON);
	story_see_serial(&story, "Linux is u", false, 9000);
	ck_assert_int_eq(story_look(&story, POWER_ON, 9000), STORY_GOES_ON);
	story_see_serial(&story, "Linux is up", false, 9100);
	ck_assert_int_eq(story_look(&story, POWER_ON, 9100), STORY_BOOTED);
}
END_TEST

/* How the machine has to stop, how it stops, whether the expected text has come; and the verdict. */
static const struct {
	enum power until, power;
	bool seen;
	enum story_end end;
	const char *verdict;
} stops[] = {
	{ POWER_ON, POWER_OFF, false, STORY_OFF, "The machine has switched itself off after 9.0 s: the kernel" },
	{ POWER_ON, POWER_RESET, false, STORY_OFF, "The machine has restarted itself after 9.0 s: the kernel" },
	{ POWER_OFF, POWER_LOST, true, STORY_OFF, "QEMU has ended by itself after 9.0 s: the kernel" },
	{ POWER_OFF, POWER_RESET, true, STORY_OFF, "The machine has restarted itself after 9.0 s: the kernel" },
	{ POWER_OFF, POWER_OFF, false, STORY_OFF, "The machine has switched itself off after 9.0 s: the kernel" },
	{ POWER_OFF, POWER_ON, true, STORY_GOES_ON, "Interrupted" },
	{ POWER_OFF, POWER_OFF, true, STORY_BOOTED, "The machine has switched itself off after 9.0 s, as it should." },
	{ POWER_RESET, POWER_RESET, true, STORY_BOOTED, "The machine has restarted itself after 9.0 s, as it should." },
	{ POWER_ON, POWER_OFF, true, STORY_BOOTED, "Booted in 9.0 s." },
};

START_TEST(ends_as_the_machine_does)
{
	story.expect = "is up";
	story.until = stops[_i].until;
	fetch_kernel(1000);
	if (stops[_i].seen)
		story_see_serial(&story, "Linux is up", true, 8000);
	ck_assert_int_eq(story_look(&story, stops[_i].power, 9000), stops[_i].end);
	ck_assert(story_tell_end(&story, stops[_i].end, 9000) == (stops[_i].end == STORY_BOOTED));
	ck_assert_ptr_nonnull(strstr(heard(), stops[_i].verdict));
}
END_TEST

/* Without a text to expect, the end alone counts: a kernel does not. */
START_TEST(ends_with_the_machine_alone)
{
	story.until = POWER_OFF;
	fetch_kernel(1000);
	ck_assert_int_eq(story_look(&story, POWER_ON, 20000), STORY_GOES_ON);
	ck_assert_int_eq(story_look(&story, POWER_OFF, 20000), STORY_BOOTED);
}
END_TEST

START_TEST(ends_in_a_loop)
{
	for (int i = 0; i < 2; i++) {
		exchange(IPXE_OPTIONS, sizeof(IPXE_OPTIONS) - 1, "undionly.kpxe", 1000 * i);
		fetch(2000, "undionly.kpxe", "code", 1000 * i);
		ck_assert_int_eq(story_look(&story, POWER_ON, 1000 * i), STORY_GOES_ON);
	}
	fetch(2000, "undionly.kpxe", "code", 3000);
	ck_assert_int_eq(story_look(&story, POWER_ON, 3000), STORY_LOOPS);
	ck_assert(!story_tell_end(&story, STORY_LOOPS, 3000));
	ck_assert_ptr_nonnull(strstr(heard(), "A chain loop: 'undionly.kpxe' was fetched 3 times"));
}
END_TEST

/* Without Secure Boot the same words are somebody's output. */
START_TEST(ends_where_secure_boot_ends_it)
{
	static const struct { bool secure; const char *line; enum story_end end; const char *verdict; } lines[] = {
		{ false, "BdsDxe: failed to load Boot0001: Access Denied", STORY_GOES_ON, NULL },
		{ true, "BdsDxe: failed to load Boot0001: Not Found", STORY_GOES_ON, NULL },
		{ true, "BdsDxe: failed to load Boot0001: Access Denied", STORY_DENIED,
		  "Secure Boot: the firmware does not start 'shimx64.efi'." },
		{ true, "Verification failed: (0x1A) Security Violation", STORY_DENIED,
		  "Secure Boot: shim does not start 'shimx64.efi'." },
		{ true, "error: bad shim signature.", STORY_DENIED, "Secure Boot: GRUB does not start 'shimx64.efi'." },
	};

	story.secure = lines[_i].secure;
	fetch(2000, "shimx64.efi", "MZ", 1000);
	story_see_serial(&story, lines[_i].line, true, 2000);
	ck_assert_int_eq(story_look(&story, POWER_ON, 3000), lines[_i].end);
	ck_assert(!story_tell_end(&story, lines[_i].end, 3000));
	ck_assert(!lines[_i].verdict || strstr(heard(), lines[_i].verdict));
}
END_TEST

/* The same again is nothing new, however often it comes. */
START_TEST(ends_when_nothing_new_comes)
{
	static const char error[] = "\0\5\0\1not found";

	for (int64_t now = 1000; now < 21000; now += 1000) {
		ask(2000, "boot.ipxe", now);
		see_udp(false, 40000, 2000, error, sizeof(error), now);
		ck_assert_int_eq(story_look(&story, POWER_ON, now), STORY_GOES_ON);
	}
	ck_assert_int_eq(story_look(&story, POWER_ON, 21000), STORY_STALLED);
}
END_TEST

START_TEST(ends_when_the_time_is_up)
{
	uint8_t block[512] = { 0 };

	ask(2000, "slow", 0);
	for (int64_t now = 0; now < 100000; now += 1000) {
		data(2000, (unsigned)(now / 1000 + 1), block, sizeof(block), now);
		ck_assert_int_eq(story_look(&story, POWER_ON, now), STORY_GOES_ON);
	}
	ck_assert_int_eq(story_look(&story, POWER_ON, 100000), STORY_LATE);
	ck_assert_int_eq(story_look(&story, POWER_OFF, 50000), STORY_OFF);
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
	ck_assert(story_tell_end(&story, STORY_AT_MENU, 2700));
	fetch(2002, "profiles/demo.ipxe", "#!ipxe\n", 3000);
	ck_assert(!story_is_at_menu(&story, 1500, 9000));
}
END_TEST

/* Files of other loaders begin like any text: where they lie says what they are. */
START_TEST(finds_menus_of_other_loaders)
{
	static const struct {
		const char *name;
		bool menu;
	} rows[] = {
		{ "grub/grub.cfg", false }, { "grub/menus/main.cfg", true }, { "grub/profiles/demo.cfg", false },
		{ "pxelinux.cfg/default", true }, { "pxelinux.cfg/profiles/demo", false }, { "menus/main.txt", false },
		{ "pxelinux.cfg/01-52-54-00-77-00-01", true }, { "grub/grub.cfg-01-52-54-00-77-00-01", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fetch(2000, rows[i].name, "# text\n", 1000);
		ck_assert_msg(story.menus == (rows[i].menu ? 1 : 0), "%s", rows[i].name);
		story.menus = 0;
	}
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

int main(void)
{
	Suite *suite = suite_create("story");
	TCase *stories = tcase_create("stories");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(stories, begin, end);
	tcase_set_timeout(stories, 60);
	tcase_add_test(stories, tells_of_dhcpv6);
	tcase_add_test(stories, tells_dhcp);
	tcase_add_test(stories, tells_a_wrong_answer);
	tcase_add_test(stories, tells_servers_apart);
	tcase_add_test(stories, blames_the_right_server);
	tcase_add_test(stories, follows_tftp);
	tcase_add_test(stories, passes_over_size_probes);
	tcase_add_test(stories, tells_what_is_refused);
	tcase_add_test(stories, tells_what_was_refused_before_the_question);
	tcase_add_test(stories, counts_blocks_beyond_65535);
	tcase_add_test(stories, follows_http);
	tcase_add_test(stories, follows_a_disc);
	tcase_add_test(stories, follows_a_network_disk);
	tcase_add_test(stories, ends_with_a_kernel);
	tcase_add_test(stories, ends_with_the_expected_text);
	tcase_add_loop_test(stories, ends_as_the_machine_does, 0, ARRAY_SIZE(stops));
	tcase_add_test(stories, ends_with_the_machine_alone);
	tcase_add_test(stories, ends_in_a_loop);
	tcase_add_loop_test(stories, ends_where_secure_boot_ends_it, 0, 5);
	tcase_add_test(stories, ends_when_nothing_new_comes);
	tcase_add_test(stories, ends_when_the_time_is_up);
	tcase_add_test(stories, finds_the_menu);
	tcase_add_test(stories, finds_menus_of_other_loaders);
	tcase_add_test(stories, survives_anything);
	suite_add_tcase(suite, stories);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
