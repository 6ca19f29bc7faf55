/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Events that wait for a thread: in order, up to a limit, and held up by nobody.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/macro.h"
#include "dnsmasq/backlog.h"
#include "testing.h"

#define LIMIT 10

static struct {
	pthread_mutex_t gate;		/* holds the worker */
	char done[64];			/* names of what was worked on */
	atomic_uint tellings, frees;
} seen = { .gate = PTHREAD_MUTEX_INITIALIZER };

static void see(void *context, struct event *event)
{
	pthread_mutex_lock(&seen.gate);
	seen.done[strlen(seen.done)] = event->bytes[0];
	pthread_mutex_unlock(&seen.gate);
}

static void see_lost(unsigned long lost)
{
	seen.tellings++;
}

static void see_free(void *context)
{
	seen.frees++;
}

static struct backlog *start_seeing(void)
{
	const struct backlog_work work = { LIMIT, see, see_lost, see_free, NULL, 0 };
	struct backlog *backlog = NULL;

	ck_assert_int_eq(backlog_start(&work, &backlog), 0);
	return backlog;
}

static void add(struct backlog *backlog, char name)
{
	struct event *event = calloc(1, sizeof(*event) + 1);

	event->bytes[0] = name;
	backlog_add(backlog, event);
}

static void wait_for_frees(unsigned frees)
{
	for (int i = 0; i < 500 && seen.frees < frees; i++)
		usleep(10000);
	ck_assert_uint_eq(seen.frees, frees);
}

START_TEST(works_in_order)
{
	struct backlog *backlog = start_seeing();

	for (char name = 'a'; name <= 'j'; name++)
		add(backlog, name);
	ck_assert_uint_eq(backlog_stop(backlog, 5000), 0);
	ck_assert_str_eq(seen.done, "abcdefghij");
	ck_assert_uint_eq(seen.frees, 1);
	ck_assert_uint_eq(backlog_stop(NULL, 5000), 0);
}
END_TEST

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The worker holds the first one; of the others the latest stay.  Nobody waits for it, not at the end either. */
START_TEST(drops_the_oldest)
{
	struct backlog *backlog = start_seeing();
	double begin = seconds();

	pthread_mutex_lock(&seen.gate);
	add(backlog, '1');
	usleep(100000);
	for (char name = 'a'; name <= 'z'; name++)
		add(backlog, name);
	ck_assert_double_lt(seconds() - begin, 1);
	usleep(100000);
	ck_assert_uint_eq(seen.tellings, 1);
	pthread_mutex_unlock(&seen.gate);
	ck_assert_uint_eq(backlog_stop(backlog, 5000), 0);
	ck_assert_str_eq(seen.done, "1qrstuvwxyz");
	wait_for_frees(1);
}
END_TEST

static void see_group(void *context, struct event *event)
{
	pthread_mutex_lock(&seen.gate);
	for (; event != NULL; event = event->next)
		seen.done[strlen(seen.done)] = event->bytes[0];
	seen.done[strlen(seen.done)] = '.';
	pthread_mutex_unlock(&seen.gate);
}

/* What came while it was busy is handed over together, as far as that goes. */
START_TEST(works_in_groups)
{
	const struct backlog_work work = { LIMIT, see_group, see_lost, see_free, NULL, 4 };
	struct backlog *backlog = NULL;

	ck_assert_int_eq(backlog_start(&work, &backlog), 0);
	pthread_mutex_lock(&seen.gate);
	add(backlog, '1');
	usleep(100000);
	for (char name = 'a'; name <= 'f'; name++)
		add(backlog, name);
	pthread_mutex_unlock(&seen.gate);
	ck_assert_uint_eq(backlog_stop(backlog, 5000), 0);
	ck_assert_str_eq(seen.done, "1.abcd.ef.");
	wait_for_frees(1);
}
END_TEST

START_TEST(leaves_a_worker_that_hangs)
{
	struct backlog *backlog = start_seeing();
	double begin = seconds();

	pthread_mutex_lock(&seen.gate);
	for (char name = 'a'; name <= 'c'; name++)
		add(backlog, name);
	ck_assert_uint_eq(backlog_stop(backlog, 300), 3);
	ck_assert_double_lt(seconds() - begin, 2);
	ck_assert_uint_eq(seen.frees, 0);
	pthread_mutex_unlock(&seen.gate);
	wait_for_frees(1);
	ck_assert_str_eq(seen.done, "a");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("backlog");
	TCase *tests = tcase_create("backlog");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, works_in_order);
	tcase_add_test(tests, drops_the_oldest);
	tcase_add_test(tests, works_in_groups);
	tcase_add_test(tests, leaves_a_worker_that_hangs);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
