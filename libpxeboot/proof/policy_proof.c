/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The proof of a whole policy: every class of its universe is walked through the real decide(), from power-on to what is
 * booted, and what goes wrong for one of them is told.
 */
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "proof/menus.h"
#include "proof/prove.h"
#include "proof/replace.h"
#include "proof/secure.h"
#include "proof/universe.h"

struct policy_proof {
	const struct pxeboot_policy *policy;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_chooser decide;	/* with look() */
	struct universe *dhcp, *scripts;

	long *group_of;			/* of each leaf of the scripts' universe: the group that its machines fall under, or -1 */
	bool *wins, *wins_served;	/* of each group */
	struct machine *machines;
	size_t n_machines;
};

/* ---- The chooser ------------------------------------------------------------------------------------------------------- */

static void choose(const void *context, const struct pxeboot_client *client, struct pxeboot_answer *ret_answer)
{
	const struct policy_proof *proof = context;

	proof->decide.choose(proof->decide.context, client, ret_answer);
}

static int next_client(const void *context, size_t index, struct pxeboot_client **ret_client, double *ret_clients)
{
	const struct policy_proof *proof = context;

	return index < proof->dhcp->n_classes ? universe_client(proof->dhcp, index, ret_client, ret_clients) : -ENOENT;
}

static void look_at(const struct policy_proof *proof, const char *path, struct pxeboot_program *ret_program)
{
	if (!proof->decide.look || !proof->decide.look(proof->decide.look_context, path, ret_program))
		pxeboot_program_by_name(path, ret_program);
}

/* A host's loader is a word about that machine: it has the firmware that the loader is for. */
static unsigned host_archs(void *context, const struct host *host)
{
	const struct policy_proof *proof = context;
	struct pxeboot_program program;

	if (!host->loader)
		return ARCH_ALL;
	look_at(proof, host->loader->path, &program);
	if (program.arch != PXEBOOT_ARCH_NONE)
		return ARCH_BIT(program.arch);
	return program.bios ? ARCH_BIT(PXEBOOT_ARCH_BIOS)
			    : program.uefi ? ARCH_ALL & ~ARCH_BIT(PXEBOOT_ARCH_BIOS) : ARCH_ALL;
}

/* ---- What the script decides ---------------------------------------------------------------------------------------------- */

/* The boot ROM of a Raspberry Pi says that it is a BIOS, and gets a host's own loader at most. */
static bool is_served(const struct policy_proof *proof, const struct pxeboot_client *client, int arch)
{
	struct pxeboot_answer answer;

	if (arch == PXEBOOT_ARCH_NONE || !proof->policy->served[arch].loader)
		return false;
	if (!pxeboot_client_is_rpi_rom(client))
		return true;
	proof->decide.choose(proof->decide.context, client, &answer);
	return answer.file;
}

static bool knows_machine(const struct policy_proof *proof, const struct machine *machine)
{
	const struct machine *list = proof->machines;

	for (size_t i = proof->n_machines; i-- > 0;)
		if (list[i].arch == machine->arch && list[i].host == machine->host && list[i].group == machine->group &&
		    list[i].start == machine->start)
			return true;
	return false;
}

static int take_machine(struct policy_proof *proof, const struct machine *machine)
{
	struct machine *grown = proof->machines;
	size_t n = proof->n_machines;

	if (knows_machine(proof, machine))
		return 0;
	if (!(n & (n - 1))) {
		grown = reallocarray(grown, n ? 2 * n : 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		proof->machines = grown;
	}
	grown[proof->n_machines++] = *machine;
	return 0;
}

/* What its host boots once, and then.  Who comes back to the dispatcher within one boot is given the same again. */
static int take_once(struct policy_proof *proof, const struct machine *machine)
{
	const int items[] = { machine->host->once, machine->host->then };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(items) && r == 0; i++) {
		struct machine once = *machine;

		once.start = items[i];
		if (items[i] >= 0)
			r = take_machine(proof, &once);
	}
	return r;
}

