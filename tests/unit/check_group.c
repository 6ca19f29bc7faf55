/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Groups: many changes of the store as one, in processes that end in the middle of it.
 */

#include "store_testing.h"

#define MACHINES 20

START_TEST(begins_and_ends_alternate)
{
	struct pxeboot_state *state = opened();

	ck_assert_int_eq(pxeboot_state_commit(state), -EINVAL);
	ck_assert_int_eq(pxeboot_state_begin(state), 0);
	ck_assert_int_eq(pxeboot_state_begin(state), -EINVAL);
	ck_assert_int_eq(pxeboot_state_commit(state), 0);
	ck_assert_int_eq(pxeboot_state_commit(state), -EINVAL);
	pxeboot_state_close(state);
}
END_TEST

START_TEST(not_after_a_fork)
{
	struct pxeboot_state *state = opened();
	int status;
	pid_t pid;

	ck_assert_int_eq(pxeboot_state_begin(state), 0);
	pid = fork();
	if (pid == 0)
		_exit(pxeboot_state_commit(state) == -EINVAL && boot(state, KEY, 1) == -EINVAL ? 0 : 1);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	ck_assert_int_eq(pxeboot_state_commit(state), 0);
	pxeboot_state_close(state);
}
END_TEST

static int too_long(void *context, struct pxeboot_record *record)
{
	record->address = context;
	return 0;
}

static int leave(void *context, struct pxeboot_record *record)
{
	record->boots = 77;
	return *(int *)context;
}

/* What can't be written takes all with it; what is not to be written does not. */
START_TEST(whole_or_not)
{
	struct pxeboot_state *state = opened();
	char key[18], text[300];
	int left = 1, cancelled = -ECANCELED;

	key_of(2, key);
	memset(text, 'x', sizeof(text));
	text[299] = '\0';
	ck_assert_int_eq(pxeboot_state_begin(state), 0);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	ck_assert_int_eq(pxeboot_state_update(state, key, too_long, text), -E2BIG);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	ck_assert_int_eq(pxeboot_state_commit(state), -E2BIG);
	ck_assert_uint_eq(boots_of(state, KEY), 0);
	ck_assert_int_eq(pxeboot_state_begin(state), 0);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	ck_assert_int_eq(pxeboot_state_update(state, KEY, leave, &left), 1);
	ck_assert_int_eq(pxeboot_state_update(state, key, leave, &cancelled), -ECANCELED);
	ck_assert_int_eq(pxeboot_state_remove(state, key), -ENOENT);
	ck_assert_int_eq(pxeboot_state_commit(state), 0);
	ck_assert_uint_eq(boots_of(state, KEY), 1);
	pxeboot_state_close(state);
}
END_TEST

static int take_address(void *context, struct pxeboot_record *record)
{
	record->address = context;
	return 0;
}

static int count(void *context, const char *key, const struct pxeboot_record *record)
{
	++*(int *)context;
	return 0;
}

/* Who reads in a group sees what was changed before. */
START_TEST(changes_are_seen)
{
	char address[] = "10.77.1.2", owner[PXEBOOT_KEY_SIZE];
	struct pxeboot_state *state = opened();
	int n = 0;

	ck_assert_int_eq(pxeboot_state_begin(state), 0);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	ck_assert_uint_eq(boots_of(state, KEY), 2);
	ck_assert_int_eq(pxeboot_state_update(state, KEY, take_address, address), 0);
	ck_assert_int_eq(pxeboot_state_by_address(state, address, owner), 0);
	ck_assert_str_eq(owner, KEY);
	ck_assert_int_eq(pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, count, &n), 0);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(pxeboot_state_remove(state, KEY), 0);
	ck_assert_uint_eq(boots_of(state, KEY), 0);
	ck_assert_int_eq(boot(state, KEY, 1), 0);
	ck_assert_int_eq(pxeboot_state_commit(state), 0);
	ck_assert_uint_eq(boots_of(state, KEY), 1);
	pxeboot_state_close(state);
}
END_TEST

START_TEST(closing_drops_it)
{
	struct pxeboot_state *state = opened();

	ck_assert_int_eq(boot(state, KEY, 1), 0);
	ck_assert_int_eq(pxeboot_state_begin(state), 0);
	ck_assert_int_eq(boot(state, KEY, 2), 0);
	pxeboot_state_close(state);
	state = opened();
	ck_assert_uint_eq(boots_of(state, KEY), 1);
	pxeboot_state_close(state);
}
END_TEST

START_TEST(moved_aside_by_another)
{
	struct pxeboot_state *state = opened();
	char aside[256];

	strcpy(aside, in_directory("aside"));
	ck_assert_int_eq(rename(in_directory(PLACE_STORE), aside), 0);
	ck_assert_int_eq(pxeboot_state_begin(state), -ESTALE);
	ck_assert_int_eq(pxeboot_state_commit(state), -EINVAL);
	pxeboot_state_close(state);
}
END_TEST

/* All machines boot at once, again and again; each number is said once all of them are written down. */
static void boot_all_until_killed(int acknowledge)
{
	struct pxeboot_state *state = opened();
	unsigned round = boots_of(state, KEY);
	char key[18];

	for (;;) {
		int r = pxeboot_state_begin(state);

		for (unsigned i = 1; i <= MACHINES && !r; i++) {
			key_of(i, key);
			r = boot(state, key, 1);
		}
		if (r || pxeboot_state_commit(state))
			_exit(1);
		round++;
		if (write(acknowledge, &round, sizeof(round)) < 0)
			_exit(1);
	}
}

START_TEST(killed_at_any_instant)
{
	unsigned said = 0;

	srandom(1);
	for (int i = 0; i < 200; i++) {
		struct pxeboot_state *state;
		unsigned last, boots;
		char key[18];
		int ends[2];
		pid_t pid;

		ck_assert_int_eq(pipe(ends), 0);
		pid = fork();
		if (pid == 0)
			boot_all_until_killed(ends[1]);
		close(ends[1]);
		last = kill_after(pid, ends[0], (useconds_t)(random() % 3000));
		close(ends[0]);
		said += last != 0;
		state = opened();
		boots = boots_of(state, KEY);
		ck_assert_msg(boots >= last, "round %d: %u boots, %u were acknowledged", i, boots, last);
		for (unsigned machine = 2; machine <= MACHINES; machine++) {
			key_of(machine, key);
			ck_assert_uint_eq(boots_of(state, key), boots);
		}
		pxeboot_state_close(state);
	}
	ck_assert_uint_gt(said, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("group");
	TCase *tests = group(suite, "group");

	tcase_add_test(tests, begins_and_ends_alternate);
	tcase_add_test(tests, not_after_a_fork);
	tcase_add_test(tests, whole_or_not);
	tcase_add_test(tests, changes_are_seen);
	tcase_add_test(tests, closing_drops_it);
	tcase_add_test(tests, moved_aside_by_another);
	tcase_add_test(tests, killed_at_any_instant);
	return run_suite(suite);
}
