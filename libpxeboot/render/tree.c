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
};

/* ---- Rendering one entry ---------------------------------------------------------------------------------------- */

static void host_path(struct text *path, const char *folder, const char *tail, const struct host *host,
		      enum plan_kind kind, size_t mac)
{
	char text[3 * MAC_LENGTH];

	if (kind == PLAN_HOST_MAC) {
		scalar_format_mac(host->macs[mac], '-', text);
		text_addf(path, "%s/%s%s", folder, text, tail);
	} else if (kind == PLAN_HOST_UUID) {
		text_addf(path, "%s/uuid-%s%s", folder, host->uuid_text, tail);
	} else {
		text_addf(path, "%s/serial-%s%s", folder, host->serial, tail);
	}
}

static int render_answers_plan(struct pxeboot_tree *tree, const struct plan *plan,
			       struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = tree->policy;
	const struct profile *profile = policy->items[plan->detail].profile;
	const struct answer_file *file = &profile->answers[plan->file];
	struct machine machine = {
		.host = plan->kind == PLAN_ANSWERS ? &policy->hosts[plan->index] : NULL,
		.group = plan->kind == PLAN_GROUP_ANSWERS ? &policy->groups[plan->index] : NULL,
		.token = tree->token, .profile = profile,
	};
	CLEANUP_TEXT struct text folder = TEXT_INIT;

	if (tree->token)
		text_add(&folder, tree->token);
	else
		render_answers_folder(&folder, machine.host, machine.group);
	if (folder.error)
		return folder.error;
	variable_add_answers(&tree->path, NULL, folder.bytes, profile, file->name);
	return render_answers(policy, &machine, file, diagnostics, &tree->bytes);
}

static int render_item_plan(struct pxeboot_tree *tree, const struct item *item,
			    struct pxeboot_diagnostics *diagnostics)
{
	render_item_path(&tree->path, item);
	if (item->menu)
		return render_menu(tree->policy, item->menu, diagnostics, &tree->bytes);
	return render_profile(tree->policy, item->profile, diagnostics, &tree->bytes);
}

static void render_picture(struct pxeboot_tree *tree, const struct pxeboot_theme *look)
{
	text_addf(&tree->path, "themes/%s", look->picture);
	text_add_bytes(&tree->bytes, look->picture_bytes, look->picture_length);
}

static void render_one_name(struct pxeboot_tree *tree, int arch)
{
	const struct pxeboot_policy *policy = tree->policy;

	text_addf(&tree->path, "arch/%s/%s", pxeboot_arch_get(arch)->name, policy->one_name);
	text_addf(&tree->bytes, "../../%s", policy->served[arch].loader);
}

static void render_client(struct pxeboot_tree *tree, uint32_t address)
{
	char text[16];

	scalar_format_ip4(address, text);
	text_addf(&tree->path, "clients/%s", text);
	text_addf(&tree->bytes, "../arch/%s", pxeboot_arch_get((int)tree->policy->default_arch)->name);
}

static int render_grub_item(struct pxeboot_tree *tree, const struct item *item,
			    struct pxeboot_diagnostics *diagnostics)
{
	grub_item_path(&tree->path, item);
	if (item->menu)
		return grub_render_menu(tree->policy, item->menu, diagnostics, &tree->bytes);
	return grub_render_profile(tree->policy, item->profile, diagnostics, &tree->bytes);
}

static void render_grub_way(struct pxeboot_tree *tree, const struct menu *menu)
{
	if (menu)
		text_addf(&tree->path, "grub/to/%s.cfg", menu->name);
	else
		text_add(&tree->path, "grub/back.cfg");
	grub_render_way(menu, &tree->bytes);
}

static int render_grub_host(struct pxeboot_tree *tree, const struct plan *plan,
			    struct pxeboot_diagnostics *diagnostics)
{
	const struct host *host = &tree->policy->hosts[plan->index];
	char mac[3 * MAC_LENGTH];

	if (plan->kind == PLAN_GRUB_MAC) {
		scalar_format_mac(host->macs[plan->detail], '-', mac);
		text_addf(&tree->path, "grub/grub.cfg-01-%s", mac);
	} else if (plan->kind == PLAN_GRUB_UUID) {
		text_addf(&tree->path, "grub/grub.cfg-%s", host->uuid_text);
	} else {
		text_addf(&tree->path, "grub/serial-%s.cfg", host->serial);
	}
	return grub_render_host(tree->policy, host, diagnostics, &tree->bytes);
}

static int render_pxelinux_item(struct pxeboot_tree *tree, const struct item *item)
{
	int r = pxelinux_render_shared(tree->policy, item, &tree->bytes);

	pxelinux_shared_path(&tree->path, item);
	return r < 0 ? r : 0;
}

static int render_pxelinux_host(struct pxeboot_tree *tree, const struct plan *plan,
				struct pxeboot_diagnostics *diagnostics)
{
	const struct host *host = &tree->policy->hosts[plan->index];
	char mac[3 * MAC_LENGTH];

