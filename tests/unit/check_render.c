/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render: quoting for iPXE, templates, and the order of the boot root.  Whole files are compared in tests/golden/.
 */
#include "testing.h"

#include <errno.h>

#include "base/text.h"
#include "render/quote.h"
#include "render/template.h"

START_TEST(quoting_refuses_what_ipxe_cannot_say)
{
	static const struct {
		const char *text;
		int error;
	} rows[] = {
		{ "bell\a", -EBADMSG },
		{ "two\nlines", -EBADMSG },
		{ "carriage\r", -EBADMSG },
		{ "\x1b[31mred", -EBADMSG },
		{ "delete\x7f", -EBADMSG },
		{ "a ${setting}", -EBADMSG },
		{ "glued${setting}", -EBADMSG },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP_TEXT struct text out = TEXT_INIT;
		unsigned symbols = 0;

		ck_assert_msg(quote_add(&out, rows[i].text, false, &symbols) == rows[i].error, "%s", rows[i].text);
	}
}
END_TEST

START_TEST(quoting_keeps_every_text)
{
	static const struct {
		const char *text, *words, *word;
	} rows[] = {
		{ "", "", "" },
		{ "plain", "plain", "plain" },
		{ "two words", "two words", "two${sp:string}words" },
		{ "two  blanks", "two ${sp:string}blanks", "two${sp:string}${sp:string}blanks" },
		{ " leading", "${sp:string}leading", "${sp:string}leading" },
		{ "trailing ", "trailing${sp:string}", "trailing${sp:string}" },
		{ "   ", "${sp:string}${sp:string}${sp:string}", "${sp:string}${sp:string}${sp:string}" },
		{ "Disk #1", "Disk ${hash:string}1", "Disk${sp:string}${hash:string}1" },
		{ "a#b", "a#b", "a#b" },
		{ "this && that", "this ${amp:string} that", "this${sp:string}${amp:string}${sp:string}that" },
		{ "a || b", "a ${bar:string} b", "a${sp:string}${bar:string}${sp:string}b" },
		{ "a ; b;", "a ${semi:string} b;", "a${sp:string}${semi:string}${sp:string}b;" },
		{ "back\\", "back${bsl:string}", "back${bsl:string}" },
		{ "C:\\dir x", "C:\\dir x", "C:\\dir${sp:string}x" },
		{ "$5 and $", "$5 and $", "$5${sp:string}and${sp:string}$" },
		{ "\"quotes\" `ticks` $(no)", "\"quotes\" `ticks` $(no)", "\"quotes\"${sp:string}`ticks`${sp:string}$(no)" },
		{ "\x01${name}\x02 x", "${name} x", "${name}${sp:string}x" },
		{ "Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP_TEXT struct text words = TEXT_INIT, word = TEXT_INIT;
		unsigned symbols = 0;

		ck_assert_int_eq(quote_add(&words, rows[i].text, false, &symbols), 0);
		ck_assert_int_eq(quote_add(&word, rows[i].text, true, &symbols), 0);
		ck_assert_str_eq(words.bytes ? words.bytes : "", rows[i].words);
		ck_assert_str_eq(word.bytes ? word.bytes : "", rows[i].word);
	}
}
END_TEST

/* A fenced letter reads as the letter, and keeps a text from being taken as plain. */
static void assert_same_fenced(const char *before, const char *after, bool one_word)
{
	CLEANUP_TEXT struct text plain = TEXT_INIT, fenced = TEXT_INIT, a = TEXT_INIT, b = TEXT_INIT;
	unsigned symbols_a = 0, symbols_b = 0;
	int r;

	text_addf(&plain, "%sb%s", before, after);
	text_addf(&fenced, "%s%cb%c%s", before, FENCE_OPEN, FENCE_CLOSE, after);
	r = quote_add(&a, plain.bytes, one_word, &symbols_a);
	ck_assert_msg(quote_add(&b, fenced.bytes, one_word, &symbols_b) == r, "'%s'", plain.bytes);
	if (r < 0)
		return;
	ck_assert_str_eq(a.bytes, b.bytes);
	ck_assert_uint_eq(symbols_a, symbols_b);
}

START_TEST(quoting_of_plain_text_is_quoting)
{
	static const char letters[] = "a #;|&\\$\t\xc3";
	char text[5] = "";

	for (unsigned i = 0; i < 10 * 10 * 10 * 10; i++) {
		for (unsigned n = 0, rest = i; n < 4; n++, rest /= 10)
			text[n] = letters[rest % 10];
		assert_same_fenced("x ", text, (i & 1) != 0);
		assert_same_fenced(text, "x", (i & 1) != 0);
		assert_same_fenced(text, "", (i & 1) != 0);
		assert_same_fenced("", text, (i & 1) != 0);
	}
}
END_TEST

static void assert_words(int words, const char *last, int error)
{
	CLEANUP_TEXT struct text many = TEXT_INIT, out = TEXT_INIT;
	unsigned symbols = 0;

	for (int i = 1; i < words; i++)
		text_add(&many, "x ");
	text_add(&many, last);
	ck_assert_int_eq(quote_add(&out, many.bytes, false, &symbols), error);
}

START_TEST(quoting_counts_words)
{
	static const char *const last[] = { "x", "\x01x\x02" };

	for (size_t i = 0; i < ARRAY_SIZE(last); i++) {
		assert_words(241, last[i], 0);
		assert_words(242, last[i], -E2BIG);
		assert_words(300, last[i], -E2BIG);
	}
}
END_TEST

START_TEST(template_refuses_what_is_not_whole)
{
	static const char *const rows[] = { "${", "${}", "${1a}", "${a", "${a:b}", "${a:-x", "x ${a b} y", "${a:-x\ny}" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct template template = template_over(rows[i]);
		struct chunk chunk;
		int r;

		while ((r = template_next(&template, &chunk)) > 0)
			;
		ck_assert_msg(r == -EBADMSG, "%s", rows[i]);
	}
}
END_TEST

START_TEST(template_splits)
{
	struct template template = template_over("a\n${name}$${x}${role:-web srv}$");
	struct chunk chunk;

	ck_assert_int_eq(template_next(&template, &chunk), 1);
	ck_assert(chunk.kind == CHUNK_LITERAL && slice_is(chunk.text, "a\n"));
	ck_assert_int_eq(template_next(&template, &chunk), 1);
	ck_assert(chunk.kind == CHUNK_VARIABLE && slice_is(chunk.text, "name") && !chunk.has_default);
	ck_assert_uint_eq(chunk.line, 1);
	ck_assert_int_eq(template_next(&template, &chunk), 1);
	ck_assert_int_eq(chunk.kind, CHUNK_PASS);
	ck_assert_int_eq(template_next(&template, &chunk), 1);
	ck_assert(chunk.kind == CHUNK_LITERAL && slice_is(chunk.text, "x}"));
	ck_assert_int_eq(template_next(&template, &chunk), 1);
	ck_assert(chunk.kind == CHUNK_VARIABLE && chunk.has_default && slice_is(chunk.fallback, "web srv"));
	ck_assert_int_eq(template_next(&template, &chunk), 1);
	ck_assert(chunk.kind == CHUNK_LITERAL && slice_is(chunk.text, "$"));
	ck_assert_int_eq(template_next(&template, &chunk), 0);
}
END_TEST

static const char head[] = "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; };\n";

/* Renders a whole policy and expects this finding. */
static void check_refused(const char *text, const char *id, unsigned line)
{
	struct pxeboot_tree *tree = (struct pxeboot_tree *)1;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_policy *policy;
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", head, text);
	policy = policy_of(whole);
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_tree_new(policy, diagnostics, &tree), -EBADMSG);
	ck_assert_ptr_eq(tree, (struct pxeboot_tree *)1);
	ck_assert_msg(has_finding(diagnostics, id, line), "%s:%u in %s", id, line, text);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
}

