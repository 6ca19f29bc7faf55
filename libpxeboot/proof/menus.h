/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What happens after DHCP: menus, their defaults, profiles, and what those hand over to.
 */
#ifndef PROOF_MENUS_H
#define PROOF_MENUS_H

#include "proof/machine.h"

/* Tells every fault that one of the machines meets; of @decide the look() alone is used.  0 or -ENOMEM. */
int menus_prove(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, const struct machine *machines,
		size_t n, struct pxeboot_diagnostics *diagnostics) MUST_USE;

#endif
