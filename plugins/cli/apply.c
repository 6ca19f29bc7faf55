/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot apply: makes the boot root and the servers' configurations what the policy says.  Nothing is written before
 * everything has been rendered and checked; then all files of the boot root are made aside and renamed, leaves first,
 * dispatchers after; then configurations; removals last.  A machine that boots meanwhile boots.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply_once.h"
#include "base/file.h"
#include "base/mark.h"
#include "boot_root.h"
#include "cli.h"
#include "difference.h"
#include "files.h"
#include "known.h"
#include "loaders.h"
#include "manifest.h"

struct output_job {
	const struct plugin_output *output;
	const char *path;
	struct text text;
	bool changed;
};

#define MAX_OUTPUTS 8

struct job {
	struct session session;
	bool dry_run, reload, full;
	bool told;			/* what stopped the work was told */
	const char *loaders;		/* where loaders are taken from, packages' or an own build's, "" for this machine; or NULL */
	struct loaders_build build;	/* what is there */
	bool built;			/* is an own build */
	struct pxeboot_tree *tree;
	const char *root;
	struct batch batch;		/* of files of the boot root */
	struct known known;
	uint64_t shared;		/* the sum of the marks of the paths of everybody's entries */
	struct output_job outputs[MAX_OUTPUTS];
	size_t n_outputs;
	struct manifest manifest;
	size_t written, removed, unchanged, planned;
	size_t kept;			/* of the planned: those that somebody else looks after */
};

/* ---- Rendering and checking ------------------------------------------------------------------------------------- */

static int render_output(struct job *job, const struct plugin_output *output)
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

/* The program itself reads a candidate before anything is replaced. */
static int verify_output(struct job *job, const struct output_job *slot)
{
	char candidate[] = "/tmp/pxeboot-candidate.XXXXXX";
	int r, fd;

	if (!slot->output->verify)
		return 0;
	fd = mkstemp(candidate);
	if (fd < 0)
		return -errno;
	close(fd);
	r = file_write(candidate, slot->text.bytes ? slot->text.bytes : "", slot->text.length, 0644);
	if (r >= 0)
		r = slot->output->verify(candidate, job->session.diagnostics);
	unlink(candidate);
	return r;
}

static int open_build(struct job *job)
{
	int r = job->loaders && *job->loaders ? loaders_build_open(job->loaders, job->session.diagnostics, &job->build) : -ENOENT;

	job->built = r == 0;
	return r == -ENOENT ? 0 : r;
}

static int prepare(struct job *job)
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

/* Tells what stopped the work, once, and hands the error on. */
static int fail(struct job *job, const char *path, const char *what, int error)
{
	if (!job->told)
		session_failure(&job->session, "%s: %s", path, what ? what : strerror(-error));
	job->told = true;
	return error;
}

/* ---- Writing ---------------------------------------------------------------------------------------------------- */

static int count(struct job *job, int r)
{
	if (r < 0)
		return r;
	if (r > 0)
		job->written++;
	else
		job->unchanged++;
	return 0;
}

/* Long work shows that it goes on, where somebody sees it. */
static void show_progress(const struct job *job, bool done)
{
	size_t looked_at = job->written + job->unchanged;

	if (job->dry_run || job->planned < 1000 || (!done && looked_at % 512) || !isatty(STDERR_FILENO))
		return;
	if (done)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r%zu of %zu files", looked_at, job->planned);
}

static bool knows_macs(const struct pxeboot_policy *policy)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host(policy, i, &host) == 0; i++)
		if (host.n_macs)
			return true;
	return false;
}

/* Where one-shot boots come and go: nothing here is written or removed by apply itself. */
static int make_folders(struct job *job)
{
	static const char *const folders[] = { "once", "done" };

	if (!knows_macs(job->session.policy))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		CLEANUP_FREE char *path = NULL;

		if (asprintf(&path, "%s/%s/", job->root, folders[i]) < 0)
			return -ENOMEM;
		int r = file_make_parents(path);

		if (r < 0)
			return fail(job, path, NULL, r);
	}
	return 0;
}

static int show_entry(struct job *job, const struct pxeboot_entry *entry)
{
	CLEANUP_FREE char *path = NULL;

	if (asprintf(&path, "%s/%s", job->root, entry->path) < 0)
		return -ENOMEM;
	return count(job, boot_root_keeps(job->root, entry) ? 0 : difference_show(path, entry));
}

