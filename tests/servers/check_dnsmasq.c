/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real dnsmasq with the written configuration against decide(): every architecture number, every way in which an
 * iPXE names itself, both modes, policies of all kinds; and the clients that lie.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "base/macro.h"
#include "base/text.h"
#include "lab.h"
#include "plugin.h"
#include "tap.h"

#define OWN_CLASS "iPXE-pxeboot"

/* ---- Policies ---- */

#define ALL_LOADERS \
	"loaders: { bios = \"b.kpxe\"; ia32-uefi = \"i.efi\"; x64-uefi = \"x.efi\"; arm32-uefi = \"a.efi\"; " \
	"arm64-uefi = \"aa.efi\"; riscv32-uefi = \"r.efi\"; riscv64-uefi = \"rr.efi\"; loong64-uefi = \"l.efi\"; };\n"
#define OWN "ipxe: { user_class = \"" OWN_CLASS "\"; };\n"
#define HTTP "http = \"http://10.77.0.1:8080\"; "
#define HOSTS \
	"hosts: ( { name = \"one\"; mac = [ \"52:54:00:11:00:01\", \"52:54:00:11:00:02\" ]; boot = \"disk\"; " \
	"loader = \"one.efi\"; }, { name = \"two\"; uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; " \
	"boot = \"disk\"; loader = \"two,2.efi\"; }, " \
	"{ name = \"plain\"; mac = \"52:54:00:11:00:03\"; boot = \"disk\"; } );\n"
#define GROUPS \
	"groups: ( { name = \"cards\"; match = { mac = [ \"52:54:01\", \"52:54:02:03\" ]; }; boot = \"disk\"; },\n" \
	" { name = \"arms\"; match = { mac = \"52:54:01\"; arch = [ \"arm64-uefi\", \"ia32-uefi\" ]; }; " \
	"boot = \"disk\"; },\n" \
	" { name = \"net\"; match = { subnet = [ \"10.77.0.0/16\", \"10.78.0.0/16\" ]; firmware = \"bios\"; }; " \
	"boot = \"disk\"; },\n" \
	" { name = \"away\"; match = { subnet = \"10.99.0.0/16\"; }; boot = \"disk\"; },\n" \
	" { name = \"sellers\"; match = { vendor_class = \"PXEClient:Arch:00009\"; }; boot = \"disk\"; } );\n"

static const char *const usual_macs[] = { "52:54:00:77:00:01", NULL };
static const char *const group_macs[] = { "52:54:00:77:00:01", "52:54:01:77:00:01", "52:54:02:03:00:01", NULL };
static const char *const host_macs[] = { "52:54:00:77:00:01", "52:54:00:11:00:02", "52:54:00:11:00:03", NULL };

static const struct policy_case {
	const char *name, *server, *rest;
	const char *const *macs;
} policies[] = {
	{ "no own build", "", "", usual_macs },
	{ "own build", "", OWN, usual_macs },
	{ "own build, HTTP", HTTP, OWN, usual_macs },
	{ "own build that names itself as all do", "", "ipxe: { user_class = \"iPXE\"; };\n", usual_macs },
	{ "all loaders", "", ALL_LOADERS, usual_macs },
	{ "all loaders, own build, HTTP", HTTP, OWN ALL_LOADERS, usual_macs },
	{ "no BIOS", "serve = [ \"x64-uefi\" ]; ", "", usual_macs },
	{ "groups", "", GROUPS, group_macs },
	{ "groups, own build, HTTP", HTTP, OWN GROUPS, group_macs },
	{ "hosts with loaders", "", HOSTS, host_macs },
	{ "hosts with loaders, own build, HTTP", HTTP, OWN HOSTS, host_macs },
	{ "hosts and groups", HTTP, HOSTS GROUPS, host_macs },
	{ "one name", "tftp = \"tftp-hpa\"; one_name = \"netboot.0\"; ", OWN, usual_macs },
};

static char *policy_text(const struct policy_case *policy, bool proxy)
{
	char *text;

	if (asprintf(&text, "server: { address = \"" LAB_SERVER "\"; root = \"/tmp\"; %sdhcp = { %s }; };\n%s"
		     "profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n",
		     policy->server, proxy ? "proxy = \"10.77.0.0\";" :
		     "range = \"10.77.1.0,10.77.200.254,255.255.0.0,1h\";", policy->rest) < 0)
		abort();
	return text;
}

/* ---- The grid ---- */

