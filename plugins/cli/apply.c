/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot apply: makes the boot root and the servers' configurations what the policy says.  Nothing is written before
 * everything has been rendered and checked; apply_write.c does that; then it is told what is to be done yet.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply.h"
#include "base/file.h"
#include "files.h"

/* ---- Rendering and checking ------------------------------------------------------------------------------------- */

static int render_output(struct apply *job, const struct plugin_output *output)
{
	const char *path = output->path(job->session.policy);
	struct output_job *slot = &job->outputs[job->n_outputs];
	int r;

	if (!path)
		return 0;
	if (job->n_outputs == MAX_OUTPUTS)
		return -E2BIG;
	*slot = (struct output_job){ .output = output, .path = path };
	job->n_outputs++;
	r = output->write(job->session.policy, &slot->text, job->session.diagnostics);
	return r < 0 ? r : slot->text.error;
}

/* A file without a name, which nobody can leave behind; the other program opens it as one of ours. */
static int open_candidate(const struct text *text, char **ret_path)
{
	int fd = memfd_create("pxeboot-candidate", MFD_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, text->bytes, text->length);
	if (r == 0 && asprintf(ret_path, "/proc/%ld/fd/%d", (long)getpid(), fd) < 0)
		r = -ENOMEM;
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

/* The program itself reads a candidate before anything is replaced. */
static int verify_output(struct apply *job, const struct output_job *slot)
{
	CLEANUP_FREE char *candidate = NULL;
	int r, fd;

	if (!slot->output->verify)
		return 0;
	fd = open_candidate(&slot->text, &candidate);
	if (fd < 0)
		return fd;
	r = slot->output->verify(candidate, job->session.diagnostics);
	close(fd);
	return r;
}

static int open_build(struct apply *job)
{
	int r = job->loaders && *job->loaders ? loaders_build_open(job->loaders, job->session.diagnostics, &job->build) : -ENOENT;

	job->built = r == 0;
	return r == -ENOENT ? 0 : r;
}

static int prepare(struct apply *job)
{
	struct pxeboot_proof proof;
	int r = known_load(&job->known, job->session.policy, job->root, job->full);

	if (r == 0)
		r = check_policy(&job->session, NULL, job->known.hosts, job->known.quiet, &proof, &job->tree);
	for (size_t i = 0; all_plugins[i] && r == 0; i++)
		if (all_plugins[i]->output)
			r = render_output(job, all_plugins[i]->output);
	for (size_t i = 0; i < job->n_outputs && r == 0; i++)
		r = verify_output(job, &job->outputs[i]);
	return r == 0 ? open_build(job) : r;
}

/* ---- Afterwards ------------------------------------------------------------------------------------------------- */

static int reload_or_say(struct apply *job, const struct output_job *slot)
{
	const char *command = slot->output->reload ? slot->output->reload(job->session.policy) : NULL;
	int status;

	if (!slot->changed || !command || !*command)
		return EXIT_FINE;
	if (!job->reload || job->dry_run) {
		printf("%s has changed; %s reads it after: %s\n", slot->path, slot->output->program, command);
		return EXIT_FINE;
	}
	fflush(stdout);
	status = system(command);
	if (status != 0)
		return session_failure(&job->session, "%s: '%s' failed", slot->output->program, command);
	printf("%s: reloaded (%s)\n", slot->output->program, command);
	return EXIT_FINE;
}

/* Kernels and loaders are the administrator's files: we name them and don't bring them, and a boot root may be made before
 * they are there.  So what is wrong with them is told and stops nothing. */
static void tell_files(struct apply *job)
{
	size_t before = pxeboot_diagnostics_count(job->session.diagnostics), warnings = 0;
	const struct pxeboot_diagnostic *diagnostic;

	int r = check_files(&job->session, job->tree);

	if (r < 0)
		fprintf(stderr, "pxeboot apply: the files that machines fetch were not looked at: %s\n", strerror(-r));
	for (size_t i = before; (diagnostic = pxeboot_diagnostics_get(job->session.diagnostics, i)); i++)
		warnings += diagnostic->severity != PXEBOOT_NOTE;
	session_tell(&job->session, stderr);
	if (warnings)
		fprintf(stderr, "pxeboot apply: the policy is fine; machines that need these files will not boot until that is "
			"mended.\n");
}

/* Does what `apply` writes for other programs begin so? */
static bool is_ours(const char *path)
{
	static const char head[] = "# Written by `pxeboot apply`";
	char begin[sizeof(head)] = "";
	FILE *file = fopen(path, "re");
	bool ours = file && fgets(begin, sizeof(begin), file) && strcmp(begin, head) == 0;

	if (file)
		fclose(file);
	return ours;
}

/* Removing it would keep a server from starting whose configuration includes it. */
static void tell_left(const struct apply *job)
{
	for (size_t i = 0; all_plugins[i]; i++) {
		const struct plugin_output *output = all_plugins[i]->output;
		const char *path = output && output->setting && !output->path(job->session.policy)
					   ? pxeboot_policy_get(job->session.policy, output->setting) : NULL;

		if (path && is_ours(path))
			fprintf(stderr, "pxeboot apply: %s is left from an earlier policy, and %s goes by it as long as its configuration "
				"has it: take it out of that, then remove it.\n", path, output->program);
	}
}

static int finish(struct apply *job)
{
	int worst = EXIT_FINE;

	printf("%s: %zu %s, %zu %s, %zu unchanged\n", job->root, job->written,
	       job->dry_run ? "would be written" : "written", job->removed,
	       job->dry_run ? "would be removed" : "removed", job->unchanged);
	if (job->n_left)
		printf("%zu %s for machines on their way there, until the next apply\n", job->n_left,
		       job->dry_run ? "would be left" : "left");
	for (size_t i = job->n_outputs; i > 0; i--) {
		int r = reload_or_say(job, &job->outputs[i - 1]);

		if (r > worst)
			worst = r;
	}
	tell_left(job);
	tell_files(job);
	return worst;
}

static int apply(struct apply *job)
{
	int r = session_load_or_tell(&job->session);

	if (r != EXIT_FINE)
		return r;
	job->root = pxeboot_policy_get(job->session.policy, "server.root");
	job->batch = (struct batch)BATCH_INIT(job->root);
	r = prepare(job);
	session_tell(&job->session, stderr);
	if (r == -EBADMSG) {
		fprintf(stderr, "pxeboot apply: nothing was written.\n");
		return EXIT_FINDINGS;
	}
	if (r == 0)
		r = apply_write(job);
	if (r < 0) {
		apply_fail(job, job->root, NULL, r);
		return EXIT_SYSTEM;
	}
	return finish(job);
}

static void clean_up(struct apply *job)
{
	for (size_t i = 0; i < job->n_outputs; i++)
		text_free(&job->outputs[i].text);
	batch_free(&job->batch);
	known_free(&job->known);
	manifest_free(&job->manifest);
	manifest_free(&job->left);
	loaders_build_close(&job->build);
	pxeboot_tree_free(job->tree);
	session_end(&job->session);
}

static int set_loaders(struct apply *job, const char *folder)
{
	struct stat status;

	job->loaders = folder;
	if (!*folder || (stat(folder, &status) == 0 && S_ISDIR(status.st_mode)))
		return -1;
	return session_usage(&job->session, "--loaders: no such folder: '%s'", folder);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	static const struct option options[] = {
		SESSION_LONG_OPTIONS,
		{ "dry-run", no_argument, NULL, 'n' }, { "full", no_argument, NULL, 'f' }, { "reload", no_argument, NULL, 'r' },
		{ "loaders", optional_argument, NULL, 'L' }, { 0 },
	};
	struct apply job = { .session = { .command = self } };
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS "fnr", options, NULL)) != -1) {
		r = -1;
		if (option == 'n')
			job.dry_run = true;
		else if (option == 'f')
			job.full = true;
		else if (option == 'r')
			job.reload = true;
		else if (option == 'L')
			r = set_loaders(&job, optarg ? optarg : "");
		else
			r = session_option(&job.session, option);
		if (r >= 0)
			return r;
	}
	if (optind < argc)
		return session_usage(&job.session, "unexpected argument '%s'%s", argv[optind],
				     job.loaders && !*job.loaders ? "; a folder of loaders goes behind '=': --loaders=DIR" : "");
	r = apply(&job);
	clean_up(&job);
	return r;
}

