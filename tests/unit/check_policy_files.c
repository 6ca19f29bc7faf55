/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policy/: how files come together: drop-ins, includes, drafts of what is not written yet.
 */
#include <errno.h>

#include "base/macro.h"
#include "policy_testing.h"

START_TEST(test_merged)
{
	struct pxeboot_policy *policy = load_file("merged");
	static const char *const hosts[] = { "first", "second", "third" };

	ck_assert_str_eq(pxeboot_policy_get(policy, "server.address"), "10.77.0.1");
	ck_assert_str_eq(policy->http, "http://10.77.0.1");
	ck_assert_str_eq(policy->proxy, "10.77.0.0");
	ck_assert_str_eq(policy->interface, "eth1");
	ck_assert_uint_eq(policy->n_items, 3);
	ck_assert_str_eq(policy->items[policy->boot].name, "main");
	ck_assert_uint_eq(policy->n_hosts, ARRAY_SIZE(hosts));
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++)
		ck_assert_str_eq(policy->hosts[i].name, hosts[i]);
	/* Without a boot of its own a host gets everybody else's, wherever that is written. */
	ck_assert_int_eq(policy->hosts[0].boot, policy->boot);
	ck_assert_int_eq(policy->hosts[0].once, -1);
	ck_assert_ptr_eq(policy_host_by_serial(policy, "ABC-3"), &policy->hosts[2]);
	ck_assert_ptr_nonnull(strstr(policy->hosts[1].where.file, "/policy.d/20-hosts.conf"));
	ck_assert_uint_eq(policy->hosts[1].where.line, 2);
	ck_assert_str_eq(item(policy, "main")->menu->title, "main");
	pxeboot_policy_unref(policy);
}
END_TEST

/* What a program watches: all that was read, what was looked for and is not there, and the directory of drop-ins. */
static bool depends_on(const struct pxeboot_policy *policy, const char *end)
{
	const char *path;

	for (size_t i = 0; pxeboot_policy_file(policy, i, &path) == 0; i++)
		if (strlen(path) >= strlen(end) && !strcmp(path + strlen(path) - strlen(end), end))
			return true;
	return false;
}

START_TEST(test_files)
{
	static const struct { const char *policy, *end; } rows[] = {
		{ "includes", "/includes/pxeboot.conf" }, { "includes", "/includes/parts/hosts.inc" },
		{ "includes", "/includes/parts/deeper/more.inc" }, { "includes", "/includes/policy.d" },
		{ "merged", "/merged/policy.d" }, { "merged", "/policy.d/20-hosts.conf" },
		{ "sample", "/debian.preseed" }, { "sample", "/night.png" },
	};
	const char *path = "untouched";

	ck_assert_int_eq(pxeboot_policy_file(NULL, 0, &path), -EINVAL);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_policy *policy = load_file(rows[i].policy);

		ck_assert_msg(depends_on(policy, rows[i].end), "%s", rows[i].end);
		ck_assert(!depends_on(policy, ".orig"));
		ck_assert_int_eq(pxeboot_policy_file(policy, 0, NULL), -EINVAL);
		ck_assert_int_eq(pxeboot_policy_file(policy, 1000, &path), -ENOENT);
		ck_assert_str_eq(path, "untouched");
		pxeboot_policy_unref(policy);
	}
}
END_TEST

/* What a file would hold, in place of what it holds: bad texts first.  The order of the hosts is that of the files. */
static const struct {
	const char *file, *text, *hosts;	/* NULL: refused */
} drafts[] = {
	{ "policy.d/25-new.conf", "hosts: (", NULL },
	{ "policy.d/25-new.conf", "hosts: ( { name = \"first\"; } );", NULL },
	{ "policy.d/20-hosts.conf", "hosts: ( { name = \"x\"; boot = \"nothing\"; } );", NULL },
	{ "pxeboot.conf", "boot = \"main\";", NULL },
	{ "policy.d/25-new.conf", "hosts: ( { name = \"x\"; mac = \"52:54:00:00:00:09\"; } );", "first second third x " },
	{ "policy.d/15-new.conf", "hosts: ( { name = \"x\"; mac = \"52:54:00:00:00:09\"; } );", "first x second third " },
	{ "policy.d/00-new.conf", "hosts: ( { name = \"x\"; mac = \"52:54:00:00:00:09\"; } );", "first x second third " },
	{ "policy.d/20-hosts.conf", "hosts: ( { name = \"x\"; mac = \"52:54:00:00:00:09\"; } );", "first x " },
	{ "policy.d/20-hosts.conf", "", "first " },
	/* Nobody reads these. */
	{ "policy.d/new.orig", "hosts: (", "first second third " },
	{ "policy.d/.new.conf", "hosts: (", "first second third " },
	{ "policy.d/deeper/new.conf", "hosts: (", "first second third " },
	{ "new.conf", "hosts: (", "first second third " },
	{ "policy.dx", "hosts: (", "first second third " },
};

