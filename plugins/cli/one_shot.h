/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-shot boots of a policy's hosts: what `pxeboot once`, `done` and `apply` share.
 */
#ifndef ONE_SHOT_H
#define ONE_SHOT_H

#include "check_once.h"
#include "life.h"
#include "session.h"

/* One that somebody wants, of one host. */
struct one_shot {
	const struct pxeboot_policy *policy;
	size_t index;			/* of the host in the policy */
	struct pxeboot_host host;
	struct once_wish wish;
	uint32_t tries;			/* until done: at most; else 0 */
	bool is_over;			/* only what follows is served */
	struct sight sight;
};

/* The set-up that this policy makes, with what stands in hook.conf. */
struct sight one_shot_sight(const struct pxeboot_policy *policy);

/* The host of a machine's key; -ENOENT. */
int one_shot_host_of(const struct pxeboot_policy *policy, const char *key, size_t *ret_index,
		     struct pxeboot_host *ret_host) MUST_USE;

/* The machines as this policy has them; @session is told what an administrator should know.  The caller frees it. */
int one_shot_life(struct session *session, struct life **ret_life) MUST_USE;

/* Says why the machines can't be read or changed; returns EXIT_SYSTEM. */
int one_shot_failure(const struct session *session, int error);

/* Has it answers that are private?  Then only the live script has its token. */
bool one_shot_is_private(const struct one_shot *shot);

/* Can it be?  -EBADMSG when something refuses it; all is told in @diagnostics. */
int one_shot_check(const struct one_shot *shot, struct pxeboot_diagnostics *diagnostics) MUST_USE;

/* Arms it, and writes its files.  @policy: what is kept as the policy's word; NULL: what is there. */
int one_shot_arm(struct life *life, const struct one_shot *shot, const char *policy, int64_t now,
		 char ret_token[LIFE_TOKEN_SIZE]) MUST_USE;
/* Makes the files of the one that @record has what they should be, whoever was killed before they were.  1: they were. */
int one_shot_refresh(struct life *life, const struct pxeboot_policy *policy, const struct sight *sight,
		     const struct pxeboot_record *record) MUST_USE;

#endif
