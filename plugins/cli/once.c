/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot once: a profile for the next boot of one machine, and what follows it; pxeboot-once(7) has the rules.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/scalar.h"
#include "cli.h"
#include "json.h"
#include "named.h"
#include "once_page.h"
#include "one_shot.h"

enum { OPTION_THEN = 256, OPTION_UNTIL_DONE, OPTION_TRIES, OPTION_CLEAR, OPTION_JSON };

static const struct option long_options[] = {
	SESSION_LONG_OPTIONS,
	{ "then", required_argument, NULL, OPTION_THEN },
	{ "until-done", no_argument, NULL, OPTION_UNTIL_DONE },
	{ "tries", required_argument, NULL, OPTION_TRIES },
	{ "clear", no_argument, NULL, OPTION_CLEAR },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ 0 },
};

struct job {
	struct session session;
	struct life *life;
	const char *host, *boot, *then;
	bool until_done, clear, json;
	uint32_t tries;			/* 0: not said */
};

/* ---- Options ------------------------------------------------------------------------------------------------------ */

static int take_option(struct job *job, int option)
{
	switch (option) {
	case OPTION_THEN:
		job->then = optarg;
		return -1;
	case OPTION_UNTIL_DONE:
		job->until_done = true;
		return -1;
	case OPTION_TRIES:
		if (scalar_u32(optarg, 1, PXEBOOT_ONCE_TRIES_MAX, &job->tries) < 0)
			return session_usage(&job->session, "--tries: expected a number from 1 to %d, got '%s'",
					     PXEBOOT_ONCE_TRIES_MAX, optarg);
		return -1;
	case OPTION_CLEAR:
		job->clear = true;
		return -1;
	case OPTION_JSON:
		job->json = true;
		return -1;
	}
	return session_option(&job->session, option);
}

static int refuse_mixtures(const struct job *job)
{
	if ((!job->boot || job->clear) && (job->then || job->until_done || job->tries))
		return session_usage(&job->session, "--then, --until-done and --tries go with HOST and PROFILE");
	if (job->clear && (!job->host || job->boot))
		return session_usage(&job->session, "--clear goes with HOST alone");
	if (job->host && !job->boot && !job->clear)
		return session_usage(&job->session, "expected HOST and PROFILE, or HOST and --clear");
	if (job->tries && !job->until_done)
		return session_usage(&job->session, "--tries goes with --until-done: otherwise one boot ends it");
	return job->json && !json_available(&job->session) ? EXIT_USAGE : -1;
}

static int read_options(struct job *job, int argc, char **argv)
{
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS, long_options, NULL)) != -1) {
		r = take_option(job, option);
		if (r >= 0)
			return r;
	}
	if (argc - optind > 2)
		return session_usage(&job->session, "unexpected argument '%s'", argv[optind + 2]);
	job->host = optind < argc ? argv[optind] : NULL;
	job->boot = optind + 1 < argc ? argv[optind + 1] : NULL;
	return refuse_mixtures(job);
}

/* ---- Arming ------------------------------------------------------------------------------------------------------- */

/* What is remembered of the machine; NULL when nothing is. */
static int find_record(struct job *job, const char *key, struct pxeboot_record **ret_record)
{
	int r = life_read(job->life, key, ret_record);

	return r == -ENOENT || r == -EBADMSG ? 0 : r;	/* one that can't be read is told when it is to be changed */
}

static int arch_of(const struct pxeboot_record *record)
{
	struct pxeboot_client *client;
	int arch;

	if (!record || pxeboot_record_client(record, &client) < 0)
		return PXEBOOT_ARCH_NONE;
	arch = pxeboot_client_arch(client);
	pxeboot_client_unref(client);
	return arch;
}

static int arm(struct job *job, const struct one_shot *shot, const struct pxeboot_record *before)
{
	struct once_page page = { .shot = shot };
	int r;

	if (before && before->once.phase == PXEBOOT_ONCE_SERVED)
		fprintf(stderr, "pxeboot once: %s was given a one-shot boot before and may be busy with it; that is forgotten now\n",
			shot->host.name);
	r = one_shot_arm(job->life, shot, NULL, time(NULL), page.token);
	if (r < 0)
		return one_shot_failure(&job->session, r);
	if (job->json)
		once_page_json(&page);
	else
		once_page_show(&page);
	return EXIT_FINE;
}

