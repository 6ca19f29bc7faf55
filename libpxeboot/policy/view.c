/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the public header shows of a policy: pointers into it, nothing is copied. */
#include <errno.h>
#include <stdlib.h>

#include "policy/load.h"

const char *pxeboot_policy_loader(const struct pxeboot_policy *policy, int arch)
{
	return policy && arch >= 0 && arch < PXEBOOT_ARCH_COUNT ? policy->served[arch].loader : NULL;
}

int pxeboot_policy_build(const struct pxeboot_policy *policy, struct pxeboot_build *ret_build)
{
	if (!policy || !ret_build)
		return -EINVAL;
	if (!policy->user_class)
		return -ENOENT;
	*ret_build = (struct pxeboot_build) {
		.file = policy->user_class_where.file, .line = policy->user_class_where.line,
		.user_class = policy->user_class, .version = policy->build.version, .source = policy->build.source,
		.features = policy->build.features, .features_known = policy->build.features_known,
		.archs = policy->build.archs, .n_files = policy->build.n_files,
	};
	return 0;
}

int pxeboot_policy_build_file(const struct pxeboot_policy *policy, size_t index, struct pxeboot_build_file *ret_file)
{
	if (!policy || !ret_file)
		return -EINVAL;
	if (index >= policy->build.n_files)
		return -ENOENT;
	*ret_file = policy->build.files[index];
	return 0;
}

int pxeboot_policy_file(const struct pxeboot_policy *policy, size_t index, const char **ret_path)
{
	if (!policy || !ret_path)
		return -EINVAL;
	if (index >= policy->private->n_files)
		return -ENOENT;
	*ret_path = policy->private->files[index];
	return 0;
}

int pxeboot_policy_host(const struct pxeboot_policy *policy, size_t index, struct pxeboot_host *ret_host)
{
	if (!policy || !ret_host)
		return -EINVAL;
	if (index >= policy->n_hosts)
		return -ENOENT;
	const struct host *host = &policy->hosts[index];

	*ret_host = (struct pxeboot_host) {
		.name = host->name, .file = host->where.file, .line = host->where.line,
		.macs = host->mac_texts, .n_macs = host->n_macs, .uuid = host->uuid_text, .serial = host->serial,
		.boot = policy->items[host->boot].name, .loader = host_loader_path(host),
		.loader_url = host->loader ? host->loader->urls->http : NULL, .secure = host->secure,
		.once = host->once < 0 ? NULL : policy->items[host->once].name,
		.then = host->then < 0 ? NULL : policy->items[host->then].name,
		.until_done = host->until_done, .tries = host->tries,
		.menu_default = host->menu_default < 0 ? NULL : policy->items[host->menu_default].name,
		.menu_timeout = host->menu_timeout,
	};
	return 0;
}

int pxeboot_policy_host_from(const struct pxeboot_policy *policy, enum pxeboot_host_says says, size_t *index,
			     struct pxeboot_host *ret_host)
{
	if (!policy || !index || !ret_host || (unsigned)says >= HOST_SAYS_COUNT)
		return -EINVAL;
	for (size_t i = *index; i < policy->end_of[says]; i++)
		if (host_says(&policy->hosts[i], says)) {
			*index = i;
			return pxeboot_policy_host(policy, i, ret_host);
		}
	return -ENOENT;
}

size_t pxeboot_policy_host_count(const struct pxeboot_policy *policy)
{
	return policy ? policy->n_hosts : 0;
}

int pxeboot_policy_group(const struct pxeboot_policy *policy, size_t index, struct pxeboot_group *ret_group)
{
	if (!policy || !ret_group)
		return -EINVAL;
	if (index >= policy->n_groups)
		return -ENOENT;
	const struct group *group = &policy->groups[index];

	*ret_group = (struct pxeboot_group) {
		.name = group->name, .file = group->where.file, .line = group->where.line,
		.boot = policy->items[group->boot].name, .where = group->tested, .loader = group->loader,
		.loader_url = group->loader ? group->loader_urls->http : NULL, .secure = group->secure,
		.terms = group->view, .n_terms = group->n_terms,
		.script_url = group->tested == PXEBOOT_WHERE_DHCP ? group->script_url : NULL,
		.script_url6 = group->tested == PXEBOOT_WHERE_DHCP ? group->script6 : NULL,
	};
	return 0;
}

