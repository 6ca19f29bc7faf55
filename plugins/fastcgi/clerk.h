/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One thread that does jobs for others: what is not made for threads, and what a hung disk could hold.  Nobody waits for
 * it: who asks goes on, and is told when something of his is done.
 *
 * Whatever has come in while it was busy it does at once, so that many jobs may share what each alone would pay for.
 */
#ifndef FASTCGI_CLERK_H
#define FASTCGI_CLERK_H

#include <stdbool.h>

#include "base/macro.h"

#define CLERK_MILLISECONDS 1000		/* that it may take: then a disk hangs */

struct clerk;

/* The head of a job; what it is about follows it. */
struct clerk_job {
	void (*free)(struct clerk_job *job);
	void *asker;			/* the desk's own */
	struct clerk_job *next;
	int result;
	struct clerk_desk *desk;	/* these two are the clerk's own */
	int state;
};

/* Where somebody asks and is answered.  @ready can be read from when something is done. */
struct clerk_desk {
	int ready;
	struct clerk_job *done;		/* the clerk's own */
};

int clerk_desk_open(struct clerk_desk *desk) MUST_USE;
/* Nothing may be under way. */
void clerk_desk_close(struct clerk_desk *desk);

/* @run sets the results of a list of jobs, in the clerk's thread. */
int clerk_new(void (*run)(void *context, struct clerk_job *jobs), void *context, struct clerk **ret_clerk) MUST_USE;

/* Hands over a list of jobs.  -ETIMEDOUT: what it is at takes too long, and the jobs stay the caller's. */
int clerk_add(struct clerk *clerk, struct clerk_desk *desk, struct clerk_job *jobs) MUST_USE;
/* The list of those that are done, with their results: the caller's again. */
struct clerk_job *clerk_take(struct clerk *clerk, struct clerk_desk *desk) MUST_USE;
/* Waits for a job no more: the clerk frees it, and has not begun it or will not say what became of it.  False: it is done,
 * and clerk_take() has it. */
bool clerk_abandon(struct clerk *clerk, struct clerk_job *job) MUST_USE;

/* Ends the thread, after what has been handed over, and frees the clerk.  -ETIMEDOUT when a job still runs: the clerk is
 * then left to itself. */
int clerk_free(struct clerk *clerk);

#endif
