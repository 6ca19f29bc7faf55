/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot adopt: makes hosts of machines that the policy does not know, in a drop-in beside it.
 *
 * What the file would be is loaded with the whole policy before it is written, by temporary file and rename: a policy that is
 * wrong is never there to be read.  Who adopts holds a lock on the policy's directory from reading to writing.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "adoption.h"
#include "base/file.h"
#include "cli.h"
#include "drop_in.h"
#include "machine.h"

#define FILE_MAX_BYTES (64u << 20)
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
	char *file;			/* that is written, named as the loader names it */
	char *text;			/* that it holds; "" for none */
	mode_t mode;
	uid_t owner;
	gid_t group;
	struct text draft;
};

/* ---- Which file ---------------------------------------------------------------------------------------------------- */

/* A directory that both names lead to. */
static bool is_same(const char *a, const char *b)
{
	struct stat left, right;

	return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "DIRECTORY/policy.d/NAME", as the loader puts it together; the caller frees it. */
static char *drop_in_path(const struct job *job, const char *name)
{
	const char *base = name_of(job->policy);
	char *path;

	return asprintf(&path, "%.*spolicy.d/%s", (int)(base - job->policy), job->policy, name) < 0 ? NULL : path;
}

/* A bare name is one in policy.d; a path must lead to where the policy is read from. */
static int choose_file(struct job *job)
{
	const char *wanted = job->wanted ? job->wanted : DROP_IN, *name = name_of(wanted);
	CLEANUP_FREE char *directory = directory_of(wanted);
	CLEANUP_FREE char *beside = drop_in_path(job, name);
	CLEANUP_FREE char *drop_ins = beside ? directory_of(beside) : NULL;

	if (!directory || !drop_ins)
		return -ENOMEM;
	if (is_same(wanted, job->policy))
		job->file = strdup(job->policy);
	else if (name == wanted || is_same(directory, drop_ins))
		job->file = strdup(beside);
	else
		return -EINVAL;
	return job->file ? 0 : -ENOMEM;
}

/* Where it is no regular file, and a link is none, it is not ours to replace. */
static int read_file(struct job *job)
{
	struct stat status;
	size_t length;
	int r;

	job->mode = 0644;
	job->owner = geteuid();
	job->group = getegid();
	if (lstat(job->file, &status) < 0) {
		job->text = errno == ENOENT ? strdup("") : NULL;
		return job->text ? 0 : errno == ENOENT ? -ENOMEM : -errno;
	}
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	job->mode = status.st_mode & 07777;
	job->owner = status.st_uid;
	job->group = status.st_gid;
	r = file_read(job->file, FILE_MAX_BYTES, &job->text, &length);
	return r == 0 && strlen(job->text) != length ? -EBADMSG : r;
}

/* ---- The draft ----------------------------------------------------------------------------------------------------- */

static void add_fact(struct text *text, const struct pxeboot_record *record, int fact)
{
	CLEANUP_TEXT struct text value = TEXT_INIT;
	const char *said = record->facts[fact];

	if (!said || !*said)
		return;
	machine_add_text(&value, said);
	text_addf(text, ", %s %.*s", pxeboot_fact_name(fact), COMMENT_MAX, value.bytes ? value.bytes : "");
}

/* What is known of it, for who reads the file; NULL where nothing is. The caller frees it. */
static char *comment_of(struct pxeboot_state *state, const char *mac)
{
	static const int facts[] = { PXEBOOT_FACT_MANUFACTURER, PXEBOOT_FACT_PRODUCT, PXEBOOT_FACT_SERIAL, PXEBOOT_FACT_UUID };
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
	r = drop_in_add(job->text, hosts, job->adoptions.count, &job->draft, &problem, &line);
	if (r == -EBADMSG)
		diagnostics_add(job->session.diagnostics, PXEBOOT_ERROR, "adopt.file", (struct location){ job->file, line },
				"hosts: %s, expected hosts: ( … );", problem);
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

static bool has_host(const struct pxeboot_policy *policy, const char *name)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host(policy, i, &host) == 0; i++)
		if (strcmp(host.name, name) == 0)
			return true;
	return false;
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
		r = pxeboot_policy_load_draft(job->policy, session->overrides, job->file, job->draft.bytes, session->diagnostics,
					      &policy);
	if (r < 0)
		return r;
	if (!has_host(policy, job->adoptions.list[0].name)) {
		diagnostics_add(session->diagnostics, PXEBOOT_ERROR, "adopt.file", (struct location){ job->file, 0 },
				"is not read with the policy, expected a name that ends in .conf");
		r = -EBADMSG;
	}
	pxeboot_policy_unref(policy);
	return r;
}

/* ---- Writing ------------------------------------------------------------------------------------------------------- */

/* Editors know no lock. */
static bool has_changed(const struct job *job)
{
	CLEANUP_FREE char *text = NULL;
	size_t length;
	int r = file_read(job->file, FILE_MAX_BYTES, &text, &length);

	return r == -ENOENT ? *job->text != '\0' : r < 0 || strcmp(text, job->text) != 0;
}

static int write_draft(const struct job *job)
{
	int r = file_make_parents(job->file);

	if (r == 0 && has_changed(job))
		r = -EAGAIN;
	if (r == 0)
		r = file_write(job->file, job->draft.bytes, job->draft.length, job->mode);
	if (r < 0)
		return r;
	if (lchown(job->file, job->owner, job->group) < 0)
		fprintf(stderr, "pxeboot adopt: %s: has another owner now: %s\n", job->file, strerror(errno));
	return 0;
}

/* The descriptor, which holds the lock. */
static int lock(const struct job *job)
{
	CLEANUP_FREE char *directory = directory_of(job->policy);
	int fd = directory ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0)
		return directory ? -errno : -ENOMEM;
	while (flock(fd, LOCK_EX) < 0) {
		int error = -errno;

		if (error == -EINTR)
			continue;
		close(fd);
		return error;
	}
	return fd;
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
		return session_failure(&job->session, "%s: has changed meanwhile; try again", job->file);
	if (job->session.n_told > told && error == -EINVAL)
		return EXIT_USAGE;
	return session_failure(&job->session, "%s: %s", job->file ? job->file : job->policy, strerror(-error));
}

static void tell_result(const struct job *job)
{
	size_t count = job->adoptions.count;
	const struct adoption *one = &job->adoptions.list[0];

	if (count == 1)
		printf("%s: host %s, %s, boots %s\n", job->file, one->name, one->mac, one->boot);
	else
		printf("%s: %zu hosts\n", job->file, count);
	if (!job->apply)
		printf("'pxeboot apply' writes the files that they boot by\n");
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
	r = choose_file(job);
	if (r == -EINVAL)
		return refuse_file(job);
	if (r == 0)
		r = read_file(job);
	if (r == -EINVAL)
		return session_failure(&job->session, "%s: is no regular file", job->file);
	if (r == 0)
		r = adoptions_check(&job->adoptions, job->session.policy, job->session.diagnostics);
	if (r == 0)
		r = make_draft(job);
	if (r == 0)
		r = try_draft(job);
	if (r == 0)
		r = write_draft(job);
	return r < 0 ? tell(job, r) : EXIT_FINE;
}

static int adopt(struct job *job)
{
	int fd, r;

	job->policy = session_policy_path(&job->session);
	fd = job->policy ? lock(job) : -ENOMEM;
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
		r = adoptions_add(&job->adoptions, argv[0], argv[1], argv[2], (struct location){ NULL, 0 }, session->diagnostics);
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
	free(job.file);
	free(job.text);
	return r;
}

const struct plugin_command command_adopt = {
	.name = "adopt",
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
