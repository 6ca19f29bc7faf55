/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which files machines come to fetch: who comes to which profile, and what the profile's paths are for them.
 */
#ifndef RENDER_NAMED_H
#define RENDER_NAMED_H

#include "base/text.h"
#include "policy/policy.h"

/* ---- Who comes where (named_walk.c) ------------------------------------------------------------------------------ */

/* Machines that one rule is for: a host, a group, else the default.  "Some host" stands for whichever sees most. */
struct who {
	const struct host *host;
	const struct group *group;
	bool some_host;
	bool secure;			/* they have Secure Boot on */
};

/* What of an item they come to. */
struct visit {
	unsigned archs;			/* bits */
	unsigned meant;			/* of these, named on the way */
};

/* Adds the visits that begin at @item; @visits has one for each item of the policy. */
void named_walk(const struct pxeboot_policy *policy, const struct who *who, int item, struct visit *visits);
/* The architectures that are served. */
unsigned named_served(const struct pxeboot_policy *policy);

/* ---- What the policy names (named_slots.c), and what that is for one machine (named_path.c) ---------------------- */

/* One name of a file, as the policy has it. */
struct slot {
	enum pxeboot_role role;
	const struct item *item;	/* the profile that has it; NULL: it is no profile's */
	const char *text;
	struct location where;
	unsigned archs;			/* that read it: all, or those whose loader does */
	bool by_host, by_mac, by_arch;	/* what its variables depend on */
	bool elsewhere, unknown;	/* somebody gets a name that is not looked at, and why */
};

/* All of a policy's. */
struct slots {
	const struct pxeboot_policy *policy;
	struct slot *slots;
	size_t count;
	char **owned;			/* texts that are not the policy's */
	size_t n_owned;
	int error;
};

/* 0 or -ENOMEM; @slots, zeroed before, are freed either way. */
int named_slots(const struct pxeboot_policy *policy, struct slots *slots) MUST_USE;
void named_slots_free(struct slots *slots);
/* Do machines with BIOS run PXELINUX?  Then it needs files of its own beside it. */
bool named_runs_pxelinux(const struct pxeboot_policy *policy);

void named_look_at_variables(struct slot *slot);

/* For whom a path is resolved. */
struct reader {
	const struct who *who;
	int arch;			/* for ${arch} */
	size_t mac;			/* for ${mac}: which of the host's */
};

/* Adds the path below the boot root.  0; -ENOENT on another server; -ENODATA where only the running machine knows. */
int named_path(const struct pxeboot_policy *policy, const struct slot *slot, const struct reader *reader,
	       struct text *out) MUST_USE;

#endif
