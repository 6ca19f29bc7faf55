/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render: GRUB's and PXELINUX's files.  Quoting, and what is told of the things that they can't do.  Whole files are
 * compared in tests/golden/loaders.
 */
#include "testing.h"

#include <errno.h>

#include "base/text.h"
#include "render/grub.h"
#include "render/other.h"
#include "render/pxelinux.h"
#include "render/quote_grub.h"

START_TEST(grub_quoting_refuses_controls)
{
	static const char *const rows[] = { "bell\a", "two\nlines", "\x1b[31m", "delete\x7f", "a \r b" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP_TEXT struct text word = TEXT_INIT, words = TEXT_INIT;
		bool changed = true;

		ck_assert_msg(quote_grub_word(&word, rows[i]) == -EBADMSG, "%zu", i);
		ck_assert_msg(quote_grub_arguments(&words, rows[i], &changed) == -EBADMSG, "%zu", i);
		ck_assert(changed);
	}
}
END_TEST

/* What another implementation gives. */
START_TEST(grub_passwords)
{
	CLEANUP_TEXT struct text out = TEXT_INIT;

	ck_assert_int_eq(grub_add_password(&out, "ssssssssssss", "pppppp"), 0);
	ck_assert_ptr_eq(strstr(out.bytes, "grub.pbkdf2.sha512.1000.737373737373737373737373.31A9FFE7614D113E"), out.bytes);
	ck_assert_uint_eq(strlen(out.bytes), strlen("grub.pbkdf2.sha512.1000..") + 2 * 12 + 2 * 64);
}
END_TEST

