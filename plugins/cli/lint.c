/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot lint: what is wrong with these iPXE scripts, whoever wrote them?
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli.h"
#include "json.h"

#define LARGEST_SCRIPT (1 << 20)

struct job {
	struct session session;
	struct pxeboot_lint_options options;
	struct pxeboot_build build;	/* the policy's own, where that is the target */
	bool strict, json, is_own;
};

enum { OPTION_TARGET = 256, OPTION_PLATFORM, OPTION_STRICT, OPTION_JSON };

#define OWN_BUILD "build"		/* the target that is none of the table */

static const struct option options[] = {
	SESSION_LONG_OPTIONS,
	{ "target", required_argument, NULL, OPTION_TARGET },
	{ "platform", required_argument, NULL, OPTION_PLATFORM },
	{ "strict", no_argument, NULL, OPTION_STRICT },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ 0 },
};

static int set_target(struct job *job, const char *name)
{
	job->is_own = strcmp(name, OWN_BUILD) == 0;
	if (job->is_own)
		return -1;
	for (int i = 0; i < PXEBOOT_LINT_TARGET_COUNT; i++)
		if (strcmp(pxeboot_lint_target_name(i), name) == 0) {
			job->options.target = (enum pxeboot_lint_target)i;
			return -1;
		}
	return session_usage(&job->session, "no such target: '%s'", name);
}

static int set_platform(struct job *job, const char *name)
{
	for (int i = 0; i < PXEBOOT_LINT_PLATFORM_COUNT; i++)
		if (strcmp(pxeboot_lint_platform_name(i), name) == 0) {
			job->options.platform = (enum pxeboot_lint_platform)i;
			return -1;
		}
	return session_usage(&job->session, "no such platform: '%s'", name);
}

static int take_option(struct job *job, int option)
{
	switch (option) {
	case OPTION_TARGET:
		return set_target(job, optarg);
	case OPTION_PLATFORM:
		return set_platform(job, optarg);
	case OPTION_STRICT:
		job->strict = true;
		return -1;
	case OPTION_JSON:
		job->json = true;
		return -1;
	}
	return session_option(&job->session, option);
}

static int read_options(struct job *job, int argc, char **argv)
{
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS, options, NULL)) != -1) {
		r = take_option(job, option);
		if (r >= 0)
			return r;
	}
	if (optind == argc)
		return session_usage(&job->session, "which script? - is standard input");
	if (!job->is_own && (job->session.policy_path || job->session.n_overrides))
		return session_usage(&job->session, "a policy goes with --target build");
	if (job->json && !json_available(&job->session))
		return EXIT_USAGE;
	return -1;
}

/* What the policy says of its build; its findings are not the scripts'. */
static int load_build(struct job *job)
{
	int r = session_load_or_tell(&job->session);

	if (r != EXIT_FINE)
		return r;
	pxeboot_diagnostics_free(job->session.diagnostics);
	job->session.diagnostics = NULL;
	job->session.n_told = 0;
	if (pxeboot_policy_build(job->session.policy, &job->build) < 0 || !job->build.features_known)
		return session_usage(&job->session, "the policy does not say what its own build can do: ipxe.build.features");
	job->options.build = &job->build;
	job->options.target = pxeboot_lint_target_of(&job->build);
	return -1;
}

/* One byte more than the largest script, to see that it is too large. */
static int read_standard_input(char **ret_bytes, size_t *ret_length)
{
	CLEANUP_FREE char *bytes = malloc(LARGEST_SCRIPT + 1);
	size_t length;

	if (!bytes)
		return -ENOMEM;
	length = fread(bytes, 1, LARGEST_SCRIPT + 1, stdin);
	if (ferror(stdin))
		return -EIO;
	if (length > LARGEST_SCRIPT)
		return -E2BIG;
	*ret_bytes = bytes;
	*ret_length = length;
	bytes = NULL;
	return 0;
}

static int lint_file(struct job *job, const char *path)
{
	bool standard_input = strcmp(path, "-") == 0;
	CLEANUP_FREE char *bytes = NULL;
	size_t length = 0;
	int r = standard_input ? read_standard_input(&bytes, &length)
			       : file_read(path, LARGEST_SCRIPT, &bytes, &length);

	if (r == -E2BIG)
		return session_failure(&job->session, "%s: larger than %d bytes", path, LARGEST_SCRIPT);
	if (r < 0)
		return session_failure(&job->session, "%s: %s", path, strerror(-r));
	r = pxeboot_lint(standard_input ? "<stdin>" : path, bytes, length, &job->options, job->session.diagnostics);
	if (r < 0 && r != -EBADMSG)
		return session_failure(&job->session, "%s: %s", path, strerror(-r));
	return r == -EBADMSG ? EXIT_FINDINGS : EXIT_FINE;
}

/* Every file is looked at, whatever comes of the ones before it. */
static int lint_all(struct job *job, char **paths)
{
	int worst = EXIT_FINE;

	for (; *paths; paths++) {
		int r = lint_file(job, *paths);

		if (r > worst)
			worst = r;
	}
	if (job->json)
		json_lint(&job->session);
	else
		session_tell(&job->session, stdout);
	if (worst == EXIT_FINE && job->strict && session_count(&job->session, PXEBOOT_WARNING) > 0)
		worst = EXIT_FINDINGS;
	if (pxeboot_diagnostics_error(job->session.diagnostics) < 0)
		worst = session_failure(&job->session, "%s", strerror(ENOMEM));
	return worst;
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct job job = { .session = { .command = self }, .options = { .target = PXEBOOT_LINT_HEAD } };
	int r = read_options(&job, argc, argv);

	if (r < 0 && job.is_own)
		r = load_build(&job);
	if (r < 0)
		r = pxeboot_diagnostics_new(&job.session.diagnostics) < 0
			    ? session_failure(&job.session, "%s", strerror(ENOMEM))
			    : lint_all(&job, argv + optind);
	session_end(&job.session);
	return r;
}

const struct plugin_command command_lint = {
	.name = "lint",
	.summary = "tell every fault of iPXE scripts, whoever wrote them",
	.help = "Usage: pxeboot lint [OPTION...] FILE...\n\n"
		"Reads iPXE scripts, of a policy or of anybody's, and tells what iPXE would refuse\n"
		"or do otherwise than it looks, as FILE:LINE:COLUMN. - is standard input. Writes\n"
		"nothing, and needs a policy for --target build alone.\n\n"
		"      --target TARGET    whose iPXE runs them: d12, 1.21.1, d13, 2.0.0 or head (the\n"
		"                         default); d12 and d13 are Debian's packages;\n"
		"                         build is the policy's own, as ipxe.build describes it\n"
		"      --platform NAME    bios, uefi or any (the default: what one of them has is there)\n"
		"      --strict           warnings count, too\n"
		"      --json             findings as JSON on standard output\n"
		SESSION_HELP
		"\nA command that the target lacks is not told when a '||' catches it.\n"
		"\nExit codes: 0 fine, 1 errors (with --strict: warnings too), 2 usage, 3 system.\n",
	.run = run,
};
