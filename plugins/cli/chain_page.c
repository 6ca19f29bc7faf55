/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each stage: what it asks, what it gets, from which rule, and which rules lost.  A rule that lost is shown where it
 * could have won: at DHCP those whose terms the DHCP server tests, all others at the script.
 */
#include "chain_page.h"

#include <string.h>

#include "wording.h"

/* One stage, on its way to a page. */
struct stage {
	struct page *page;
	const struct pxeboot_policy *policy;
	const struct explanation *explanation;
	const char *script;		/* that asks, at the script stage */
	const char *problem;		/* with the file that it gets, or NULL */
	size_t lost_limit;
	bool whole;			/* the stage is one of a chain */
};

/* ---- A stage ------------------------------------------------------------------------------------------------------- */

static void add_question(const struct stage *stage)
{
	const struct pxeboot_decision *decision = &stage->explanation->decision;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (decision->stage < PXEBOOT_STAGE_SCRIPT) {
		wording_add_question(&text, stage->explanation->client, decision->arch);
	} else {
		text_add_escaped(&text, stage->script);
		text_add(&text, ": whose machine is ");
		if (!wording_add_identity(&text, stage->explanation->client))
			text_add(&text, "this");
		text_add_char(&text, '?');
	}
	page_add(stage->page, "asks", PAGE_PLAIN, &text);
}

/* What named the answer, and under which rule it would be without one. */
static const struct pxeboot_rule *rule_of(const struct stage *stage)
{
	const struct pxeboot_decision *decision = &stage->explanation->decision;

	return decision->source.kind ? &decision->source : &decision->rule;
}

static void add_file(const struct stage *stage, struct text *text)
{
	const struct pxeboot_decision *decision = &stage->explanation->decision;

	if (decision->stage == PXEBOOT_STAGE_SCRIPT)
		text_addf(text, "%s %s%s%s", pxeboot_decision_kind_name(decision->kind), decision->boot,
			  stage->explanation->path ? ", " : "", stage->explanation->path ? stage->explanation->path : "");
	else
		text_add(text, decision->file);
	if (decision->file && !strstr(decision->file, "://"))
		text_addf(text, " from %s", pxeboot_policy_get(stage->policy, "server.address"));
}

static void add_problem(struct page *page, const struct pxeboot_policy *policy, const char *problem)
{
	if (problem)
		page_addf(page, "but", PAGE_BAD, "%s in %s", problem, pxeboot_policy_get(policy, "server.root"));
}

/* A built-in rule stands nowhere: it takes no line of its own. */
static void add_answer(const struct stage *stage)
{
	const struct pxeboot_rule *rule = rule_of(stage);
	CLEANUP_TEXT struct text text = TEXT_INIT;
	CLEANUP_TEXT struct text place = TEXT_INIT;

	if (stage->explanation->decision.kind == PXEBOOT_DECISION_NONE) {
		page_addf(stage->page, "gets", PAGE_BAD, "nothing: %s", stage->explanation->decision.reason);
		return;
	}
	add_file(stage, &text);
	if (!rule->line)
		text_addf(&text, " (built in: %s %s)", rule->kind, rule->name);
	page_add(stage->page, "gets", PAGE_STRONG, &text);
	add_problem(stage->page, stage->policy, stage->problem);
	if (!rule->line)
		return;
	wording_add_rule(&place, rule);
	page_add(stage->page, "rule", PAGE_PLAIN, &place);
}

/* ---- What lost ----------------------------------------------------------------------------------------------------- */

static bool is_host(const struct pxeboot_rule *rule)
{
	return rule->kind && strcmp(rule->kind, "host") == 0;
}

/* By what a host was looked for in vain. */
static void add_no_host(const struct stage *stage)
{
	const struct pxeboot_decision *decision = &stage->explanation->decision;
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_host host;

	if (is_host(&decision->rule) || pxeboot_policy_host(stage->policy, 0, &host) < 0)
		return;
	text_add(&text, "hosts: ");
	wording_add_no_host(&text, stage->explanation->client);
	page_add(stage->page, "lost", PAGE_FAINT, &text);
}

/* Of a chain, DHCP's stages show the groups that DHCP tests; one that matched there lost to a host, and that is the
 * script's matter.  That the default is for others needs no words, unless all are asked for. */
static bool could_win_here(const struct stage *stage, const struct pxeboot_loss *loss)
{
	bool script = stage->explanation->decision.stage == PXEBOOT_STAGE_SCRIPT;

	if (stage->lost_limit != SIZE_MAX && strcmp(loss->rule.kind, "group") != 0)
		return false;
	return !stage->whole || script != (loss->where == PXEBOOT_WHERE_DHCP && loss->n_failed > 0);
}

