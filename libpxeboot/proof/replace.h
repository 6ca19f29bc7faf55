/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What comes of ipxe.replace (see replace.c). */
#ifndef PROOF_REPLACE_H
#define PROOF_REPLACE_H

#include "policy/policy.h"

/* @chooser has look(), or none. */
void replace_check(const struct pxeboot_policy *policy, const struct pxeboot_chooser *chooser,
		   struct pxeboot_diagnostics *diagnostics);

#endif
