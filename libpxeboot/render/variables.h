/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the variables of a policy stand for: the machine's facts, the server, and the vars of hosts and groups.
 */
#ifndef RENDER_VARIABLES_H
#define RENDER_VARIABLES_H

#include "base/text.h"
#include "policy/policy.h"
#include "render/template.h"

/* Does the library itself define the name ("mac", "server", ...), so that vars need not? */
bool variable_is_built_in(struct slice name);

/* Who hears that a machine is done: what stands before "/done/TOKEN". */
const char *variable_done_at(const struct pxeboot_policy *policy);

/* The iPXE text that yields the value when the script runs.  @answers: the answer file of the profile, or NULL.
 * -ENOENT for a built-in that has no value here (${answers} without answers, ${http} without server.http). */
int variable_for_ipxe(const struct pxeboot_policy *policy, struct slice name, const char *answers,
		      struct text *out) MUST_USE;

/* The same for GRUB; names of its variables stand between fences (quote.h). */
int variable_for_grub(const struct pxeboot_policy *policy, struct slice name, const char *answers,
		      struct text *out) MUST_USE;

/* The value itself, for one host (NULL: a machine that no host names).  -ENOENT where nothing defines it. */
int variable_for_host(const struct pxeboot_policy *policy, struct slice name, const struct host *host,
		      const struct variable *vars, size_t n_vars, struct text *out) MUST_USE;

#endif
