/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What profiles boot, as one machine gets it; what menus lead to.
 */
#include "testing.h"

#include <errno.h>
#include <stdlib.h>

#define SERVER "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; http = \"http://10.77.0.1\"; };\n"
#define POLICY SERVER "profiles: {\n" \
	"  one: { kernel = \"k/${arch}\"; initrd = [ \"a\", \"b-${name}\" ]; args = \"m=${mac} x=${x:-y}\"; };\n" \
	"  iso: { iso = \"i.iso\"; }; san: { san = \"iscsi:10.77.0.1::::iqn.2026-11.lab:${name}\"; };\n" \
	"  wim: { wim = \"w/sources/boot.wim\"; }; efi: { efi = \"e.efi\"; }; next: { chain = \"n.ipxe\"; };\n" \
	"  disk: { action = \"disk\"; }; broken: { kernel = \"k\"; args = \"${\"; }; };\n" \
	"menus: {\n" \
	"  main: { title = \"Main\"; timeout = 5; default = \"iso\"; entries = ( { gap = \"Gap\"; },\n" \
	"    { profile = \"one\"; label = \"${name}\"; },\n" \
	"    { back = \"Back\"; }, { profile = \"iso\"; arch = [ \"bios\" ]; }, { menu = \"sub\"; } ); };\n" \
	"  sub: { title = \"Sub\"; entries = ( { back = \"Back\"; } ); }; };\n" \
	"hosts: ( { name = \"node1\"; mac = \"52:54:00:00:00:01\"; boot = \"one\"; vars = { x = \"z\"; }; } );\n" \
	"boot = \"main\";\n"

START_TEST(boots)
{
	static const struct {
		const char *name, *facts, *kind, *target, *args;
		size_t n_initrds;
	} rows[] = {
		{ "one", "mac=52:54:00:00:00:01 arch=7", "kernel", "k/x64-uefi", "m=52:54:00:00:00:01 x=z", 2 },
		{ "one", "mac=52:54:00:00:00:02", "kernel", "k/-", "m=52:54:00:00:00:02 x=y", 2 },
		{ "one", NULL, "kernel", "k/${arch}", "m=${mac} x=${x:-y}", 2 },
		{ "iso", "arch=0", "iso", "i.iso", NULL, 0 },
		{ "san", "mac=52:54:00:00:00:01", "san", "iscsi:10.77.0.1::::iqn.2026-11.lab:node1", NULL, 0 },
		{ "wim", "arch=0", "wim", "w/sources/boot.wim", NULL, 0 },
		{ "efi", "arch=0", "efi", "e.efi", NULL, 0 },
		{ "next", "arch=0", "chain", "n.ipxe", NULL, 0 },
		{ "disk", "arch=0", "action", "disk", NULL, 0 },
	};
	struct pxeboot_policy *policy = policy_of(POLICY);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pxeboot_client *client = rows[i].facts ? client_of(rows[i].facts) : NULL;
		struct pxeboot_profile *profile = NULL;

		ck_assert_int_eq(pxeboot_profile_new(policy, rows[i].name, client, NULL, &profile), 0);
		ck_assert_str_eq(profile->name, rows[i].name);
		ck_assert_str_eq(profile->kind, rows[i].kind);
		ck_assert_str_eq(profile->target, rows[i].target);
		ck_assert_int_eq(profile->args != NULL, rows[i].args != NULL);
		if (rows[i].args)
			ck_assert_str_eq(profile->args, rows[i].args);
		ck_assert_uint_eq(profile->n_initrds, rows[i].n_initrds);
		ck_assert_uint_eq(profile->n_answers, 0);
		if (rows[i].n_initrds)
			ck_assert_str_eq(profile->initrds[0], "a");
		pxeboot_profile_free(profile);
		pxeboot_client_unref(client);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(answers_of_the_machine)
{
	static const struct {
		const char *facts, *answers, *args;
	} rows[] = {
		{ "mac=52:54:00:12:34:57", "answers/52-54-00-12-34-56/install/install.preseed",
		  "url=http://10.77.0.1:8080/answers/52-54-00-12-34-56/install/install.preseed role=db server=10.77.0.1 "
		  "http=http://10.77.0.1:8080" },
		{ "mac=52:54:00:00:00:01", "answers/default/install/install.preseed",
		  "url=http://10.77.0.1:8080/answers/default/install/install.preseed role= server=10.77.0.1 "
		  "http=http://10.77.0.1:8080" },
	};
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_policy *policy;
	char path[512];

	snprintf(path, sizeof(path), "%s/golden/datacentre/pxeboot.conf", getenv("PXEBOOT_TESTS"));
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_load(path, diagnostics, &policy), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pxeboot_client *client = client_of(rows[i].facts);
		struct pxeboot_profile *profile;

		ck_assert_int_eq(pxeboot_profile_new(policy, "install", client, NULL, &profile), 0);
		ck_assert_uint_eq(profile->n_answers, 1);
		ck_assert_str_eq(profile->answers[0], rows[i].answers);
		ck_assert_str_eq(profile->args, rows[i].args);
		pxeboot_profile_free(profile);
		pxeboot_client_unref(client);
	}
	pxeboot_policy_unref(policy);
	pxeboot_diagnostics_free(diagnostics);
}
END_TEST