static const struct {
	const char *name;
	struct ask_option user;
} classes[] = {
	{ "firmware", { NULL, 0, false } },
	{ "iPXE", ASK_TEXT("iPXE") },
	{ "iPXE framed", ASK_TEXT("\x04iPXE") },
	{ "own", ASK_TEXT(OWN_CLASS) },
	{ "own framed", ASK_TEXT("\x0c" OWN_CLASS) },
};

static bool same(struct asker *asker, const struct ask *ask, struct answer *ret_got)
{
	struct answer expected;

	ask_server(asker, ask, ret_got);
	ask_decide(asker, ask, &expected);
	if (ret_got->wrong == NULL && strcmp(ret_got->file, expected.file) == 0)
		return true;
	printf("# %s: decide says '%s', dnsmasq '%s'%s%s\n", ask->what, expected.file, ret_got->file,
	       ret_got->wrong != NULL ? ": " : "", ret_got->wrong != NULL ? ret_got->wrong : "");
	return false;
}

static void add_cell(struct text *line, const struct answer *got)
{
	text_addf(line, " | %s", got->file[0] != '\0' ? got->file : "-");
}

/* One line of the table: all classes of one number. */
static unsigned check_number(struct asker *asker, const char *mac, unsigned number)
{
	const struct pxeboot_arch_code *code = pxeboot_arch_code_get((uint16_t)number);
	const uint8_t arch[2] = { (uint8_t)(number >> 8), (uint8_t)number };
	char vendor[64], what[128];
	CLEANUP_TEXT struct text line = TEXT_INIT;
	unsigned wrong = 0;

	snprintf(vendor, sizeof(vendor), "%s:Arch:%05u:UNDI:003016", code->http ? "HTTPClient" : "PXEClient", number);
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		struct ask ask = {
			.what = what, .mac = mac, .arch = { arch, 2, true }, .vendor = { vendor, strlen(vendor), true },
			.user = classes[i].user,
		};
		struct answer got;

		snprintf(what, sizeof(what), "%u, %s, %s", number, classes[i].name, mac);
		wrong += !same(asker, &ask, &got);
		add_cell(&line, &got);
	}
	printf("# %2u%s\n", number, line.bytes);
	return wrong;
}

static void check_grid(struct asker *asker, const struct policy_case *policy)
{
	unsigned wrong;

	for (const char *const *mac = policy->macs; *mac != NULL; mac++) {
		printf("# %s, %s, %s: number | firmware | iPXE | iPXE framed | own | own framed\n",
		       asker->proxy ? "proxy" : "server", policy->name, *mac);
		wrong = 0;
		for (unsigned number = 0; number < PXEBOOT_ARCH_CODE_COUNT; number++)
			wrong += check_number(asker, *mac, number);
		tap_ok(wrong == 0, "%s, %s, %s: 42 numbers, %zu classes, %u differ", asker->proxy ? "proxy" : "server",
		       policy->name, *mac, ARRAY_SIZE(classes), wrong);
	}
}

/* ---- Clients that are odd ---- */

#define PXE(digits) ASK_TEXT("PXEClient:Arch:" digits ":UNDI:003016")
#define FOREIGN ASK_TEXT("iPXE")
#define KNOWN_UUID 0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff

