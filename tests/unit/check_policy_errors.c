/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policy/: what is refused.  Every row is a policy with one mistake: it gives one finding with the right id, line and
 * words, the load fails, and the out-parameter keeps its value.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/macro.h"
#include "base/text.h"
#include "testing.h"

static void show(const struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		fprintf(stderr, "%s:%u: %s: %s [%s]\n", finding->file, finding->line,
			pxeboot_severity_name(finding->severity), finding->text, finding->id);
}

static struct pxeboot_diagnostics *new_list(void)
{
	struct pxeboot_diagnostics *list;

	ck_assert_int_eq(pxeboot_diagnostics_new(&list), 0);
	return list;
}

/* One mistake: in the server group (line 1), among the profiles (line 3), or behind them (from line 4). */
struct row {
	const char *server, *profiles, *more;
	const char *id;
	unsigned line;
	const char *words;
};

#define MENU(keys, entries) "menus: { m: { " keys " entries = ( " entries " ); }; };"
#define HOST(keys) "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; " keys " } );"
#define SEVENTY "1234567890123456789012345678901234567890123456789012345678901234567890"

static int load_row(const struct row *row, struct pxeboot_diagnostics *diagnostics, struct pxeboot_policy **ret)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, "server: { address = \"10.0.0.1\"; root = \"/srv/pxeboot\"; %s };\n", row->server);
	text_add(&text, "boot = \"disk\";\n");
	text_addf(&text, "profiles: { disk: { action = \"disk\"; }; %s };\n", row->profiles);
	text_add(&text, row->more);
	return load_text(text.bytes, diagnostics, ret);
}

static void check_row(const struct row *row, int expected)
{
	struct pxeboot_diagnostics *list = new_list();
	struct pxeboot_policy *const untouched = (struct pxeboot_policy *)list, *policy = untouched;
	int r = load_row(row, list, &policy);
	const struct pxeboot_diagnostic *finding = pxeboot_diagnostics_get(list, 0);

	if (r != expected || pxeboot_diagnostics_count(list) != 1 || strcmp(finding->id, row->id) ||
	    finding->line != row->line || !strstr(finding->text, row->words)) {
		show(list);
		ck_abort_msg("%d: %s | %s | %s: wanted %s at %u: %s", r, row->server, row->profiles, row->more, row->id,
			     row->line, row->words);
	}
	if (r)
		ck_assert_ptr_eq(policy, untouched);
	else
		pxeboot_policy_unref(policy);
	pxeboot_diagnostics_free(list);
}

