/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The store with real processes: many writers, some of them killed.
 */

#include "store_testing.h"

/* ---- What is refused ---- */

START_TEST(nothing_is_made_to_look)
{
	remove_directory();
	ck_assert_int_eq(open_error(PXEBOOT_STATE_LOOK), -ENOENT);
	ck_assert_int_eq(access(directory, F_OK), -1);
	ck_assert_int_eq(mkdir(directory, 0700), 0);
	ck_assert_int_eq(open_error(PXEBOOT_STATE_LOOK), -ENOENT);
	ck_assert_int_eq(count_files("*"), 0);
	ck_assert_int_eq(open_error(4), -EINVAL);
}
END_TEST

START_TEST(no_file_in_its_place)
{
	ck_assert_int_eq(mkdir(in_directory(PLACE_STORE), 0700), 0);
	ck_assert_int_eq(open_error(0), -EINVAL);
	ck_assert_int_eq(rmdir(in_directory(PLACE_STORE)), 0);
	ck_assert_int_eq(symlink("/etc/passwd", in_directory(PLACE_STORE)), 0);
	ck_assert_int_eq(open_error(0), -EINVAL);
	ck_assert_int_eq(unlink(in_directory(PLACE_STORE)), 0);
	ck_assert_int_eq(mkfifo(in_directory(PLACE_STORE), 0600), 0);
	ck_assert_int_eq(open_error(0), -EINVAL);
}
END_TEST

START_TEST(network_file_systems)
{
	ck_assert_str_eq(place_remote_name(0x6969), "NFS");
	ck_assert_str_eq(place_remote_name((unsigned long)(int)0xff534d42), "CIFS");
	ck_assert_ptr_null(place_remote_name(0xef53));		/* ext4 */
	ck_assert_ptr_null(place_remote_name(0x01021994));	/* tmpfs */
}
END_TEST

START_TEST(bad_keys)
{
	struct pxeboot_state *state = opened();
	struct pxeboot_record *record = NULL;

	ck_assert_int_eq(boot(state, "node1", 1), -EINVAL);
	ck_assert_int_eq(pxeboot_state_get(state, "", &record), -EINVAL);
	ck_assert_int_eq(pxeboot_state_get(state, KEY, &record), -ENOENT);
	ck_assert_int_eq(pxeboot_state_remove(state, KEY), -ENOENT);
	ck_assert_ptr_null(record);
	pxeboot_state_close(state);
}
END_TEST

START_TEST(not_after_a_fork)
{
	struct pxeboot_state *state = opened();
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(boot(state, KEY, 1) == -EINVAL ? 0 : 1);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	pxeboot_state_close(state);
}
END_TEST

START_TEST(newer_records_are_kept)
{
	struct pxeboot_record *record = NULL;
	struct seen seen = { .count = 0 };
	struct pxeboot_state *state;

	pxeboot_state_close(opened());
	put_raw(in_directory(PLACE_STORE), "\x02\0\x03" "new", 6);
	state = opened();
	ck_assert_int_eq(boot(state, "02:00:00:00:00:00", 5), 0);
	ck_assert_int_eq(boot(state, "f2:00:00:00:00:00", 5), 0);
	ck_assert_int_eq(boot(state, KEY, 1), -EBADMSG);
	ck_assert_int_eq(pxeboot_state_get(state, KEY, &record), -EBADMSG);
	ck_assert_ptr_null(record);
	ck_assert_int_eq(pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, see, &seen), 0);
	ck_assert_int_eq(seen.count, 3);
	ck_assert_int_eq(seen.unreadable, 1);
	ck_assert_str_eq(seen.keys[2], KEY);
	ck_assert_int_eq(pxeboot_state_remove(state, KEY), 0);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	pxeboot_state_close(state);
}
END_TEST

/* ---- What it does ---- */

static int leave(void *context, struct pxeboot_record *record)
{
	record->boots = 77;
	return *(int *)context;
}

static int too_long(void *context, struct pxeboot_record *record)
{
	record->address = context;
	return 0;
}

START_TEST(a_change_is_whole_or_not)
{
	struct pxeboot_state *state = opened();
	char text[300];
	int r = 1;

	ck_assert_int_eq(boot(state, KEY, 10), 0);
	ck_assert_int_eq(pxeboot_state_update(state, KEY, leave, &r), 1);
	r = -ECANCELED;
	ck_assert_int_eq(pxeboot_state_update(state, KEY, leave, &r), -ECANCELED);
	memset(text, 'x', sizeof(text));
	text[299] = '\0';
	ck_assert_int_eq(pxeboot_state_update(state, KEY, too_long, text), -E2BIG);
	ck_assert_uint_eq(boots_of(state, KEY), 1);
	pxeboot_state_close(state);
	state = opened();
	ck_assert_int_eq(boot(state, KEY, 11), 0);
	ck_assert_uint_eq(boots_of(state, KEY), 2);
	pxeboot_state_close(state);
}
END_TEST

