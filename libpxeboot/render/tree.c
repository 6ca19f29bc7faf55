/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan of the boot root: which files there are, and in which order they must be written so that each names only files
 * that are there already.  Files are rendered one at a time, when they are asked for.
 */
#include <errno.h>
#include <string.h>

#include "render/reach.h"
#include "render/render.h"

enum plan_kind {
	PLAN_ANSWERS,
	PLAN_PICTURE,
	PLAN_ITEM,
	PLAN_HOST_MAC,
	PLAN_HOST_UUID,
	PLAN_HOST_SERIAL,
	PLAN_GROUP,
	PLAN_BOOT,
	PLAN_AUTOEXEC,
	PLAN_ONE_NAME,		/* arch/ARCH/NAME -> the architecture's loader */
	PLAN_CLIENT,		/* clients/ADDRESS -> ../arch/ARCH */
};

struct plan {
	enum plan_kind kind;
	uint32_t index;			/* item, host, group, architecture, or the address itself */
	uint32_t detail;		/* answers: the profile's item; MAC: which of the host's */
};

struct pxeboot_tree {
	const struct pxeboot_policy *policy;
	struct plan *plans;
	size_t n_plans, capacity;
	struct text path, bytes;	/* of the entry that is lent */
};

#define NO_HOST UINT32_MAX
#define MAX_CLIENTS 65536	/* links for a range beforehand */

static int plan(struct pxeboot_tree *tree, enum plan_kind kind, size_t index, size_t detail)
{
	if (tree->n_plans == tree->capacity) {
		size_t capacity = tree->capacity ? 2 * tree->capacity : 64;
		struct plan *plans = reallocarray(tree->plans, capacity, sizeof(*plans));

		if (!plans)
			return -ENOMEM;
		tree->plans = plans;
		tree->capacity = capacity;
	}
	tree->plans[tree->n_plans++] = (struct plan){ kind, (uint32_t)index, (uint32_t)detail };
	return 0;
}

/* ---- Planning --------------------------------------------------------------------------------------------------- */

static int plan_answers_of(struct pxeboot_tree *tree, const struct reach *reach, size_t host)
{
	int r = 0;

	for (size_t i = 0; i < reach->n_answers && r == 0; i++) {
		int item = policy_item_by_name(tree->policy, reach->answers[i]->name);

		r = plan(tree, PLAN_ANSWERS, host, (size_t)item);
	}
	return r;
}

static bool planned_unknown(const struct pxeboot_tree *tree, size_t item)
{
	for (size_t i = 0; i < tree->n_plans; i++)
		if (tree->plans[i].index == NO_HOST && tree->plans[i].detail == item)
			return true;
	return false;
}

/* A file for unknown machines is only planned where its text needs no host: what can't be known can't be written. */
static int plan_unknown_answers(struct pxeboot_tree *tree, const struct reach *reach,
				struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = tree->policy;
	int r = 0;

	for (size_t i = 0; i < reach->n_answers && r == 0; i++) {
		const struct profile *profile = reach->answers[i];
		size_t item = (size_t)policy_item_by_name(policy, profile->name);
		CLEANUP_TEXT struct text text = TEXT_INIT;

		if (planned_unknown(tree, item))
			continue;
		if (render_answers(policy, profile, NULL, NULL, &text) == 0)
			r = plan(tree, PLAN_ANSWERS, NO_HOST, item);
		else
			diagnostics_add(diagnostics, PXEBOOT_WARNING, "answers.unknown-machine", profile->answers_where,
					"profiles.%s: machines that no host names can reach it, and its answer file needs "
					"what only a host defines; they get no answer file", profile->name);
	}
	return r;
}

static int plan_answers(struct pxeboot_tree *tree, const struct reach *reach,
			struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = tree->policy;
	int r = plan_unknown_answers(tree, &reach[policy->boot], diagnostics);

	for (size_t i = 0; i < policy->n_groups && r == 0; i++)
		r = plan_unknown_answers(tree, &reach[policy->groups[i].boot], diagnostics);
	for (size_t i = 0; i < policy->n_hosts && r == 0; i++)
		r = plan_answers_of(tree, &reach[policy->hosts[i].boot], i);
	return r;
}

/* Menus after what they lead to; where menus lead to each other, the first met comes last. */
static int plan_item(struct pxeboot_tree *tree, int item, bool *seen)
{
	const struct menu *menu = tree->policy->items[item].menu;
	int r = 0;

	if (seen[item])
		return 0;
	seen[item] = true;
	for (size_t i = 0; menu && i < menu->n_entries && r == 0; i++)
		if (menu->entries[i].kind == ENTRY_TARGET)
			r = plan_item(tree, menu->entries[i].target, seen);
	return r < 0 ? r : plan(tree, PLAN_ITEM, (size_t)item, 0);
}

/* Two themes may share a picture. */
static bool planned_picture(const struct pxeboot_policy *policy, size_t theme)
{
	for (size_t i = 0; i < theme; i++)
		if (policy->themes[i].look.picture_is_ours &&
		    !strcmp(policy->themes[i].look.picture, policy->themes[theme].look.picture))
			return true;
	return false;
}

static int plan_pictures(struct pxeboot_tree *tree)
{
	const struct pxeboot_policy *policy = tree->policy;
	int r = 0;

	for (size_t i = 0; i < policy->n_themes && r == 0; i++)
		if (policy->themes[i].look.picture_is_ours && !planned_picture(policy, i))
			r = plan(tree, PLAN_PICTURE, i, 0);
	return r;
}

static int plan_items(struct pxeboot_tree *tree)
{
	CLEANUP_FREE bool *seen = calloc(tree->policy->n_items, sizeof(*seen));
	int r = seen ? 0 : -ENOMEM;

	for (size_t i = 0; i < tree->policy->n_items && r == 0; i++)
		r = plan_item(tree, (int)i, seen);
	return r;
}

