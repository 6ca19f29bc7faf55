/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the builders share: variables, architectures, references to items.
 */
#include <errno.h>
#include <string.h>

#include "policy/load.h"

int build_variables(struct load *load, const config_setting_t *node, struct variable **ret_vars, size_t *ret_n)
{
	const config_setting_t *group = load_member(node, "vars");
	unsigned n = group && config_setting_is_group(group) ? load_count(group) : 0, filled = 0;
	struct variable *vars = n ? arena_alloc(load->arena, n, sizeof(*vars)) : NULL;

	if (n && !vars)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		const config_setting_t *setting = load_element(group, i);
		const char *value = load_string(setting);

		if (!value)
			continue;
		vars[filled] = (struct variable) { arena_string(load->arena, setting->name),
						   arena_string(load->arena, value), load_location(setting) };
		if (!vars[filled].name || !vars[filled].value)
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
