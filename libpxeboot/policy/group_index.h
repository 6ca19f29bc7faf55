/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which group is a machine's: the first that matches, as a walk through all of them would find it, without the walk.
 *
 * Each group stands under the values of one of its terms, that which it shares with the fewest others.  A client looks
 * where its own facts lead, and there holds what it meets against all terms of the group.
 */
#ifndef POLICY_GROUP_INDEX_H
#define POLICY_GROUP_INDEX_H

#include "policy/index.h"
#include "policy/policy.h"

struct group_key;
struct group_probe;

struct group_index {
	struct hash_index by_key;	/* numbers of keys */
	struct group_key *keys;
	size_t n_keys;
	uint32_t *groups;		/* numbers; those of one key in a row, in the order in which they win */
	struct group_probe *probes;	/* what a client has to look for */
	size_t n_probes, probes_capacity;
};

/* Of the policy's groups, which are sorted and placed.  0 or -ENOMEM, -E2BIG; to be freed in any case. */
int group_index_build(struct group_index *index, const struct pxeboot_policy *policy, enum group_set set) MUST_USE;
void group_index_free(struct group_index *index);

/* NULL when none matches. */
const struct group *group_index_find(const struct group_index *index, const struct pxeboot_policy *policy,
				     const struct pxeboot_client *client, int arch);

#endif
