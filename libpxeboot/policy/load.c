/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loading from the first file to the frozen policy, and its life by reference counting.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"

static void policy_free(struct pxeboot_policy *policy)
{
	struct policy_private *private = policy->private;

	if (private) {
		index_free(&private->by_mac);
		index_free(&private->by_uuid);
		index_free(&private->by_serial);
		index_free(&private->by_name);
		index_free(&private->by_item);
		index_free(&private->by_group);
		for (size_t i = 0; i < GROUP_SETS; i++)
			group_index_free(&private->groups[i]);
		free(private->scalars);
		free(private->files);
		arena_free(&private->arena);
		free(private);
	}
	free(policy);
}

static int policy_new(struct pxeboot_policy **ret_policy)
{
	struct pxeboot_policy *policy = calloc(1, sizeof(*policy));

	if (!policy)
		return -ENOMEM;
	policy->private = calloc(1, sizeof(*policy->private));
	if (!policy->private) {
		policy_free(policy);
		return -ENOMEM;
	}
	atomic_init(&policy->references, 1);
	*ret_policy = policy;
	return 0;
}

static void load_free(struct load *load)
{
	for (size_t i = 0; i < load->n_sources; i++) {
		source_free(load->sources[i]);
		free(load->sources[i]);
	}
	free(load->sources);
	free(load->settings);
	free(load->choosers);
	for (size_t i = 0; i < NODES_COUNT; i++)
		free(load->nodes[i].nodes);
}

/* Each needs what those before it made. */
static int load_stages(struct load *load)
{
	static int (*const stages[])(struct load *load) = {
		load_walk, load_scalars, build_server, build_ipxe, build_everybodys_variables, build_themes, build_items,
		build_boot, build_hosts, build_groups, build_menus, build_unknown,
		load_mark_rest,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(stages) && !r; i++)
		r = stages[i](load);
	return r;
}

int pxeboot_policy_load(const char *path, struct pxeboot_diagnostics *diagnostics, struct pxeboot_policy **ret_policy)
{
	return pxeboot_policy_load_with(path, NULL, diagnostics, ret_policy);
}

int pxeboot_policy_load_with(const char *path, const char *const *overrides, struct pxeboot_diagnostics *diagnostics,
			     struct pxeboot_policy **ret_policy)
{
	return pxeboot_policy_load_draft(path, overrides, NULL, NULL, diagnostics, ret_policy);
}

int pxeboot_policy_load_draft(const char *path, const char *const *overrides, const char *file, const char *text,
			      struct pxeboot_diagnostics *diagnostics, struct pxeboot_policy **ret_policy)
{
	struct load load = { .diagnostics = diagnostics, .draft_file = file, .draft_text = text };

	if (!path || !*path || !ret_policy || !file != !text)
		return -EINVAL;
	int r = policy_new(&load.policy);

	if (r)
		return r;
	load.arena = &load.policy->private->arena;
	r = load_overrides(&load, overrides);
	if (!r)
		r = load_read(&load, path);
	if (!r)
		r = load_stages(&load);
	if (!r && load.n_errors)
		r = -EBADMSG;
	load_free(&load);
	if (r) {
		policy_free(load.policy);
		return r;
	}
	*ret_policy = load.policy;
	return 0;
}

struct pxeboot_policy *pxeboot_policy_ref(struct pxeboot_policy *policy)
{
	if (policy)
		atomic_fetch_add_explicit(&policy->references, 1, memory_order_relaxed);
	return policy;
}

/* What each thread did with the policy happens before another one frees it. */
struct pxeboot_policy *pxeboot_policy_unref(struct pxeboot_policy *policy)
{
	if (!policy || atomic_fetch_sub_explicit(&policy->references, 1, memory_order_acq_rel) != 1)
		return NULL;
	policy_free(policy);
	return NULL;
}
