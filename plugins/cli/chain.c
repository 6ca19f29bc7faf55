/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The library's walk, each question of it explained; then the menus and the profile to which the script leads by itself.
 */
#include "chain.h"

#include <errno.h>
#include <string.h>

/* ---- The walk ------------------------------------------------------------------------------------------------------ */

static int explain_step(struct chain *chain, const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			enum pxeboot_stage stage)
{
	struct explanation *explanation = &chain->steps[chain->n_steps++];

	explanation_make(explanation, policy, client, stage);
	return explanation->error;
}

static const struct pxeboot_step *last_step(const struct chain *chain)
{
	return &chain->walk->steps[chain->walk->n_steps - 1];
}

bool chain_reaches_script(const struct pxeboot_policy *policy, const struct pxeboot_walk *walk)
{
	return walk->verdict == PXEBOOT_VERDICT_BOOTS &&
	       pxeboot_policy_has_menus(policy, walk->steps[walk->n_steps - 1].program.kind);
}

/* The files of other programs than iPXE have other names, which nobody needs to know. */
static int explain_script(struct chain *chain, const struct pxeboot_policy *policy)
{
	enum pxeboot_program_kind kind = last_step(chain)->program.kind;
	int r = explain_step(chain, policy, last_step(chain)->client, PXEBOOT_STAGE_SCRIPT);

	if (kind != PXEBOOT_PROGRAM_IPXE && kind != PXEBOOT_PROGRAM_SCRIPT)
		chain->steps[chain->n_steps - 1].path = NULL;
	return r;
}

static int walk(struct chain *chain, const struct pxeboot_policy *policy, const struct pxeboot_chooser *chooser,
		struct pxeboot_client *client)
{
	int r = pxeboot_walk_new(chooser, client, &chain->walk);

	for (size_t i = 0; r == 0 && i < chain->walk->n_steps; i++) {
		const struct pxeboot_client *asks = chain->walk->steps[i].client;

		r = explain_step(chain, policy, asks, pxeboot_stage_of(policy, asks));
	}
	if (r == 0 && chain_reaches_script(policy, chain->walk))
		r = explain_script(chain, policy);
	return r;
}

/* ---- What the script leads to ------------------------------------------------------------------------------------- */

static bool was_shown(const struct chain *chain, const char *menu)
{
	for (size_t i = 0; i < chain->n_menus; i++)
		if (strcmp(chain->menus[i].name, menu) == 0)
			return true;
	return false;
}

/* Shows the menu; the profile or menu that it takes by itself comes next, or NULL. */
static int show_menu(struct chain *chain, const struct pxeboot_policy *policy, const char *name,
		     struct pxeboot_diagnostics *diagnostics, const char **ret_next)
{
	struct chain_menu *menu = &chain->menus[chain->n_menus];
	const struct pxeboot_client *client = last_step(chain)->client;
	int r = pxeboot_screen_new(policy, name, client, chain->n_menus > 0, diagnostics, &menu->screen);

	if (r < 0)
		return r;
	chain->n_menus++;
	menu->name = name;
	if (menu->screen->selected < menu->screen->n_lines)
		menu->taken = &menu->screen->lines[menu->screen->selected];
	*ret_next = menu->taken && !menu->taken->locked ? menu->taken->target : NULL;
	return 0;
}

/* Does it come back to @next without anybody at the machine? */
static bool comes_back(const struct chain *chain, const char *next)
{
	bool round = false;

	for (size_t i = 0; i < chain->n_menus; i++) {
		round |= strcmp(chain->menus[i].name, next) == 0;
		if (round && !chain->menus[i].screen->timeout)
			return false;
	}
	return round;
}

/* The same of a profile that chains to a script or loader of ours. */
static bool leads_back(const struct chain *chain, const struct pxeboot_policy *policy,
		       const struct pxeboot_chooser *chooser)
{
	const char *name = chain->profile->name;
	const char *next = pxeboot_profile_leads_to(policy, chooser, last_step(chain)->client, name);

	return next && (strcmp(next, name) == 0 || comes_back(chain, next));
}

/* A text that can't be resolved was told, and ends the chain there. */
static int lead(struct chain *chain, const struct pxeboot_policy *policy, const struct pxeboot_chooser *chooser,
		const char *next, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_client *client = last_step(chain)->client;
	int r = 0;

	while (r == 0 && next && !chain->profile && chain->n_menus < CHAIN_MENUS && !was_shown(chain, next)) {
		r = pxeboot_profile_new(policy, next, client, diagnostics, &chain->profile);
		if (r == -ENOENT)
			r = show_menu(chain, policy, next, diagnostics, &next);
	}
	if (r == 0 && chain->profile)
		chain->goes_round = leads_back(chain, policy, chooser);
	else
		chain->goes_round = r == 0 && next && comes_back(chain, next);
	return r == -EBADMSG ? 0 : r;
}

/* ---- Files --------------------------------------------------------------------------------------------------------- */