static const struct ask odd[] = {
	{ .what = "an operating system" },
	{ .what = "an operating system with a vendor class", .vendor = ASK_TEXT("MSFT 5.0") },
	{ .what = "PXEClient and no architecture", .vendor = ASK_TEXT("PXEClient") },
	{ .what = "one byte of an architecture", .arch = ASK_BYTES(7), .vendor = PXE("00007") },
	{ .what = "empty option 93", .arch = ASK_EMPTY, .vendor = PXE("00007") },
	{ .what = "odd length", .arch = ASK_BYTES(0, 7, 0), .vendor = PXE("00007") },
	{ .what = "digits alone", .vendor = PXE("00007") },
	{ .what = "digits alone, over HTTP", .vendor = ASK_TEXT("HTTPClient:Arch:00016:UNDI:003001") },
	{ .what = "digits alone, unknown", .vendor = PXE("00041") },
	{ .what = "digits alone, of the other transport", .vendor = PXE("00016") },
	{ .what = "digits alone, and more behind them", .vendor = ASK_TEXT("PXEClient:Arch:000079") },
	{ .what = "digits alone, too few", .vendor = ASK_TEXT("PXEClient:Arch:0007:UNDI") },
	{ .what = "digits alone, iPXE", .vendor = PXE("00007"), .user = FOREIGN },
	{ .what = "other digits than 93", .arch = ASK_BYTES(0, 11), .vendor = PXE("00007") },
	{ .what = "an unknown number", .arch = ASK_BYTES(0, 99), .vendor = PXE("00099") },
	{ .what = "a number of two bytes", .arch = ASK_BYTES(7, 0), .vendor = PXE("00000") },
	{ .what = "7 and 9", .arch = ASK_BYTES(0, 7, 0, 9), .vendor = PXE("00007") },
	{ .what = "0 and 7", .arch = ASK_BYTES(0, 0, 0, 7), .vendor = PXE("00000") },
	{ .what = "7 and 0", .arch = ASK_BYTES(0, 7, 0, 0), .vendor = PXE("00007") },
	{ .what = "6 and 11", .arch = ASK_BYTES(0, 6, 0, 11), .vendor = PXE("00006") },
	{ .what = "6 and 0", .arch = ASK_BYTES(0, 6, 0, 0), .vendor = PXE("00006") },
	{ .what = "16 and 11", .arch = ASK_BYTES(0, 16, 0, 11),
	  .vendor = ASK_TEXT("HTTPClient:Arch:00016") },
	{ .what = "16 and 7", .arch = ASK_BYTES(0, 16, 0, 7),
	  .vendor = ASK_TEXT("HTTPClient:Arch:00016") },
	{ .what = "41, 2 and 7", .arch = ASK_BYTES(0, 41, 0, 2, 0, 7), .vendor = PXE("00041") },
	{ .what = "0 and 7, iPXE", .arch = ASK_BYTES(0, 0, 0, 7), .vendor = PXE("00000"), .user = FOREIGN },
	{ .what = "Raspberry Pi ROM", .mac = "dc:a6:32:00:00:01", .arch = ASK_BYTES(0, 0), .vendor = PXE("00000") },
	{ .what = "Raspberry Pi ROM with other numbers", .mac = "dc:a6:32:00:00:01", .arch = ASK_BYTES(0, 0, 0, 6, 0, 11),
	  .vendor = PXE("00000") },
	{ .what = "Raspberry Pi ROM, digits alone", .mac = "2c:cf:67:00:00:01", .vendor = PXE("00000") },
	{ .what = "Raspberry Pi UEFI", .mac = "b8:27:eb:00:00:01", .arch = ASK_BYTES(0, 11), .vendor = PXE("00011") },
	{ .what = "Raspberry Pi iPXE", .mac = "b8:27:eb:00:00:01", .arch = ASK_BYTES(0, 11), .vendor = PXE("00011"),
	  .user = FOREIGN },
	{ .what = "option 175 alone", .ipxe = ASK_BYTES(0xb0, 1, 1) },
	{ .what = "empty option 175", .ipxe = ASK_EMPTY, .arch = ASK_BYTES(0, 7), .vendor = PXE("00007") },
	{ .what = "option 175 and 93", .ipxe = ASK_BYTES(0xb0, 1, 1), .arch = ASK_BYTES(0, 7), .vendor = PXE("00007") },
	{ .what = "iPXE after a proxy", .ipxe = ASK_BYTES(0xb0, 1, 1), .arch = ASK_BYTES(0, 0),
	  .vendor = ASK_TEXT("PXEClient"), .user = FOREIGN },
	{ .what = "iPXE alone", .user = FOREIGN },
	{ .what = "own iPXE alone", .user = ASK_TEXT(OWN_CLASS) },
	{ .what = "three letters of iPXE", .user = ASK_TEXT("iPX"), .arch = ASK_BYTES(0, 7), .vendor = PXE("00007") },
	{ .what = "iPXE further on", .user = ASK_TEXT("xxiPXE"), .arch = ASK_BYTES(0, 7), .vendor = PXE("00007") },
	{ .what = "iPXE as the second class", .user = ASK_TEXT("\x02os\x04iPXE"), .arch = ASK_BYTES(0, 7),
	  .vendor = PXE("00007") },
	{ .what = "a longer class", .user = ASK_TEXT(OWN_CLASS "-2"), .arch = ASK_BYTES(0, 7), .vendor = PXE("00007") },
	{ .what = "another length byte", .user = ASK_TEXT("\xffiPXE"), .arch = ASK_BYTES(0, 7),
	  .vendor = PXE("00007") },
	{ .what = "a known UUID", .arch = ASK_BYTES(0, 7), .vendor = PXE("00007"),
	  .uuid = ASK_BYTES(0, KNOWN_UUID) },
	{ .what = "a known UUID, and the MAC address of another host", .mac = "52:54:00:11:00:01",
	  .arch = ASK_BYTES(0, 7), .vendor = PXE("00007"), .uuid = ASK_BYTES(0, KNOWN_UUID) },
	{ .what = "a known UUID, and the MAC address of a host without loader", .mac = "52:54:00:11:00:03",
	  .arch = ASK_BYTES(0, 7), .vendor = PXE("00007"), .uuid = ASK_BYTES(0, KNOWN_UUID) },
	{ .what = "a known UUID of another type", .arch = ASK_BYTES(0, 7), .vendor = PXE("00007"),
	  .uuid = ASK_BYTES(1, KNOWN_UUID) },
	{ .what = "a known UUID over HTTP", .arch = ASK_BYTES(0, 16), .vendor = ASK_TEXT("HTTPClient:Arch:00016"),
	  .uuid = ASK_BYTES(0, KNOWN_UUID) },
	{ .what = "a host that does not boot from the network", .mac = "52:54:00:11:00:01" },
	{ .what = "a host, iPXE", .mac = "52:54:00:11:00:01", .arch = ASK_BYTES(0, 7),
	  .vendor = PXE("00007"), .user = FOREIGN },
	{ .what = "a host, architecture unknown", .mac = "52:54:00:11:00:01", .arch = ASK_BYTES(0, 41),
	  .vendor = PXE("00041") },
	{ .what = "a host, digits alone", .mac = "52:54:00:11:00:01", .vendor = PXE("00041") },
	{ .what = "a host, digits alone, not given out", .mac = "52:54:00:11:00:01", .vendor = PXE("00042") },
	{ .what = "a host, digits alone, too big", .mac = "52:54:00:11:00:01", .vendor = PXE("27736") },
	{ .what = "a host, digits alone, of the other transport", .mac = "52:54:00:11:00:01", .vendor = PXE("00016") },
	{ .what = "a host, five letters instead of digits", .mac = "52:54:00:11:00:01", .vendor = PXE("0000x") },
	{ .what = "a host, HTTP of an architecture not served", .mac = "52:54:00:11:00:01", .arch = ASK_BYTES(0, 15),
	  .vendor = ASK_TEXT("HTTPClient:Arch:00015") },
	{ .what = "a group's class, without 93", .vendor = PXE("00009"), .user = ASK_TEXT(OWN_CLASS) },
};

