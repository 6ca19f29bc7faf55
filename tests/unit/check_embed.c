/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The script that an own build of iPXE carries: what it must not be given, how the policy's texts stand in it, and that no
 * iPXE since 2019 finds a fault in it.  What machines make of it is seen in tests/firmware.
 */
#include "testing.h"

#include <errno.h>
#include <stdlib.h>

#include "random_policy.h"

#define POLICIES 300

static const char server[] = "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; %s };\n"
	"profiles: { disk: { action = \"disk\"; }; };\nvars: { site = \"here\"; };\nboot = \"disk\";\n%s\n";

static struct pxeboot_policy *policy_with(const char *in_server, const char *more)
{
	char text[2048];

	snprintf(text, sizeof(text), server, in_server, more);
	return policy_of(text);
}

static char *embed_of(const struct pxeboot_policy *policy)
{
	size_t length = 0;
	char *text = NULL;

	ck_assert_int_eq(pxeboot_embed_script(policy, NULL, &text, &length), 0);
	ck_assert_uint_eq(strlen(text), length);
	return text;
}

static char *embed_with(const char *in_server, const char *more)
{
	struct pxeboot_policy *policy = policy_with(in_server, more);
	char *text = embed_of(policy);

	pxeboot_policy_unref(policy);
	return text;
}

static void assert_lints(const char *text)
{
	for (int target = 0; target < PXEBOOT_LINT_TARGET_COUNT; target++) {
		for (int platform = 0; platform < PXEBOOT_LINT_PLATFORM_COUNT; platform++) {
			struct pxeboot_lint_options options = { .target = (enum pxeboot_lint_target)target,
								.platform = (enum pxeboot_lint_platform)platform };
			struct pxeboot_diagnostics *diagnostics;

			ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
			ck_assert_int_eq(pxeboot_lint("embed", text, strlen(text), &options, diagnostics), 0);
			ck_assert_msg(pxeboot_diagnostics_count(diagnostics) == 0, "%s: %s\n%s",
				      pxeboot_lint_target_name(target), pxeboot_diagnostics_get(diagnostics, 0)->text, text);
			pxeboot_diagnostics_free(diagnostics);
		}
	}
}

static size_t place_of(const char *text, const char *part)
{
	const char *at = strstr(text, part);

	ck_assert_msg(at != NULL, "no '%s' in\n%s", part, text);
	return (size_t)(at - text);
}

START_TEST(caller_must_want_it)
{
	ck_assert_int_eq(pxeboot_embed_script(NULL, NULL, NULL, NULL), -EINVAL);
}
END_TEST

/* What the loader refuses; the rest of the row says why. */
static const struct {
	const char *embed, *id;
} refused[] = {
	{ "next = \"a b\";", "policy.value" },		/* two words */
	{ "next = \"\";", "policy.value" },
	{ "next = \"../x.ipxe\";", "policy.value" },	/* out of the boot root */
	{ "next = \"/x.ipxe\";", "policy.value" },
	{ "next = \"a\\tb\";", "policy.value" },
	{ "next = \"a\\x7f\";", "policy.value" },
	{ "next = \"http://x/${\";", "policy.value" },		/* braces go in pairs */
	{ "next = \"http://x/a\\\\\";", "policy.value" },	/* a backslash, which would join the lines */
	{ "next = 5;", "policy.type" },
	{ "vlan = 0;", "policy.range" },			/* of a priority, not of a network */
	{ "vlan = 4095;", "policy.range" },			/* reserved */
	{ "vlan = -1;", "policy.range" },
	{ "vlan = \"5\";", "policy.type" },
	{ "other = 5;", "policy.unknown-key" },
};

START_TEST(loader_refuses)
{
	struct pxeboot_policy *policy = (struct pxeboot_policy *)1;
	struct pxeboot_diagnostics *diagnostics;
	char text[2048], more[256];

	snprintf(more, sizeof(more), "ipxe: { embed: { %s }; };", refused[_i].embed);
	snprintf(text, sizeof(text), server, "", more);
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(load_text(text, diagnostics, &policy), -EBADMSG);
	ck_assert_ptr_eq(policy, (struct pxeboot_policy *)1);
	ck_assert_msg(has_finding(diagnostics, refused[_i].id, 5), "%s in %s: %s", refused[_i].id, more,
		      pxeboot_diagnostics_get(diagnostics, 0)->text);
	pxeboot_diagnostics_free(diagnostics);
}
END_TEST