/* @seen: whether each item was looked at; NULL without memory, when all may be. */
static bool leads_to_private(const struct pxeboot_policy *policy, int index, bool *seen)
{
	const struct item *item = &policy->items[index];
	bool found = !seen;

	if (item->profile || found || seen[index])
		return item->profile ? item->profile->private : found;
	seen[index] = true;
	for (size_t i = 0; i < item->menu->n_entries && !found; i++)
		if (item->menu->entries[i].kind == ENTRY_TARGET)
			found = leads_to_private(policy, item->menu->entries[i].target, seen);
	return found;
}

static bool is_private(const struct pxeboot_policy *policy, size_t index)
{
	CLEANUP_FREE bool *seen = policy->items[index].menu ? calloc(policy->n_items, sizeof(*seen)) : NULL;

	return leads_to_private(policy, (int)index, seen);
}

int pxeboot_policy_item(const struct pxeboot_policy *policy, size_t index, struct pxeboot_item *ret_item)
{
	if (!policy || !ret_item)
		return -EINVAL;
	if (index >= policy->n_items)
		return -ENOENT;
	const struct item *item = &policy->items[index];

	*ret_item = (struct pxeboot_item) {
		.name = item->name, .file = item->where.file, .line = item->where.line,
		.label = item->profile ? item->profile->label : item->menu->title, .is_menu = item->menu != NULL,
		.archs = item->profile ? item->profile->archs : ARCH_ALL,
		.is_private = is_private(policy, index),
	};
	return 0;
}

int pxeboot_policy_theme(const struct pxeboot_policy *policy, size_t index, struct pxeboot_theme *ret_theme)
{
	if (!policy || !ret_theme)
		return -EINVAL;
	if (index >= policy->n_themes)
		return -ENOENT;
	*ret_theme = policy->themes[index].look;
	return 0;
}

static const struct menu_entry *choice_at(const struct menu *menu, size_t index)
{
	for (size_t i = 0; i < menu->n_entries; i++)
		if (menu->entries[i].kind == ENTRY_TARGET && index-- == 0)
			return &menu->entries[i];
	return NULL;
}

int pxeboot_policy_menu_choice(const struct pxeboot_policy *policy, const char *name, size_t index,
			       struct pxeboot_choice *ret_choice)
{
	int item = policy && name ? policy_item_by_name(policy, name) : -1;
	const struct menu *menu = item < 0 ? NULL : policy->items[item].menu;
	const struct menu_entry *entry = menu ? choice_at(menu, index) : NULL;

	if (!policy || !name || !ret_choice)
		return -EINVAL;
	if (!entry)
		return -ENOENT;
	*ret_choice = (struct pxeboot_choice) {
		.label = entry->label, .target = policy->items[entry->target].name,
		.is_default = entry->target == menu->default_target,
		.limited = !audience_is_everybody(&entry->audience),
	};
	return 0;
}

bool pxeboot_policy_has_menus(const struct pxeboot_policy *policy, enum pxeboot_program_kind kind)
{
	switch (kind) {
	case PXEBOOT_PROGRAM_IPXE:
	case PXEBOOT_PROGRAM_SCRIPT:
		return policy != NULL;
	case PXEBOOT_PROGRAM_GRUB:
	case PXEBOOT_PROGRAM_SHIM:
		return policy && policy->grub;
	case PXEBOOT_PROGRAM_PXELINUX:
		return policy && policy->pxelinux;
	case PXEBOOT_PROGRAM_UNKNOWN:
		return false;
	}
	return false;
}
