/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who else has a say in what machines boot: files that decide it, and folders from which it is served, that everybody on this
 * machine may write.  Members of a file's group were let in by somebody; everybody was not.
 */
#ifndef TRUST_H
#define TRUST_H

#include <stdbool.h>

#include "plugin.h"

/* Every file that was read for the policy, and the folders where more are looked for: a finding "policy.writable" of
 * @severity for each.  -EBADMSG when one is an error, -ENOMEM. */
int trust_policy(const struct pxeboot_policy *policy, enum pxeboot_severity severity,
		 struct pxeboot_diagnostics *diagnostics) MUST_USE;

/* The boot root and the folders in it that change between two applies: warnings "file.writable"; and "policy.served" where
 * the policy itself or what is remembered of machines lies in the boot root, which the whole network reads. */
void trust_root(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics);

#endif