/* Tells of an entry of the boot root what stopped the work. */
static int fail_entry(struct job *job, const char *entry, int error)
{
	CLEANUP_FREE char *path = NULL;

	if (asprintf(&path, "%s/%s", job->root, entry) < 0)
		return -ENOMEM;
	return fail(job, path, NULL, error);
}

/* Is entry @index one of a host whose files are known? */
static bool is_known(const struct job *job, size_t index)
{
	size_t host;

	return pxeboot_tree_host(job->tree, index, &host) == 0 && job->known.hosts[host];
}

static int add_entry(struct job *job, const struct pxeboot_entry *entry)
{
	int r;

	if (entry->keep) {
		job->kept++;
		return 0;
	}
	r = boot_root_add(&job->batch, entry);
	if (r < 0)
		return fail_entry(job, entry->path, r);
	show_progress(job, false);
	return count(job, r);
}

static int each_entry(struct job *job, int (*each)(struct job *job, const struct pxeboot_entry *entry))
{
	struct pxeboot_entry entry;
	int r;

	for (size_t i = 0; i < job->planned; i++) {
		if (is_known(job, i)) {
			job->unchanged++;
			continue;
		}
		r = pxeboot_tree_get(job->tree, i, &entry);
		if (r == 0)
			r = each(job, &entry);
		if (r < 0)
			return r;
	}
	return 0;
}

static int forget(struct job *job)
{
	int r = known_forget(&job->known);

	return r < 0 ? fail(job, job->known.path, NULL, r) : 0;
}

/* Entries that somebody else looks after stand at the end of the plan.  Whether they are there is asked when they are
 * written: since the batch was begun, the hook may have seen a hundred machines. */
static int write_kept(struct job *job)
{
	struct pxeboot_entry entry;
	int r = 0;

	for (size_t i = job->planned - job->kept; i < job->planned && r == 0; i++) {
		r = pxeboot_tree_get(job->tree, i, &entry);
		if (r < 0)
			return r;
		r = boot_root_write(job->root, &entry);
		r = r < 0 ? fail_entry(job, entry.path, r) : count(job, r);
	}
	return r;
}

/* Nothing is under its name before everything is on the disk. */
static int write_entries(struct job *job)
{
	const char *at = "";
	int r;

	if (job->dry_run)
		return each_entry(job, show_entry);
	r = each_entry(job, add_entry);
	show_progress(job, true);
	if (r == 0 && job->batch.n)
		r = forget(job);
	if (r == 0)
		r = batch_commit(&job->batch, &at);
	return r < 0 ? fail_entry(job, at, r) : write_kept(job);
}

/* How many entries there are, and what everybody's are called. */
static int look_over(struct job *job)
{
	const char *path;
	size_t host;
	int r;

	for (; (r = pxeboot_tree_host(job->tree, job->planned, &host)) != -ENOENT; job->planned++) {
		if (r == 0)
			continue;
		r = pxeboot_tree_path(job->tree, job->planned, &path);
		if (r < 0)
			return r;
		job->shared += mark_string(MARK_INIT, path);
	}
	return 0;
}

static int list_all(struct job *job)
{
	const char *path;
	int r = 0;

	for (size_t i = 0; i < job->planned && r == 0; i++) {
		r = pxeboot_tree_path(job->tree, i, &path);
		if (r == 0)
			r = manifest_add(&job->manifest, path);
	}
	return r;
}

static int write_output(struct job *job, struct output_job *slot)
{
	struct pxeboot_entry entry = {
		.path = slot->path, .kind = PXEBOOT_ENTRY_FILE,
		.bytes = slot->text.bytes ? slot->text.bytes : "", .length = slot->text.length,
	};
	int r;

	if (job->dry_run) {
		r = difference_show(slot->path, &entry);
	} else {
		r = file_make_parents(slot->path);
		if (r == 0)
			r = file_write(slot->path, entry.bytes, entry.length, 0644);
		if (r >= 0 && slot->output->settle && slot->output->settle(job->session.policy, job->session.diagnostics) < 0)
			r = -ENOMEM;
	}
	if (r < 0)
		return fail(job, slot->path, NULL, r);
	slot->changed = r > 0;
	return count(job, r);
}

static int remove_stale(void *context, const char *path)
{
	struct job *job = context;
	CLEANUP_FREE char *whole = NULL;

	if (asprintf(&whole, "%s/%s", job->root, path) < 0)
		return -ENOMEM;
	job->removed++;
	if (job->dry_run) {
		printf("would remove %s\n", whole);
		return 0;
	}
	int r = forget(job);

	if (r < 0)
		return r;
	return unlink(whole) < 0 && errno != ENOENT ? fail(job, whole, NULL, -errno) : 0;
}

