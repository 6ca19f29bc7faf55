/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one walker over raw memory.  Every read is checked in subtraction form and fails closed: a read past the end
 * returns -EBADMSG and moves nothing.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
};

struct cursor cursor_over(const void *bytes, size_t length);
size_t cursor_left(const struct cursor *cursor);
int cursor_u8(struct cursor *cursor, uint8_t *ret) MUST_USE;
int cursor_be16(struct cursor *cursor, uint16_t *ret) MUST_USE;
int cursor_be32(struct cursor *cursor, uint32_t *ret) MUST_USE;
/* Lends @length bytes of the memory below and moves past them. */
int cursor_bytes(struct cursor *cursor, size_t length, const uint8_t **ret) MUST_USE;
int cursor_skip(struct cursor *cursor, size_t length) MUST_USE;

#endif
