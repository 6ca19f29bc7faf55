/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One policy, many threads: each reads packets, decides, explains, renders and proves, and gets what one thread alone gets;
 * whoever drops the last reference frees it.  ThreadSanitizer looks on where the tests are built with it.
 */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "base/text.h"
#include "craft.h"
#include "policy_testing.h"

#define THREADS 8
#define ROUNDS 20

/* ---- All that a policy is asked ---------------------------------------------------------------------------------- */

static const char *const machines[] = {
	"mac=52:54:00:99:00:01",			/* everybody's */
	"mac=52:54:00:12:34:56 arch=0",			/* a host, by each of its names */
	"mac=52:54:00:99:00:02 uuid=00112233-4455-6677-8899-aabbccddeeff arch=7 vendor_class=PXEClient:Arch:00007",
	"mac=52:54:00:99:00:03 arch=11 user_class=iPXE",	/* groups */
	"mac=52:54:11:00:00:01 arch=16 vendor_class=HTTPClient:Arch:00016",
};

static void tell_loss(void *context, const struct pxeboot_loss *loss)
{
	text_addf(context, "not %s %s: %s %s, %zu\n", loss->rule.kind, loss->rule.name,
		  loss->term ? loss->term->name : loss->why, loss->term && !loss->got_error ? loss->got : "-", loss->n_failed);
}

static void tell_decision(const struct pxeboot_decision *decision, struct text *out)
{
	text_addf(out, "%s %s: %s %s by %s of line %u, %s\n", pxeboot_stage_name(decision->stage),
		  pxeboot_decision_kind_name(decision->kind), decision->file ? decision->file : "-",
		  decision->boot ? decision->boot : "-", decision->rule.kind ? decision->rule.kind : "-", decision->rule.line,
		  decision->reason ? decision->reason : "-");
}

static void ask_stages(const struct pxeboot_policy *policy, const struct pxeboot_client *client, struct text *out)
{
	struct pxeboot_decision decision;

	text_addf(out, "stage %d\n", pxeboot_stage_of(policy, client));
	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++) {
		pxeboot_decide(policy, client, (enum pxeboot_stage)stage, NULL, &decision);
		tell_decision(&decision, out);
		pxeboot_explain(policy, client, (enum pxeboot_stage)stage, NULL, tell_loss, out, &decision);
		tell_decision(&decision, out);
	}
}

/* Takes @script, or says why there is none. */
static void tell_script(int error, char *script, struct text *out)
{
	if (error)
		text_addf(out, "error %d\n", error);
	else
		text_add(out, script);
	free(script);
}

static void ask_screens(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			struct pxeboot_diagnostics *findings, struct text *out)
{
	struct pxeboot_screen *screen = NULL;
	struct pxeboot_profile *profile = NULL;

	if (pxeboot_screen_new(policy, "main", client, false, findings, &screen) == 0)
		for (size_t i = 0; i < screen->n_lines; i++)
			text_addf(out, "line '%s'\n", screen->lines[i].text);
	pxeboot_screen_free(screen);
	if (pxeboot_profile_new(policy, "san", client, findings, &profile) == 0)
		text_addf(out, "profile %s %s\n", profile->kind, profile->target);
	pxeboot_profile_free(profile);
}

/* Findings are a list's, and a list is one thread's. */
static void tell_findings(struct pxeboot_diagnostics *findings, struct text *out)
{
	for (size_t i = 0; i < pxeboot_diagnostics_count(findings); i++)
		text_addf(out, "%s\n", pxeboot_diagnostics_get(findings, i)->text);
	pxeboot_diagnostics_free(findings);
}

static void ask_client(const struct pxeboot_policy *policy, const struct pxeboot_client *client, struct text *out)
{
	struct pxeboot_diagnostics *findings;
	char *script = NULL;
	int r;

	ask_stages(policy, client, out);
	if (pxeboot_diagnostics_new(&findings) < 0)
		return;
	ask_screens(policy, client, findings, out);
	r = pxeboot_live_script(policy, client, NULL, findings, &script, NULL);
	tell_script(r, script, out);
	script = NULL;
	r = pxeboot_answers(policy, "52-54-00-12-34-56", "install/install.preseed", client, NULL, findings, &script, NULL);
	tell_script(r, script, out);
	tell_findings(findings, out);
}