	if (plan->kind == PLAN_PXELINUX_MAC) {
		scalar_format_mac(host->macs[plan->detail], '-', mac);
		text_addf(&tree->path, "pxelinux.cfg/01-%s", mac);
	} else {
		pxelinux_uuid_path(&tree->path, host, plan->detail == 0);
	}
	return pxelinux_render_host(tree->policy, host, diagnostics, &tree->bytes);
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
		render_picture(tree, &policy->themes[plan->index].look);
		return 0;
	case PLAN_ITEM:
		return render_item_plan(tree, &policy->items[plan->index], diagnostics);
	case PLAN_SOME:
		text_add(&tree->path, LEARNER);
		return script_render_learner(policy, diagnostics, &tree->bytes);
	case PLAN_HOST_MAC:
	case PLAN_HOST_UUID:
	case PLAN_HOST_SERIAL:
		host_path(&tree->path, "hosts", ".ipxe", &policy->hosts[plan->index], plan->kind, plan->detail);
		return render_host(policy, &policy->hosts[plan->index], diagnostics, &tree->bytes);
	case PLAN_GROUP:
		text_add(&tree->path, policy->groups[plan->index].script);
		return render_dispatcher(policy, &policy->groups[plan->index], diagnostics, &tree->bytes);
	case PLAN_BOOT:
		text_add(&tree->path, "boot.ipxe");
		return render_dispatcher(policy, NULL, diagnostics, &tree->bytes);
	case PLAN_AUTOEXEC:
		text_add(&tree->path, "autoexec.ipxe");
		return render_autoexec(policy, diagnostics, &tree->bytes);
	case PLAN_GRUB_ITEM:
		return render_grub_item(tree, &policy->items[plan->index], diagnostics);
	case PLAN_GRUB_WAY:
		render_grub_way(tree, policy->items[plan->index].menu);
		return 0;
	case PLAN_GRUB_BACK:
		render_grub_way(tree, NULL);
		return 0;
	case PLAN_GRUB_MAC:
	case PLAN_GRUB_UUID:
	case PLAN_GRUB_SERIAL:
		return render_grub_host(tree, plan, diagnostics);
	case PLAN_GRUB:
		text_add(&tree->path, "grub/grub.cfg");
		return grub_render_dispatcher(policy, diagnostics, &tree->bytes);
	case PLAN_PXELINUX_ITEM:
		return render_pxelinux_item(tree, &policy->items[plan->index]);
	case PLAN_PXELINUX_MAC:
	case PLAN_PXELINUX_UUID:
		return render_pxelinux_host(tree, plan, diagnostics);
	case PLAN_PXELINUX:
		text_add(&tree->path, "pxelinux.cfg/default");
		return pxelinux_render_default(policy, diagnostics, &tree->bytes);
	case PLAN_UBOOT:
		text_add(&tree->path, "pxelinux.cfg/default-arm");
		return uboot_render_default(policy, &tree->bytes);
	case PLAN_ONE_NAME:
		render_one_name(tree, (int)plan->index);
		return 0;
	case PLAN_CLIENT:
		render_client(tree, plan->index);
		return 0;
	}
	return -EINVAL;
}

static int render_entry(struct pxeboot_tree *tree, size_t index, struct pxeboot_diagnostics *diagnostics)
{
	int r;

	text_clear(&tree->path);
	text_clear(&tree->bytes);
	r = render_plan(tree, &tree->planned.plans[index], diagnostics);
	if (r == 0)
		r = tree->path.error ? tree->path.error : tree->bytes.error;
	return r;
}

/* ---- Public ----------------------------------------------------------------------------------------------------- */

/* Every entry is rendered once for its findings; nothing is written before all can be. */
static int try_all(struct pxeboot_tree *tree, struct pxeboot_diagnostics *diagnostics)
{
	int result = 0;

	for (size_t i = 0; i < tree->planned.n_plans; i++) {
		int r = render_entry(tree, i, diagnostics);

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
			struct pxeboot_diagnostics *diagnostics)
{
	int planned = wanted ? plan_wanted(tree, &reach[wanted->item], wanted, diagnostics)
			     : plan_everything(tree, reach, diagnostics);
	int r = planned == 0 || planned == -EBADMSG ? try_all(tree, diagnostics) : 0;

	return r ? r : planned;
}

static int new_tree(const struct pxeboot_policy *policy, const struct wanted *wanted,
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
		r = plan_and_try(tree, reach, wanted, diagnostics);
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
	return new_tree(policy, NULL, diagnostics, ret_tree);
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
	return new_tree(policy, &wanted, diagnostics, ret_tree);
}

void pxeboot_tree_free(struct pxeboot_tree *tree)
{
	if (!tree)
		return;
	text_free(&tree->path);
	text_free(&tree->bytes);
	free(tree->planned.plans);
	free(tree->token);
	free(tree);
}

int pxeboot_tree_get(struct pxeboot_tree *tree, size_t index, struct pxeboot_entry *ret_entry)
{
	const struct plan *plan;
	int r;

	if (index >= tree->planned.n_plans)
		return -ENOENT;
	plan = &tree->planned.plans[index];
	r = render_entry(tree, index, NULL);
	if (r < 0)
		return r;
	*ret_entry = (struct pxeboot_entry){
		.path = tree->path.bytes,
		.kind = plan->kind >= PLAN_ONE_NAME ? PXEBOOT_ENTRY_LINK : PXEBOOT_ENTRY_FILE,
		.bytes = tree->bytes.bytes ? tree->bytes.bytes : "",
		.length = tree->bytes.length,
		.keep = plan->kind == PLAN_CLIENT,
	};
	return 0;
}