static void add_loss(const struct stage *stage, const struct pxeboot_loss *loss)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	wording_add_name(&text, &loss->rule);
	text_add(&text, ": ");
	wording_add_reason(&text, loss);
	page_add(stage->page, "lost", PAGE_FAINT, &text);
}

/* The script's are more likely to be looked for: what DHCP has no room for is one line. */
static size_t limit_of(const struct stage *stage)
{
	bool script = stage->explanation->decision.stage == PXEBOOT_STAGE_SCRIPT;

	return !stage->whole || script || stage->lost_limit == SIZE_MAX ? stage->lost_limit : 1;
}

static void add_losses(const struct stage *stage)
{
	const struct explanation *explanation = stage->explanation;
	size_t n = 0, limit = limit_of(stage);

	for (size_t i = 0; i < explanation->n_lost; i++) {
		if (!could_win_here(stage, &explanation->lost[i]))
			continue;
		if (n++ < limit)
			add_loss(stage, &explanation->lost[i]);
	}
	if (n > limit)
		page_addf(stage->page, "lost", PAGE_FAINT, "... and %zu more (--all)", n - limit);
}

static bool has_losers(const struct stage *stage)
{
	enum pxeboot_stage at = stage->explanation->decision.stage;

	return stage->lost_limit && (!stage->whole || at == PXEBOOT_STAGE_IPXE || at == PXEBOOT_STAGE_SCRIPT);
}

/* A build's abilities are not among what DHCP knows of it: the script finds out. */
static void add_replacement(const struct stage *stage)
{
	const struct explanation *explanation = stage->explanation;
	const char *replace = pxeboot_policy_get(stage->policy, "ipxe.replace");
	const char *loader = pxeboot_policy_loader(stage->policy, explanation->decision.arch);

	if (explanation->decision.stage != PXEBOOT_STAGE_SCRIPT || !pxeboot_client_is_ipxe(explanation->client) || !loader ||
	    !replace || strcmp(replace, "text-only") != 0)
		return;
	page_addf(stage->page, "first", PAGE_PLAIN, "%s, once, in place of a text-only iPXE (ipxe.replace)", loader);
}

/* Why it gets the script nevertheless.  Nothing is said of a stage that was asked for and is not its own. */
static void add_no_replacement(struct text *text, const struct pxeboot_decision *decision, unsigned own_archs)
{
	const struct pxeboot_arch_info *arch = pxeboot_arch_get(decision->arch);

	if (!arch || !(own_archs >> decision->arch & 1))
		text_addf(text, "; there is none for %s", arch ? arch->name : "it");
	else if (decision->stage == PXEBOOT_STAGE_IPXE_FOREIGN && decision->kind == PXEBOOT_DECISION_SCRIPT)
		text_addf(text, "; nothing replaces it, as %s is not served%s", arch->name,
			  decision->http ? " over HTTP" : "");
}

/* Why an iPXE that is not ours is replaced, or is not. */
static void add_build(const struct stage *stage)
{
	const struct pxeboot_decision *decision = &stage->explanation->decision;
	const struct pxeboot_client *client = stage->explanation->client;
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_build build;

	if (decision->stage > PXEBOOT_STAGE_IPXE || pxeboot_policy_build(stage->policy, &build) < 0 ||
	    pxeboot_client_stage(client, build.user_class, PXEBOOT_ARCHS_ALL) != PXEBOOT_STAGE_IPXE_FOREIGN)
		return;
	text_add(&text, "not the own build, ");
	text_add_escaped(&text, build.user_class);
	text_add(&text, " (");
	text_add_escaped(&text, build.file);
	text_addf(&text, ":%u)", build.line);
	add_no_replacement(&text, decision, build.archs);
	page_add(stage->page, "is", PAGE_PLAIN, &text);
}

static void add_stage(const struct stage *stage)
{
	page_begin(stage->page, pxeboot_stage_name(stage->explanation->decision.stage));
	add_question(stage);
	add_build(stage);
	add_replacement(stage);
	add_answer(stage);
	if (!has_losers(stage))
		return;
	if (!stage->whole || stage->explanation->decision.stage == PXEBOOT_STAGE_SCRIPT)
		add_no_host(stage);
	add_losses(stage);
}

/* ---- Menus and profile --------------------------------------------------------------------------------------------- */

static size_t count_items(const struct pxeboot_screen *screen)
{
	size_t count = 0;

	for (size_t i = 0; i < screen->n_lines; i++)
		count += screen->lines[i].kind == PXEBOOT_LINE_ITEM;
	return count;
}

static void add_taken(struct page *page, const struct chain_menu *menu)
{
	const struct pxeboot_screen *screen = menu->screen;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (!menu->taken) {
		page_addf(page, "takes", PAGE_BAD, "nothing: no entry is for this machine");
		return;
	}
	text_add_escaped(&text, menu->taken->target ? menu->taken->target : menu->taken->text);
	if (screen->timeout)
		text_addf(&text, " after %u second%s", screen->timeout, screen->timeout == 1 ? "" : "s");
	else
		text_add(&text, " when somebody presses Enter; until then it waits");
	text_add(&text, menu->taken->locked ? ", with a password" : "");
	page_add(page, "takes", PAGE_STRONG, &text);
}

