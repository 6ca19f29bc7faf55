/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A hash index: it holds numbers of entries in somebody else's table, never keys.  Open addressing, filled once while
 * a policy is loaded, only read afterwards.
 */
#ifndef POLICY_INDEX_H
#define POLICY_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

struct index_slot {
	uint32_t entry;		/* number of the entry plus one; 0 in a free slot */
	uint32_t part;		/* which of the entry's keys, where it has several */
};

struct hash_index {
	struct index_slot *slots;	/* NULL: an index of nothing */
	uint32_t mask;
};

/* Does the key at @slot of @table equal @key? */
typedef bool index_same(const void *table, struct index_slot slot, const void *key);

/* Room for @n keys.  -ENOMEM, -E2BIG. */
int index_init(struct hash_index *index, size_t n) MUST_USE;
void index_free(struct hash_index *index);

uint32_t index_hash(const void *bytes, size_t length);
uint32_t index_hash_string(const char *string);

/* The slot that holds @key, or the free slot (entry 0) where it belongs; NULL in an index of nothing.  No more keys may
 * be put in than index_init() was told. */
struct index_slot *index_find(const struct hash_index *index, uint32_t hash, index_same *same, const void *table,
			      const void *key);

#endif
