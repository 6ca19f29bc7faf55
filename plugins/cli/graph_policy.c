/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A whole policy as a drawing: the architectures that it serves, each walked as firmware and as another's iPXE; hosts
 * with a loader of their own; then the rules, folded by what they lead to, menus, profiles and files.  Its size follows from
 * profiles, menus and groups, never from the number of hosts.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "graph_parts.h"

#define NAMES 3				/* more rules with one target are counted, not named */
#define TERM_VALUES 2

struct job {
	struct graph *graph;
	const struct pxeboot_policy *policy;
	struct pxeboot_chooser chooser;
	size_t script;			/* the dispatcher */
	bool has_script;
};

/* ---- DHCP ---------------------------------------------------------------------------------------------------------- */

static int walk_client(struct job *job, struct pxeboot_client *client, enum graph_kind kind, const char *start)
{
	struct pxeboot_walk *walk;
	int r = pxeboot_walk_new(&job->chooser, client, &walk);

	if (r < 0)
		return r;
	size_t end = graph_add_walk(job->graph, walk, graph_node(job->graph, kind, start, NULL));

	if (chain_reaches_script(job->policy, walk)) {
		job->script = graph_add_dispatcher(job->graph, walk, end);
		job->has_script = true;
	}
	pxeboot_walk_free(walk);
	return 0;
}

/* A client of the architecture at power-on; @user_class and @mac may be NULL. */
static int walk_facts(struct job *job, const char *arch, const char *user_class, const char *mac, enum graph_kind kind,
		      const char *start)
{
	struct pxeboot_client *client;
	int r = pxeboot_client_new(&client);

	if (r < 0)
		return r;
	r = pxeboot_client_set(client, PXEBOOT_FACT_ARCH, arch, NULL);
	if (r == 0 && user_class)
		r = pxeboot_client_set(client, PXEBOOT_FACT_USER_CLASS, user_class, NULL);
	if (r == 0 && mac)
		r = pxeboot_client_set(client, PXEBOOT_FACT_MAC, mac, NULL);
	if (r == 0)
		r = walk_client(job, client, kind, start);
	pxeboot_client_unref(client);
	return r;
}

static int add_arch(struct job *job, const struct pxeboot_arch_info *info)
{
	char start[64];
	int r;

	if (!pxeboot_policy_loader(job->policy, info->arch))
		return 0;
	snprintf(start, sizeof(start), "%s\nfirmware", info->name);
	r = walk_facts(job, info->name, NULL, NULL, GRAPH_MACHINE, start);
	return r < 0 ? r : walk_facts(job, info->name, "iPXE", NULL, GRAPH_MACHINE, "any\niPXE in a network card");
}

/* Whose firmware a host's loader is for, as far as its name tells. */
static const char *arch_of_loader(const char *loader)
{
	struct pxeboot_program program;

	pxeboot_program_by_name(loader, &program);
	if (program.arch != PXEBOOT_ARCH_NONE)
		return pxeboot_arch_get(program.arch)->name;
	return program.uefi ? "x64-uefi" : "bios";
}

/* The first host of each loader stands for the others. */
static int add_host_loaders(struct job *job)
{
	struct pxeboot_host host;
	int r = 0;

	for (size_t i = 0; r == 0 && pxeboot_policy_host(job->policy, i, &host) == 0; i++) {
		if (!host.loader || !host.n_macs || !graph_lacks(job->graph, GRAPH_PROGRAM, host.loader))
			continue;
		r = walk_facts(job, arch_of_loader(host.loader), NULL, host.macs[0], GRAPH_MACHINE,
			       "hosts with a loader\nof their own");
	}
	return r;
}

static int add_dhcp(struct job *job)
{
	int r = 0;

	for (int arch = 0; r == 0 && arch < PXEBOOT_ARCH_COUNT; arch++)
		r = add_arch(job, pxeboot_arch_get(arch));
	return r < 0 ? r : add_host_loaders(job);
}

/* ---- Menus and profiles --------------------------------------------------------------------------------------------- */

static size_t item_node(struct job *job, const char *name)
{
	return graph_node(job->graph, graph_lacks(job->graph, GRAPH_MENU, name) ? GRAPH_PROFILE : GRAPH_MENU, name, NULL);
}