static const struct row rows[] = {
	/* Keys and types. */
	{ "tfpt = \"none\";", "", "", "policy.unknown-key", 1, "server.tfpt: unknown key" },
	{ "tfpt = \"none\";", "", "", "policy.unknown-key", 1, "did you mean 'tftp'?" },
	{ "xyzzy = 1;", "", "", "policy.unknown-key", 1, "got 'xyzzy'" },
	{ "", "", "host = 1;", "policy.unknown-key", 4, "did you mean 'hosts'?" },
	{ "", "a: { action = \"exit\";\n kernal = 1; };", "", "policy.unknown-key", 4, "profiles.a.kernal" },
	{ "http = 80;", "", "", "policy.type", 1, "expected a string, got an integer" },
	{ "dhcp = \"x\";", "", "", "policy.type", 1, "server.dhcp: wrong type, expected a group" },
	{ "serve = true;", "", "", "policy.type", 1, "got true or false" },
	{ "", "a = 1;", "", "policy.type", 3, "profiles.a: wrong type, expected a group { … }, got an integer" },
	{ "", "", "hosts: { };", "policy.type", 4, "hosts: wrong type, expected a list" },
	{ "", "", "hosts: (\n1\n);", "policy.type", 5, "hosts[0]: wrong type, expected a group" },
	{ "", "", "hosts = [ 1 ];", "policy.type", 4, "hosts: wrong type" },
	{ "", "", "hosts: ( { name = \"a\"; mac = ( \"52:54:00:00:00:01\",\n 5 ); } );", "policy.type", 5,
	  "hosts[0].mac[1]" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; vars = \"y\"; } );", "policy.type", 4, "hosts[0].vars" },
	{ "", "", "themes: { t: { size = 5; }; };", "policy.type", 4, "themes.t.size: wrong type, expected a list of "
	  "integers" },
	{ "", "", "themes: { t: { size = ( 1.5, 2 ); }; };\n#", "policy.type", 4, "got a fraction" },
	{ "", "", "menus: { m: { timeout = \"5\"; entries = ( { profile = \"disk\"; } ); }; };", "policy.type", 4,
	  "menus.m.timeout" },
	{ "", "", "menus: { m: { entries = ( 1 ); }; };", "policy.type", 4, "menus.m.entries[0]" },
	/* Numbers. */
	{ "", "", "menus: { m: { timeout = -1; default = \"disk\"; entries = ( { profile = \"disk\"; } ); }; };",
	  "policy.range",
	  4, "expected 0 to 86400, got '-1'" },
	{ "", "", "menus: { m: { timeout = 86401; default = \"disk\"; entries = ( { profile = \"disk\"; } ); }; };",
	  "policy.range", 4, "out of range" },
	{ "", "", "menus: { m: { timeout = 4294967306L; default = \"disk\"; entries = ( { profile = \"disk\"; } ); }; "
	  "};",
	  "policy.range", 4, "got '4294967306'" },
	/* libconfig alone would take these for 10 and 1. */
	{ "", "", "menus: { m: { timeout = 4294967306; entries = ( { profile = \"disk\"; } ); }; };", "policy.range", 4,
	  "integer too big, expected 2147483647 at most, got '4294967306'" },
	{ "", "", "menus: { m: { timeout = 0x100000001; entries = ( { profile = \"disk\"; } ); }; };", "policy.range",
	  4,
	  "integer too big" },
	{ "", "", "themes: { t: { size = [ 0, 768 ]; }; };", "policy.range", 4, "themes.t.size[0]: out of range" },
	{ "", "", "themes: { t: { size = [ 1, 2, 3 ]; }; };", "policy.range", 4, "expected 2, got '3'" },
	{ "", "", "themes: { t: { margins = [ 1, 2, 3, -1 ]; }; };", "policy.range", 4, "themes.t.margins[3]" },
	{ "dhcp = { range = [ ]; };", "", "", "policy.range", 1, "expected 1 at least, got '0'" },
	{ "", "", "hosts: ( { name = \"a\"; mac = [ ]; } );", "policy.range", 4, "hosts[0].mac" },
	/* Values. */
	{ "http = \"http://x/\";", "", "", "policy.value", 1, "without '/' at its end, got 'http://x/'" },
	{ "http = \"ftp://x\";", "", "", "policy.value", 1, "server.http" },
	{ "http = \"http://\";", "", "", "policy.value", 1, "server.http" },
	{ "http = \"http://x:0\";", "", "", "policy.value", 1, "server.http" },
	{ "http = \"http://x:65536\";", "", "", "policy.value", 1, "server.http" },
	{ "http = \"http://x:\";", "", "", "policy.value", 1, "server.http" },
	{ "http = \"http://x/../y\";", "", "", "policy.value", 1, "server.http" },
	{ "tftp = \"atftpd\";", "", "", "policy.value", 1, "expected dnsmasq, tftp-hpa or none" },
	{ "serve = [ \"bios\", \"vax\" ];", "", "", "policy.value", 1, "server.serve[1]" },
	{ "serve = [ \"bios\",\n\"vax\"\n ];", "", "", "policy.value", 2, "server.serve[1]" },
	{ "serve = [ \"bios\"\n, \"vax\"\n ];", "", "", "policy.value", 2, "server.serve[1]" },
	{ "default_arch = \"arm32-uefi\";", "", "", "policy.value", 1, "architecture is not served" },
	{ "serve = [ ];", "", "", "policy.value", 1, "no architecture is served" },
	{ "one_name = \"a/b\";", "", "", "policy.value", 1, "server.one_name" },
	{ "one_name = \"..\";", "", "", "policy.value", 1, "server.one_name" },
	{ "dnsmasq = { file = \"relative\"; };", "", "", "policy.value", 1, "server.dnsmasq.file" },
	{ "tftpd = { map = \"/a b\"; };", "", "", "policy.value", 1, "server.tftpd.map" },
	{ "dhcp = { range = \"10.0.0.9,10.0.0.1\"; };", "", "", "policy.value", 1, "server.dhcp.range" },
	{ "dhcp = { range = \"10.0.0.1\"; };", "", "", "policy.value", 1, "server.dhcp.range" },
	{ "dhcp = { range = \"10.0.0.1,10.0.0.9,12x\"; };", "", "", "policy.value", 1, "server.dhcp.range" },
	{ "dhcp = { range = \"10.0.0.1,10.0.0.9,12h,255.255.255.0\"; };", "", "", "policy.value", 1,
	  "server.dhcp.range" },
	{ "dhcp = { range = \"10.0.0.1,10.0.0.9,255.0.255.0\"; };", "", "", "policy.value", 1, "server.dhcp.range" },
	{ "dhcp = { range = \"10.0.0.1,10.0.0.9,255.255.255.0,1h,x\"; };", "", "", "policy.value", 1,
	  "server.dhcp.range" },
	{ "dhcp = { proxy = \"10.0.0.0/24\"; };", "", "", "policy.value", 1, "server.dhcp.proxy" },
#define SIX "address6 = \"fd77::1\"; "
	{ "address6 = \"10.77.0.1\";", "", "", "policy.value", 1, "server.address6" },
	{ "address6 = \"fe80::1\";", "", "", "policy.value", 1, "not of one link alone" },
	{ "address6 = \"ff02::1\";", "", "", "policy.value", 1, "server.address6" },
	{ "address6 = \"::1\";", "", "", "policy.value", 1, "server.address6" },
	{ "address6 = \"[fd77::1]\";", "", "", "policy.value", 1, "server.address6" },
	{ "address6 = \"fd77::1%eth0\";", "", "", "policy.value", 1, "server.address6" },
	{ "address6 = \"::ffff:10.0.0.1\";", "", "", "policy.value", 1, "server.address6" },
	{ SIX "http6 = \"http://10.77.0.1:8080\";", "", "", "policy.value", 1, "server.http6" },
	{ SIX "http6 = \"http://fd77::1\";", "", "", "policy.value", 1, "server.http6" },
	{ SIX "http6 = \"http://[fd77::1\";", "", "", "policy.value", 1, "server.http6" },
	{ SIX "http6 = \"http://[fd77::1]:\";", "", "", "policy.value", 1, "server.http6" },
	{ SIX "http6 = \"http://[fd77::1]x\";", "", "", "policy.value", 1, "server.http6" },
	{ SIX "http6 = \"http://[fe80::1]\";", "", "", "policy.value", 1, "server.http6" },
	{ SIX "http6 = \"http://[]\";", "", "", "policy.value", 1, "server.http6" },
	{ SIX "http6 = \"http://[fd77::1]/\";", "", "", "policy.value", 1, "without '/' at its end" },
	{ "http = \"http://[fd77::1]\";", "", "", "policy.value", 1, "server.http" },
	{ SIX "dhcp = { range6 = \"fd77::9\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"fd77::9,fd77::1\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"fd77::1,fd78::9\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"fd77::1,fd77::9:9,112\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"fd77::1,fd77::9,63\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"fd77::1,fd77::9,1h,64\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"::1,::9\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"::1,::9,constructor:\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"fd77::1,fd77::9,ra-only\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ SIX "dhcp = { range6 = \"::10.0.0.1,::10.0.0.9\"; };", "", "", "policy.value", 1, "server.dhcp.range6" },
	{ "http6 = \"http://[fd77::1]\";", "", "", "policy.missing", 1, "server.address6, too" },
	{ "dhcp = { range6 = \"fd77::1,fd77::9\"; };", "", "", "policy.missing", 1, "server.dhcp.range6" },
	{ "dhcp = { ra = true; };", "", "", "policy.missing", 1, "server.dhcp.ra" },
	{ SIX "tftp = \"tftp-hpa\";\n one_name = \"pxeboot.0\";", "", "", "policy.conflict", 1, "no server.one_name" },
	{ "dhcp = { server = \"isc\"; };", "", "", "policy.value", 1, "expected dnsmasq, kea, isc-dhcpd or none" },
	{ "dhcp = { interface = \"eth0,eth1\"; };", "", "", "policy.value", 1, "server.dhcp.interface" },
	{ "", "", "ipxe: { user_class = \"lab\"; };", "policy.value", 4, "begins with iPXE" },
	{ "", "", "ipxe: { shim = { bios = \"shim.efi\"; }; };", "policy.value", 4, "a BIOS has no Secure Boot" },
	{ "", "", "ipxe: { user_class = \"iPXE-lab,2\"; };", "policy.value", 4, "quotes and commas" },
	{ "", "", "loaders: { vax = \"x\"; };", "policy.value", 4, "loaders.vax: wrong name" },
	{ "", "", "loaders: { bios = \"/x\"; };", "policy.value", 4, "loaders.bios: wrong value" },
	{ "", "a*b: { action = \"exit\"; };", "", "policy.value", 3, "wrong name, expected a name" },
	{ "", "a: { action = \"dance\"; };", "", "policy.value", 3, "profiles.a.action" },
	{ "", "a: { kernel = \"../x\"; };", "", "policy.value", 3, "got '../x'" },
	{ "", "a: { kernel = \"/x\"; };", "", "policy.value", 3, "profiles.a.kernel" },
	{ "", "a: { kernel = \"\"; };", "", "policy.value", 3, "profiles.a.kernel" },
	{ "", "a: { kernel = \"a b\"; };", "", "policy.value", 3, "profiles.a.kernel" },
	{ "", "a: { kernel = \"ftp://x/y\"; };", "", "policy.value", 3, "profiles.a.kernel" },
	{ "", "a: { kernel = \"${x\"; };", "", "policy.value", 3, "profiles.a.kernel" },
	{ "", "a: { kernel = \"${x}/../y\"; };", "", "policy.value", 3, "profiles.a.kernel" },
	{ "", "a: { kernel = \"k\"; initrd = [ \"i\", \"/i\" ]; };", "", "policy.value", 3, "profiles.a.initrd[1]" },
	{ "", "a: { kernel = \"k\"; args = \"a\\nb\"; };", "", "policy.value", 3, "got 'a\\nb'" },
	{ "", "a: { action = \"exit\"; label = \"\\x1b[31m\"; };", "", "policy.value", 3, "got '\\x1b[31m'" },
	{ "", "a: { action = \"exit\"; label = \"\\x7f\"; };", "", "policy.value", 3, "profiles.a.label" },
	{ "", "a: { action = \"exit\"; label = \"\\xff\"; };", "", "policy.value", 3, "got '\\xff'" },
	{ "", "a: { action = \"exit\"; label = \"\\xc0\\x80\"; };", "", "policy.value", 3, "profiles.a.label" },
	{ "", "a: { action = \"exit\"; label = \"\\xc2\\x9b\"; };", "", "policy.value", 3, "profiles.a.label" },
	{ "", "a: { action = \"exit\"; label = \"\\xed\\xa0\\x80\"; };", "", "policy.value", 3, "profiles.a.label" },
	{ "", "a: { action = \"exit\"; label = \"a\\x00b\"; };", "", "policy.value", 3, "NUL in a string" },
	{ "", "a: { chain = \"/x\"; };", "", "policy.value", 3, "profiles.a.chain" },
	{ "", "a: { chain = \"x y\"; };", "", "policy.value", 3, "profiles.a.chain" },
	{ "", "a: { chain = \"x\\\"y\"; };", "", "policy.value", 3, "got 'x\\\"y'" },
	{ "", "a: { san = \"\"; };", "", "policy.value", 3, "profiles.a.san" },
	{ "", "a: { san = \"iscsi:x\"; initiator = \"a b\"; };", "", "policy.value", 3, "profiles.a.initiator" },
	{ "", "a: { iso = \"http://x/y\"; initiator = \"a\"; };", "", "policy.payload", 3, "goes with a network disk only" },
	{ "http = \"http://x\";", "a: { iso = \"tftp://x/y\"; };", "", "policy.value", 3, "profiles.a.iso" },
	{ "http = \"http://x\";", "a: { wim = \"http://x/y\"; };", "", "policy.value", 3, "profiles.a.wim" },
	{ "", "a: { action = \"exit\"; arch = [ \"x86\" ]; };", "", "policy.value", 3, "profiles.a.arch[0]" },
	{ "", "a: { action = \"exit\"; answers = \"a b\"; };", "", "policy.value", 3, "profiles.a.answers" },
	{ "", "a: { action = \"exit\"; answers = \"a/..\"; };", "", "policy.value", 3, "profiles.a.answers" },
	{ "", "", "themes: { t: { colours = { text = \"red\"; }; }; };", "policy.value", 4, "themes.t.colours.text" },
	{ "", "", "themes: { t: { colours = { text = \"#12345\"; }; }; };", "policy.value", 4,
	  "themes.t.colours.text" },
	{ "", "", "themes: { t: { colours = { gap = \"#123456 on\"; }; }; };", "policy.value", 4,
	  "themes.t.colours.gap" },
	{ "", "", "themes: { t: { colours = { gap = \"#123456 on #1234567\"; }; }; };", "policy.value", 4,
	  "colours.gap" },
	{ "", "", "themes: { t: { picture = \"../x.png\"; }; };", "policy.value", 4, "themes.t.picture" },
	{ "", "", "menus: { m: { entries = ( { profile = \"disk\"; key = \"dd\"; } ); }; };", "policy.value", 4,
	  "one letter" },
	{ "", "", "menus: { m: { entries = ( { profile = \"disk\"; key = \"#\"; } ); }; };", "policy.value", 4,
	  "one letter" },
	{ "", "", "menus: { m: { entries = ( { profile = \"disk\"; key = \"\"; } ); }; };", "policy.value", 4,
	  "one letter" },
	{ "", "", "hosts: ( { name = \"1a\"; serial = \"x\"; } );", "policy.value", 4, "hosts[0].name" },
	{ "", "", "hosts: ( { name = \"a\"; mac = \"52:54:00:12:34\"; } );", "policy.value", 4, "a MAC address" },
	{ "", "", "hosts: ( { name = \"a\"; mac = \"52:54-00:12:34:56\"; } );", "policy.value", 4, "a MAC address" },
	{ "", "", "hosts: ( { name = \"a\"; uuid = \"12\"; } );", "policy.value", 4, "a UUID" },
	{ "", "", "hosts: ( { name = \"a\"; uuid = \"00000000-0000-0000-0000-000000000000\"; } );", "policy.value", 4,
	  "a UUID that is not all zeros" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"a/b\"; } );", "policy.value", 4, "a serial number" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"..\"; } );", "policy.value", 4, "a serial number" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; loader = \"/x\"; } );", "policy.value", 4,
	  "hosts[0].loader" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; vars = { v = \"\\x07\"; }; } );", "policy.value", 4,
	  "hosts[0].vars.v" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; vars = { v* = \"\"; }; } );", "policy.value", 4,
	  "wrong name" },
	{ "", "", "groups: ( { name = \"g\"; match = { subnet = \"10.0.0.1/8\"; }; boot = \"disk\"; } );",
	  "policy.value", 4,
	  "groups[0].match.subnet" },
	{ "", "", "groups: ( { name = \"g\"; match = { mac = \"52:5\"; }; boot = \"disk\"; } );", "policy.value", 4,
	  "match.mac" },
	{ "", "", "groups: ( { name = \"g\"; match = { firmware = \"efi\"; }; boot = \"disk\"; } );", "policy.value", 4,
	  "bios or uefi" },
	{ "", "", "groups: ( { name = \"g\"; match = { product = \"\"; }; boot = \"disk\"; } );", "policy.value", 4,
	  "not empty" },
	{ "", "", "groups: ( { name = \"g\"; match = { vendor_class = \"" SEVENTY SEVENTY SEVENTY SEVENTY "\"; }; boot = \"disk\"; } );",
	  "policy.value", 4, "255 bytes at most" },
	/* What is missing. */
	{ "", "", "hosts: ( { serial = \"x\"; } );", "policy.missing", 4, "hosts[0].name: missing" },
	{ "", "", "hosts: (\n { name = \"a\"; } );", "policy.missing", 5, "hosts[0]: nothing to know the host by" },
	{ "", "", "groups: ( { name = \"g\"; boot = \"disk\"; } );", "policy.missing", 4, "groups[0].match: missing" },
	{ "", "", "groups: ( { name = \"g\"; match = { }; boot = \"disk\"; } );", "policy.missing", 4,
	  "one term at least" },
	{ "", "", "groups: ( { name = \"g\"; match = { arch = \"bios\"; }; } );", "policy.missing", 4,
	  "groups[0].boot: missing" },
	{ "", "", "menus: { m: { title = \"x\"; }; };", "policy.missing", 4, "menus.m.entries: missing" },
	{ "", "", "menus: { m: { entries = ( ); }; };", "policy.missing", 4, "nothing to pick" },
	{ "", "", "menus: { m: { entries = ( { gap = \"x\"; } ); }; };", "policy.missing", 4, "nothing to pick" },
	{ "", "", "menus: { m: { entries = ( { profile = \"disk\"; },\n { } ); }; };", "policy.missing", 5,
	  "empty entry" },
	/* What there may be one of. */
	{ "", "", "menus: { disk: { entries = ( { profile = \"disk\"; } ); }; };", "policy.duplicate", 4,
	  "/pxeboot.conf:3" },
	{ "", "", "menus: { m: { entries = ( { profile = \"disk\"; key = \"a\"; },\n { profile = \"disk\"; key = "
	  "\"a\"; } ); }; };",
	  "policy.duplicate", 5, "/pxeboot.conf:4" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; },\n { name = \"a\"; serial = \"y\"; } );",
	  "policy.duplicate", 5,
	  "/pxeboot.conf:4" },
	{ "", "", "hosts: ( { name = \"a\"; mac = \"52:54:00:12:34:56\"; },\n { name = \"b\"; mac = \"525400123456\"; "
	  "} );",
	  "policy.duplicate", 5, "hosts[1].mac: is taken, expected one host of a MAC address, got '525400123456'; also "
	  "at" },
	{ "", "", "hosts: ( { name = \"a\"; mac = [ \"52:54:00:12:34:56\",\n \"52:54:00:12:34:56\"\n ]; } );",
	  "policy.duplicate", 5, "hosts[0].mac[1]" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; },\n { name = \"b\"; serial = \"x\"; } );",
	  "policy.duplicate", 5,
	  "hosts[1].serial" },
	{ "", "", "hosts: ( { name = \"a\"; uuid = \"12345678-1234-1234-1234-123456789abc\"; },\n"
		  " { name = \"b\"; uuid = \"12345678-1234-1234-1234-123456789ABC\"; } );", "policy.duplicate", 5,
		  "hosts[1].uuid" },
	{ "", "", "groups: ( { name = \"g\"; match = { arch = \"bios\"; }; boot = \"disk\"; },\n"
		  " { name = \"g\"; match = { firmware = \"bios\"; }; boot = \"disk\"; } );", "policy.duplicate", 5,
		  "groups[1].name" },
	/* What refers to what. */
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; boot = \"b\"; } );", "policy.reference", 4,
	  "hosts[0].boot: unknown name" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; once = \"b\"; } );", "policy.reference", 4,
	  "hosts[0].once: unknown name" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; once = \"disk\"; then = \"b\"; } );", "policy.reference", 4,
	  "hosts[0].then: unknown name" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; then = \"disk\"; } );", "policy.conflict", 4, "hosts[0].then" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; until_done = true; } );", "policy.conflict", 4, "expected once" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; once = \"disk\"; tries = 2; } );", "policy.conflict", 4,
	  "expected until_done" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; once = \"disk\"; until_done = false; tries = 2; } );",
	  "policy.conflict", 4, "expected until_done" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; once = \"disk\"; until_done = true; tries = 0; } );",
	  "policy.range", 4, "hosts[0].tries" },
	{ "", "", "hosts: ( { name = \"a\"; serial = \"x\"; once = \"disk\"; until_done = true; tries = 101; } );",
	  "policy.range", 4, "100" },
	{ "", "", "groups: ( { name = \"g\"; match = { arch = \"bios\"; product = \"P\"; }; boot = \"disk\";\nloader = \"x.efi\"; } );",
	  "group.loader", 5, "groups.g.loader: DHCP hands out loaders and can't test product: the boot scripts alone know it" },
	{ "", "", "groups: ( { name = \"g\"; match = { subnet = \"10.0.0.0/25\"; }; boot = \"disk\"; loader = \"x.efi\"; } );",
	  "group.loader", 4, "can't test subnet: there is no server.dhcp.range to mark" },
	{ "one_name = \"boot.0\";", "", "groups: ( { name = \"g\"; match = { arch = \"bios\"; }; boot = \"disk\"; loader = \"x.efi\"; } );",
	  "group.loader", 4, "with server.one_name DHCP names the same file to everybody" },
	{ "", "", "groups: ( { name = \"g\"; match = { arch = \"bios\"; }; boot = \"disk\"; loader = \"../x.efi\"; } );",
	  "policy.value", 4, "groups[0].loader" },
	{ "", "", "groups: ( { name = \"g\"; match = { arch = \"bios\"; }; boot = \"b\"; } );", "policy.reference", 4,
	  "got 'b'" },
	{ "", "", "menus: { m: { theme = \"t\"; entries = ( { profile = \"disk\"; } ); }; };", "policy.reference", 4,
	  "a theme" },
	{ "", "", "menus: { m: { entries = ( { menu = \"disk\"; } ); }; };", "policy.reference", 4,
	  "is a profile, expected a menu" },
	{ "", "", "menus: { m: { entries = ( { profile = \"m\"; } ); }; };", "policy.reference", 4,
	  "is a menu, expected a profile" },
	{ "", "other: { action = \"exit\"; };", "menus: { m: { default = \"other\"; entries = ( { profile = \"disk\"; "
	  "} ); }; };",
	  "policy.reference", 4, "menus.m.default: is not in this menu" },
	/* Machines that nobody names. */
	{ "", "", "unknown = \"other\";", "policy.reference", 4, "unknown: unknown name" },
	{ "", "", "unknown = \"no name\";", "policy.value", 4, "a name" },
	{ "", "", "unknown = [ \"disk\" ];", "policy.type", 4, "a string" },
	{ "", "menu: { action = \"exit\"; };", "unknown = \"menu\";", "policy.conflict", 4, "is a word of its own here" },
	{ "", "ignore: { action = \"exit\"; };", "unknown = \"ignore\";", "policy.conflict", 4, "/pxeboot.conf:3" },
	{ "", "", "menus: { discover: { entries = ( { profile = \"disk\"; } ); }; };\nunknown = \"discover\";",
	  "policy.conflict", 5, "got 'discover'; also at" },
	{ "", "", "unknown = \"ignore\"; hosts: ( { name = \"a\"; serial = \"x\"; boot = \"ignore\"; } );", "policy.reference", 4,
	  "hosts[0].boot: unknown name" },
	{ "live = \"ftp://x/live\";", "", "", "policy.value", 1, "server.live" },
	{ "state = \"../state\";", "", "", "policy.value", 1, "server.state" },
	/* What goes together. */
	{ "", "a: { label = \"x\"; };", "", "policy.payload", 3, "profiles.a: nothing to boot" },
	{ "", "a: { kernel = \"x\";\n efi = \"y\"; };", "", "policy.payload", 4, "profiles.a.efi: a second thing to "
	  "boot" },
	{ "", "a: { action = \"exit\"; initrd = \"i\"; };", "", "policy.payload", 3, "goes with a kernel only" },
	{ "", "a: { chain = \"x\"; args = \"i\"; };", "", "policy.payload", 3, "goes with a kernel only" },
	{ "", "a: { iso = \"x.iso\"; };", "", "policy.needs-http", 3, "profiles.a.iso" },
	{ "", "a: { chain = \"x\"; answers = \"/etc/passwd\";\n private = true; };", "", "policy.needs-live", 4,
	  "server.live to be set" },
	{ "live = \"http://a/live\";", "a: { chain = \"x\"; private = true; };", "", "policy.payload", 3,
	  "goes with answers only" },
	{ "", "a: { chain = \"x\"; answers = [ \"/etc/passwd\",\n \"/etc/../etc/passwd\" ]; };", "", "policy.duplicate", 4,
	  "two files of one name" },
	{ "", "a: { chain = \"x\"; answers = [ ]; };", "", "policy.range", 3, "1 at least" },
	{ "", "a: { wim = \"x.wim\"; };", "", "policy.needs-http", 3, "profiles.a.wim" },
	{ "dhcp = { range = \"10.0.0.1,10.0.0.9\";\n proxy = \"10.0.0.0\"; };", "", "", "policy.conflict", 2,
	  "server.dhcp.proxy" },
	{ "dhcp = { server = \"kea\";\n proxy = \"10.0.0.0\"; };", "", "", "policy.conflict", 2, "dnsmasq alone can be a proxy" },
	{ "", "", "menus: { m: { entries = ( { profile = \"disk\"; menu = \"m\"; } ); }; };", "policy.conflict", 4,
	  "exactly one of" },
	{ "", "", "menus: { m: { entries = ( { profile = \"disk\"; }, { gap = \"x\"; key = \"a\"; } ); }; };",
	  "policy.conflict", 4,
	  "a gap can't be picked" },
	{ "", "", MENU("", "{ profile = \"disk\"; back = \"x\"; }"), "policy.conflict", 4, "exactly one of" },
	{ "", "", MENU("", "{ profile = \"disk\"; }, { back = \"x\"; label = \"y\"; }"), "policy.conflict", 4,
	  "back has its text already" },
	{ "", "", MENU("", "{ profile = \"disk\"; }, { back = \"x\"; password = \"y\"; }"), "policy.conflict", 4,
	  "back has its text already" },
	{ "", "", MENU("", "{ profile = \"disk\"; }, { gap = \"x\"; description = \"y\"; }"), "policy.conflict", 4,
	  "a gap can't be picked" },
	{ "", "", MENU("", "{ profile = \"disk\"; }, { gap = [ ]; }"), "policy.range", 4, "1 at least" },
	{ "", "", MENU("", "{ profile = \"disk\"; password = \"\"; }"), "policy.value", 4, "not empty" },
	{ "", "", MENU("", "{ profile = \"disk\"; password = \"a\\x07\"; }"), "policy.value", 4, "printable" },
	{ "", "", MENU("", "{ profile = \"disk\"; password = \"${nothing}\"; }"), "policy.value", 4, "without" },
	{ "", "", "groups: ( { name = \"g\"; match = { manufacturer = \"x ${\"; }; boot = \"disk\"; } );", "policy.value", 4, "without" },
	{ "", "", MENU("", "{ profile = \"disk\"; firmware = \"efi\"; }"), "policy.value", 4, "bios or uefi" },
	{ "", "", MENU("", "{ profile = \"disk\"; firmware = \"bios\"; arch = \"x64-uefi\"; }"), "policy.conflict", 4,
	  "no machine can see it" },
	{ "", "tool: { efi = \"x.efi\"; arch = \"x64-uefi\"; };",
	  MENU("", "{ profile = \"tool\"; firmware = \"bios\"; }"), "policy.conflict", 4, "architecture of its profile" },
	{ "", "", MENU("", "{ profile = \"disk\"; hosts = \"nobody\"; }"), "policy.reference", 4, "expected a host" },
	{ "", "", MENU("", "{ profile = \"disk\"; groups = \"none\"; }"), "policy.reference", 4, "expected a group" },
	{ "", "", MENU("hidden = true; default = \"disk\";", "{ profile = \"disk\"; }"), "policy.conflict", 4,
	  "timeout and default" },
	{ "", "", MENU("hidden = 1;", "{ profile = \"disk\"; }"), "policy.type", 4, "true or false" },
	{ "", "", MENU("status = \"yes\";", "{ profile = \"disk\"; }"), "policy.type", 4, "true or false" },
	{ "", "", HOST("default = \"disk\";"), "policy.conflict", 4, "a profile, not a menu" },
	{ "", "", HOST("timeout = 5;"), "policy.conflict", 4, "a profile, not a menu" },
	{ "", "", HOST("boot = \"m\"; default = \"m\";") MENU("", "{ profile = \"disk\"; }"), "policy.reference", 4,
	  "is not in this menu" },
	{ "", "", HOST("boot = \"m\"; default = \"nothing\";") MENU("", "{ profile = \"disk\"; }"), "policy.reference", 4,
	  "unknown name" },
	{ "menus = \"lilo\";", "", "", "policy.value", 1, "grub or pxelinux" },
	{ "", "", "vars: { a = 1; };", "policy.type", 4, "vars.a" },
	{ "", "", "themes: { t: { size = [ 640, 480 ]; margins = [ 200, 200, 0, 0 ]; }; };", "policy.range", 4,
	  "the margins leave too little" },
	{ "", "", "themes: { t: { size = [ 640, 480 ]; margins = [ 0, 0, 200, 200 ]; }; };", "policy.range", 4,
	  "the margins leave too little" },
	{ "", "", "themes: { t: { colours = { title = \"red\"; }; }; };", "policy.value", 4, "#rrggbb" },
	{ "", "", "themes: { t: { picture = \"pxeboot.conf\"; }; };", "theme.picture", 4, "a whole PNG" },
	{ "", "a: { kernel = \"x\"; answers = \"nowhere.cfg\"; };", "", "policy.file", 3, "No such file or directory" },
	/* Text that is no policy. */
	{ "", "", "oops", "policy.syntax", 4, "got 'oops'" },
	{ "", "", "@", "policy.syntax", 4, "got '@'" },
	{ "", "", "@include", "policy.syntax", 4, "got '@include'" },
	{ "", "", "@include \"x", "policy.syntax", 4, "string without an end" },
	{ "", "", "\n a = \"x", "policy.syntax", 5, "string without an end" },
	{ "", "", "/* x\n\n\n", "policy.syntax", 4, "comment without an end" },
	{ "", "", "ipxe: { user_class = \"iPXE\";\n user_class = \"iPXE\"; };", "policy.duplicate", 5,
	  "key set twice in one group" },
	{ "", "", "themes: { t: { size = [ 1, \"2\" ]; }; };", "policy.syntax", 4, "mismatched element type in array" },
	{ "", "", "@include \"nowhere.inc\"\n", "policy.file", 4, "No such file or directory" },
};

