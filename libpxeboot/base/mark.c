/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Eight bytes at a time: each step loses nothing of the mark and of the number, and spreads every bit upwards by the product
 * and downwards by the shift.
 */
#include "base/mark.h"

#include <string.h>

uint64_t mark_number(uint64_t mark, uint64_t number)
{
	mark = (mark ^ number) * UINT64_C(0x9e3779b97f4a7c15);
	return mark ^ mark >> 32;
}

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
