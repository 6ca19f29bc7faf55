/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * proof/, the script lint: for each rule a script that breaks it and one that is clean, then places, versions,
 * platforms, scripts that must give no finding, and bytes that are no script.
 */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "proof/lint.h"
#include "testing.h"

#define D12 PXEBOOT_LINT_D12
#define V1 PXEBOOT_LINT_1_21_1
#define D13 PXEBOOT_LINT_D13
#define V2 PXEBOOT_LINT_2_0_0
#define HEAD PXEBOOT_LINT_HEAD
#define ANY PXEBOOT_LINT_ANY
#define BIOS PXEBOOT_LINT_BIOS
#define UEFI PXEBOOT_LINT_UEFI

static int lint_bytes(const char *bytes, size_t length, enum pxeboot_lint_target target,
		      enum pxeboot_lint_platform platform, struct pxeboot_diagnostics **ret_list)
{
	struct pxeboot_lint_options options = { .target = target, .platform = platform };

	ck_assert_int_eq(pxeboot_diagnostics_new(ret_list), 0);
	return pxeboot_lint("menu.ipxe", bytes, length, &options, *ret_list);
}

static int lint_text(const char *text, enum pxeboot_lint_target target, enum pxeboot_lint_platform platform,
		     struct pxeboot_diagnostics **ret_list)
{
	return lint_bytes(text, strlen(text), target, platform, ret_list);
}

static const struct pxeboot_diagnostic *find(const struct pxeboot_diagnostics *list, const char *id)
{
	const struct pxeboot_diagnostic *diagnostic;

	for (size_t i = 0; (diagnostic = pxeboot_diagnostics_get(list, i)); i++)
		if (strcmp(diagnostic->id, id) == 0)
			return diagnostic;
	return NULL;
}

/* Nothing at all is said of it. */
static void is_clean(const char *text, enum pxeboot_lint_target target, enum pxeboot_lint_platform platform)
{
	struct pxeboot_diagnostics *list;
	int r = lint_text(text, target, platform, &list);
	const struct pxeboot_diagnostic *first = pxeboot_diagnostics_get(list, 0);

	ck_assert_msg(!first, "%s:%u:%u: %s [%s] in\n%s", pxeboot_lint_target_name(target), first ? first->line : 0,
		      first ? first->column : 0, first ? first->text : "", first ? first->id : "", text);
	ck_assert_int_eq(r, 0);
	pxeboot_diagnostics_free(list);
}

/* ---- A script for each rule, and one that is clean ----------------------------------------------------------- */

#define X "#!ipxe\n"

