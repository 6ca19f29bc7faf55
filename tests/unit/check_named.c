/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render/, the files that a policy names: for whom, by which line, and what is not among them.
 */
#include <errno.h>

#include "base/macro.h"
#include "base/text.h"
#include "testing.h"

#define HEAD "server = { address = \"10.0.0.1\"; root = \"/srv\"; dhcp = { range = \"10.0.0.10,10.0.0.20,1h\"; }; };\n" \
	     "loaders = { bios = \"b.0\"; x64-uefi = \"x.efi\"; };\n"

/* Letters for architectures: x64, arm64, bios; '*' for all of them. */
static void add_archs(struct text *out, unsigned archs)
{
	static const struct { int arch; char letter; } letters[] = {
		{ PXEBOOT_ARCH_BIOS, 'b' }, { PXEBOOT_ARCH_X64_UEFI, 'x' }, { PXEBOOT_ARCH_ARM64_UEFI, 'a' },
	};

	if (archs == (1u << PXEBOOT_ARCH_COUNT) - 1)
		text_add(out, "*");
	for (size_t i = 0; i < ARRAY_SIZE(letters) && archs != (1u << PXEBOOT_ARCH_COUNT) - 1; i++)
		if (archs & 1u << letters[i].arch)
			text_add_char(out, letters[i].letter);
}

/* "path:line who/by group or default/named one by one", a line each; then how many are not looked at. */
static void list(const struct pxeboot_policy *policy, struct text *out)
{
	struct pxeboot_named_file file;
	struct pxeboot_named_files *files;
	size_t elsewhere, unknown;

	ck_assert_int_eq(pxeboot_named_files_new(policy, &files), 0);
	for (size_t i = 0; pxeboot_named_files_get(files, i, &file) == 0; i++) {
		if (file.role == PXEBOOT_ROLE_LOADER)
			continue;
		ck_assert_ptr_nonnull(pxeboot_role_name(file.role));
		ck_assert_uint_eq(file.anybody & ~file.archs, 0);
		ck_assert_uint_eq(file.meant & ~file.archs, 0);
		text_addf(out, "%s:%u ", file.path, file.line);
		add_archs(out, file.archs);
		text_add_char(out, '/');
		add_archs(out, file.anybody);
		text_add_char(out, '/');
		add_archs(out, file.meant);
		text_add(out, file.secure ? " secure\n" : "\n");
	}
	pxeboot_named_files_others(files, &elsewhere, &unknown);
	text_addf(out, "%zu %zu", elsewhere, unknown);
	pxeboot_named_files_free(files);
}

