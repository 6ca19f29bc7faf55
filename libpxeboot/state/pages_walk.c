/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Trees, page by page.  Keys lie between those that lead to their page, so that no page can stand in a place that is another's.
 */
#include "state/pages_walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NO_PAGE ((size_t)-1)
#define DEPTH_MAX 32
#define KEY_MAX 511
#define PLACE sizeof(uint16_t)

enum { ENTRY_LONG = 0x01 };

/* @low and @high: the length of a leaf's data; with the flags, where a branch leads. */
struct entry {
	uint16_t low, high, flags, key_length;
};

/* Lent from the page that it stands in; bytes NULL: none. */
struct key {
	const uint8_t *bytes;
	size_t length;
};

/* Which ways a walk takes. */
enum ways {
	WAYS_ALL,
	WAYS_TO_KEY,			/* to where walk->touch is */
	WAYS_FIRST,			/* to the first entry of all below */
};

/* One page, its entries taken in turn. */
struct page {
	size_t number;
	const uint8_t *bytes;
	size_t count, upper, filled;
	unsigned depth;
	enum ways ways;
	struct key low, high;		/* its keys are no lower than the one, and lower than the other */
	struct key last;		/* of the entry before */
};

int walk_fault(struct pages_fault *ret_fault, size_t page, const char *what)
{
	*ret_fault = (struct pages_fault){ what, page };
	return -EBADMSG;
}

static int wrong(struct walk *walk, size_t page, const char *what)
{
	return walk_fault(walk->fault, page, what);
}

/* Each page has one place: in a tree, in a long entry, or among the free ones.  Who goes one way only may come to a page twice,
 * but the keys in it would not fit a second place. */
static int take_number(struct walk *walk, size_t from, size_t number)
{
	uint8_t bit = (uint8_t)(1u << number % 8);

	if (number < PAGES_FIRST || number > walk->last_page)
		return wrong(walk, from, "it names a page that can't be");
	if (!walk->seen)
		return 0;
	if (walk->seen[number / 8] & bit)
		return wrong(walk, number, "a page stands in two places");
	if (!walk->touch)
		walk->seen[number / 8] |= bit;
	return 0;
}

static int read_bytes(struct walk *walk, size_t page, void *buffer, size_t length)
{
	int error = walk->source->read(walk->source->context, (uint64_t)page * walk->page_size, buffer, length);

	return error == -EBADMSG ? wrong(walk, page, "it is too short") : error;
}

/* ---- Entries ---- */

/* The list of one transaction's free pages: how many, then their numbers, descending; there may be room behind them. */
static int check_free_list(struct walk *walk, size_t page, const uint8_t *bytes, size_t length)
{
	size_t count, number, before = NO_PAGE, i;
	int error;

	if (length < sizeof(count) || length % sizeof(count))
		return wrong(walk, page, "a list of free pages has no such length");
	memcpy(&count, bytes, sizeof(count));
	if (count > length / sizeof(count) - 1)
		return wrong(walk, page, "a list of free pages is longer than its entry");
	for (i = 1; i <= count; i++) {
		memcpy(&number, bytes + i * sizeof(number), sizeof(number));
		if (number >= before)
			return wrong(walk, page, "a list of free pages is out of order");
		error = take_number(walk, page, number);
		if (error)
			return error;
		before = number;
	}
	return 0;
}

static int take_run(struct walk *walk, size_t from, size_t number, size_t pages)
{
	size_t i;
	int error;

	for (i = 0; i < pages; i++) {
		error = take_number(walk, from, number + i);
		if (error)
			return error;
	}
	walk->overflows += pages;
	return 0;
}

/* An entry's data in pages of its own, a header before the first byte. */
static int check_long(struct walk *walk, size_t from, size_t number, size_t length)
{
	size_t pages = (sizeof(struct header) + length - 1) / walk->page_size + 1;
	CLEANUP_FREE uint8_t *bytes = NULL;
	struct header header;
	int error;

	if (!length || length > PAGES_MAX_BYTES || pages > walk->last_page)
		return wrong(walk, from, "an entry has no such length");
	error = take_run(walk, from, number, pages);
	if (error)
		return error;
	bytes = malloc(pages * walk->page_size);
	if (!bytes)
		return -ENOMEM;
	error = read_bytes(walk, number, bytes, pages * walk->page_size);
	if (error)
		return error;
	memcpy(&header, bytes, sizeof(header));
	if (header.number != number || header.flags != PAGE_OVERFLOW || header.pages != pages)
		return wrong(walk, number, "a page is not what leads to it");
	return walk->is_free ? check_free_list(walk, number, bytes + sizeof(header), length) : 0;
}