/* What loads and can't be written: told, with nothing given. */
static const struct {
	const char *next, *id;
} hostile[] = {
	{ "${none}.ipxe", "variable.undefined" },
	{ "http://x/${}", "render.text" },
	{ "http://x/${answers}", "render.text" },		/* no profile has it */
	{ "http://x/${http}", "render.text" },			/* there is no web server */
};

START_TEST(renderer_refuses)
{
	char more[256], *text = (char *)1;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_policy *policy;
	size_t length = 7;

	snprintf(more, sizeof(more), "ipxe: { embed: { next = \"%s\"; }; };", hostile[_i].next);
	policy = policy_with("", more);
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_embed_script(policy, diagnostics, &text, &length), -EBADMSG);
	ck_assert_ptr_eq(text, (char *)1);
	ck_assert_uint_eq(length, 7);
	ck_assert_msg(has_finding(diagnostics, hostile[_i].id, 5), "%s for %s", hostile[_i].id, hostile[_i].next);
	pxeboot_diagnostics_free(diagnostics);
	pxeboot_policy_unref(policy);
}
END_TEST

#define CHAIN "chain --autofree --timeout 5000 "
#define CHAIN_FAR "chain --autofree --timeout 15000 "

static const struct {
	const char *next, *line;
} quoted[] = {
	{ "tachibana.ipxe", CHAIN "${base}/tachibana.ipxe && exit 1 ||\n" },
	{ "#x.ipxe", CHAIN "${base}/${hash:string}x.ipxe && exit 1 ||\n" },
	{ "-x.ipxe", CHAIN "${base}/-x.ipxe && exit 1 ||\n" },
	{ "||", CHAIN "${base}/${bar:string} && exit 1 ||\n" },
	{ "http://x/a#b;c&&d", CHAIN_FAR "http://x/a#b;c&&d && exit 1 ||\n" },
	{ "http://x/?u=$${uuid}", CHAIN_FAR "http://x/?u=${uuid} && exit 1 ||\n" },
	{ "http://x/${site}/${mac}", CHAIN_FAR "http://x/${var-site}/${mac} && exit 1 ||\n" },
	{ "http://x/${role:-all}", CHAIN_FAR "http://x/${arg1} && exit 1 ||\n" },
	{ "http://x/${server}/", CHAIN_FAR "http://x/10.77.0.1/ && exit 1 ||\n" },
};

START_TEST(next_is_quoted)
{
	char more[256], *text;

	snprintf(more, sizeof(more), "ipxe: { embed: { next = \"%s\"; }; };", quoted[_i].next);
	text = embed_with("", more);
	ck_assert_msg(strstr(text, quoted[_i].line) != NULL, "%s in\n%s", quoted[_i].line, text);
	assert_lints(text);
	free(text);
}
END_TEST

/* ---- What it does, in which order ---------------------------------------------------------------------------------- */

/* Where variables are set and the address is known. */
START_TEST(defaults_are_taken_late)
{
	char *text = embed_with("", "ipxe: { embed: { next = \"http://x/${site:-all}\"; }; };");

	ck_assert_uint_lt(place_of(text, "\n:next\n"), place_of(text, "\nset var-site here\n"));
	ck_assert_uint_lt(place_of(text, "\nset var-site here\n"), place_of(text, "\nset arg1 ${var-site}\n"));
	free(text);
}
END_TEST

