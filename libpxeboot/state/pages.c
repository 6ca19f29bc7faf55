/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two pages at the front describe the file (the newer one counts), two trees hang on it: the free pages, and the records.
 * A tree is pages of entries; an entry too long for its page has pages of its own.
 */
#include "state/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC 0xbeefc0deu
#define VERSION 1
#define FIRST_PAGE 2			/* behind those that describe the file */
#define NO_PAGE ((size_t)-1)
#define SMALLEST_PAGE 512
#define LARGEST_PAGE 65536
#define DEPTH_MAX 32
#define KEY_MAX 511

enum { PAGE_BRANCH = 0x01, PAGE_LEAF = 0x02, PAGE_OVERFLOW = 0x04, PAGE_META = 0x08 };
enum { ENTRY_LONG = 0x01 };
enum { TREE_INTEGER_KEYS = 0x08, TREE_ONE_FILE = 0x4000 };
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

/* @low and @high: the length of a leaf's data; with the flags, where a branch leads. */
struct entry {
	uint16_t low, high, flags, key_length;
};

#define PLACE sizeof(uint16_t)

struct walk {
	const struct pages_source *source;
	struct pages_fault *fault;
	size_t page_size, last_page;
	const struct tree *tree;	/* that is walked */
	bool is_free;			/* it is that of the free pages */
	size_t branches, leaves, overflows, entries;
	uint8_t *seen;			/* a bit for each page */
};

static int fault_at(struct pages_fault *ret_fault, size_t page, const char *what)
{
	*ret_fault = (struct pages_fault){ what, page };
	return -EBADMSG;
}

static int wrong(struct walk *walk, size_t page, const char *what)
{
	return fault_at(walk->fault, page, what);
}

/* ---- The two pages at the front ---- */

static const char *meta_fault(const struct header *header, const struct meta *meta)
{
	size_t size = meta->trees[TREE_FREE].pad;

	if (!(header->flags & PAGE_META) || meta->magic != MAGIC)
		return "it does not begin as a store does";
	if (meta->version != VERSION)
		return "it is of another version of LMDB";
	if (size < SMALLEST_PAGE || size > LARGEST_PAGE || (size & (size - 1)))
		return "its page size is none";
	if (meta->last_page >= PAGES_MAX_BYTES / size)
		return "it claims to be too large";
	if (meta->map_size / size <= meta->last_page && meta->last_page >= FIRST_PAGE)
		return "it claims to be larger than its room";
	if ((meta->trees[TREE_FREE].flags & ~TREE_ONE_FILE) != TREE_INTEGER_KEYS || meta->trees[TREE_RECORDS].flags)
		return "it is of another kind";
	return NULL;
}

static int read_meta(const struct pages_source *source, size_t number, size_t page_size, struct meta *ret_meta,
		     struct pages_fault *ret_fault)
{
	struct header header;
	const char *what;
	int error = source->read(source->context, number * page_size, &header, sizeof(header));

	if (!error)
		error = source->read(source->context, number * page_size + sizeof(header), ret_meta, sizeof(*ret_meta));
	if (error)
		return error == -EBADMSG ? fault_at(ret_fault, number, "it is too short") : error;
	what = meta_fault(&header, ret_meta);
	if (!what && header.number != number)
		what = "a page bears another number";
	return what ? fault_at(ret_fault, number, what) : 0;
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
		return fault_at(ret_fault, 1, "its page size is none");
	/* LMDB maps both pages whole. */
	error = source->read(source->context, 2 * page_size - 1, &last, 1);
	return error == -EBADMSG ? fault_at(ret_fault, 1, "it is too short") : error;
}

int pages_check_head(const struct pages_source *source, struct pages_fault *ret_fault)
{
	struct meta metas[2];

	return read_metas(source, metas, ret_fault);
}

/* ---- Trees ---- */