static int compare(const struct walk *walk, const struct key *a, const struct key *b)
{
	size_t shorter = a->length < b->length ? a->length : b->length, x, y;
	int order;

	if (walk->is_free) {
		memcpy(&x, a->bytes, sizeof(x));
		memcpy(&y, b->bytes, sizeof(y));
		return (x > y) - (x < y);
	}
	order = memcmp(a->bytes, b->bytes, shorter);
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* Where each key stands behind the one before it, the first and the last keep all between @page's bounds. */
static int check_key(struct walk *walk, struct page *page, const struct key *key, size_t index)
{
	const struct key *before = page->last.bytes ? &page->last : NULL;

	if (key->length == 0 || key->length > KEY_MAX || (walk->is_free && key->length != sizeof(size_t)))
		return wrong(walk, page->number, "a key has no such length");
	if ((before && compare(walk, before, key) >= 0) ||
	    (!before && page->low.bytes && compare(walk, &page->low, key) > 0) ||
	    (index + 1 == page->count && page->high.bytes && compare(walk, key, &page->high) >= 0))
		return wrong(walk, page->number, "keys are out of order");
	page->last = *key;
	return 0;
}

static size_t data_length(const struct entry *entry)
{
	return (size_t)entry->high << 16 | entry->low;
}

/* Entry @index of a page, whose place was looked at. */
static struct key read_entry(const struct page *page, size_t index, struct entry *ret_entry)
{
	uint16_t place;

	memcpy(&place, page->bytes + sizeof(struct header) + index * PLACE, PLACE);
	memcpy(ret_entry, page->bytes + place, sizeof(*ret_entry));
	return (struct key){ page->bytes + place + sizeof(*ret_entry), ret_entry->key_length };
}

/* Does entry @index, with its key and its data, lie in its page? */
static int check_place(struct walk *walk, struct page *page, size_t index, bool is_leaf)
{
	struct entry entry;
	size_t length = sizeof(entry);
	uint16_t place;

	memcpy(&place, page->bytes + sizeof(struct header) + index * PLACE, PLACE);
	if (place < page->upper || place % 2 || place > walk->page_size - sizeof(entry))
		return wrong(walk, page->number, "an entry lies outside its page");
	memcpy(&entry, page->bytes + place, sizeof(entry));
	length += entry.key_length;
	if (is_leaf)
		length += entry.flags & ENTRY_LONG ? sizeof(size_t) : data_length(&entry);
	length += length % 2;
	if (length > walk->page_size - place)
		return wrong(walk, page->number, "an entry lies outside its page");
	page->filled += length;
	return 0;
}

/* ---- Leaves ---- */

static bool is_touched(const struct walk *walk, const struct page *page, const struct key *key)
{
	return page->ways == WAYS_ALL || (page->ways == WAYS_TO_KEY && key->length == walk->touch->length &&
					  !memcmp(key->bytes, walk->touch->key, key->length));
}

static int check_leaf_entry(struct walk *walk, struct page *page, size_t index)
{
	struct entry entry;
	struct key key;
	size_t number;
	int error = check_place(walk, page, index, true);

	if (error)
		return error;
	key = read_entry(page, index, &entry);
	error = check_key(walk, page, &key, index);
	if (error)
		return error;
	if (entry.flags & ~ENTRY_LONG)
		return wrong(walk, page->number, "an entry is of another kind");
	walk->entries++;
	if (entry.flags & ENTRY_LONG && is_touched(walk, page, &key)) {
		memcpy(&number, key.bytes + key.length, sizeof(number));
		return check_long(walk, page->number, number, data_length(&entry));
	}
	return walk->is_free ? check_free_list(walk, page->number, key.bytes + key.length, data_length(&entry)) : 0;
}

static int check_leaf(struct walk *walk, struct page *page)
{
	size_t i;
	int error = 0;

	for (i = 0; !error && i < page->count; i++)
		error = check_leaf_entry(walk, page, i);
	return error;
}

/* ---- Branches ---- */

/* The first key of a branch is not looked at, by nobody. */
static int check_branch(struct walk *walk, struct page *page)
{
	struct entry entry;
	struct key key;
	size_t i;
	int error = 0;

	for (i = 0; !error && i < page->count; i++) {
		error = check_place(walk, page, i, false);
		if (error || i == 0)
			continue;
		key = read_entry(page, i, &entry);
		error = check_key(walk, page, &key, i);
	}
	return error;
}

/* The entry that leads to where walk->touch is. */
static size_t find_way(const struct walk *walk, const struct page *page)
{
	const struct key wanted = { walk->touch->key, walk->touch->length };
	struct entry entry;
	struct key key;
	size_t i;

	for (i = 1; i < page->count; i++) {
		key = read_entry(page, i, &entry);
		if (compare(walk, &wanted, &key) < 0)
			break;
	}
	return i - 1;
}

/* A page that loses an entry may take one from a page beside it, or be joined with that: LMDB looks for the first key below
 * each of the three. */
static bool is_way(const struct walk *walk, const struct page *page, size_t way, size_t i, enum ways *ret_ways)
{
	bool is_beside = walk->touch && walk->touch->is_removed && page->ways == WAYS_TO_KEY && (i + 1 == way || i == way + 1);
	bool is_first = i == 0 && page->ways != WAYS_ALL && (page->ways == WAYS_FIRST || walk->touch->is_removed);

	if (page->ways == WAYS_ALL)
		*ret_ways = WAYS_ALL;
	else if (page->ways == WAYS_TO_KEY && i == way)
		*ret_ways = WAYS_TO_KEY;
	else
		*ret_ways = WAYS_FIRST;
	return *ret_ways != WAYS_FIRST || is_beside || is_first;
}

static size_t child_of(const struct entry *entry)
{
	uint64_t number = (uint64_t)entry->high << 16 | entry->low;

	if (sizeof(size_t) > sizeof(uint32_t))
		number |= (uint64_t)entry->flags << 32;
	return (size_t)number;
}

static int check_page(struct walk *walk, size_t from, size_t number, const struct page *as);

static int descend(struct walk *walk, const struct page *page)
{
	struct page child = { .depth = page->depth + 1 };
	size_t way = page->ways == WAYS_TO_KEY ? find_way(walk, page) : 0, i;
	struct entry entry, next;
	int error = 0;

	for (i = 0; !error && i < page->count; i++) {
		if (!is_way(walk, page, way, i, &child.ways))
			continue;
		child.low = read_entry(page, i, &entry);
		if (i == 0)
			child.low = page->low;
		child.high = i + 1 < page->count ? read_entry(page, i + 1, &next) : page->high;
		error = check_page(walk, page->number, child_of(&entry), &child);
	}
	return error;
}

/* ---- Pages ---- */

static int check_header(struct walk *walk, const struct header *header, size_t number, bool is_leaf)
{
	size_t count;

	if (header->number != number || header->flags != (is_leaf ? PAGE_LEAF : PAGE_BRANCH))
		return wrong(walk, number, "a page is not what leads to it");
	if (header->lower < sizeof(*header) || header->lower > header->upper || header->upper > walk->page_size ||
	    (header->lower - sizeof(*header)) % PLACE)
		return wrong(walk, number, "a page's room is none");
	count = (header->lower - sizeof(*header)) / PLACE;
	if (count < (is_leaf ? 1 : 2))
		return wrong(walk, number, "a page is empty");
	return 0;
}

/* @as: where it stands, and how it is come to.  All leaves are equally deep. */
static int check_page(struct walk *walk, size_t from, size_t number, const struct page *as)
{
	bool is_leaf = as->depth == walk->tree->depth;
	CLEANUP_FREE uint8_t *bytes = malloc(walk->page_size);
	struct page page = *as;
	struct header header;
	int error;

	if (!bytes)
		return -ENOMEM;
	error = take_number(walk, from, number);
	if (!error)
		error = read_bytes(walk, number, bytes, walk->page_size);
	if (error)
		return error;
	memcpy(&header, bytes, sizeof(header));
	error = check_header(walk, &header, number, is_leaf);
	if (error)
		return error;
	*(is_leaf ? &walk->leaves : &walk->branches) += 1;
	page.number = number;
	page.bytes = bytes;
	page.count = (header.lower - sizeof(header)) / PLACE;
	page.upper = header.upper;
	error = is_leaf ? check_leaf(walk, &page) : check_branch(walk, &page);
	/* What LMDB moves when it takes an entry out. */
	if (!error && page.filled != walk->page_size - page.upper)
		error = wrong(walk, number, "entries do not fill their room");
	return error || is_leaf ? error : descend(walk, &page);
}

static int check_root(struct walk *walk, size_t meta, const struct tree *tree, enum ways ways)
{
	const struct page root = { .depth = 1, .ways = ways };
	bool has_root = tree->root != NO_PAGE;

	walk->tree = tree;
	if (has_root != (tree->depth > 0) || tree->depth > DEPTH_MAX)
		return wrong(walk, meta, "a tree has no such depth");
	return has_root ? check_page(walk, meta, tree->root, &root) : 0;
}

int walk_tree(struct walk *walk, size_t meta, const struct tree *tree)
{
	int error;

	walk->branches = walk->leaves = walk->overflows = walk->entries = 0;
	error = check_root(walk, meta, tree, WAYS_ALL);
	if (error)
		return error;
	if (walk->branches != tree->branches || walk->leaves != tree->leaves || walk->overflows != tree->overflows ||
	    walk->entries != tree->entries)
		return wrong(walk, meta, "a tree is not as large as it says");
	return 0;
}

int walk_touch(struct walk *walk, size_t meta, const struct tree *tree)
{
	return check_root(walk, meta, tree, WAYS_TO_KEY);
}