static int check_and_arm(struct job *job, struct one_shot *shot)
{
	struct pxeboot_record *record = NULL;
	int r = shot->host.n_macs ? find_record(job, shot->host.macs[0], &record) : 0;

	if (r < 0)
		return one_shot_failure(&job->session, r);
	shot->wish.arch = arch_of(record);
	r = one_shot_check(shot, job->session.diagnostics);
	session_tell(&job->session, stderr);
	if (r == -EBADMSG) {
		fprintf(stderr, "pxeboot once: %s boots as before.\n", shot->host.name);
		r = EXIT_FINDINGS;
	} else {
		r = r < 0 ? one_shot_failure(&job->session, r) : arm(job, shot, record);
	}
	pxeboot_record_free(record);
	return r;
}

static int order(struct job *job, size_t index, const struct pxeboot_host *host)
{
	struct one_shot shot = {
		.policy = job->session.policy, .index = index, .host = *host,
		.wish = { job->boot, job->then, job->until_done ? PXEBOOT_ONCE_UNTIL_DONE : PXEBOOT_ONCE_NEXT_BOOT,
			  PXEBOOT_ARCH_NONE },
		.tries = !job->until_done ? 0 : job->tries ? job->tries : PXEBOOT_ONCE_TRIES,
		.sight = one_shot_sight(job->session.policy),
	};

	if (!named_item(job->session.policy, job->boot, NULL))
		return session_usage(&job->session, "no such profile or menu: '%s'", job->boot);
	if (job->then && !named_item(job->session.policy, job->then, NULL))
		return session_usage(&job->session, "no such profile or menu: '%s'", job->then);
	return check_and_arm(job, &shot);
}

/* ---- The rest ------------------------------------------------------------------------------------------------------ */

/* Taken up, so that `apply` does not arm what the administrator has just taken back. */
static int clear(struct job *job, const struct pxeboot_host *host)
{
	int r = host->n_macs ? life_clear(job->life, host->macs[0], host->once, time(NULL)) : 1;

	if (r < 0)
		return one_shot_failure(&job->session, r);
	if (job->json)
		once_page_json_cleared(host, r == 0);
	else
		printf(r == 0 ? "%s boots %s, as the policy says.\n" : "%s has no one-shot boot; it boots %s.\n", host->name,
		       host->boot);
	return EXIT_FINE;
}

static int list(struct job *job)
{
	int r;
	struct pxeboot_state *state = life_state(job->life, &r);

	if (r == 0)
		r = job->json ? once_page_json_all(job->session.policy, state) : once_page_show_all(job->session.policy, state);
	return r < 0 ? one_shot_failure(&job->session, r) : EXIT_FINE;
}

static int once(struct job *job)
{
	struct pxeboot_host host;
	size_t index;
	int r = one_shot_life(&job->session, &job->life);

	if (r < 0)
		return one_shot_failure(&job->session, r);
	if (!job->host)
		return list(job);
	if (!named_host(job->session.policy, job->host, &index, &host))
		return session_usage(&job->session, "the policy has no host '%s'", job->host);
	return job->clear ? clear(job, &host) : order(job, index, &host);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct job job = { .session = { .command = self } };
	int r = read_options(&job, argc, argv);

	if (r < 0) {
		r = session_load_or_tell(&job.session);
		if (r == EXIT_FINE)
			r = once(&job);
	}
	life_free(job.life);
	session_end(&job.session);
	return r;
}

const struct plugin_command command_once = {
	.name = "once",
	.acts = true,
	.summary = "a profile for one machine's next boot",
	.help = "Usage: pxeboot once HOST PROFILE [OPTION...]\n"
		"       pxeboot once HOST --clear [OPTION...]\n"
		"       pxeboot once [OPTION...]\n\n"
		"The next network boot of the policy's host HOST gets PROFILE, a profile or menu;\n"
		"later ones get what follows. Without HOST, lists all one-shot boots.\n\n"
		"      --then PROFILE     what follows; otherwise what the policy says\n"
		"      --until-done       it gets PROFILE until somebody says done: the installer,\n"
		"                         with the token that is printed, or 'pxeboot done HOST'\n"
		"      --tries N          for N boots at most until then, 1 to 100 (default: 3)\n"
		"      --clear            HOST boots as the policy says\n"
		"      --json             JSON on standard output\n\n"
		"pxeboot-once(7) has the rules, and what each set-up can see of a machine.\n\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 refused, 2 usage, 3 system.\n",
	.run = run,
};