static void check_odd(struct asker *asker, const struct policy_case *policy)
{
	const char *mode = asker->proxy ? "proxy" : "server";
	unsigned wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		struct answer got;

		wrong += !same(asker, &odd[i], &got);
		printf("# %s, %s: %s: %s\n", mode, policy->name, odd[i].what,
		       got.file[0] != '\0' ? got.file : got.there ? "no file" : "no answer");
	}
	tap_ok(wrong == 0, "%s, %s: %zu odd clients, %u differ", mode, policy->name, ARRAY_SIZE(odd), wrong);
}

static void check_policy(struct lab *lab, const struct policy_case *policy, bool proxy)
{
	CLEANUP_FREE char *text = policy_text(policy, proxy);
	struct pxeboot_policy *loaded = lab_policy(lab, text);
	CLEANUP_FREE char *written = lab_written(plugin_dnsmasq.output, loaded);
	struct asker asker = { .proxy = proxy, .policy = loaded, .xid = 1000 };

	if (tap_ok(lab_start_dnsmasq(lab, written), "%s, %s: dnsmasq starts",
		   proxy ? "proxy" : "server", policy->name)) {
		lab_client_side(lab);
		asker.socket = dhcp_socket("cli0");
		check_grid(&asker, policy);
		check_odd(&asker, policy);
		close(asker.socket);
		lab_stop(&lab->dnsmasq);
	}
	pxeboot_policy_unref(loaded);
}

int main(void)
{
	static const char *const programs[] = { "/usr/sbin/dnsmasq", "dnsmasq-base", NULL };
	struct lab lab;

	lab_begin(&lab, programs);
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		check_policy(&lab, &policies[i], false);
		check_policy(&lab, &policies[i], true);
	}
	lab_end(&lab);
	return tap_end();
}
