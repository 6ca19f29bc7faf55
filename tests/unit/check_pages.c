/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pages of a store, each wrong in one way: what a tree can be and LMDB does not look for.
 */
#include <errno.h>

#include "base/macro.h"
#include "state/pages.h"
#include "testing.h"

#define PAGE 4096
#define HEADER 16

/* Where numbers stand in the format: those of a page, of the pages at the front, of a tree in them. */
enum { FLAGS = 10, LOWER = 12, UPPER = 14 };
enum { META = HEADER, FREE_TREE = META + 24, TREE = FREE_TREE + 48, LAST_PAGE = TREE + 48 };
enum { DEPTH = 6, BRANCHES = 8, LEAVES = 16, OVERFLOWS = 24, ENTRIES = 32, ROOT = 40 };

struct store {
	char *bytes;
	size_t length;
	char *meta;			/* the newer one */
};

static int read_memory(void *context, uint64_t offset, void *buffer, size_t length)
{
	const struct store *store = context;

	if (offset > store->length || length > store->length - offset)
		return -EBADMSG;
	memcpy(buffer, store->bytes + offset, length);
	return 0;
}

static uint64_t get64(const char *at)
{
	uint64_t number;

	memcpy(&number, at, sizeof(number));
	return number;
}

static void put64(char *at, uint64_t number)
{
	memcpy(at, &number, sizeof(number));
}

static uint16_t get16(const char *at)
{
	uint16_t number;

	memcpy(&number, at, sizeof(number));
	return number;
}

static void put16(char *at, unsigned number)
{
	uint16_t small = (uint16_t)number;

	memcpy(at, &small, sizeof(small));
}

static char *page(struct store *store, uint64_t number)
{
	ck_assert_uint_lt(number, store->length / PAGE);
	return store->bytes + number * PAGE;
}

static char *root(struct store *store, int tree)
{
	return page(store, get64(store->meta + tree + ROOT));
}

static char *entry(char *page, size_t index)
{
	return page + get16(page + HEADER + 2 * index);
}

static char *first_leaf(struct store *store)
{
	return page(store, get16(entry(root(store, TREE), 0)));
}

static void good(struct store *store) { }
static void another_magic(struct store *store) { store->bytes[META] ^= 1; }
static void another_version(struct store *store) { store->bytes[PAGE + META + 4] = 2; }
static void another_page_size(struct store *store) { put16(store->bytes + FREE_TREE, 1000); }
static void too_large(struct store *store) { put64(store->meta + LAST_PAGE, 1 << 20); }
static void sorted_duplicates(struct store *store) { put16(store->meta + TREE + 4, 4); }
static void too_deep(struct store *store) { put16(store->meta + TREE + DEPTH, 33); }
static void deeper(struct store *store) { put16(store->meta + TREE + DEPTH, 3); }
static void more_entries(struct store *store) { store->meta[TREE + ENTRIES]++; }
static void more_leaves(struct store *store) { store->meta[TREE + LEAVES]++; }
static void root_past_the_end(struct store *store) { put64(store->meta + TREE + ROOT, 5000); }
static void root_at_the_front(struct store *store) { put64(store->meta + TREE + ROOT, 1); }
static void another_number(struct store *store) { first_leaf(store)[0]++; }
static void dirty(struct store *store) { first_leaf(store)[FLAGS] |= 0x10; }
static void no_entries(struct store *store) { put16(first_leaf(store) + LOWER, HEADER); }
static void one_branch(struct store *store) { put16(root(store, TREE) + LOWER, HEADER + 2); }
static void crossed_room(struct store *store) { put16(first_leaf(store) + LOWER, PAGE - 2); }
static void upper_past_the_end(struct store *store) { put16(first_leaf(store) + UPPER, PAGE + 2); }
static void odd_place(struct store *store) { first_leaf(store)[HEADER]++; }
static void place_past_the_end(struct store *store) { put16(first_leaf(store) + HEADER, PAGE - 4); }
static void long_data(struct store *store) { put16(entry(first_leaf(store), 0), 5000); }
static void subtree(struct store *store) { put16(entry(first_leaf(store), 0) + 4, 2); }
static void no_key(struct store *store) { put16(entry(first_leaf(store), 1) + 6, 0); }
static void free_list_too_long(struct store *store) { put64(entry(root(store, FREE_TREE), 0) + 16, 99); }

