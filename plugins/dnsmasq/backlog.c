/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Nothing that blocks is done with the lock held, and nothing that may be written to a log by the one who adds: a disk
 * that hangs can take the log with it.  The backlog belongs to its owner and its threads together; who leaves last frees it.
 */
#include "backlog.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#define TELL_SECONDS 60

struct backlog {
	struct backlog_work work;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned users;			/* the owner, the worker, and one that tells */
	struct event *first, **end;
	size_t n;
	unsigned long lost;		/* that were not told */
	time_t told;			/* when it was, on the clock that is never set; 0: never */
	size_t busy;			/* events that are worked on */
	bool telling, stopped, ended;
};

static void free_events(struct event *event)
{
	while (event != NULL) {
		struct event *next = event->next;

		free(event);
		event = next;
	}
}

/* With the lock held, which is gone afterwards. */
static void leave(struct backlog *backlog)
{
	bool last = --backlog->users == 0;

	pthread_mutex_unlock(&backlog->lock);
	if (!last)
		return;
	free_events(backlog->first);
	pthread_cond_destroy(&backlog->changed);
	pthread_mutex_destroy(&backlog->lock);
	free(backlog);
}

/* A detached thread that no signal reaches: they are for the process that has loaded us. */
static int start_thread(void *(*run)(void *backlog), struct backlog *backlog)
{
	sigset_t all, before;
	pthread_t thread;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	backlog->users++;
	error = pthread_create(&thread, NULL, run, backlog);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		backlog->users--;
	else
		pthread_detach(thread);
	return -error;
}

/* ---- The worker ---- */

static struct event *take_first(struct backlog *backlog)
{
	struct event *event = backlog->first;

	if (event == NULL)
		return NULL;
	backlog->first = event->next;
	if (backlog->first == NULL)
		backlog->end = &backlog->first;
	backlog->n--;
	return event;
}

/* The first ones, and backlog->busy is how many. */
static struct event *take_some(struct backlog *backlog)
{
	struct event *first = NULL, **end = &first;

	backlog->busy = 0;
	do {
		*end = take_first(backlog);
		if (*end == NULL)
			break;
		end = &(*end)->next;
		*end = NULL;
		backlog->busy++;
	} while (backlog->busy < backlog->work.group);
	return first;
}

static void *work(void *data)
{
	struct backlog *backlog = data;
	struct event *event;

	pthread_mutex_lock(&backlog->lock);
	for (;;) {
		event = take_some(backlog);
		pthread_cond_broadcast(&backlog->changed);
		if (event == NULL && backlog->stopped)
			break;
		if (event == NULL) {
			pthread_cond_wait(&backlog->changed, &backlog->lock);
			continue;
		}
		pthread_mutex_unlock(&backlog->lock);
		backlog->work.work(backlog->work.context, event);
		free_events(event);
		pthread_mutex_lock(&backlog->lock);
	}
	pthread_mutex_unlock(&backlog->lock);
	backlog->work.free(backlog->work.context);
	pthread_mutex_lock(&backlog->lock);
	backlog->ended = true;
	pthread_cond_broadcast(&backlog->changed);
	leave(backlog);
	return NULL;
}

/* ---- Telling what was lost ---- */

static void *tell(void *data)
{
	struct backlog *backlog = data;
	unsigned long lost;

	pthread_mutex_lock(&backlog->lock);
	lost = backlog->lost;
	backlog->lost = 0;
	pthread_mutex_unlock(&backlog->lock);
	backlog->work.tell(lost);
	pthread_mutex_lock(&backlog->lock);
	backlog->telling = false;
	leave(backlog);
	return NULL;
}

/* With the lock held. */
static void tell_sometimes(struct backlog *backlog)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (backlog->lost == 0 || backlog->telling || (backlog->told != 0 && now.tv_sec - backlog->told < TELL_SECONDS))
		return;
	backlog->told = now.tv_sec;
	backlog->telling = start_thread(tell, backlog) == 0;
}

/* ---- The owner ---- */

int backlog_start(const struct backlog_work *work_to_do, struct backlog **ret_backlog)
{
	struct backlog *backlog = calloc(1, sizeof(*backlog));
	pthread_condattr_t attributes;
	int r;

	if (backlog == NULL)
		return -ENOMEM;
	backlog->work = *work_to_do;
	backlog->end = &backlog->first;
	backlog->users = 1;
	pthread_mutex_init(&backlog->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&backlog->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	r = start_thread(work, backlog);
	if (r < 0) {
		pthread_cond_destroy(&backlog->changed);
		pthread_mutex_destroy(&backlog->lock);
		free(backlog);
		return r;
	}
	*ret_backlog = backlog;
	return 0;
}

void backlog_add(struct backlog *backlog, struct event *event)
{
	struct event *oldest = NULL;

	pthread_mutex_lock(&backlog->lock);
	if (backlog->n >= backlog->work.limit) {
		oldest = take_first(backlog);
		backlog->lost++;
	}
	event->next = NULL;
	*backlog->end = event;
	backlog->end = &event->next;
	backlog->n++;
	tell_sometimes(backlog);
	pthread_cond_broadcast(&backlog->changed);
	pthread_mutex_unlock(&backlog->lock);
	free(oldest);
}

size_t backlog_stop(struct backlog *backlog, unsigned milliseconds)
{
	struct timespec until;
	struct event *rest;
	size_t lost;

	if (backlog == NULL)
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&backlog->lock);
	backlog->stopped = true;
	pthread_cond_broadcast(&backlog->changed);
	while (!backlog->ended)
		if (pthread_cond_timedwait(&backlog->changed, &backlog->lock, &until) != 0)
			break;
	lost = backlog->n + backlog->busy;
	rest = backlog->first;
	backlog->first = NULL;
	backlog->end = &backlog->first;
	backlog->n = 0;
	leave(backlog);
	free_events(rest);
	return lost;
}
