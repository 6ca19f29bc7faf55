/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The boot root: its files, rendered one at a time, when they are asked for.
 */
#include <errno.h>
#include <string.h>

#include "render/answers.h"
#include "render/grub.h"
#include "render/plan.h"
#include "render/pxelinux.h"
#include "render/render.h"
#include "render/script.h"
#include "render/variables.h"

struct pxeboot_tree {
	const struct pxeboot_policy *policy;
	struct plans planned;
	char *token;			/* of the one-shot boot that it is for, or NULL */
	struct text path, bytes;	/* of the entry that is lent */
	struct text *kept;		/* of everybody's scripts, which are few and take their time: one for each plan */
};

/* ---- Rendering one entry ---------------------------------------------------------------------------------------- */

static int render_answers_plan(struct pxeboot_tree *tree, const struct plan *plan,
			       struct pxeboot_diagnostics *diagnostics)
{
	struct machine machine = plan_machine(tree->policy, plan);

	machine.token = tree->token;
	return render_answers(tree->policy, &machine, &machine.profile->answers[plan->file], diagnostics, &tree->bytes);
}

static int render_item_plan(struct pxeboot_tree *tree, const struct item *item,
			    struct pxeboot_diagnostics *diagnostics)
{
	if (item->menu)
		return render_menu(tree->policy, item->menu, diagnostics, &tree->bytes);
	return render_profile(tree->policy, item->profile, diagnostics, &tree->bytes);
}

static int render_grub_item(struct pxeboot_tree *tree, const struct item *item,
			    struct pxeboot_diagnostics *diagnostics)
{
	if (item->menu)
		return grub_render_menu(tree->policy, item->menu, diagnostics, &tree->bytes);
	return grub_render_profile(tree->policy, item->profile, diagnostics, &tree->bytes);
}

static int render_pxelinux_item(struct pxeboot_tree *tree, const struct item *item)
{
	int r = pxelinux_render_shared(tree->policy, item, &tree->bytes);

	return r < 0 ? r : 0;
}

static int render_plan(struct pxeboot_tree *tree, const struct plan *plan, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = tree->policy;

	switch (plan->kind) {
	case PLAN_ANSWERS:
	case PLAN_GROUP_ANSWERS:
	case PLAN_OTHER_ANSWERS:
		return render_answers_plan(tree, plan, diagnostics);
	case PLAN_PICTURE:
		text_add_bytes(&tree->bytes, policy->themes[plan->index].look.picture_bytes,
			       policy->themes[plan->index].look.picture_length);
		return 0;
	case PLAN_ITEM:
		return render_item_plan(tree, &policy->items[plan->index], diagnostics);
	case PLAN_SOME:
		return script_render_learner(policy, diagnostics, &tree->bytes);
	case PLAN_HOST_MAC:
	case PLAN_HOST_UUID:
	case PLAN_HOST_SERIAL:
		return render_host(policy, &policy->hosts[plan->index], diagnostics, &tree->bytes);
	case PLAN_GROUP:
		return render_dispatcher(policy, &policy->groups[plan->index], diagnostics, &tree->bytes);
	case PLAN_BOOT:
		return render_dispatcher(policy, NULL, diagnostics, &tree->bytes);
	case PLAN_AUTOEXEC:
		return render_autoexec(policy, diagnostics, &tree->bytes);
	case PLAN_GRUB_ITEM:
		return render_grub_item(tree, &policy->items[plan->index], diagnostics);
	case PLAN_GRUB_WAY:
		grub_render_way(policy->items[plan->index].menu, &tree->bytes);
		return 0;
	case PLAN_GRUB_BACK:
		grub_render_way(NULL, &tree->bytes);
		return 0;
	case PLAN_GRUB_MAC:
	case PLAN_GRUB_UUID:
	case PLAN_GRUB_SERIAL:
		return grub_render_host(policy, &policy->hosts[plan->index], diagnostics, &tree->bytes);
	case PLAN_GRUB:
		return grub_render_dispatcher(policy, diagnostics, &tree->bytes);
	case PLAN_PXELINUX_ITEM:
		return render_pxelinux_item(tree, &policy->items[plan->index]);
	case PLAN_PXELINUX_MAC:
	case PLAN_PXELINUX_UUID:
		return pxelinux_render_host(policy, &policy->hosts[plan->index], diagnostics, &tree->bytes);
	case PLAN_PXELINUX:
		return pxelinux_render_default(policy, diagnostics, &tree->bytes);
	case PLAN_UBOOT:
		return uboot_render_default(policy, &tree->bytes);
	case PLAN_ONE_NAME:
		text_addf(&tree->bytes, "../../%s", policy->served[plan->index].loader);
		return 0;
	case PLAN_CLIENT:
		text_addf(&tree->bytes, "../arch/%s", pxeboot_arch_get((int)policy->default_arch)->name);
		return 0;
	}
	return -EINVAL;
}

