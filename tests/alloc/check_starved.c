/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The library without memory: loading, clients, decisions, scripts, files of the boot root, proofs, lint.
 */
#include <stdlib.h>

#include "starved.h"

static struct pxeboot_policy *policy;
static struct pxeboot_client *client;

static char *in_tests(const char *name)
{
	char *path = NULL;

	ck_assert_int_gt(asprintf(&path, "%s/%s", getenv("PXEBOOT_TESTS"), name), 0);
	return path;
}

/* ---- Loading ------------------------------------------------------------------------------------------------------ */

static char *path;

static void load(struct outcome *outcome, const char *const *overrides, const char *draft)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_policy *loaded = NULL;
	const char *file;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r)
		return;
	outcome->r = draft ? pxeboot_policy_load_draft(path, overrides, path, draft, diagnostics, &loaded)
			   : pxeboot_policy_load_with(path, overrides, diagnostics, &loaded);
	handed(outcome, loaded);
	for (size_t i = 0; loaded && pxeboot_policy_file(loaded, i, &file) == 0; i++)
		made(outcome, file);
	told(outcome, diagnostics);
	pxeboot_policy_unref(loaded);
}

static void load_plain(struct outcome *outcome)
{
	load(outcome, NULL, NULL);
}

static void load_overridden(struct outcome *outcome)
{
	static const char *const overrides[] = { "server.root=/srv/other", "server.state=/var/lib/other", NULL };

	load(outcome, overrides, NULL);
}

static void load_draft(struct outcome *outcome)
{
	load(outcome, NULL, "server: { address = \"10.0.0.1\"; root = \"/srv\"; };\n"
	     "profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n");
}

static void use_sample(void)
{
	path = in_tests("policies/sample/pxeboot.conf");
}

static void use_mistakes(void)
{
	path = in_tests("golden/mistakes/pxeboot.conf");
}

static void use_own_build(void)
{
	path = in_tests("golden/own-build/pxeboot.conf");
}

static void use_datacentre(void)
{
	path = in_tests("golden/datacentre/pxeboot.conf");
}

static void use_nothing(void)
{
	path = in_tests("policies/none.conf");
}

static void forget_path(void)
{
	free(path);
}

/* ---- Clients ------------------------------------------------------------------------------------------------------ */

static void set_facts(struct outcome *outcome)
{
	static const char *const facts[][2] = {
		{ "mac", "52:54:00:12:34:56" }, { "arch", "7,9" }, { "vendor_class", "PXEClient" }, { "user_class", "iPXE" },
		{ "uuid", "4c4c4544-0038-3510-8052-b4c04f4a4d31" }, { "serial", "A 1" }, { "arch", "x" }, { "mac", "no" },
	};
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_client *made_client = NULL;
	const char *text;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_client_new(&made_client);
	for (size_t i = 0; outcome->r == 0 && i < ARRAY_SIZE(facts); i++) {
		int r = pxeboot_client_set(made_client, pxeboot_fact_by_name(facts[i][0]), facts[i][1], diagnostics);

		outcome->r = r == -ENOMEM ? r : 0;
	}
	for (int fact = 0; outcome->r == 0 && fact < PXEBOOT_FACT_COUNT; fact++)
		if (pxeboot_client_get(made_client, fact, &text) == 0)
			made(outcome, text);
	pxeboot_client_unref(made_client);
	told(outcome, diagnostics);
}

static void describe(struct outcome *outcome, const struct pxeboot_client *which)
{
	const char *text;

	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (pxeboot_client_get(which, fact, &text) == 0)
			made(outcome, text);
}

static void from_dnsmasq(struct outcome *outcome)
{
	static const char *const environment[] = {
		"DNSMASQ_VENDOR_CLASS=PXEClient:Arch:00007:UNDI:003016", "DNSMASQ_USER_CLASS0=iPXE",
		"DNSMASQ_CLIENT_ID=01:52:54:00:12:34:56", "DNSMASQ_RELAY_ADDRESS=10.0.0.1", NULL };
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_client *made_client = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_client_from_dnsmasq("52:54:00:12:34:56", "10.0.0.7", environment, diagnostics, &made_client);
	if (made_client)
		describe(outcome, made_client);
	pxeboot_client_unref(made_client);
	told(outcome, diagnostics);
}

static unsigned char packet[300];