static void ask_machine(const struct pxeboot_policy *policy, const char *facts, struct text *out)
{
	char *copy = strdup(facts), *save = NULL;
	struct pxeboot_client *client = NULL;

	if (!copy || pxeboot_client_new(&client) < 0)
		text_add(out, "no memory\n");
	for (char *word = copy ? strtok_r(copy, " ", &save) : NULL; client && word; word = strtok_r(NULL, " ", &save)) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		text_addf(out, "set %d\n", pxeboot_client_set(client, pxeboot_fact_by_name(word), value, NULL));
	}
	if (client)
		ask_client(policy, client, out);
	pxeboot_client_unref(client);
	free(copy);
}

static void ask_packet(const struct pxeboot_policy *policy, struct text *out)
{
	struct pxeboot_client *client = NULL;
	struct craft craft;

	craft_begin(&craft);
	craft_option(&craft, 93, "\0\7", 2);
	craft_option(&craft, 60, "PXEClient:Arch:00007:UNDI:003016", 32);
	craft_end(&craft);
	text_addf(out, "packet %d\n", pxeboot_client_from_packet(craft.bytes, craft.length, NULL, &client));
	if (client)
		ask_client(policy, client, out);
	pxeboot_client_unref(client);
}

static void ask_tree(const struct pxeboot_policy *policy, struct text *out)
{
	struct pxeboot_diagnostics *findings;
	struct pxeboot_tree *tree = NULL;
	struct pxeboot_entry entry;
	struct pxeboot_proof proof;
	char *script = NULL;
	int r;

	if (pxeboot_diagnostics_new(&findings) < 0)
		return;
	r = pxeboot_embed_script(policy, findings, &script, NULL);
	tell_script(r, script, out);
	text_addf(out, "tree %d\n", pxeboot_tree_new(policy, findings, &tree));
	for (size_t i = 0; tree && pxeboot_tree_get(tree, i, &entry) == 0; i++)
		text_addf(out, "%s %zu %s\n", entry.path, entry.length, entry.bytes);
	pxeboot_tree_free(tree);
	if (pxeboot_policy_prove(policy, NULL, NULL, findings, &proof) == 0)
		text_addf(out, "proof %zu %zu %zu\n", proof.classes, proof.script_classes, proof.booting);
	tell_findings(findings, out);
}

/* The whole as one text; no ck_assert() in here, which only one thread may call.  NULL without memory. */
static char *ask_all(const struct pxeboot_policy *policy)
{
	CLEANUP_TEXT struct text out = { 0 };
	char *all = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		ask_machine(policy, machines[i], &out);
	ask_packet(policy, &out);
	ask_tree(policy, &out);
	return text_take(&out, &all, NULL) < 0 ? NULL : all;
}

/* ---- Threads ----------------------------------------------------------------------------------------------------- */

struct team {
	struct pxeboot_policy *policy;
	const char *expected;
	pthread_barrier_t start;
	atomic_uint wrong;
};

/* Each round has a reference of its own, the last one from when the team's is gone. */
static void *work(void *context)
{
	struct team *team = context;
	struct pxeboot_policy *policy = pxeboot_policy_ref(team->policy);

	pthread_barrier_wait(&team->start);
	for (int i = 0; i < ROUNDS; i++) {
		struct pxeboot_policy *more = pxeboot_policy_ref(policy);
		char *got = ask_all(more);

		if (!got || strcmp(got, team->expected) != 0)
			team->wrong++;
		free(got);
		pxeboot_policy_unref(policy);
		policy = more;
	}
	pxeboot_policy_unref(policy);
	return NULL;
}

START_TEST(test_one_policy)
{
	struct team team = { .policy = load_file("correct") };
	pthread_t threads[THREADS];
	char *expected = ask_all(team.policy);

	ck_assert_ptr_nonnull(expected);
	ck_assert_ptr_nonnull(strstr(expected, "/profiles/install.ipxe"));
	team.expected = expected;
	ck_assert_int_eq(pthread_barrier_init(&team.start, NULL, THREADS + 1), 0);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &team), 0);
	pthread_barrier_wait(&team.start);
	pxeboot_policy_unref(team.policy);		/* whose last user is one of the threads */
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&team.start);
	free(expected);
	ck_assert_uint_eq(team.wrong, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("shared");
	TCase *tcase = tcase_create("threads");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, test_one_policy);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