static const struct {
	const char *id, *bad;
	unsigned line, column;
	const char *good;
	enum pxeboot_lint_target target;
	enum pxeboot_lint_platform platform;
} examples[] = {
	{ "lint.magic", "", 1, 1, X, HEAD, ANY },
	{ "lint.magic", "#!ipxe", 1, 1, "#!gpxe ", HEAD, ANY },
	{ "lint.magic", "#!ipxecho\n", 1, 1, "#!ipxe\techo\n", HEAD, ANY },
	{ "lint.magic", " #!ipxe\necho hi\n", 1, 1, X "echo hi\n", HEAD, ANY },
	{ "lint.magic", "\n#!ipxe\n", 1, 1, "#!ipxe\r\necho hi\r\n", HEAD, ANY },
	{ "lint.magic", "\xef\xbb\xbf#!ipxe\necho hi\n", 1, 1, X "echo hi", HEAD, ANY },
	{ "lint.magic", "#!/bin/sh\n", 1, 1, X, HEAD, ANY },
	{ "lint.control", X "echo \033[1m\n", 2, 6, X "set esc:hex 1b\necho ${esc:string}[1m\n", HEAD, ANY },
	{ "lint.control", X "echo a\177\n", 2, 7, X "echo\ta\n# \033\177\n", HEAD, ANY },
	{ "lint.control", X "echo a\recho b\r\n", 2, 7, X "echo a\r\r\necho b\r\n", HEAD, ANY },
	{ "lint.control", "#!ipxe\recho old line ends\r", 1, 7, "#!ipxe\r\necho new ones\r\n", HEAD, ANY },
	{ "lint.cut-off", X "echo hi \\", 2, 9, X "echo hi \\\n  there\n", HEAD, ANY },
	{ "lint.cut-off", X "echo hi \\\r\n", 2, 9, X "echo C:\\x \\x\n", HEAD, ANY },
	{ "lint.comment-continues", X "# C:\\\necho hi\n", 2, 1, X "# C:\\x\necho hi\n", HEAD, ANY },
	{ "lint.comment-continues", X "echo hi # there \\\n:a\n", 2, 9, X "# a \\\n# b \\\n\necho hi\n", HEAD, ANY },
	{ "lint.unknown-command", X "echo hi\necoh hi ||\n", 3, 1, X "echo hi\n${command} hi\n", HEAD, ANY },
	{ "lint.unknown-command", X "Echo hi\n", 2, 1, X "\n  \n;\necho hi\n", HEAD, ANY },
	{ "lint.unsupported-command", X "shim shimx64.efi\n", 2, 1, X "shim shimx64.efi ||\n", D12, ANY },
	{ "lint.unsupported-command", X "colour --rgb 0 7\n", 2, 1,
	  X "colour --rgb 0 7 && cpair --foreground 7 1 ||\n", D12, ANY },
	{ "lint.unsupported-command", X "params\nparam a b\n", 2, 1, X "params ; param a b ;\n", D13, ANY },
	{ "lint.unsupported-command", X "imgset a b\n", 2, 1, X "imgset a b || echo no\n", V2, ANY },
	{ "lint.off-by-default", X "nslookup ip host || echo no\nimgtrust\n", 3, 1,
	  X "nslookup ip host || echo no\nimgtrust ||\n",
	  HEAD, ANY },
	{ "lint.off-by-default", X "colour --rgb 0 7\n", 2, 1, X "colour --rgb 0 7 ||\n", HEAD, BIOS },
	{ "lint.unknown-option", X "dhcp --time 5 || echo\n", 2, 6, X "dhcp --timeout 5 || echo\n", HEAD, ANY },
	{ "lint.unknown-option", X "imgfree -z\n", 2, 9, X "imgfree z\n", HEAD, ANY },
	{ "lint.unknown-option", X "echo - hi -\n", 2, 6, X "echo hi -\necho -- - hi -\n", HEAD, ANY },
	{ "lint.unknown-option", X "menu\nitem --gap ----- a\n", 3, 12, X "menu\nitem --gap -- ----- a\n", HEAD, ANY },
	{ "lint.unknown-option", X "exit -1\n", 2, 6, X "exit 0x1\n", HEAD, ANY },
	{ "lint.unsupported-option", X "sanboot --extra a.cfg b || goto c\n:c\n", 2, 9,
	  X "sanboot --extra a.cfg b || sanboot b || goto c\n:c\n", D12, ANY },
	{ "lint.unsupported-option", X "menu\nitem a\nchoose --retimeout 5 x || exit\n", 4, 8,
	  X "menu\nitem a\nchoose --retimeout 5 x ||\n", V1, ANY },
	{ "lint.unsupported-option", X "show -q ip\n", 2, 6, X "show ip\nimgfetch --quiet a ||\n", V2, ANY },
	{ "lint.option-value", X "chain --name\n", 2, 7, X "chain --name= x\n", HEAD, ANY },
	{ "lint.option-value", X "menu --name -x\n", 2, 6, X "menu --name=-x\n", HEAD, ANY },
	{ "lint.option-value", X "imgexec --replace=yes\n", 2, 9, X "imgexec --replace\n", HEAD, ANY },
	{ "lint.option-value", X "ping -t\n", 2, 6, X "ping -t5 -qc 3 host ||\n", D13, ANY },
	{ "lint.argument-count", X "goto\n", 2, 1, X ":a\nprompt\ngoto a\n", HEAD, ANY },
	{ "lint.argument-count", X "iseq a b c\n", 2, 10, X "iseq ${a} ${b}\n", HEAD, ANY },
	{ "lint.argument-count", X "menu\nitem a\nchoose x --timeout 5\n", 4, 10,
	  X "menu\nitem a\nchoose --timeout 5 x\n", HEAD, ANY },
	{ "lint.argument-count", X "show a b\n", 2, 8, X "show ${options} a\n", HEAD, ANY },
	{ "lint.number", X "sleep 5s\n", 2, 7, X "sleep 5\nsleep ${time}\nsleep 0x1F\nsleep 017\n", HEAD, ANY },
	{ "lint.number", X "dhcp --timeout 08 ||\n", 2, 16,
	  X "dhcp --timeout +8 || dhcp --timeout ${a}00 ||\n", HEAD, ANY },
	{ "lint.number", X "exit 0x\n", 2, 6, X "inc a -1\nexit ${rc}\n", HEAD, ANY },
	{ "lint.key", X "prompt --key F1 ||\n", 2, 14,
	  X "prompt --key 0x107e ||\nprompt --key x ||\nprompt -k${a} ||\n", HEAD, ANY },
	{ "lint.key", X "menu\nitem --key \xc3\xbc a\n", 3, 12, X "menu\nitem --key 5 a\n", HEAD, ANY },
	{ "lint.goto", X "goto b\n:a\n", 2, 6, X "goto a\n:a\n", HEAD, ANY },
	{ "lint.goto", X ":${x}\nprompt\ngoto x || goto B ||\n:b\n", 4, 6,
	  X ":b\nprompt\ngoto ${x} || goto b\n", HEAD, ANY },
	{ "lint.no-menu", X "item a\nmenu\nitem b\n", 2, 1, X "menu\nitem a\nitem b\n", HEAD, ANY },
	{ "lint.no-menu", X "choose a\n", 2, 1, X "chain items.ipxe ||\nitem a\nchoose a\n", HEAD, ANY },
	{ "lint.no-menu", X "menu\nitem a\nchoose b || exit\nchoose c\n", 5, 1,
	  X "menu\nitem a\nchoose --keep b || exit\nchoose c\n",
	  HEAD, ANY },
	{ "lint.no-menu", X "menu\nitem --menu a b\n", 3, 1, X "menu --name a\nmenu\nitem --menu a b\n", HEAD, ANY },
	{ "lint.no-menu", X "goto b\n:a\nmenu\n:b\nitem c\n", 6, 1,
	  X "goto b\n:a\nitem c\nexit\n:b\nmenu\ngoto a\n", HEAD, ANY },
	{ "lint.menu-default", X "menu\nitem a\nchoose --default b x\n", 4, 18,
	  X "menu\nitem b\nchoose --default b x\n", HEAD, ANY },
	{ "lint.menu-default", X "menu\nitem a\nchoose x || exit\nmenu\nitem b\nchoose -d a x\n", 7, 11,
	  X "menu\niseq ${a} ${b} && item a ||\n:skip\nitem b\nchoose -d a x\n", HEAD, ANY },
	{ "lint.menu-default", X "menu -n m\nitem -m m a\nmenu\nitem b\nchoose -m m -d b x\n", 6, 16,
	  X "menu -n m\nitem -m m ${a}\nmenu\nitem b\nchoose -m m -d b x\n", HEAD, ANY },
	{ "lint.empty-menu", X "menu\nitem --gap a\nitem\nchoose x\n", 5, 1,
	  X "menu\nitem --gap a\nitem ${a}\nchoose x\n", HEAD, ANY },
	{ "lint.empty-menu", X "menu\nchoose x\n", 3, 1, X "menu\nchain items.ipxe ||\nchoose x\n", HEAD, ANY },
	{ "lint.empty-menu", X "menu -n m\nmenu -n n\nitem -m n a\nchoose -m m x\n", 5, 1,
	  X "menu -n m\nmenu -n n\nitem -m m a\nchoose -m m x\n", HEAD, ANY },
	{ "lint.no-params", X "param a b\nparams\n", 2, 1, X "params\nparam a b\nparam --params p a b\n", HEAD, ANY },
	{ "lint.unguarded", X "dhcp\necho hi\n", 2, 1,
	  X "dhcp ||\ndhcp || echo hi\ndhcp ; echo hi\ndhcp\n", HEAD, ANY },
	{ "lint.unguarded", X "iseq a b && echo hi\necho hi\n", 2, 1,
	  X "iseq a b && echo hi ||\necho hi\n", HEAD, ANY },
	{ "lint.unguarded", X "console --picture a.png\necho\n", 2, 1,
	  X "console --picture a.png && echo ||\necho\n", HEAD, ANY },
	{ "lint.unguarded", X "isset a || isset b\necho\n", 2, 12, X "isset a || isset b ||\necho\n", HEAD, ANY },
	{ "lint.unguarded", X "prompt -t 5 hi\necho\n", 2, 1, X "prompt hi\necho\n", HEAD, ANY },
	{ "lint.comment-in-text", X "menu\nitem a Disk #1\n", 3, 13, X "menu\nitem a Disk (#1) # first\n", HEAD, ANY },
	{ "lint.comment-in-text", X "kernel a b #c\n", 2, 12, X "iseq a b || goto c #why\n:c\n", HEAD, ANY },
	{ "lint.glued-operator", X "isset ${a}|| goto b\n:b\n", 2, 7, X "isset ${a} || goto b\n:b\n", HEAD, ANY },
	{ "lint.glued-operator", X "isset ${a}||goto b\n:b\n", 2, 7, X "chain a?b&&c=d;e\n", HEAD, ANY },
	{ "lint.glued-operator", X "echo a; echo b\n", 2, 6, X "echo a;b c; d |||| ; echo e\n", HEAD, ANY },
	{ "lint.glued-operator", X "echo a ;echo b\n", 2, 8, X "echo a ;b ; echo b;\n", HEAD, ANY },
	{ "lint.glued-operator", X "set a b; goto c\n:c\n", 2, 7,
	  X "set a nothing to show; exit\necho that's it; boot it\n", HEAD, ANY },
	{ "lint.glued-operator", X "ifopen net0; ifstat\n", 2, 8, X "ifopen net0 ; ifstat\n", HEAD, ANY },
	{ "lint.dash-text", X "menu -near here\n", 2, 6, X "menu -- -near here\n", HEAD, ANY },
	{ "lint.dash-text", X "menu -n m\nitem -main x\n", 3, 6, X "menu -n m\nitem -mm x -main\n", HEAD, ANY },
	{ "lint.late-option", X "imgfetch a --timeout 5\n", 2, 12,
	  X "imgfetch --timeout 5 a --verbose -t 5\n", HEAD, ANY },
	{ "lint.late-option", X "sanboot a --drive=0x80\n", 2, 11, X "sanboot --drive=0x80 a\n", HEAD, ANY },
	{ "lint.duplicate-label", X ":a\necho\n:b\n:a\n", 5, 2, X ":a\necho\n:b\n:A\n", HEAD, ANY },
	{ "lint.duplicate-item", X "menu\nitem a b\nitem c d\nitem a e\n", 5, 6,
	  X "menu\nitem a b\nitem c d\nmenu\nitem a e\n", HEAD, ANY },
	{ "lint.duplicate-item", X "menu\nitem a\nitem --menu= a\n", 4, 14,
	  X "menu\niseq a b && item a ||\niseq a c && item a ||\nisset ${a} || goto b\nitem c\n:b\nitem c\n",
	  HEAD, ANY },
	{ "lint.unreachable", X "exit\necho hi\n", 3, 1, X "exit\n\n# hi\n:a\necho hi\n", HEAD, ANY },
	{ "lint.unreachable", X ":a\nprompt\ngoto a\necho hi\n", 5, 1,
	  X ":a\nprompt\ngoto ${a} ||\necho hi\n", HEAD, ANY },
	{ "lint.unreachable", X "isset ${a} && goto b || exit\necho\n:b\n", 3, 1,
	  X "isset ${a} && goto b ||\necho\n:b\n", HEAD, ANY },
	{ "lint.unreachable", X "boot\necho it failed\n", 3, 1,
	  X "boot || echo it failed\necho it failed\n", HEAD, ANY },
	{ "lint.fallthrough", X "boot ||\n:b\nkernel b\n", 2, 1, X "boot || goto b\n:b\nkernel b\n", HEAD, ANY },
	{ "lint.fallthrough", X "boot\n:b\nkernel b\n", 2, 1,
	  X "kernel a || goto failed\nboot ||\n:failed\necho failed\n", HEAD, ANY },
	{ "lint.endless-goto", X ":a\n\n:b\ngoto a\n", 5, 1, X ":a\nprompt\ngoto a\n", HEAD, ANY },
	{ "lint.self-chain", X "chain ${cwuri} || exit\n", 2, 7, X "prompt\nchain ${cwuri} || exit\n", HEAD, ANY },
	{ "lint.self-chain", X "dhcp ||\nchain menu.ipxe ||\n", 3, 7,
	  X "dhcp ||\nchain ${next}/menu.ipxe || chain sub/menu.ipxe ||\n",
	  HEAD, ANY },
	{ "lint.self-chain", X "chain ${cwduri}menu.ipxe ||\n", 2, 7,
	  X "isset ${a} || exit\nchain ${cwduri}menu.ipxe ||\n", HEAD, ANY },
	{ "lint.stale-filename", X "chain tftp://${next-server}/${filename}\n", 2, 7,
	  X "dhcp ||\nchain tftp://${next-server}/${filename}\n", HEAD, ANY },
	{ "lint.stale-filename", X "chain ${filename:uristring}\n", 2, 7,
	  X "chain ${net0.dhcp/filename}\n", HEAD, ANY },
	{ "lint.non-ascii", X "menu Men\xc3\xbc\n", 2, 9, X "menu Menue\nset a \xc3\xbc\n# \xc3\xbc\n", HEAD, BIOS },
	{ "lint.label-command", X ":a echo hi\n", 2, 4, X ":a # hi\necho hi\n", HEAD, ANY },
	{ "lint.empty-label", X ": echo\n", 2, 1, X "  :a\necho :\n", HEAD, ANY },
	{ "lint.retry-loop", X ":a\ndhcp || goto a\n", 3, 9, X ":a\nsleep 5\ndhcp || goto a\n", HEAD, ANY },
	{ "lint.retry-loop", X ":a\nimgfetch x && imgfetch y || goto a\n", 3, 29,
	  X ":a\ninc n\nimgfetch x || goto a\n:b\nprompt -k x || goto b\n", HEAD, ANY },
	{ "lint.narrowing", X "set a:uint8 300\n", 2, 13,
	  X "set a:uint8 255\nset a:hex 300\nset a:uint8 ${b}\n", HEAD, ANY },
	{ "lint.narrowing", X "set a:int8 0x80\n", 2, 12,
	  X "set a:int8 -128\nset a:uint32 0xffffffff\nset a 4294967296\n", HEAD, ANY },
	{ "lint.setting-type", X "echo ${net0/mac:hexa}\n", 2, 17, X "echo ${net0/mac:hexhyp}\n", HEAD, ANY },
	{ "lint.setting-type", X "set a:text b\n", 2, 7,
	  X "set a:string b\nset a:${t} b\necho ${a${b}:c}\n", HEAD, ANY },
	{ "lint.setting-type", X "echo ${uuid:guid}\n", 2, 13, X "echo ${uuid:uuid}\n", D12, ANY },
	{ "lint.unfinished-setting", X "echo ${my name}\n", 2, 6,
	  X "echo ${my-name} $ {} } ${} ${a${b}}\n", HEAD, ANY },
};

