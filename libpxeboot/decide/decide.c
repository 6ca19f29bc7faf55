/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The decision: what one client gets at one stage.  Pure and without allocation.  Deciding and explaining are the same
 * walk; an explanation only listens to the rules that lose.
 *
 * Two questions are kept apart: which rule is this machine under (host, then group, then default: rule), and what does
 * DHCP name now (source)?
 */
#include <errno.h>
#include <string.h>

#include "base/macro.h"
#include "client/client.h"
#include "decide/arch.h"
#include "policy/policy.h"

#define BUILT_IN "(built in)"
#define NO_ADDRESS6 "it asks over IPv6 and the policy has no server.address6"

/* One walk: who asks, what was found, and who listens. */
struct walk {
	const struct pxeboot_policy *policy;
	const struct pxeboot_client *client;
	const struct pxeboot_progress *progress;
	struct pxeboot_decision *decision;
	const struct host *host;	/* that it is, or NULL */
	const struct item *target;	/* what the machine boots */
	void (*lost)(void *context, const struct pxeboot_loss *loss);
	void *context;
};

static struct pxeboot_rule rule_at(const char *kind, const char *name, struct location where)
{
	return (struct pxeboot_rule){ .kind = kind, .name = name, .file = where.file, .line = where.line };
}

static struct pxeboot_rule rule_built_in(const char *kind, const char *name)
{
	return (struct pxeboot_rule){ .kind = kind, .name = name, .file = BUILT_IN, .line = 0 };
}

static void loses(const struct walk *walk, const struct pxeboot_loss *loss)
{
	if (walk->lost)
		walk->lost(walk->context, loss);
}

/* ---- The rule that a machine is under --------------------------------------------------------------------------- */

static const struct host *find_host(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	const struct host *host = NULL;

	if (client_has(client, PXEBOOT_FACT_MAC))
		host = policy_host_by_mac(policy, client->mac);
	if (!host && client_has(client, PXEBOOT_FACT_UUID))
		host = policy_host_by_uuid(policy, client->uuid);
	if (!host && client_has(client, PXEBOOT_FACT_SERIAL))
		host = policy_host_by_serial(policy, client->facts[PXEBOOT_FACT_SERIAL].text);
	return host;
}

int pxeboot_policy_host_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client, size_t *ret_index)
{
	if (!policy || !client || !ret_index)
		return -EINVAL;
	const struct host *host = find_host(policy, client);

	if (!host)
		return -ENOENT;
	*ret_index = (size_t)(host - policy->hosts);
	return 0;
}

/* The first term from the @first on that does not match; n_terms when all do. */
static size_t failing_term(const struct group *group, size_t first, const struct pxeboot_client *client, int arch)
{
	while (first < group->n_terms && term_matches(&group->terms[first], client, arch))
		first++;
	return first;
}

static size_t count_failing(const struct group *group, const struct pxeboot_client *client, int arch)
{
	size_t count = 0;

	for (size_t i = 0; (i = failing_term(group, i, client, arch)) < group->n_terms; i++)
		count++;
	return count;
}

/* Fills in what the client has where the group's term @index expects something else. */
static void compare(struct pxeboot_loss *loss, const struct group *group, size_t index, const struct walk *walk)
{
	loss->term = &group->view[index];
	loss->got_error = term_got(group->terms[index].kind, walk->client, walk->decision->arch, &loss->got);
}

static void group_loses(const struct walk *walk, const struct group *group)
{
	int arch = walk->decision->arch;
	struct pxeboot_loss loss = { .rule = rule_at("group", group->name, group->where), .where = group->tested };

	loss.n_failed = count_failing(group, walk->client, arch);
	if (loss.n_failed)
		compare(&loss, group, failing_term(group, 0, walk->client, arch), walk);
	if (group->tested == PXEBOOT_WHERE_NOWHERE)
		loss.why = "no stage can test its terms";
	else if (!loss.n_failed)
		loss.why = strcmp(walk->decision->rule.kind, "host") == 0 ? "the host comes first"
									  : "the other group comes first";
	loses(walk, &loss);
}

static void default_loses(const struct walk *walk)
{
	loses(walk, &(struct pxeboot_loss){
		.rule = rule_at("default", walk->policy->unknown_by, walk->policy->unknown_where),
		.why = "it is for machines that no rule names",
	});
}

static void under(struct walk *walk, struct pxeboot_rule rule, int item)
{
	walk->decision->rule = rule;
	walk->target = &walk->policy->items[item];
	walk->decision->boot = walk->target->name;
}

/* All but the one that won, if it is a group. */
static void others_lose(const struct walk *walk, const struct group *winner)
{
	for (size_t i = 0; i < walk->policy->n_groups; i++)
		if (&walk->policy->groups[i] != winner)
			group_loses(walk, &walk->policy->groups[i]);
}

