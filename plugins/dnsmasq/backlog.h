/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Events of dnsmasq that wait to be worked on, and the thread that does it, in the order in which they came.  Whoever adds
 * one never waits, however long the work on another takes: there is a limit, and what is over it is the oldest.
 */
#ifndef DNSMASQ_BACKLOG_H
#define DNSMASQ_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

/* As dnsmasq's dhcp-script would have it: the arguments, then the environment. */
struct event {
	struct event *next;		/* the backlog's */
	int64_t when;			/* seconds since 1970 */
	unsigned n_arguments;		/* with the program's name; at most EVENT_ARGUMENTS_MAX */
	unsigned n_variables;		/* at most EVENT_VARIABLES_MAX */
	size_t length;
	bool is_noted;			/* by the work: written down, by itself or in a group */
	char bytes[];			/* all of them, each ended by a NUL */
};

#define EVENT_ARGUMENTS_MAX 5
#define EVENT_VARIABLES_MAX 300		/* a user class in one packet has at most 256 */
#define EVENT_BYTES_MAX 65536

struct backlog;

struct backlog_work {
	size_t limit;						/* of events that wait */
	/* In the thread: one event, with up to @group in all behind it that wait, too, by their next. */
	void (*work)(void *context, struct event *event);
	void (*tell)(unsigned long lost);			/* in a thread of its own, once a minute at most */
	void (*free)(void *context);				/* in the thread, last of all */
	void *context;
	size_t group;						/* 0 is as 1 */
};

/* Starts the thread; it ends with backlog_stop().  When it can't be started @work's context stays the caller's. */
int backlog_start(const struct backlog_work *work, struct backlog **ret_backlog) MUST_USE;
/* Takes the event. */
void backlog_add(struct backlog *backlog, struct event *event);
/* Waits until all is done and the thread has ended, but @milliseconds at most: what is left then is lost, and the thread
 * ends after those that it is busy with.  Returns how many are lost.  Gives the backlog up; NULL is fine. */
size_t backlog_stop(struct backlog *backlog, unsigned milliseconds);

#endif
