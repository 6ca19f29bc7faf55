/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks the chain of one machine: at each step the same question to the same decide(), asked by what ran last.
 */
#include "chain.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "plugin.h"

#define MAX_STEPS 8

struct walk {
	const struct pxeboot_policy *policy;
	struct pxeboot_client *asks[MAX_STEPS];
	struct explanation steps[MAX_STEPS];
	size_t n_steps;
	const char *verdict, *text;
};

static struct pxeboot_client *copy_of(const struct pxeboot_client *client)
{
	struct pxeboot_client *copy;
	const char *text;

	if (pxeboot_client_new(&copy) < 0)
		return NULL;
	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (pxeboot_client_get(client, fact, &text) == 0)
			pxeboot_client_set(copy, fact, text, NULL);
	return copy;
}

/* What the loader says to DHCP.  Where the policy has a build of its own, its loaders are that build. */
static struct pxeboot_client *as_ipxe(const struct walk *walk, const struct pxeboot_client *client)
{
	const char *own = pxeboot_policy_get(walk->policy, "ipxe.user_class");
	struct pxeboot_client *copy = copy_of(client);

	if (copy)
		pxeboot_client_set(copy, PXEBOOT_FACT_USER_CLASS, own ? own : "iPXE", NULL);
	return copy;
}

static void end(struct walk *walk, const char *verdict, const char *text)
{
	walk->verdict = verdict;
	walk->text = text;
}

/* UEFI builds since 2022 look for autoexec.ipxe before they ask DHCP's name; a BIOS build asks for that name. */
static bool asks_name_again(const struct walk *walk, const struct pxeboot_decision *decision)
{
	const struct pxeboot_arch_info *info = pxeboot_arch_get(decision->arch);

	return decision->source.kind && strcmp(decision->source.kind, "one-name") == 0 && (!info || !info->uefi) &&
	       !pxeboot_policy_get(walk->policy, "ipxe.user_class");
}

static bool went_here_before(const struct walk *walk, const struct pxeboot_decision *decision)
{
	for (size_t i = 0; i + 1 < walk->n_steps; i++) {
		const struct pxeboot_decision *earlier = &walk->steps[i].decision;

		if (earlier->stage == decision->stage && earlier->file && decision->file &&
		    strcmp(earlier->file, decision->file) == 0)
			return true;
	}
	return false;
}

/* The stage that follows, or -1 at the end of the chain. */
static int next_stage(struct walk *walk, const struct pxeboot_decision *decision)
{
	bool one_name = decision->source.kind && strcmp(decision->source.kind, "one-name") == 0;

	switch (decision->kind) {
	case PXEBOOT_DECISION_NONE:
		end(walk, "hole", decision->reason);
		return -1;
	case PXEBOOT_DECISION_LOADER:
		if (asks_name_again(walk, decision) || went_here_before(walk, decision)) {
			end(walk, "loop", "the loader is given to itself again and again");
			return -1;
		}
		return one_name ? PXEBOOT_STAGE_SCRIPT : PXEBOOT_STAGE_IPXE;
	case PXEBOOT_DECISION_SCRIPT:
		return PXEBOOT_STAGE_SCRIPT;
	case PXEBOOT_DECISION_MENU:
		end(walk, "ok", "reaches a menu");
		return -1;
	case PXEBOOT_DECISION_PROFILE:
		end(walk, "ok", "reaches a profile");
		return -1;
	}
	return -1;
}

static void go(struct walk *walk, const struct pxeboot_client *client)
{
	int stage = pxeboot_stage_of(walk->policy, client);

	end(walk, "loop", "more steps than any chain has");
	while (stage >= 0 && walk->n_steps < MAX_STEPS) {
		struct pxeboot_client *asks = walk->n_steps ? as_ipxe(walk, client) : copy_of(client);

		if (!asks)
			return;
		walk->asks[walk->n_steps] = asks;
		if (stage == PXEBOOT_STAGE_IPXE)
			stage = pxeboot_stage_of(walk->policy, asks);
		explanation_make(&walk->steps[walk->n_steps], walk->policy, asks, (enum pxeboot_stage)stage);
		walk->n_steps++;
		stage = next_stage(walk, &walk->steps[walk->n_steps - 1].decision);
	}
}

static void print(const struct walk *walk)
{
	for (size_t i = 0; i < walk->n_steps; i++) {
		explanation_print(&walk->steps[i]);
		putchar('\n');
	}
	printf("verdict  %s: %s\n", walk->verdict, walk->text);
}

int chain_show(const struct pxeboot_policy *policy, const struct pxeboot_client *client, bool json)
{
	struct walk walk = { .policy = policy };
	bool fine;

	go(&walk, client);
	if (json)
		json_chain(walk.steps, walk.n_steps, walk.verdict, walk.text);
	else
		print(&walk);
	fine = strcmp(walk.verdict, "ok") == 0;
	for (size_t i = 0; i < walk.n_steps; i++) {
		explanation_free(&walk.steps[i]);
		pxeboot_client_unref(walk.asks[i]);
	}
	return fine ? EXIT_FINE : EXIT_FINDINGS;
}
