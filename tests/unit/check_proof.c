/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The proof of policies: each fault is found at its line, and nothing else is; walks; what names tell of programs.
 */
#include <check.h>
#include <stdlib.h>

#include "base/macro.h"
#include "base/text.h"
#include "testing.h"

#define HEAD "server: { address = \"10.77.0.1\"; root = \"/srv\"; http = \"http://10.77.0.1:8080\"; };\n"	/* line 1 */
#define PROFILES \
	"profiles: { disk: { action = \"disk\"; }; again: { chain = \"boot.ipxe\"; }; other: { chain = \"http://m.lab/b\"; }; " \
	"bios: { kernel = \"k\"; arch = \"bios\"; }; loop: { chain = \"menus/main.ipxe\"; }; };\n"		/* line 2 */
#define DISK "boot = \"disk\";\n"
#define MENU "boot = \"main\";\n"

static const struct {
	const char *what, *policy, *expected;	/* "id:line", blanks between them, in order of telling */
} rows[] = {
	/* Chains. */
	{ "a script as loader", HEAD PROFILES DISK "loaders: { x64-uefi = \"boot.ipxe\"; };\n", "chain.platform:4" },
	{ "a BIOS program for UEFI", HEAD PROFILES DISK "loaders: {\n x64-uefi = \"undionly.kpxe\"; };\n", "chain.platform:5" },
	{ "UEFI's program for BIOS", HEAD PROFILES DISK "loaders: {\n bios = \"ipxe.efi\"; };\n", "chain.platform:5" },
	{ "by its name for another architecture", HEAD PROFILES DISK "loaders: {\n arm64-uefi = \"x64/ipxe.efi\"; };\n",
	  "chain.platform:5" },
	{ "one file for two architectures", HEAD PROFILES DISK "loaders: {\n x64-uefi = \"ipxe.efi\";\n"
	  " arm64-uefi = \"ipxe.efi\"; };\n", "chain.platform:6" },
	{ "one file for BIOS and UEFI", HEAD PROFILES DISK "loaders: {\n bios = \"boot\"; x64-uefi = \"boot\"; };\n",
	  "chain.platform:5" },
	{ "one name, stock builds", "server: { address = \"10.77.0.1\"; root = \"/srv\"; tftp = \"tftp-hpa\";\n"
	  "one_name = \"netboot.0\"; };\n" PROFILES DISK, "chain.loop:2" },
	{ "one name, UEFI alone", "server: { address = \"10.77.0.1\"; root = \"/srv\"; tftp = \"tftp-hpa\";\n"
	  "serve = [ \"x64-uefi\" ]; one_name = \"netboot.0\"; };\n" PROFILES DISK, "" },
	{ "one name, an own build", "server: { address = \"10.77.0.1\"; root = \"/srv\"; tftp = \"tftp-hpa\";\n"
	  "one_name = \"netboot.0\"; };\n" PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n", "" },
	{ "one name, an own build for the machines that need it", "server: { address = \"10.77.0.1\"; root = \"/srv\"; tftp = \"tftp-hpa\";\n"
	  "one_name = \"netboot.0\"; };\n" PROFILES DISK "ipxe: { build = { user_class = \"iPXE-own\"; arch = \"bios\"; }; };\n", "" },
	{ "one name, an own build for the others", "server: { address = \"10.77.0.1\"; root = \"/srv\"; tftp = \"tftp-hpa\";\n"
	  "one_name = \"netboot.0\"; };\n" PROFILES DISK "ipxe: { build = { user_class = \"iPXE-own\"; arch = \"x64-uefi\"; }; };\n",
	  "chain.loop:2" },
	{ "one name, an own build that is not the loader", "server: { address = \"10.77.0.1\"; root = \"/srv\"; tftp = \"tftp-hpa\";\n"
	  "one_name = \"netboot.0\"; };\n" PROFILES DISK
	  "ipxe: { build = { user_class = \"iPXE-own\"; files = ( { arch = \"bios\"; file = \"own.kpxe\"; } ); }; };\n", "chain.loop:2" },
	{ "an own build whose files are not the loaders", HEAD PROFILES DISK "loaders: {\n x64-uefi = \"stock/ipxe.efi\"; };\n"
	  "ipxe: { build = { user_class = \"iPXE-own\"; files = ( { arch = \"x64-uefi\"; file = \"own.efi\"; } ); }; };\n", "chain.loop:5" },
	{ "an own build for others alone", HEAD PROFILES DISK "loaders: {\n x64-uefi = \"stock/ipxe.efi\"; };\n"
	  "ipxe: { build = { user_class = \"iPXE-own\"; files = ( { arch = \"bios\"; file = \"undionly.kpxe\"; } ); }; };\n", "" },
	{ "no HTTP", "server: { address = \"10.77.0.1\"; root = \"/srv\"; };\n" PROFILES DISK, "chain.http:1" },
	{ "a host's foreign loader and an own build", HEAD PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n"
	  "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; loader = \"stock/ipxe.efi\"; } );\n", "" },
	{ "a host's script as loader", HEAD PROFILES DISK
	  "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; loader = \"boot.ipxe\"; } );\n", "chain.platform:4" },
	{ "two slashes", HEAD "profiles: {\n p: { kernel = \"http://10.77.0.1:8080//k\"; };\n q: { chain = \"http:///10.77.0.1/b\"; };\n"
	  " r: { chain = \"http://10.77.0.1/b?a//b\"; }; };\nboot = \"m\"; menus: { m: { entries = ( { profile = \"p\"; }, "
	  "{ profile = \"q\"; }, { profile = \"r\"; } ); }; };\n", "chain.slashes:3 chain.slashes:4" },

	/* By themselves in a circle. */
	{ "everybody chains to the dispatcher", HEAD PROFILES "boot = \"again\";\n", "chain.loop:2" },
	{ "by its URL", HEAD "profiles: {\n p: { chain = \"http://10.77.0.1:8080/boot.ipxe\"; }; };\nboot = \"p\";\n", "chain.loop:3" },
	{ "a host chains to the dispatcher", HEAD PROFILES DISK "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; "
	  "boot = \"again\"; } );\n", "chain.loop:2" },
	{ "to its group's script", HEAD "profiles: {\n p: { chain = \"groups/g.ipxe\"; }; disk: { action = \"disk\"; }; };\n" DISK
	  "groups: ( { name = \"g\"; boot = \"p\"; match = { mac = \"52:54\"; }; } );\n", "chain.loop:3" },
	{ "to another group's script", HEAD "profiles: {\n p: { chain = \"groups/h.ipxe\"; }; disk: { action = \"disk\"; }; };\n" DISK
	  "groups: ( { name = \"g\"; boot = \"p\"; match = { mac = \"52:54\"; }; },\n"
	  "{ name = \"h\"; boot = \"disk\"; match = { mac = \"52:55\"; }; } );\n", "" },
	{ "to a host's script", HEAD "profiles: {\n p: { chain = \"hosts/52-54-00-00-00-01.ipxe\"; }; disk: { action = \"disk\"; }; };\n"
	  DISK "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"p\"; } );\n", "chain.loop:3" },
	{ "once, to the dispatcher", HEAD PROFILES DISK "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"disk\"; "
	  "once = \"again\"; } );\n", "chain.loop:2" },
	{ "after once, to the dispatcher", HEAD PROFILES DISK "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; "
	  "boot = \"disk\"; once = \"other\"; then = \"again\"; } );\n", "chain.loop:2" },
	{ "a timeout takes the way back", HEAD PROFILES MENU "menus: {\n main: { timeout = 5; default = \"sub\"; entries = ( "
	  "{ menu = \"sub\"; }, { profile = \"disk\"; } ); };\n sub: { timeout = 5; entries = ( { back = \"Back\"; }, "
	  "{ profile = \"disk\"; } ); }; };\n", "chain.loop:5" },
	{ "to the loader", HEAD "profiles: {\n p: { efi = \"snponly.efi\"; }; };\nboot = \"p\";\n", "chain.loop:3" },
	{ "to somebody else", HEAD PROFILES "boot = \"other\";\n", "" },
	{ "a timeout takes what leads back", HEAD PROFILES MENU "menus: {\n main: { timeout = 5; default = \"loop\"; "
	  "entries = ( { profile = \"loop\"; }, { profile = \"disk\"; } ); }; };\n", "chain.loop:2" },
	{ "by hand it may", HEAD PROFILES MENU "menus: { main: { timeout = 5; default = \"disk\"; "
	  "entries = ( { profile = \"again\"; }, { profile = \"disk\"; } ); }; };\n", "" },
	{ "two menus send each other on", HEAD PROFILES MENU "menus: {\n main: { timeout = 5; default = \"sub\"; entries = ( "
	  "{ menu = \"sub\"; }, { profile = \"disk\"; } ); };\n sub: { timeout = 5; default = \"main\"; entries = ( "
	  "{ menu = \"main\"; } ); }; };\n", "chain.loop:5" },
	{ "a timeout without default takes the first", HEAD PROFILES MENU "menus: {\n main: { timeout = 5; "
	  "entries = ( { profile = \"loop\"; }, { profile = \"disk\"; } ); }; };\n", "chain.loop:2" },
	{ "a password stops it", HEAD PROFILES MENU "menus: { main: { timeout = 5; "
	  "entries = ( { profile = \"loop\"; password = \"x\"; }, { profile = \"disk\"; } ); }; };\n", "" },
	{ "a host's own default", HEAD PROFILES MENU "menus: {\n main: { timeout = 5; default = \"disk\"; "
	  "entries = ( { profile = \"loop\"; }, { profile = \"disk\"; } ); }; };\n"
	  "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; default = \"loop\"; } );\n", "chain.loop:2" },

	/* Groups. */
	{ "one group holds another", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { mac = \"52:54\"; "
	  "arch = \"bios\"; }; },\n { name = \"b\"; boot = \"bios\"; match = { mac = \"52:54:00\"; firmware = \"bios\"; }; } );\n",
	  "group.tie:5 group.shadowed:5" },
	{ "two groups together", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { firmware = \"bios\"; "
	  "mac = \"52:54\"; }; }, { name = \"b\"; boot = \"other\"; match = { firmware = \"uefi\"; mac = \"52:54\"; }; },\n"
	  "{ name = \"c\"; boot = \"disk\"; match = { mac = \"52:54\"; }; } );\n", "group.not-served:5" },
	{ "a machine left over", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { arch = \"bios\"; "
	  "mac = \"52:54\"; }; }, { name = \"b\"; boot = \"other\"; match = { arch = \"x64-uefi\"; mac = \"52:54\"; }; },\n"
	  "{ name = \"c\"; boot = \"disk\"; match = { mac = \"52:54\"; }; } );\n", "" },
	{ "all values of a term", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { product = [ \"x\", \"y\" ]; "
	  "}; },\n { name = \"b\"; boot = \"other\"; match = { product = \"y\"; }; } );\n", "group.shadowed:5" },
	{ "nested networks", "server: { address = \"10.77.0.1\"; root = \"/srv\"; http = \"http://10.77.0.1\"; dhcp = { range = "
	  "\"10.1.0.1,10.1.0.9,1h\"; }; };\n" PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { subnet = \"10.0.0.0/8\"; }; },\n"
	  "{ name = \"b\"; boot = \"disk\"; match = { subnet = \"10.1.0.0/16\"; }; } );\n", "group.tie:5 group.shadowed:5" },
	{ "not served", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { arch = \"riscv64-uefi\"; }; } );\n",
	  "group.not-served:4" },
	{ "served by its own loader", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { arch = \"riscv64-uefi\"; }; "
	  "loader = \"one.efi\"; } );\n", "" },
	{ "a loader by what all firmware says", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"disk\"; match = { vendor_class = "
	  "\"PXEClient\"; arch = \"x64-uefi\"; }; loader = \"undionly.kpxe\"; } );\n", "chain.platform:4" },
	{ "a loader for some machines of a group without one", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"disk\"; match = { "
	  "arch = \"x64-uefi\"; firmware = \"uefi\"; mac = \"52\"; }; },\n{ name = \"b\"; boot = \"disk\"; match = { "
	  "arch = [\"bios\", \"x64-uefi\"]; mac = \"52:54\"; }; loader = \"undionly.kpxe\"; } );\n", "chain.platform:5" },
	{ "a tie of loaders", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"disk\"; match = { arch = \"x64-uefi\"; "
	  "mac = \"52\"; }; loader = \"one.efi\"; },\n{ name = \"b\"; boot = \"disk\"; match = { arch = \"x64-uefi\"; mac = \"52:54\"; }; "
	  "loader = \"two.efi\"; } );\n", "group.tie:5 group.shadowed:5" },
	{ "ties", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { mac = \"52:54\"; }; },\n"
	  "{ name = \"b\"; boot = \"disk\"; match = { product = \"x\"; }; },\n"
	  "{ name = \"c\"; boot = \"other\"; match = { manufacturer = \"x\"; }; } );\n", "group.tie:5 group.tie:6" },
	{ "ties with several groups are told once", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"disk\"; match = { mac = \"52:54\"; }; },\n"
	  "{ name = \"b\"; boot = \"disk\"; match = { product = \"x\"; }; },\n"
	  "{ name = \"c\"; boot = \"other\"; match = { manufacturer = \"x\"; }; } );\n", "group.tie:6" },
	{ "a third group decides between them", HEAD PROFILES DISK "groups: ( { name = \"a\"; boot = \"other\"; match = { manufacturer = \"x\"; }; },\n"
	  "{ name = \"b\"; boot = \"disk\"; match = { product = \"x\"; }; },\n"
	  "{ name = \"c\"; boot = \"bios\"; match = { manufacturer = \"x\"; product = \"x\"; }; } );\n", "" },

	/* Menus. */
	{ "an entry for nobody who comes", HEAD PROFILES MENU "menus: { main: { entries = ( { profile = \"disk\"; },\n"
	  "{ profile = \"other\"; arch = \"riscv64-uefi\"; } ); }; };\n", "menu.dead-entry:5" },
	{ "an entry for a group that boots something else", HEAD PROFILES MENU "menus: { main: { entries = ( { profile = \"disk\"; },\n"
	  "{ profile = \"other\"; groups = \"g\"; } ); }; };\n"
	  "groups: ( { name = \"g\"; boot = \"disk\"; match = { mac = \"52:54\"; }; } );\n", "menu.dead-entry:5" },
	{ "an entry for a host that comes", HEAD PROFILES MENU "menus: { main: { entries = ( { profile = \"disk\"; },\n"
	  "{ profile = \"other\"; hosts = \"h\"; } ); }; };\n"
	  "hosts: ( { name = \"g\"; mac = \"52:54:00:00:00:02\"; }, { name = \"h\"; mac = \"52:54:00:00:00:01\"; } );\n", "" },
	{ "an entry for a host that boots the disk", HEAD PROFILES MENU "menus: { main: { entries = ( { profile = \"disk\"; },\n"
	  "{ profile = \"other\"; hosts = \"h\"; } ); }; };\n"
	  "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"disk\"; } );\n", "menu.dead-entry:5" },
	{ "a default that UEFI doesn't see", HEAD PROFILES MENU "menus: {\n main: { timeout = 5; default = \"bios\"; "
	  "entries = ( { profile = \"disk\"; }, { profile = \"bios\"; } ); }; };\n", "menu.default-hidden:5" },
	{ "a host's default that it doesn't see", HEAD PROFILES MENU "menus: { main: { timeout = 5; default = \"disk\"; "
	  "entries = ( { profile = \"disk\"; }, { profile = \"other\"; hosts = \"g\"; } ); }; };\n"
	  "hosts: ( { name = \"g\"; mac = \"52:54:00:00:00:02\"; },\n"
	  "{ name = \"h\"; mac = \"52:54:00:00:00:01\"; default = \"other\"; } );\n", "menu.default-hidden:6" },
	{ "nothing for UEFI", HEAD PROFILES MENU "menus: {\n main: { entries = ( { profile = \"bios\"; } ); }; };\n", "menu.empty:5" },
	{ "no way out", HEAD PROFILES MENU "menus: {\n main: { entries = ( { menu = \"sub\"; }, { profile = \"other\"; arch = \"bios\"; } ); };\n"
	  " sub: { entries = ( { menu = \"main\"; } ); }; };\n", "menu.no-way-out:5 menu.no-way-out:6" },
};

/* Notes of what nobody uses would be in nearly every row. */
static bool is_of_interest(const struct pxeboot_diagnostic *finding)
{
	return strcmp(finding->id, "menu.unreached") != 0 && strcmp(finding->id, "menu.timeout-without-default") != 0 &&
	       strcmp(finding->id, "menu.locked-default") != 0;
}

static char *findings_of(const char *policy_text)
{
	struct pxeboot_policy *policy = policy_of(policy_text);
	struct pxeboot_diagnostics *diagnostics;
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_proof proof = { 0 };
	struct text line = TEXT_INIT;
	char *bytes;

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_prove(policy, NULL, NULL, diagnostics, &proof), 0);
	ck_assert_uint_gt(proof.classes, 0);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		if (is_of_interest(finding))
			text_addf(&line, "%s%s:%u", line.length ? " " : "", finding->id, finding->line);
	ck_assert_int_eq(text_take(&line, &bytes, NULL), 0);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
	return bytes;
}

START_TEST(finds_each_fault)
{
	char *found = findings_of(rows[_i].policy);

	ck_assert_msg(strcmp(found, rows[_i].expected) == 0, "%s: expected '%s', got '%s'", rows[_i].what, rows[_i].expected,
		      found);
	free(found);
}
END_TEST

START_TEST(tells_what_nobody_reaches)
{
	struct pxeboot_policy *policy = policy_of(HEAD PROFILES DISK "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; "
						  "boot = \"other\"; once = \"bios\"; } );\n");
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_proof proof;

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_prove(policy, NULL, NULL, diagnostics, &proof), 0);
	/* again and loop; disk, other and bios are somebody's. */
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 2);
	ck_assert(has_finding(diagnostics, "menu.unreached", 2));
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
}
END_TEST

/* A host is one machine: what it would not see on another architecture than its own is worth a note only. */
static const struct {
	const char *entry;
	enum pxeboot_severity severity;
} defaults_of_hosts[] = {
	{ "{ profile = \"bios\"; }", PXEBOOT_NOTE },
	{ "{ profile = \"bios\"; hosts = \"g\"; }", PXEBOOT_WARNING },
};

START_TEST(weighs_a_hosts_default)
{
	struct text policy_text = TEXT_INIT;
	struct pxeboot_diagnostics *diagnostics;
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_policy *policy;
	struct pxeboot_proof proof;
	size_t found = 0;

	text_addf(&policy_text, HEAD PROFILES MENU "menus: { main: { timeout = 5; default = \"disk\"; entries = ( "
		  "{ profile = \"disk\"; }, %s ); }; };\nhosts: ( { name = \"g\"; mac = \"52:54:00:00:00:02\"; },\n"
		  "{ name = \"h\"; mac = \"52:54:00:00:00:01\"; default = \"bios\"; } );\n", defaults_of_hosts[_i].entry);
	policy = policy_of(policy_text.bytes);
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_prove(policy, NULL, NULL, diagnostics, &proof), 0);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		if (strcmp(finding->id, "menu.default-hidden") == 0) {
			ck_assert_int_eq(finding->severity, defaults_of_hosts[_i].severity);
			ck_assert_uint_eq(finding->line, 6);
			found++;
		}
	ck_assert_uint_eq(found, 1);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
	text_free(&policy_text);
}
END_TEST

/* ---- What was looked at ------------------------------------------------------------------------------------------ */

struct look {
	const char *path;
	struct pxeboot_program program;
};

static bool look(void *look_context, const char *path, struct pxeboot_program *ret_program)
{
	const struct look *look = look_context;

	if (strcmp(path, look->path) != 0)
		return false;
	*ret_program = look->program;
	return true;
}

static const struct {
	const char *what, *policy, *expected;
	struct look look;
} looked[] = {
	{ "a stock iPXE where an own build is said to be", HEAD PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n", "chain.loop",
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, true, false, false, false, 0, "" } } },
	{ "the same, with a script in it", HEAD PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n", "chain.loop",
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, true, true, false, false, 0, "" } } },
	{ "the same, that looks for autoexec.ipxe first", HEAD PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n", NULL,
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, true, false, true, false, 0, "" } } },
	{ "which DHCP must be asked for, where it picks groups", HEAD PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n"
	  "groups: ( { name = \"g\"; match = { mac = \"52:54:00\"; }; boot = \"disk\"; } );\n", "chain.loop",
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, true, false, true, false, 0, "" } } },
	{ "which is not beside a loader in a folder", HEAD PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n"
	  "loaders: { x64-uefi = \"efi/snponly.efi\"; };\n", "chain.loop",
	  { "efi/snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, true, false, true, false, 0, "" } } },
	{ "a text-only build to replace others by", HEAD PROFILES DISK "ipxe: { replace = \"text-only\"; };\n", "chain.replace",
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false, false, false, true, 0, "" } } },
	{ "a newer one", HEAD PROFILES DISK "ipxe: { replace = \"text-only\"; };\n", NULL,
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false, false, true, false, 0, "" } } },
	{ "a text-only build that replaces none", HEAD PROFILES DISK, NULL,
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false, false, false, true, 0, "" } } },
	{ "machine code of another architecture", HEAD PROFILES DISK, "chain.platform",
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_ARM64_UEFI, true, false, false, false, false, false, 0, "" } } },
	{ "unsigned, for a host", HEAD PROFILES DISK "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; secure = true; } );\n",
	  "chain.secure",
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false, false, false, false, 0, "" } } },
	{ "unsigned, for a group", HEAD PROFILES DISK "groups: ( { name = \"g\"; match = { product = \"x\"; }; boot = \"disk\"; "
	  "secure = true; } );\n", "chain.secure",
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false, false, false, false, 0, "" } } },
	{ "signed", HEAD PROFILES DISK "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; secure = true; } );\n", NULL,
	  { "snponly.efi", { PXEBOOT_PROGRAM_SHIM, false, true, PXEBOOT_ARCH_X64_UEFI, true, true, false, false, false, false, 0, "" } } },
	{ "unsigned, for nobody secure", HEAD PROFILES DISK, NULL,
	  { "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false, false, false, false, 0, "" } } },
};

START_TEST(believes_bytes)
{
	struct pxeboot_policy *policy = policy_of(looked[_i].policy);
	struct pxeboot_diagnostics *diagnostics;
	struct look context = looked[_i].look;
	struct pxeboot_proof proof;
	size_t faults = 0;

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_prove(policy, look, &context, diagnostics, &proof), 0);
	for (size_t i = 0; i < pxeboot_diagnostics_count(diagnostics); i++)
		faults += pxeboot_diagnostics_get(diagnostics, i)->severity == PXEBOOT_ERROR;
	ck_assert_msg(faults == (looked[_i].expected ? 1 : 0), "%s: %zu faults", looked[_i].what, faults);
	ck_assert_msg(!looked[_i].expected || has_finding(diagnostics, looked[_i].expected, 0), "%s", looked[_i].what);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
}
END_TEST

