/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One machine's chain as a drawing; of a menu, what it takes by itself is strong, what somebody could choose is faint.
 */
#include <errno.h>
#include <string.h>

#include "graph_parts.h"
#include "wording.h"

static size_t add_machine(struct graph *graph, const struct explanation *first)
{
	CLEANUP_TEXT struct text label = TEXT_INIT;

	if (!wording_add_identity(&label, first->client))
		text_add(&label, "any machine");
	text_add_char(&label, '\n');
	wording_add_question(&label, first->client, first->decision.arch);
	if (label.error)
		graph->error = label.error;
	return graph_node(graph, GRAPH_MACHINE, "", label.bytes ? label.bytes : "");
}

static size_t add_rule(struct graph *graph, const struct pxeboot_rule *rule)
{
	CLEANUP_TEXT struct text label = TEXT_INIT;

	text_addf(&label, "%s ", rule->kind);
	wording_add_name(&label, rule);
	if (label.error)
		graph->error = label.error;
	return graph_node(graph, GRAPH_RULE, "", label.bytes ? label.bytes : "");
}

/* A profile whose texts can't be resolved is told of elsewhere. */
static size_t add_target(struct graph *graph, const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			 const char *name)
{
	struct pxeboot_profile *profile;
	int r = pxeboot_profile_new(policy, name, client, NULL, &profile);
	size_t node;

	if (r == -ENOMEM)
		graph->error = r;
	if (r < 0)
		return graph_node(graph, r == -ENOENT ? GRAPH_MENU : GRAPH_PROFILE, name, NULL);
	node = graph_add_profile(graph, profile);
	pxeboot_profile_free(profile);
	return node;
}

static void add_entries(struct graph *graph, const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			const struct chain_menu *menu, size_t from)
{
	for (size_t i = 0; i < menu->screen->n_lines; i++) {
		const struct pxeboot_line *line = &menu->screen->lines[i];
		CLEANUP_TEXT struct text label = TEXT_INIT;

		if (!line->target)
			continue;
		if (line == menu->taken && menu->screen->timeout)
			text_addf(&label, "after %u s", menu->screen->timeout);
		graph_edge(graph, from, add_target(graph, policy, client, line->target), label.bytes,
			   line == menu->taken ? GRAPH_STRONG : GRAPH_FAINT);
	}
}

static size_t add_menu(struct graph *graph, const struct chain_menu *menu)
{
	CLEANUP_TEXT struct text label = TEXT_INIT;

	text_addf(&label, "%s\nmenu %s", menu->screen->title, menu->name);
	if (label.error)
		graph->error = label.error;
	return graph_node(graph, GRAPH_MENU, menu->name, label.bytes ? label.bytes : "");
}

/* Menus are named before what leads to them, so that each has its title. */
static void add_decision(struct graph *graph, const struct pxeboot_policy *policy, const struct chain *chain,
			 size_t script)
{
	const struct explanation *last = &chain->steps[chain->n_steps - 1];
	size_t rule = add_rule(graph, &last->decision.rule);

	graph_edge(graph, script, rule, NULL, GRAPH_PLAIN);
	for (size_t i = 0; i < chain->n_menus; i++)
		add_menu(graph, &chain->menus[i]);
	graph_edge(graph, rule, add_target(graph, policy, last->client, last->decision.boot), NULL, GRAPH_PLAIN);
	for (size_t i = 0; i < chain->n_menus; i++)
		add_entries(graph, policy, last->client, &chain->menus[i], add_menu(graph, &chain->menus[i]));
}

/* What a file that is not there hangs on. */
static size_t node_before(struct graph *graph, const struct chain *chain, const char *path)
{
	const struct explanation *last = &chain->steps[chain->n_steps - 1];
	const char *item = chain->profile ? chain->profile->name : last->decision.boot;

	if (!graph_lacks(graph, GRAPH_PROGRAM, path))
		return graph_node(graph, GRAPH_PROGRAM, path, NULL);
	if (!graph_lacks(graph, GRAPH_SCRIPT, path))
		return graph_node(graph, GRAPH_SCRIPT, path, NULL);
	if (last->path && strcmp(last->path, path) == 0)
		item = last->decision.boot;
	return graph_node(graph, graph_lacks(graph, GRAPH_MENU, item) ? GRAPH_PROFILE : GRAPH_MENU, item, NULL);
}

static void add_fault(struct graph *graph, const struct chain *chain, const struct chain_fault *fault)
{
	CLEANUP_TEXT struct text label = TEXT_INIT;

	text_addf(&label, "%s\n%s", fault->path, fault->problem);
	if (label.error)
		graph->error = label.error;
	graph_edge(graph, node_before(graph, chain, fault->path),
		   graph_node(graph, GRAPH_NOTHING, fault->path, label.bytes ? label.bytes : ""), NULL, GRAPH_BAD);
}

void graph_add_chain(struct graph *graph, const struct pxeboot_policy *policy, const struct chain *chain)
{
	size_t end = graph_add_walk(graph, chain->walk, add_machine(graph, &chain->steps[0]));

	if (chain->steps[chain->n_steps - 1].decision.stage == PXEBOOT_STAGE_SCRIPT)
		add_decision(graph, policy, chain, graph_add_dispatcher(graph, chain->walk, end));
	for (size_t i = 0; i < chain->n_faults; i++)
		add_fault(graph, chain, &chain->faults[i]);
}