static const struct group *first_group(const struct walk *walk, enum group_set set)
{
	return policy_first_group(walk->policy, set, walk->client, walk->decision->arch);
}

static void choose_rule(struct walk *walk)
{
	const struct pxeboot_policy *policy = walk->policy;
	const struct host *host = walk->host;
	const struct group *group = host ? NULL : first_group(walk, GROUPS_ALL);

	if (host)
		under(walk, rule_at("host", host->name, host->where), host->boot);
	else if (group)
		under(walk, rule_at("group", group->name, group->where), group->boot);
	else
		under(walk, rule_at("default", policy->unknown_by, policy->unknown_where), policy->unknown);
	if (walk->lost)
		others_lose(walk, group);
	if (host || group)
		default_loses(walk);
}

/* ---- What DHCP names ------------------------------------------------------------------------------------------ */

static void give(struct walk *walk, enum pxeboot_decision_kind kind, const char *file, struct pxeboot_rule source)
{
	walk->decision->kind = kind;
	walk->decision->file = file;
	walk->decision->source = source;
}

static void give_nothing(struct walk *walk, const char *reason)
{
	walk->decision->kind = PXEBOOT_DECISION_NONE;
	walk->decision->boot = NULL;
	walk->decision->reason = reason;
}

/* The script that DHCP names: that of the best group which DHCP itself can test, else the dispatcher. */
static void give_script(struct walk *walk)
{
	const struct pxeboot_policy *policy = walk->policy;
	const struct group *group;
	bool ipv6 = client_asks_ipv6(walk->client);

	if (ipv6 && !policy->address6) {
		give_nothing(walk, NO_ADDRESS6);
		return;
	}
	group = first_group(walk, GROUPS_DHCP);
	if (group)
		give(walk, PXEBOOT_DECISION_SCRIPT, ipv6 ? group->script6 : group->script_url,
		     rule_at("group", group->name, group->where));
	else
		give(walk, PXEBOOT_DECISION_SCRIPT, ipv6 ? policy->boot_url6 : policy->boot_url,
		     rule_built_in("script", "boot.ipxe"));
}

static void give_loader_of_arch(struct walk *walk, const char *file)
{
	int arch = walk->decision->arch;

	give(walk, PXEBOOT_DECISION_LOADER, file,
	     rule_at("loader", pxeboot_arch_get(arch)->name, walk->policy->served[arch].where));
}

/* Why an architecture gets nothing; the order is that of the questions an administrator would ask. */
static const char *why_not_served(const struct walk *walk)
{
	const struct pxeboot_decision *decision = walk->decision;

	if (!walk->client->n_archs)
		return "it says no architecture: it is not booting from the network";
	if (decision->arch == PXEBOOT_ARCH_NONE)
		return "nothing can be served to this architecture";
	if (!walk->policy->served[decision->arch].loader)
		return "the policy does not serve this architecture (loaders, server.serve)";
	if (client_asks_ipv6(walk->client))
		return walk->policy->address6 ? "it asks over HTTP and the policy has no server.http6" : NO_ADDRESS6;
	return "it asks over HTTP and the policy has no server.http";
}

/* Any number in option 93 tells a machine that boots from the network; without it, digits of the vendor class that mean
 * an architecture: DHCP servers look for each by itself. */
static bool boots_from_network(const struct walk *walk)
{
	if (walk->client->archs_from_vendor_class)
		return walk->decision->arch != PXEBOOT_ARCH_NONE;
	return walk->client->n_archs > 0;
}

/* By its MAC address before its UUID and serial number, as for its rule; but a host without a loader of its own leaves
 * the choice to the next, since DHCP servers know only of those that have one. */
static const struct host *find_host_with_loader(const struct walk *walk)
{
	const struct pxeboot_client *client = walk->client;
	const struct host *host = walk->host;

	if (!host)
		return NULL;
	if (!host->loader && client_has(client, PXEBOOT_FACT_UUID))
		host = policy_host_by_uuid(walk->policy, client->uuid);
	if ((!host || !host->loader) && client_has(client, PXEBOOT_FACT_SERIAL))
		host = policy_host_by_serial(walk->policy, client->facts[PXEBOOT_FACT_SERIAL].text);
	return host && host->loader ? host : NULL;
}

static bool give_loader_of_host(struct walk *walk)
{
	const struct host *host = boots_from_network(walk) ? find_host_with_loader(walk) : NULL;
	const char *file;

	if (!host)
		return false;
	file = decide_name(walk->client, walk->decision->http, host->loader->path, host->loader->urls);
	if (file)
		give(walk, PXEBOOT_DECISION_LOADER, file, rule_at("host", host->name, host->where));
	return file != NULL;
}

/* Of the groups with a loader the first that matches: DHCP can test them all, and knows nothing of the others, which may
 * well be the machine's rule. */
