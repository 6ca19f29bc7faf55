/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one walker over raw memory.  Every read is checked in subtraction form and fails closed: a read past the end
 * returns -EBADMSG and moves nothing.  What is left is always end - at, so no sum of a position and a length that came
 * off the wire is ever formed.  All stands here, because a packet is nothing but such reads.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
};

static inline struct cursor cursor_over(const void *bytes, size_t length)
{
	/* An empty region may be handed in as NULL; arithmetic on NULL is not defined. */
	static const uint8_t nothing[1];
	const uint8_t *at = length ? bytes : nothing;

	return (struct cursor){ .at = at, .end = at + length };
}

static inline size_t cursor_left(const struct cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at);
}

/* Lends @length bytes of the memory below and moves past them. */
MUST_USE static inline int cursor_bytes(struct cursor *cursor, size_t length, const uint8_t **ret)
{
	if (length > cursor_left(cursor))
		return -EBADMSG;
	*ret = cursor->at;
	cursor->at += length;
	return 0;
}

MUST_USE static inline int cursor_skip(struct cursor *cursor, size_t length)
{
	const uint8_t *skipped;

	return cursor_bytes(cursor, length, &skipped);
}

MUST_USE static inline int cursor_u8(struct cursor *cursor, uint8_t *ret)
{
	const uint8_t *at;
	int error = cursor_bytes(cursor, 1, &at);

	if (error)
		return error;
	*ret = at[0];
	return 0;
}

MUST_USE static inline int cursor_be16(struct cursor *cursor, uint16_t *ret)
{
	const uint8_t *at;
	int error = cursor_bytes(cursor, 2, &at);

	if (error)
		return error;
	*ret = (uint16_t)(at[0] << 8 | at[1]);
	return 0;
}

MUST_USE static inline int cursor_be32(struct cursor *cursor, uint32_t *ret)
{
	const uint8_t *at;
	int error = cursor_bytes(cursor, 4, &at);

	if (error)
		return error;
	*ret = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	return 0;
}

#endif
