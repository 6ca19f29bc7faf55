/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Under which rule every machine falls: a host, then the group with most terms, then by name.  Groups are matched here by
 * their views, word by word, and decide() must say the same.
 */
#include <stdio.h>
#include <stdlib.h>

#include "brute.h"

#define MOST_GROUPS 8

/* Which values of the machine's parts a group takes; of DHCP's facts an iPXE says the vendor class by its architecture. */
struct matcher {
	struct pxeboot_group view;
	bool archs[BRUTE_ARCHS];
	bool parts[BRUTE_PARTS][64];
	bool wins, served;
};

struct scripts {
	struct brute *brute;
	struct matcher groups[MOST_GROUPS];
	size_t n_groups;
	struct brute_viewer *viewers;
	size_t n_viewers;
};

/* ---- Terms ---- */

static uint32_t number_of(const char *address)
{
	unsigned a, b, c, d;

	if (sscanf(address, "%u.%u.%u.%u", &a, &b, &c, &d) != 4)
		abort();
	return a << 24 | b << 16 | c << 8 | d;
}

static bool is_in(const char *address, const char *subnet)
{
	unsigned bits = (unsigned)strtoul(strchr(subnet, '/') + 1, NULL, 10);

	return address && (bits == 0 || number_of(address) >> (32 - bits) == number_of(subnet) >> (32 - bits));
}

static bool begins(const char *text, const char *prefix)
{
	return text && !strncmp(text, prefix, strlen(prefix));
}

static bool equals(const char *text, const char *other)
{
	return text && !strcmp(text, other);
}

static bool arch_is(int arch, const char *name)
{
	const struct pxeboot_arch_info *info = pxeboot_arch_get(arch);

	return info && !strcmp(info->name, name);
}

static bool firmware_is(int arch, const char *name)
{
	const struct pxeboot_arch_info *info = pxeboot_arch_get(arch);

	return info && !strcmp(info->uefi ? "uefi" : "bios", name);
}

/* Takes away what the value's term does not match. */
static void narrow_archs(struct matcher *group, const struct pxeboot_term *term, const struct brute_machine *machine)
{
	for (int arch = 0; arch < BRUTE_ARCHS; arch++) {
		const char *vendor_class = NULL;
		bool any = false;

		pxeboot_client_get(machine->asking[arch][0], PXEBOOT_FACT_VENDOR_CLASS, &vendor_class);
		for (size_t i = 0; i < term->n_values; i++)
			any |= !strcmp(term->name, "arch") ? arch_is(arch, term->values[i]) :
			       !strcmp(term->name, "firmware") ? firmware_is(arch, term->values[i]) :
							    begins(vendor_class, term->values[i]);
		group->archs[arch] &= any;
	}
}

static const struct row {
	const char *name;
	enum brute_part part;
	bool (*matches)(const char *fact, const char *value);
} rows[] = {
	{ "mac", BRUTE_IDENTITY, begins },
	{ "subnet", BRUTE_ADDRESS, is_in },
	{ "manufacturer", BRUTE_MAKER, equals },
	{ "product", BRUTE_PRODUCT, equals },
};

static const char *fact_of(enum brute_part part, size_t index)
{
	return part == BRUTE_IDENTITY ? brute_identities[index].mac : part == BRUTE_ADDRESS ? brute_addresses[index] :
	       part == BRUTE_MAKER ? brute_makers[index] : brute_products[index];
}

static void narrow_part(struct matcher *group, const struct pxeboot_term *term, const struct row *row)
{
	for (size_t i = 0; i < brute_counts[row->part]; i++) {
		bool any = false;

		for (size_t j = 0; j < term->n_values; j++)
			any |= row->matches(fact_of(row->part, i), term->values[j]);
		group->parts[row->part][i] &= any;
	}
}

static void narrow(struct matcher *group, const struct pxeboot_term *term, const struct brute_machine *machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(term->name, rows[i].name)) {
			narrow_part(group, term, &rows[i]);
			return;
		}
	narrow_archs(group, term, machine);
}

/* What no stage can test never matches. */
static void read_group(struct matcher *group, const struct brute_machine *machine)
{
	memset(group->archs, group->view.where != PXEBOOT_WHERE_NOWHERE, sizeof(group->archs));
	memset(group->parts, true, sizeof(group->parts));
	for (size_t i = 0; i < group->view.n_terms; i++)
		narrow(group, &group->view.terms[i], machine);
}

static bool matches(const struct matcher *group, const struct brute_machine *machine, int arch)
{
	for (int part = 0; part < BRUTE_PARTS; part++)
		if (!group->parts[part][machine->parts[part]])
			return false;
	return group->archs[arch];
}

/* ---- Rules ---- */

/* A machine that another group with as many terms matches as well, and that would boot something else. */
static void find_ties(struct scripts *scripts, size_t winner, const struct brute_machine *machine, int arch)
{
	const struct pxeboot_group *view = &scripts->groups[winner].view;

	for (size_t i = winner + 1; i < scripts->n_groups; i++) {
		const struct pxeboot_group *other = &scripts->groups[i].view;
		bool loaders = view->loader && other->loader && strcmp(other->loader, view->loader) != 0;

		if (other->n_terms == view->n_terms && (loaders || strcmp(other->boot, view->boot) != 0) &&
		    matches(&scripts->groups[i], machine, arch))
			brute_add(&scripts->brute->findings, "group.tie", other->line);
	}
}

