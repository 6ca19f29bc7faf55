/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is an LMDB file whole?  LMDB itself trusts what it maps: a damaged page ends the program that reads it, or the one that
 * frees it.  So all of a file is looked at, through reads that can fail, before LMDB may touch it.
 *
 * The format is that of LMDB 0.9 on the machine at hand (its data version is 1): numbers in the machine's own order and
 * width.
 */
#ifndef STATE_PAGES_H
#define STATE_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define PAGES_MAX_BYTES ((size_t)1 << 30)	/* a file that claims more is damaged */

struct pages_source {
	/* Exactly @length bytes at @offset: 0, -EBADMSG past the end, or the system's error. */
	int (*read)(void *context, uint64_t offset, void *buffer, size_t length);
	void *context;
};

/* What was found wrong; constant text. */
struct pages_fault {
	const char *what;
	size_t page;
};

/* Can LMDB open it: both of its first pages are what they must be.  May be asked while others write.  -EBADMSG with
 * @ret_fault set. */
int pages_check_head(const struct pages_source *source, struct pages_fault *ret_fault) MUST_USE;

/* Is everything reachable from the newest of the two what it must be: each page there and in one place only, each entry in
 * its page, every free page really free?  Nobody may write meanwhile.  -EBADMSG with @ret_fault set. */
int pages_check(const struct pages_source *source, struct pages_fault *ret_fault) MUST_USE;

#endif