/* What a machine says of itself, up to the record's limit, and then one number more. */
static int say_much(void *context, struct pxeboot_record *record)
{
	const size_t *length = context;
	static char fact[PXEBOOT_RECORD_FACT_MAX + 1];

	memset(fact, 'x', sizeof(fact) - 1);
	for (int i = 0; i < PXEBOOT_FACT_COUNT; i++)
		record->facts[i] = i < 7 ? fact : NULL;
	record->facts[PXEBOOT_FACT_UNDI] = fact + sizeof(fact) - 1 - *length;
	record->once.phase = PXEBOOT_ONCE_ARMED;
	return 0;
}

static int serve(void *context, struct pxeboot_record *record)
{
	record->once.phase = PXEBOOT_ONCE_SERVED;
	record->once.tries++;
	record->once.changed = 7;
	return 0;
}

/* No machine can keep its one-shot boot from being ended by what it says of itself. */
START_TEST(facts_go_first)
{
	struct pxeboot_state *state = opened();
	struct pxeboot_record *record;

	for (size_t length = 950; length < PXEBOOT_RECORD_FACT_MAX; length++) {
		ck_assert_int_eq(pxeboot_state_update(state, KEY, say_much, &length), 0);
		ck_assert_int_eq(pxeboot_state_update(state, KEY, serve, NULL), 0);
		ck_assert_int_eq(pxeboot_state_get(state, KEY, &record), 0);
		ck_assert_int_eq(record->once.phase, PXEBOOT_ONCE_SERVED);
		pxeboot_record_free(record);
		ck_assert_int_eq(pxeboot_state_remove(state, KEY), 0);
	}
	pxeboot_state_close(state);
}
END_TEST

static int stop_at_first(void *context, const char *key, const struct pxeboot_record *record)
{
	return 42;
}

START_TEST(rounds)
{
	static const char *const keys[] = { "52:54:00:00:00:02", "0f0e0d0c-0b0a-0908-0706-050403020100",
					    "52:54:00:00:00:01" };
	struct pxeboot_state *state = opened();
	struct seen by_key = { .count = 0 }, by_time = { .count = 0 };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		ck_assert_int_eq(boot(state, keys[i], i == 1 ? 5 : (int64_t)(10 + i)), 0);
	ck_assert_int_eq(pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, see, &by_key), 0);
	ck_assert_int_eq(pxeboot_state_each(state, PXEBOOT_STATE_BY_LAST_SEEN, see, &by_time), 0);
	ck_assert_int_eq(by_key.count, 3);
	ck_assert_str_eq(by_key.keys[0], keys[2]);
	ck_assert_str_eq(by_key.keys[1], keys[0]);
	ck_assert_str_eq(by_key.keys[2], keys[1]);
	ck_assert_str_eq(by_time.keys[0], keys[2]);
	ck_assert_str_eq(by_time.keys[1], keys[0]);
	ck_assert_str_eq(by_time.keys[2], keys[1]);
	ck_assert_int_eq(pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, stop_at_first, NULL), 42);
	pxeboot_state_close(state);
}
END_TEST

START_TEST(permissions)
{
	struct stat status;
	mode_t mask = umask(0077);

	strcat(directory, "/below");
	pxeboot_state_close(opened());
	umask(mask);
	ck_assert_int_eq(stat(in_directory(PLACE_STORE), &status), 0);
	ck_assert_int_eq(status.st_mode & 07777, 0640);
	ck_assert_int_eq(stat(in_directory(PLACE_LOCK), &status), 0);
	ck_assert_int_eq(status.st_mode & 07777, 0640);
	ck_assert_int_eq(count_files("../.machines*"), 0);
	*strrchr(directory, '/') = '\0';
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(mkdir(in_directory("hook"), 0750), 0);
	ck_assert_int_eq(chown(in_directory("hook"), NOBODY, 7), 0);
	strcat(directory, "/hook");
	pxeboot_state_close(opened());
	ck_assert_int_eq(stat(in_directory(PLACE_STORE), &status), 0);
	ck_assert(status.st_uid == NOBODY && status.st_gid == 7);
	ck_assert_int_eq(stat(in_directory(PLACE_LOCK), &status), 0);
	ck_assert(status.st_uid == NOBODY && status.st_gid == 7);
	*strrchr(directory, '/') = '\0';
}
END_TEST

