/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot watch: a line for everything that happens to machines, from a store that others write.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "fleet.h"
#include "happening.h"
#include "json.h"
#include "watching.h"

enum { OPTION_JSON = 256 };

/* Milliseconds. */
#define REST_MIN 100		/* between two looks */
#define REST_MAX 10000
#define SHARE 20		/* a look takes at most one part in so many of all time */
#define IDLE 30000		/* a machine may be stuck because nothing happens */
#define RETRY 1000		/* where there is no store */

struct job {
	struct fleet fleet;
	bool json, colours;
	struct happenings happenings;
	struct watching watching;
	bool is_waiting;		/* for a store */
	bool has_looked;
	int64_t now;
};

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- Lines --------------------------------------------------------------------------------------------------------- */

static const char *colour(enum happening_kind kind)
{
	switch (kind) {
	case HAPPENING_STUCK:
	case HAPPENING_FAILED:
	case HAPPENING_UNREADABLE:
		return "\033[1;31m";
	case HAPPENING_DONE:
	case HAPPENING_FINE:
		return "\033[1;32m";
	case HAPPENING_NEW:
	case HAPPENING_ARMED:
	case HAPPENING_SERVED:
		return "\033[1m";
	case HAPPENING_ASKED:
	case HAPPENING_FETCHED:
	case HAPPENING_GIVEN:
	case HAPPENING_CLEARED:
	case HAPPENING_GONE:
	case HAPPENING_FORGOTTEN:
		break;
	}
	return "";
}

static void print_line(const struct job *job, const struct happening *happening)
{
	const char *on = job->colours ? colour(happening->kind) : "";
	CLEANUP_TEXT struct text when = TEXT_INIT;

	machine_add_local(&when, happening->when);
	printf("%s%s  %-17s  %s%s\n", on, when.bytes ? when.bytes : "",
	       happening->name ? happening->name : happening->key, happening->text, *on ? "\033[0m" : "");
}

/* 0 or a negative errno. */
static int print_all(const struct job *job)
{
	const struct happenings *happenings = &job->happenings;

	for (size_t i = 0; i < happenings->n; i++) {
		if (job->json)
			json_happening(&happenings->list[i]);
		else
			print_line(job, &happenings->list[i]);
	}
	return fflush(stdout) == 0 ? 0 : -errno;
}

/* ---- Looking ------------------------------------------------------------------------------------------------------- */

static int visit(void *context, const char *key, const struct pxeboot_record *record)
{
	struct job *job = context;

	happenings_see(&job->happenings, job->fleet.session.policy, key, record, job->now);
	return 0;
}

static void say(const struct job *job, const char *what)
{
	fprintf(stderr, "pxeboot watch: %s: %s\n", job->fleet.directory, what);
}

/* A store that is damaged waits for a program that moves it aside. */
static int wait_for_store(struct job *job, int error)
{
	if (error != -ENOENT && error != -EBADMSG)
		return error;
	if (!job->is_waiting)
		say(job, error == -ENOENT ? "nothing has been recorded yet; waiting"
					  : "is damaged; waiting until a program that writes moves it aside");
	job->is_waiting = true;
	return 0;
}

/* What was there when it all began is nothing that happens. */
static int look(struct job *job)
{
	bool is_quiet = !job->has_looked && !job->is_waiting;
	int r;

	job->now = time(NULL);
	happenings_begin(&job->happenings);
	r = pxeboot_state_each(job->fleet.state, PXEBOOT_STATE_BY_KEY, visit, job);
	if (r < 0)
		return r;
	happenings_end(&job->happenings, job->now);
	job->has_looked = true;
	job->is_waiting = false;
	if (job->happenings.error)
		return job->happenings.error;
	return is_quiet ? 0 : print_all(job);
}

/* Opens the store where that has to be done.  0 also where there is none yet. */
static int open_and_look(struct job *job)
{
	int r = 0;

	if (!job->fleet.state) {
		watching_look_at(&job->watching, job->fleet.directory);
		r = fleet_open(&job->fleet, !job->is_waiting);
	}
	if (r < 0)
		return wait_for_store(job, r);
	r = look(job);
	if (r != -ESTALE)
		return r;
	say(job, "was moved aside; what comes now is a new store's");
	fleet_close(&job->fleet);
	happenings_forget(&job->happenings);
	job->is_waiting = true;
	return 0;
}

static int rest_after(int64_t cost)
{
	int64_t rest = cost * SHARE;

	return (int)(rest < REST_MIN ? REST_MIN : rest > REST_MAX ? REST_MAX : rest);
}

static int watch(struct job *job)
{
	enum watching_result result = WATCHING_TIME;
	int r = 0;

	while (r == 0 && result != WATCHING_OVER) {
		int64_t began = milliseconds();

		r = open_and_look(job);
		if (r < 0)
			break;
		result = watching_rest(&job->watching, rest_after(milliseconds() - began));
		if (result != WATCHING_OVER)
			result = watching_wait(&job->watching, job->fleet.state ? IDLE : RETRY);
	}
	return r < 0 ? fleet_failure(&job->fleet, r) : EXIT_FINE;
}

static int begin(struct job *job)
{
	int r = fleet_prepare(&job->fleet);

	if (r != EXIT_FINE || !job->fleet.directory)
		return r;
	job->colours = stream_has_colours(stdout);
	r = watching_begin(&job->watching);
	if (r < 0)
		return session_failure(&job->fleet.session, "%s", strerror(-r));
	r = watch(job);
	watching_end(&job->watching);
	return r;
}

static int read_options(struct job *job, int argc, char **argv)
{
	static const struct option options[] = { FLEET_LONG_OPTIONS,
						 { "json", no_argument, NULL, OPTION_JSON },
						 { 0 } };
	const struct session *session = &job->fleet.session;
	int option, r;

	while ((option = getopt_long(argc, argv, FLEET_SHORT_OPTIONS, options, NULL)) != -1) {
		if (option == OPTION_JSON)
			job->json = true;
		else if ((r = fleet_option(&job->fleet, option)) >= 0)
			return r;
	}
	if (optind < argc)
		job->happenings.wanted = argv[optind++];
	if (optind < argc)
		return session_usage(session, "unexpected argument '%s'", argv[optind]);
	return job->json && !json_available(session) ? EXIT_USAGE : -1;
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct job job = { .fleet = { .session = { .command = self } } };
	int r = read_options(&job, argc, argv);

	if (r < 0)
		r = begin(&job);
	happenings_free(&job.happenings);
	fleet_end(&job.fleet);
	return r;
}

const struct plugin_command command_watch = {
	.name = "watch",
	.summary = "what happens to machines, live",
	.help = "Usage: pxeboot watch [OPTION...] [HOST]\n\n"
		"Writes a line for everything that happens from now on: a machine that is new, asks,\n"
		"fetches a file, is given a one-shot boot, is done with it, is stuck. HOST, as in\n"
		"status, is the only one that is told of. Waits where nothing has been recorded yet,\n"
		"goes on where the store was moved aside. Ends with SIGINT or SIGTERM.\n\n"
		"Records are looked at after they have changed; of what happened between two looks\n"
		"the last is told.\n\n"
		"      --json             one JSON object a line\n"
		FLEET_HELP
		"\nExit codes: 0 fine, 2 usage, 3 system.\n",
	.run = run,
};