static int add_profile_item(struct job *job, const char *name)
{
	struct pxeboot_profile *profile;
	int r = pxeboot_profile_new(job->policy, name, NULL, NULL, &profile);

	if (r < 0)
		return r;
	graph_add_profile(job->graph, profile);
	pxeboot_profile_free(profile);
	return 0;
}

static int add_menu_item(struct job *job, const struct pxeboot_item *item)
{
	CLEANUP_TEXT struct text label = TEXT_INIT;

	text_addf(&label, "%s\nmenu %s", item->label, item->name);
	if (label.error)
		return label.error;
	graph_node(job->graph, GRAPH_MENU, item->name, label.bytes);
	return 0;
}

/* Seconds until the menu takes its default, for a machine of which nothing is known; 0: never. */
static unsigned timeout_of(const struct job *job, const char *menu)
{
	struct pxeboot_client *client;
	struct pxeboot_screen *screen;
	unsigned timeout = 0;

	if (pxeboot_client_new(&client) < 0)
		return 0;
	if (pxeboot_screen_new(job->policy, menu, client, false, NULL, &screen) == 0) {
		timeout = screen->timeout;
		pxeboot_screen_free(screen);
	}
	pxeboot_client_unref(client);
	return timeout;
}

/* What only some machines see is faint. */
static int add_choices(struct job *job, const char *menu)
{
	size_t from = item_node(job, menu);
	struct pxeboot_choice choice;

	for (size_t i = 0; pxeboot_policy_menu_choice(job->policy, menu, i, &choice) == 0; i++) {
		CLEANUP_TEXT struct text label = TEXT_INIT;
		unsigned timeout = choice.is_default ? timeout_of(job, menu) : 0;

		if (timeout)
			text_addf(&label, "after %u s", timeout);
		else if (choice.is_default)
			text_add(&label, "default");
		if (label.error)
			return label.error;
		graph_edge(job->graph, from, item_node(job, choice.target), label.bytes,
			   choice.is_default ? GRAPH_STRONG : choice.limited ? GRAPH_FAINT : GRAPH_PLAIN);
	}
	return 0;
}

/* All nodes before the first edge: what an item is, is known then. */
static int add_items(struct job *job)
{
	struct pxeboot_item item;
	int r = 0;

	for (size_t i = 0; r == 0 && pxeboot_policy_item(job->policy, i, &item) == 0; i++)
		r = item.is_menu ? add_menu_item(job, &item) : add_profile_item(job, item.name);
	for (size_t i = 0; r == 0 && pxeboot_policy_item(job->policy, i, &item) == 0; i++)
		r = item.is_menu ? add_choices(job, item.name) : 0;
	return r;
}

/* ---- Rules --------------------------------------------------------------------------------------------------------- */

/* Rules of one kind that lead to one item. */
struct fold {
	const char *boot;
	size_t n;
	struct text names;
};

struct folds {
	struct fold *list;
	size_t n;
};

static struct fold *fold_of(struct folds *folds, const char *boot)
{
	struct fold *list;

	for (size_t i = 0; i < folds->n; i++)
		if (folds->list[i].boot == boot || strcmp(folds->list[i].boot, boot) == 0)
			return &folds->list[i];
	list = reallocarray(folds->list, folds->n + 1, sizeof(*list));
	if (!list)
		return NULL;
	folds->list = list;
	list[folds->n] = (struct fold){ .boot = boot };
	return &list[folds->n++];
}

/* Policies may have a hundred thousand hosts: only the first names are kept. */
static int fold_rule(struct folds *folds, const char *boot, const char *name)
{
	struct fold *fold = fold_of(folds, boot);

	if (!fold)
		return -ENOMEM;
	if (fold->n++ < NAMES)
		text_addf(&fold->names, "%s%s", fold->n > 1 ? "\n" : "", name);
	return fold->names.error;
}

/* "100,000 hosts" */
static void add_count(struct text *out, size_t n, const char *what)
{
	char digits[32];
	int length = snprintf(digits, sizeof(digits), "%zu", n);

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			text_add_char(out, ',');
		text_add_char(out, digits[i]);
	}
	text_addf(out, " %s", what);
}