/* What a text-only iPXE is replaced by is an iPXE again; whatever else it is, the finding says so. */
static const struct {
	const char *setting;
	enum pxeboot_program_kind kind;
	const char *expected;
} replacements[] = {
	{ "ipxe: { replace = \"text-only\"; };\n", PXEBOOT_PROGRAM_GRUB,
	  "ipxe.replace: a text-only iPXE on x64-uefi is replaced by 'snponly.efi', expected an iPXE, got GRUB" },
	{ "", PXEBOOT_PROGRAM_GRUB, NULL },
	{ "ipxe: { replace = \"text-only\"; };\n", PXEBOOT_PROGRAM_IPXE, NULL },
	{ "ipxe: { replace = \"text-only\"; };\n", PXEBOOT_PROGRAM_SHIM, NULL },
	{ "ipxe: { replace = \"text-only\"; };\n", PXEBOOT_PROGRAM_UNKNOWN, NULL },
};

START_TEST(another_program_replaces_no_ipxe)
{
	struct look context = { "snponly.efi", { replacements[_i].kind, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false,
						 false, true, false, 0, "" } };
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_policy *policy;
	const char *got = NULL;
	struct pxeboot_proof proof;
	char text[1024];

	snprintf(text, sizeof(text), HEAD PROFILES DISK "%s", replacements[_i].setting);
	policy = policy_of(text);
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_prove(policy, look, &context, diagnostics, &proof), 0);
	for (size_t i = 0; i < pxeboot_diagnostics_count(diagnostics); i++)
		if (strcmp(pxeboot_diagnostics_get(diagnostics, i)->id, "chain.replace-other") == 0)
			got = pxeboot_diagnostics_get(diagnostics, i)->text;
	ck_assert_pstr_eq(got, replacements[_i].expected);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Secure Boot --------------------------------------------------------------------------------------------------- */