static void add_menu(struct page *page, const struct chain_menu *menu)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	size_t items = count_items(menu->screen);

	page_begin(page, "menu");
	text_addf(&text, "%s: '", menu->name);
	text_add_escaped(&text, menu->screen->title);
	text_addf(&text, "', %zu entr%s%s", items, items == 1 ? "y" : "ies",
		  menu->screen->hidden ? ", if a key is pressed" : "");
	page_add(page, "shows", PAGE_PLAIN, &text);
	add_taken(page, menu);
}

static void add_escaped_line(struct page *page, const char *what, const char *string)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (!string)
		return;
	text_add_escaped(&text, string);
	page_add(page, what, PAGE_PLAIN, &text);
}

static void add_profile_file(struct page *page, const struct pxeboot_policy *policy, const struct chain *chain,
			     const char *what, const char *path)
{
	add_escaped_line(page, what, path);
	add_problem(page, policy, chain_problem(chain, path));
}

static void add_profile(struct page *page, const struct pxeboot_policy *policy, const struct chain *chain)
{
	const struct pxeboot_profile *profile = chain->profile;

	page_begin(page, "profile");
	add_profile_file(page, policy, chain, profile->kind, profile->target);
	for (size_t i = 0; i < profile->n_initrds; i++)
		add_profile_file(page, policy, chain, "initrd", profile->initrds[i]);
	add_escaped_line(page, "args", profile->args);
	for (size_t i = 0; i < profile->n_answers; i++)
		add_profile_file(page, policy, chain, "answers", profile->answers[i]);
	if (profile->private_answers)
		add_escaped_line(page, "answers", "private: from the live front end, for a one-shot boot");
}

/* ---- The whole ----------------------------------------------------------------------------------------------------- */

static void add_machine(struct page *page, const struct pxeboot_client *client)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	page_begin(page, "machine");
	wording_add_machine(&text, client);
	page_add(page, "is", PAGE_PLAIN, &text);
}

/* Not every script has a name that DHCP gave. */
static const char *script_of(const struct chain *chain)
{
	const struct pxeboot_step *last = &chain->walk->steps[chain->walk->n_steps - 1];
	const char *file = last->answer.file, *slash = file ? strrchr(file, '/') : NULL;

	switch (last->program.kind) {
	case PXEBOOT_PROGRAM_SCRIPT:
		return slash ? slash + 1 : file;
	case PXEBOOT_PROGRAM_GRUB:
	case PXEBOOT_PROGRAM_SHIM:
		return "the menus of GRUB";
	case PXEBOOT_PROGRAM_PXELINUX:
		return "the menus of PXELINUX";
	case PXEBOOT_PROGRAM_IPXE:
		return last->program.looks_for_autoexec && !last->program.has_script ? "autoexec.ipxe" :
										     "the loader's own script";
	case PXEBOOT_PROGRAM_UNKNOWN:
		return "the loader's own script";
	}
	return NULL;
}

static void add_verdict(struct page *page, const struct chain *chain)
{
	const struct pxeboot_walk *walk = chain->walk;
	const char *name = chain_verdict(chain);
	enum page_mood mood = chain_boots(chain) ? PAGE_GOOD : PAGE_BAD;

	page_begin(page, "verdict");
	if (walk->verdict == PXEBOOT_VERDICT_LOOP)
		page_addf(page, name, mood, "%s: back to stage %zu, %s", chain->text, walk->back_to + 1,
			  pxeboot_stage_name(chain->steps[walk->back_to].decision.stage));
	else
		page_addf(page, name, mood, "%s", chain->text);
}

void chain_page_fill(struct page *page, const struct chain *chain, const struct pxeboot_policy *policy,
		     size_t lost_limit)
{
	add_machine(page, chain->steps[0].client);
	for (size_t i = 0; i < chain->n_steps; i++) {
		const struct stage stage = {
			page, policy, &chain->steps[i], script_of(chain), chain_problem(chain, chain_path(chain, i)),
			lost_limit, true,
		};

		add_stage(&stage);
	}
	for (size_t i = 0; i < chain->n_menus; i++)
		add_menu(page, &chain->menus[i]);
	if (chain->profile)
		add_profile(page, policy, chain);
	add_verdict(page, chain);
}

void chain_page_fill_stage(struct page *page, struct explanation *explanation, const struct pxeboot_policy *policy,
			   size_t lost_limit)
{
	const struct stage stage = { page, policy, explanation, "the script", NULL, lost_limit, false };

	add_machine(page, explanation->client);
	add_stage(&stage);
}
