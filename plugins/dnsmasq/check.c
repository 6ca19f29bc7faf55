/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot check` says of a policy that dnsmasq is to serve: what it can't do, and what will surprise somebody.
 */
#include <string.h>

#include "base/macro.h"
#include "base/scalar.h"
#include "dnsmasq.h"

#define MANY_HOSTS 100		/* dnsmasq looks them up one by one */

/* Where the policy sets it; the file as a whole where it doesn't. */
static struct location place_of(const struct pxeboot_policy *policy, const char *setting)
{
	struct location place = { NULL, 0 };

	pxeboot_policy_where(policy, setting, &place.file, &place.line);
	return place;
}

static bool is_set(const struct pxeboot_policy *policy, const char *path, const char *value)
{
	const char *is = pxeboot_policy_get(policy, path);

	return is != NULL && strcmp(is, value) == 0;
}

/* ---- One name for all ---- */

static void check_hook(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	if (!is_set(policy, "server.tftp", "tftp-hpa"))
		diagnostics_add(findings, PXEBOOT_ERROR, "one-name.tftp", place_of(policy, "server.one_name"),
				"server.one_name: needs the map of in.tftpd, expected server.tftp = \"tftp-hpa\"");
	if (!dnsmasq_does_dhcp(policy))
		diagnostics_add(findings, PXEBOOT_WARNING, "one-name.server", place_of(policy, "server.dhcp.server"),
				"server.one_name: only dnsmasq calls the hook, so that every machine gets the loader of "
				"server.default_arch, whatever its architecture; expected server.dhcp.server = \"dnsmasq\", or "
				"no server.one_name, which that server does not need");
	else if (pxeboot_policy_get(policy, "server.dhcp.proxy") != NULL)
		diagnostics_add(findings, PXEBOOT_ERROR, "one-name.proxy", place_of(policy, "server.one_name"),
				"server.one_name: dnsmasq never calls its hook in proxy mode, no link would "
				"ever be set");
	else if (dnsmasq_range(policy, 0) == NULL)
		diagnostics_add(findings, PXEBOOT_WARNING, "one-name.leases", place_of(policy, "server.one_name"),
				"server.one_name: no server.dhcp.range; links exist beforehand for no address, and the "
				"hook sets them only for leases that this dnsmasq grants itself");
}

static void check_first_boot(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	const char *first = pxeboot_policy_get(policy, "server.default_arch");
	CLEANUP_TEXT struct text others = TEXT_INIT;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *name = pxeboot_arch_get(arch)->name;

		if (pxeboot_policy_loader(policy, arch) != NULL && (first == NULL || strcmp(name, first) != 0))
			text_addf(&others, "%s%s", others.length > 0 ? ", " : "", name);
	}
	if (others.length > 0)
		diagnostics_add(findings, PXEBOOT_WARNING, "one-name.first-boot", place_of(policy, "server.one_name"),
				"server.one_name: an unknown machine first gets the loader of %s; a machine of %s may "
				"fail once, until the hook has set its link", first != NULL ? first : "no architecture",
				text_string(&others));
}

static void check_ignored(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		diagnostics_add(findings, PXEBOOT_WARNING, "one-name.loader", (struct location){ host.file, host.line },
				"host '%s': its loader is never handed out where DHCP sends one name", host.name);
}

static void check_one_name(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	check_hook(policy, findings);
	if (dnsmasq_does_dhcp(policy))
		check_first_boot(policy, findings);
	check_ignored(policy, findings);
}

/* ---- Hosts and groups ---- */

static void check_hosts(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	struct location one_too_many = { NULL, 0 };
	struct pxeboot_host host;
	size_t count = 0;

	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		if (++count == MANY_HOSTS + 1)
			one_too_many = (struct location){ host.file, host.line };
	if (count > MANY_HOSTS)
		diagnostics_add(findings, PXEBOOT_WARNING, "dnsmasq.hosts", one_too_many,
				"%zu hosts have a loader of their own, expected at most %d: dnsmasq looks them up one "
				"by one, and each change is a restart", count, MANY_HOSTS);
}

static bool holds_a_range(const struct pxeboot_policy *policy, const struct ip4_prefix *prefix)
{
	const char *range;
	uint32_t first, last;

	for (size_t i = 0; (range = dnsmasq_range(policy, i)) != NULL; i++)
		if (dnsmasq_parse_range(range, &first, &last) == 0 && ip4_prefix_has(prefix, first) &&
		    ip4_prefix_has(prefix, last))
			return true;
	return false;
}

static void check_subnets(const struct pxeboot_policy *policy, const struct pxeboot_group *group,
			  const struct pxeboot_term *term, struct pxeboot_diagnostics *findings)
{
	struct ip4_prefix prefix;

	for (size_t i = 0; i < term->n_values; i++)
		if (scalar_ip4_prefix(term->values[i], &prefix) == 0 && !holds_a_range(policy, &prefix))
			diagnostics_add(findings, PXEBOOT_WARNING, "dnsmasq.no-range",
					(struct location){ group->file, group->line },
					"group '%s': no server.dhcp.range lies in %s, dnsmasq can't tell its machines",
					group->name, term->values[i]);
}

static void check_groups(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		for (size_t j = 0; group.where == PXEBOOT_WHERE_DHCP && j < group.n_terms; j++)
			if (strcmp(group.terms[j].name, "subnet") == 0)
				check_subnets(policy, &group, &group.terms[j], findings);
}

int dnsmasq_check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text written = TEXT_INIT;

	if (pxeboot_policy_get(policy, "server.one_name") != NULL) {
		check_one_name(policy, findings);
	} else if (dnsmasq_does_dhcp(policy)) {
		boot_tell_serials(policy, "dnsmasq.serial", findings);
		check_hosts(policy, findings);
		check_groups(policy, findings);
	}
	/* What can't be written is found by writing it. */
	return dnsmasq_write(policy, &written, findings);
}