/* Loaders by what they are: "old" is signed with one of Microsoft's keys alone, "own" by a stranger. */
static bool look_at_signatures(void *look_context, const char *path, struct pxeboot_program *ret_program)
{
	static const struct look looks[] = {
		{ "snponly.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false, false, false, false, 0, "" } },
		{ "old.efi", { PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_X64_UEFI, true, true, true, false, false, false,
		  PXEBOOT_AUTHORITY_MICROSOFT_2011, "" } },
		{ "own.efi", { PXEBOOT_PROGRAM_GRUB, false, true, PXEBOOT_ARCH_X64_UEFI, true, true, false, false, false, false,
		  PXEBOOT_AUTHORITY_OTHER, "Lab" } },
		{ "shim.efi", { PXEBOOT_PROGRAM_SHIM, false, true, PXEBOOT_ARCH_X64_UEFI, true, true, false, false, false, false,
		  PXEBOOT_AUTHORITIES_SOLD, "" } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		if (strcmp(path, looks[i].path) == 0) {
			*ret_program = looks[i].program;
			return true;
		}
	return false;
}

#define GRUB_HEAD "server: { address = \"10.77.0.1\"; root = \"/srv\"; http = \"http://10.77.0.1:8080\"; menus = \"grub\"; };\n"
#define HOST "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; secure = true; "

static const struct {
	const char *what, *policy;
	size_t errors, all;
} secured[] = {
	{ "a note on the first program, and an unsigned second one", HEAD PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n"
	  HOST "loader = \"old.efi\"; } );\n", 1, 2 },
	{ "a stranger's GRUB, which can't boot it", GRUB_HEAD PROFILES "boot = \"other\";\n" HOST "loader = \"own.efi\"; } );\n", 1, 1 },
	{ "a stranger's GRUB, which can", GRUB_HEAD PROFILES DISK HOST "loader = \"own.efi\"; } );\n", 0, 1 },
	{ "a loader of its own where its architecture has none", "server: { address = \"10.77.0.1\"; root = \"/srv\"; serve = \"bios\"; };\n"
	  PROFILES DISK HOST "loader = \"snponly.efi\"; } );\n", 1, 1 },
	{ "a group with a signed loader", HEAD PROFILES DISK "groups: ( { name = \"g\"; match = { arch = \"x64-uefi\"; mac = \"52:54:00\"; }; "
	  "boot = \"disk\"; loader = \"shim.efi\"; } );\n" HOST "} );\n", 0, 1 },
	{ "the same host, and one like it outside of the group", HEAD PROFILES DISK "groups: ( { name = \"g\"; match = { arch = \"x64-uefi\"; "
	  "mac = \"52:54:00\"; }; boot = \"disk\"; loader = \"shim.efi\"; } );\n" HOST "}, "
	  "{ name = \"i\"; mac = \"52:54:11:00:00:01\"; secure = true; } );\n", 1, 2 },
};

START_TEST(looks_at_all_that_is_started)
{
	struct pxeboot_policy *policy = policy_of(secured[_i].policy);
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_proof proof;
	size_t errors = 0, all = 0;

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_prove(policy, look_at_signatures, NULL, diagnostics, &proof), 0);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++) {
		if (strcmp(finding->id, "chain.secure") != 0)
			continue;
		errors += finding->severity == PXEBOOT_ERROR;
		all++;
	}
	ck_assert_msg(errors == secured[_i].errors && all == secured[_i].all, "%s: %zu errors of %zu", secured[_i].what, errors, all);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Classes -------------------------------------------------------------------------------------------------------- */

/* However many hosts: those that are alike are one class. */
START_TEST(hosts_fall_into_classes)
{
	struct text policy_text = TEXT_INIT;
	struct pxeboot_policy *policy;
	struct pxeboot_proof few, many;
	char *bytes;

	for (unsigned n = 2; n <= 2000; n *= 1000) {
		text_add(&policy_text, HEAD PROFILES DISK "hosts: (\n");
		for (unsigned i = 0; i < n; i++)
			text_addf(&policy_text, "%s{ name = \"h%u\"; mac = \"52:54:00:00:%02x:%02x\"; boot = \"%s\"; }", i ? "," : "", i,
				  i >> 8, i & 255, i % 2 ? "other" : "disk");
		text_add(&policy_text, ");\n");
		ck_assert_int_eq(text_take(&policy_text, &bytes, NULL), 0);
		policy = policy_of(bytes);
		ck_assert_int_eq(pxeboot_policy_prove(policy, NULL, NULL, NULL, n == 2 ? &few : &many), 0);
		pxeboot_policy_unref(policy);
		free(bytes);
	}
	ck_assert_uint_eq(few.classes, many.classes);
	ck_assert_uint_eq(few.booting, many.booting);
}
END_TEST

/* ---- One walk ---------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *policy, *facts;
	enum pxeboot_verdict verdict;
	const char *files;		/* that are handed out, blanks between them */
	size_t back_to;
} walks[] = {
	{ HEAD PROFILES DISK, "arch=7", PXEBOOT_VERDICT_BOOTS, "snponly.efi http://10.77.0.1:8080/boot.ipxe", 0 },
	{ HEAD PROFILES DISK, "arch=16", PXEBOOT_VERDICT_BOOTS,
	  "http://10.77.0.1:8080/snponly.efi http://10.77.0.1:8080/boot.ipxe", 0 },
	{ HEAD PROFILES DISK, "arch=7 user_class=iPXE", PXEBOOT_VERDICT_BOOTS, "http://10.77.0.1:8080/boot.ipxe", 0 },
	{ HEAD PROFILES DISK "ipxe: { user_class = \"iPXE-own\"; };\n", "arch=7 user_class=iPXE", PXEBOOT_VERDICT_BOOTS,
	  "snponly.efi http://10.77.0.1:8080/boot.ipxe", 0 },
	{ HEAD PROFILES DISK, "mac=52:54:00:00:00:01", PXEBOOT_VERDICT_NOTHING, "", 0 },
	{ HEAD PROFILES DISK, "arch=27", PXEBOOT_VERDICT_NOTHING, "", 0 },
	{ HEAD PROFILES DISK, "arch=0 mac=b8:27:eb:00:00:01", PXEBOOT_VERDICT_NOTHING, "", 0 },
	{ "server: { address = \"10.77.0.1\"; root = \"/srv\"; tftp = \"tftp-hpa\"; one_name = \"n.0\"; };\n" PROFILES DISK,
	  "arch=0 mac=52:54:00:00:00:01", PXEBOOT_VERDICT_LOOP, "n.0 n.0", 1 },
};

START_TEST(walks_a_chain)
{
	struct pxeboot_policy *policy = policy_of(walks[_i].policy);
	struct pxeboot_client *client = client_of(walks[_i].facts);
	struct text files = TEXT_INIT;
	struct pxeboot_chooser chooser;
	struct pxeboot_walk *walk;
	char *bytes;

	pxeboot_policy_chooser(policy, &chooser);
	ck_assert_int_eq(pxeboot_walk_new(&chooser, client, &walk), 0);
	ck_assert_str_eq(pxeboot_verdict_name(walk->verdict), pxeboot_verdict_name(walks[_i].verdict));
	for (size_t i = 0; i < walk->n_steps; i++)
		if (walk->steps[i].answer.file)
			text_addf(&files, "%s%s", i ? " " : "", walk->steps[i].answer.file);
	ck_assert_int_eq(text_take(&files, &bytes, NULL), 0);
	ck_assert_str_eq(bytes, walks[_i].files);
	ck_assert_uint_eq(walk->verdict == PXEBOOT_VERDICT_LOOP ? walk->back_to : 0, walks[_i].back_to);
	free(bytes);
	pxeboot_walk_free(walk);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* Everybody gets another build of iPXE, the last of them the first one again. */
static void choose_next_build(const void *context, const struct pxeboot_client *client, struct pxeboot_answer *ret_answer)
{
	static const char *const builds[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };
	const size_t *n_builds = context;
	const char *user_class;
	size_t next = pxeboot_client_get(client, PXEBOOT_FACT_USER_CLASS, &user_class) ? 0 : (size_t)atoi(user_class) + 1;

	*ret_answer = (struct pxeboot_answer){ .file = "ipxe.efi", .user_class = builds[next % *n_builds] };
}

/* A loop is one that was seen to come back; of what is longer nothing is known. */
START_TEST(walks_have_an_end)
{
	size_t n_builds = PXEBOOT_STEPS_MAX - 1 + (size_t)_i;
	const struct pxeboot_chooser chooser = { .context = &n_builds, .choose = choose_next_build };
	struct pxeboot_client *client = client_of("arch=7");
	struct pxeboot_walk *walk;

	ck_assert_int_eq(pxeboot_walk_new(&chooser, client, &walk), 0);
	ck_assert_int_eq(walk->verdict, _i ? PXEBOOT_VERDICT_UNKNOWN : PXEBOOT_VERDICT_LOOP);
	ck_assert_uint_eq(walk->n_steps, PXEBOOT_STEPS_MAX);
	ck_assert(walk->verdict != PXEBOOT_VERDICT_LOOP || walk->back_to == 1);
	pxeboot_walk_free(walk);
	pxeboot_client_unref(client);
}
END_TEST

/* ---- Names ------------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *file;
	enum pxeboot_program_kind kind;
	bool bios, uefi;
	int arch;
} names[] = {
	{ "", PXEBOOT_PROGRAM_UNKNOWN, false, false, PXEBOOT_ARCH_NONE },
	{ "/", PXEBOOT_PROGRAM_UNKNOWN, false, false, PXEBOOT_ARCH_NONE },
	{ "http://x64.efi", PXEBOOT_PROGRAM_UNKNOWN, false, false, PXEBOOT_ARCH_NONE },
	{ "vmlinuz", PXEBOOT_PROGRAM_UNKNOWN, false, false, PXEBOOT_ARCH_NONE },
	{ "undionly.kpxe", PXEBOOT_PROGRAM_IPXE, true, false, PXEBOOT_ARCH_BIOS },
	{ "netboot.xyz.kpxe", PXEBOOT_PROGRAM_IPXE, true, false, PXEBOOT_ARCH_BIOS },
	{ "netboot.xyz.efi", PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_NONE },
	{ "netboot.xyz-arm64.efi", PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_ARM64_UEFI },
	{ "snponly.efi", PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_NONE },
	{ "bin-arm64-efi/SNPONLY.EFI", PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_ARM64_UEFI },
	{ "ipxe-i386.efi", PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_IA32_UEFI },
	{ "http://arm64.lab/ipxe.efi?arch=x64", PXEBOOT_PROGRAM_IPXE, false, true, PXEBOOT_ARCH_NONE },
	{ "grubnetx64.efi.signed", PXEBOOT_PROGRAM_GRUB, false, true, PXEBOOT_ARCH_X64_UEFI },
	{ "boot/grub/i386-pc/core.0", PXEBOOT_PROGRAM_GRUB, true, false, PXEBOOT_ARCH_BIOS },
	{ "shimaa64.efi", PXEBOOT_PROGRAM_SHIM, false, true, PXEBOOT_ARCH_ARM64_UEFI },
	{ "lpxelinux.0", PXEBOOT_PROGRAM_PXELINUX, true, false, PXEBOOT_ARCH_BIOS },
	{ "syslinux.efi", PXEBOOT_PROGRAM_PXELINUX, false, true, PXEBOOT_ARCH_NONE },
	{ "bootx64.efi", PXEBOOT_PROGRAM_UNKNOWN, false, true, PXEBOOT_ARCH_X64_UEFI },
	{ "boot/wdsnbp.com", PXEBOOT_PROGRAM_UNKNOWN, true, false, PXEBOOT_ARCH_BIOS },
	{ "boot.ipxe", PXEBOOT_PROGRAM_SCRIPT, false, false, PXEBOOT_ARCH_NONE },
	{ "http://10.0.0.1:8080/boot.ipxe?mac=${net0/mac}", PXEBOOT_PROGRAM_SCRIPT, false, false, PXEBOOT_ARCH_NONE },
};

START_TEST(knows_programs_by_name)
{
	struct pxeboot_program program;

	pxeboot_program_by_name(names[_i].file, &program);
	ck_assert_msg(program.kind == names[_i].kind && program.bios == names[_i].bios && program.uefi == names[_i].uefi &&
		      program.arch == names[_i].arch && !program.looked, "'%s': %s, %d %d, %d", names[_i].file,
		      pxeboot_program_kind_name(program.kind), program.bios, program.uefi, program.arch);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proof");
	TCase *tcase = tcase_create("proof");

	tcase_add_loop_test(tcase, finds_each_fault, 0, ARRAY_SIZE(rows));
	tcase_add_test(tcase, tells_what_nobody_reaches);
	tcase_add_loop_test(tcase, weighs_a_hosts_default, 0, ARRAY_SIZE(defaults_of_hosts));
	tcase_add_loop_test(tcase, believes_bytes, 0, ARRAY_SIZE(looked));
	tcase_add_loop_test(tcase, another_program_replaces_no_ipxe, 0, ARRAY_SIZE(replacements));
	tcase_add_loop_test(tcase, looks_at_all_that_is_started, 0, ARRAY_SIZE(secured));
	tcase_add_test(tcase, hosts_fall_into_classes);
	tcase_add_loop_test(tcase, walks_a_chain, 0, ARRAY_SIZE(walks));
	tcase_add_loop_test(tcase, walks_have_an_end, 0, 3);
	tcase_add_loop_test(tcase, knows_programs_by_name, 0, ARRAY_SIZE(names));
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
