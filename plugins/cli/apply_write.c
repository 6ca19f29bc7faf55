/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What apply writes, and in which order (see apply.h): all files of the boot root are made aside and renamed, leaves first,
 * dispatchers after; then configurations; removals last.
 */
#include "apply.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "apply_once.h"
#include "base/file.h"
#include "base/mark.h"
#include "boot_root.h"
#include "difference.h"
#include "loaders.h"

int apply_fail(struct apply *job, const char *path, const char *what, int error)
{
	if (!job->told)
		session_failure(&job->session, "%s: %s", path, what ? what : strerror(-error));
	job->told = true;
	return error;
}

/* ---- Files of the boot root ---------------------------------------------------------------------------------------- */

static int count(struct apply *job, int r)
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
static void show_progress(const struct apply *job, bool done)
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
static int make_folders(struct apply *job)
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
			return apply_fail(job, path, NULL, r);
	}
	return 0;
}

static int show_entry(struct apply *job, const struct pxeboot_entry *entry)
{
	CLEANUP_FREE char *path = NULL;

	if (asprintf(&path, "%s/%s", job->root, entry->path) < 0)
		return -ENOMEM;
	return count(job, boot_root_keeps(job->root, entry) ? 0 : difference_show(path, entry));
}

/* Tells of an entry of the boot root what stopped the work. */
static int fail_entry(struct apply *job, const char *entry, int error)
{
	CLEANUP_FREE char *path = NULL;

	if (asprintf(&path, "%s/%s", job->root, entry) < 0)
		return -ENOMEM;
	return apply_fail(job, path, NULL, error);
}

/* Is entry @index one of a host whose files are known? */
static bool is_known(const struct apply *job, size_t index)
{
	size_t host;

	return pxeboot_tree_host(job->tree, index, &host) == 0 && job->known.hosts[host];
}

static int add_entry(struct apply *job, const struct pxeboot_entry *entry)
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

static int each_entry(struct apply *job, int (*each)(struct apply *job, const struct pxeboot_entry *entry))
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

static int forget(struct apply *job)
{
	int r = known_forget(&job->known);

	return r < 0 ? apply_fail(job, job->known.path, NULL, r) : 0;
}

/* Entries that somebody else looks after stand at the end of the plan.  Whether they are there is asked when they are
 * written: since the batch was begun, the hook may have seen a hundred machines. */
static int write_kept(struct apply *job)
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
static int write_entries(struct apply *job)
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
static int look_over(struct apply *job)
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

static int list_all(struct apply *job)
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

static int write_output(struct apply *job, struct output_job *slot)
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
		return apply_fail(job, slot->path, NULL, r);
	slot->changed = r > 0;
	return count(job, r);
}

/* What machines find by other files' word alone: one that has read those may come for it yet.  What a machine finds by its own
 * name would go on saying what it shall do, and answers may be secret. */
static bool is_named(const char *path)
{
	static const char *const folders[] = {
		"menus/", "profiles/", "groups/", "themes/", "grub/menus/", "grub/profiles/", "grub/to/",
		"pxelinux.cfg/menus/", "pxelinux.cfg/profiles/",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (strncmp(path, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

/* Until the next apply. */
static int leave(struct apply *job, const char *path)
{
	int r = manifest_add(&job->left, path);

	job->n_left += r == 0;
	return r;
}

static int remove_stale(void *context, const char *path)
{
	struct apply *job = context;
	CLEANUP_FREE char *whole = NULL;

	if (is_named(path) && !manifest_had(&job->left, path))
		return leave(job, path);
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
	return unlink(whole) < 0 && errno != ENOENT ? apply_fail(job, whole, NULL, -errno) : 0;
}

/* Loaders go before the scripts that they run. */
static int bring_loaders(struct apply *job)
{
	struct loaders_count count = { 0 };
	CLEANUP_FREE char *path = NULL;
	int r;

	if (!job->loaders)
		return 0;
	r = loaders_take(&job->session, job->loaders, job->built ? &job->build : NULL, job->dry_run, &count, &path);
	job->written += count.written;
	job->unchanged += count.unchanged;
	return r < 0 ? apply_fail(job, path ? path : job->root, r == -ESTALE ? "changed meanwhile; apply again" : NULL, r) : 0;
}

/* What a one-shot boot leads to is there now; what it may have led to still is. */
static int bring_one_shots(struct apply *job)
{
	int r = apply_once(&job->session, job->dry_run);

	job->told |= r < 0;
	return r;
}

static int load_list(struct apply *job, struct manifest *list, const char *name)
{
	int r = manifest_load(list, job->root, name);

	if (r == -EBADMSG)
		return apply_fail(job, list->path, "names what can't be a file of ours; move it aside to go on without "
				  "it, and nothing will be removed this time", r);
	return r < 0 ? apply_fail(job, list->path ? list->path : job->root, NULL, r) : 0;
}

static int save_list(struct apply *job, struct manifest *list, enum manifest_content content)
{
	int r = job->dry_run ? 0 : manifest_save(list, content);

	return r < 0 ? apply_fail(job, list->path, NULL, r) : 0;
}

static int begin_list(struct apply *job)
{
	int r = load_list(job, &job->manifest, MANIFEST_FILES);

	if (r == 0)
		r = list_all(job);
	return r == 0 ? save_list(job, &job->manifest, MANIFEST_BOTH) : r;
}

/* What is left now is ours as much as the tree. */
static int list_left(struct apply *job)
{
	int r = 0;

	for (size_t i = 0; i < job->left.n_new && r == 0; i++)
		r = manifest_add(&job->manifest, job->left.new_paths[i]);
	if (r == 0 && job->left.n_new)
		return save_list(job, &job->left, MANIFEST_NEW);
	if (r == 0 && !job->dry_run && unlink(job->left.path) < 0 && errno != ENOENT)
		return apply_fail(job, job->left.path, NULL, -errno);
	return r;
}

static int end_list(struct apply *job)
{
	int r = manifest_stale(&job->manifest, remove_stale, job);

	if (r == 0)
		r = list_left(job);
	return r == 0 ? save_list(job, &job->manifest, MANIFEST_NEW) : r;
}

/* What those have left that were killed, wherever one writes file by file. */
static void sweep(const struct apply *job)
{
	static const char *const folders[] = { "", "clients/", "once/", "done/" };

	batch_sweep(job->root);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		CLEANUP_FREE char *path = NULL;

		if (asprintf(&path, "%s/%s", job->root, folders[i]) < 0)
			path = NULL;
		else
			file_sweep(path);
	}
	for (size_t i = 0; i < job->n_outputs; i++)
		file_sweep(job->outputs[i].path);
}

/* Everything is in its place: a disk that is full now is no reason to keep servers from reading it. */
static void remember(const struct apply *job)
{
	int r = known_save(&job->known, job->shared);

	if (r < 0)
		fprintf(stderr, "pxeboot apply: %s: %s; the boot root is as it should be, and the next apply looks at every "
			"file of it\n", job->known.path, strerror(-r));
}

/* The list on disk names every file of ours at every instant: first old and new, at the end new alone. */
int apply_write(struct apply *job)
{
	int r = look_over(job);
	bool listed;

	if (r == 0)
		r = load_list(job, &job->left, MANIFEST_LEFT);
	if (r == 0 && !job->dry_run)
		sweep(job);
	listed = r == 0 && !job->left.n_old && known_has_list(&job->known, job->shared);
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