static bool give_loader_of_group(struct walk *walk)
{
	const struct group *group = boots_from_network(walk) ? first_group(walk, GROUPS_LOADER) : NULL;
	const char *file;

	if (!group)
		return false;
	/* The servers are the same for each of them: where this one can't be named, none can. */
	file = decide_name(walk->client, walk->decision->http, group->loader, group->loader_urls);
	if (file)
		give(walk, PXEBOOT_DECISION_LOADER, file, rule_at("group", group->name, group->where));
	return file != NULL;
}

/* It fetches its own firmware, once DHCP has said the word; DHCPv6 has no option for it. */
static void tell_raspberry(struct walk *walk)
{
	walk->decision->raspberry_pi = walk->policy->raspberry_pi && !walk->decision->http &&
				       !client_asks_ipv6(walk->client);
	give_nothing(walk, walk->decision->raspberry_pi
				   ? "option 43 sends a Raspberry Pi's boot ROM for its own firmware, start4.elf"
				   : "a Raspberry Pi's boot ROM only claims to be BIOS");
}

static void give_loader(struct walk *walk)
{
	int arch = walk->decision->arch;
	bool http = walk->decision->http;
	const char *file = arch == PXEBOOT_ARCH_NONE ? NULL : decide_loader(walk->policy, walk->client, arch, http);

	if (give_loader_of_host(walk) || give_loader_of_group(walk))
		return;
	/* Firmware that lists more numbers is a boot ROM, too, where only that of BIOS is served. */
	if (arch == PXEBOOT_ARCH_BIOS && client_is_rpi(walk->client))
		tell_raspberry(walk);
	else if (file)
		give_loader_of_arch(walk, file);
	else
		give_nothing(walk, why_not_served(walk));
}

/* An iPXE that is not ours is replaced by our build, never by a host's loader: that one may be foreign too, and would
 * come back here.  Where we have no build for it, its own abilities must do. */
static void give_own_build(struct walk *walk)
{
	int arch = walk->decision->arch;
	const char *file = arch == PXEBOOT_ARCH_NONE ? NULL : decide_loader(walk->policy, walk->client, arch, false);

	if (file && !walk->decision->http)
		give_loader_of_arch(walk, file);
	else
		give_script(walk);
}

/* DHCP sends one name to all, whoever they are; the TFTP server's map and the machine's link make a loader of it. */
static void give_one_name(struct walk *walk)
{
	const struct pxeboot_policy *policy = walk->policy;

	give(walk, PXEBOOT_DECISION_LOADER, policy->one_name,
	     rule_at("one-name", "server.one_name", policy->one_name_where));
}

/* A one-shot boot, or what follows it.  What the policy has dropped meanwhile is no place to send a machine to. */
static void take_progress(struct walk *walk)
{
	const char *boot = walk->progress ? walk->progress->boot : NULL;
	int item = boot ? policy_item_by_name(walk->policy, boot) : -1;

	if (item < 0)
		return;
	walk->target = &walk->policy->items[item];
	walk->decision->boot = walk->target->name;
	walk->decision->source = rule_built_in("once", walk->target->name);
}

static void walk_stage(struct walk *walk)
{
	bool dhcp = walk->decision->stage <= PXEBOOT_STAGE_IPXE;

	if (dhcp && walk->policy->one_name) {
		give_one_name(walk);
		return;
	}
	switch (walk->decision->stage) {
	case PXEBOOT_STAGE_FIRMWARE:
		give_loader(walk);
		break;
	case PXEBOOT_STAGE_IPXE_FOREIGN:
		give_own_build(walk);
		break;
	case PXEBOOT_STAGE_IPXE:
		give_script(walk);
		break;
	case PXEBOOT_STAGE_SCRIPT:
		take_progress(walk);
		walk->decision->kind = walk->target->menu ? PXEBOOT_DECISION_MENU : PXEBOOT_DECISION_PROFILE;
		break;
	case PXEBOOT_STAGE_OS:
		give_nothing(walk, "an operating system gets no boot file");
		break;
	}
}

void pxeboot_explain(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
		     enum pxeboot_stage stage, const struct pxeboot_progress *progress,
		     void (*lost)(void *context, const struct pxeboot_loss *loss), void *context,
		     struct pxeboot_decision *ret_decision)
{
	const struct pxeboot_arch_code *code = decide_arch(policy, client);
	struct walk walk = {
		.policy = policy, .client = client, .progress = progress, .decision = ret_decision,
		.host = find_host(policy, client), .lost = lost, .context = context,
	};

	*ret_decision = (struct pxeboot_decision){
		.stage = stage,
		.arch = code ? code->arch : PXEBOOT_ARCH_NONE,
		.http = code && code->http,
	};
	choose_rule(&walk);
	walk_stage(&walk);
}

void pxeboot_decide(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
		    enum pxeboot_stage stage, const struct pxeboot_progress *progress,
		    struct pxeboot_decision *ret_decision)
{
	pxeboot_explain(policy, client, stage, progress, NULL, NULL, ret_decision);
}
