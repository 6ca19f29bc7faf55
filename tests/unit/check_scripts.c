/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One machine's scripts: once/KEY.ipxe, and the live script, which must go where the decision goes, for whatever policy and
 * client.  What the real iPXE makes of them is seen in tests/firmware/scripts.
 */
#include "testing.h"

#include <errno.h>
#include <stdlib.h>

#include "random_client.h"
#include "random_policy.h"

#define TOKEN "525400123456" "00112233445566778899aabbccddeeff"
#define POLICIES 200
#define CLIENTS 25

static const char whole[] =
	"server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; };\n"
	"vars: { site = \"here\"; };\n"
	"profiles: { disk: { action = \"disk\"; };\n"
	"  install: { kernel = \"k\"; args = \"a=${role:-x} token=${token} done=${done}\"; }; };\n"
	"menus: { main: { timeout = 5; default = \"disk\"; entries = ( { profile = \"disk\"; },\n"
	"  { profile = \"install\"; groups = \"these\"; } ); }; };\n"
	"hosts: ( { name = \"n1\"; mac = [ \"52:54:00:12:34:56\", \"52:54:00:12:34:57\" ]; boot = \"main\"; default = \"disk\";\n"
	"           timeout = 9; vars = { role = \"db\"; }; },\n"
	"         { name = \"n2\"; serial = \"ABC\"; boot = \"disk\"; } );\n"
	"groups: ( { name = \"these\"; match = { product = \"B 7\"; }; boot = \"install\"; vars = { role = \"lab\"; }; } );\n"
	"boot = \"main\"; unknown = \"discover\";\n";

/* Without a finding for any iPXE from 2019 on. */
static void assert_lints(const char *text)
{
	for (int target = 0; target < PXEBOOT_LINT_TARGET_COUNT; target++) {
		struct pxeboot_lint_options options = { .target = (enum pxeboot_lint_target)target };
		struct pxeboot_diagnostics *diagnostics;

		ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
		ck_assert_int_eq(pxeboot_lint("script", text, strlen(text), &options, diagnostics), 0);
		ck_assert_msg(pxeboot_diagnostics_count(diagnostics) == 0, "%s: %s\n%s", pxeboot_lint_target_name(target),
			      pxeboot_diagnostics_get(diagnostics, 0)->text, text);
		pxeboot_diagnostics_free(diagnostics);
	}
}

static size_t count_lines(const char *text, const char *line)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, line)); at++)
		n += at == text || at[-1] == '\n';
	return n;
}

/* ---- One-shot boots ----------------------------------------------------------------------------------------------- */

