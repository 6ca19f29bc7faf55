/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot adopt: makes hosts of machines that the policy does not know, in a drop-in beside it.
 *
 * What the file would be is loaded with the whole policy before it is written, by temporary file and rename: a policy that is
 * wrong is never there to be read.  Who adopts holds a lock on the policy's directory from reading to writing.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "adoption.h"
#include "cli.h"
#include "drop_in.h"
#include "host_file.h"
#include "machine.h"
#include "named.h"

#define DROP_IN "adopted.conf"
#define COMMENT_MAX 120		/* bytes of what a machine says of itself */

enum { OPTION_FILE = 256, OPTION_FROM, OPTION_APPLY };

struct job {
	struct session session;
	const char *wanted;		/* --file */
	const char *from;		/* --from */
	bool apply;
	struct adoptions adoptions;
	char *policy;			/* path of the policy's first file */
	struct host_file file;		/* that is written */
	struct text draft;		/* of its text */
};

/* ---- The draft ----------------------------------------------------------------------------------------------------- */

static void add_fact(struct text *text, const struct pxeboot_record *record, int fact)
{
	CLEANUP_TEXT struct text value = TEXT_INIT;
	const char *said = record->facts[fact];

	if (!said || !*said)
		return;
	machine_add_text(&value, said);
	text_addf(text, ", %s %.*s", pxeboot_fact_name(fact), COMMENT_MAX, text_string(&value));
}

/* What is known of it, for who reads the file; NULL where nothing is. The caller frees it. */
static char *comment_of(struct pxeboot_state *state, const char *mac)
{
	static const int facts[] = { PXEBOOT_FACT_MANUFACTURER, PXEBOOT_FACT_PRODUCT, PXEBOOT_FACT_SERIAL,
				     PXEBOOT_FACT_UUID };
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_record *record;
	char *comment;

	if (!state || pxeboot_state_get(state, mac, &record) < 0)
		return NULL;
	text_add(&text, "seen ");
	machine_add_utc(&text, record->last_seen);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		add_fact(&text, record, facts[i]);
	pxeboot_record_free(record);
	return text_take(&text, &comment, NULL) == 0 ? comment : NULL;
}

static void add_comments(const struct job *job, struct drop_in_host *hosts, char **comments)
{
	const char *directory = pxeboot_policy_get(job->session.policy, "server.state");
	struct pxeboot_state *state;

	if (!directory || pxeboot_state_open(directory, PXEBOOT_STATE_LOOK, NULL, &state) < 0)
		return;
	for (size_t i = 0; i < job->adoptions.count; i++)
		hosts[i].comment = comments[i] = comment_of(state, hosts[i].mac);
	pxeboot_state_close(state);
}

static int add_hosts(struct job *job, struct drop_in_host *hosts, char **comments)
{
	const char *problem;
	unsigned line;
	int r;

	for (size_t i = 0; i < job->adoptions.count; i++) {
		const struct adoption *one = &job->adoptions.list[i];

		hosts[i] = (struct drop_in_host){ .name = one->name, .mac = one->mac, .boot = one->boot };
	}
	add_comments(job, hosts, comments);
	r = drop_in_add(job->file.text, hosts, job->adoptions.count, &job->draft, &problem, &line);
	if (r == -EBADMSG)
		diagnostics_add(job->session.diagnostics, PXEBOOT_ERROR, "adopt.file",
				(struct location){ job->file.path, line }, "hosts: %s, expected hosts: ( … );",
				problem);
	return r;
}

static int make_draft(struct job *job)
{
	size_t count = job->adoptions.count;
	struct drop_in_host *hosts = calloc(count + 1, sizeof(*hosts));
	char **comments = calloc(count + 1, sizeof(*comments));
	int r = hosts && comments ? add_hosts(job, hosts, comments) : -ENOMEM;

	for (size_t i = 0; comments && i < count; i++)
		free(comments[i]);
	free(comments);
	free(hosts);
	return r;
}

/* The whole policy, with the file as it would be. */
static int try_draft(struct job *job)
{
	struct session *session = &job->session;
	struct pxeboot_policy *policy;
	int r;

	pxeboot_diagnostics_free(session->diagnostics);
	session->diagnostics = NULL;
	session->n_told = 0;
	r = pxeboot_diagnostics_new(&session->diagnostics);
	if (r == 0)
		r = pxeboot_policy_load_draft(job->policy, session->overrides, job->file.path, job->draft.bytes,
					      session->diagnostics, &policy);
	if (r)
		return r;
	if (!named_host(policy, job->adoptions.list[0].name, NULL, NULL)) {
		diagnostics_add(session->diagnostics, PXEBOOT_ERROR, "adopt.file",
				(struct location){ job->file.path, 0 },
				"is not read with the policy, expected a name that ends in .conf");
		r = -EBADMSG;
	}
	pxeboot_policy_unref(policy);
	return r;
}

/* ---- All of it ----------------------------------------------------------------------------------------------------- */

static int tell(struct job *job, int error)
{
	size_t told = job->session.n_told;

	session_tell(&job->session, stderr);
	if (error == -EBADMSG) {
		fprintf(stderr, "pxeboot adopt: nothing was written.\n");
		return EXIT_FINDINGS;
	}
	if (error == -EAGAIN)
		return session_failure(&job->session, "%s: has changed meanwhile; try again", job->file.path);
	if (job->session.n_told > told && error == -EINVAL)
		return EXIT_USAGE;
	return session_failure(&job->session, "%s: %s", job->file.path ? job->file.path : job->policy,
			       strerror(-error));
}

