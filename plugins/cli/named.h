/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a policy calls so.
 */
#ifndef CLI_NAMED_H
#define CLI_NAMED_H

#include <stdbool.h>

#include "pxeboot.h"

/* The profile or menu; @ret_item may be NULL. */
bool named_item(const struct pxeboot_policy *policy, const char *name, struct pxeboot_item *ret_item);
/* The host and its index; both may be NULL. */
bool named_host(const struct pxeboot_policy *policy, const char *name, size_t *ret_index, struct pxeboot_host *ret_host);

#endif
