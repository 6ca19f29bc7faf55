/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The policy that is in force: loaded again when one of its files changes, and kept when what they say now is wrong.
 */
#ifndef FASTCGI_CURRENT_H
#define FASTCGI_CURRENT_H

#include "log.h"
#include "pxeboot.h"

struct current;

/* Loads the policy; findings go to the log.  0, or as pxeboot_policy_load() has it. */
int current_new(const char *path, struct log *log, struct current **ret_current) MUST_USE;
void current_free(struct current *current);		/* NULL is fine */

/* A reference to the policy; any thread. */
struct pxeboot_policy *current_get(struct current *current);

/* Looks at the files, and loads them anew when one is another than before; for one thread, once a second.  What is
 * wrong is said once.  As long as it is, it is tried again every CURRENT_RETRY calls: what would mend it may be a
 * file that no good policy has named yet. */
#define CURRENT_RETRY 5
void current_look(struct current *current);

#endif