/* ---- Processes ---- */

#define EACH 150

static void write_much(int writer)
{
	struct pxeboot_state *state = opened();
	char key[18];

	key_of(1000 + (unsigned)writer, key);
	for (int i = 0; i < EACH; i++)
		if (boot(state, KEY, i + 1) < 0 || boot(state, key, i + 1) < 0)
			_exit(1);
	pxeboot_state_close(state);
	_exit(0);
}

START_TEST(no_update_is_lost)
{
	struct pxeboot_state *state;
	char key[18];

	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			write_much(i);
	wait_all(WRITERS);
	state = opened();
	ck_assert_uint_eq(boots_of(state, KEY), WRITERS * EACH);
	for (unsigned i = 0; i < WRITERS; i++) {
		key_of(1000 + i, key);
		ck_assert_uint_eq(boots_of(state, key), EACH);
	}
	pxeboot_state_close(state);
}
END_TEST

/* Says each boot on @acknowledge once it is written down. */
static void boot_until_killed(int acknowledge)
{
	struct pxeboot_state *state;
	struct pxeboot_record *record;

	for (;;) {
		state = opened();
		for (int i = 0; i < 5; i++) {
			if (boot(state, KEY, i + 1) < 0 || pxeboot_state_get(state, KEY, &record) < 0 ||
			    write(acknowledge, &record->boots, sizeof(record->boots)) < 0)
				_exit(1);
			pxeboot_record_free(record);
		}
		pxeboot_state_close(state);
	}
}

START_TEST(killed_at_any_instant)
{
	struct pxeboot_state *state;
	unsigned last, boots;
	int ends[2];
	pid_t pid;

	srandom(1);
	for (int i = 0; i < 400; i++) {
		if (i % 4 == 0) {
			unlink(in_directory(PLACE_STORE));	/* so that some are killed while they make one */
			if (i % 8 == 0)
				unlink(in_directory(PLACE_LOCK));
		}
		ck_assert_int_eq(pipe(ends), 0);
		pid = fork();
		if (pid == 0)
			boot_until_killed(ends[1]);
		close(ends[1]);
		last = kill_after(pid, ends[0], (useconds_t)(random() % (i % 2 ? 1500 : 6000)));
		close(ends[0]);
		state = opened();
		boots = boots_of(state, KEY);
		ck_assert_msg(boots >= last, "round %d: %u boots, %u were acknowledged", i, boots, last);
		ck_assert_int_eq(boot(state, KEY, 1), 0);
		pxeboot_state_close(state);
	}
	ck_assert_int_eq(count_files("*damaged*"), 0);
}
END_TEST

START_TEST(moved_aside_by_another)
{
	struct pxeboot_state *old = opened(), *state;
	char aside[256];

	ck_assert_int_eq(boot(old, KEY, 1), 0);
	strcpy(aside, in_directory("aside"));
	ck_assert_int_eq(rename(in_directory(PLACE_STORE), aside), 0);
	ck_assert_int_eq(boot(old, KEY, 1), -ESTALE);
	if (fork() == 0) {
		state = opened();
		_exit(boots_of(state, KEY) == 0 && boot(state, KEY, 1) == 0 ? 0 : 1);
	}
	wait_all(1);
	ck_assert_int_eq(boot(old, KEY, 1), -ESTALE);
	pxeboot_state_close(old);
	state = opened();
	ck_assert_uint_eq(boots_of(state, KEY), 1);
	pxeboot_state_close(state);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store");
	TCase *bad = group(suite, "bad input"), *good = group(suite, "one process"), *many = group(suite, "processes");

	tcase_add_test(bad, nothing_is_made_to_look);
	tcase_add_test(bad, no_file_in_its_place);
	tcase_add_test(bad, network_file_systems);
	tcase_add_test(bad, bad_keys);
	tcase_add_test(bad, not_after_a_fork);
	tcase_add_test(bad, newer_records_are_kept);
	tcase_add_test(many, no_update_is_lost);
	tcase_add_test(many, killed_at_any_instant);
	tcase_add_test(many, moved_aside_by_another);
	tcase_add_test(good, a_change_is_whole_or_not);
	tcase_add_test(good, facts_go_first);
	tcase_add_test(good, rounds);
	tcase_add_test(good, permissions);
	return run_suite(suite);
}