static void make_packet(void)
{
	static const unsigned char options[] = { 99, 130, 83, 99, 53, 1, 1, 93, 4, 0, 7, 0, 9, 60, 9, 'P', 'X', 'E', 'C', 'l', 'i',
						 'e', 'n', 't', 77, 4, 'i', 'P', 'X', 'E', 97, 3, 0, 1, 2, 255 };

	memset(packet, 0, sizeof(packet));
	packet[0] = packet[1] = 1;
	packet[2] = 6;
	memcpy(packet + 28, "\x52\x54\0\x12\x34\x56", 6);
	memcpy(packet + 236, options, sizeof(options));
}

static void from_packet(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_client *made_client = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_client_from_packet(packet, sizeof(packet), diagnostics, &made_client);
	if (made_client)
		describe(outcome, made_client);
	pxeboot_client_unref(made_client);
	told(outcome, diagnostics);
}

/* ---- What a policy is asked ------------------------------------------------------------------------------------------ */

static void load_policy(const char *name)
{
	path = in_tests(name);
	ck_assert_int_eq(pxeboot_policy_load(path, NULL, &policy), 0);
	client = client_of("mac=52:54:00:12:34:56 arch=7 vendor_class=PXEClient uuid=4c4c4544-0038-3510-8052-b4c04f4a4d31");
}

static void load_sample(void)
{
	load_policy("policies/sample/pxeboot.conf");
}

static void load_datacentre(void)
{
	load_policy("golden/datacentre/pxeboot.conf");
}

static void load_home(void)
{
	load_policy("golden/home/pxeboot.conf");
}

static void load_one_name(void)
{
	load_policy("golden/one-name/pxeboot.conf");
}

static void drop_policy(void)
{
	policy = pxeboot_policy_unref(policy);
	client = pxeboot_client_unref(client);
	free(path);
}

static void lost(void *context, const struct pxeboot_loss *loss)
{
	made(context, loss->rule.name);
}

/* They allocate nothing at all. */
static void decide(struct outcome *outcome)
{
	struct pxeboot_decision decision;

	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++) {
		pxeboot_decide(policy, client, stage, NULL, &decision);
		made(outcome, decision.file);
		pxeboot_explain(policy, client, stage, NULL, lost, outcome, &decision);
		made(outcome, decision.boot);
	}
}

static void take_tree(struct outcome *outcome, struct pxeboot_tree *tree)
{
	struct pxeboot_entry entry;

	for (size_t i = 0; outcome->r == 0; i++) {
		outcome->r = pxeboot_tree_get(tree, i, &entry);
		if (outcome->r < 0)
			break;
		made(outcome, entry.path);
		outcome->mark = mark_bytes(outcome->mark, entry.bytes, entry.length);
	}
	outcome->r = outcome->r == -ENOENT ? 0 : outcome->r;
	pxeboot_tree_free(tree);
}

static void tree(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_tree *made_tree = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_tree_new(policy, diagnostics, &made_tree);
	if (made_tree)
		take_tree(outcome, made_tree);
	told(outcome, diagnostics);
}

static void tree_once(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_tree *made_tree = NULL;
	struct pxeboot_item item;

	pxeboot_policy_item(policy, 0, &item);
	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_tree_new_once(policy, 0, item.name, "abcdef", diagnostics, &made_tree);
	if (made_tree)
		take_tree(outcome, made_tree);
	told(outcome, diagnostics);
}

static void marks(struct outcome *outcome)
{
	struct pxeboot_marks *made_marks = NULL;

	outcome->r = pxeboot_marks_new(policy, &made_marks);
	if (made_marks)
		outcome->mark = made_marks->names;
	pxeboot_marks_free(made_marks);
}

static void named(struct outcome *outcome)
{
	struct pxeboot_named_files *files = NULL;
	struct pxeboot_named_file file;

	outcome->r = pxeboot_named_files_new(policy, &files);
	for (size_t i = 0; files && pxeboot_named_files_get(files, i, &file) == 0; i++)
		made(outcome, file.path);
	pxeboot_named_files_free(files);
}

static void take_text(struct outcome *outcome, char *text, struct pxeboot_diagnostics *diagnostics)
{
	handed(outcome, text);
	if (text)
		made(outcome, text);
	free(text);
	told(outcome, diagnostics);
}

static void embed(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	char *text = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_embed_script(policy, diagnostics, &text, NULL);
	take_text(outcome, text, diagnostics);
}

static void live(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	char *text = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_live_script(policy, client, NULL, diagnostics, &text, NULL);
	take_text(outcome, text, diagnostics);
}

static void once(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_item item;
	char *text = NULL;

	pxeboot_policy_item(policy, 0, &item);
	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_once_script(policy, 0, item.name, "abcdef", 7, false, diagnostics, &text);
	take_text(outcome, text, diagnostics);
}

