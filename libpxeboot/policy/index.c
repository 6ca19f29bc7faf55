/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Linear probing over a power of two, never more than three quarters full, so that every search meets a free slot. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/index.h"

int index_init(struct hash_index *index, size_t n)
{
	uint32_t capacity = 8;

	if (n > UINT32_MAX / 4)
		return -E2BIG;
	while (capacity / 4 * 3 < n)
		capacity *= 2;
	struct index_slot *slots = calloc(capacity, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	*index = (struct hash_index) { slots, capacity - 1 };
	return 0;
}

void index_free(struct hash_index *index)
{
	free(index->slots);
	*index = (struct hash_index) { NULL, 0 };
}

/* FNV-1a, then folded once: its low bits alone are weak on keys that differ in the last byte only. */
uint32_t index_hash(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ at[i]) * 16777619u;
	return hash ^ (hash >> 15);
}

uint32_t index_hash_string(const char *string)
{
	return index_hash(string, strlen(string));
}

struct index_slot *index_find(const struct hash_index *index, uint32_t hash, index_same *same, const void *table,
			      const void *key)
{
	if (!index->slots)
		return NULL;
	for (uint32_t at = hash & index->mask;; at = (at + 1) & index->mask) {
		struct index_slot *slot = &index->slots[at];

		if (!slot->entry || same(table, *slot, key))
			return slot;
	}
}
