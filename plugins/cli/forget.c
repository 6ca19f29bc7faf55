/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot forget: machines that are no more go out of the store.  A one-shot boot stays with its record, whatever is said: what
 * follows it is served because of it, and without it the machine might be installed again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/scalar.h"
#include "cli.h"
#include "fleet.h"
#include "named.h"

#define DAY 86400
#define DAYS_MAX 36500

struct job {
	struct fleet fleet;
	bool dry_run;
	uint32_t days;			/* not seen for so long; 0: those that are named */
	char (*keys)[PXEBOOT_KEY_SIZE];	/* of those that are named */
	bool *is_found;
	size_t n_keys;
	int64_t now;
	size_t forgotten, kept;
};

/* ---- Which ------------------------------------------------------------------------------------------------------- */

/* A host's name, or what the machine is remembered by. */
static bool key_of(const struct pxeboot_policy *policy, const char *name, char ret_key[PXEBOOT_KEY_SIZE])
{
	struct pxeboot_host host;
	uint8_t bytes[UUID_LENGTH];

	if (policy && named_host(policy, name, NULL, &host) && (host.n_macs || host.uuid))
		name = host.n_macs ? host.macs[0] : host.uuid;
	if (scalar_mac(name, bytes) == 0)
		scalar_format_mac(bytes, ':', ret_key);
	else if (scalar_uuid(name, bytes) == 0)
		scalar_format_uuid(bytes, ret_key);
	else
		return false;
	return true;
}

static bool is_named(const struct job *job, const char *key)
{
	for (size_t i = 0; i < job->n_keys; i++)
		if (strcmp(job->keys[i], key) == 0)
			return job->is_found[i] = true;
	return false;
}

static bool is_unseen(const struct job *job, const struct pxeboot_record *record)
{
	return record && record->last_seen < job->now - (int64_t)job->days * DAY;
}

/* ---- Forgetting --------------------------------------------------------------------------------------------------- */

static bool must_stay(struct job *job, const char *key, const struct pxeboot_record *record)
{
	if (!record || record->once.phase == PXEBOOT_ONCE_NONE)
		return false;
	job->kept++;
	if (!job->days)
		fprintf(stderr, "pxeboot forget: %s has a one-shot boot (%s): 'pxeboot once HOST --clear' takes it back\n", key,
			pxeboot_once_phase_name(record->once.phase));
	return true;
}

static int visit(void *context, const char *key, const struct pxeboot_record *record)
{
	struct job *job = context;
	int r;

	if (!(job->days ? is_unseen(job, record) : is_named(job, key)) || must_stay(job, key, record))
		return 0;
	if (job->dry_run)
		printf("would forget %s\n", key);
	r = job->dry_run ? 0 : pxeboot_state_remove(job->fleet.state, key);
	job->forgotten += r == 0;
	return r == -ENOENT ? 0 : r;
}

static int tell(const struct job *job)
{
	int code = job->kept && !job->days ? EXIT_FINDINGS : EXIT_FINE;

	for (size_t i = 0; i < job->n_keys; i++) {
		if (job->is_found[i])
			continue;
		fprintf(stderr, "pxeboot forget: nothing is remembered of %s\n", job->keys[i]);
		code = EXIT_FINDINGS;
	}
	if (!job->dry_run)
		printf("%zu forgotten", job->forgotten);
	if (!job->dry_run && job->days && job->kept)
		printf(", %zu kept: they have one-shot boots", job->kept);
	if (!job->dry_run)
		putchar('\n');
	return code;
}

static int forget(struct job *job)
{
	struct session *session = &job->fleet.session;
	int r = fleet_open(&job->fleet, true);

	/* Looking first makes no store where none is. */
	if (r == 0 && !job->dry_run) {
		fleet_close(&job->fleet);
		r = pxeboot_state_open(job->fleet.directory, 0, session->diagnostics, &job->fleet.state);
	}
	if (r == 0)
		r = pxeboot_state_each(job->fleet.state, PXEBOOT_STATE_BY_KEY, visit, job);
	return r < 0 ? fleet_failure(&job->fleet, r) : tell(job);
}

/* ---- The command --------------------------------------------------------------------------------------------------- */

enum { OPTION_UNSEEN = 256 };

static int read_options(struct job *job, int argc, char **argv)
{
	static const struct option options[] = { FLEET_LONG_OPTIONS,
						 { "dry-run", no_argument, NULL, 'n' },
						 { "unseen", required_argument, NULL, OPTION_UNSEEN },
						 { 0 } };
	const struct session *session = &job->fleet.session;
	int option, r;

	while ((option = getopt_long(argc, argv, "n" FLEET_SHORT_OPTIONS, options, NULL)) != -1) {
		if (option == 'n')
			job->dry_run = true;
		else if (option == OPTION_UNSEEN && scalar_u32(optarg, 1, DAYS_MAX, &job->days) < 0)
			return session_usage(session, "--unseen: expected days, 1 to %d, got '%s'", DAYS_MAX, optarg);
		else if (option != OPTION_UNSEEN && (r = fleet_option(&job->fleet, option)) >= 0)
			return r;
	}
	if (!job->days && optind == argc)
		return session_usage(session, "expected machines, or --unseen DAYS");
	if (job->days && optind < argc)
		return session_usage(session, "machines and --unseen don't go together");
	return -1;
}

static int take_names(struct job *job, int argc, char **argv)
{
	const struct session *session = &job->fleet.session;

	job->keys = calloc((size_t)argc + 1, sizeof(*job->keys));
	job->is_found = calloc((size_t)argc + 1, sizeof(*job->is_found));
	if (!job->keys || !job->is_found)
		return session_failure(session, "%s", strerror(ENOMEM));
	for (int i = 0; i < argc; i++)
		if (!key_of(session->policy, argv[i], job->keys[job->n_keys++]))
			return session_usage(session, "neither a host of the policy nor a MAC address nor a UUID: '%s'", argv[i]);
	return EXIT_FINE;
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct job job = { .fleet = { .session = { .command = self } }, .now = time(NULL) };
	int r = read_options(&job, argc, argv);

	if (r >= 0)
		return r;
	r = fleet_prepare(&job.fleet);
	if (r == EXIT_FINE)
		r = take_names(&job, argc - optind, argv + optind);
	if (r == EXIT_FINE)
		r = forget(&job);
	free(job.keys);
	free(job.is_found);
	fleet_end(&job.fleet);
	return r;
}

const struct plugin_command command_forget = {
	.name = "forget",
	.summary = "remembers machines no more",
	.help = "Usage: pxeboot forget MACHINE... [OPTION...]\n"
		"       pxeboot forget --unseen DAYS [OPTION...]\n\n"
		"Takes what is remembered of machines out of the store: of those that are named, by a\n"
		"host's name, a MAC address or a UUID, or of all that were not seen for DAYS days. One that\n"
		"comes again is a new machine. Those with one-shot boots stay: what they boot hangs on it.\n\n"
		"      --unseen DAYS      those that were not seen for so long\n"
		"  -n, --dry-run          tells which, and changes nothing\n"
		FLEET_HELP
		"\nExit codes: 0 fine, 1 some were not known or stay, 2 usage, 3 system.\n",
	.run = run,
};
