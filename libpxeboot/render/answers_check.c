/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Findings about the answer files of one-shot boots, and about private ones (see answers.h).
 */
#include <errno.h>
#include <stdio.h>

#include "render/answers.h"
#include "render/render.h"
#include "render/variables.h"

static int try_profile(const struct pxeboot_policy *policy, const struct machine *machine,
		       struct pxeboot_diagnostics *diagnostics)
{
	int result = 0;

	for (size_t i = 0; i < machine->profile->n_answers; i++) {
		CLEANUP_TEXT struct text text = TEXT_INIT;
		int r = render_answers(policy, machine, &machine->profile->answers[i], diagnostics, &text);

		if (r < 0 && r != -EBADMSG)
			return r;
		result = r < 0 ? r : result;
	}
	return result;
}

int answers_try(const struct pxeboot_policy *policy, const struct reach *reach, const struct host *host, const char *token,
		bool only_private, struct pxeboot_diagnostics *diagnostics)
{
	int result = 0;

	for (size_t i = 0; i < reach->n_answers; i++) {
		const struct profile *profile = reach->answers[i];
		struct machine machine = { .host = host, .token = token, .is_trial = profile->private, .profile = profile };
		int r = only_private && !profile->private ? 0 : try_profile(policy, &machine, diagnostics);

		if (r < 0 && r != -EBADMSG)
			return r;
		result = r < 0 ? r : result;
	}
	return result;
}

static int try_host(const struct pxeboot_policy *policy, const struct reach *reach, const struct host *host,
		    struct pxeboot_diagnostics *diagnostics)
{
	char token[2 * MAC_LENGTH + 33], *at = token;

	if (host->once < 0 || !host->n_macs)
		return 0;
	for (size_t i = 0; i < MAC_LENGTH; i++)
		at += sprintf(at, "%02x", host->macs[0][i]);
	sprintf(at, "%032d", 0);
	return answers_try(policy, &reach[host->once], host, token, false, diagnostics);
}

/* Each profile once, with the first that comes to it. */
static void warn_of_private(const struct reach *reach, const char *who, const char *name, bool *told,
			    const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics)
{
	for (size_t i = 0; i < reach->n_answers; i++) {
		const struct profile *profile = reach->answers[i];
		int item = policy_item_by_name(policy, profile->name);

		if (!profile->private || told[item])
			continue;
		told[item] = true;
		diagnostics_add(diagnostics, PXEBOOT_WARNING, "answers.no-token", profile->answers_where,
				"profiles.%s: its answers are private, and %s%s can come to it without a one-shot boot: that machine "
				"has no token and gets none", profile->name, who, name);
	}
}

static void warn_of_all(const struct pxeboot_policy *policy, const struct reach *reach, bool *told,
			struct pxeboot_diagnostics *diagnostics)
{
	warn_of_private(&reach[policy->unknown], policy->unknown_by, "", told, policy, diagnostics);
	for (size_t i = 0; i < policy->n_groups; i++)
		warn_of_private(&reach[policy->groups[i].boot], "groups.", policy->groups[i].name, told, policy, diagnostics);
	for (size_t i = 0; i < policy->n_hosts; i++)
		for (size_t way = 0; way < HOST_BOOTS; way++)
			if (way != HOST_BOOTS_ONCE && host_boots(&policy->hosts[i], way) >= 0)
				warn_of_private(&reach[host_boots(&policy->hosts[i], way)], "hosts.", policy->hosts[i].name, told,
						policy, diagnostics);
}

int answers_check(const struct pxeboot_policy *policy, const struct reach *reach, struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_FREE bool *told = calloc(policy->n_items, sizeof(*told));
	int result = 0;

	if (!told)
		return -ENOMEM;
	warn_of_all(policy, reach, told, diagnostics);
	for (size_t i = 0; i < policy->n_hosts; i++) {
		int r = try_host(policy, reach, &policy->hosts[i], diagnostics);

		if (r < 0 && r != -EBADMSG)
			return r;
		result = r < 0 ? r : result;
	}
	return result;
}