const char *chain_path(const struct chain *chain, size_t step)
{
	const struct pxeboot_answer *answer;

	if (step >= chain->walk->n_steps)
		return chain->steps[step].path;
	answer = &chain->walk->steps[step].answer;
	return answer->path ? answer->path : answer->file;
}

const char *chain_problem(const struct chain *chain, const char *path)
{
	for (size_t i = 0; path && i < chain->n_faults; i++)
		if (strcmp(chain->faults[i].path, path) == 0)
			return chain->faults[i].problem;
	return NULL;
}

/* @ours: `apply` writes it. */
static const char *problem_of(const struct boot_root *root, const char *path, bool ours)
{
	struct boot_file file;
	int r = boot_file_open(root, path, &file);
	bool regular, readable;

	if (r == -ENOENT || r == -ENOTDIR)
		return ours ? "no such file until pxeboot apply" : "no such file";
	if (r < 0)
		return "can't be opened";
	regular = S_ISREG(file.status.st_mode);
	readable = boot_file_readable(root, &file);
	boot_file_close(&file);
	if (!regular)
		return "no regular file";
	return readable ? NULL : "the server may not read it";
}

/* What is on other servers can't be seen from here. */
static void look_for(struct chain *chain, const struct boot_root *root, const char *path, bool ours)
{
	const char *problem;

	if (!path || strstr(path, "://") || chain->n_faults == CHAIN_FAULTS || chain_problem(chain, path))
		return;
	problem = problem_of(root, path, ours);
	if (problem)
		chain->faults[chain->n_faults++] = (struct chain_fault){ path, problem };
}

static bool boots_file(const struct pxeboot_profile *profile)
{
	return strcmp(profile->kind, "action") != 0 && strcmp(profile->kind, "san") != 0;
}

static void look_for_all(struct chain *chain, const struct boot_root *root)
{
	const struct pxeboot_profile *profile = chain->profile;

	for (size_t i = 0; i < chain->n_steps; i++)
		look_for(chain, root, chain_path(chain, i), chain->steps[i].decision.kind != PXEBOOT_DECISION_LOADER);
	if (!profile)
		return;
	look_for(chain, root, boots_file(profile) ? profile->target : NULL, false);
	for (size_t i = 0; i < profile->n_initrds; i++)
		look_for(chain, root, profile->initrds[i], false);
	for (size_t i = 0; i < profile->n_answers; i++)
		look_for(chain, root, profile->answers[i], true);
}

/* ---- The whole ----------------------------------------------------------------------------------------------------- */

bool chain_boots(const struct chain *chain)
{
	return chain->walk->verdict == PXEBOOT_VERDICT_BOOTS && !chain->goes_round && !chain->n_faults;
}

const char *chain_verdict(const struct chain *chain)
{
	bool missing = chain->walk->verdict == PXEBOOT_VERDICT_BOOTS && chain->n_faults;

	if (chain->goes_round)
		return pxeboot_verdict_name(PXEBOOT_VERDICT_LOOP);
	return missing ? "missing" : pxeboot_verdict_name(chain->walk->verdict);
}

static const char *text_of(const struct chain *chain)
{
	if (chain->goes_round && chain->profile)
		return "the profile leads back to where it came from, for ever";
	if (chain->goes_round)
		return "the menus send each other on for ever, until a key is pressed";
	if (chain->walk->verdict == PXEBOOT_VERDICT_BOOTS && chain->n_faults)
		return "files that it asks for are not to be had";
	if (chain->profile)
		return "reaches a profile";
	return chain->n_menus ? "reaches a menu" : chain->walk->text;
}

int chain_make(struct chain *chain, const struct pxeboot_policy *policy, struct boot_looker *looker,
	       struct pxeboot_client *client, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_decision *decision;
	struct pxeboot_chooser chooser;
	int r;

	*chain = (struct chain){ .n_steps = 0 };
	pxeboot_policy_chooser(policy, &chooser);
	chooser.look = looker ? boot_looker_look : NULL;
	chooser.look_context = looker;
	r = walk(chain, policy, &chooser, client);
	if (r < 0)
		return r;
	decision = &chain->steps[chain->n_steps - 1].decision;
	if (decision->stage == PXEBOOT_STAGE_SCRIPT)
		r = lead(chain, policy, &chooser, decision->boot, diagnostics);
	if (looker)
		look_for_all(chain, &looker->root);
	chain->text = text_of(chain);
	return r;
}

void chain_free(struct chain *chain)
{
	for (size_t i = 0; i < chain->n_steps; i++)
		explanation_free(&chain->steps[i]);
	for (size_t i = 0; i < chain->n_menus; i++)
		pxeboot_screen_free(chain->menus[i].screen);
	pxeboot_profile_free(chain->profile);
	pxeboot_walk_free(chain->walk);
}

struct pxeboot_client *client_copy(const struct pxeboot_client *client)
{
	struct pxeboot_client *copy;
	const char *text;

	if (pxeboot_client_new(&copy) < 0)
		return NULL;
	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (pxeboot_client_get(client, fact, &text) == 0 && pxeboot_client_set(copy, fact, text, NULL) == -ENOMEM)
			return pxeboot_client_unref(copy);
	return copy;
}
