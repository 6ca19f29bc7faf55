/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Profiles that don't leave us: they chain to a script of ours, or to a loader that asks DHCP again.
 */
#ifndef PROOF_HANDOVER_H
#define PROOF_HANDOVER_H

#include "proof/machine.h"

/* The item that the machine comes to by the profile; -1: it leaves us.  A loader asks DHCP again, and the dispatchers lead
 * every machine to its rule again. */
int handover_of(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, const struct machine *machine,
		const struct profile *profile);

#endif