static int render_entry(struct pxeboot_tree *tree, size_t index, struct pxeboot_diagnostics *diagnostics)
{
	int r;

	text_clear(&tree->bytes);
	r = render_plan(tree, &tree->planned.plans[index], diagnostics);
	return r < 0 ? r : tree->bytes.error;
}

/* ---- Public ----------------------------------------------------------------------------------------------------- */

/* Whoever has seen a host's entries without a finding before need not see them again. */
struct trial {
	const bool *known;		/* of each host; or NULL */
	bool *ret_quiet;		/* likewise: its entries have no finding; or NULL */
};

/* Links are many where each address of a range has one. */
static bool is_kept(const struct plan *plan)
{
	return !plan_is_of_host(plan) && plan->kind < PLAN_ONE_NAME;
}

static int try_entry(struct pxeboot_tree *tree, size_t index, const struct trial *trial,
		     struct pxeboot_diagnostics *diagnostics)
{
	const struct plan *plan = &tree->planned.plans[index];
	size_t findings = pxeboot_diagnostics_count(diagnostics);
	bool of_host = plan_is_of_host(plan);
	int r;

	if (of_host && trial->known && trial->known[plan->index])
		return 0;
	r = render_entry(tree, index, diagnostics);
	if (r == 0 && is_kept(plan)) {
		tree->kept[index] = tree->bytes;
		tree->bytes = (struct text)TEXT_INIT;
	}
	if (of_host && trial->ret_quiet && (r < 0 || pxeboot_diagnostics_count(diagnostics) > findings))
		trial->ret_quiet[plan->index] = false;
	return r;
}

/* Every entry is rendered once for its findings; nothing is written before all can be. */
static int try_all(struct pxeboot_tree *tree, const struct trial *trial, struct pxeboot_diagnostics *diagnostics)
{
	int result = 0;

	tree->kept = calloc(tree->planned.n_plans + 1, sizeof(*tree->kept));
	if (!tree->kept)
		return -ENOMEM;
	for (size_t i = 0; trial->ret_quiet && i < tree->policy->n_hosts; i++)
		trial->ret_quiet[i] = true;
	for (size_t i = 0; i < tree->planned.n_plans; i++) {
		int r = try_entry(tree, i, trial, diagnostics);

		if (r < 0 && r != -EBADMSG)
			return r;
		if (r < 0)
			result = r;
	}
	return result;
}

/* What one host needs to boot one item; without it, everything. */
struct wanted {
	size_t host;
	int item;
	const char *token;		/* or NULL */
};

static int plan_wanted(struct pxeboot_tree *tree, const struct reach *reach, const struct wanted *wanted,
		       struct pxeboot_diagnostics *diagnostics)
{
	const struct host *host = &tree->policy->hosts[wanted->host];
	int checked = reach_check_host(tree->policy, reach, host, diagnostics);
	int r = plan_answers_of(&tree->planned, reach, wanted->host);

	if (r == 0 && wanted->token) {
		tree->token = strdup(wanted->token);
		r = tree->token ? answers_try(tree->policy, reach, host, wanted->token, true, diagnostics) : -ENOMEM;
	}
	return r ? r : checked;
}

static int plan_everything(struct pxeboot_tree *tree, const struct reach *reach, struct pxeboot_diagnostics *diagnostics)
{
	int checked = reach_check(tree->policy, reach, diagnostics);
	int tried = answers_check(tree->policy, reach, diagnostics);
	int r = plan_all(&tree->planned, reach, diagnostics);

	return r ? r : checked ? checked : tried;
}