START_TEST(test_examples)
{
	struct pxeboot_diagnostics *list;
	const struct pxeboot_diagnostic *diagnostic;
	int r = lint_text(examples[_i].bad, examples[_i].target, examples[_i].platform, &list);

	diagnostic = find(list, examples[_i].id);
	ck_assert_msg(diagnostic, "no %s in\n%s", examples[_i].id, examples[_i].bad);
	ck_assert_msg(diagnostic->line == examples[_i].line && diagnostic->column == examples[_i].column,
		      "%s at %u:%u in\n%s", examples[_i].id, diagnostic->line, diagnostic->column, examples[_i].bad);
	ck_assert_str_eq(diagnostic->file, "menu.ipxe");
	ck_assert(r == (diagnostic->severity == PXEBOOT_ERROR || r == -EBADMSG ? -EBADMSG : 0));
	pxeboot_diagnostics_free(list);
	is_clean(examples[_i].good, examples[_i].target, examples[_i].platform);
}
END_TEST

START_TEST(test_every_rule_has_examples)
{
	size_t found;

	for (size_t rule = 0; rule < LINT_RULE_COUNT; rule++) {
		/* Their examples are too long for a table; test_limits has them. */
		if (rule == RULE_TOO_BIG || rule == RULE_TOO_MANY)
			continue;
		ck_assert_ptr_nonnull(lint_rules[rule].id);
		for (found = 0; found < ARRAY_SIZE(examples); found++)
			if (strcmp(examples[found].id, lint_rules[rule].id) == 0)
				break;
		ck_assert_msg(found < ARRAY_SIZE(examples), "no example of %s", lint_rules[rule].id);
	}
}
END_TEST

