/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A hash index: it holds numbers of entries in somebody else's table, never keys.  Open addressing, filled once while
 * a policy is loaded, only read afterwards.
 *
 * Of each key its whole hash stands beside the number: the table itself, which may be much bigger than any cache, is read
 * for the one entry that is looked for, and hardly ever for a key that nobody has.
 */
#ifndef POLICY_INDEX_H
#define POLICY_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define INDEX_NONE UINT32_MAX

struct index_slot;

struct hash_index {
	struct index_slot *slots;	/* NULL: an index of nothing */
	uint32_t capacity;
};

/* Is @key one of those that entry @number of @table has? */
typedef bool index_same(const void *table, uint32_t number, const void *key);

/* Room for @n keys.  -ENOMEM, -E2BIG. */
int index_init(struct hash_index *index, size_t n) MUST_USE;
/* The same in an index that has keys already, or none and all zeros; grown by half at least, so that the next time is
 * later. */
int index_reserve(struct hash_index *index, size_t n) MUST_USE;
/* No more room than for the keys that it has; for none of them it becomes an index of nothing. */
int index_fit(struct hash_index *index) MUST_USE;
void index_free(struct hash_index *index);

uint32_t index_hash(const void *bytes, size_t length);
uint32_t index_hash_string(const char *string);

/* The number of the entry that has @key; INDEX_NONE. */
uint32_t index_find(const struct hash_index *index, uint32_t hash, index_same *same, const void *table,
		    const void *key);
/* Puts in entry @number for @key: INDEX_NONE; or tells who has the key already.  No more keys may be put in than
 * index_init() was told. */
uint32_t index_add(const struct hash_index *index, uint32_t hash, index_same *same, const void *table, const void *key,
		   size_t number);

#endif
