/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which architecture a client is taken for, and what DHCP calls its loader.
 */
#include "decide/arch.h"

#include "client/client.h"

const char *decide_name(const struct pxeboot_client *client, bool http, const char *path, const struct urls *urls)
{
	if (!path)
		return NULL;
	if (client_asks_ipv6(client))
		return http ? urls->http6 : urls->tftp6;
	return http ? urls->http : path;
}

const char *decide_loader(const struct pxeboot_policy *policy, const struct pxeboot_client *client, int arch,
			  bool http)
{
	const struct served *served = &policy->served[arch];

	return decide_name(client, http, served->loader, served->urls);
}

/* Lower is better: what is served before what isn't, then the table's order, then TFTP before HTTP. */
static unsigned arch_rank(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			  const struct pxeboot_arch_code *code)
{
	bool served = decide_loader(policy, client, code->arch, code->http) != NULL;

	return (served ? 0u : 1u) << 16 | (unsigned)code->arch << 1 | (code->http ? 1u : 0u);
}

const struct pxeboot_arch_code *decide_arch(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	const struct pxeboot_arch_code *best = NULL;

	for (size_t i = 0; i < client->n_archs; i++) {
		const struct pxeboot_arch_code *code = pxeboot_arch_code_get(client->archs[i]);

		if (!code || code->arch == PXEBOOT_ARCH_NONE)
			continue;
		if (!best || arch_rank(policy, client, code) < arch_rank(policy, client, best))
			best = code;
	}
	return best;
}