/* ---- Scripts of which nothing may be said -------------------------------------------------------------------- */

static const char *const fine[] = {
	/* A name that only the running script knows stands for any. */
	X "goto ${menu}\n:a\nmenu A\nitem b\nchoose c || exit\ngoto ${c}\n:b\nboot || goto a\n",
	X "menu --name ${m}\nitem --menu ${m} a\nchoose --menu ${m} --default b x\n",
	X "menu --${name} m\nitem --menu n a\nchoose --menu n --default b x\n",
	X "menu -${name} m n\nprompt -h -h\nimgfetch --help --nothing\n",
	X "menu\nitem --${key} a\nchoose --default b x\n",
	X "menu\nitem ${gap} a\nchoose ${options} x\n",
	X "menu\nitem a\nchoose --default ${d} --timeout ${t} x\n",
	X "${command} a || chain --${option} b || echo -- ${text}\n",
	/* Whatever another script did. */
	X "chain vars.ipxe ||\nparam a b\nitem c\nchoose --default d e\n",
	X "shell\nchoose --default d e\n",
	/* Ways through the script. */
	X ":start\nmenu\nitem a\nchoose x || goto start\nisset ${y} && goto start || goto done\n:done\n",
	X "isset ${t} && menu ${t} || menu T\nitem a\nchoose --default a x\n",
	X ":start\nmenu\nisset ${b} || goto skip\nitem b\n:skip\nitem a\nchoose --default b x || goto start\n",
	X ":a\nprompt\ngoto a || goto nowhere\n",
	X "exit && goto nowhere\n",
	X ":a\nprompt\n&& goto a || goto nowhere\n",
	X "exit\n:never\nitem a\n",
	X "form F\nitem --secret a\npresent || exit\n",
	/* Text is text. */
	X "menu # 1\nitem --gap -- -- other --\nitem --gap --   ---- tools ----\nitem a -5 degrees; 3 < 4 | 5 & 6\n",
	X "# trailing comments\ndhcp || # none\nset cls:hex 1b:5b:4a  # ANSI: clear\nboot # go\n",
	X "kernel linux ds=nocloud;s=http://a/ -- quiet --- root=/dev/sda\n",
	X "echo ${} ${bold}a${boldoff} $x {y} }\n",
	X "set a/b/c d\nset net0.dhcp/175.3:string x\nset empty\nclear a/b/c\nset user-class:hex 04:69\n",
};

