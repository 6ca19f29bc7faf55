/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Marks of bytes, eight at a time (see mark.h).
 */
#include "base/mark.h"

#include <string.h>

uint64_t mark_bytes(uint64_t mark, const void *bytes, size_t length)
{
	const char *at = bytes;
	uint64_t word;

	mark = mark_number(mark, length);
	for (; length >= sizeof(word); at += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		mark = mark_number(mark, word);
	}
	if (!length)
		return mark;
	word = 0;
	memcpy(&word, at, length);
	return mark_number(mark, word);
}

uint64_t mark_string(uint64_t mark, const char *string)
{
	return string ? mark_bytes(mark, string, strlen(string)) : mark_number(mark, UINT64_MAX);
}
