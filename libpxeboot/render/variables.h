/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the variables of a policy stand for: the machine's facts, the server, its answer files, and the vars of hosts and
 * groups.
 */
#ifndef RENDER_VARIABLES_H
#define RENDER_VARIABLES_H

#include "base/text.h"
#include "policy/policy.h"
#include "render/template.h"

/* Does the library itself define the name ("mac", "server", ...), so that vars need not? */
bool variable_is_built_in(struct slice name);
/* Does the library set a variable of this name in scripts, or resolve it by itself, so that vars must not? */
bool variable_is_taken(const char *name);

/* The iPXE text that yields the value when the script runs.  @profile: whose text it is, or NULL.
 * -ENOENT for a built-in that has no value here (${answers} without answers, ${http} without server.http). */
int variable_for_ipxe(const struct pxeboot_policy *policy, struct slice name, const struct profile *profile,
		      struct text *out) MUST_USE;

/* The same for GRUB; names of its variables stand between fences (quote.h). */
int variable_for_grub(const struct pxeboot_policy *policy, struct slice name, const struct profile *profile,
		      struct text *out) MUST_USE;

/* The value itself, for one host (NULL: a machine that no host names).  -ENOENT where nothing defines it. */
int variable_for_host(const struct pxeboot_policy *policy, struct slice name, const struct host *host,
		      const struct variable *vars, size_t n_vars, struct text *out) MUST_USE;

/* ---- Answer files -------------------------------------------------------------------------------------------------- */

/* For whom a file is written: as much as is known beforehand, or of the machine that asks. */
struct machine {
	const struct host *host;		/* one of these, or neither: nobody names it */
	const struct group *group;
	const struct pxeboot_client *client;	/* or NULL */
	const char *token;			/* of its one-shot boot, or NULL */
	bool is_trial;				/* facts that it alone knows are taken to be there */
	const struct profile *profile;		/* whose files they are */
};

/* The value itself.  -ENOENT where nothing defines it, or it is a fact that is not known. */
int variable_for_machine(const struct pxeboot_policy *policy, struct slice name, const struct machine *machine,
			 struct text *out) MUST_USE;

/* Where an answer file is, in @folder: the URL below @base, or with @base NULL the path in the boot root.  @name NULL: the
 * profile's folder, with a slash at its end. */
void variable_add_answers(struct text *out, const char *base, const char *folder, const struct profile *profile,
			  const char *name);

#endif