START_TEST(test_fine)
{
	is_clean(fine[_i], HEAD, ANY);
}
END_TEST

/* ---- Places -------------------------------------------------------------------------------------------------- */

START_TEST(test_places_after_continuation)
{
	static const struct {
		const char *text;
		unsigned line, column;
	} rows[] = {
		{ X "echo a\n  bad\n", 3, 3 },
		{ X "echo a \\\nb\nbad\n", 4, 1 },
		{ X "isset a || \\\r\n  bad x\r\n", 3, 3 },
		{ X "isset a || \\\n\\\n\\\n bad\n", 5, 2 },
		{ X "isset a || b\\\nad\n", 2, 12 },
		{ X "isset a || \\\\\n\nbad", 4, 1 },
	};
	struct pxeboot_diagnostics *list;

	lint_text(rows[_i].text, HEAD, ANY, &list);
	ck_assert_ptr_nonnull(find(list, "lint.unknown-command"));
	ck_assert_uint_eq(find(list, "lint.unknown-command")->line, rows[_i].line);
	ck_assert_uint_eq(find(list, "lint.unknown-command")->column, rows[_i].column);
	pxeboot_diagnostics_free(list);
}
END_TEST

START_TEST(test_subjects_are_escaped_and_cut)
{
	struct pxeboot_diagnostics *list;
	char text[300];

	snprintf(text, sizeof(text), X "%0200d\n'\x1b\"\n", 7);
	ck_assert_int_eq(lint_text(text, HEAD, ANY, &list), -EBADMSG);
	ck_assert_uint_lt(strlen(find(list, "lint.unknown-command")->text), 120);
	for (size_t i = 0; i < pxeboot_diagnostics_count(list); i++)
		ck_assert_ptr_null(strchr(pxeboot_diagnostics_get(list, i)->text, '\x1b'));
	pxeboot_diagnostics_free(list);
}
END_TEST

