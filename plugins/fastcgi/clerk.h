/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One thread that does jobs for others, one after another: what is not made for threads, and what a hung disk could
 * hold.  Nobody waits for it longer than CLERK_MILLISECONDS, and while a job takes longer than that nobody waits at
 * all.
 */
#ifndef FASTCGI_CLERK_H
#define FASTCGI_CLERK_H

#include "base/macro.h"

#define CLERK_MILLISECONDS 1000

struct clerk;

/* The head of a job; what it is about follows it. */
struct clerk_job {
	int (*run)(struct clerk_job *job);	/* in the clerk's thread */
	void (*free)(struct clerk_job *job);
	struct clerk_job *next;			/* these three are the clerk's own */
	int state, result;
};

int clerk_new(struct clerk **ret_clerk) MUST_USE;

/* Has it done.  What @run returned, and the job is the caller's again.  -ETIMEDOUT when that takes too long: the
 * clerk then frees the job, and has not begun it or will not say what became of it. */
int clerk_do(struct clerk *clerk, struct clerk_job *job) MUST_USE;

/* Ends the thread, and frees the clerk; nobody may be waiting.  -ETIMEDOUT when a job still runs: the clerk is then
 * left to itself. */
int clerk_free(struct clerk *clerk);

#endif
