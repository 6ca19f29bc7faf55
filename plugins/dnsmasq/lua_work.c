/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hook's own part for one event after the other (see lua_work.h).  The store stays open in between, and hook.conf is read
 * again when it has changed.  Used by one thread only.
 */
#include "lua_work.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>

#include "base/text.h"
#include "event.h"
#include "hook_conf.h"
#include "hook_link.h"

#define LINES_A_MINUTE 20

struct work {
	struct hook_conf conf;
	struct stat seen;		/* of the hook.conf that was read; zeros: none */
	struct life *life;		/* NULL: nothing is recorded */
	time_t minute;			/* of the lines below, on the clock that is never set */
	unsigned lines;
};

/* What is wrong is wrong with every event: the log gets some of it. */
static void say(void *context, int priority, const char *text)
{
	struct work *work = context;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec / 60 != work->minute) {
		work->minute = now.tv_sec / 60;
		work->lines = 0;
	}
	if (work->lines++ < LINES_A_MINUTE)
		syslog(LOG_DAEMON | priority, "%s", text);
}

static void complain(struct work *work, const char *what, const char *why)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, "%s: %s", what, why);
	say(work, LOG_WARNING, text.error == 0 ? text.bytes : what);
}

/* ---- The configuration ---- */

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void forget(struct work *work)
{
	life_free(work->life);
	work->life = NULL;
	hook_conf_free(&work->conf);
	work->seen = (struct stat){ .st_ino = 0 };
}

static int open_life(struct work *work)
{
	const struct life_conf conf = {
		.root = work->conf.root,
		.state = work->conf.state,
		.user_class = work->conf.user_class,
		.own_archs = hook_conf_own(&work->conf),
		.is_served_by_dhcp = hook_conf_served_by_dhcp(&work->conf),
		.say = say,
		.context = work,
	};

	if (conf.root == NULL || conf.state == NULL)
		return 0;
	return life_new(&conf, &work->life);
}

static int read_conf(struct work *work, const char *path)
{
	struct stat status;
	int r;

	if (stat(path, &status) < 0)
		r = -errno;
	else if (is_same(&status, &work->seen))
		return 0;
	else
		r = 1;
	forget(work);
	if (r > 0)
		r = hook_conf_read(path, &work->conf);
	if (r == 0)
		r = open_life(work);
	if (r == 0)
		work->seen = status;
	return r;
}

/* False when there is none that can be used; the next event tries again. */
static bool is_configured(struct work *work)
{
	CLEANUP_FREE char *path = hook_conf_path();
	int r = path != NULL ? read_conf(work, path) : -ENOMEM;

	if (r == -EBADMSG)
		complain(work, "hook.conf has a line that is not understood; expected", work->conf.expected);
	else if (r < 0)
		complain(work, "can't read hook.conf", hook_conf_why(r));
	else if (work->conf.root == NULL)
		complain(work, "hook.conf", "no root, there is nothing to do");
	return r == 0 && work->conf.root != NULL;
}

/* ---- Events ---- */

/* Their pointers into the event's bytes, in lists that end with NULL. */
static void unpack(struct event *event, char **arguments, char **variables)
{
	char *at = event->bytes;

	for (unsigned i = 0; i < event->n_arguments; i++, at += strlen(at) + 1)
		arguments[i] = at;
	arguments[event->n_arguments] = NULL;
	for (unsigned i = 0; i < event->n_variables; i++, at += strlen(at) + 1)
		variables[i] = at;
	variables[event->n_variables] = NULL;
}

static atomic_flag is_there = ATOMIC_FLAG_INIT;

void *lua_work_new(void)
{
	struct work *work;

	if (atomic_flag_test_and_set(&is_there))
		return NULL;
	work = calloc(1, sizeof(*work));
	if (work != NULL)
		work->conf = HOOK_CONF_NONE;
	else
		atomic_flag_clear(&is_there);
	return work;
}

void lua_work_free(void *work)
{
	forget(work);
	free(work);
	atomic_flag_clear(&is_there);
}

struct words {
	char *arguments[EVENT_ARGUMENTS_MAX + 1];
	char *variables[EVENT_VARIABLES_MAX + 1];
};

static void link_all(const struct work *work, struct event *event)
{
	struct words words;

	for (; event != NULL; event = event->next) {
		unpack(event, words.arguments, words.variables);
		hook_link(work->conf.root, (int)event->n_arguments, words.arguments, words.variables);
	}
}

/* Those that are not noted yet; what fails in a group is tried again alone, and complained of then. */
static void note_all(struct work *work, struct event *event, bool in_group)
{
	struct words words;
	int r;

	for (; event != NULL; event = event->next) {
		if (event->is_noted)
			continue;
		unpack(event, words.arguments, words.variables);
		r = dnsmasq_event(work->life, (int)event->n_arguments, words.arguments, words.variables, event->when);
		event->is_noted = r >= 0;
		if (r < 0 && !in_group)
			complain(work, "nothing is recorded", strerror(-r));
	}
}

static void forget_notes(struct event *event)
{
	for (; event != NULL; event = event->next)
		event->is_noted = false;
}

/* What can't be written down together may be one by one. */
void lua_work(void *context, struct event *event)
{
	struct work *work = context;
	bool is_group;

	if (!is_configured(work))
		return;
	link_all(work, event);
	if (work->life == NULL)
		return;
	is_group = event->next != NULL && life_begin(work->life) == 0;
	note_all(work, event, is_group);
	if (!is_group)
		return;
	if (life_commit(work->life) < 0)
		forget_notes(event);
	note_all(work, event, false);
}
