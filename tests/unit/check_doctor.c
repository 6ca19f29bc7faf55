/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the doctor reads that others wrote: the kernel's tables, configurations, rules of firewall and AppArmor, images,
 * packets of strangers.
 */
#include <errno.h>

#include "doctor/doctor.h"
#include "ipxe_image.h"
#include "doctor/offer.h"
#include "doctor/pattern.h"
#include "doctor/sockets.h"
#include "doctor/tftpd_options.h"
#include "doctor/version.h"
#include "testing.h"

/* ---- Versions ---- */

START_TEST(versions)
{
	static const char *const bad[] = {
		"", "dnsmasq version 2.90", "Dnsmasq version ", "Dnsmasq version 2", "Dnsmasq version 2.", "Dnsmasq version .90",
		"Dnsmasq version 2,90", "Dnsmasq version 22222.90", "Dnsmasq version v2.90",
	};
	struct dnsmasq_version version = { .major = 7 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(dnsmasq_version_parse(bad[i], &version) == -EBADMSG && version.major == 7, "'%s'", bad[i]);
	ck_assert_int_eq(dnsmasq_version_parse("Dnsmasq version 2.90  Copyright\nCompile time options: IPv6 no-Lua DHCP DHCPv6 "
					       "no-TFTP\n\n", &version), 0);
	ck_assert_uint_eq(version.major, 2);
	ck_assert_uint_eq(version.minor, 90);
	ck_assert_int_eq(version.dhcp, DNSMASQ_HAS);
	ck_assert_int_eq(version.tftp, DNSMASQ_HAS_NOT);
	ck_assert_int_eq(version.lua, DNSMASQ_HAS_NOT);
	ck_assert_int_eq(dnsmasq_version_parse("Dnsmasq version 2.92rc1", &version), 0);
	ck_assert_uint_eq(version.minor, 92);
	ck_assert_int_eq(version.lua, DNSMASQ_UNKNOWN);
	ck_assert_int_eq(dnsmasq_version_of_package("1:2.91-1", &version), 0);
	ck_assert_uint_eq(version.minor, 91);
	ck_assert_int_eq(dnsmasq_version_of_package("", &version), -EBADMSG);
}
END_TEST

/* ---- The kernel's tables ---- */

START_TEST(stat_lines)
{
	static const char *const bad[] = {
		"", "1", "1 dnsmasq S 1", "1 (dnsmasq S 1", "1 )dnsmasq( S 1", "1 (dnsmasq) S", "x (dnsmasq) S 1",
		"1 (a name that is longer than any the kernel has) S 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 20 0 1 0 5 1",
	};
	struct process process = { .pid = 7 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!process_parse_stat(bad[i], &process) && process.pid == 7, "'%s'", bad[i]);
	ck_assert(process_parse_stat("812 (a) b) S 1 812 812 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 123456 1 1\n", &process));
	ck_assert_int_eq(process.pid, 812);
	ck_assert_int_eq(process.parent, 1);
	ck_assert_str_eq(process.name, "a) b");
	ck_assert_uint_eq(process.started, 123456);
}
END_TEST

#define REST " 00000000:0000 07 00000000:00000000 00:00000000 00000000  104        0 4711 2 0000000000000000 0"

START_TEST(socket_lines)
{
	static const char *const bad[] = {
		"", "  sl  local_address rem_address   st tx_queue", "  1: 01004D0A:0045", "  1: 01004D0A" REST,
		"  1: 0100:0045" REST, "  1: zz004D0A:0045" REST,
		"  1: 01004D0A:0045 00000000:0000 01 00000000:00000000 00:00000000 00000000  0 0 1 2 0 0",
	};
	struct listener listener = { .port = 7 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!listener_parse(bad[i], false, &listener) && listener.port == 7, "'%s'", bad[i]);
	ck_assert(listener_parse("10509: 01004D0A:0045" REST, false, &listener));
	ck_assert_uint_eq(listener.port, 69);
	ck_assert_str_eq(listener.address, "10.77.0.1");
	ck_assert_uint_eq(listener.uid, 104);
	ck_assert_uint_eq(listener.inode, 4711);
	ck_assert(!listener_parse("10509: 01004D0A:0045" REST, true, &listener));
	ck_assert(listener_parse("1: 00000000:0043" REST, false, &listener));
	ck_assert_str_eq(listener.address, "*");
	ck_assert(listener_parse("1: 0000000000000000FFFF00000100007F:0043 00000000000000000000000000000000:0000 07 "
				 "00000000:00000000 00:00000000 00000000 0 0 5 2 0 0", false, &listener));
	ck_assert_str_eq(listener.address, "[::ffff:127.0.0.1]");
}
END_TEST

/* ---- Configurations ---- */

START_TEST(setting_lines)
{
	static const struct {
		const char *line, *name, *value;	/* name NULL: it says nothing */
	} cases[] = {
		{ "", NULL, NULL }, { "   ", NULL, NULL }, { "# dhcp-range=1", NULL, NULL }, { "\r", NULL, NULL },
		{ "name=\"open", NULL, NULL },
		{ "enable-tftp", "enable-tftp", "" },
		{ "  tftp-root = /srv/tftp   # where\r", "tftp-root", "/srv/tftp" },
		{ "tftp-root=/srv/#1", "tftp-root", "/srv/#1" },
		{ "dhcp-script=\"/opt/a # b\"", "dhcp-script", "/opt/a # b" },
		{ "dhcp-option=67,a=b", "dhcp-option", "67,a=b" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char line[64], *name = NULL, *value = NULL;

		strcpy(line, cases[i].line);
		ck_assert_msg(settings_parse_line(line, &name, &value) == (cases[i].name != NULL), "'%s'", cases[i].line);
		if (cases[i].name == NULL) {
			ck_assert_ptr_null(name);
			continue;
		}
		ck_assert_str_eq(name, cases[i].name);
		ck_assert_str_eq(value, cases[i].value);
	}
}
END_TEST

START_TEST(folder_filters)
{
	static const struct {
		const char *name, *filters;
		bool wanted;
	} cases[] = {
		{ "", "", false }, { ".hidden", "", false }, { "a~", "", false }, { "#a#", "", false }, { "a", "", true },
		{ "a.conf", "*.conf", true }, { "a.bak", "*.conf", false }, { ".conf", "*.conf", false },
		{ "a.bak", ".bak", false }, { "a.conf", ".bak,.dpkg-old", true }, { "a.dpkg-old", ".bak,.dpkg-old", false },
		{ "a", "*", true }, { "a.conf", "*.conf,.conf", false }, { "a.cfg", "*.conf,*.cfg", true }, { "a", ",,", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(settings_wants_file(cases[i].name, cases[i].filters) == cases[i].wanted, "%s %s", cases[i].name,
			      cases[i].filters);
}
END_TEST

static void free_kept(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->n_kept; i++)
		free(doctor->kept[i]);
	free(doctor->kept);
}

START_TEST(tftpd_lines)
{
	struct doctor doctor = { .machine = NULL };
	struct tftpd_options options = { .known = true };

	tftpd_parse(&doctor, (char *const[]){ NULL }, &options);
	ck_assert_ptr_null(options.directory);
	tftpd_parse(&doctor, (char *const[]){ (char *)"in.tftpd", (char *)"--address", NULL }, &options);
	ck_assert_ptr_null(options.address);
	tftpd_parse(&doctor, (char *const[]){ (char *)"in.tftpd", (char *)"-lsvm", (char *)"map", (char *)"--addr=:69",
					      (char *)"--unknown", (char *)"/srv", (char *)"-c", NULL }, &options);
	ck_assert(options.secure && options.create);
	ck_assert_str_eq(options.map, "map");
	ck_assert_str_eq(options.address, ":69");
	ck_assert_str_eq(options.directory, "/srv");
	ck_assert_uint_eq(options.n_directories, 1);
	free_kept(&doctor);
}
END_TEST

START_TEST(shell_variables)
{
	struct doctor doctor = { .machine = NULL };
	static const char text[] = "# A=0\nA=1\n\tA=\"two words\" # b\nAB=3\nC='it' \nD=4;E=5\nF=";

	ck_assert_str_eq(tftpd_variable(&doctor, text, "A"), "two words");
	ck_assert_str_eq(tftpd_variable(&doctor, text, "C"), "it");
	ck_assert_str_eq(tftpd_variable(&doctor, text, "D"), "4");
	ck_assert_str_eq(tftpd_variable(&doctor, text, "F"), "");
	ck_assert_ptr_null(tftpd_variable(&doctor, text, "B"));
	ck_assert_ptr_null(tftpd_variable(&doctor, "", "A"));
	free_kept(&doctor);
}
END_TEST

/* ---- AppArmor ---- */

START_TEST(patterns)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} cases[] = {
		{ "", "", true }, { "/a", "/ab", false }, { "/ab", "/a", false }, { "/a", "/a", true },
		{ "/*", "/a/b", false }, { "/*", "/ab", true }, { "/**", "/a/b", true }, { "/**/c", "/a/b/c", true },
		{ "/?", "//", false }, { "/?", "/a", true }, { "/[a-c]", "/d", false }, { "/[a-c]", "/b", true },
		{ "/[^a-c]", "/d", true }, { "/[a", "/a", false }, { "/{a,b}/c", "/b/c", true }, { "/{a,b}/c", "/c/c", false },
		{ "/{,usr/}bin/sh", "/bin/sh", true }, { "/{,usr/}bin/sh", "/usr/bin/sh", true },
		{ "/{a{b,c},d}", "/ac", true }, { "/{a,b", "/a", false }, { "/\\*", "/*", true }, { "/\\*", "/a", false },
		/* What would take for ever is given up. */
		{ "**a**a**a**a**a**a**a**a**a**b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(pattern_match(cases[i].pattern, cases[i].path) == cases[i].matches, "%s %s", cases[i].pattern,
			      cases[i].path);
}
END_TEST

START_TEST(profile_rules)
{
	static const char rules[] =
		"@{ROOT}=/var/tftp /srv/tftpboot # the usual\n@{ROOT}+=/srv/tftp\n"
		"profile dnsmasq /usr/{bin,sbin}/dnsmasq {\n  #include <abstractions/base>\n"
		"  # /opt/** r,\n  capability net_raw,\n  owner /home/** rw,\n  @{ROOT}/** r,\n  @{UNKNOWN}/x r,\n"
		"  /usr/libexec/hook Ux,\n  /log w,\n}\n";

	ck_assert(!pattern_allows("", "/srv/tftp/a", 'r'));
	ck_assert(!pattern_allows(rules, "/opt/a", 'r'));
	ck_assert(!pattern_allows(rules, "/srv/pxeboot/a", 'r'));
	ck_assert(!pattern_allows(rules, "/log", 'r'));
	ck_assert(!pattern_allows(rules, "/usr/libexec/hook", 'r'));
	ck_assert(!pattern_allows(rules, "/srv/tftp/a", 'x'));
	ck_assert(pattern_allows(rules, "/srv/tftp/a/b", 'r'));
	ck_assert(pattern_allows(rules, "/srv/tftpboot/a", 'r'));
	ck_assert(pattern_allows(rules, "/home/a/b", 'r'));
	ck_assert(pattern_allows(rules, "/usr/libexec/hook", 'x'));
}
END_TEST

/* ---- Images ---- */

#define IMAGE(version, rest) "MZ\0iPXE\0" version "\0http://ipxe.org\0" rest

START_TEST(images)
{
	static const struct {
		const char *bytes;
		size_t length;
	} bad[] = {
		{ "", 0 }, { "\0", 1 }, { "\0" "1.2.3", 6 }, { "\0" "1.2.3\0", 7 },
		{ IMAGE("1.2", ""), sizeof(IMAGE("1.2", "")) }, { IMAGE("1.2.3x", ""), sizeof(IMAGE("1.2.3x", "")) },
		{ IMAGE("1.2.3+\x01", ""), sizeof(IMAGE("1.2.3+\x01", "")) }, { IMAGE("1234.2.3", ""), sizeof(IMAGE("1234.2.3", "")) },
	};
	static const char old[] = IMAGE("1.0.0+git-20190125.36a4c85-5.1", "consoles\0picture\0"),
			  new[] = IMAGE("1.21.1+git20250501.dad20602+dfsg-1", "console\0picture\0https\0");
	struct ipxe_image image = { "untouched", 0 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!ipxe_image_read(bad[i].bytes, bad[i].length, &image) && image.version[0] == 'u', "%zu", i);
	ck_assert(ipxe_image_read(old, sizeof(old), &image));
	ck_assert_str_eq(image.version, "1.0.0+git-20190125.36a4c85-5.1");
	ck_assert(image.features == 0);
	ck_assert_str_eq(ipxe_release(image.version), "Debian 11 and 12");
	ck_assert(ipxe_image_read(new, sizeof(new), &image));
	ck_assert(image.features == (1u << IPXE_CONSOLE | 1u << IPXE_HTTPS));
	ck_assert_str_eq(ipxe_release(image.version), "Debian 13");
	ck_assert_ptr_null(ipxe_release("2.0.0"));
}
END_TEST

/* ---- Offers ---- */

static const uint8_t mac[6] = { 2, 1, 2, 3, 4, 5 };

/* The answer of a server at 10.0.0.9, with these options. */
static size_t craft_offer(uint8_t *packet, const void *options, size_t length)
{
	discover_write(mac, 77, packet);
	memset(packet + 28 + 240, 0, DISCOVER_SIZE - 28 - 240);
	memcpy(packet + 12, "\x0a\x00\x00\x09", 4);
	packet[20] = 0, packet[21] = 67, packet[22] = 0, packet[23] = 68;
	packet[28] = 2;
	memcpy(packet + 28 + 16, "\x0a\x00\x00\x63\x0a\x00\x00\x08", 8);
	strcpy((char *)packet + 28 + 108, "field.efi");
	memcpy(packet + 28 + 240, options, length);
	return 28 + 240 + length;
}

#define OFFER "\x35\x01\x02"

START_TEST(bad_offers)
{
	/* A byte that is changed, and what comes of it. */
	static const struct {
		const char *why;
		size_t at;
		uint8_t value;
	} cases[] = {
		{ "IPv6", 0, 0x65 }, { "a header too short", 0, 0x44 }, { "a header too long", 0, 0x4f }, { "TCP", 9, 6 },
		{ "a fragment", 7, 1 }, { "from another port", 21, 69 }, { "to another port", 23, 69 }, { "a question", 28, 1 },
		{ "another's question", 28 + 7, 78 }, { "another machine", 28 + 28 + 5, 6 }, { "no DHCP", 28 + 236, 98 },
		{ "an ACK", 28 + 240 + 2, 5 },
	};
	uint8_t packet[DISCOVER_SIZE];
	struct offer offer = { .server = 7 };
	size_t length;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		length = craft_offer(packet, OFFER "\xff", 4);
		packet[cases[i].at] = cases[i].value;
		ck_assert_msg(offer_read(packet, length, mac, 77, &offer) == -ENOENT, "%s", cases[i].why);
	}
	length = craft_offer(packet, OFFER "\xff", 4);
	for (size_t n = 0; n < 28 + 240; n++)
		ck_assert_int_eq(offer_read(packet, n, mac, 77, &offer), -ENOENT);
	length = craft_offer(packet, OFFER "\x43", 4);
	ck_assert_int_eq(offer_read(packet, length, mac, 77, &offer), -EBADMSG);
	length = craft_offer(packet, OFFER "\x43\x05" "abcd", 9);
	ck_assert_int_eq(offer_read(packet, length, mac, 77, &offer), -EBADMSG);
	ck_assert_uint_eq(offer.server, 7);
}
END_TEST

START_TEST(offers)
{
	uint8_t packet[DISCOVER_SIZE];
	struct offer offer;
	size_t length = craft_offer(packet, "\0" OFFER, 4);

	ck_assert_int_eq(offer_read(packet, length, mac, 77, &offer), 0);
	ck_assert_uint_eq(offer.server, 0x0a000009);
	ck_assert_uint_eq(offer.address, 0x0a000063);
	ck_assert_uint_eq(offer.next_server, 0x0a000008);
	ck_assert_str_eq(offer.file, "field.efi");
	length = craft_offer(packet, OFFER "\x34\x01\x01\x36\x04\x0a\0\0\x07\x3c\x09PXEClient\xff", 24);
	ck_assert_int_eq(offer_read(packet, length, mac, 77, &offer), 0);
	ck_assert_uint_eq(offer.server, 0x0a000007);
	ck_assert_str_eq(offer.file, "");
	ck_assert_str_eq(offer.vendor_class, "PXEClient");
	length = craft_offer(packet, OFFER "\x43\x06" "a.efi\0" "\xff", 12);
	ck_assert_int_eq(offer_read(packet, length, mac, 77, &offer), 0);
	ck_assert_str_eq(offer.file, "a.efi");
}
END_TEST

/* What --probe sends is what the library takes for a UEFI machine that boots. */
START_TEST(discover)
{
	uint8_t packet[DISCOVER_SIZE];
	size_t length = discover_write(mac, 77, packet);
	struct pxeboot_client *client = NULL;

	ck_assert_int_eq(pxeboot_client_from_packet(packet + 28, length - 28, NULL, &client), 0);
	ck_assert_int_eq(pxeboot_packet_message_type(packet + 28, length - 28), 1);
	ck_assert_int_eq(pxeboot_client_arch(client), PXEBOOT_ARCH_X64_UEFI);
	ck_assert(!pxeboot_client_is_ipxe(client));
	pxeboot_client_unref(client);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor");
	TCase *tests = tcase_create("parsers");

	tcase_add_test(tests, versions);
	tcase_add_test(tests, stat_lines);
	tcase_add_test(tests, socket_lines);
	tcase_add_test(tests, setting_lines);
	tcase_add_test(tests, folder_filters);
	tcase_add_test(tests, tftpd_lines);
	tcase_add_test(tests, shell_variables);
	tcase_add_test(tests, patterns);
	tcase_add_test(tests, profile_rules);
	tcase_add_test(tests, images);
	tcase_add_test(tests, bad_offers);
	tcase_add_test(tests, offers);
	tcase_add_test(tests, discover);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
