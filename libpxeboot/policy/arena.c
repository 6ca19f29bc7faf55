/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Blocks in a list, each twice page-sized or as big as the one thing that did not fit.  A hundred thousand hosts cost
 * a few hundred calls of malloc() and as many of free().
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/arena.h"

#define BLOCK_SIZE 65536
#define ALIGNMENT sizeof(void *)

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	char bytes[];
};

static struct arena_block *add_block(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX - sizeof(struct arena_block))
		return NULL;
	struct arena_block *block = calloc(1, sizeof(struct arena_block) + size);

	if (!block)
		return NULL;
	block->size = size;
	/* A big piece gets a block of its own, put behind the one that still has room. */
	if (size > BLOCK_SIZE && arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

/* Up to the next piece. */
static size_t padding_of(const struct arena_block *block, size_t alignment)
{
	return block ? (size_t)-((uintptr_t)block->bytes + block->used) & (alignment - 1) : 0;
}

static void *take(struct arena *arena, size_t length, size_t alignment)
{
	struct arena_block *block = arena->blocks;
	size_t padding = padding_of(block, alignment);

	if (!block || padding > block->size - block->used || length > block->size - block->used - padding) {
		if (length > SIZE_MAX - alignment)
			return NULL;
		block = add_block(arena, length + alignment > BLOCK_SIZE ? length + alignment : BLOCK_SIZE);
		padding = padding_of(block, alignment);
	}
	if (!block)
		return NULL;
	void *piece = block->bytes + block->used + padding;

	block->used += padding + length;
	return piece;
}

void *arena_alloc_aligned(struct arena *arena, size_t n, size_t size, size_t alignment)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return take(arena, n * size, alignment);
}

void *arena_alloc(struct arena *arena, size_t n, size_t size)
{
	return arena_alloc_aligned(arena, n, size, ALIGNMENT);
}

char *arena_string(struct arena *arena, const char *string)
{
	size_t size = strlen(string) + 1;
	char *copy = take(arena, size, 1);

	return copy ? memcpy(copy, string, size) : NULL;
}

char *arena_join(struct arena *arena, const char *first, const char *second)
{
	size_t length = strlen(first), rest = strlen(second);
	char *joined = take(arena, length + rest + 1, 1);

	if (!joined)
		return NULL;
	memcpy(joined, first, length);
	memcpy(joined + length, second, rest + 1);
	return joined;
}

void arena_free(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
}

int array_grow(void *array, size_t n, size_t *capacity, size_t size)
{
	if (n < *capacity)
		return 0;
	size_t wanted = *capacity ? *capacity * 2 : 16;

	if (wanted < *capacity || wanted > SIZE_MAX / size)
		return -ENOMEM;
	void *bytes;

	memcpy(&bytes, array, sizeof(bytes));
	bytes = realloc(bytes, wanted * size);
	if (!bytes)
		return -ENOMEM;
	memcpy(array, &bytes, sizeof(bytes));
	*capacity = wanted;
	return 0;
}
