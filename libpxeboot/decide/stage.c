/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is asking: the stages of a chain, and their names.
 */
#include <string.h>

#include "base/macro.h"
#include "client/client.h"
#include "decide/arch.h"

const char *pxeboot_stage_name(enum pxeboot_stage stage)
{
	static const char *const names[PXEBOOT_STAGE_COUNT] = {
		[PXEBOOT_STAGE_FIRMWARE] = "firmware",
		[PXEBOOT_STAGE_IPXE_FOREIGN] = "ipxe-foreign",
		[PXEBOOT_STAGE_IPXE] = "ipxe",
		[PXEBOOT_STAGE_SCRIPT] = "script",
		[PXEBOOT_STAGE_OS] = "os",
	};

	return (unsigned)stage < ARRAY_SIZE(names) ? names[stage] : NULL;
}

const char *pxeboot_decision_kind_name(enum pxeboot_decision_kind kind)
{
	static const char *const names[] = {
		[PXEBOOT_DECISION_NONE] = "none",
		[PXEBOOT_DECISION_LOADER] = "loader",
		[PXEBOOT_DECISION_SCRIPT] = "script",
		[PXEBOOT_DECISION_MENU] = "menu",
		[PXEBOOT_DECISION_PROFILE] = "profile",
	};

	return (unsigned)kind < ARRAY_SIZE(names) ? names[kind] : NULL;
}

/* An iPXE that says no architecture is replaced by nothing, but where all have an own build it is none all the same. */
static bool has_build(unsigned archs, int arch)
{
	return arch == PXEBOOT_ARCH_NONE ? archs == ARCH_ALL : archs & ARCH_BIT(arch);
}

static enum pxeboot_stage stage_of(const char *user_class, unsigned archs, int arch,
				   const struct pxeboot_client *client)
{
	bool own = user_class && client_has_user_class(client, user_class);

	if (!own && !pxeboot_client_is_ipxe(client))
		return PXEBOOT_STAGE_FIRMWARE;
	return own || !user_class || !has_build(archs, arch) ? PXEBOOT_STAGE_IPXE : PXEBOOT_STAGE_IPXE_FOREIGN;
}

enum pxeboot_stage pxeboot_stage_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	const struct pxeboot_arch_code *code = decide_arch(policy, client);

	return stage_of(policy->user_class, policy->build.archs, code ? code->arch : PXEBOOT_ARCH_NONE, client);
}

static bool boots_from_network(const struct pxeboot_client *client)
{
	static const char *const classes[] = { "PXEClient", "HTTPClient" };
	const char *class;

	if (client->n_archs > 0)
		return true;
	if (pxeboot_client_get(client, PXEBOOT_FACT_VENDOR_CLASS, &class) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (!strncmp(class, classes[i], strlen(classes[i])))
			return true;
	return false;
}

enum pxeboot_stage pxeboot_client_stage(const struct pxeboot_client *client, const char *user_class, unsigned archs)
{
	enum pxeboot_stage stage = stage_of(user_class, archs, pxeboot_client_arch(client), client);

	return stage == PXEBOOT_STAGE_FIRMWARE && !boots_from_network(client) ? PXEBOOT_STAGE_OS : stage;
}
