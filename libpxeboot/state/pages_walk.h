/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The format of an LMDB file, and the walk through its trees.  Two pages at the front describe the file (the newer one
 * counts), two trees hang on it: the free pages, and the records.  A tree is pages of entries; an entry too long for its page
 * has pages of its own.
 */
#ifndef STATE_PAGES_WALK_H
#define STATE_PAGES_WALK_H

#include <stdbool.h>

#include "state/pages.h"

#define PAGES_FIRST 2			/* behind those that describe the file */

enum { PAGE_BRANCH = 0x01, PAGE_LEAF = 0x02, PAGE_OVERFLOW = 0x04, PAGE_META = 0x08 };
enum { TREE_FREE, TREE_RECORDS, TREES };

struct header {
	size_t number;
	uint16_t pad, flags;
	union {
		struct {
			uint16_t lower, upper;	/* the room between the entries' places and the entries */
		};
		uint32_t pages;			/* of one long entry */
	};
};

struct tree {
	uint32_t pad;				/* of the free pages' tree: the page size */
	uint16_t flags, depth;
	size_t branches, leaves, overflows, entries, root;
};

struct meta {
	uint32_t magic, version;
	size_t address, map_size;
	struct tree trees[TREES];
	size_t last_page, transaction;
};

struct walk {
	const struct pages_source *source;
	struct pages_fault *fault;
	size_t page_size, last_page;
	const struct tree *tree;	/* that is walked */
	bool is_free;			/* it is that of the free pages */
	const struct pages_touch *touch;	/* the walk goes where this is; NULL: everywhere */
	size_t branches, leaves, overflows, entries;
	uint8_t *seen;			/* a bit for each page; NULL: nobody asks */
};

int walk_fault(struct pages_fault *ret_fault, size_t page, const char *what);

/* A whole tree that hangs on page @meta: each of its pages is seen, and none was before. */
int walk_tree(struct walk *walk, size_t meta, const struct tree *tree) MUST_USE;
/* What of a tree LMDB comes to with walk->touch; none of its pages was seen by another walk, and none is marked. */
int walk_touch(struct walk *walk, size_t meta, const struct tree *tree) MUST_USE;

#endif
