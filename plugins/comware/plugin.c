/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plugins for Comware, as the pxeboot command sees them.  Nothing of it is a file of this machine.
 */
#include "comware.h"

static const char *nowhere(const struct pxeboot_policy *policy)
{
	return NULL;
}

static const struct plugin_output with_classes = {
	.name = "comware",
	.program = "Comware",
	.write = comware_write,
	.path = nowhere,
}, without_classes = {
	.name = "comware-plain",
	.program = "Comware",
	.write = comware_write_plain,
	.path = nowhere,
};

const struct plugin plugin_comware = { .name = "comware", .output = &with_classes };
const struct plugin plugin_comware_plain = { .name = "comware-plain", .output = &without_classes };
