/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Marks: 64 bits that stand for bytes which are only ever compared with each other.  What goes in is not meant to deceive:
 * whoever writes a policy could put in the boot root what he likes anyway.
 */
#ifndef BASE_MARK_H
#define BASE_MARK_H

#include <stddef.h>
#include <stdint.h>

#define MARK_INIT UINT64_C(0x6a09e667f3bcc908)

/* Each returns @mark with something added; the order counts, and where one thing ends and the next begins.  A step loses
 * nothing of the mark and of the number, and spreads every bit upwards by the product and downwards by the shift. */
static inline uint64_t mark_number(uint64_t mark, uint64_t number)
{
	mark = (mark ^ number) * UINT64_C(0x9e3779b97f4a7c15);
	return mark ^ mark >> 32;
}

uint64_t mark_bytes(uint64_t mark, const void *bytes, size_t length);
uint64_t mark_string(uint64_t mark, const char *string);	/* NULL is another one than "" */

#endif
