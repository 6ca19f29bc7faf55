/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The store on a bad day: its file damaged in many ways, its disk full or read-only.
 */
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>

#include "store_testing.h"

/* ---- Damage ---- */

static void write_store(const void *bytes, size_t length)
{
	int fd = open(in_directory(PLACE_STORE), O_WRONLY | O_CREAT | O_TRUNC, 0640);

	ck_assert_int_eq(write(fd, bytes, length), (ssize_t)length);
	close(fd);
}

#define MACHINES 120

/* A store of several levels, with free pages and two generations of them. */
static void fill(struct pxeboot_state *state)
{
	char key[18];

	for (unsigned i = 0; i < MACHINES + 100; i++) {
		key_of(i, key);
		ck_assert_int_eq(boot(state, key, i + 1), 0);
	}
	for (unsigned i = MACHINES; i < MACHINES + 100; i++) {
		key_of(i, key);
		ck_assert_int_eq(pxeboot_state_remove(state, key), 0);
	}
}

static void read_template(char **ret_bytes, size_t *ret_length)
{
	struct pxeboot_state *state = opened();

	fill(state);
	pxeboot_state_close(state);
	ck_assert_int_eq(file_read(in_directory(PLACE_STORE), 1 << 24, ret_bytes, ret_length), 0);
}

/* Reads and changes whatever is there.  True when the store was moved aside. */
static bool use_damaged(void)
{
	struct pxeboot_diagnostics *diagnostics;
	struct seen seen = { .count = 0 };
	struct pxeboot_state *state;
	bool aside;
	char key[18];

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_state_open(directory, 0, diagnostics, &state), 0);
	aside = has_finding(diagnostics, "state.damaged", 0);
	ck_assert_int_eq(aside, pxeboot_diagnostics_count(diagnostics) == 1);
	pxeboot_diagnostics_free(diagnostics);
	ck_assert_int_eq(aside, access(in_directory(PLACE_STORE ".damaged-1"), F_OK) == 0);
	unlink(in_directory(PLACE_STORE ".damaged-1"));
	ck_assert_int_eq(pxeboot_state_each(state, PXEBOOT_STATE_BY_LAST_SEEN, see, &seen), 0);
	ck_assert_int_eq(seen.count, aside ? 0 : MACHINES);
	for (unsigned i = 0; i < MACHINES; i += 3) {
		key_of(i, key);
		boot(state, key, 1);
		key_of(i + 1, key);
		pxeboot_state_remove(state, key);
	}
	pxeboot_state_close(state);
	return aside;
}

/* ---- Damage, where each event looks at what it touches ---- */

struct stay {
	char address[16];
	size_t length;			/* of what it says of itself: from some on, it has pages of its own */
};

static int live_at(void *context, struct pxeboot_record *record)
{
	static char fact[PXEBOOT_RECORD_FACT_MAX + 1];
	const struct stay *stay = context;

	memset(fact, 'x', stay->length);
	fact[stay->length] = '\0';
	for (int i = 0; i < 3; i++)
		record->facts[i] = fact;
	record->address = stay->address;
	return 0;
}

/* One event in a program of its own: a machine moves, one goes, or a third is looked for by its address. */
static int brief_event(struct pxeboot_state *state, unsigned i, unsigned machines)
{
	struct stay stay = { .length = i % 7 == 0 ? 1000 : i % 50 };
	char key[18], owner[PXEBOOT_KEY_SIZE];

	snprintf(stay.address, sizeof(stay.address), "10.0.%u.%u", i * 31 % 5, i * 17 % 256);
	key_of(i * 13 % machines, key);
	if (i % 4 == 3)
		return pxeboot_state_remove(state, key);
	if (i % 4 == 2)
		return pxeboot_state_by_address(state, stay.address, owner);
	return pxeboot_state_update(state, key, live_at, &stay);
}