/* Each page has one place: in a tree, in a long entry, or among the free ones. */
static int take_number(struct walk *walk, size_t from, size_t number)
{
	uint8_t bit = (uint8_t)(1u << number % 8);

	if (number < FIRST_PAGE || number > walk->last_page)
		return wrong(walk, from, "it names a page that can't be");
	if (walk->seen[number / 8] & bit)
		return wrong(walk, number, "a page stands in two places");
	walk->seen[number / 8] |= bit;
	return 0;
}

static int read_bytes(struct walk *walk, size_t page, size_t offset, void *buffer, size_t length)
{
	int error = walk->source->read(walk->source->context, (uint64_t)page * walk->page_size + offset, buffer, length);

	return error == -EBADMSG ? wrong(walk, page, "it is too short") : error;
}

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
	error = read_bytes(walk, number, 0, bytes, pages * walk->page_size);
	if (error)
		return error;
	memcpy(&header, bytes, sizeof(header));
	if (header.number != number || header.flags != PAGE_OVERFLOW || header.pages != pages)
		return wrong(walk, number, "a page is not what leads to it");
	return walk->is_free ? check_free_list(walk, number, bytes + sizeof(header), length) : 0;
}

/* One page, its entries taken in turn. */
struct page {
	size_t number;
	const uint8_t *bytes;
	size_t count, upper, filled;
	const uint8_t *key;		/* of the entry before */
	size_t key_length;
};

static bool is_ascending(const struct walk *walk, const struct page *page, const uint8_t *key, size_t length)
{
	size_t shorter = length < page->key_length ? length : page->key_length, a, b;
	int order;

	if (walk->is_free) {
		memcpy(&a, page->key, sizeof(a));
		memcpy(&b, key, sizeof(b));
		return a < b;
	}
	order = memcmp(page->key, key, shorter);
	return order < 0 || (order == 0 && page->key_length < length);
}

static int check_key(struct walk *walk, struct page *page, const struct entry *entry, const uint8_t *key)
{
	if (entry->key_length == 0 || entry->key_length > KEY_MAX ||
	    (walk->is_free && entry->key_length != sizeof(size_t)))
		return wrong(walk, page->number, "a key has no such length");
	if (page->key && !is_ascending(walk, page, key, entry->key_length))
		return wrong(walk, page->number, "keys are out of order");
	page->key = key;
	page->key_length = entry->key_length;
	return 0;
}

static size_t data_length(const struct entry *entry)
{
	return (size_t)entry->high << 16 | entry->low;
}

/* Finds entry @index and sees that it, its key and its data lie in their page. */
static int find_entry(struct walk *walk, struct page *page, size_t index, bool is_leaf, struct entry *ret_entry,
		      const uint8_t **ret_key)
{
	size_t length = sizeof(*ret_entry), room;
	uint16_t place;

	memcpy(&place, page->bytes + sizeof(struct header) + index * PLACE, PLACE);
	if (place < page->upper || place % 2 || place > walk->page_size - sizeof(*ret_entry))
		return wrong(walk, page->number, "an entry lies outside its page");
	memcpy(ret_entry, page->bytes + place, sizeof(*ret_entry));
	room = walk->page_size - place;
	length += ret_entry->key_length;
	if (is_leaf)
		length += ret_entry->flags & ENTRY_LONG ? sizeof(size_t) : data_length(ret_entry);
	length += length % 2;
	if (length > room)
		return wrong(walk, page->number, "an entry lies outside its page");
	page->filled += length;
	*ret_key = page->bytes + place + sizeof(*ret_entry);
	return 0;
}

static int check_leaf_entry(struct walk *walk, struct page *page, size_t index)
{
	const uint8_t *key, *data;
	struct entry entry;
	size_t number;
	int error = find_entry(walk, page, index, true, &entry, &key);

	if (!error)
		error = check_key(walk, page, &entry, key);
	if (error)
		return error;
	if (entry.flags & ~ENTRY_LONG)
		return wrong(walk, page->number, "an entry is of another kind");
	walk->entries++;
	data = key + entry.key_length;
	if (entry.flags & ENTRY_LONG) {
		memcpy(&number, data, sizeof(number));
		return check_long(walk, page->number, number, data_length(&entry));
	}
	return walk->is_free ? check_free_list(walk, page->number, data, data_length(&entry)) : 0;
}