static const struct {
	const char *text, *expected;
} rows[] = {
	/* Nobody comes. */
	{ "profiles = { a = { kernel = \"a\"; }; d = { action = \"disk\"; }; };\nboot = \"d\";\n", "0 0" },
	/* Everybody does, or those whom the profile is for; initrds too. */
	{ "profiles = { a = { kernel = \"a\"; initrd = [ \"i\", \"j\" ]; }; };\nboot = \"a\";\n",
	  "a:3 bxa/bxa/\ni:3 bxa/bxa/\nj:3 bxa/bxa/\n0 0" },
	{ "profiles = { a = { kernel = \"a\"; arch = \"bios\"; }; };\nboot = \"a\";\n", "a:3 b/b/b\n0 0" },
	/* By a host: of whatever kind it is. */
	{ "profiles = { a = { kernel = \"a\"; }; d = { action = \"disk\"; }; };\n"
	  "hosts = ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"a\"; loader = \"own\"; } );\nboot = \"d\";\n",
	  "a:3 bxa//\nown:4 *//\n0 0" },
	/* By a group: of the architectures that it names. */
	{ "profiles = { d = { action = \"disk\"; }; };\n"
	  "groups = ( { name = \"g\"; match = { mac = \"52:54\"; }; boot = \"d\"; loader = \"own\"; },\n"
	  "{ name = \"u\"; match = { firmware = \"uefi\"; arch = [ \"bios\", \"x64-uefi\" ]; }; boot = \"d\"; loader = \"other\"; secure = true; } );\n"
	  "boot = \"d\";\n", "other:5 x/x/x secure\nown:4 */*/\n0 0" },
	/* For kernels: of one architecture each. */
	{ "profiles = { d = { action = \"disk\"; }; };\nipxe = { shim = { x64-uefi = \"shimx64.efi\"; }; };\nboot = \"d\";\n",
	  "shimx64.efi:4 x/x/x secure\n0 0" },
	/* The embedded script's own next one: of the machines that have the build, or all; of whom nothing is known. */
	{ "profiles = { d = { action = \"disk\"; }; };\nipxe = { embed = { next = \"n.ipxe\"; }; };\nboot = \"d\";\n",
	  "n.ipxe:4 bxa/bxa/\n0 0" },
	{ "profiles = { d = { action = \"disk\"; }; };\nvars = { site = \"s\"; };\nboot = \"d\";\n"
	  "ipxe = { build = { user_class = \"iPXE-a\"; arch = \"bios\"; };\nembed = { next = \"${site}${of:-/n}\"; }; };\n",
	  "s/n:7 b/b/\n0 0" },
	{ "profiles = { d = { action = \"disk\"; }; };\nipxe = { embed = { next = \"http://other/n.ipxe\"; }; };\nboot = \"d\";\n", "1 0" },
	{ "profiles = { d = { action = \"disk\"; }; };\nipxe = { embed = { next = \"${arch}.ipxe\"; }; };\nboot = \"d\";\n", "0 1" },
	{ "profiles = { d = { action = \"disk\"; }; };\nipxe = { embed = { next = \"$${product}.ipxe\"; }; };\nboot = \"d\";\n", "0 1" },
	{ "profiles = { d = { action = \"disk\"; }; };\nipxe = { embed = { next = \"${name}.ipxe\"; }; };\nboot = \"d\";\n", "0 1" },
	/* With a shim comes what it fetches from beside itself, which its name tells. */
	{ "profiles = { d = { action = \"disk\"; }; };\n"
	  "hosts = ( { name = \"a\"; mac = \"52:54:00:00:00:01\"; loader = \"efi/shimaa64.efi\"; },\n"
	  "{ name = \"b\"; mac = \"52:54:00:00:00:02\"; loader = \"snponly-shimx64.efi\"; secure = true; },\n"
	  "{ name = \"c\"; mac = \"52:54:00:00:00:03\"; loader = \"shim.efi\"; } );\nboot = \"d\";\n",
	  "efi/grubaa64.efi:4 *//\nefi/shimaa64.efi:4 *//\ngrubx64.efi:6 *//\nshim.efi:6 *//\n"
	  "snponly-shimx64.efi:5 *// secure\nsnponly.efi:5 *// secure\n0 0" },
	/* Once, and after that. */
	{ "profiles = { a = { kernel = \"a\"; }; b = { kernel = \"b/${name}\"; }; d = { action = \"disk\"; }; };\n"
	  "hosts = ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"d\"; once = \"a\"; then = \"b\"; } );\nboot = \"d\";\n",
	  "a:3 bxa//\nb/h:3 bxa//\n0 0" },
	/* By a group that names architectures, and one that does not. */
	{ "profiles = { a = { kernel = \"a\"; }; b = { kernel = \"b\"; }; d = { action = \"disk\"; }; };\n"
	  "groups = ( { name = \"g\"; match = { arch = \"arm64-uefi\"; }; boot = \"a\"; },\n"
	  "{ name = \"u\"; match = { firmware = \"uefi\"; manufacturer = \"M\"; }; boot = \"b\"; } );\nboot = \"d\";\n",
	  "a:3 a/a/a\nb:3 xa/xa/\n0 0" },
	/* By an entry of a menu for some. */
	{ "profiles = { a = { kernel = \"a\"; }; b = { kernel = \"b\"; }; d = { action = \"disk\"; }; };\n"
	  "menus = { m = { title = \"M\"; entries = ( { profile = \"a\"; arch = \"x64-uefi\"; }, { menu = \"n\"; }, { profile = \"d\"; } ); };\n"
	  "n = { title = \"N\"; entries = ( { profile = \"b\"; firmware = \"bios\"; }, { menu = \"m\"; }, { back = \"Back\"; } ); }; };\n"
	  "boot = \"m\";\n",
	  "a:3 x/x/x\nb:3 b/b/b\n0 0" },
	/* An entry for one host: nobody else comes. */
	{ "profiles = { a = { kernel = \"k/${name}\"; }; d = { action = \"disk\"; }; };\n"
	  "menus = { m = { title = \"M\"; entries = ( { profile = \"a\"; hosts = [ \"h1\" ]; }, { profile = \"d\"; } ); }; };\n"
	  "hosts = ( { name = \"h1\"; mac = \"52:54:00:00:00:01\"; boot = \"m\"; },\n"
	  "{ name = \"h2\"; mac = \"52:54:00:00:00:02\"; boot = \"m\"; } );\nboot = \"m\";\n", "k/h1:3 bxa//\n0 0" },
	/* With Secure Boot: a host's, a group's, and what another host shares. */
	{ "profiles = { a = { kernel = \"a\"; }; b = { kernel = \"b\"; }; c = { kernel = \"c\"; }; d = { action = \"disk\"; }; };\n"
	  "hosts = ( { name = \"h1\"; mac = \"52:54:00:00:00:01\"; boot = \"a\"; },\n"
	  "{ name = \"h2\"; mac = \"52:54:00:00:00:02\"; boot = \"a\"; secure = true; },\n"
	  "{ name = \"h3\"; mac = \"52:54:00:00:00:03\"; boot = \"c\"; } );\n"
	  "groups = ( { name = \"g\"; match = { arch = \"x64-uefi\"; }; boot = \"b\"; secure = true; } );\nboot = \"d\";\n",
	  "a:3 bxa// secure\nb:3 x/x/x secure\nc:3 bxa//\n0 0" },
	/* Variables: of everybody, of a host, with a default, of the machine; by architecture. */
	{ "vars = { v = \"one\"; };\nprofiles = { a = { kernel = \"${v}/${w:-two}\"; }; };\n"
	  "hosts = ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"a\"; vars = { w = \"three\"; }; } );\nboot = \"a\";\n",
	  "one/three:4 bxa//\none/two:4 bxa/bxa/\n0 0" },
	{ "profiles = { a = { kernel = \"${arch}/k\"; }; };\nboot = \"a\";\n",
	  "arm64-uefi/k:3 a/a/\nbios/k:3 b/b/\nx64-uefi/k:3 x/x/\n0 0" },
	{ "profiles = { a = { kernel = \"k/${uuid}\"; initrd = [ \"${serial:-x}/i\", \"$${version}/i\" ]; }; };\nboot = \"a\";\n", "0 3" },
	{ "profiles = { a = { kernel = \"k/${mac}\"; }; d = { action = \"disk\"; }; };\n"
	  "hosts = ( { name = \"h\"; mac = [ \"52:54:00:00:00:01\", \"52:54:00:00:00:02\" ]; boot = \"a\"; },\n"
	  "{ name = \"s\"; serial = \"S1\"; boot = \"a\"; } );\nboot = \"d\";\n",
	  "k/52:54:00:00:00:01:3 bxa//\nk/52:54:00:00:00:02:3 bxa//\n0 1" },
	/* URLs: the own TFTP server's, another one's. */
	{ "profiles = { a = { kernel = \"tftp://10.0.0.1/k/l\"; initrd = [ \"tftp://10.0.0.11/i\", \"http://10.0.0.1/i\" ]; }; };\n"
	  "boot = \"a\";\n", "k/l:3 bxa/bxa/\n2 0" },
	{ "vars = { host = \"10.0.0.1\"; };\nprofiles = { a = { kernel = \"tftp://${host}/k\"; initrd = \"tftp://${server}/i?x\"; }; };\n"
	  "boot = \"a\";\n", "k:4 bxa/bxa/\n0 1" },
	/* One file of two profiles: the first that names it, for all. */
	{ "profiles = { a = { kernel = \"k\"; arch = \"bios\"; };\nb = { kernel = \"k\"; arch = \"x64-uefi\"; }; };\n"
	  "menus = { m = { title = \"M\"; entries = ( { profile = \"a\"; }, { profile = \"b\"; } ); }; };\nboot = \"m\";\n",
	  "k:3 bx/bx/bx\n0 0" },
};

START_TEST(test_rows)
{
	CLEANUP_TEXT struct text text = TEXT_INIT, got = TEXT_INIT;
	struct pxeboot_policy *policy;

	text_addf(&text, "%s%s", HEAD, rows[_i].text);
	policy = policy_of(text.bytes);
	list(policy, &got);
	ck_assert_msg(strcmp(got.bytes, rows[_i].expected) == 0, "of\n%sgot\n%s\nexpected\n%s", rows[_i].text, got.bytes,
		      rows[_i].expected);
	pxeboot_policy_unref(policy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("named");
	TCase *files = tcase_create("files");

	tcase_add_loop_test(files, test_rows, 0, ARRAY_SIZE(rows));
	suite_add_tcase(suite, files);
	return run_suite(suite);
}