/* True when the store was moved aside: by whoever came to the damage, or who looked at all in the end. */
static bool use_damaged_briefly(void)
{
	static unsigned i;		/* goes on from store to store: they differ little, and each event is of its own */
	struct pxeboot_state *state;
	bool is_stale = false;
	int r;

	for (unsigned end = i + 25; i < end && !is_stale; i++) {
		ck_assert_int_eq(pxeboot_state_open(directory, PXEBOOT_STATE_BRIEF, NULL, &state), 0);
		r = brief_event(state, i, MACHINES);
		ck_assert_msg(r == 0 || r == -ENOENT || r == -ESTALE || r == -EBADMSG, "event %u: %s", i, strerror(-r));
		is_stale = r == -ESTALE;
		pxeboot_state_close(state);
	}
	pxeboot_state_close(opened());
	r = unlink(in_directory(PLACE_STORE ".damaged-1"));
	ck_assert(r == 0 || !is_stale);
	return r == 0;
}

/* ---- All of it ---- */

static bool (*use)(void) = use_damaged;

/* Runs @part in a process of its own, which tells by *step where it is; it may fail, but not die. */
static void survive(void (*part)(char *bytes, size_t length, volatile size_t *step))
{
	volatile size_t *step = mmap(NULL, sizeof(*step), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	size_t length;
	char *bytes;
	int status;
	pid_t pid;

	read_template(&bytes, &length);
	pid = fork();
	if (pid == 0) {
		part(bytes, length, step);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ck_assert_msg(status == 0, "ended with %#x at %zu", (unsigned)status, *step);
	free(bytes);
}

static void cut(char *bytes, size_t length, volatile size_t *step)
{
	static const size_t steps[] = { 1, 254, 256, 1 };

	/* Every length about the ends of sectors, hence of pages, and one within. */
	for (size_t i = 0; *step < length; *step += steps[i++ % ARRAY_SIZE(steps)]) {
		write_store(bytes, *step);
		if (!use() && *step < length - 4 * 4096)
			_exit(1);
	}
}

static void zero(char *bytes, size_t length, volatile size_t *step)
{
	size_t aside = 0;
	char *copy = malloc(length);

	for (*step = 0; *step < length; *step += 512) {
		size_t size = *step % 4096 || *step + 4096 > length ? 512 : 4096;

		memcpy(copy, bytes, length);
		memset(copy + *step, 0, size);
		write_store(copy, length);
		aside += use();
		memset(copy + *step, 0xff, size);
		write_store(copy, length);
		aside += use();
	}
	free(copy);
	if (aside < 20)
		_exit(1);
}

static void flip(char *bytes, size_t length, volatile size_t *step)
{
	char *copy = malloc(length);

	srandom(2);
	for (*step = 0; *step < (use == use_damaged ? 3000 : 800); ++*step) {
		memcpy(copy, bytes, length);
		/* Half of them where each page begins: that is what LMDB trusts. */
		for (int n = (int)(random() % 4); n >= 0; n--) {
			size_t at = (size_t)random() % length;

			if (random() % 2)
				at = at / 4096 * 4096 + at % 64;
			copy[at] = random() % 2 ? (char)random() : (char)(copy[at] ^ 1 << random() % 8);
		}
		write_store(copy, length);
		use();
	}
	free(copy);
}

static bool (*const uses[])(void) = { use_damaged, use_damaged_briefly };

START_TEST(cut_at_any_length)
{
	use = uses[_i];
	survive(cut);
}
END_TEST

START_TEST(zeroed_pages)
{
	use = uses[_i];
	survive(zero);
}
END_TEST

START_TEST(flipped_bits)
{
	use = uses[_i];
	survive(flip);
}
END_TEST

START_TEST(no_store_at_all)
{
	static const char *const contents[] = { "", "x", "SQLite format 3", "<html>not found</html>\n" };

	for (size_t i = 0; i < ARRAY_SIZE(contents); i++) {
		char aside[64];

		write_store(contents[i], strlen(contents[i]));
		ck_assert_int_eq(open_error(PXEBOOT_STATE_LOOK), -EBADMSG);
		pxeboot_state_close(opened());
		snprintf(aside, sizeof(aside), PLACE_STORE ".damaged-%zu", i + 1);
		ck_assert_int_eq(access(in_directory(aside), F_OK), 0);
		ck_assert_int_eq(unlink(in_directory(PLACE_STORE)), 0);
	}
	for (int i = 5; i <= PLACE_ASIDE_MAX; i++) {
		write_store("x", 1);
		pxeboot_state_close(opened());
		unlink(in_directory(PLACE_STORE));
	}
	write_store("kept", 4);
	ck_assert_int_eq(open_error(0), -EEXIST);
	ck_assert_int_eq(access(in_directory(PLACE_STORE), F_OK), 0);
}
END_TEST

/* Nothing is found where nothing is wrong, in trees of all shapes, and LMDB has left them whole. */
START_TEST(many_brief_events)
{
	struct pxeboot_state *state;
	struct seen seen = { .count = 0 };
	int r;

	for (unsigned i = 0; i < 20000; i++) {
		/* Some are there when another one is gone. */
		unsigned machines = i / 4000 % 2 ? 40 : 3000;

		if (i % 50 == 0)
			ck_assert_int_eq(pxeboot_state_open(directory, PXEBOOT_STATE_BRIEF, NULL, &state), 0);
		r = brief_event(state, i * 7919u, machines);
		ck_assert_msg(r == 0 || r == -ENOENT, "event %u: %s", i, strerror(-r));
		if (i % 50 == 49)
			pxeboot_state_close(state);
		if (i % 500 == 0)
			pxeboot_state_close(opened());
	}
	ck_assert_int_eq(pxeboot_state_open(directory, PXEBOOT_STATE_BRIEF, NULL, &state), 0);
	ck_assert_int_eq(pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, see, &seen), 0);
	ck_assert_int_gt(seen.count, 100);
	ck_assert_int_eq(seen.unreadable, 0);
	pxeboot_state_close(state);
	ck_assert_int_eq(count_files("*damaged*"), 0);
}
END_TEST

/* Spoils the last page that is in use and not on the way to @key. */
static void spoil_beside(const char *key)
{
	struct pxeboot_record *record;
	struct pxeboot_state *state;
	char *bytes, page[4096];
	size_t length, at;
	int r = -ESTALE;

	read_template(&bytes, &length);
	for (at = length - sizeof(page); at > sizeof(page) && r != 0; at -= sizeof(page)) {
		memcpy(page, bytes + at, sizeof(page));
		memset(bytes + at, 0xff, sizeof(page));
		write_store(bytes, length);
		memcpy(bytes + at, page, sizeof(page));
		if (pxeboot_state_open(directory, PXEBOOT_STATE_LOOK, NULL, &state) == 0) {
			pxeboot_state_close(state);
			continue;
		}
		ck_assert_int_eq(pxeboot_state_open(directory, PXEBOOT_STATE_BRIEF, NULL, &state), 0);
		r = pxeboot_state_get(state, key, &record);
		if (r == 0)
			pxeboot_record_free(record);
		pxeboot_state_close(state);
	}
	ck_assert_int_eq(r, 0);
	free(bytes);
}

/* Who reads all is told, too. */
START_TEST(damage_beside_the_way)
{
	struct pxeboot_state *state;
	struct seen seen = { .count = 0 };
	char key[18];

	key_of(0, key);
	spoil_beside(key);
	ck_assert_int_eq(open_error(PXEBOOT_STATE_LOOK), -EBADMSG);
	ck_assert_int_eq(pxeboot_state_open(directory, PXEBOOT_STATE_BRIEF, NULL, &state), 0);
	ck_assert_uint_eq(boots_of(state, key), 1);
	ck_assert_int_eq(pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, see, &seen), -ESTALE);
	ck_assert_int_eq(seen.count, 0);
	pxeboot_state_close(state);
	pxeboot_state_close(opened());
	ck_assert_int_eq(count_files("*damaged*"), 1);
}
END_TEST