static int check_page(struct walk *walk, size_t from, size_t number, unsigned depth);

/* The first key of a branch is not looked at, by nobody. */
static int check_branch_entry(struct walk *walk, struct page *page, size_t index, unsigned depth)
{
	struct entry entry;
	const uint8_t *key;
	uint64_t number;
	int error = find_entry(walk, page, index, false, &entry, &key);

	if (!error && index)
		error = check_key(walk, page, &entry, key);
	if (error)
		return error;
	number = (uint64_t)entry.high << 16 | entry.low;
	if (sizeof(size_t) > sizeof(uint32_t))
		number |= (uint64_t)entry.flags << 32;
	return check_page(walk, page->number, (size_t)number, depth + 1);
}

static int check_entries(struct walk *walk, struct page *page, bool is_leaf, unsigned depth)
{
	size_t i;
	int error;

	for (i = 0; i < page->count; i++) {
		error = is_leaf ? check_leaf_entry(walk, page, i) : check_branch_entry(walk, page, i, depth);
		if (error)
			return error;
	}
	/* What LMDB moves when it takes an entry out. */
	if (page->filled != walk->page_size - page->upper)
		return wrong(walk, page->number, "entries do not fill their room");
	return 0;
}

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

/* All leaves are equally deep. */
static int check_page(struct walk *walk, size_t from, size_t number, unsigned depth)
{
	bool is_leaf = depth == walk->tree->depth;
	CLEANUP_FREE uint8_t *bytes = malloc(walk->page_size);
	struct header header;
	struct page page;
	int error;

	if (!bytes)
		return -ENOMEM;
	error = take_number(walk, from, number);
	if (!error)
		error = read_bytes(walk, number, 0, bytes, walk->page_size);
	if (error)
		return error;
	memcpy(&header, bytes, sizeof(header));
	error = check_header(walk, &header, number, is_leaf);
	if (error)
		return error;
	*(is_leaf ? &walk->leaves : &walk->branches) += 1;
	page = (struct page){ number, bytes, (header.lower - sizeof(header)) / PLACE, header.upper, 0, NULL, 0 };
	return check_entries(walk, &page, is_leaf, depth);
}

static int check_tree(struct walk *walk, size_t meta, const struct tree *tree)
{
	int error;

	walk->tree = tree;
	walk->branches = walk->leaves = walk->overflows = walk->entries = 0;
	if (tree->root != NO_PAGE) {
		if (!tree->depth || tree->depth > DEPTH_MAX)
			return wrong(walk, meta, "a tree has no such depth");
		error = check_page(walk, meta, tree->root, 1);
		if (error)
			return error;
	} else if (tree->depth) {
		return wrong(walk, meta, "a tree has no such depth");
	}
	if (walk->branches != tree->branches || walk->leaves != tree->leaves || walk->overflows != tree->overflows ||
	    walk->entries != tree->entries)
		return wrong(walk, meta, "a tree is not as large as it says");
	return 0;
}

int pages_check(const struct pages_source *source, struct pages_fault *ret_fault)
{
	struct walk walk = { .source = source, .fault = ret_fault };
	CLEANUP_FREE uint8_t *seen = NULL;
	struct meta metas[2];
	size_t newest;
	int error = read_metas(source, metas, ret_fault), i;

	if (error)
		return error;
	newest = metas[1].transaction > metas[0].transaction;
	if (metas[newest].transaction % 2 != newest)
		return fault_at(ret_fault, newest, "its last transaction stands in the wrong place");
	walk.page_size = metas[newest].trees[TREE_FREE].pad;
	walk.last_page = metas[newest].last_page;
	seen = calloc(walk.last_page / 8 + 1, 1);
	if (!seen)
		return -ENOMEM;
	walk.seen = seen;
	for (i = 0; !error && i < TREES; i++) {
		walk.is_free = i == TREE_FREE;
		error = check_tree(&walk, newest, &metas[newest].trees[i]);
	}
	return error;
}
