/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is an LMDB file whole?  LMDB itself trusts what it maps: a damaged page ends the program that reads it, or the one that
 * frees it.  So a file is looked at, through reads that can fail, before LMDB may touch it: either all of it, when it is
 * opened, or by whoever opens it for one event what that touches, each time.
 *
 * The latter takes as long for a million machines as for ten, and LMDB comes across nothing that was not looked at:
 *
 *	- the two pages at the front, and all of the free pages' tree, which stays small, as it is used up first: what LMDB
 *	  takes new pages from is in range, named once, and no page that this transaction reads;
 *	- from the root to the leaf of each key that is read or written, with its long entry;
 *	- where an entry goes away, also the pages beside those, and the first leaf below each, for LMDB may move entries
 *	  between them or join them.
 *
 * Keys must lie between those that lead to their page: a page that was written over, because a damaged list calls it free,
 * is found by whoever comes there next.  Until somebody does, or somebody looks at all, damage elsewhere in the file does no
 * harm.
 *
 * The format is that of LMDB 0.9 on the machine at hand (its data version is 1): numbers in the machine's own order and
 * width.
 */
#ifndef STATE_PAGES_H
#define STATE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define PAGES_MAX_BYTES ((size_t)1 << (sizeof(size_t) > 4 ? 32 : 30))	/* a file that claims more is damaged */

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

struct pages_touch {
	const void *key;
	size_t length;
	bool is_removed;		/* it may be; else it is read or written */
};

struct pages_event {
	size_t transaction;		/* the last that was over when this one began */
	bool writes;			/* else nobody looks at free pages */
	const struct pages_touch *touches;
	size_t n_touches;
};

/* As pages_check(), but of what one transaction touches.  Where that only reads others may write, and then -EAGAIN says that
 * its page at the front is gone: it must begin anew. */
int pages_check_event(const struct pages_source *source, const struct pages_event *event,
		      struct pages_fault *ret_fault) MUST_USE;

#endif