/* Loaders go before the scripts that they run. */
static int bring_loaders(struct job *job)
{
	struct loaders_count count = { 0 };
	CLEANUP_FREE char *path = NULL;
	int r;

	if (!job->loaders)
		return 0;
	r = loaders_take(&job->session, job->loaders, job->built ? &job->build : NULL, job->dry_run, &count, &path);
	job->written += count.written;
	job->unchanged += count.unchanged;
	return r < 0 ? fail(job, path ? path : job->root, r == -ESTALE ? "changed meanwhile; apply again" : NULL, r) : 0;
}

/* What a one-shot boot leads to is there now; what it may have led to still is. */
static int bring_one_shots(struct job *job)
{
	int r = apply_once(&job->session, job->dry_run);

	job->told |= r < 0;
	return r;
}

static int begin_list(struct job *job)
{
	int r = manifest_load(&job->manifest, job->root, MANIFEST_FILES);

	if (r == -EBADMSG)
		return fail(job, job->manifest.path, "names what can't be a file of ours; move it aside to go on without "
			    "it, and nothing will be removed this time", r);
	if (r == 0)
		r = list_all(job);
	if (r == 0 && !job->dry_run)
		r = manifest_save(&job->manifest, MANIFEST_BOTH);
	return r < 0 ? fail(job, job->manifest.path ? job->manifest.path : job->root, NULL, r) : 0;
}

static int end_list(struct job *job)
{
	int r = manifest_stale(&job->manifest, remove_stale, job);

	return r == 0 && !job->dry_run ? manifest_save(&job->manifest, MANIFEST_NEW) : r;
}

/* Everything is in its place: a disk that is full now is no reason to keep servers from reading it. */
static void remember(const struct job *job)
{
	int r = known_save(&job->known, job->shared);

	if (r < 0)
		fprintf(stderr, "pxeboot apply: %s: %s; the boot root is as it should be, and the next apply looks at every "
			"file of it\n", job->known.path, strerror(-r));
}

/* The list on disk names every file of ours at every instant: first old and new, at the end new alone. */
static int write_all(struct job *job)
{
	int r = look_over(job);
	bool listed = r == 0 && known_has_list(&job->known, job->shared);

	if (r == 0 && !listed)
		r = begin_list(job);
	if (r == 0 && !job->dry_run)
		r = make_folders(job);
	if (r == 0)
		r = bring_loaders(job);
	if (r == 0)
		r = write_entries(job);
	for (size_t i = job->n_outputs; i > 0 && r == 0; i--)	/* the map before the names that it maps */
		r = write_output(job, &job->outputs[i - 1]);
	if (r == 0)
		r = bring_one_shots(job);
	if (r == 0 && !listed)
		r = end_list(job);
	if (r == 0 && !job->dry_run)
		remember(job);
	return r;
}

/* ---- Afterwards ------------------------------------------------------------------------------------------------- */

static int reload_or_say(struct job *job, const struct output_job *slot)
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
static void tell_files(struct job *job)
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
static void tell_left(const struct job *job)
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

static int finish(struct job *job)
{
	int worst = EXIT_FINE;

	printf("%s: %zu %s, %zu %s, %zu unchanged\n", job->root, job->written,
	       job->dry_run ? "would be written" : "written", job->removed,
	       job->dry_run ? "would be removed" : "removed", job->unchanged);
	for (size_t i = job->n_outputs; i > 0; i--) {
		int r = reload_or_say(job, &job->outputs[i - 1]);

		if (r > worst)
			worst = r;
	}
	tell_left(job);
	tell_files(job);
	return worst;
}

static int apply(struct job *job)
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
		r = write_all(job);
	if (r < 0) {
		fail(job, job->root, NULL, r);
		return EXIT_SYSTEM;
	}
	return finish(job);
}

static void clean_up(struct job *job)
{
	for (size_t i = 0; i < job->n_outputs; i++)
		text_free(&job->outputs[i].text);
	batch_free(&job->batch);
	known_free(&job->known);
	manifest_free(&job->manifest);
	loaders_build_close(&job->build);
	pxeboot_tree_free(job->tree);
	session_end(&job->session);
}

static int set_loaders(struct job *job, const char *folder)
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
	struct job job = { .session = { .command = self } };
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