static void answers(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	char *text = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_answers(policy, "52-54-00-12-34-56", "debian/debian.preseed", client, NULL, diagnostics, &text,
					     NULL);
	take_text(outcome, text, diagnostics);
}

static void screens(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_item item;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	for (size_t i = 0; outcome->r == 0 && pxeboot_policy_item(policy, i, &item) == 0; i++) {
		struct pxeboot_screen *screen = NULL;
		struct pxeboot_profile *profile = NULL;

		outcome->r = item.is_menu ? pxeboot_screen_new(policy, item.name, client, true, diagnostics, &screen)
					  : pxeboot_profile_new(policy, item.name, client, diagnostics, &profile);
		for (size_t j = 0; screen && j < screen->n_lines; j++)
			made(outcome, screen->lines[j].text);
		if (profile)
			made(outcome, profile->args);
		pxeboot_screen_free(screen);
		pxeboot_profile_free(profile);
	}
	told(outcome, diagnostics);
}

/* ---- Proofs ---------------------------------------------------------------------------------------------------------- */

static void walk(struct outcome *outcome)
{
	struct pxeboot_chooser chooser = { 0 };
	struct pxeboot_walk *made_walk = NULL;

	pxeboot_policy_chooser(policy, &chooser);
	outcome->r = pxeboot_walk_new(&chooser, client, &made_walk);
	if (made_walk)
		made(outcome, made_walk->text);
	pxeboot_walk_free(made_walk);
}

static void prove(struct outcome *outcome)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_proof proof = { 0 };

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_policy_prove(policy, NULL, NULL, diagnostics, &proof);
	outcome->mark = mark_bytes(outcome->mark, &proof.classes, sizeof(proof.classes));
	outcome->mark = mark_bytes(outcome->mark, &proof.booting, sizeof(proof.booting));
	told(outcome, diagnostics);
}

static void lint(struct outcome *outcome)
{
	static const char script[] = "#!ipxe\nset a ${b}\n:again\ngoto nowhere\nmenu\nitem x\nchoose y && goto ${y}\nkernle x\n"
				     "chain --frobnicate ${z} || goto again\n";
	struct pxeboot_diagnostics *diagnostics = NULL;

	outcome->r = pxeboot_diagnostics_new(&diagnostics);
	if (outcome->r == 0)
		outcome->r = pxeboot_lint("script", script, strlen(script), NULL, diagnostics);
	told(outcome, diagnostics);
}

static const struct work works[] = {
	{ "load: a policy", load_plain, use_sample, forget_path },
	{ "load: with overrides", load_overridden, use_sample, forget_path },
	{ "load: a draft", load_draft, use_sample, forget_path },
	{ "load: one with hosts and groups", load_plain, use_datacentre, forget_path },
	{ "load: of two files", load_plain, use_own_build, forget_path },
	{ "load: one full of mistakes", load_plain, use_mistakes, forget_path },
	{ "load: one that is not there", load_plain, use_nothing, forget_path },
	{ "client: facts", set_facts, NULL, NULL },
	{ "client: of dnsmasq", from_dnsmasq, NULL, NULL },
	{ "client: of a packet", from_packet, make_packet, NULL },
	{ "decide", decide, load_datacentre, drop_policy },
	{ "tree: menus and pictures", tree, load_home, drop_policy },
	{ "tree: hosts and groups", tree, load_datacentre, drop_policy },
	{ "tree: one name", tree, load_one_name, drop_policy },
	{ "tree: a one-shot boot", tree_once, load_datacentre, drop_policy },
	{ "marks", marks, load_datacentre, drop_policy },
	{ "named files", named, load_sample, drop_policy },
	{ "embedded script", embed, load_sample, drop_policy },
	{ "live script", live, load_sample, drop_policy },
	{ "one-shot script", once, load_sample, drop_policy },
	{ "answers", answers, load_sample, drop_policy },
	{ "screens and profiles", screens, load_sample, drop_policy },
	{ "walk", walk, load_sample, drop_policy },
	{ "proof: sample", prove, load_sample, drop_policy },
	{ "proof: hosts and groups", prove, load_datacentre, drop_policy },
	{ "lint", lint, NULL, NULL },
};

START_TEST(starve_it)
{
	starve_work(&works[_i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("starved");
	TCase *tcase = tcase_create("library");

	tcase_set_timeout(tcase, 600);
	tcase_add_loop_test(tcase, starve_it, 0, ARRAY_SIZE(works));
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
