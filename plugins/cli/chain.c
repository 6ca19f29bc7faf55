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

bool chain_reaches_script(const struct pxeboot_walk *walk)
{
	const struct pxeboot_step *last = &walk->steps[walk->n_steps - 1];

	return walk->verdict == PXEBOOT_VERDICT_BOOTS &&
	       (last->program.kind == PXEBOOT_PROGRAM_SCRIPT || last->answer.goes_on);
}

static int walk(struct chain *chain, const struct pxeboot_policy *policy, struct pxeboot_client *client)
{
	struct pxeboot_chooser chooser;
	int r;

	pxeboot_policy_chooser(policy, &chooser);
	r = pxeboot_walk_new(&chooser, client, &chain->walk);
	for (size_t i = 0; r == 0 && i < chain->walk->n_steps; i++) {
		const struct pxeboot_client *asks = chain->walk->steps[i].client;

		r = explain_step(chain, policy, asks, pxeboot_stage_of(policy, asks));
	}
	if (r == 0 && chain_reaches_script(chain->walk))
		r = explain_step(chain, policy, last_step(chain)->client, PXEBOOT_STAGE_SCRIPT);
	return r;
}

bool chain_boots(const struct chain *chain)
{
	return chain->walk->verdict == PXEBOOT_VERDICT_BOOTS;
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

/* A text that can't be resolved was told, and ends the chain there. */
static int lead(struct chain *chain, const struct pxeboot_policy *policy, const char *next,
		struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_client *client = last_step(chain)->client;
	int r = 0;

	while (r == 0 && next && !chain->profile && chain->n_menus < CHAIN_MENUS && !was_shown(chain, next)) {
		r = pxeboot_profile_new(policy, next, client, diagnostics, &chain->profile);
		if (r == -ENOENT)
			r = show_menu(chain, policy, next, diagnostics, &next);
	}
	return r == -EBADMSG ? 0 : r;
}

/* ---- The whole ----------------------------------------------------------------------------------------------------- */

static const char *text_of(const struct chain *chain)
{
	if (chain->profile)
		return "reaches a profile";
	return chain->n_menus ? "reaches a menu" : chain->walk->text;
}

int chain_make(struct chain *chain, const struct pxeboot_policy *policy, struct pxeboot_client *client,
	       struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_decision *decision;
	int r;

	*chain = (struct chain){ .n_steps = 0 };
	r = walk(chain, policy, client);
	if (r < 0)
		return r;
	decision = &chain->steps[chain->n_steps - 1].decision;
	if (decision->stage == PXEBOOT_STAGE_SCRIPT)
		r = lead(chain, policy, decision->boot, diagnostics);
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