static int plan_host(struct pxeboot_tree *tree, size_t index)
{
	const struct host *host = &tree->policy->hosts[index];
	int r = 0;

	for (size_t i = 0; i < host->n_macs && r == 0; i++)
		r = plan(tree, PLAN_HOST_MAC, index, i);
	if (r == 0 && host->has_uuid)
		r = plan(tree, PLAN_HOST_UUID, index, 0);
	if (r == 0 && host->serial)
		r = plan(tree, PLAN_HOST_SERIAL, index, 0);
	return r;
}

static int plan_clients(struct pxeboot_tree *tree, const struct dhcp_range *range,
			struct pxeboot_diagnostics *diagnostics)
{
	int r = 0;

	if (range->last - range->first >= MAX_CLIENTS) {
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "one-name.range", tree->policy->one_name_where,
				"server.dhcp.range: with server.one_name every address has a link, expected at most %d "
				"addresses, got '%s'", MAX_CLIENTS, range->text);
		return -EBADMSG;
	}
	for (uint32_t i = 0; i <= range->last - range->first && r == 0; i++)
		r = plan(tree, PLAN_CLIENT, range->first + i, 0);
	return r;
}

static int plan_one_name(struct pxeboot_tree *tree, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = tree->policy;
	int r = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT && r == 0; arch++)
		if (policy->served[arch].loader)
			r = plan(tree, PLAN_ONE_NAME, (size_t)arch, 0);
	for (size_t i = 0; i < policy->n_ranges && r == 0; i++)
		r = plan_clients(tree, &policy->ranges[i], diagnostics);
	return r;
}

static int plan_all(struct pxeboot_tree *tree, const struct reach *reach, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = tree->policy;
	int r = plan_answers(tree, reach, diagnostics);

	if (r == 0)
		r = plan_pictures(tree);
	if (r == 0)
		r = plan_items(tree);
	for (size_t i = 0; i < policy->n_hosts && r == 0; i++)
		r = plan_host(tree, i);
	for (size_t i = 0; i < policy->n_groups && r == 0; i++)
		if (policy->groups[i].tested == PXEBOOT_WHERE_DHCP)
			r = plan(tree, PLAN_GROUP, i, 0);
	if (r == 0)
		r = plan(tree, PLAN_BOOT, 0, 0);
	if (r == 0)
		r = plan(tree, PLAN_AUTOEXEC, 0, 0);
	if (r == 0 && policy->one_name)
		r = plan_one_name(tree, diagnostics);
	return r;
}

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
	const struct host *host = plan->index == NO_HOST ? NULL : &policy->hosts[plan->index];
	const struct profile *profile = policy->items[plan->detail].profile;

	if (!host)
		text_add(&tree->path, "answers/" UNKNOWN_MACHINE);
	else
		host_path(&tree->path, "answers", "", host, host->n_macs ? PLAN_HOST_MAC
			  : host->has_uuid ? PLAN_HOST_UUID : PLAN_HOST_SERIAL, 0);
	text_addf(&tree->path, "/%s", render_file_name(profile->answers));
	return render_answers(policy, profile, host, diagnostics, &tree->bytes);
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

static int render_plan(struct pxeboot_tree *tree, const struct plan *plan, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_policy *policy = tree->policy;

	switch (plan->kind) {
	case PLAN_ANSWERS:
		return render_answers_plan(tree, plan, diagnostics);
	case PLAN_PICTURE:
		render_picture(tree, &policy->themes[plan->index].look);
		return 0;
	case PLAN_ITEM:
		return render_item_plan(tree, &policy->items[plan->index], diagnostics);
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

	text_free(&tree->path);
	text_free(&tree->bytes);
	r = render_plan(tree, &tree->plans[index], diagnostics);
	if (r == 0)
		r = tree->path.error ? tree->path.error : tree->bytes.error;
	return r;
}

/* ---- Public ----------------------------------------------------------------------------------------------------- */

/* Every entry is rendered once for its findings; nothing is written before all can be. */
static int try_all(struct pxeboot_tree *tree, struct pxeboot_diagnostics *diagnostics)
{
	int result = 0;

	for (size_t i = 0; i < tree->n_plans; i++) {
		int r = render_entry(tree, i, diagnostics);

		if (r < 0 && r != -EBADMSG)
			return r;
		if (r < 0)
			result = r;
	}
	return result;
}

int pxeboot_tree_new(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
		     struct pxeboot_tree **ret_tree)
{
	struct pxeboot_tree *tree = calloc(1, sizeof(*tree));
	struct reach *reach = NULL;
	int r, checked;

	if (!tree)
		return -ENOMEM;
	tree->policy = policy;
	r = reach_new(policy, &reach);
	if (r == 0) {
		checked = reach_check(policy, reach, diagnostics);
		r = plan_all(tree, reach, diagnostics);
		if (r == 0)
			r = try_all(tree, diagnostics);
		if (r == 0)
			r = checked;
	}
	reach_free(policy, reach);
	if (r < 0)
		pxeboot_tree_free(tree);
	else
		*ret_tree = tree;
	return r;
}

void pxeboot_tree_free(struct pxeboot_tree *tree)
{
	if (!tree)
		return;
	text_free(&tree->path);
	text_free(&tree->bytes);
	free(tree->plans);
	free(tree);
}

int pxeboot_tree_get(struct pxeboot_tree *tree, size_t index, struct pxeboot_entry *ret_entry)
{
	const struct plan *plan;
	int r;

	if (index >= tree->n_plans)
		return -ENOENT;
	plan = &tree->plans[index];
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
