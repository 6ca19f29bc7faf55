/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines known by their facts: terms, the order in which groups win, and who can test them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"

/* The text passed its check when the schema was walked. */
static int decode_value(enum term_kind kind, struct group_value *value)
{
	switch (kind) {
	case TERM_ARCH:
		value->archs = ARCH_BIT(pxeboot_arch_by_name(value->text));
		return 0;
	case TERM_FIRMWARE:
		value->archs = build_firmware_archs(value->text);
		return 0;
	case TERM_MAC:
		return scalar_mac_prefix(value->text, value->mac, &value->mac_length);
	case TERM_SUBNET:
		return scalar_ip4_prefix(value->text, &value->prefix);
	case TERM_VENDOR_CLASS:
	case TERM_MANUFACTURER:
	case TERM_PRODUCT:
		return 0;
	}
	return -EINVAL;
}

static int build_term(struct load *load, const config_setting_t *setting, enum term_kind kind, struct group_term *term)
{
	unsigned n = load_count(setting);

	term->kind = kind;
	term->where = load_location(setting);
	term->values = arena_alloc(load->arena, n, sizeof(*term->values));
	if (!term->values)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		const char *string = load_string(load_element(setting, i));
		struct group_value *value = &term->values[term->n_values];

		if (!string)
			continue;
		value->text = arena_string(load->arena, string);
		if (!value->text)
			return -ENOMEM;
		if (!decode_value(kind, value))
			term->n_values++;
	}
	return 0;
}

static int build_view(struct load *load, struct group *group)
{
	struct pxeboot_term *view = arena_alloc(load->arena, group->n_terms, sizeof(*view));

	if (!view)
		return -ENOMEM;
	for (size_t i = 0; i < group->n_terms; i++) {
		const struct group_term *term = &group->terms[i];
		const char **values = arena_alloc(load->arena, term->n_values, sizeof(*values));

		if (!values)
			return -ENOMEM;
		for (size_t k = 0; k < term->n_values; k++)
			values[k] = term->values[k].text;
		view[i] = (struct pxeboot_term) { term_name(term->kind), values, term->n_values };
	}
	group->view = view;
	return 0;
}

static int build_terms(struct load *load, const config_setting_t *node, struct group *group)
{
	const config_setting_t *match = load_member(node, "match");

	group->terms = arena_alloc(load->arena, TERM_COUNT, sizeof(*group->terms));
	if (!group->terms)
		return -ENOMEM;
	if (match && config_setting_is_group(match) && !config_setting_length(match))
		load_fault(load, &(struct fault) { .id = "policy.missing", .at = match,
			   .problem = "nothing to know its machines by", .expected = "one term at least" });
	for (int kind = 0; match && kind < TERM_COUNT; kind++) {
		const config_setting_t *setting = load_member(match, term_name((enum term_kind)kind));
		int r = setting ? build_term(load, setting, (enum term_kind)kind, &group->terms[group->n_terms]) : 0;

		if (r)
			return r;
		group->n_terms += setting != NULL;
	}
	return build_view(load, group);
}

static int build_script(struct load *load, struct group *group)
{
	const char *http = load->policy->http, *base6 = load->policy->base6;
	char *stem = arena_join(load->arena, "groups/", group->name);
	char *base = http ? arena_join(load->arena, http, "/") : NULL;
	char *folder6 = base6 ? arena_join(load->arena, base6, "/") : NULL;

	group->script = stem ? arena_join(load->arena, stem, ".ipxe") : NULL;
	if (!group->script || (http && !base) || (base6 && !folder6))
		return -ENOMEM;
	group->script_url = http ? arena_join(load->arena, base, group->script) : group->script;
	group->script6 = base6 ? arena_join(load->arena, folder6, group->script) : NULL;
	return group->script_url && (!base6 || group->script6) ? 0 : -ENOMEM;
}

static int build_group(struct load *load, const config_setting_t *node, struct group *group)
{
	const char *name = load_member_string(node, "name");
	const config_setting_t *boot = load_member(node, "boot");

	group->name = arena_string(load->arena, name ? name : "");
	if (!group->name)
		return -ENOMEM;
	group->where = load_location(node);
	group->boot = boot ? build_reference(load, boot) : -1;
	group->secure = load_flag(load_member(node, "secure"));
	int r = build_terms(load, node, group);

	if (!r)
		r = build_script(load, group);
	if (!r)
		r = build_own_loader(load, load_member(node, "loader"), &group->loader, &group->loader_urls);
	if (group->loader)
		group->loader_where = load_location(load_member(node, "loader"));
	return r ? r : build_variables(load, load_member(node, "vars"), &group->vars, &group->n_vars);
}

static bool same_name(const void *table, uint32_t number, const void *key)
{
	const struct group *groups = table;

	return !strcmp(groups[number].name, key);
}

const struct group *policy_group_by_name(const struct pxeboot_policy *policy, const char *name)
{
	uint32_t number = index_find(&policy->private->by_group, index_hash_string(name), same_name, policy->groups, name);

	return number == INDEX_NONE ? NULL : &policy->groups[number];
}

const struct group *policy_first_group(const struct pxeboot_policy *policy, enum group_set set,
				       const struct pxeboot_client *client, int arch)
{
	return group_index_find(&policy->private->groups[set], policy, client, arch);
}

static void claim_name(struct load *load, const config_setting_t *node, size_t number, const struct hash_index *names)
{
	struct group *groups = load->policy->groups;
	const char *name = groups[number].name;
	uint32_t other = *name ? index_add(names, index_hash_string(name), same_name, groups, name, number) : INDEX_NONE;

	if (other != INDEX_NONE)
		load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = load_member(node, "name"),
			   .problem = "name is taken", .expected = "one group of a name", .got = name,
			   .also = groups[other].where });
}

/* The group with most terms wins, then the name. */
static int by_rank(const void *a, const void *b)
{
	const struct group *left = a, *right = b;

	if (left->n_terms != right->n_terms)
		return left->n_terms > right->n_terms ? -1 : 1;
	return strcmp(left->name, right->name);
}

/* Once their order is known; of two that share a name the first is found, which nobody will ask for. */
static int build_indexes(const struct pxeboot_policy *policy)
{
	struct policy_private *private = policy->private;
	int r = index_init(&private->by_group, policy->n_groups);

	for (size_t i = 0; i < policy->n_groups && !r; i++) {
		const char *name = policy->groups[i].name;

		(void)index_add(&private->by_group, index_hash_string(name), same_name, policy->groups, name, i);
	}
	for (int set = 0; set < GROUP_SETS && !r; set++)
		r = group_index_build(&private->groups[set], policy, (enum group_set)set);
	return r;
}

static int build_list(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	const struct node_list *list = &load->nodes[NODES_GROUPS];
	struct hash_index names;
	int r = index_init(&names, list->n);

	if (r)
		return r;
	policy->groups = arena_alloc(load->arena, list->n, sizeof(*policy->groups));
	r = policy->groups ? 0 : -ENOMEM;
	for (; policy->n_groups < list->n && !r; policy->n_groups++) {
		r = build_group(load, list->nodes[policy->n_groups], &policy->groups[policy->n_groups]);
		if (!r)
			claim_name(load, list->nodes[policy->n_groups], policy->n_groups, &names);
	}
	index_free(&names);
	return r;
}

int build_groups(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	int r = build_list(load);

	if (r)
		return r;
	qsort(policy->groups, policy->n_groups, sizeof(*policy->groups), by_rank);
	for (size_t i = 0; i < policy->n_groups; i++)
		place_group(load, &policy->groups[i]);
	return build_indexes(policy);
}
