/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names are looked for one after the other: who asks does so once, or for as many as an administrator types.
 */
#include "named.h"

#include <string.h>

bool named_item(const struct pxeboot_policy *policy, const char *name, struct pxeboot_item *ret_item)
{
	struct pxeboot_item item;

	for (size_t i = 0; pxeboot_policy_item(policy, i, &item) == 0; i++) {
		if (strcmp(item.name, name) != 0)
			continue;
		if (ret_item)
			*ret_item = item;
		return true;
	}
	return false;
}

bool named_host(const struct pxeboot_policy *policy, const char *name, size_t *ret_index, struct pxeboot_host *ret_host)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host(policy, i, &host) == 0; i++) {
		if (strcmp(host.name, name) != 0)
			continue;
		if (ret_index)
			*ret_index = i;
		if (ret_host)
			*ret_host = host;
		return true;
	}
	return false;
}