START_TEST(test_drafts)
{
	struct pxeboot_policy *untouched = (struct pxeboot_policy *)(uintptr_t)1, *policy = untouched;
	char path[256], file[256], hosts[256] = "";
	struct pxeboot_diagnostics *list;
	int expected = drafts[_i].hosts ? 0 : -EBADMSG;

	ck_assert_int_eq(pxeboot_diagnostics_new(&list), 0);
	snprintf(path, sizeof(path), "%s/policies/merged/pxeboot.conf", getenv("PXEBOOT_TESTS"));
	snprintf(file, sizeof(file), "%s/policies/merged/%s", getenv("PXEBOOT_TESTS"), drafts[_i].file);
	ck_assert_int_eq(pxeboot_policy_load_draft(path, NULL, file, NULL, list, &policy), -EINVAL);
	ck_assert_int_eq(pxeboot_policy_load_draft(path, NULL, NULL, "", list, &policy), -EINVAL);
	ck_assert_int_eq(pxeboot_policy_load_draft(path, NULL, file, drafts[_i].text, list, &policy), expected);
	ck_assert_int_eq(pxeboot_diagnostics_count(list) > 0, expected < 0);
	if (expected < 0) {
		ck_assert_ptr_eq(policy, untouched);
		ck_assert_ptr_nonnull(strstr(pxeboot_diagnostics_get(list, 0)->file, "/policies/merged/"));
	} else {
		for (size_t i = 0; i < policy->n_hosts; i++)
			strcat(strcat(hosts, policy->hosts[i].name), " ");
		ck_assert_str_eq(hosts, drafts[_i].hosts);
		pxeboot_policy_unref(policy);
	}
	pxeboot_diagnostics_free(list);
}
END_TEST

START_TEST(test_includes)
{
	static const struct { const char *name, *file; unsigned line; } hosts[] = {
		{ "first", "includes/parts/hosts.inc", 1 }, { "second", "includes/parts/deeper/more.inc", 3 },
		{ "third", "includes/parts/hosts.inc", 3 }, { "last", "includes/pxeboot.conf", 13 },
	}, items[] = {
		{ "before", "includes/pxeboot.conf", 3 }, { "included", "includes/parts/profiles.inc", 2 },
		{ "after", "includes/pxeboot.conf", 5 },
	};
	struct pxeboot_policy *policy = load_file("includes");

	ck_assert_uint_eq(policy->n_hosts, ARRAY_SIZE(hosts));
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		ck_assert_str_eq(policy->hosts[i].name, hosts[i].name);
		ck_assert_msg(strstr(policy->hosts[i].where.file, hosts[i].file) != NULL, "%s",
			policy->hosts[i].where.file);
		ck_assert_uint_eq(policy->hosts[i].where.line, hosts[i].line);
	}
	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		ck_assert_str_eq(policy->items[i].name, items[i].name);
		ck_assert_ptr_nonnull(strstr(policy->items[i].where.file, items[i].file));
		ck_assert_uint_eq(policy->items[i].where.line, items[i].line);
	}
	ck_assert_uint_eq(policy->unknown_where.line, 15);
	pxeboot_policy_unref(policy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy_files");
	TCase *tests = tcase_create("policy_files");

	tcase_add_test(tests, test_merged);
	tcase_add_test(tests, test_files);
	tcase_add_loop_test(tests, test_drafts, 0, (int)ARRAY_SIZE(drafts));
	tcase_add_test(tests, test_includes);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