/* ---- Versions and platforms ---------------------------------------------------------------------------------- */

#define ID(command) "lint." command

static const struct {
	const char *script, *id[PXEBOOT_LINT_TARGET_COUNT][PXEBOOT_LINT_PLATFORM_COUNT];	/* any, bios, uefi */
} support[] = {
#define LACKS ID("unsupported-command")
#define OFF ID("off-by-default")
#define ALL(x) { x, x, x }
#define NONE ALL(NULL)
#define NOT_BIOS { NULL, OFF, NULL }
	{ "colour 1", { ALL(LACKS), ALL(OFF), NONE, NOT_BIOS, NOT_BIOS } },
	{ "console", { ALL(LACKS), ALL(OFF), NONE, NOT_BIOS, NOT_BIOS } },
	{ "params", { ALL(LACKS), ALL(OFF), ALL(LACKS), NOT_BIOS, NOT_BIOS } },
	{ "ntp a", { ALL(LACKS), ALL(OFF), ALL(LACKS), NOT_BIOS, NOT_BIOS } },
	{ "md5sum a", { ALL(LACKS), ALL(OFF), ALL(LACKS), NOT_BIOS, NOT_BIOS } },
	{ "sha256sum a", { ALL(LACKS), ALL(LACKS), ALL(LACKS), NOT_BIOS, NOT_BIOS } },
	{ "nslookup a b", { ALL(LACKS), ALL(OFF), ALL(LACKS), ALL(OFF), ALL(OFF) } },
	{ "ping a", { ALL(LACKS), ALL(OFF), NONE, ALL(OFF), ALL(OFF) } },
	{ "time echo", { ALL(LACKS), ALL(OFF), ALL(LACKS), ALL(OFF), ALL(OFF) } },
	{ "imgverify a b", { ALL(LACKS), ALL(OFF), ALL(LACKS), ALL(OFF), ALL(OFF) } },
	{ "poweroff", { ALL(LACKS), ALL(OFF), NONE, NONE, NONE } },
	{ "reboot", { NONE, NONE, NONE, NONE, NONE } },
	{ "vcreate a", { ALL(LACKS), ALL(OFF), NONE, NOT_BIOS, NOT_BIOS } },
	{ "certstat", { ALL(LACKS), ALL(OFF), NONE, NOT_BIOS, NOT_BIOS } },
	{ "pciscan a", { ALL(LACKS), ALL(OFF), ALL(LACKS), NOT_BIOS, NOT_BIOS } },
	{ "usbscan a", { ALL(LACKS), ALL(LACKS), ALL(LACKS), NOT_BIOS, NOT_BIOS } },
	{ "cpuid 1", { NONE, NONE, NONE, NONE, NONE } },
	{ "login", { NONE, NONE, NONE, NONE, NONE } },
	{ "shim", { ALL(LACKS), ALL(LACKS), NONE, NONE, NONE } },
	{ "form", { ALL(LACKS), ALL(LACKS), NONE, NONE, NONE } },
	{ "iflinkwait", { ALL(LACKS), ALL(LACKS), NONE, NONE, NONE } },
	{ "imgextract a", { ALL(LACKS), ALL(LACKS), { NULL, LACKS, NULL }, NOT_BIOS, NOT_BIOS } },
	{ "imgset a b", { ALL(LACKS), ALL(LACKS), ALL(LACKS), ALL(LACKS), NONE } },
#undef LACKS
#define LACKS ID("unsupported-option")
	{ "dhcp --timeout 5", { ALL(LACKS), NONE, NONE, NONE, NONE } },
	{ "read --timeout 5 a", { ALL(LACKS), ALL(LACKS), NONE, NONE, NONE } },
	{ "reboot --setup", { ALL(LACKS), ALL(LACKS), NONE, NONE, NONE } },
	{ "sanboot --uuid a b", { ALL(LACKS), ALL(LACKS), NONE, NONE, NONE } },
	{ "chain --quiet a", { ALL(LACKS), ALL(LACKS), ALL(LACKS), ALL(LACKS), NONE } },
	{ "chain --replace --autofree --timeout 5 --name a a", { NONE, NONE, NONE, NONE, NONE } },
};