START_TEST(generic_is_of_no_policy)
{
	char *text = embed_of(NULL);

	ck_assert_uint_lt(place_of(text, "\nset user-class iPXE-pxeboot\n"), place_of(text, "\ndhcp "));
	ck_assert_uint_lt(place_of(text, "${proxydhcp/next-server}\n"), place_of(text, "${pxebs/next-server}\n"));
	ck_assert_uint_lt(place_of(text, "${pxebs/next-server}\n"),
			  place_of(text, "set embed-server ${${embed-dev}/next-server}\n"));
	ck_assert_uint_lt(place_of(text, " http://${embed-server}\n"), place_of(text, " tftp://${embed-server}\n"));
	ck_assert_ptr_null(strstr(text, "vcreate"));
	ck_assert_ptr_null(strstr(text, "isset ${filename}"));
	assert_lints(text);
	free(text);
}
END_TEST

START_TEST(the_class_goes_before_dhcp)
{
	char *text = embed_with("", "ipxe: { user_class = \"iPXE-lab#1\"; };");

	ck_assert_uint_lt(place_of(text, "\nset user-class iPXE-lab#1\n"), place_of(text, "dhcp"));
	assert_lints(text);
	free(text);
}
END_TEST

START_TEST(roots_in_order)
{
	char *text = embed_with("http = \"http://10.77.0.1:8080\";", "ipxe: { embed: { next = \"n.ipxe\"; }; };");
	size_t http = place_of(text, "\nset embed-root http://10.77.0.1:8080\n");
	size_t tftp = place_of(text, "\nset embed-root tftp://10.77.0.1\n"), next = place_of(text, "\n:next\n");
	size_t host = place_of(text, "/hosts/${${embed-nic}/mac:hexhyp}.ipxe && exit 1 ||\n");

	ck_assert_uint_lt(http, tftp);
	ck_assert_uint_lt(tftp, next);
	ck_assert_uint_lt(place_of(text, "${embed-root}/hosts/none && "), host);
	ck_assert_uint_lt(host, place_of(text, "${embed-root}/${embed-script} && exit 1 ||\n"));
	ck_assert_uint_lt(place_of(text + next, "set base http://10.77.0.1:8080\n"),
			  place_of(text + next, "set base tftp://10.77.0.1\n"));
	free(text);
	text = embed_with("", "");
	ck_assert_ptr_null(strstr(text, "http://"));
	ck_assert_ptr_null(strstr(text, ":next\n"));
	free(text);
}
END_TEST

START_TEST(next_elsewhere_is_asked_once)
{
	char *text = embed_with("http = \"http://10.77.0.1:8080\";", "ipxe: { embed: { next = \"http://x/n.ipxe\"; }; };");

	ck_assert_ptr_nonnull(strstr(text, "clear base ||\n" CHAIN_FAR "http://x/n.ipxe"));
	ck_assert_ptr_null(strstr(strstr(text, "http://x/n.ipxe") + 1, "http://x/n.ipxe"));
	free(text);
}
END_TEST

START_TEST(ipv6_where_there_is_no_other)
{
	char *text = embed_with("address6 = \"fd77::1\"; http6 = \"http://[fd77::1]:8080\";", "");

	ck_assert_uint_lt(place_of(text, "\ndhcp --configurator dhcp "), place_of(text, "\nifconf --configurator ipv6 "));
	ck_assert_ptr_nonnull(strstr(text, "set embed-root tftp://10.77.0.1\n"
					   "isset ${${embed-dev}/ip} || set embed-root http://[fd77::1]:8080\n"));
	ck_assert_ptr_nonnull(strstr(text, "isset ${${embed-dev}/ip} || set embed-root tftp://[fd77::1]\n"));
	assert_lints(text);
	free(text);
}
END_TEST

START_TEST(vlan_is_the_last)
{
	char *text = embed_with("", "ipxe: { embed: { vlan = 4094; }; };");

	ck_assert_ptr_nonnull(strstr(text, "isset ${embed-tag} && vcreate --tag 4094 ${embed-nic} ||\n"));
	ck_assert_ptr_nonnull(strstr(text, "isset ${embed-answered}${embed-tag} && goto failed ||\nset embed-tag -4094\n"));
	assert_lints(text);
	free(text);
}
END_TEST