START_TEST(found_damaged_by_many)
{
	char *bytes;
	size_t length;
	struct pxeboot_state *state;

	read_template(&bytes, &length);
	for (int round = 1; round <= 20; round++) {
		write_store(bytes, length / 4);
		for (int i = 0; i < WRITERS; i++)
			if (fork() == 0) {
				state = opened();
				_exit(boot(state, KEY, 1) == 0 ? 0 : 1);
			}
		wait_all(WRITERS);
		ck_assert_int_eq(count_files("*damaged*"), round);
		state = opened();
		ck_assert_uint_eq(boots_of(state, KEY), WRITERS);
		pxeboot_state_close(state);
	}
	free(bytes);
}
END_TEST

/* ---- Disks ---- */

/* A file system of our own, which nobody else sees.  False, said aloud, without root. */
static bool mount_small(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", directory, "tmpfs", 0, "size=96k,mode=0755") < 0) {
		printf("# a disk of its own needs root: %s; this part is skipped\n", strerror(errno));
		return false;
	}
	return true;
}

static void fill_disk(void)
{
	char block[4096] = "x";
	int fd = open(in_directory("ballast"), O_WRONLY | O_CREAT, 0600);

	ck_assert_int_ge(fd, 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
}

START_TEST(full_disk)
{
	struct pxeboot_state *state;
	unsigned i, boots = 0;
	int r = 0;
	char key[18];

	if (!mount_small())
		return;
	fill_disk();
	ck_assert_int_eq(open_error(0), -ENOSPC);
	ck_assert_int_eq(open_error(0), -ENOSPC);
	ck_assert_int_eq(unlink(in_directory("ballast")), 0);
	/* A lock file without its blocks is written to through memory. */
	pxeboot_state_close(opened());
	ck_assert_int_eq(truncate(in_directory(PLACE_LOCK), 0), 0);
	fill_disk();
	ck_assert_int_eq(open_error(0), -ENOSPC);
	ck_assert_int_eq(unlink(in_directory("ballast")), 0);
	state = opened();
	for (i = 1; r == 0 && i < 100000; i++) {
		key_of(i, key);
		r = boot(state, key, i);
	}
	ck_assert_int_eq(r, -ENOSPC);
	pxeboot_state_close(state);
	state = opened();
	for (unsigned n = 1; n < i - 1; n++) {
		key_of(n, key);
		ck_assert_uint_eq(boots_of(state, key), 1);
	}
	key_of(i - 1, key);
	ck_assert_uint_eq(boots_of(state, key), 0);
	/* What is there may still fit or not, but is never half there. */
	for (int n = 0; n < 200; n++) {
		r = boot(state, KEY, 7);
		ck_assert(r == 0 || r == -ENOSPC);
		boots += r == 0;
		ck_assert_uint_eq(boots_of(state, KEY), 1 + boots);
	}
	pxeboot_state_close(state);
	ck_assert_int_eq(mount("none", directory, NULL, MS_REMOUNT, "size=1m"), 0);
	state = opened();
	ck_assert_int_eq(boot(state, key, 1), 0);
	pxeboot_state_close(state);
	ck_assert_int_eq(count_files("*damaged*"), 0);
	umount(directory);
}
END_TEST

START_TEST(read_only_disk)
{
	if (!mount_small())
		return;
	pxeboot_state_close(opened());
	ck_assert_int_eq(mount("none", directory, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	ck_assert_int_eq(open_error(0), -EROFS);
	ck_assert_int_eq(open_error(PXEBOOT_STATE_LOOK), -EROFS);
	umount(directory);
}
END_TEST

START_TEST(directory_of_others)
{
	if (geteuid() == 0)
		ck_assert_int_eq(setuid(NOBODY), 0);
	strcpy(directory, "/pxeboot-none/below");
	ck_assert_int_eq(open_error(0), -EACCES);
	strcpy(directory, "/usr/bin");
	ck_assert_int_eq(open_error(0), -EACCES);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("damage");
	TCase *damage = group(suite, "damage"), *disks = group(suite, "disks"), *others = tcase_create("others");

	tcase_add_test(damage, no_store_at_all);
	tcase_add_loop_test(damage, cut_at_any_length, 0, ARRAY_SIZE(uses));
	tcase_add_loop_test(damage, zeroed_pages, 0, ARRAY_SIZE(uses));
	tcase_add_loop_test(damage, flipped_bits, 0, ARRAY_SIZE(uses));
	tcase_add_test(damage, many_brief_events);
	tcase_add_test(damage, damage_beside_the_way);
	tcase_add_test(damage, found_damaged_by_many);
	tcase_add_test(disks, full_disk);
	tcase_add_test(disks, read_only_disk);
	tcase_add_test(others, directory_of_others);
	suite_add_tcase(suite, others);
	return run_suite(suite);
}
