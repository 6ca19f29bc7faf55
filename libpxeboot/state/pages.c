/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two pages at the front of a store, and from there as far into it as is asked.
 */
#include "state/pages.h"

#include <errno.h>
#include <stdlib.h>

#include "state/pages_walk.h"

#define MAGIC 0xbeefc0deu
#define VERSION 1
#define SMALLEST_PAGE 512
#define LARGEST_PAGE 65536

enum { TREE_INTEGER_KEYS = 0x08, TREE_ONE_FILE = 0x4000 };

struct front {
	struct header header;
	struct meta meta;
};

static const char *front_fault(const struct front *front, size_t number)
{
	const struct meta *meta = &front->meta;
	size_t size = meta->trees[TREE_FREE].pad;

	if (!(front->header.flags & PAGE_META) || meta->magic != MAGIC)
		return "it does not begin as a store does";
	if (meta->version != VERSION)
		return "it is of another version of LMDB";
	if (size < SMALLEST_PAGE || size > LARGEST_PAGE || (size & (size - 1)))
		return "its page size is none";
	if (meta->last_page >= PAGES_MAX_BYTES / size)
		return "it claims to be too large";
	if (meta->map_size / size <= meta->last_page && meta->last_page >= PAGES_FIRST)
		return "it claims to be larger than its room";
	if ((meta->trees[TREE_FREE].flags & ~TREE_ONE_FILE) != TREE_INTEGER_KEYS || meta->trees[TREE_RECORDS].flags)
		return "it is of another kind";
	return front->header.number != number ? "a page bears another number" : NULL;
}

static int read_meta(const struct pages_source *source, size_t number, size_t page_size, struct meta *ret_meta,
		     struct pages_fault *ret_fault)
{
	struct front front;
	const char *what;
	int error = source->read(source->context, number * page_size, &front, sizeof(front));

	if (error)
		return error == -EBADMSG ? walk_fault(ret_fault, number, "it is too short") : error;
	what = front_fault(&front, number);
	if (what)
		return walk_fault(ret_fault, number, what);
	*ret_meta = front.meta;
	return 0;
}

static int read_metas(const struct pages_source *source, struct meta metas[2], struct pages_fault *ret_fault)
{
	int error = read_meta(source, 0, 0, &metas[0], ret_fault);
	size_t page_size;
	uint8_t last;

	if (error)
		return error;
	page_size = metas[0].trees[TREE_FREE].pad;
	error = read_meta(source, 1, page_size, &metas[1], ret_fault);
	if (error)
		return error;
	if (metas[1].trees[TREE_FREE].pad != page_size)
		return walk_fault(ret_fault, 1, "its page size is none");
	/* LMDB maps both pages whole. */
	error = source->read(source->context, 2 * page_size - 1, &last, 1);
	return error == -EBADMSG ? walk_fault(ret_fault, 1, "it is too short") : error;
}

int pages_check_head(const struct pages_source *source, struct pages_fault *ret_fault)
{
	struct meta metas[2];

	return read_metas(source, metas, ret_fault);
}

/* Sets the walk out from the newest of the two. */
static int begin(struct walk *walk, struct meta metas[2], size_t *ret_newest)
{
	int error = read_metas(walk->source, metas, walk->fault);
	size_t newest;

	if (error)
		return error;
	newest = metas[1].transaction > metas[0].transaction;
	if (metas[newest].transaction % 2 != newest)
		return walk_fault(walk->fault, newest, "its last transaction stands in the wrong place");
	*ret_newest = newest;
	return 0;
}

static int mark_pages(struct walk *walk)
{
	walk->seen = calloc(walk->last_page / 8 + 1, 1);
	return walk->seen ? 0 : -ENOMEM;
}

static void take_sizes(struct walk *walk, const struct meta *meta)
{
	walk->page_size = meta->trees[TREE_FREE].pad;
	walk->last_page = meta->last_page;
}

static int walk_whole(struct walk *walk, size_t number, const struct meta *meta)
{
	int error = mark_pages(walk), i;

	for (i = 0; !error && i < TREES; i++) {
		walk->is_free = i == TREE_FREE;
		error = walk_tree(walk, number, &meta->trees[i]);
	}
	return error;
}

int pages_check(const struct pages_source *source, struct pages_fault *ret_fault)
{
	struct walk walk = { .source = source, .fault = ret_fault };
	struct meta metas[2];
	size_t newest = 0;
	int error = begin(&walk, metas, &newest);

	if (error)
		return error;
	take_sizes(&walk, &metas[newest]);
	error = walk_whole(&walk, newest, &metas[newest]);
	free(walk.seen);
	return error;
}

/* ---- What one transaction touches ---- */

/* Whoever writes is the only one: the newest page is the one that he goes by.  A reader's may be overwritten already. */
static int begin_at(struct walk *walk, const struct pages_event *event, struct meta metas[2], size_t *ret_number)
{
	int error = event->writes ? begin(walk, metas, ret_number) : read_metas(walk->source, metas, walk->fault);
	size_t number = event->transaction % 2;

	if (error)
		return error;
	if (metas[number].transaction != event->transaction || (event->writes && *ret_number != number))
		return event->writes ? walk_fault(walk->fault, number, "its last transaction stands in the wrong place") :
				       -EAGAIN;
	*ret_number = number;
	return 0;
}

static int walk_event(struct walk *walk, const struct pages_event *event, size_t number, const struct meta *meta)
{
	int error = event->writes ? mark_pages(walk) : 0;
	size_t i;

	walk->is_free = true;
	if (!error && event->writes)
		error = walk_tree(walk, number, &meta->trees[TREE_FREE]);
	walk->is_free = false;
	for (i = 0; !error && i < event->n_touches; i++) {
		walk->touch = &event->touches[i];
		error = walk_touch(walk, number, &meta->trees[TREE_RECORDS]);
	}
	return error;
}

int pages_check_event(const struct pages_source *source, const struct pages_event *event, struct pages_fault *ret_fault)
{
	struct walk walk = { .source = source, .fault = ret_fault };
	struct meta metas[2];
	size_t number = 0;
	int error = begin_at(&walk, event, metas, &number);

	if (error)
		return error;
	take_sizes(&walk, &metas[number]);
	error = walk_event(&walk, event, number, &metas[number]);
	free(walk.seen);
	return error;
}
