/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a policy says to DHCP, as an answer that a walk can follow.
 */
#include <string.h>

#include "client/client.h"
#include "policy/policy.h"
#include "pxeboot.h"

static bool kind_is(const struct pxeboot_decision *decision, const char *kind)
{
	return decision->source.kind && !strcmp(decision->source.kind, kind);
}

/* Is the file the own build?  Where the policy does not name its files, because it is the loader of an architecture that
 * has one. */
static bool is_own_build(const struct pxeboot_policy *policy, const char *path)
{
	const struct own_build *build = &policy->build;

	for (size_t i = 0; i < build->n_files; i++)
		if (!strcmp(build->files[i].path, path))
			return true;
	for (int arch = 0; !build->n_files && arch < PXEBOOT_ARCH_COUNT; arch++)
		if (build->archs & ARCH_BIT(arch) && policy->served[arch].loader && !strcmp(policy->served[arch].loader, path))
			return true;
	return false;
}

/* Where DHCP knows one name only, the TFTP server's map and the machine's link make its loader of it. */
static const char *path_of(const struct pxeboot_policy *policy, const struct pxeboot_decision *decision)
{
	const struct group *group;
	const struct host *host;

	if (kind_is(decision, "loader") || (kind_is(decision, "one-name") && decision->arch != PXEBOOT_ARCH_NONE))
		return policy->served[decision->arch].loader;
	if (kind_is(decision, "host")) {
		host = policy_host_by_name(policy, decision->source.name);
		return host ? host_loader_path(host) : NULL;
	}
	if (kind_is(decision, "script"))
		return "boot.ipxe";
	group = kind_is(decision, "group") ? policy_group_by_name(policy, decision->source.name) : NULL;
	return !group ? NULL : decision->kind == PXEBOOT_DECISION_LOADER ? group->loader : group->script;
}

/* UEFI builds since 2022 look for autoexec.ipxe before they ask for DHCP's name, and an own build has a script in it; a
 * stock BIOS build asks for that name, which is its own.  What has no architecture gets no loader behind that name. */
static bool goes_on(const struct pxeboot_policy *policy, const struct pxeboot_decision *decision, const char *path)
{
	if (!kind_is(decision, "one-name") || decision->arch == PXEBOOT_ARCH_NONE)
		return false;
	return pxeboot_arch_get(decision->arch)->uefi || (path && is_own_build(policy, path));
}

static bool is_meant(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
		     const struct pxeboot_decision *decision)
{
	/* Also of several numbers, where that of BIOS is the one that is served. */
	bool rom = decision->arch == PXEBOOT_ARCH_BIOS && client_is_rpi(client) && !pxeboot_client_is_ipxe(client);

	return decision->arch != PXEBOOT_ARCH_NONE && policy->served[decision->arch].loader &&
	       (!decision->http || (client_asks_ipv6(client) ? policy->http6 : policy->http)) && !rom;
}

static void choose(const void *context, const struct pxeboot_client *client, struct pxeboot_answer *ret_answer)
{
	const struct pxeboot_policy *policy = context;
	struct pxeboot_decision decision;
	const char *path;

	pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
	path = path_of(policy, &decision);
	*ret_answer = (struct pxeboot_answer){
		.file = decision.file,
		.path = path,
		.vendor_class = decision.http && decision.file ? "HTTPClient" : NULL,
		.goes_on = goes_on(policy, &decision, path),
		.rule = decision.source,
		.reason = decision.reason,
		.meant = is_meant(policy, client, &decision),
	};
	if (path && is_own_build(policy, path))
		ret_answer->user_class = policy->user_class;
	/* DHCP's one name comes to these, too; no link leads them on. */
	if (kind_is(&decision, "one-name") && !ret_answer->meant) {
		ret_answer->file = NULL;
		ret_answer->reason = "the one name leads to a loader of architectures that are served over TFTP";
	}
}

/* Where DHCP picks a group's script, autoexec.ipxe asks as iPXE itself would. */
static bool autoexec_is_enough(const struct pxeboot_policy *policy)
{
	for (size_t i = 0; i < policy->n_groups; i++)
		if (policy->groups[i].tested == PXEBOOT_WHERE_DHCP)
			return false;
	return true;
}

void pxeboot_policy_chooser(const struct pxeboot_policy *policy, struct pxeboot_chooser *ret_chooser)
{
	*ret_chooser = (struct pxeboot_chooser){
		.context = policy, .choose = choose, .has_autoexec = autoexec_is_enough(policy),
	};
}