/* @client is switched on, and firmware. */
static int take_class(struct policy_proof *proof, const struct client_class *class, struct pxeboot_client *client)
{
	struct machine machine = machine_of(proof->policy, client);
	bool served = is_served(proof, client, machine.arch);
	int r = 0;

	proof->group_of[class->leaf] = machine.group ? machine.group - proof->policy->groups : -1;
	if (machine.group) {
		proof->wins[machine.group - proof->policy->groups] = true;
		proof->wins_served[machine.group - proof->policy->groups] |= served;
	}
	/* A host or group has a loader where its architecture has none, too. */
	if (secure_is_on(&machine))
		r = secure_check(proof->policy, &proof->decide, client, &machine, proof->diagnostics);
	if (!served || r < 0)
		return r;
	r = take_machine(proof, &machine);
	return r < 0 || !machine.host ? r : take_once(proof, &machine);
}

static int take_classes(struct policy_proof *proof)
{
	const struct universe *universe = proof->scripts;
	struct pxeboot_client *client;
	double clients;
	int r = 0;

	for (size_t i = 0; i < universe->n_classes && r == 0; i++) {
		r = universe_client(universe, i, &client, &clients);
		if (r < 0)
			return r;
		r = take_class(proof, &universe->classes[i], client);
		pxeboot_client_unref(client);
	}
	return r;
}

/* ---- Groups ------------------------------------------------------------------------------------------------------------------ */

/* Groups before this one that take some of its machines. */
static void add_shadowing(const struct policy_proof *proof, size_t group, struct text *out)
{
	const struct universe *universe = proof->scripts;
	size_t n = 0;

	for (size_t i = 0; i < group; i++) {
		const struct group *other = &proof->policy->groups[i];

		if (other->tested == PXEBOOT_WHERE_NOWHERE ||
		    !boxes_meet(&universe->atoms, universe->groups[i], universe->groups[group]))
			continue;
		if (++n <= 3)
			text_addf(out, "%sgroups.%s (%s:%u)", n > 1 ? ", " : "", other->name, other->where.file,
				  other->where.line);
	}
	if (n > 3)
		text_addf(out, " and %zu more", n - 3);
}

static void tell_shadowed(const struct policy_proof *proof, size_t index)
{
	const struct universe *universe = proof->scripts;
	const struct group *group = &proof->policy->groups[index];
	CLEANUP_TEXT struct text by = TEXT_INIT;

	add_shadowing(proof, index, &by);
	if (boxes_meet(&universe->atoms, universe->groups[index], universe->groups[index]))
		diagnostics_add(proof->diagnostics, PXEBOOT_WARNING, "group.shadowed", group->where,
				"groups.%s: no machine ever falls under it, others take them all: %s; %s", group->name,
				by.bytes ? by.bytes : "hosts",
				group->loader ? "only its loader counts" : "give it a term more, or drop it");
	else
		diagnostics_add(proof->diagnostics, PXEBOOT_WARNING, "group.shadowed", group->where,
				"groups.%s: no machine ever falls under it: its terms exclude each other; a vendor_class is what "
				"iPXE says when it asks for a script (PXEClient:Arch:00007:UNDI:003010), not what firmware says",
				group->name);
}

static void check_shadowed(const struct policy_proof *proof)
{
	for (size_t i = 0; i < proof->policy->n_groups; i++) {
		const struct group *group = &proof->policy->groups[i];

		if (group->tested == PXEBOOT_WHERE_NOWHERE || proof->wins_served[i])
			continue;
		/* A loader of its own serves them. */
		if (proof->wins[i] && group->loader)
			continue;
		if (proof->wins[i])
			diagnostics_add(proof->diagnostics, PXEBOOT_WARNING, "group.not-served", group->where,
					"groups.%s: only machines of architectures that are not served fall under it; serve them "
					"(loaders, server.serve), or drop it", group->name);
		else
			tell_shadowed(proof, i);
	}
}