START_TEST(no_profile)
{
	struct pxeboot_policy *policy = policy_of(POLICY);
	struct pxeboot_client *client = client_of("arch=7");
	struct pxeboot_profile *profile = (void *)policy;
	struct pxeboot_diagnostics *diagnostics;

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_profile_new(policy, "main", client, diagnostics, &profile), -ENOENT);
	ck_assert_int_eq(pxeboot_profile_new(policy, "none", client, diagnostics, &profile), -ENOENT);
	ck_assert_int_eq(pxeboot_profile_new(NULL, "one", client, diagnostics, &profile), -EINVAL);
	ck_assert_int_eq(pxeboot_profile_new(policy, NULL, client, diagnostics, &profile), -EINVAL);
	ck_assert_int_eq(pxeboot_profile_new(policy, "one", client, diagnostics, NULL), -EINVAL);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 0);
	ck_assert_int_eq(pxeboot_profile_new(policy, "broken", client, diagnostics, &profile), -EBADMSG);
	ck_assert(has_finding(diagnostics, "render.text", 0));
	ck_assert_ptr_eq(profile, policy);
	pxeboot_profile_free(NULL);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(choices)
{
	static const struct {
		const char *target, *label;
		bool is_default, limited;
	} rows[] = {
		{ "one", "${name}", false, false }, { "iso", "iso", true, true }, { "sub", "Sub", false, false },
	};
	struct pxeboot_policy *policy = policy_of(POLICY);
	struct pxeboot_choice choice = { .target = "untouched" };
	size_t i;

	ck_assert_int_eq(pxeboot_policy_menu_choice(policy, "one", 0, &choice), -ENOENT);
	ck_assert_int_eq(pxeboot_policy_menu_choice(policy, "none", 0, &choice), -ENOENT);
	ck_assert_int_eq(pxeboot_policy_menu_choice(policy, "sub", 0, &choice), -ENOENT);
	ck_assert_int_eq(pxeboot_policy_menu_choice(policy, NULL, 0, &choice), -EINVAL);
	ck_assert_int_eq(pxeboot_policy_menu_choice(NULL, "main", 0, &choice), -EINVAL);
	ck_assert_str_eq(choice.target, "untouched");
	for (i = 0; pxeboot_policy_menu_choice(policy, "main", i, &choice) == 0; i++) {
		ck_assert_uint_lt(i, sizeof(rows) / sizeof(rows[0]));
		ck_assert_str_eq(choice.target, rows[i].target);
		ck_assert_str_eq(choice.label, rows[i].label);
		ck_assert_int_eq(choice.is_default, rows[i].is_default);
		ck_assert_int_eq(choice.limited, rows[i].limited);
	}
	ck_assert_uint_eq(i, sizeof(rows) / sizeof(rows[0]));
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(menus_for_programs)
{
	static const struct {
		const char *menus;
		bool grub, pxelinux;
	} rows[] = {
		{ "", false, false }, { "menus = \"grub\";", true, false },
		{ "menus = [ \"grub\", \"pxelinux\" ];", true, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512];
		struct pxeboot_policy *policy;

		snprintf(text, sizeof(text), "server: { address = \"10.77.0.1\"; root = \"/r\"; "
			 "http = \"http://10.77.0.1\"; %s };\n"
			 "profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n", rows[i].menus);
		policy = policy_of(text);
		ck_assert(!pxeboot_policy_has_menus(policy, PXEBOOT_PROGRAM_UNKNOWN));
		ck_assert(pxeboot_policy_has_menus(policy, PXEBOOT_PROGRAM_IPXE));
		ck_assert(pxeboot_policy_has_menus(policy, PXEBOOT_PROGRAM_SCRIPT));
		ck_assert_int_eq(pxeboot_policy_has_menus(policy, PXEBOOT_PROGRAM_GRUB), rows[i].grub);
		ck_assert_int_eq(pxeboot_policy_has_menus(policy, PXEBOOT_PROGRAM_SHIM), rows[i].grub);
		ck_assert_int_eq(pxeboot_policy_has_menus(policy, PXEBOOT_PROGRAM_PXELINUX), rows[i].pxelinux);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("boots");
	TCase *tests = tcase_create("boots");

	tcase_add_test(tests, no_profile);
	tcase_add_test(tests, boots);
	tcase_add_test(tests, answers_of_the_machine);
	tcase_add_test(tests, choices);
	tcase_add_test(tests, menus_for_programs);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
