/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which files a policy is made of: the first one, then *.conf in policy.d/ beside it, in order of their bytes, so that
 * the order is the same under every locale.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"

int load_depends(struct load *load, const char *path)
{
	struct policy_private *private = load->policy->private;
	const char *copy = arena_string(load->arena, path);

	if (!copy || array_grow(&private->files, private->n_files, &private->files_capacity, sizeof(*private->files)))
		return -ENOMEM;
	private->files[private->n_files++] = copy;
	return 0;
}

int load_add_source(struct load *load, struct source *source)
{
	int r = array_grow(&load->sources, load->n_sources, &load->sources_capacity, sizeof(struct source *));

	if (!r)
		r = source_parse(source);
	if (r) {
		source_free(source);
		free(source);
		return r;
	}
	load->sources[load->n_sources++] = source;
	return 0;
}

static int read_source(struct load *load, const char *file)
{
	struct source *source = malloc(sizeof(*source));

	if (!source)
		return -ENOMEM;
	int r = source_read(source, load, file);

	if (!r)
		return load_add_source(load, source);
	source_free(source);
	free(source);
	return r;
}

/* Editors' and packagers' leavings do not end in .conf; names with a dot in front are hidden. */
static bool is_drop_in_name(const char *name)
{
	size_t length = strlen(name);

	return name[0] != '.' && length > 5 && !strcmp(name + length - 5, ".conf");
}

static int is_drop_in(const struct dirent *entry)
{
	return is_drop_in_name(entry->d_name);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Its name was listed, so it is a link. */
static void tell_dangling(struct load *load, const char *file)
{
	load_fault(load, &(struct fault) { .id = "policy.file", .where = { file, 0 },
		   .problem = "links to what is not there", .expected = "a file, or no link", .got = file });
}

static int read_drop_in(struct load *load, const char *directory, const char *name)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;

	text_addf(&path, "%s/%s", directory, name);
	if (path.error)
		return path.error;
	int r = read_source(load, path.bytes);

	if (!r || r == -ENOMEM)
		return r;
	const char *file = arena_string(load->arena, path.bytes);

	if (r == -ENOENT)
		tell_dangling(load, file);
	else
		load_unreadable(load, (struct location) { file, 0 }, NULL, path.bytes, r);
	load->blind = true;
	return 0;
}

/* Beside the first file, named as that one was named. */
static char *drop_in_directory(struct load *load)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	const char *slash = strrchr(load->policy->path, '/');

	if (slash)
		text_add_bytes(&path, load->policy->path, (size_t)(slash + 1 - load->policy->path));
	text_add(&path, "policy.d");
	return path.error ? NULL : arena_string(load->arena, path.bytes);
}

/* The name in @directory that only a draft has so far; NULL when it is there, or stands elsewhere. */
static const char *new_drop_in(const struct load *load, const char *directory, struct dirent *const *entries, int n)
{
	size_t length = strlen(directory);
	const char *file = load->draft_file, *name;

	if (!file || strncmp(file, directory, length) || file[length] != '/')
		return NULL;
	name = file + length + 1;
	if (strchr(name, '/') || !is_drop_in_name(name))
		return NULL;
	for (int i = 0; i < n; i++)
		if (!strcmp(entries[i]->d_name, name))
			return NULL;
	return name;
}

static int read_all(struct load *load, const char *directory, struct dirent *const *entries, int n)
{
	const char *draft = new_drop_in(load, directory, entries, n);
	int r = 0;

	for (int i = 0; !r && i < n; i++) {
		if (draft && strcmp(draft, entries[i]->d_name) < 0) {
			r = read_drop_in(load, directory, draft);
			draft = NULL;
		}
		if (!r)
			r = read_drop_in(load, directory, entries[i]->d_name);
	}
	return !r && draft ? read_drop_in(load, directory, draft) : r;
}

static int read_drop_ins(struct load *load)
{
	const char *directory = drop_in_directory(load);
	struct dirent **entries = NULL;

	int r = directory ? load_depends(load, directory) : -ENOMEM;

	if (r)
		return r;
	int n = scandir(directory, &entries, is_drop_in, by_bytes);

	if (n < 0 && errno == ENOMEM)
		return -ENOMEM;
	if (n < 0 && errno != ENOENT) {
		load_unreadable(load, (struct location) { directory, 0 }, NULL, directory, -errno);
		load->blind = true;
	}
	r = read_all(load, directory, entries, n);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return r;
}

static int set_path(struct load *load, const char *path)
{
	struct pxeboot_policy *policy = load->policy;
	const char *slash = strrchr(path, '/');
	char *directory = arena_string(load->arena, slash ? path : ".");

	policy->path = arena_string(load->arena, path);
	if (!policy->path || !directory)
		return -ENOMEM;
	/* "/pxeboot.conf" stands in "/". */
	if (slash)
		directory[slash == path ? 1 : slash - path] = '\0';
	policy->directory = directory;
	return 0;
}

int load_read(struct load *load, const char *path)
{
	int r = set_path(load, path);

	if (r)
		return r;
	r = read_source(load, path);
	if (r && r != -ENOMEM)
		load_unreadable(load, (struct location) { load->policy->path, 0 }, NULL, path, r);
	return r ? r : read_drop_ins(load);
}
