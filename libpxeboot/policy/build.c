/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the builders share: variables, architectures, references to items, files beside the policy.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "policy/load.h"

static int fill_variable(struct load *load, const config_setting_t *setting, struct variable *variable)
{
	*variable = (struct variable) { arena_string(load->arena, setting->name),
					arena_string(load->arena, load_string(setting)), load_location(setting) };
	return variable->name && variable->value ? 0 : -ENOMEM;
}

/* Every machine's: they stand once, and come from any file. */
int build_everybodys_variables(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	int r = 0;

	policy->vars = arena_alloc(load->arena, load->n_settings, sizeof(*policy->vars));
	if (!policy->vars)
		return -ENOMEM;
	for (size_t i = 0; i < load->n_settings && !r; i++) {
		const struct setting *setting = &load->settings[i];

		if (strncmp(setting->path, "vars.", 5) || !load_string(setting->at))
			continue;
		r = fill_variable(load, setting->at, &policy->vars[policy->n_vars]);
		policy->n_vars += !r;
	}
	return r;
}

int build_variables(struct load *load, const config_setting_t *group, struct variable **ret_vars, size_t *ret_n)
{
	unsigned n = group && config_setting_is_group(group) ? load_count(group) : 0, filled = 0;
	struct variable *vars = n ? arena_alloc(load->arena, n, sizeof(*vars)) : NULL;

	if (n && !vars)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		const config_setting_t *setting = load_element(group, i);

		if (!load_string(setting))
			continue;
		if (fill_variable(load, setting, &vars[filled]))
			return -ENOMEM;
		filled++;
	}
	*ret_vars = vars;
	*ret_n = filled;
	return 0;
}

unsigned build_archs(const config_setting_t *node)
{
	const config_setting_t *list = load_member(node, "arch");
	unsigned archs = 0;

	for (unsigned i = 0; i < load_count(list); i++) {
		const char *name = load_string(load_element(list, i));

		if (name)
			archs |= ARCH_BIT(pxeboot_arch_by_name(name));
	}
	return archs ? archs : ARCH_ALL;
}

unsigned build_firmware_archs(const char *firmware)
{
	unsigned uefi = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		uefi |= pxeboot_arch_get(arch)->uefi ? ARCH_BIT(arch) : 0;
	return strcmp(firmware, "uefi") ? ARCH_ALL & ~uefi : uefi;
}

int build_reference(struct load *load, const config_setting_t *setting)
{
	const char *name = load_string(setting);

	if (!name)
		return -1;
	int item = policy_item_by_name(load->policy, name);

	if (item < 0 && !load_may_be_unread(load, name))
		load_fault(load, &(struct fault) { .id = "policy.reference", .at = setting, .problem = "unknown name",
			   .expected = "a profile or a menu", .got = name });
	return item;
}

/* @name as seen from the directory of @file. */
static int path_beside(const char *file, const char *name, char **ret_path)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	const char *slash = strrchr(file, '/');

	if (*name != '/' && slash)
		text_add_bytes(&path, file, (size_t)(slash - file) + 1);
	text_add(&path, name);
	return text_take(&path, ret_path, NULL);
}

static int read_beside(struct load *load, const char *file, const char *name, size_t limit, char **ret_bytes,
		       size_t *ret_length)
{
	CLEANUP_FREE char *path = NULL;
	int r = path_beside(file, name, &path);

	if (!r)
		r = load_depends(load, path);
	return r ? r : file_read(path, limit, ret_bytes, ret_length);
}

int build_beside(const config_setting_t *setting, const char *name, size_t limit, char **ret_path, char **ret_bytes,
		 size_t *ret_length)
{
	const char *file = load_location(setting).file;
	struct load *load = load_of(setting);
	CLEANUP_FREE char *real = NULL;
	int r = path_beside(file, name, ret_path);

	if (!r)
		r = read_beside(load, file, name, limit, ret_bytes, ret_length);
	if (r != -ENOENT)
		return r;
	real = realpath(file, NULL);
	return real ? read_beside(load, real, name, limit, ret_bytes, ret_length) : r;
}