START_TEST(test_one_mistake)
{
	check_row(&rows[_i], -EBADMSG);
}
END_TEST

/* A policy that loads, and somebody will be surprised. */
static const struct row warnings[] = {
	{ "", "", "menus: { m: { timeout = 5; entries = ( { profile = \"disk\"; } ); }; };",
	  "menu.timeout-without-default", 4,
	  "menus.m.timeout" },
	{ "", "", "groups: ( { name = \"g\"; match = {\n subnet = \"10.0.0.0/25\"; }; boot = \"disk\"; } );",
	  "group.undecidable", 5,
	  "groups.g.match.subnet: nobody can test this, so that the group never matches: there is no "
	  "server.dhcp.range" },
	{ "dhcp = { range = \"10.0.0.100,10.0.0.200\"; };", "",
	  "groups: ( { name = \"g\"; match = { subnet = \"10.0.0.0/25\"; }; boot = \"disk\"; } );", "group.undecidable",
	  4,
	  "a DHCP range lies across its border" },
	{ "", "", "groups: ( { name = \"g\"; match = { product = \"x\"; mac = \"52\"; }; boot = \"disk\"; } );",
	  "group.undecidable", 4, "groups.g.match.product" },
	{ "", "", MENU("", "{ profile = \"disk\"; label = \"" SEVENTY "12345\"; }"), "menu.overflow", 4, "74 columns" },
	{ "", "", MENU("", "{ profile = \"disk\"; label = \"" SEVENTY "${name:-12345}\"; }"), "menu.overflow", 4, "got '75'" },
	{ "", "", MENU("", "{ profile = \"disk\"; }, { gap = [ \"x\", \n\"" SEVENTY "12345\" ]; }"), "menu.overflow", 5,
	  "74 columns" },
	{ "", "", MENU("title = \"" SEVENTY "123456789\";", "{ profile = \"disk\"; }"), "menu.overflow", 4, "78 columns" },
	{ "", "", MENU("", "{ profile = \"disk\"; description = \"" SEVENTY "123\"; }"), "menu.overflow", 4, "got '75'" },
	{ "", "", "themes: { t: { size = [ 640, 480 ]; picture = \"x.png\"; margins = [ 80, 80, 0, 0 ]; }; };",
	  "theme.missing", 4, "themes.t.picture" },
	{ "", "", MENU("", "{ profile = \"disk\"; label = \"Gr\u00fc\u00dfe\"; }"), "menu.unshowable", 4, "ASCII" },
	{ "", "", MENU("timeout = 5; default = \"disk\";", "{ profile = \"disk\"; password = \"x\"; }"),
	  "menu.locked-default", 4, "menus.m.default" },
	{ "", "", HOST("boot = \"m\"; default = \"disk\"; timeout = 3;") MENU("", "{ profile = \"disk\"; password = \"x\"; }"),
	  "menu.locked-default", 4, "hosts[0].default" },
	{ "one_name = \"boot.0\";", "", "groups: ( { name = \"g\"; match = { mac = \"52\"; }; boot = \"disk\"; } );",
	  "group.undecidable", 4, "server.one_name" },
};