static void tell_result(const struct job *job)
{
	size_t count = job->adoptions.count;
	const struct adoption *one = &job->adoptions.list[0];

	if (count == 1)
		printf("%s: host %s, %s, boots %s\n", job->file.path, one->name, one->mac, one->boot);
	else
		printf("%s: %zu hosts\n", job->file.path, count);
	if (!job->apply)
		printf("'pxeboot apply' writes the files that %s by\n", count == 1 ? "it boots" : "they boot");
}

static int refuse_file(struct job *job)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	machine_add_text(&shown, job->wanted);
	return session_usage(&job->session, "--file takes a name in policy.d, or the policy itself, not '%s'",
			     shown.bytes ? shown.bytes : "");
}

static int adopt_locked(struct job *job)
{
	int r = session_load_or_tell(&job->session);

	if (r != EXIT_FINE)
		return r;
	r = host_file_read(&job->file, job->policy, job->wanted ? job->wanted : DROP_IN);
	if (r == -EXDEV)
		return refuse_file(job);
	if (r == -EINVAL)
		return session_failure(&job->session, "%s: is no regular file", job->file.path);
	if (r == 0)
		r = adoptions_check(&job->adoptions, job->session.policy, job->session.diagnostics);
	if (r == 0)
		r = make_draft(job);
	if (r == 0)
		r = try_draft(job);
	if (r == 0)
		r = host_file_write(&job->file, &job->draft);
	return r < 0 ? tell(job, r) : EXIT_FINE;
}

static int adopt(struct job *job)
{
	int fd, r;

	job->policy = session_policy_path(&job->session);
	fd = job->policy ? host_file_lock(job->policy) : -ENOMEM;
	if (fd < 0)
		return session_failure(&job->session, "%s: %s", job->policy ? job->policy : "", strerror(-fd));
	r = adopt_locked(job);
	close(fd);
	if (r == EXIT_FINE)
		tell_result(job);
	return r;
}

/* As if it had been called by hand. */
static int run_apply(const struct job *job)
{
	char *argv[4 + 2 * MAX_OVERRIDES] = { (char *)(uintptr_t)"apply", (char *)(uintptr_t)"-c", job->policy };
	int argc = 3;

	for (size_t i = 0; i < job->session.n_overrides; i++) {
		argv[argc++] = (char *)(uintptr_t)"--set";
		argv[argc++] = (char *)(uintptr_t)job->session.overrides[i];
	}
	fflush(stdout);
	optind = 0;		/* GNU: begin anew */
	return command_apply.run(&command_apply, argc, argv);
}

static int take_machines(struct job *job, int argc, char **argv)
{
	struct session *session = &job->session;
	int r;

	if (job->from && argc)
		return session_usage(session, "--from and a machine exclude each other");
	if (!job->from && argc != 3)
		return session_usage(session, "a machine is MAC NAME PROFILE");
	r = pxeboot_diagnostics_new(&session->diagnostics);
	if (r == 0 && job->from)
		r = adoptions_read(&job->adoptions, job->from, session->diagnostics);
	else if (r == 0)
		r = adoptions_add(&job->adoptions, argv[0], argv[1], argv[2], (struct location){ NULL, 0 },
				  session->diagnostics);
	session_tell(session, stderr);
	pxeboot_diagnostics_free(session->diagnostics);
	session->diagnostics = NULL;
	session->n_told = 0;
	if (r == -EBADMSG)
		return job->from ? EXIT_FINDINGS : EXIT_USAGE;
	if (r < 0)
		return session_failure(session, "%s: %s", job->from ? job->from : argv[0], strerror(-r));
	return job->adoptions.count ? -1 : session_usage(session, "%s: no machine in it", job->from);
}

static int read_options(struct job *job, int argc, char **argv)
{
	static const struct option options[] = {
		SESSION_LONG_OPTIONS,
		{ "file", required_argument, NULL, OPTION_FILE },
		{ "from", required_argument, NULL, OPTION_FROM },
		{ "apply", no_argument, NULL, OPTION_APPLY },
		{ 0 },
	};
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS, options, NULL)) != -1) {
		if (option == OPTION_FILE)
			job->wanted = optarg;
		else if (option == OPTION_FROM)
			job->from = optarg;
		else if (option == OPTION_APPLY)
			job->apply = true;
		else if ((r = session_option(&job->session, option)) >= 0)
			return r;
	}
	return take_machines(job, argc - optind, argv + optind);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct job job = { .session = { .command = self } };
	int r = read_options(&job, argc, argv);

	if (r < 0) {
		r = adopt(&job);
		if (r == EXIT_FINE && job.apply)
			r = run_apply(&job);
	}
	session_end(&job.session);
	adoptions_free(&job.adoptions);
	text_free(&job.draft);
	free(job.policy);
	host_file_free(&job.file);
	return r;
}

const struct plugin_command command_adopt = {
	.name = "adopt",
	.acts = true,
	.summary = "make a host of a machine that the policy does not know",
	.help = "Usage: pxeboot adopt [OPTION...] MAC NAME PROFILE\n"
		"       pxeboot adopt [OPTION...] --from FILE\n\n"
		"Adds the machine to the policy: a host with that name, which boots the profile or\n"
		"menu. It stands in policy.d/adopted.conf beside the policy, of which every other byte\n"
		"stays as it is; a comment says what is known of the machine. Nothing is written\n"
		"unless the whole policy is right with it.\n\n"
		"      --file FILE        another file: a name in policy.d, or the policy itself\n"
		"      --from FILE        many machines, MAC NAME PROFILE a line; - is standard input;\n"
		"                         all of them or none\n"
		"      --apply            then do what pxeboot apply does\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 the policy, or what it would be, has errors, 2 usage, 3 system.\n",
	.run = run,
};