static void add_fold(struct job *job, const struct fold *fold, const char *one, const char *many)
{
	CLEANUP_TEXT struct text key = TEXT_INIT;
	CLEANUP_TEXT struct text label = TEXT_INIT;
	size_t node;

	if (fold->n > NAMES)
		add_count(&label, fold->n, many);
	else
		text_addf(&label, "%s\n%s", fold->n == 1 ? one : many, fold->names.bytes);
	text_addf(&key, "%s %s", many, fold->boot);
	if (key.error || label.error) {
		job->graph->error = -ENOMEM;
		return;
	}
	node = graph_node(job->graph, GRAPH_RULE, key.bytes, label.bytes);
	graph_edge(job->graph, job->script, node, NULL, GRAPH_PLAIN);
	graph_edge(job->graph, node, item_node(job, fold->boot), NULL, GRAPH_PLAIN);
}

static void add_folds(struct job *job, struct folds *folds, const char *one, const char *many)
{
	for (size_t i = 0; i < folds->n; i++) {
		add_fold(job, &folds->list[i], one, many);
		text_free(&folds->list[i].names);
	}
	free(folds->list);
}

static int add_hosts(struct job *job)
{
	struct folds folds = { NULL, 0 };
	struct pxeboot_host host;
	int r = 0;

	for (size_t i = 0; r == 0 && pxeboot_policy_host(job->policy, i, &host) == 0; i++)
		r = fold_rule(&folds, host.boot, host.name);
	add_folds(job, &folds, "host", "hosts");
	return r;
}

static void add_terms(struct text *out, const struct pxeboot_group *group)
{
	text_add(out, group->name);
	for (size_t i = 0; i < group->n_terms; i++) {
		const struct pxeboot_term *term = &group->terms[i];

		text_addf(out, "%s%s ", i ? ", " : ": ", term->name);
		for (size_t j = 0; j < term->n_values && j < TERM_VALUES; j++)
			text_addf(out, "%s%s", j ? " or " : "", term->values[j]);
		if (term->n_values > TERM_VALUES)
			text_add(out, " or ...");
	}
}

static int add_groups(struct job *job)
{
	struct folds folds = { NULL, 0 };
	struct pxeboot_group group;
	int r = 0;

	for (size_t i = 0; r == 0 && pxeboot_policy_group(job->policy, i, &group) == 0; i++) {
		CLEANUP_TEXT struct text name = TEXT_INIT;

		add_terms(&name, &group);
		r = name.error ? name.error : fold_rule(&folds, group.boot, name.bytes);
	}
	add_folds(job, &folds, "group", "groups");
	return r;
}

/* A machine of which nothing is known falls under the default. */
static int add_default(struct job *job)
{
	struct pxeboot_decision decision;
	struct pxeboot_client *client;
	int r = pxeboot_client_new(&client);
	size_t node;

	if (r < 0)
		return r;
	pxeboot_decide(job->policy, client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	pxeboot_client_unref(client);
	node = graph_node(job->graph, GRAPH_RULE, "boot", "everybody else");
	graph_edge(job->graph, job->script, node, NULL, GRAPH_PLAIN);
	graph_edge(job->graph, node, item_node(job, decision.boot), NULL, GRAPH_PLAIN);
	return 0;
}

int graph_add_policy(struct graph *graph, const struct pxeboot_policy *policy, struct boot_looker *looker)
{
	struct job job = { .graph = graph, .policy = policy };
	int r;

	pxeboot_policy_chooser(policy, &job.chooser);
	job.chooser.look = looker ? boot_looker_look : NULL;
	job.chooser.look_context = looker;
	r = add_dhcp(&job);
	if (r == 0)
		r = add_items(&job);
	if (r < 0)
		return r;
	if (!job.has_script)
		job.script = graph_node(graph, GRAPH_SCRIPT, "menus", "the policy's menus");
	r = add_hosts(&job);
	if (r == 0)
		r = add_groups(&job);
	return r < 0 ? r : add_default(&job);
}