/* Only names that DHCP is told of are compared with what it says. */
START_TEST(groups_that_dhcp_picks)
{
	char *text = embed_with("", "groups: ( { name = \"here\"; match = { mac = \"52:54:99\"; }; boot = \"disk\"; },"
				    "{ name = \"there\"; match = { product = \"X\"; }; boot = \"disk\"; } );");

	ck_assert_ptr_nonnull(strstr(text, "set embed-script boot.ipxe\n"
					   "iseq ${filename} groups/here.ipxe && set embed-script groups/here.ipxe ||\n"));
	ck_assert_ptr_null(strstr(text, "there"));
	assert_lints(text);
	free(text);
}
END_TEST

static const char *const ways[] = { "start", "shell", "network", "disk", "reboot", "firmware" };

START_TEST(failsafe_has_all_ways)
{
	char *text = embed_of(NULL), line[64];

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		snprintf(line, sizeof(line), "\nitem %s ", ways[i]);
		place_of(text, line);
		snprintf(line, sizeof(line), "\n:%s\n", ways[i]);
		place_of(text, line);
	}
	place_of(text, "choose --default start --timeout 60000 ");
	place_of(text, "prompt --key s --timeout 5000 ");
	free(text);
}
END_TEST

/* A host's script that needs what boot.ipxe sets goes there first when it is come to directly. */
START_TEST(hosts_that_need_the_rest)
{
	static const struct {
		const char *more;
		bool goes;
	} rows[] = { { "", false }, { "vars: { a = \"b\"; };", true } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1024];
		struct pxeboot_policy *policy;
		struct pxeboot_entry entry;
		struct pxeboot_tree *tree;
		size_t at = 0;

		snprintf(text, sizeof(text), "server: { address = \"10.77.0.1\"; root = \"/srv\"; };\nboot = \"disk\";\n"
			 "profiles: { disk: { action = \"disk\"; }; };\n"
			 "hosts: ( { name = \"n\"; mac = \"52:54:00:12:34:56\"; } );\n%s", rows[i].more);
		policy = policy_of(text);
		ck_assert_int_eq(pxeboot_tree_new(policy, NULL, &tree), 0);
		while (pxeboot_tree_get(tree, at++, &entry) == 0 && strncmp(entry.path, "hosts/52", 8) != 0)
			;
		ck_assert_msg(!strstr(entry.bytes, "isset ${var-machine} || chain --replace --autofree ${base}/boot.ipxe")
			      != rows[i].goes, "%s", entry.bytes);
		pxeboot_tree_free(tree);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

START_TEST(every_policy_lints)
{
	for (uint64_t i = 0; i < POLICIES; i++) {
		char *written = random_policy(7, i, RANDOM_POLICY_ANY);
		struct pxeboot_policy *policy = policy_of(written);
		char *text = embed_of(policy), *again = embed_of(policy);

		ck_assert_str_eq(text, again);
		assert_lints(text);
		pxeboot_policy_unref(policy);
		free(written);
		free(text);
		free(again);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("embed");
	TCase *tests = tcase_create("embed");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, caller_must_want_it);
	tcase_add_loop_test(tests, loader_refuses, 0, sizeof(refused) / sizeof(refused[0]));
	tcase_add_loop_test(tests, renderer_refuses, 0, sizeof(hostile) / sizeof(hostile[0]));
	tcase_add_loop_test(tests, next_is_quoted, 0, sizeof(quoted) / sizeof(quoted[0]));
	tcase_add_test(tests, defaults_are_taken_late);
	tcase_add_test(tests, generic_is_of_no_policy);
	tcase_add_test(tests, the_class_goes_before_dhcp);
	tcase_add_test(tests, roots_in_order);
	tcase_add_test(tests, next_elsewhere_is_asked_once);
	tcase_add_test(tests, ipv6_where_there_is_no_other);
	tcase_add_test(tests, vlan_is_the_last);
	tcase_add_test(tests, groups_that_dhcp_picks);
	tcase_add_test(tests, failsafe_has_all_ways);
	tcase_add_test(tests, hosts_that_need_the_rest);
	tcase_add_test(tests, every_policy_lints);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
