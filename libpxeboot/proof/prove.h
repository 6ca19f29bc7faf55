/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How findings about chains are worded: the same everywhere.
 */
#ifndef PROOF_PROVE_H
#define PROOF_PROVE_H

#include "base/text.h"
#include "pxeboot.h"

/* "x64-uefi firmware (93=7)" */
void prove_add_client(struct text *out, const struct pxeboot_client *client);
/* " [group arm, pxeboot.conf:12]"; nothing without a rule. */
void prove_add_rule(struct text *out, const struct pxeboot_rule *rule);
/* The questions and answers of a walk, a line each. */
void prove_add_path(struct text *out, const struct pxeboot_walk *walk);

#endif