START_TEST(undefined_variables_are_told)
{
	check_refused("profiles: { p: { san = \"iscsi:x\"; initiator = \"iqn:${role}\"; }; };\nboot = \"p\";\n",
		      "variable.undefined", 3);
	check_refused("profiles: { p: { kernel = \"k\"; args = \"x=${role}\"; }; };\nboot = \"p\";\n",
		      "variable.undefined", 3);
	check_refused("profiles: { p: { kernel = \"k\"; args = \"x=${role}\"; }; d: { action = \"disk\"; }; };\n"
		      "hosts: ( { name = \"n1\"; mac = \"52:54:00:00:00:01\"; boot = \"p\"; vars = { role = \"db\"; }; },\n"
		      "         { name = \"n2\"; mac = \"52:54:00:00:00:02\"; boot = \"p\"; } );\nboot = \"d\";\n",
		      "variable.undefined", 4);
	for (int i = 0; i < 3; i++) {
		static const char *const rows[] = {
			"title = \"${role}\"; entries = ( { profile = \"p\"; } )",
			"entries = ( { profile = \"p\"; label = \"${role}\"; } )",
			"entries = ( { gap = \"a ${role}\"; }, { profile = \"p\"; } )",
		};
		char text[512];

		snprintf(text, sizeof(text), "profiles: { p: { action = \"disk\"; }; };\n"
			 "menus: { m: { %s; }; };\nboot = \"m\";\n", rows[i]);
		check_refused(text, "variable.undefined", 4);
	}
	check_refused("profiles: { p: { kernel = \"k\"; args = \"x=${answers}\"; }; };\nboot = \"p\";\n", "render.text", 2);
	check_refused("profiles: { p: { kernel = \"k\"; args = \"x=${open\"; }; };\nboot = \"p\";\n", "render.text", 2);
	check_refused("profiles: { p: { kernel = \"k\"; args = \"x=${http}\"; }; };\nboot = \"p\";\n", "render.text", 2);
}
END_TEST

