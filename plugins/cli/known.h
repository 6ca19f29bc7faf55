/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which hosts' files in the boot root are sure to be what the policy says, so that `apply` need neither render nor look at
 * them: those that it left so, as far as nobody has changed anything since.  Their marks are in .pxeboot-known, which is gone
 * as long as files are being replaced, and is only believed where the list of files and the folders with hosts' files are as
 * they were: a file that somebody has added, removed, renamed or replaced there is noticed by its folder's times.  One that was
 * written over in place is not, nor is one in a folder of answers; those are what --full is for.  Losing it costs time alone.
 */
#ifndef CLI_KNOWN_H
#define CLI_KNOWN_H

#include "base/macro.h"
#include "pxeboot.h"

#define KNOWN_FOLDERS 4

struct known {
	const char *root;
	char *path;			/* of .pxeboot-known */
	struct pxeboot_marks *marks;	/* of the policy */
	bool *hosts;			/* of each: its files are known */
	bool *quiet;			/* of each: they can be rendered without a finding */
	uint64_t names, list;		/* as remembered: of all names, and of the bytes of the list of files; 0: nothing is */
};

/* What is remembered of the boot root @root; with @full nothing is believed.  -ENOMEM. */
int known_load(struct known *known, const struct pxeboot_policy *policy, const char *root, bool full) MUST_USE;
/* Is the list of files on the disk that of a tree whose everybody's entries have paths with the marks' sum @shared? */
bool known_has_list(const struct known *known, uint64_t shared);
/* From now on nothing is sure until it is saved. */
int known_forget(const struct known *known) MUST_USE;
int known_save(const struct known *known, uint64_t shared) MUST_USE;
void known_free(struct known *known);

#endif