const struct plugin_command command_apply = {
	.name = "apply",
	.acts = true,
	.summary = "write the boot root and the servers' configurations",
	.help = "Usage: pxeboot apply [OPTION...]\n\n"
		"Makes the boot root, the DHCP server's configuration and in.tftpd's map what the\n"
		"policy says. Only what changed is written, each file at once, in an order that lets\n"
		"machines boot meanwhile. A policy with an error changes nothing.\n\n"
		"  -n, --dry-run          show what would change, as a diff; write nothing\n"
		"  -f, --full             look at every file of the boot root: also those of hosts that\n"
		"                         have not changed, which somebody may have written over\n"
		"  -r, --reload           make the servers read what changed: dnsmasq by a restart\n"
		"                         (SIGHUP does not read it, and can crash it), ISC dhcpd by\n"
		"                         one, in.tftpd and Kea by SIGHUP after what they read was\n"
		"                         checked\n"
		"      --loaders[=DIR]    take the loaders that the policy names from the installed\n"
		"                         packages (ipxe, shim-signed, GRUB's, pxelinux), or from\n"
		"                         packages unpacked into DIR, or from a folder that\n"
		"                         ipxe-src/build wrote; files of others stay\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 the policy has errors, 2 usage, 3 system.\n",
	.run = run,
};