static void same_child(struct store *store)
{
	char *branch = root(store, TREE);

	put16(entry(branch, 1), get16(entry(branch, 0)));
}

/* Two leaves that are whole, each in the other's place. */
static void exchanged(struct store *store)
{
	char *branch = root(store, TREE);
	uint16_t first = get16(entry(branch, 0));

	put16(entry(branch, 0), get16(entry(branch, 1)));
	put16(entry(branch, 1), first);
}

static void room_between(struct store *store)
{
	char *leaf = first_leaf(store);

	put16(leaf + UPPER, get16(leaf + UPPER) - 2u);
}

static void swapped(struct store *store)
{
	char *leaf = first_leaf(store);
	uint16_t first = get16(leaf + HEADER);

	put16(leaf + HEADER, get16(leaf + HEADER + 2));
	put16(leaf + HEADER + 2, first);
}

static void free_and_used(struct store *store)
{
	put64(entry(root(store, FREE_TREE), 0) + 16, 1);
	put64(entry(root(store, FREE_TREE), 0) + 24, get64(store->meta + TREE + ROOT));
}

static const struct {
	void (*spoil)(struct store *store);
	const char *what;		/* NULL: nothing */
} rows[] = {
	{ another_magic, "it does not begin as a store does" },
	{ another_version, "it is of another version of LMDB" },
	{ another_page_size, "its page size is none" },
	{ too_large, "it claims to be too large" },
	{ sorted_duplicates, "it is of another kind" },
	{ too_deep, "a tree has no such depth" },
	{ deeper, "a page is not what leads to it" },
	{ more_entries, "a tree is not as large as it says" },
	{ more_leaves, "a tree is not as large as it says" },
	{ root_past_the_end, "it names a page that can't be" },
	{ root_at_the_front, "it names a page that can't be" },
	{ another_number, "a page is not what leads to it" },
	{ dirty, "a page is not what leads to it" },
	{ no_entries, "a page is empty" },
	{ one_branch, "a page is empty" },
	{ crossed_room, "a page's room is none" },
	{ upper_past_the_end, "a page's room is none" },
	{ odd_place, "an entry lies outside its page" },
	{ place_past_the_end, "an entry lies outside its page" },
	{ long_data, "an entry lies outside its page" },
	{ subtree, "an entry is of another kind" },
	{ no_key, "a key has no such length" },
	{ free_list_too_long, "a list of free pages is longer than its entry" },
	{ same_child, "a page stands in two places" },
	{ room_between, "entries do not fill their room" },
	{ swapped, "keys are out of order" },
	{ exchanged, "keys are out of order" },
	{ free_and_used, "a page stands in two places" },
	{ good, NULL },
};

/* ---- What one transaction touches ---- */

static char *leaf(struct store *store, size_t index)
{
	return page(store, get16(entry(root(store, TREE), index)));
}

static void second_leaf(struct store *store) { put16(leaf(store, 1) + UPPER, PAGE + 2); }
static void third_leaf(struct store *store) { put16(leaf(store, 2) + UPPER, PAGE + 2); }

/* A page that is called free holds the first entries. */
static void free_leaf(struct store *store)
{
	put64(entry(root(store, FREE_TREE), 0) + 16, 1);
	put64(entry(root(store, FREE_TREE), 0) + 24, get16(entry(root(store, TREE), 0)));
}

static void free_third_leaf(struct store *store)
{
	put64(entry(root(store, FREE_TREE), 0) + 16, 1);
	put64(entry(root(store, FREE_TREE), 0) + 24, get16(entry(root(store, TREE), 2)));
}

static void later(struct store *store) { put64(store->meta + LAST_PAGE + 8, get64(store->meta + LAST_PAGE + 8) + 2); }

enum { READS, WRITES, REMOVES };

