/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks from each item through menus to profiles.  Policies have tens of items; hosts then only look their item up.
 */
#include "render/reach.h"

#include <errno.h>
#include <string.h>

#include "render/template.h"
#include "render/variables.h"

static void *grow(void *array, size_t count, size_t size)
{
	/* Powers of two: the array is full exactly when its count is one. */
	return count & (count - 1) ? array : reallocarray(array, count ? 2 * count : 1, size);
}

static int add_need(struct reach *reach, const struct item *item, struct slice name)
{
	struct need *needs;

	for (size_t i = 0; i < reach->n_needs; i++)
		if (reach->needs[i].length == name.length && !memcmp(reach->needs[i].name, name.at, name.length))
			return 0;
	needs = grow(reach->needs, reach->n_needs, sizeof(*needs));
	if (!needs)
		return -ENOMEM;
	reach->needs = needs;
	needs[reach->n_needs++] = (struct need){ name.at, name.length, item };
	return 0;
}

/* Malformed text is told when it is rendered. */
static int add_needs_of_text(struct reach *reach, const struct item *item, const char *text)
{
	struct template template = template_of(item->profile, text ? text : "");
	struct chunk chunk;
	int r = 0;

	while (r == 0 && template_next(&template, &chunk) > 0)
		if (chunk.kind == CHUNK_VARIABLE && !chunk.has_default && !variable_is_built_in(chunk.text))
			r = add_need(reach, item, chunk.text);
	return r;
}

static int add_profile(struct reach *reach, const struct item *item)
{
	const struct profile *profile = item->profile, **answers;
	int r = add_needs_of_text(reach, item, profile->args);

	if (r == 0)
		r = add_needs_of_text(reach, item, profile->target);
	if (r == 0)
		r = add_needs_of_text(reach, item, profile->initiator);
	for (size_t i = 0; i < profile->n_initrds && r == 0; i++)
		r = add_needs_of_text(reach, item, profile->initrds[i]);
	if (r < 0 || !profile->n_answers)
		return r;
	answers = grow(reach->answers, reach->n_answers, sizeof(*answers));
	if (!answers)
		return -ENOMEM;
	reach->answers = answers;
	answers[reach->n_answers++] = profile;
	return 0;
}

static int add_menu(struct reach *reach, const struct item *item)
{
	const struct menu *menu = item->menu;
	int r = add_needs_of_text(reach, item, menu->title);

	for (size_t i = 0; i < menu->n_entries && r == 0; i++)
		r = add_needs_of_text(reach, item, menu->entries[i].label);
	return r;
}

static int visit(const struct pxeboot_policy *policy, struct reach *reach, int item, bool *seen)
{
	const struct menu *menu = policy->items[item].menu;
	int r;

	if (seen[item])
		return 0;
	seen[item] = true;
	if (!menu)
		return add_profile(reach, &policy->items[item]);
	r = add_menu(reach, &policy->items[item]);
	for (size_t i = 0; i < menu->n_entries && r == 0; i++)
		if (menu->entries[i].kind == ENTRY_TARGET)
			r = visit(policy, reach, menu->entries[i].target, seen);
	return r;
}

int reach_new(const struct pxeboot_policy *policy, struct reach **ret_reach)
{
	struct reach *reach = calloc(policy->n_items, sizeof(*reach));
	CLEANUP_FREE bool *seen = calloc(policy->n_items, sizeof(*seen));
	int r = reach && seen ? 0 : -ENOMEM;

	for (size_t i = 0; i < policy->n_items && r == 0; i++) {
		memset(seen, 0, policy->n_items * sizeof(*seen));
		r = visit(policy, &reach[i], (int)i, seen);
	}
	if (r < 0)
		reach_free(policy, reach);
	else
		*ret_reach = reach;
	return r;
}

void reach_free(const struct pxeboot_policy *policy, struct reach *reach)
{
	for (size_t i = 0; reach && i < policy->n_items; i++) {
		free(reach[i].needs);
		free(reach[i].answers);
	}
	free(reach);
}

static bool defines(const struct variable *vars, size_t n_vars, const struct need *need)
{
	for (size_t i = 0; i < n_vars; i++)
		if (slice_is((struct slice){ need->name, need->length }, vars[i].name))
			return true;
	return false;
}

static int check_needs(const struct pxeboot_policy *policy, const struct reach *reach, const char *who,
		       const char *name, struct location where, const struct variable *vars, size_t n_vars,
		       struct pxeboot_diagnostics *diagnostics)
{
	int r = 0;

	for (size_t i = 0; i < reach->n_needs; i++) {
		const struct need *need = &reach->needs[i];

		if (defines(vars, n_vars, need) || defines(policy->vars, policy->n_vars, need))
			continue;
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "variable.undefined", where,
				"%s%s: nothing defines '%.*s', which %s.%s needs, expected it in vars, or a default "
				"'${%.*s:-...}'", who, name, (int)need->length, need->name,
				need->item->menu ? "menus" : "profiles", need->item->name, (int)need->length, need->name);
		r = -EBADMSG;
	}
	return r;
}

int reach_check_host(const struct pxeboot_policy *policy, const struct reach *reach, const struct host *host,
		     struct pxeboot_diagnostics *diagnostics)
{
	return check_needs(policy, reach, "hosts.", host->name, host->where, host->vars, host->n_vars, diagnostics);
}

/* Scripts would set their own ones anew by these: whose machine it is, whose token it has. */
static int check_names(const struct variable *vars, size_t n_vars, struct pxeboot_diagnostics *diagnostics)
{
	int r = 0;

	for (size_t i = 0; i < n_vars; i++) {
		if (!variable_is_taken(vars[i].name))
			continue;
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "variable.taken", vars[i].where,
				"vars.%s: the name is taken by what the library itself defines, expected another one", vars[i].name);
		r = -EBADMSG;
	}
	return r;
}

static int check_all_names(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics)
{
	int r = check_names(policy->vars, policy->n_vars, diagnostics);

	for (size_t i = 0; i < policy->n_groups; i++)
		r |= check_names(policy->groups[i].vars, policy->groups[i].n_vars, diagnostics);
	for (size_t i = 0; i < policy->n_hosts; i++)
		r |= check_names(policy->hosts[i].vars, policy->hosts[i].n_vars, diagnostics);
	return r ? -EBADMSG : 0;
}

int reach_check(const struct pxeboot_policy *policy, const struct reach *reach,
		struct pxeboot_diagnostics *diagnostics)
{
	int r = check_all_names(policy, diagnostics);

	if (check_needs(policy, &reach[policy->unknown], policy->unknown_by, "", policy->unknown_where, NULL, 0,
			diagnostics) < 0)
		r = -EBADMSG;

	for (size_t i = 0; i < policy->n_groups; i++) {
		const struct group *group = &policy->groups[i];

		if (check_needs(policy, &reach[group->boot], "groups.", group->name, group->where, group->vars, group->n_vars,
				diagnostics) < 0)
			r = -EBADMSG;
	}
	for (size_t i = 0; i < policy->n_hosts; i++) {
		const struct host *host = &policy->hosts[i];

		for (size_t way = 0; way < HOST_BOOTS; way++)
			if (host_boots(host, way) >= 0 &&
			    reach_check_host(policy, &reach[host_boots(host, way)], host, diagnostics) < 0)
				r = -EBADMSG;
	}
	return r;
}
