/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The byte cursor.  What is left is always end - at, so no sum of a position and a length that came off the wire is
 * ever formed.
 */
#include "base/cursor.h"

#include <errno.h>

struct cursor cursor_over(const void *bytes, size_t length)
{
	/* An empty region may be handed in as NULL; arithmetic on NULL is not defined. */
	static const uint8_t nothing[1];
	const uint8_t *at = length ? bytes : nothing;

	return (struct cursor){ .at = at, .end = at + length };
}

size_t cursor_left(const struct cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at);
}

int cursor_bytes(struct cursor *cursor, size_t length, const uint8_t **ret)
{
	if (length > cursor_left(cursor))
		return -EBADMSG;
	*ret = cursor->at;
	cursor->at += length;
	return 0;
}

int cursor_skip(struct cursor *cursor, size_t length)
{
	const uint8_t *skipped;

	return cursor_bytes(cursor, length, &skipped);
}

int cursor_u8(struct cursor *cursor, uint8_t *ret)
{
	const uint8_t *at;
	int error = cursor_bytes(cursor, 1, &at);

	if (error)
		return error;
	*ret = at[0];
	return 0;
}

int cursor_be16(struct cursor *cursor, uint16_t *ret)
{
	const uint8_t *at;
	int error = cursor_bytes(cursor, 2, &at);

	if (error)
		return error;
	*ret = (uint16_t)(at[0] << 8 | at[1]);
	return 0;
}

int cursor_be32(struct cursor *cursor, uint32_t *ret)
{
	const uint8_t *at;
	int error = cursor_bytes(cursor, 4, &at);

	if (error)
		return error;
	*ret = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	return 0;
}
