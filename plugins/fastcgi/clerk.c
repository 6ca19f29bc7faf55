/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A job waits, runs, and is done; or its asker has gone, and the clerk frees it. */
#include "clerk.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum state { WAITS, RUNS, DONE, ABANDONED };

struct clerk {
	void (*run)(void *context, struct clerk_job *jobs);
	void *context;
	pthread_mutex_t lock;
	pthread_cond_t work;		/* there is something to do */
	pthread_t thread;
	struct clerk_job *first, **last;	/* that wait */
	bool runs, ends;
	struct timespec running_until;	/* when it has taken too long */
};

static struct timespec soon(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += CLERK_MILLISECONDS / 1000;
	time.tv_nsec += CLERK_MILLISECONDS % 1000 * 1000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

static bool is_over(const struct timespec *until)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > until->tv_sec || (now.tv_sec == until->tv_sec && now.tv_nsec >= until->tv_nsec);
}

/* ---- Desks ------------------------------------------------------------------------------------------------------ */

int clerk_desk_open(struct clerk_desk *desk)
{
	int ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (ready < 0)
		return -errno;
	*desk = (struct clerk_desk){ .ready = ready };
	return 0;
}

void clerk_desk_close(struct clerk_desk *desk)
{
	close(desk->ready);
}

int clerk_add(struct clerk *clerk, struct clerk_desk *desk, struct clerk_job *jobs)
{
	struct clerk_job **last = &jobs;
	bool hangs, was_idle;

	for (; *last; last = &(*last)->next) {
		(*last)->state = WAITS;
		(*last)->desk = desk;
	}
	pthread_mutex_lock(&clerk->lock);
	hangs = clerk->runs && is_over(&clerk->running_until);
	was_idle = !clerk->first && !clerk->runs;
	if (!hangs && jobs) {
		*clerk->last = jobs;
		clerk->last = last;
	}
	pthread_mutex_unlock(&clerk->lock);
	if (!hangs && was_idle)
		pthread_cond_signal(&clerk->work);
	return hangs ? -ETIMEDOUT : 0;
}

struct clerk_job *clerk_take(struct clerk *clerk, struct clerk_desk *desk)
{
	struct clerk_job *done;
	eventfd_t count;

	/* Nothing may be there to read: it has been taken already. */
	(void)!eventfd_read(desk->ready, &count);
	pthread_mutex_lock(&clerk->lock);
	done = desk->done;
	desk->done = NULL;
	pthread_mutex_unlock(&clerk->lock);
	return done;
}

/* The lock is held. */
static void unlist(struct clerk *clerk, const struct clerk_job *job)
{
	struct clerk_job **at = &clerk->first;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	if (!*at)
		clerk->last = at;
}

bool clerk_abandon(struct clerk *clerk, struct clerk_job *job)
{
	int state;

	pthread_mutex_lock(&clerk->lock);
	state = job->state;
	if (state == WAITS)
		unlist(clerk, job);
	if (state == RUNS)
		job->state = ABANDONED;
	pthread_mutex_unlock(&clerk->lock);
	if (state == WAITS)
		job->free(job);
	return state != DONE;
}

/* ---- The thread ------------------------------------------------------------------------------------------------- */

/* The lock is held. */
static struct clerk_job *begin(struct clerk *clerk)
{
	struct clerk_job *jobs = clerk->first;

	clerk->first = NULL;
	clerk->last = &clerk->first;
	for (struct clerk_job *job = jobs; job; job = job->next)
		job->state = RUNS;
	clerk->runs = true;
	clerk->running_until = soon();
	return jobs;
}

/* The lock is held.  Whose desk has something to take already has been told. */
static void hand_back(struct clerk_job *job)
{
	struct clerk_desk *desk = job->desk;

	if (job->state == ABANDONED) {
		job->free(job);
		return;
	}
	job->state = DONE;
	job->next = desk->done;
	desk->done = job;
	if (!job->next)
		eventfd_write(desk->ready, 1);
}

/* The lock is held, but not while the jobs run. */
static void run_waiting(struct clerk *clerk)
{
	struct clerk_job *jobs = begin(clerk), *next;

	pthread_mutex_unlock(&clerk->lock);
	clerk->run(clerk->context, jobs);
	pthread_mutex_lock(&clerk->lock);
	clerk->runs = false;
	for (; jobs; jobs = next) {
		next = jobs->next;
		hand_back(jobs);
	}
}

static void *work(void *context)
{
	struct clerk *clerk = context;

	pthread_mutex_lock(&clerk->lock);
	for (;;) {
		while (!clerk->first && !clerk->ends)
			pthread_cond_wait(&clerk->work, &clerk->lock);
		if (!clerk->first)
			break;
		run_waiting(clerk);
	}
	pthread_mutex_unlock(&clerk->lock);
	return NULL;
}

int clerk_new(void (*run)(void *context, struct clerk_job *jobs), void *context, struct clerk **ret_clerk)
{
	struct clerk *clerk = calloc(1, sizeof(*clerk));
	int r;

	if (!clerk)
		return -ENOMEM;
	clerk->run = run;
	clerk->context = context;
	clerk->last = &clerk->first;
	pthread_mutex_init(&clerk->lock, NULL);
	pthread_cond_init(&clerk->work, NULL);
	r = pthread_create(&clerk->thread, NULL, work, clerk);
	if (r) {
		free(clerk);
		return -r;
	}
	*ret_clerk = clerk;
	return 0;
}

int clerk_free(struct clerk *clerk)
{
	struct timespec until;

	if (!clerk)
		return 0;
	pthread_mutex_lock(&clerk->lock);
	clerk->ends = true;
	pthread_cond_signal(&clerk->work);
	pthread_mutex_unlock(&clerk->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1 + CLERK_MILLISECONDS / 1000;
	if (pthread_timedjoin_np(clerk->thread, NULL, &until))
		return -ETIMEDOUT;
	pthread_cond_destroy(&clerk->work);
	pthread_mutex_destroy(&clerk->lock);
	free(clerk);
	return 0;
}