START_TEST(test_one_warning)
{
	check_row(&warnings[_i], 0);
}
END_TEST

/* Ten mistakes in one file: all of them at once, nothing else, each at its line. */
START_TEST(test_ten_mistakes)
{
	static const struct { const char *id; unsigned line; } wanted[] = {
		{ "policy.value", 3 }, { "policy.unknown-key", 5 }, { "policy.type", 8 }, { "policy.needs-http", 11 },
		{ "policy.payload", 14 }, { "policy.range", 19 }, { "policy.reference", 23 }, { "policy.duplicate",
		  29 },
		{ "policy.missing", 30 }, { "policy.reference", 32 },
	};
	struct pxeboot_diagnostics *list = new_list();
	struct pxeboot_policy *const untouched = (struct pxeboot_policy *)list, *policy = untouched;
	char path[256];

	snprintf(path, sizeof(path), "%s/policies/mistakes/pxeboot.conf", getenv("PXEBOOT_TESTS"));
	ck_assert_int_eq(pxeboot_policy_load(path, list, &policy), -EBADMSG);
	ck_assert_ptr_eq(policy, untouched);
	show(list);
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), ARRAY_SIZE(wanted));
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		ck_assert_msg(has_finding(list, wanted[i].id, wanted[i].line), "%s at %u", wanted[i].id,
			wanted[i].line);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		ck_assert_str_eq(pxeboot_diagnostics_get(list, i)->file, path);
	pxeboot_diagnostics_free(list);
}
END_TEST

