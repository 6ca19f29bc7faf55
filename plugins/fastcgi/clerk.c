/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A job waits, runs, and is done; or its asker has gone, and the clerk frees it. */
#include "clerk.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

enum state { WAITS, RUNS, DONE, ABANDONED };

struct clerk {
	pthread_mutex_t lock;
	pthread_cond_t work, done;	/* there is something to do; something was done */
	pthread_t thread;
	struct clerk_job *first, **last;	/* that wait */
	struct clerk_job *running;
	struct timespec running_until;	/* when it has taken too long */
	bool ends;
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

static struct clerk_job *take(struct clerk *clerk)
{
	struct clerk_job *job = clerk->first;

	clerk->first = job->next;
	if (!clerk->first)
		clerk->last = &clerk->first;
	return job;
}

/* The lock is held, but not while the job runs. */
static void run(struct clerk *clerk, struct clerk_job *job)
{
	int result;

	job->state = RUNS;
	clerk->running = job;
	clerk->running_until = soon();
	pthread_mutex_unlock(&clerk->lock);
	result = job->run(job);
	pthread_mutex_lock(&clerk->lock);
	clerk->running = NULL;
	if (job->state == ABANDONED) {
		job->free(job);
		return;
	}
	job->result = result;
	job->state = DONE;
	pthread_cond_broadcast(&clerk->done);
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
		run(clerk, take(clerk));
	}
	pthread_mutex_unlock(&clerk->lock);
	return NULL;
}

int clerk_new(struct clerk **ret_clerk)
{
	struct clerk *clerk = calloc(1, sizeof(*clerk));
	pthread_condattr_t attributes;
	int r;

	if (!clerk)
		return -ENOMEM;
	clerk->last = &clerk->first;
	pthread_mutex_init(&clerk->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&clerk->work, NULL);
	pthread_cond_init(&clerk->done, &attributes);
	pthread_condattr_destroy(&attributes);
	r = pthread_create(&clerk->thread, NULL, work, clerk);
	if (r) {
		free(clerk);
		return -r;
	}
	*ret_clerk = clerk;
	return 0;
}

/* Nobody wants it any more: what has not begun never will. */
static void abandon(struct clerk *clerk, struct clerk_job *job)
{
	if (job->state == RUNS) {
		job->state = ABANDONED;
		return;
	}
	for (struct clerk_job **at = &clerk->first; *at; at = &(*at)->next) {
		if (*at != job)
			continue;
		*at = job->next;
		if (!*at)
			clerk->last = at;
		break;
	}
	job->free(job);
}

int clerk_do(struct clerk *clerk, struct clerk_job *job)
{
	struct timespec until = soon();
	int result = -ETIMEDOUT;

	job->state = WAITS;
	job->next = NULL;
	pthread_mutex_lock(&clerk->lock);
	if (!clerk->running || !is_over(&clerk->running_until)) {
		*clerk->last = job;
		clerk->last = &job->next;
		pthread_cond_signal(&clerk->work);
		while (job->state != DONE && pthread_cond_timedwait(&clerk->done, &clerk->lock, &until) == 0)
			;
	}
	if (job->state == DONE)
		result = job->result;
	else
		abandon(clerk, job);
	pthread_mutex_unlock(&clerk->lock);
	return result;
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
	pthread_cond_destroy(&clerk->done);
	pthread_mutex_destroy(&clerk->lock);
	free(clerk);
	return 0;
}