/* The name decides what is booted, or what is loaded. */
static bool name_decides(const struct group *winner, const struct group *other)
{
	bool loaders = winner->loader && other->loader && strcmp(winner->loader, other->loader) != 0;

	return other->tested != PXEBOOT_WHERE_NOWHERE && (loaders || other->boot != winner->boot);
}

/* Groups that win over another one by their names alone. */
struct tie {
	const struct group *winner;	/* the first of them, or NULL */
	size_t more;			/* others */
	bool now;			/* found with the winner that is looked at */
};

/* Machines that fall under @winner, and that another group with as many terms matches, too. */
static void check_ties_of(const struct policy_proof *proof, size_t winner, struct tie *ties)
{
	const struct group *groups = proof->policy->groups;
	const struct universe *universe = proof->scripts;

	for (size_t leaf = 0; leaf < universe->n_leaves; leaf++) {
		if (proof->group_of[leaf] != (long)winner)
			continue;
		for (size_t i = winner + 1; i < proof->policy->n_groups && groups[i].n_terms == groups[winner].n_terms; i++)
			ties[i].now |= name_decides(&groups[winner], &groups[i]) &&
				       boxes_meet(&universe->atoms, universe->leaves[leaf].box, universe->groups[i]);
	}
	for (size_t i = winner + 1; i < proof->policy->n_groups; i++) {
		if (ties[i].now && ties[i].winner)
			ties[i].more++;
		else if (ties[i].now)
			ties[i].winner = &groups[winner];
		ties[i].now = false;
	}
}

/* Once for each group: of a hundred alike there are thousands of pairs. */
static void tell_tie(const struct policy_proof *proof, const struct group *group, const struct tie *tie)
{
	const struct group *winner = tie->winner;
	char more[48] = "";

	if (tie->more)
		snprintf(more, sizeof(more), ", and so do %zu other%s", tie->more, tie->more == 1 ? "" : "s");
	diagnostics_add(proof->diagnostics, PXEBOOT_WARNING, "group.tie", group->where,
			"groups.%s: a machine can match it and groups.%s (%s:%u) with equally many terms; "
			"the name decides, and %s wins%s", group->name, winner->name, winner->where.file, winner->where.line,
			winner->name, more);
}

static int check_ties(const struct policy_proof *proof)
{
	size_t n = proof->policy->n_groups;
	struct tie *ties = calloc(n ? n : 1, sizeof(*ties));

	if (!ties)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		check_ties_of(proof, i, ties);
	for (size_t i = 0; i < n; i++)
		if (ties[i].winner)
			tell_tie(proof, &proof->policy->groups[i], &ties[i]);
	free(ties);
	return 0;
}

/* ---- Names -------------------------------------------------------------------------------------------------------------------- */

/* "http:///path", or "//" in the path; what a server is asked beside it may hold anything. */
static bool has_slashes(const char *url)
{
	const char *scheme = strstr(url, "://"), *rest = scheme ? scheme + 3 : "", *double_slash = strstr(rest, "//");

	return *rest == '/' || (double_slash && (size_t)(double_slash - rest) < strcspn(rest, "?#"));
}

static void check_slashes(const struct policy_proof *proof, const char *what, const char *name, const char *url,
			  struct location where)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	if (!url || !has_slashes(url))
		return;
	text_add_escaped(&shown, url);
	diagnostics_add(proof->diagnostics, PXEBOOT_WARNING, "chain.slashes", where,
			"%s%s: a slash too many in a URL: its host is empty, or the web server looks for another file; expected one '/' "
			"after the host, got '%s'",
			what, name, text_string(&shown));
}