/* ---- Several files --------------------------------------------------------------------------------------------- */

/* A directory with pxeboot.conf and policy.d/10.conf and 20.conf; each may be NULL. */
static int load_files(const char *first, const char *second, const char *third, struct pxeboot_diagnostics *list)
{
	char directory[] = "/tmp/pxeboot-test.XXXXXX", path[3][64], drop_ins[64];
	const char *const texts[] = { first, second, third };
	struct pxeboot_policy *policy = NULL;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(drop_ins, sizeof(drop_ins), "%s/policy.d", directory);
	ck_assert_int_eq(mkdir(drop_ins, 0755), 0);
	snprintf(path[0], sizeof(path[0]), "%s/pxeboot.conf", directory);
	snprintf(path[1], sizeof(path[1]), "%s/policy.d/10.conf", directory);
	snprintf(path[2], sizeof(path[2]), "%s/policy.d/20.conf", directory);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i])
			ck_assert_int_eq(file_write(path[i], texts[i], strlen(texts[i]), 0644), 1);
	int r = pxeboot_policy_load(path[0], list, &policy);

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		unlink(path[i]);
	rmdir(drop_ins);
	rmdir(directory);
	pxeboot_policy_unref(policy);
	return r;
}

#define GOOD "server: { address = \"10.0.0.1\"; root = \"/srv/pxeboot\"; };\n" \
	"profiles: { disk: { action = \"disk\"; }; };\n" \
	"boot = \"disk\";\n"