START_TEST(test_support)
{
	char text[100];

	snprintf(text, sizeof(text), X "%s\n", support[_i].script);
	for (int target = 0; target < PXEBOOT_LINT_TARGET_COUNT; target++)
		for (int platform = 0; platform < PXEBOOT_LINT_PLATFORM_COUNT; platform++) {
			const char *id = support[_i].id[target][platform];
			struct pxeboot_diagnostics *list;

			lint_text(text, (enum pxeboot_lint_target)target, (enum pxeboot_lint_platform)platform, &list);
			ck_assert_msg(pxeboot_diagnostics_count(list) == (id != NULL) && (!id || find(list, id)),
				      "%s for %s, %s: %s", support[_i].script, pxeboot_lint_target_name(target),
				      pxeboot_lint_platform_name(platform),
				      pxeboot_diagnostics_count(list) ? pxeboot_diagnostics_get(list, 0)->id : "none");
			pxeboot_diagnostics_free(list);
		}
}
END_TEST

START_TEST(test_commands_are_sorted)
{
	for (size_t i = 0; i < lint_n_commands; i++) {
		const struct lint_command *command = &lint_commands[i];

		ck_assert(i == 0 || strcmp(lint_commands[i - 1].name, command->name) < 0);
		ck_assert_ptr_eq(lint_command_find(command->name, strlen(command->name)), command);
		ck_assert(command->min <= command->max);
	}
	ck_assert_ptr_null(lint_command_find("im", 2));
	ck_assert_ptr_null(lint_command_find("echoo", 5));
}
END_TEST

/* ---- What is no script, and limits --------------------------------------------------------------------------- */

START_TEST(test_contract)
{
	struct pxeboot_lint_options options = { .target = (enum pxeboot_lint_target)9, .platform = PXEBOOT_LINT_ANY };

	ck_assert_int_eq(pxeboot_lint(NULL, X, 7, NULL, NULL), -EINVAL);
	ck_assert_int_eq(pxeboot_lint("a", NULL, 7, NULL, NULL), -EINVAL);
	ck_assert_int_eq(pxeboot_lint("a", X, 7, &options, NULL), -EINVAL);
	ck_assert_int_eq(pxeboot_lint("a", NULL, 0, NULL, NULL), -EBADMSG);
	ck_assert_int_eq(pxeboot_lint("a", X, 7, NULL, NULL), 0);
	ck_assert_ptr_null(pxeboot_lint_target_name(-1));
	ck_assert_ptr_null(pxeboot_lint_target_name(PXEBOOT_LINT_TARGET_COUNT));
	ck_assert_ptr_null(pxeboot_lint_platform_name(PXEBOOT_LINT_PLATFORM_COUNT));
}
END_TEST

START_TEST(test_nul)
{
	static const char script[] = X "echo a\0 || bad\nbad\n", binary[] = "\x7f" "ELF\0bad\nbad\n";
	struct pxeboot_diagnostics *list;

	ck_assert_int_eq(lint_bytes(script, sizeof(script) - 1, HEAD, ANY, &list), -EBADMSG);
	ck_assert_uint_eq(find(list, "lint.control")->column, 7);
	ck_assert_uint_eq(find(list, "lint.unknown-command")->line, 3);
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), 2);
	pxeboot_diagnostics_free(list);
	ck_assert_int_eq(lint_bytes(binary, sizeof(binary) - 1, HEAD, ANY, &list), -EBADMSG);
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), 1);
	pxeboot_diagnostics_free(list);
}
END_TEST

/* Fills a script of the largest size with one line again and again. */
static char *fill(const char *line, size_t length)
{
	char *bytes = malloc(length + 1);
	size_t line_length = strlen(line);

	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, X, 7);
	for (size_t i = 7; i < length; i++)
		bytes[i] = line[(i - 7) % line_length];
	bytes[length] = '\0';
	return bytes;
}

