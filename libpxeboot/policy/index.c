/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Linear probing, never more than three quarters full, so that every search meets a free slot, and soon. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/index.h"

struct index_slot {
	uint32_t entry;		/* number of the entry plus one; 0 in a free slot */
	uint32_t hash;		/* of the key */
};

/* Slots for @n keys. */
static uint32_t room_for(size_t n)
{
	return (uint32_t)(n + n / 3 + 1);
}

int index_init(struct hash_index *index, size_t n)
{
	uint32_t capacity = room_for(n);
	struct index_slot *slots = NULL;

	if (n > UINT32_MAX / 2)
		return -E2BIG;
	if (n > 0) {
		slots = calloc(capacity, sizeof(*slots));
		if (!slots)
			return -ENOMEM;
	}
	*index = (struct hash_index) { slots, capacity };
	return 0;
}

void index_free(struct hash_index *index)
{
	free(index->slots);
	*index = (struct hash_index) { NULL, 0 };
}

/* FNV-1a, whose high bits hardly know of the last bytes; its low bits do, and are spread over all of them. */
uint32_t index_hash(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ at[i]) * 16777619u;
	hash = (hash ^ hash >> 16) * 0x9e3779b1u;
	return hash ^ hash >> 15;
}

uint32_t index_hash_string(const char *string)
{
	return index_hash(string, strlen(string));
}

/* The slot that holds the key, or the free one where it belongs. */
static struct index_slot *slot_of(const struct hash_index *index, uint32_t hash, index_same *same, const void *table,
				  const void *key)
{
	uint32_t at = (uint32_t)((uint64_t)hash * index->capacity >> 32);

	for (;; at = at + 1 < index->capacity ? at + 1 : 0) {
		struct index_slot *slot = &index->slots[at];

		if (!slot->entry || (slot->hash == hash && same(table, slot->entry - 1, key)))
			return slot;
	}
}

static struct index_slot *free_slot(const struct hash_index *index, uint32_t hash)
{
	uint32_t at = (uint32_t)((uint64_t)hash * index->capacity >> 32);

	while (index->slots[at].entry)
		at = at + 1 < index->capacity ? at + 1 : 0;
	return &index->slots[at];
}

static int resize(struct hash_index *index, size_t n)
{
	struct hash_index bigger;
	int r = index_init(&bigger, n);

	if (r)
		return r;
	for (uint32_t i = 0; i < index->capacity; i++)
		if (index->slots[i].entry)
			*free_slot(&bigger, index->slots[i].hash) = index->slots[i];
	index_free(index);
	*index = bigger;
	return 0;
}

/* How many keys it has room for. */
static size_t keys_in(const struct hash_index *index)
{
	return index->slots ? ((size_t)index->capacity - 1) / 4 * 3 : 0;
}

int index_reserve(struct hash_index *index, size_t n)
{
	size_t half_more = keys_in(index) + keys_in(index) / 2;

	return n <= keys_in(index) ? 0 : resize(index, n > half_more ? n : half_more);
}

int index_fit(struct hash_index *index)
{
	size_t n = 0;

	for (uint32_t i = 0; i < index->capacity && index->slots; i++)
		n += index->slots[i].entry != 0;
	return room_for(n) == index->capacity ? 0 : resize(index, n);
}

uint32_t index_find(const struct hash_index *index, uint32_t hash, index_same *same, const void *table,
		    const void *key)
{
	/* A free slot's number is 0, and one less is INDEX_NONE. */
	return index->slots ? slot_of(index, hash, same, table, key)->entry - 1 : INDEX_NONE;
}

uint32_t index_add(const struct hash_index *index, uint32_t hash, index_same *same, const void *table, const void *key,
		   size_t number)
{
	struct index_slot *slot = slot_of(index, hash, same, table, key);

	if (slot->entry)
		return slot->entry - 1;
	*slot = (struct index_slot) { (uint32_t)number + 1, hash };
	return INDEX_NONE;
}