static const struct {
	const char *first, *second, *third;
	const char *id, *file;		/* of the finding wanted */
	unsigned line;
	const char *words;
	size_t n;			/* findings */
} files[] = {
	{ GOOD, "\nboot = \"disk\";", NULL, "policy.duplicate", "10.conf", 2, "/pxeboot.conf:3", 1 },
	{ GOOD, "server: {\n root = \"/x\"; };", NULL, "policy.duplicate", "10.conf", 2, "server.root: set twice", 1 },
	{ GOOD, NULL, "profiles: { disk: { action = \"exit\"; }; };", "policy.duplicate", "20.conf", 1,
		"/pxeboot.conf:2", 1 },
	{ GOOD, "themes: { t: { }; };", "\nthemes: { t: { }; };", "policy.duplicate", "20.conf", 2,
		"/policy.d/10.conf:1", 1 },
	{ GOOD, "loaders: { bios = \"a\"; };", "loaders: { bios = \"b\"; };", "policy.duplicate", "20.conf", 1,
		"10.conf:1", 1 },
	{ GOOD, "hosts: ( { name = \"a\"; serial = \"x\"; } );", "hosts: ( { name = \"b\"; serial = \"x\"; } );",
	  "policy.duplicate", "20.conf", 1, "/policy.d/10.conf:1", 1 },
	/* A file that stops ends itself only; what it might define is not told as missing, anything else is. */
	{ GOOD, "profiles: { lost: { action = \"exit\"; };\n oops };", "hosts: ( { name = \"a\"; serial = \"x\"; boot "
		"= \"lost\"; },\n"
	  " { name = \"b\"; serial = \"y\"; boot = \"gone\"; } );", "policy.reference", "20.conf", 2, "got 'gone'", 2 },
	{ GOOD, "profiles: { lost: { action = \"exit\"; };\n oops };", "themes: { t: { nothing = 1; }; };",
		"policy.unknown-key",
	  "20.conf", 1, "themes.t.nothing", 2 },
	{ "boot = ;", "boot = 5;", "server: { root = \"/x\"; };", "policy.missing", "20.conf", 1,
	  "server.address: missing", 3 },
	{ "boot = \"disk\";\n", NULL, NULL, "policy.missing", "pxeboot.conf", 0, "server.root: missing", 3 },
	{ "", NULL, NULL, "policy.missing", "pxeboot.conf", 0, "boot: missing", 3 },
	{ GOOD "@include \"pxeboot.conf\"\n", NULL, NULL, "policy.syntax", "pxeboot.conf", 4, "file includes itself",
		1 },
	{ GOOD, "@include \"20.conf\"\n", "xyzzy = 5;", "policy.unknown-key", "20.conf", 1, "xyzzy: unknown key", 2 },
};

