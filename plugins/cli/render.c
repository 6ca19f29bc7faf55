/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot render: one file that follows from the policy, on standard output: the script in an own build of iPXE, or any
 * file of the boot root.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "cli.h"

struct job {
	struct session session;
	const char *what;		/* "embed", or a path in the boot root */
	const char *output;		/* or NULL: standard output */
	bool generic;
};

enum { OPTION_GENERIC = 256 };

static const struct option options[] = {
	SESSION_LONG_OPTIONS,
	{ "generic", no_argument, NULL, OPTION_GENERIC },
	{ "output", required_argument, NULL, 'o' },
	{ 0 },
};

static int read_options(struct job *job, int argc, char **argv)
{
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS "o:", options, NULL)) != -1) {
		if (option == OPTION_GENERIC) {
			job->generic = true;
		} else if (option == 'o') {
			job->output = optarg;
		} else {
			r = session_option(&job->session, option);
			if (r >= 0)
				return r;
		}
	}
	if (optind + 1 != argc)
		return session_usage(&job->session, "expected embed, or one path in the boot root");
	job->what = argv[optind];
	if (job->generic && strcmp(job->what, "embed") != 0)
		return session_usage(&job->session, "--generic goes with embed alone");
	if (job->generic && (job->session.policy_path || job->session.n_overrides))
		return session_usage(&job->session, "--generic is of no policy: it goes not with --config and --set");
	return -1;
}

static int write_bytes(struct job *job, const char *bytes, size_t length)
{
	struct session *session = &job->session;
	int r = 0;

	if (job->output)
		r = file_write(job->output, bytes, length, 0644);
	else if ((length && fwrite(bytes, 1, length, stdout) != length) || fflush(stdout))
		r = -errno;
	if (r < 0)
		return session_failure(session, "%s: %s", job->output ? job->output : "standard output", strerror(-r));
	return EXIT_FINE;
}

static int fail(struct job *job, int error)
{
	return error == -EBADMSG ? EXIT_FINDINGS : session_failure(&job->session, "%s", strerror(-error));
}

static int write_embedded(struct job *job)
{
	CLEANUP_FREE char *text = NULL;
	size_t length = 0;
	int r = pxeboot_embed_script(job->session.policy, job->session.diagnostics, &text, &length);

	session_tell(&job->session, stderr);
	return r < 0 ? fail(job, r) : write_bytes(job, text, length);
}

static int write_entry(struct job *job, struct pxeboot_tree *tree)
{
	struct pxeboot_entry entry;

	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++) {
		if (strcmp(entry.path, job->what) != 0)
			continue;
		if (entry.kind == PXEBOOT_ENTRY_LINK)
			return session_failure(&job->session, "%s: a symbolic link to %s", entry.path, entry.bytes);
		return write_bytes(job, entry.bytes, entry.length);
	}
	return session_usage(&job->session, "the policy plans no such file: '%s'", job->what);
}

static int write_planned(struct job *job)
{
	struct pxeboot_tree *tree = NULL;
	int r = pxeboot_tree_new(job->session.policy, job->session.diagnostics, &tree);

	session_tell(&job->session, stderr);
	r = r < 0 ? fail(job, r) : write_entry(job, tree);
	pxeboot_tree_free(tree);
	return r;
}

static int render(struct job *job)
{
	int r = job->generic ? EXIT_FINE : session_load_or_tell(&job->session);

	if (r != EXIT_FINE)
		return r;
	return strcmp(job->what, "embed") == 0 ? write_embedded(job) : write_planned(job);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct job job = { .session = { .command = self } };
	int r = read_options(&job, argc, argv);

	if (r < 0)
		r = render(&job);
	session_end(&job.session);
	return r;
}

const struct plugin_command command_render = {
	.name = "render",
	.summary = "write one script or file that follows from the policy",
	.help = "Usage: pxeboot render embed [--generic] [OPTION...]\n"
		"       pxeboot render PATH [OPTION...]\n\n"
		"Writes one file to standard output:\n"
		"  embed  the script that an own build of iPXE carries (EMBED= of its make): it finds\n"
		"         the boot root by itself, and ends in a menu instead of a dead end\n"
		"  PATH   a file of the boot root as 'pxeboot apply' would write it, such as boot.ipxe\n"
		"         or menus/main.ipxe\n\n"
		"      --generic          embed: the one that goes with any policy, and needs none\n"
		"  -o, --output FILE      not to standard output, but there\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 findings, 2 usage, 3 system.\n",
	.run = run,
};