/* It is the first entry that is touched. */
static const struct {
	void (*spoil)(struct store *store);
	const char *what[REMOVES + 1];		/* NULL: nothing */
} touches[] = {
	{ good, { NULL, NULL, NULL } },
	{ too_large, { "it claims to be too large", "it claims to be too large", "it claims to be too large" } },
	{ root_past_the_end, { "it names a page that can't be", "it names a page that can't be", "it names a page that can't be" } },
	{ deeper, { "a page is not what leads to it", "a page is not what leads to it", "a page is not what leads to it" } },
	{ swapped, { "keys are out of order", "keys are out of order", "keys are out of order" } },
	{ exchanged, { "keys are out of order", "keys are out of order", "keys are out of order" } },
	{ long_data, { "an entry lies outside its page", "an entry lies outside its page", "an entry lies outside its page" } },
	{ second_leaf, { NULL, NULL, "a page's room is none" } },
	{ third_leaf, { NULL, NULL, NULL } },
	{ free_list_too_long, { NULL, "a list of free pages is longer than its entry", "a list of free pages is longer than its entry" } },
	{ free_and_used, { NULL, "a page stands in two places", "a page stands in two places" } },
	{ free_leaf, { NULL, "a page stands in two places", "a page stands in two places" } },
	{ free_third_leaf, { NULL, NULL, NULL } },
};

static struct store read_store(void)
{
	char path[512];
	struct store store;

	snprintf(path, sizeof(path), "%s/fuzz/corpus/pages/two-levels", getenv("PXEBOOT_TESTS"));
	ck_assert_int_eq(file_read(path, 1 << 20, &store.bytes, &store.length), 0);
	store.meta = store.bytes;
	if (get64(store.bytes + PAGE + LAST_PAGE + 8) > get64(store.bytes + LAST_PAGE + 8))
		store.meta += PAGE;
	return store;
}

START_TEST(one_fault)
{
	struct store store = read_store();
	struct pages_source source = { read_memory, &store };
	struct pages_fault fault = { NULL, 0 };
	int r;

	rows[_i].spoil(&store);
	r = pages_check(&source, &fault);
	ck_assert_pstr_eq(fault.what, rows[_i].what);
	ck_assert_int_eq(r, rows[_i].what ? -EBADMSG : 0);
	free(store.bytes);
}
END_TEST

static struct pages_event event_of(struct store *store, struct pages_touch *touch, int does)
{
	const char *first = entry(first_leaf(store), 0);

	*touch = (struct pages_touch){ first + 8, get16(first + 6), does == REMOVES };
	return (struct pages_event){ get64(store->meta + LAST_PAGE + 8), does != READS, touch, 1 };
}

START_TEST(one_event)
{
	for (int does = READS; does <= REMOVES; does++) {
		struct store store = read_store();
		struct pages_source source = { read_memory, &store };
		struct pages_fault fault = { NULL, 0 };
		struct pages_touch touch;
		struct pages_event event = event_of(&store, &touch, does);
		int r;

		touch.key = memcpy(calloc(1, touch.length), touch.key, touch.length);
		touches[_i].spoil(&store);
		r = pages_check_event(&source, &event, &fault);
		ck_assert_pstr_eq(fault.what, touches[_i].what[does]);
		ck_assert_int_eq(r, touches[_i].what[does] ? -EBADMSG : 0);
		free((void *)(uintptr_t)touch.key);
		free(store.bytes);
	}
}
END_TEST

START_TEST(another_transaction)
{
	struct store store = read_store();
	struct pages_source source = { read_memory, &store };
	struct pages_fault fault = { NULL, 0 };
	struct pages_touch touch;
	struct pages_event event = event_of(&store, &touch, READS);

	later(&store);
	ck_assert_int_eq(pages_check_event(&source, &event, &fault), -EAGAIN);
	ck_assert_ptr_null(fault.what);
	event.writes = true;
	ck_assert_int_eq(pages_check_event(&source, &event, &fault), -EBADMSG);
	ck_assert_str_eq(fault.what, "its last transaction stands in the wrong place");
	free(store.bytes);
}
END_TEST

int main(void)
{
	const uint16_t one = 1;
	Suite *suite = suite_create("pages");
	TCase *faults = tcase_create("faults");

	/* The store at hand is one of a machine with 64 bits, little end first. */
	if (sizeof(size_t) != 8 || *(const char *)&one != 1) {
		puts("1..0 # SKIP needs a machine of 64 bits, little end first");
		return 0;
	}
	tcase_add_loop_test(faults, one_fault, 0, ARRAY_SIZE(rows));
	tcase_add_test(faults, another_transaction);
	tcase_add_loop_test(faults, one_event, 0, ARRAY_SIZE(touches));
	suite_add_tcase(suite, faults);
	return run_suite(suite);
}