static void check_urls(const struct policy_proof *proof)
{
	for (size_t i = 0; i < proof->policy->n_items; i++) {
		const struct profile *profile = proof->policy->items[i].profile;

		if (!profile || profile->payload == PAYLOAD_SAN)
			continue;
		check_slashes(proof, "profiles.", profile->name, profile->target, profile->target_where);
		for (size_t j = 0; j < profile->n_initrds; j++)
			check_slashes(proof, "profiles.", profile->name, profile->initrds[j], profile->where);
	}
}

/* Not worth a warning: most firmware that asks over HTTP asks over TFTP next. */
static void check_http(const struct policy_proof *proof)
{
	if (!proof->policy->http && !proof->policy->one_name)
		diagnostics_add(proof->diagnostics, PXEBOOT_NOTE, "chain.http", proof->policy->server_where,
				"server.http is not set: UEFI HTTP Boot gets no URL, and no answer");
}

/* ---- All of it ------------------------------------------------------------------------------------------------------------------ */

static int prepare(struct policy_proof *proof)
{
	size_t groups = proof->policy->n_groups ? proof->policy->n_groups : 1;
	int r = universe_new(proof->policy, DOOR_DHCP, host_archs, proof, &proof->dhcp);

	if (r == 0)
		r = universe_new(proof->policy, DOOR_SCRIPT, host_archs, proof, &proof->scripts);
	if (r < 0)
		return r;
	proof->group_of = calloc(proof->scripts->n_leaves, sizeof(*proof->group_of));
	proof->wins = calloc(groups, sizeof(*proof->wins));
	proof->wins_served = calloc(groups, sizeof(*proof->wins_served));
	for (size_t i = 0; proof->group_of && i < proof->scripts->n_leaves; i++)
		proof->group_of[i] = -1;
	return proof->group_of && proof->wins && proof->wins_served ? 0 : -ENOMEM;
}

static void release(struct policy_proof *proof)
{
	universe_free(proof->dhcp);
	universe_free(proof->scripts);
	free(proof->group_of);
	free(proof->wins);
	free(proof->wins_served);
	free(proof->machines);
}

static int go(struct policy_proof *proof, struct pxeboot_proof *ret_proof)
{
	struct pxeboot_chooser chooser = proof->decide;
	int r;

	chooser.context = proof;
	chooser.choose = choose;
	chooser.client = next_client;
	r = pxeboot_prove(&chooser, proof->diagnostics, ret_proof);
	if (r == 0)
		r = take_classes(proof);
	if (r == 0)
		r = check_ties(proof);
	if (r < 0)
		return r;
	ret_proof->script_classes = proof->scripts->n_classes;
	check_shadowed(proof);
	check_urls(proof);
	check_http(proof);
	replace_check(proof->policy, &proof->decide, proof->diagnostics);
	return menus_prove(proof->policy, &proof->decide, proof->machines, proof->n_machines, proof->diagnostics);
}

int pxeboot_policy_prove(const struct pxeboot_policy *policy,
			 bool (*look)(void *look_context, const char *path, struct pxeboot_program *ret_program),
			 void *look_context, struct pxeboot_diagnostics *diagnostics, struct pxeboot_proof *ret_proof)
{
	struct policy_proof proof = { .policy = policy, .diagnostics = diagnostics };
	struct pxeboot_proof result = { 0 };
	int r;

	pxeboot_policy_chooser(policy, &proof.decide);
	proof.decide.look = look;
	proof.decide.look_context = look_context;
	r = prepare(&proof);
	if (r == 0)
		r = go(&proof, &result);
	release(&proof);
	if (r == -E2BIG) {
		diagnostics_add(diagnostics, PXEBOOT_WARNING, "chain.too-many", (struct location){ policy->path, 0 },
				"the groups cut their machines into more than %d classes, so nothing is proved of them; give them "
				"fewer terms that overlap", UNIVERSE_MAX);
		r = 0;
	}
	if (r == 0)
		*ret_proof = result;
	return r;
}