START_TEST(grub_words)
{
	static const char *const rows[][2] = {
		{ "", "''" },
		{ "plain", "plain" },
		{ "linux/vmlinuz-6.1,x=y:z@w+", "linux/vmlinuz-6.1,x=y:z@w+" },
		{ "two  words", "'two  words'" },
		{ "it's", "'it'\\''s'" },
		{ "'", "\\'" },
		{ "a \"b\" $c `d` \\e", "'a \"b\" $c `d` \\e'" },
		{ "{ } ; # & | * ? ~ !", "'{ } ; # & | * ? ~ !'" },
		{ "done", "'done'" },
		{ "menuentry", "'menuentry'" },
		{ "dones", "dones" },
		{ "--id", "--id" },
		{ "Gr\xc3\xbc\xc3\x9f", "'Gr\xc3\xbc\xc3\x9f'" },
		{ "\x01name\x02", "\"${name}\"" },
		{ "a \x01name\x02 b", "'a '\"${name}\"' b'" },
		{ "\x01" "a\x02\x01" "b\x02", "\"${a}${b}\"" },
		{ "'\x01" "a\x02'", "\\'\"${a}\"\\'" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP_TEXT struct text out = TEXT_INIT;

		ck_assert_int_eq(quote_grub_word(&out, rows[i][0]), 0);
		ck_assert_str_eq(out.bytes, rows[i][1]);
	}
}
END_TEST

START_TEST(grub_arguments)
{
	static const struct {
		const char *text, *words;
		bool changed;
	} rows[] = {
		{ "", "", false },
		{ "   ", "", false },
		{ "quiet", " quiet", false },
		{ " a  b\tc ", " a b c", false },
		{ "a=\"b c\" d", " 'a=b c' d", false },
		{ "\"a b\"", " 'a b'", false },
		{ "a=\"\" b", " a= b", false },
		{ "a=\"b", " 'a=\"b'", true },
		{ "it's", " 'it'\\''s'", true },
		{ "back\\slash", " 'back\\slash'", true },
		{ "a=\"it's\"", " 'a=it'\\''s'", true },
		{ "role=\x01role\x02 x", " 'role='\"${role}\" x", false },
		{ "a=\"\x01role\x02 x\"", " 'a='\"${role}\"' x'", false },
		{ "--- if fi", " --- 'if' 'fi'", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP_TEXT struct text out = TEXT_INIT;
		bool changed = !rows[i].changed;

		ck_assert_int_eq(quote_grub_arguments(&out, rows[i].text, &changed), 0);
		ck_assert_str_eq(out.bytes ? out.bytes : "", rows[i].words);
		ck_assert_msg(changed == rows[i].changed, "%s", rows[i].text);
	}
}
END_TEST

/* No two names of a policy become one of GRUB's. */
START_TEST(grub_names)
{
	static const char *const rows[][2] = {
		{ "name", "var_name" }, { "a-b", "var_a_mb" }, { "a_b", "var_a__b" }, { "a_mb", "var_a__mb" },
		{ "a-_b", "var_a_m__b" }, { "a_-b", "var_a___mb" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP_TEXT struct text out = TEXT_INIT;

		grub_add_name(&out, "var", (struct slice){ rows[i][0], strlen(rows[i][0]) });
		ck_assert_str_eq(out.bytes, rows[i][1]);
	}
}
END_TEST

START_TEST(colours)
{
	static const struct {
		uint32_t rgb;
		unsigned colour;
	} rows[] = {
		{ 0x000000, 0 }, { 0x202020, 0 }, { 0x555555, 8 }, { 0xaaaaaa, 7 }, { 0xffffff, 15 }, { 0xe8e8f0, 15 },
		{ 0x3050a0, 4 }, { 0x88c0d0, 6 }, { 0xff0000, 9 }, { 0x800000, 1 }, { 0xffcc44, 11 }, { 0x101030, 4 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(other_colour(rows[i].rgb) == rows[i].colour, "#%06x: %u", (unsigned)rows[i].rgb,
			      other_colour(rows[i].rgb));
}
END_TEST

/* ---- Findings ----------------------------------------------------------------------------------------------------- */

#define BOTH "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; http = \"http://10.77.0.1\"; " \
	"menus = [ \"grub\", \"pxelinux\" ]; };\n"

/* The second line of each has what is told. */
static const struct {
	const char *id, *text;
	bool never;			/* or: is not told */
} findings[] = {
	{ "grub.profile", "profiles: { p: { san = \"iscsi:x\"; }; }; boot = \"p\";", false },
	{ "pxelinux.profile", "profiles: { p: { san = \"iscsi:x\"; }; }; boot = \"p\";", false },
	{ "grub.profile", "profiles: { p: { chain = \"x.ipxe\"; }; }; boot = \"p\";", false },
	{ "grub.profile", "profiles: { p: { wim = \"x.wim\"; }; }; boot = \"p\";", false },
	{ "pxelinux.profile", "profiles: { p: { wim = \"x.wim\"; }; }; boot = \"p\";", false },
	{ "pxelinux.profile", "profiles: { p: { chain = \"x.ipxe\"; }; }; boot = \"p\";", false },
	{ "grub.profile", "profiles: { p: { iso = \"x.iso\"; }; }; boot = \"p\";", false },
	{ "pxelinux.profile", "profiles: { p: { iso = \"x.iso\"; }; }; boot = \"p\";", true },
	{ "grub.profile", "profiles: { p: { action = \"config\"; }; }; boot = \"p\";", false },
	{ "grub.profile", "profiles: { p: { efi = \"x.efi\"; }; }; boot = \"p\";", true },
	{ "pxelinux.profile", "profiles: { p: { efi = \"x.efi\"; }; }; boot = \"p\";", false },
	{ "grub.profile", "profiles: { p: { action = \"disk\"; }; }; boot = \"p\";", true },
	{ "pxelinux.profile", "profiles: { p: { action = \"shell\"; }; }; boot = \"p\";", true },
	{ "grub.url", "profiles: { p: { kernel = \"https://x/y\"; }; }; boot = \"p\";", false },
	{ "grub.url", "profiles: { p: { kernel = \"http://x:80/y\"; }; }; boot = \"p\";", false },
	{ "grub.url", "profiles: { p: { kernel = \"http://x/y:z\"; }; }; boot = \"p\";", true },
	{ "grub.url", "vars: { m = \"https://x\"; }; profiles: { p: { kernel = \"${m:-http://}/y\"; }; }; boot = \"p\";", false },
	{ "pxelinux.url", "profiles: { p: { kernel = \"https://x/y\"; }; }; boot = \"p\";", false },
	{ "pxelinux.url", "loaders: { bios = \"lpxelinux.0\"; }; profiles: { p: { kernel = \"http://x/y\"; }; }; boot = \"p\";",
	  true },
	{ "pxelinux.url", "profiles: { p: { kernel = \"http://x/y\"; }; }; boot = \"p\";", false },
	{ "pxelinux.url", "profiles: { p: { kernel = \"tftp://x/y\"; }; }; boot = \"p\";", true },
	{ "grub.arguments", "profiles: { p: { kernel = \"k\"; args = \"it's\"; }; }; boot = \"p\";", false },
	{ "grub.arguments", "profiles: { p: { kernel = \"k\"; args = \"a=\\\"b c\\\"\"; }; }; boot = \"p\";", true },
	{ "grub.variable", "profiles: { p: { kernel = \"k\"; args = \"$${mac}\"; }; }; boot = \"p\";", false },
	{ "pxelinux.variable", "profiles: { p: { kernel = \"k\"; args = \"$${mac}\"; }; }; boot = \"p\";", false },
	{ "pxelinux.variable", "profiles: { p: { kernel = \"k\"; args = \"${mac}\"; }; }; boot = \"p\";", false },
	{ "pxelinux.variable", "profiles: { p: { kernel = \"k\"; args = \"${mac:-x}\"; }; }; boot = \"p\";", false },
	{ "pxelinux.variable", "profiles: { p: { kernel = \"k\"; args = \"${arch} ${server}\"; }; }; boot = \"p\";", true },
	{ "pxelinux.arguments", "profiles: { p: { kernel = \"k\"; initrd = \"a,b\"; }; }; boot = \"p\";", false },
	{ "pxelinux.arguments", "profiles: { p: { kernel = \"k\"; args = \"-\"; }; }; boot = \"p\";", false },
	{ "pxelinux.loader", "loaders: { bios = \"syslinux/pxelinux.0\"; }; profiles: { p: { action = \"disk\"; }; }; "
	  "boot = \"p\";", false },
	{ "grub.key", "profiles: { p: { action = \"disk\"; }; }; menus: { m: { entries = ( { profile = \"p\"; key = \"e\"; } ); }; "
	  "}; boot = \"m\";", false },
	{ "pxelinux.status", "profiles: { p: { action = \"disk\"; }; }; menus: { m: { status = true; entries = ( "
	  "{ profile = \"p\"; } ); }; }; boot = \"m\";", false },
	{ "pxelinux.text", "profiles: { p: { label = \"a^b\"; action = \"disk\"; }; }; menus: { m: { entries = ( "
	  "{ profile = \"p\"; } ); }; }; boot = \"m\";", false },
	{ "pxelinux.password", "profiles: { p: { action = \"disk\"; }; }; menus: { m: { entries = ( "
	  "{ profile = \"p\"; password = \"$1$\"; } ); }; }; boot = \"m\";", false },
	{ "pxelinux.default", "profiles: { p: { san = \"iscsi:x\"; }; }; menus: { m: { timeout = 3; default = \"p\"; entries = ( "
	  "{ profile = \"p\"; } ); }; }; boot = \"m\";", false },
	{ "pxelinux.host", "profiles: { p: { action = \"disk\"; }; }; hosts: ( { name = \"a\"; serial = \"1\"; } ); boot = \"p\";",
	  false },
	{ "pxelinux.host", "profiles: { p: { action = \"disk\"; }; }; hosts: ( { name = \"a\"; mac = \"52:54:00:00:00:01\"; "
	  "serial = \"1\"; } ); boot = \"p\";", true },
	{ "pxelinux.host", "profiles: { p: { action = \"disk\"; }; }; hosts: ( { name = \"a\"; "
	  "uuid = \"00112233-4455-6607-8899-aabbccddeeff\"; } ); boot = \"p\";", false },
	{ "pxelinux.host", "profiles: { p: { action = \"disk\"; }; }; hosts: ( { name = \"a\"; "
	  "uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; } ); boot = \"p\";", true },
	{ "grub.group", "profiles: { p: { action = \"disk\"; }; }; groups: ( { name = \"g\"; match = { vendor_class = "
	  "\"PXEClient:Arch:00009\"; }; boot = \"p\"; } ); boot = \"p\";", false },
	{ "pxelinux.group", "profiles: { p: { action = \"disk\"; }; }; groups: ( { name = \"g\"; match = { mac = \"52:54\"; }; "
	  "boot = \"p\"; } ); boot = \"p\";", false },
	{ "pxelinux.group", "profiles: { p: { action = \"disk\"; }; }; groups: ( { name = \"g\"; match = { manufacturer = \"x\"; "
	  "firmware = \"uefi\"; }; boot = \"p\"; } ); boot = \"p\";", true },
};

START_TEST(what_cannot_be_is_told)
{
	for (size_t i = 0; i < sizeof(findings) / sizeof(findings[0]); i++) {
		CLEANUP_TEXT struct text whole = TEXT_INIT;
		struct pxeboot_diagnostics *diagnostics;
		struct pxeboot_policy *policy;
		struct pxeboot_tree *tree;

		text_addf(&whole, "%s%s\n", BOTH, findings[i].text);
		policy = policy_of(whole.bytes);
		ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
		ck_assert_msg(pxeboot_tree_new(policy, diagnostics, &tree) == 0, "%s", findings[i].text);
		ck_assert_msg(has_finding(diagnostics, findings[i].id, 2) == !findings[i].never, "%s in %s", findings[i].id, findings[i].text);
		pxeboot_tree_free(tree);
		pxeboot_diagnostics_free(diagnostics);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

/* The files of one host are not those of a loader that nobody asked for; and what all of them would say is told once. */
START_TEST(only_what_was_asked_for)
{
	static const struct {
		const char *menus;
		bool grub, pxelinux;
	} rows[] = {
		{ "[ ]", false, false }, { "\"grub\"", true, false }, { "\"pxelinux\"", false, true },
		{ "[ \"pxelinux\", \"grub\" ]", true, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP_TEXT struct text whole = TEXT_INIT;
		bool grub = false, pxelinux = false;
		struct pxeboot_policy *policy;
		struct pxeboot_entry entry;
		struct pxeboot_tree *tree;

		text_addf(&whole, "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; menus = %s; };\n"
			  "profiles: { p: { action = \"disk\"; }; }; boot = \"p\";\n", rows[i].menus);
		policy = policy_of(whole.bytes);
		ck_assert_int_eq(pxeboot_tree_new(policy, NULL, &tree), 0);
		for (size_t j = 0; pxeboot_tree_get(tree, j, &entry) == 0; j++) {
			grub |= strncmp(entry.path, "grub/", 5) == 0;
			pxelinux |= strncmp(entry.path, "pxelinux.cfg/", 13) == 0;
		}
		ck_assert_msg(grub == rows[i].grub && pxelinux == rows[i].pxelinux, "%s", rows[i].menus);
		pxeboot_tree_free(tree);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

START_TEST(one_finding_for_many_hosts)
{
	CLEANUP_TEXT struct text whole = TEXT_INIT;
	struct pxeboot_diagnostics *diagnostics;
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_policy *policy;
	struct pxeboot_tree *tree;
	size_t told = 0;

	text_add(&whole, BOTH "profiles: { p: { kernel = \"k\"; args = \"${ip} ${role:-x}\"; }; };\nboot = \"p\";\nhosts: (");
	for (int i = 0; i < 50; i++)
		text_addf(&whole, "%s{ name = \"n%d\"; mac = \"52:54:00:00:00:%02x\"; vars = { role = \"r%d\"; }; }", i ? ", " : " ", i,
			  i, i);
	text_add(&whole, " );\n");
	policy = policy_of(whole.bytes);
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_tree_new(policy, diagnostics, &tree), 0);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		told += strcmp(finding->id, "pxelinux.variable") == 0;
	ck_assert_uint_eq(told, 1);
	pxeboot_tree_free(tree);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- U-Boot ------------------------------------------------------------------------------------------------------- */

#define LOCAL "LABEL .local\n  LOCALBOOT -1\n"
#define MENU_LOCAL "LABEL .local\n  MENU LABEL Go on with the next device\n  LOCALBOOT -1\n"
#define K "k: { label = \"Linux ^\"; kernel = \"linux/vmlinuz\"; initrd = \"linux/initrd\"; args = \"a b\"; }; "
#define K_LINES "  LINUX linux/vmlinuz\n  INITRD linux/initrd\n  APPEND a b\n"

START_TEST(u_boot_lists)
{
	static const struct {
		const char *policy, *expected;
	} rows[] = {
		{ "profiles: { p: { san = \"iscsi:x\"; }; }; boot = \"p\";", "DEFAULT .local\n" LOCAL },
		{ "profiles: { p: { kernel = \"http://x/y\"; }; }; boot = \"p\";", "DEFAULT .local\n" LOCAL },
		{ "profiles: { p: { kernel = \"k\"; initrd = [ \"a\", \"b\" ]; }; }; boot = \"p\";", "DEFAULT .local\n" LOCAL },
		{ "profiles: { p: { kernel = \"k\"; arch = \"bios\"; }; }; boot = \"p\";", "DEFAULT .local\n" LOCAL },
		{ "profiles: { p: { kernel = \"k\"; args = \"${mac}\"; }; }; boot = \"p\";", "DEFAULT .local\n" LOCAL },
		{ "profiles: { p: { kernel = \"k\"; args = \"${arch}\"; arch = \"arm64-uefi\"; }; }; boot = \"p\";",
		  "DEFAULT p\nLABEL p\n  LINUX k\n  APPEND arm64-uefi\n" },
		{ "profiles: { " K "}; boot = \"k\";", "DEFAULT k\nLABEL k\n" K_LINES },
		/* The group of all machines of the kind, and of BIOS alone. */
		{ "profiles: { " K "d: { action = \"disk\"; }; }; boot = \"d\"; groups: ( { name = \"g\"; boot = \"k\"; "
		  "match = { arch = \"arm64-uefi\"; }; }, { name = \"b\"; boot = \"d\"; match = { firmware = \"bios\"; }; } );",
		  "DEFAULT k\nLABEL k\n" K_LINES },
		/* Menus are one list, whatever leads to them; passwords hide what is behind them. */
		{ "profiles: { " K "s: { kernel = \"s\"; }; d: { action = \"disk\"; }; }; menus: { m: { title = \"T\"; timeout = 3; "
		  "default = \"k\"; entries = ( { gap = \"g\"; }, { profile = \"d\"; }, { menu = \"n\"; }, { menu = \"o\"; password = "
		  "\"x\"; }, { profile = \"k\"; key = \"l\"; }, { profile = \"s\"; password = \"x\"; } ); }; n: { entries = ( { profile = "
		  "\"s\"; arch = \"arm64-uefi\"; }, { profile = \"k\"; arch = \"bios\"; }, { menu = \"m\"; } ); }; o: { entries = ( "
		  "{ profile = \"k\"; } ); }; }; boot = \"m\";",
		  "MENU TITLE T\nLABEL n.0\n  MENU LABEL s\n  LINUX s\nLABEL m.4\n  MENU LABEL Linux ^\n" K_LINES
		  "DEFAULT m.4\nTIMEOUT 30\n" MENU_LOCAL },
		/* A default that it can't boot is none: it waits. */
		{ "profiles: { " K "d: { action = \"disk\"; }; }; menus: { m: { timeout = 3; default = \"d\"; entries = ( { profile = "
		  "\"k\"; }, { profile = \"d\"; } ); }; }; boot = \"m\";",
		  "MENU TITLE m\nLABEL m.0\n  MENU LABEL Linux ^\n" K_LINES MENU_LOCAL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP_TEXT struct text policy_text = TEXT_INIT, out = TEXT_INIT;
		struct pxeboot_policy *policy;

		text_addf(&policy_text, "server: { address = \"10.77.0.1\"; root = \"/srv\"; menus = \"pxelinux\"; };\n%s",
			  rows[i].policy);
		policy = policy_of(policy_text.bytes);
		ck_assert_int_eq(uboot_render_default(policy, &out), 0);
		ck_assert_msg(!strcmp(strchr(out.bytes, '\n') + 1, rows[i].expected), "%zu: %s", i, out.bytes);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("loaders");
	TCase *tests = tcase_create("loaders");

	tcase_add_test(tests, u_boot_lists);
	tcase_add_test(tests, grub_quoting_refuses_controls);
	tcase_add_test(tests, grub_passwords);
	tcase_add_test(tests, grub_words);
	tcase_add_test(tests, grub_arguments);
	tcase_add_test(tests, grub_names);
	tcase_add_test(tests, colours);
	tcase_add_test(tests, what_cannot_be_is_told);
	tcase_add_test(tests, only_what_was_asked_for);
	tcase_add_test(tests, one_finding_for_many_hosts);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