static const struct {
	size_t host;
	const char *boot, *token;
	int code;
} refused[] = {
	{ 2, "install", TOKEN, -ENOENT },		/* no such host */
	{ SIZE_MAX, "install", TOKEN, -ENOENT },
	{ 0, "nothing", TOKEN, -ENOENT },
	{ 0, "", TOKEN, -ENOENT },
	{ 0, NULL, TOKEN, -EINVAL },
	{ 1, "install", TOKEN, -EINVAL },		/* no MAC address, so no file */
	{ 0, "install", "", -EINVAL },
	{ 0, "install", "AB", -EINVAL },		/* capitals */
	{ 0, "install", "ab\nshell", -EINVAL },
	{ 0, "install", "ab ", -EINVAL },
	{ 0, "install", "${ab}", -EINVAL },
	{ 0, "install", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0", -EINVAL },
};

START_TEST(once_refuses)
{
	struct pxeboot_policy *policy = policy_of(whole);
	char *text = (char *)1;

	ck_assert_int_eq(pxeboot_once_script(policy, refused[_i].host, refused[_i].boot, refused[_i].token, 1, false, NULL,
					     &text), refused[_i].code);
	ck_assert_ptr_eq(text, (char *)1);
	pxeboot_policy_unref(policy);
}
END_TEST

static const struct {
	const char *boot, *token;
	uint32_t round;
	bool over;
	const char *second, *goes, *token_line;
} given[] = {
	{ "install", TOKEN, 1, false, "# one-shot boot, round 1: n1, from ",
	  "chain --replace --autofree ${base}/profiles/install.ipxe ||", "set var-token " TOKEN "\n" },
	{ "main", NULL, 4294967295u, false, "# one-shot boot, round 4294967295: n1, from ",
	  "chain --replace --autofree ${base}/menus/main.ipxe ||", "clear var-token ||\n" },
	{ "disk", NULL, 12, true, "# after the one-shot boot, round 12: n1, from ",
	  "chain --replace --autofree ${base}/profiles/disk.ipxe ||", "clear var-token ||\n" },
	{ "discover", "a", 2, true, "# after the one-shot boot, round 2: n1, from ",
	  "chain --replace --autofree ${base}/profiles/discover.ipxe ||", "set var-token a\n" },
};

START_TEST(once_goes_there)
{
	struct pxeboot_policy *policy = policy_of(whole);
	char *text;

	ck_assert_int_eq(pxeboot_once_script(policy, 0, given[_i].boot, given[_i].token, given[_i].round, given[_i].over, NULL,
					     &text), 0);
	ck_assert(strncmp(text, "#!ipxe\n", 7) == 0 && strncmp(text + 7, given[_i].second, strlen(given[_i].second)) == 0);
	ck_assert_uint_eq(count_lines(text, given[_i].goes), 1);
	ck_assert_uint_eq(count_lines(text, "chain "), 1);
	ck_assert_uint_eq(count_lines(text, given[_i].token_line), 1);
	assert_lints(text);
	free(text);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Live answers ------------------------------------------------------------------------------------------------- */

static const struct {
	const char *facts;
	struct pxeboot_progress progress;
	const char *goes;
	const char *says[6], *never;
} live[] = {
	{ "", { NULL, NULL }, "profiles/discover", { "set var-machine default\n", "set var-site here\n", "clear var-token ||\n" },
	  "set var-role" },
	{ "mac=52:54:00:12:34:57", { NULL, NULL }, "menus/main", { "set var-name n1\n", "set var-machine 52-54-00-12-34-56\n",
	  "set timeout-main 9000\n", "set default-main ", "set var-role db\n", "clear var-token ||\n" }, "set in-group" },
	{ "mac=52:54:00:12:34:56", { "install", TOKEN }, "profiles/install", { "set var-name n1\n", "set var-token " TOKEN "\n",
	  "set var-role db\n" }, "clear var-token" },
	{ "mac=52:54:00:12:34:56", { "disk", NULL }, "profiles/disk", { "clear var-token ||\n" }, NULL },
	{ "serial=ABC", { NULL, NULL }, "profiles/disk", { "set var-machine serial-ABC\n" }, "set var-role" },
	{ "mac=52:54:00:00:00:01 product=B~7", { NULL, NULL }, "profiles/install", { "set in-group these\n",
	  "set var-name ${mac:hexhyp}\n", "set var-role lab\n" }, "set timeout-main" },
	{ "mac=x", { NULL, NULL }, "profiles/discover", { "set var-machine default\n" }, NULL },
};

static char *live_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
		     const struct pxeboot_progress *progress)
{
	size_t length = 0;
	char *text;

	ck_assert_int_eq(pxeboot_live_script(policy, client, progress, NULL, &text, &length), 0);
	ck_assert_uint_eq(strlen(text), length);
	return text;
}

static void set_facts(struct pxeboot_client *client, const char *facts)
{
	char *copy = strdup(facts), *save = NULL;

	for (char *fact = strtok_r(copy, " ", &save); fact; fact = strtok_r(NULL, " ", &save)) {
		char *value = strchr(fact, '='), *blank = strchr(fact, '~');

		*value++ = '\0';
		if (blank)
			*blank = ' ';
		pxeboot_client_set(client, pxeboot_fact_by_name(fact), value, NULL);
	}
	free(copy);
}

START_TEST(live_goes_there)
{
	struct pxeboot_policy *policy = policy_of(whole);
	struct pxeboot_client *client;
	char goes[128], *text;

	ck_assert_int_eq(pxeboot_client_new(&client), 0);
	set_facts(client, live[_i].facts);
	text = live_of(policy, client, &live[_i].progress);
	snprintf(goes, sizeof(goes), "chain --replace --autofree ${base}/%s.ipxe || goto failed\n", live[_i].goes);
	ck_assert_msg(count_lines(text, goes) == 1, "%s", text);
	for (size_t i = 0; i < 6 && live[_i].says[i]; i++)
		ck_assert_msg(count_lines(text, live[_i].says[i]) == 1, "%s in %s", live[_i].says[i], text);
	ck_assert(!live[_i].never || !strstr(text, live[_i].never));
	assert_lints(text);
	free(text);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(live_refuses)
{
	struct pxeboot_policy *policy = policy_of(whole);
	struct pxeboot_client *client = client_of("mac=52:54:00:12:34:56");
	char *text = (char *)1;

	ck_assert_int_eq(pxeboot_live_script(policy, client, &(struct pxeboot_progress){ NULL, "x y" }, NULL, &text, NULL),
			 -EINVAL);
	ck_assert_int_eq(pxeboot_live_script(policy, NULL, NULL, NULL, &text, NULL), -EINVAL);
	ck_assert_int_eq(pxeboot_live_script(policy, client, NULL, NULL, NULL, NULL), -EINVAL);
	ck_assert_ptr_eq(text, (char *)1);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* Where a live script goes is where the decision goes. */
static void compare(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	struct pxeboot_decision decision;
	char *text = live_of(policy, client, NULL), goes[160];

	pxeboot_decide(policy, client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	snprintf(goes, sizeof(goes), "chain --replace --autofree ${base}/%s/%s.ipxe || goto failed\n",
		 decision.kind == PXEBOOT_DECISION_MENU ? "menus" : "profiles", decision.boot);
	ck_assert_msg(count_lines(text, goes) == 1, "%s is not in %s", goes, text);
	ck_assert_uint_eq(count_lines(text, "chain "), 2);	/* the other one starts over, by a person's choice */
	free(text);
}

START_TEST(live_equals_decide)
{
	for (uint64_t i = 0; i < POLICIES; i++) {
		char *text = random_policy(3, i, RANDOM_POLICY_SMALL);
		struct pxeboot_policy *policy = policy_of(text);

		for (uint64_t j = 0; j < CLIENTS; j++) {
			uint8_t packet[RANDOM_CLIENT_PACKET];
			struct pxeboot_client *client;
			struct random_client random;

			random_client(3, i * CLIENTS + j, &random);
			ck_assert_int_eq(pxeboot_client_from_packet(packet, random_client_packet(&random, packet), NULL, &client),
					 0);
			compare(policy, client);
			pxeboot_client_unref(client);
		}
		free(text);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("scripts");
	TCase *tests = tcase_create("scripts");

	tcase_add_loop_test(tests, once_refuses, 0, sizeof(refused) / sizeof(refused[0]));
	tcase_add_loop_test(tests, once_goes_there, 0, sizeof(given) / sizeof(given[0]));
	tcase_add_loop_test(tests, live_goes_there, 0, sizeof(live) / sizeof(live[0]));
	tcase_add_test(tests, live_refuses);
	tcase_add_test(tests, live_equals_decide);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