static void keep_viewer(struct scripts *scripts, int arch, const struct pxeboot_decision *decision,
			const struct pxeboot_client *client)
{
	for (size_t i = 0; i < scripts->n_viewers; i++)
		if (scripts->viewers[i].arch == arch && !strcmp(scripts->viewers[i].rule_kind, decision->rule.kind) &&
		    !strcmp(scripts->viewers[i].rule_name, decision->rule.name))
			return;
	scripts->viewers = reallocarray(scripts->viewers, scripts->n_viewers + 1, sizeof(*scripts->viewers));
	if (!scripts->viewers)
		abort();
	scripts->viewers[scripts->n_viewers++] = (struct brute_viewer){ arch, decision->rule.kind, decision->rule.name, client };
}

/* The boot ROM of a Raspberry Pi says that it is a BIOS, gets nothing but a host's or group's own loader, and so never
 * comes here. */
static bool is_dead_rom(const struct scripts *scripts, const struct brute_machine *machine, int arch)
{
	struct pxeboot_decision decision;

	if (arch != PXEBOOT_ARCH_BIOS || !brute_identities[machine->parts[BRUTE_IDENTITY]].rpi)
		return false;
	pxeboot_decide(scripts->brute->policy, machine->asking[arch][0], PXEBOOT_STAGE_FIRMWARE, NULL, &decision);
	return !decision.source.kind || (strcmp(decision.source.kind, "host") != 0 && strcmp(decision.source.kind, "group") != 0);
}

static void compare(struct scripts *scripts, const struct brute_machine *machine, int arch, size_t winner,
		    const struct pxeboot_decision *decision)
{
	bool host = !strcmp(decision->rule.kind, "host"), group = !strcmp(decision->rule.kind, "group");
	bool same = winner < scripts->n_groups ? host || (group && !strcmp(decision->rule.name, scripts->groups[winner].view.name))
					       : !group;

	if (!same && scripts->brute->odd++ == 0)
		snprintf(scripts->brute->oddity, sizeof(scripts->brute->oddity), "mac=%s arch %d: group %s, decide() says %s %s",
			 brute_identities[machine->parts[BRUTE_IDENTITY]].mac, arch, winner < scripts->n_groups ?
			 scripts->groups[winner].view.name : "none", decision->rule.kind, decision->rule.name);
}

static void take(struct scripts *scripts, const struct brute_machine *machine, int arch)
{
	const struct pxeboot_policy *policy = scripts->brute->policy;
	bool own = pxeboot_policy_get(policy, "ipxe.user_class") != NULL;
	bool served = arch != BRUTE_NO_ARCH && pxeboot_policy_loader(policy, arch) && !is_dead_rom(scripts, machine, arch);
	struct pxeboot_decision decision;
	size_t winner = 0;

	pxeboot_decide(policy, machine->asking[arch][own], PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	while (winner < scripts->n_groups && !matches(&scripts->groups[winner], machine, arch))
		winner++;
	compare(scripts, machine, arch, winner, &decision);
	if (!strcmp(decision.rule.kind, "group") && winner < scripts->n_groups) {
		scripts->groups[winner].wins = true;
		scripts->groups[winner].served |= served;
		find_ties(scripts, winner, machine, arch);
	}
	if (served)
		keep_viewer(scripts, arch, &decision, machine->asking[arch][own]);
}

static void tell_groups(const struct scripts *scripts)
{
	for (size_t i = 0; i < scripts->n_groups; i++) {
		const struct matcher *group = &scripts->groups[i];

		if (group->view.where != PXEBOOT_WHERE_NOWHERE && !group->served && !(group->wins && group->view.loader))
			brute_add(&scripts->brute->findings, group->wins ? "group.not-served" : "group.shadowed", group->view.line);
	}
}

void brute_scripts(struct brute *brute)
{
	const struct brute_world *world = brute->world;
	struct scripts scripts = { .brute = brute };

	while (scripts.n_groups < MOST_GROUPS &&
	       pxeboot_policy_group(brute->policy, scripts.n_groups, &scripts.groups[scripts.n_groups].view) == 0)
		read_group(&scripts.groups[scripts.n_groups++], world->machines);
	for (size_t i = 0; i < world->n_machines; i++) {
		unsigned archs = brute_archs_of(brute->policy, &brute_identities[world->machines[i].parts[BRUTE_IDENTITY]]);

		for (int arch = 0; arch < BRUTE_ARCHS; arch++)
			if (arch == BRUTE_NO_ARCH || archs & 1u << arch)
				take(&scripts, &world->machines[i], arch);
	}
	tell_groups(&scripts);
	brute_menus(brute, scripts.viewers, scripts.n_viewers);
	free(scripts.viewers);
}
