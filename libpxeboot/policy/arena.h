/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that lives as long as its policy: handed out in pieces, given back at once.
 */
#ifndef POLICY_ARENA_H
#define POLICY_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;	/* the newest first; pieces are cut from that one */
};

/* Zeroed memory for @n things of @size bytes, fit for pointers and integers; NULL out of memory. */
void *arena_alloc(struct arena *arena, size_t n, size_t size);
/* The same, at a multiple of @alignment, a power of two. */
void *arena_alloc_aligned(struct arena *arena, size_t n, size_t size, size_t alignment);
/* A copy of the string, without padding; NULL out of memory. */
char *arena_string(struct arena *arena, const char *string);
/* Two strings in one. */
char *arena_join(struct arena *arena, const char *first, const char *second);
void arena_free(struct arena *arena);

/* Makes room for one more element in a malloc'ed array of @n.  0, or -ENOMEM with the array as it was.
 * @array is the address of the array's pointer. */
int array_grow(void *array, size_t n, size_t *capacity, size_t size);

#endif
