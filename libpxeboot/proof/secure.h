/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines with Secure Boot on: what of their chain they would not start.
 */
#ifndef PROOF_SECURE_H
#define PROOF_SECURE_H

#include "proof/machine.h"

/* Does the policy say that the machine has it on, as far as it is UEFI? */
bool secure_is_on(const struct machine *machine);

/* Tells what stops @client, which is @machine, and was just switched on; @decide says what DHCP gives it.  What was
 * told of another machine in the same words is not told again.  -ENOMEM. */
int secure_check(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, struct pxeboot_client *client,
		 const struct machine *machine, struct pxeboot_diagnostics *diagnostics) MUST_USE;

#endif
