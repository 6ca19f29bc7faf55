/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Answer files that are not in the plan of the boot root: what must be told of them beforehand.
 */
#ifndef RENDER_ANSWERS_H
#define RENDER_ANSWERS_H

#include "render/reach.h"

/* Renders what a host can come to in a one-shot boot with @token, for its findings: all, or what is private alone.
 * 0; -EBADMSG when something could not be (told in @diagnostics); -ENOMEM. */
int answers_try(const struct pxeboot_policy *policy, const struct reach *reach, const struct host *host, const char *token,
		bool only_private, struct pxeboot_diagnostics *diagnostics) MUST_USE;

/* The same for all hosts with a one-shot boot in the policy.  Warns of private profiles that machines come to without a
 * token. */
int answers_check(const struct pxeboot_policy *policy, const struct reach *reach,
		  struct pxeboot_diagnostics *diagnostics) MUST_USE;

#endif
