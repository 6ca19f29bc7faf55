/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who can test the terms of a group: iPXE's scripts know architecture, manufacturer and product, and compare for
 * equality only; the DHCP server knows what stands in a packet and can give a tag for it.
 */
#include <string.h>

#include "policy/load.h"

static const struct { bool script, dhcp; } testers[] = {
	[TERM_ARCH] = { true, true },
	[TERM_FIRMWARE] = { true, true },
	[TERM_MAC] = { false, true },
	[TERM_SUBNET] = { false, true },
	[TERM_VENDOR_CLASS] = { false, true },
	[TERM_MANUFACTURER] = { true, false },
	[TERM_PRODUCT] = { true, false },
};

static bool lies_across(const struct dhcp_range *range, const struct ip4_prefix *prefix)
{
	uint32_t host_bits = prefix->length ? (uint32_t)((1ull << (32 - prefix->length)) - 1) : UINT32_MAX;
	uint32_t first = prefix->address, last = prefix->address | host_bits;

	if (range->last < first || range->first > last)
		return false;
	return range->first < first || range->last > last;
}

/* With dnsmasq a tag for a subnet hangs on a range: NULL, or why there can be none. */
static const char *no_subnet_tag(const struct pxeboot_policy *policy, const struct group_term *term)
{
	if (policy->offers_known)
		return NULL;
	if (!policy->n_ranges)
		return "there is no server.dhcp.range to mark";
	for (size_t i = 0; i < policy->n_ranges; i++)
		for (size_t k = 0; k < term->n_values; k++)
			if (lies_across(&policy->ranges[i], &term->values[k].prefix))
				return "a DHCP range lies across its border";
	return NULL;
}

/* NULL, or why the DHCP server can't mark clients by this term. */
static const char *no_dhcp(const struct pxeboot_policy *policy, const struct group_term *term)
{
	if (!testers[term->kind].dhcp)
		return "the boot scripts alone know it, and other terms of the group are the DHCP server's";
	if (policy->one_name)
		return "with server.one_name DHCP names the same file to everybody";
	return term->kind == TERM_SUBNET ? no_subnet_tag(policy, term) : NULL;
}

static bool scripts_can(const struct group *group)
{
	for (size_t i = 0; i < group->n_terms; i++)
		if (!testers[group->terms[i].kind].script)
			return false;
	return true;
}

static void undecidable(struct load *load, const struct group *group, const struct group_term *term, const char *why)
{
	CLEANUP_TEXT struct text subject = TEXT_INIT, problem = TEXT_INIT;

	text_addf(&subject, "groups.%s.match.%s", group->name, term_name(term->kind));
	text_addf(&problem, "nobody can test this, so that the group never matches: %s", why);
	load_fault(load, &(struct fault) { .severity = PXEBOOT_WARNING, .id = "group.undecidable", .where = term->where,
		   .subject = subject.error ? group->name : subject.bytes,
		   .problem = subject.error ? NULL : text_string(&problem) });
}

/* Prefers a term that the scripts can't test either: that one is the cause. */
static const struct group_term *obstacle(const struct pxeboot_policy *policy, const struct group *group)
{
	const struct group_term *found = NULL;

	for (size_t i = 0; i < group->n_terms; i++) {
		const struct group_term *term = &group->terms[i];

		if (no_dhcp(policy, term) && (!found || !testers[term->kind].script))
			found = term;
	}
	return found;
}

static void check_loader(struct load *load, const struct group *group, const struct group_term *term)
{
	CLEANUP_TEXT struct text subject = TEXT_INIT, problem = TEXT_INIT;

	text_addf(&subject, "groups.%s.loader", group->name);
	text_addf(&problem, "DHCP hands out loaders and can't test %s: %s", term_name(term->kind),
		  testers[term->kind].dhcp ? no_dhcp(load->policy, term) : "the boot scripts alone know it");
	load_fault(load, &(struct fault) { .id = "group.loader", .where = group->loader_where,
		   .subject = subject.error ? group->name : subject.bytes,
		   .problem = subject.error ? NULL : text_string(&problem),
		   .expected = "arch, firmware, mac, vendor_class, or a subnet of server.dhcp.range" });
}

void place_group(struct load *load, struct group *group)
{
	const struct group_term *term = obstacle(load->policy, group);

	group->tested = scripts_can(group) ? PXEBOOT_WHERE_SCRIPT : term ? PXEBOOT_WHERE_NOWHERE : PXEBOOT_WHERE_DHCP;
	/* A term without values was wrong, and told. */
	if (!term || !term->n_values)
		return;
	if (group->loader)
		check_loader(load, group, term);
	else if (group->tested == PXEBOOT_WHERE_NOWHERE)
		undecidable(load, group, term, no_dhcp(load->policy, term));
}