/* However it is made up, the largest script takes a moment, not a day. */
static const char *const worst[] = {
	"a", "#", "\\\n", "\n", ":a\n", "goto x\n", "goto ${x}\n:a\n", ":a\nprompt\ngoto a\n",
	"menu\nitem a\nchoose --default b c\n",
	"item a\n", "choose --keep --default a b\n", "boot\n", "boot ||\n:a\n", "${", "${a:b}", "|| ", "a||b ",
	"# \\\n", "-a -b ",
	"echo -n -n ", "menu --name a --name b\n", "dhcp || goto a\n", ":a\ndhcp || goto a\n",
	"\xff ", "chain ${filename}\n",
};

START_TEST(test_worst)
{
	struct pxeboot_diagnostics *list;
	char *bytes = fill(worst[_i], LINT_SCRIPT_LIMIT);
	clock_t begin = clock();
	int r = lint_bytes(bytes, LINT_SCRIPT_LIMIT, D12, BIOS, &list);

	ck_assert(r == 0 || r == -EBADMSG);
	ck_assert_uint_le(pxeboot_diagnostics_count(list), LINT_FINDINGS_LIMIT + 1);
	ck_assert_msg(clock() - begin < 5 * CLOCKS_PER_SEC, "'%s' takes %g s", worst[_i],
		      (double)(clock() - begin) / CLOCKS_PER_SEC);
	pxeboot_diagnostics_free(list);
	free(bytes);
}
END_TEST

START_TEST(test_limits)
{
	struct pxeboot_diagnostics *list;
	char *bytes = fill("# fine\n", LINT_SCRIPT_LIMIT + 1);

	ck_assert_int_eq(lint_bytes(bytes, LINT_SCRIPT_LIMIT, HEAD, ANY, &list), 0);
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), 0);
	pxeboot_diagnostics_free(list);
	ck_assert_int_eq(lint_bytes(bytes, LINT_SCRIPT_LIMIT + 1, HEAD, ANY, &list), -E2BIG);
	ck_assert_ptr_nonnull(find(list, "lint.too-big"));
	pxeboot_diagnostics_free(list);
	free(bytes);

	/* Warnings fill the list; the error behind them still counts. */
	bytes = fill("::a\n:\n:\n", 7 + 4 * 2 * LINT_FINDINGS_LIMIT);
	ck_assert_int_eq(lint_text(bytes, HEAD, ANY, &list), 0);
	ck_assert_ptr_nonnull(find(list, "lint.too-many"));
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), LINT_FINDINGS_LIMIT + 1);
	pxeboot_diagnostics_free(list);
	strcpy(bytes + strlen(bytes) - 5, "\nbad");
	ck_assert_int_eq(lint_text(bytes, HEAD, ANY, &list), -EBADMSG);
	ck_assert_ptr_null(find(list, "lint.unknown-command"));
	pxeboot_diagnostics_free(list);
	free(bytes);
}
END_TEST

START_TEST(test_arguments_limit)
{
	struct pxeboot_diagnostics *list;
	char *bytes = fill("x ", 7 + 5 + 2 * LINT_WORDS_LIMIT + 2);

	memcpy(bytes + 7, "echo ", 5);
	ck_assert_int_eq(lint_text(bytes, HEAD, ANY, &list), -EBADMSG);
	ck_assert_ptr_nonnull(find(list, "lint.argument-count"));
	pxeboot_diagnostics_free(list);
	bytes[strlen(bytes) - 2] = ' ';
	bytes[strlen(bytes) - 1] = ' ';
	ck_assert_int_eq(lint_text(bytes, HEAD, ANY, &list), 0);
	pxeboot_diagnostics_free(list);
	free(bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lint");
	TCase *rules = tcase_create("rules"), *builds = tcase_create("builds"), *hostile = tcase_create("hostile");

	tcase_add_loop_test(rules, test_examples, 0, ARRAY_SIZE(examples));
	tcase_add_test(rules, test_every_rule_has_examples);
	tcase_add_loop_test(rules, test_fine, 0, ARRAY_SIZE(fine));
	tcase_add_loop_test(rules, test_places_after_continuation, 0, 6);
	tcase_add_test(rules, test_subjects_are_escaped_and_cut);
	suite_add_tcase(suite, rules);
	tcase_add_loop_test(builds, test_support, 0, ARRAY_SIZE(support));
	tcase_add_test(builds, test_commands_are_sorted);
	suite_add_tcase(suite, builds);
	tcase_set_timeout(hostile, 60);
	tcase_add_test(hostile, test_contract);
	tcase_add_test(hostile, test_nul);
	tcase_add_loop_test(hostile, test_worst, 0, ARRAY_SIZE(worst));
	tcase_add_test(hostile, test_limits);
	tcase_add_test(hostile, test_arguments_limit);
	suite_add_tcase(suite, hostile);
	return run_suite(suite);
}