/* A host's script would set the machine's token, or its name among machines, to what the policy says. */
START_TEST(names_that_are_taken_are_refused)
{
	static const char *const names[] = { "token", "machine", "name", "mac", "answers-dir", "base" };
	static const char *const places[][2] = {
		{ "vars = { ", ";" },
		{ "groups: ( { name = \"g\"; match = { product = \"y\"; }; boot = \"d\"; vars = { ", "; } );" },
		{ "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; vars = { ", "; } );" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t place = 0; place < sizeof(places) / sizeof(places[0]); place++) {
			char text[512];

			snprintf(text, sizeof(text), "profiles: { d: { action = \"disk\"; }; };\n%s%s = \"x\"; }%s\nboot = \"d\";\n",
				 places[place][0], names[i], places[place][1]);
			check_refused(text, "variable.taken", 3);
		}
}
END_TEST

/* iPXE expands again what it has expanded: "$" and "{" must not come together. */
START_TEST(values_that_could_become_settings_are_refused)
{
	check_refused("profiles: { p: { kernel = \"k\"; args = \"${role:-$}{x}\"; }; };\nboot = \"p\";\n", "render.text", 2);
	check_refused("profiles: { p: { kernel = \"k\"; args = \"${role}{x}\"; }; };\nboot = \"p\";\n"
		      "hosts: ( { name = \"n\"; mac = \"52:54:00:00:00:01\";\n  vars = { role = \"x$\"; }; } );\n"
		      "groups: ( { name = \"g\"; match = { arch = \"bios\"; }; boot = \"p\"; vars = { role = \"x\"; }; } );\n",
		      "render.text", 5);
}
END_TEST

/* What wimboot needs a file to be called, for UEFI and for BIOS. */
START_TEST(wimboot_gets_names)
{
	static const char *const lines[] = {
		"initrd --name bcd ${base}/pe/boot/bcd bcd ||", "initrd --name boot.wim ${base}/pe/sources/boot.wim boot.wim ||",
		"initrd --name boot.sdi ${base}/pe/boot/boot.sdi boot.sdi ||", "kernel ${base}/wimboot ||",
	};
	struct pxeboot_policy *policy = policy_of("server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\";\n"
						  "  http = \"http://10.77.0.1\"; };\n"
						  "profiles: { p: { wim = \"pe/sources/boot.wim\"; }; };\nboot = \"p\";\n");
	struct pxeboot_tree *tree;
	struct pxeboot_entry entry;

	ck_assert_int_eq(pxeboot_tree_new(policy, NULL, &tree), 0);
	ck_assert_int_eq(pxeboot_tree_get(tree, 0, &entry), 0);
	ck_assert_str_eq(entry.path, "profiles/p.ipxe");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_ptr_nonnull(strstr(entry.bytes, lines[i]));
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

static bool script_has(struct pxeboot_tree *tree, const char *path, const char *part)
{
	struct pxeboot_entry entry;

	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++)
		if (strcmp(entry.path, path) == 0)
			return strstr(entry.bytes, part) != NULL;
	ck_abort_msg("no %s", path);
	return false;
}

/* A hidden menu takes its default unseen only where everybody would be shown it. */
START_TEST(hidden_menus_take_what_is_shown)
{
	static const struct { const char *entry, *host; bool unseen; } rows[] = {
		{ "", "", true }, { "", "default = \"q\";", true }, { "hosts = \"n\";", "", false },
		{ "firmware = \"bios\";", "", false }, { "", "default = \"r\";", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pxeboot_policy *policy;
		struct pxeboot_tree *tree;
		char text[1024];

		snprintf(text, sizeof(text), "%s"
			"profiles: { p: { action = \"disk\"; }; q: { action = \"exit\"; }; r: { action = \"shell\"; }; };\n"
			"menus: { m: { hidden = true; timeout = 3; default = \"p\"; entries = ( { profile = \"p\"; %s },\n"
			"  { profile = \"q\"; }, { profile = \"r\"; arch = \"bios\"; } ); }; };\n"
			"hosts: ( { name = \"n\"; mac = \"52:54:00:00:00:01\"; %s } );\nboot = \"m\";\n", head, rows[i].entry, rows[i].host);
		policy = policy_of(text);
		ck_assert_int_eq(pxeboot_tree_new(policy, NULL, &tree), 0);
		ck_assert_msg(script_has(tree, "menus/m.ipxe", "menu... || goto picked") == rows[i].unseen, "%zu", i);
		ck_assert_msg(script_has(tree, "menus/m.ipxe", "--timeout ${wait-m}") != rows[i].unseen, "%zu", i);
		pxeboot_tree_free(tree);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

/* Whatever a file names by ${base}/… is written before it, for the files that the plan has. */
START_TEST(what_is_named_comes_before_what_names_it)
{
	struct pxeboot_policy *policy = policy_of(
		"server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; };\n"
		"profiles: { p: { action = \"disk\"; }; };\n"
		"menus: { a: { title = \"A\"; entries = ( { menu = \"z\"; }, { menu = \"b\"; } ); };\n"
		"         b: { title = \"B\"; entries = ( { menu = \"z\"; } ); };\n"
		"         z: { title = \"Z\"; entries = ( { profile = \"p\"; } ); }; };\n"
		"hosts: ( { name = \"n\"; mac = \"52:54:00:00:00:01\"; boot = \"a\"; } );\n"
		"boot = \"a\";\n");
	static const char *const order[] = { "profiles/p.ipxe", "menus/z.ipxe", "menus/b.ipxe", "menus/a.ipxe",
					     "hosts/some", "hosts/52-54-00-00-00-01.ipxe", "boot.ipxe", "autoexec.ipxe" };
	struct pxeboot_tree *tree;
	struct pxeboot_entry entry;

	ck_assert_int_eq(pxeboot_tree_new(policy, NULL, &tree), 0);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		ck_assert_int_eq(pxeboot_tree_get(tree, i, &entry), 0);
		ck_assert_str_eq(entry.path, order[i]);
		ck_assert_int_eq(entry.kind, PXEBOOT_ENTRY_FILE);
		ck_assert(!strncmp(entry.bytes, "#!ipxe\n", 7));
		ck_assert_uint_eq(strlen(entry.bytes), entry.length);
	}
	ck_assert_int_eq(pxeboot_tree_get(tree, sizeof(order) / sizeof(order[0]), &entry), -ENOENT);
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

/* A host that is sent where its policy does not send it. */
START_TEST(once_needs_answers)
{
	static const struct { size_t host; const char *boot, *token; int expected; const char *path; } rows[] = {
		{ 9, "install", NULL, -ENOENT, NULL },	/* no such host */
		{ 0, "nothing", NULL, -ENOENT, NULL },
		{ 1, "install", NULL, -EBADMSG, NULL },	/* lacks a variable */
		{ 3, "install", "", -EINVAL, NULL },
		{ 3, "install", "../../etc", -EINVAL, NULL },	/* a path is made of it */
		{ 3, "install", "525400123459fF", -EINVAL, NULL },
		{ 3, NULL, NULL, -EINVAL, NULL },
		{ 3, "san", NULL, 0, NULL },
		{ 3, "install", NULL, 0, "answers/52-54-00-12-34-59/install/install.preseed" },
		{ 3, "install", "525400123459ff", 0, "answers/525400123459ff/install/install.preseed" },
	};
	struct pxeboot_policy *policy = NULL;
	char path[512];

	snprintf(path, sizeof(path), "%s/golden/datacentre/pxeboot.conf", getenv("PXEBOOT_TESTS"));
	ck_assert_int_eq(pxeboot_policy_load(path, NULL, &policy), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pxeboot_tree *tree = NULL;
		struct pxeboot_entry entry;

		ck_assert_int_eq(pxeboot_tree_new_once(policy, rows[i].host, rows[i].boot, rows[i].token, NULL, &tree),
				 rows[i].expected);
		ck_assert_int_eq(tree != NULL, rows[i].expected == 0);
		if (rows[i].path) {
			ck_assert_int_eq(pxeboot_tree_get(tree, 0, &entry), 0);
			ck_assert_str_eq(entry.path, rows[i].path);
		}
		if (tree)
			ck_assert_int_eq(pxeboot_tree_get(tree, rows[i].path != NULL, &entry), -ENOENT);
		pxeboot_tree_free(tree);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

/* What the policy never sends the host to may ask for what it lacks. */
START_TEST(once_needs_variables)
{
	struct pxeboot_policy *policy = policy_of(
		"server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; };\n"
		"profiles: { p: { kernel = \"k\"; args = \"${role}\"; }; d: { action = \"disk\"; }; };\n"
		"hosts: ( { name = \"n\"; mac = \"52:54:00:00:00:01\"; } );\nboot = \"d\";\n");
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_tree *tree = NULL;

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_tree_new_once(policy, 0, "p", NULL, diagnostics, &tree), -EBADMSG);
	ck_assert_ptr_null(tree);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 1);
	ck_assert_str_eq(pxeboot_diagnostics_get(diagnostics, 0)->id, "variable.undefined");
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(one_name_has_links)
{
	struct pxeboot_policy *policy = policy_of(
		"server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; tftp = \"tftp-hpa\"; one_name = \"boot.0\";\n"
		"  dhcp = { range = \"10.77.0.100,10.77.0.101,1h\"; }; default_arch = \"x64-uefi\"; };\n"
		"profiles: { p: { action = \"disk\"; }; };\nboot = \"p\";\n");
	static const char *const links[][2] = {
		{ "arch/x64-uefi/boot.0", "../../snponly.efi" }, { "arch/arm64-uefi/boot.0", "../../ipxe-arm64.efi" },
		{ "arch/bios/boot.0", "../../undionly.kpxe" }, { "clients/10.77.0.100", "../arch/x64-uefi" },
		{ "clients/10.77.0.101", "../arch/x64-uefi" },
	};
	struct pxeboot_tree *tree;
	struct pxeboot_entry entry;
	size_t found = 0;

	ck_assert_int_eq(pxeboot_tree_new(policy, NULL, &tree), 0);
	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++) {
		if (entry.kind != PXEBOOT_ENTRY_LINK)
			continue;
		ck_assert_str_eq(entry.path, links[found][0]);
		ck_assert_str_eq(entry.bytes, links[found][1]);
		ck_assert_int_eq(entry.keep, found >= 3);
		found++;
	}
	ck_assert_uint_eq(found, 5);
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("render");
	TCase *tests = tcase_create("render");

	tcase_add_test(tests, quoting_refuses_what_ipxe_cannot_say);
	tcase_add_test(tests, quoting_keeps_every_text);
	tcase_add_test(tests, quoting_of_plain_text_is_quoting);
	tcase_add_test(tests, quoting_counts_words);
	tcase_add_test(tests, template_refuses_what_is_not_whole);
	tcase_add_test(tests, template_splits);
	tcase_add_test(tests, undefined_variables_are_told);
	tcase_add_test(tests, names_that_are_taken_are_refused);
	tcase_add_test(tests, values_that_could_become_settings_are_refused);
	tcase_add_test(tests, wimboot_gets_names);
	tcase_add_test(tests, hidden_menus_take_what_is_shown);
	tcase_add_test(tests, what_is_named_comes_before_what_names_it);
	tcase_add_test(tests, once_needs_answers);
	tcase_add_test(tests, once_needs_variables);
	tcase_add_test(tests, one_name_has_links);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