START_TEST(test_several_files)
{
	struct pxeboot_diagnostics *list = new_list();
	const struct pxeboot_diagnostic *finding;
	bool found = false;

	ck_assert_int_eq(load_files(files[_i].first, files[_i].second, files[_i].third, list), -EBADMSG);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(list, i)); i++)
		found |= !strcmp(finding->id, files[_i].id) && finding->line == files[_i].line &&
			strstr(finding->file, files[_i].file) && strstr(finding->text, files[_i].words);
	if (!found || pxeboot_diagnostics_count(list) != files[_i].n)
		show(list);
	ck_assert(found);
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), files[_i].n);
	pxeboot_diagnostics_free(list);
}
END_TEST

START_TEST(test_no_file)
{
	struct pxeboot_diagnostics *list = new_list();
	struct pxeboot_policy *const untouched = (struct pxeboot_policy *)list, *policy = untouched;

	ck_assert_int_eq(pxeboot_policy_load("/nowhere/pxeboot.conf", list, &policy), -ENOENT);
	ck_assert_ptr_eq(policy, untouched);
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), 1);
	ck_assert(has_finding(list, "policy.file", 0));
	ck_assert_int_eq(pxeboot_policy_load(NULL, list, &policy), -EINVAL);
	ck_assert_int_eq(pxeboot_policy_load("", list, &policy), -EINVAL);
	/* Nobody has to listen. */
	ck_assert_int_eq(pxeboot_policy_load("/nowhere/pxeboot.conf", NULL, &policy), -ENOENT);
	ck_assert_ptr_eq(policy, untouched);
	pxeboot_diagnostics_free(list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy_errors");
	TCase *tests = tcase_create("errors");

	tcase_add_loop_test(tests, test_one_mistake, 0, (int)ARRAY_SIZE(rows));
	tcase_add_loop_test(tests, test_one_warning, 0, (int)ARRAY_SIZE(warnings));
	tcase_add_test(tests, test_ten_mistakes);
	tcase_add_loop_test(tests, test_several_files, 0, (int)ARRAY_SIZE(files));
	tcase_add_test(tests, test_no_file);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
