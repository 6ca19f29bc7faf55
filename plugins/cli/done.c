/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot done: a one-shot boot is over, says the administrator, or whoever has its token.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "machine.h"
#include "named.h"
#include "one_shot.h"

struct job {
	struct session session;
	struct life *life;
	const char *who;
};

static int done_token(struct job *job)
{
	int r = life_done(job->life, job->who, time(NULL));

	if (r == -EINVAL)
		return session_usage(&job->session, "neither a host of the policy nor a token: '%s'", job->who);
	if (r == -EACCES) {
		fprintf(stderr, "pxeboot done: nobody's token\n");
		return EXIT_FINDINGS;
	}
	if (r < 0)
		return one_shot_failure(&job->session, r);
	puts(r == 0 ? "Done." : "It was done already.");
	return EXIT_FINE;
}

/* What the record says afterwards tells what was done. */
static int tell_host(const struct session *session, const struct pxeboot_host *host, const struct pxeboot_record *record,
		     bool changed)
{
	const char *boot = record ? pxeboot_once_boot(record) : NULL;
	CLEANUP_TEXT struct text done = TEXT_INIT;
	CLEANUP_TEXT struct text next = TEXT_INIT;

	if (!record || record->once.phase == PXEBOOT_ONCE_NONE) {
		fprintf(stderr, "pxeboot done: %s has no one-shot boot\n", host->name);
		return EXIT_FINDINGS;
	}
	/* What stands in a record may be written by others than us. */
	machine_add_text(&done, record->once.profile ? record->once.profile : "-");
	machine_add_text(&next, boot ? boot : host->boot);
	if (done.error || next.error)
		return one_shot_failure(session, -ENOMEM);
	printf("%s %s done with %s; it boots %s.\n", host->name, changed ? "is" : "was already", done.bytes, next.bytes);
	return EXIT_FINE;
}

static int done_host(struct job *job, const struct pxeboot_host *host)
{
	const struct pxeboot_event event = {
		.kind = PXEBOOT_EVENT_DONE, .when = time(NULL), .stage = PXEBOOT_RECORD_NO_STAGE,
	};
	struct pxeboot_record *record = NULL;
	int r = host->n_macs ? life_note(job->life, host->macs[0], &event, &record) : 1, code;

	if (r < 0 && r != -ENOENT)
		return one_shot_failure(&job->session, r);
	code = tell_host(&job->session, host, record, r == 0);
	pxeboot_record_free(record);
	return code;
}

static int done(struct job *job)
{
	struct pxeboot_host host;
	int r = one_shot_life(&job->session, &job->life);

	if (r < 0)
		return one_shot_failure(&job->session, r);
	if (named_host(job->session.policy, job->who, NULL, &host))
		return done_host(job, &host);
	return done_token(job);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	static const struct option options[] = { SESSION_LONG_OPTIONS, { 0 } };
	struct job job = { .session = { .command = self } };
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS, options, NULL)) != -1) {
		r = session_option(&job.session, option);
		if (r >= 0)
			return r;
	}
	if (optind + 1 != argc)
		return session_usage(&job.session, "expected one HOST or TOKEN");
	job.who = argv[optind];
	r = session_load_or_tell(&job.session);
	if (r == EXIT_FINE)
		r = done(&job);
	life_free(job.life);
	session_end(&job.session);
	return r;
}

const struct plugin_command command_done = {
	.name = "done",
	.summary = "a one-shot boot is over",
	.help = "Usage: pxeboot done HOST [OPTION...]\n"
		"       pxeboot done TOKEN [OPTION...]\n\n"
		"Says that the one-shot boot of the policy's host HOST, or the one with the token that\n"
		"'pxeboot once' has printed, is over: the machine gets what follows.\n\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 there is none, 2 usage, 3 system.\n",
	.run = run,
};