static int plan_and_try(struct pxeboot_tree *tree, const struct reach *reach, const struct wanted *wanted,
			const struct trial *trial, struct pxeboot_diagnostics *diagnostics)
{
	int planned = wanted ? plan_wanted(tree, &reach[wanted->item], wanted, diagnostics)
			     : plan_everything(tree, reach, diagnostics);
	int r = planned == 0 || planned == -EBADMSG ? try_all(tree, trial, diagnostics) : 0;

	return r ? r : planned;
}

static int new_tree(const struct pxeboot_policy *policy, const struct wanted *wanted, const struct trial *trial,
		    struct pxeboot_diagnostics *diagnostics, struct pxeboot_tree **ret_tree)
{
	struct pxeboot_tree *tree = calloc(1, sizeof(*tree));
	struct reach *reach = NULL;
	int r;

	if (!tree)
		return -ENOMEM;
	tree->policy = tree->planned.policy = policy;
	r = reach_new(policy, &reach);
	if (r == 0)
		r = plan_and_try(tree, reach, wanted, trial, diagnostics);
	reach_free(policy, reach);
	if (r < 0)
		pxeboot_tree_free(tree);
	else
		*ret_tree = tree;
	return r;
}

int pxeboot_tree_new(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
		     struct pxeboot_tree **ret_tree)
{
	return pxeboot_tree_new_known(policy, NULL, NULL, diagnostics, ret_tree);
}

int pxeboot_tree_new_known(const struct pxeboot_policy *policy, const bool *known, bool *ret_quiet,
			   struct pxeboot_diagnostics *diagnostics, struct pxeboot_tree **ret_tree)
{
	return new_tree(policy, NULL, &(struct trial){ known, ret_quiet }, diagnostics, ret_tree);
}

int pxeboot_tree_new_once(const struct pxeboot_policy *policy, size_t host, const char *boot,
			  const char *token, struct pxeboot_diagnostics *diagnostics, struct pxeboot_tree **ret_tree)
{
	struct wanted wanted = { .host = host, .token = token };

	if (!policy || !boot || !ret_tree || (token && !render_is_token(token)))
		return -EINVAL;
	wanted.item = policy_item_by_name(policy, boot);
	if (host >= policy->n_hosts || wanted.item < 0)
		return -ENOENT;
	return new_tree(policy, &wanted, &(struct trial){ NULL, NULL }, diagnostics, ret_tree);
}

void pxeboot_tree_free(struct pxeboot_tree *tree)
{
	if (!tree)
		return;
	text_free(&tree->path);
	text_free(&tree->bytes);
	for (size_t i = 0; tree->kept && i < tree->planned.n_plans; i++)
		if (is_kept(&tree->planned.plans[i]))
			text_free(&tree->kept[i]);
	free(tree->kept);
	free(tree->planned.plans);
	free(tree->token);
	free(tree);
}

int pxeboot_tree_path(struct pxeboot_tree *tree, size_t index, const char **ret_path)
{
	if (index >= tree->planned.n_plans)
		return -ENOENT;
	tree->path.length = 0;
	plan_add_path(tree->policy, &tree->planned.plans[index], tree->token, &tree->path);
	if (tree->path.error)
		return tree->path.error;
	*ret_path = tree->path.bytes;
	return 0;
}

int pxeboot_tree_host(const struct pxeboot_tree *tree, size_t index, size_t *ret_host)
{
	if (index >= tree->planned.n_plans)
		return -ENOENT;
	if (!plan_is_of_host(&tree->planned.plans[index]))
		return -ENODATA;
	*ret_host = tree->planned.plans[index].index;
	return 0;
}

int pxeboot_tree_get(struct pxeboot_tree *tree, size_t index, struct pxeboot_entry *ret_entry)
{
	const char *path;
	const struct plan *plan;
	const struct text *bytes;
	int r = pxeboot_tree_path(tree, index, &path);

	if (r < 0)
		return r;
	plan = &tree->planned.plans[index];
	bytes = is_kept(plan) ? &tree->kept[index] : &tree->bytes;
	if (bytes == &tree->bytes)
		r = render_entry(tree, index, NULL);
	if (r < 0)
		return r;
	*ret_entry = (struct pxeboot_entry){
		.path = path,
		.kind = plan->kind >= PLAN_ONE_NAME ? PXEBOOT_ENTRY_LINK : PXEBOOT_ENTRY_FILE,
		.bytes = bytes->bytes ? bytes->bytes : "",
		.length = bytes->length,
		.keep = plan->kind == PLAN_CLIENT,
	};
	return 0;
}
