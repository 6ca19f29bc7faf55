/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list of our files in a boot root.
 */
#include "manifest.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"

#define LIMIT ((size_t)1 << 30)

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(char **paths, size_t count)
{
	if (count > 1)
		qsort(paths, count, sizeof(*paths), compare);
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* Somebody else may have written there: a line that could lead out of the boot root spoils the list. */
static int split(struct manifest *manifest)
{
	char *line = manifest->old, *end;

	manifest->old_paths = calloc(count_lines(line) + 1, sizeof(char *));
	if (!manifest->old_paths)
		return -ENOMEM;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!scalar_is_file_path(line))
			return -EBADMSG;
		manifest->old_paths[manifest->n_old++] = line;
	}
	sort(manifest->old_paths, manifest->n_old);
	return 0;
}

int manifest_load(struct manifest *manifest, const char *root, const char *name)
{
	int r;

	*manifest = (struct manifest){ 0 };
	if (asprintf(&manifest->path, "%s/%s", root, name) < 0) {
		manifest->path = NULL;
		return -ENOMEM;
	}
	r = file_read(manifest->path, LIMIT, &manifest->old, NULL);
	if (r == -ENOENT)
		return 0;
	return r < 0 ? r : split(manifest);
}

int manifest_add(struct manifest *manifest, const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	if (manifest->n_new == manifest->new_capacity) {
		size_t capacity = manifest->new_capacity ? 2 * manifest->new_capacity : 64;
		char **paths = reallocarray(manifest->new_paths, capacity, sizeof(*paths));

		if (!paths) {
			free(copy);
			return -ENOMEM;
		}
		manifest->new_paths = paths;
		manifest->new_capacity = capacity;
	}
	manifest->new_paths[manifest->n_new++] = copy;
	return 0;
}

int manifest_save(struct manifest *manifest, enum manifest_content content)
{
	size_t i = 0, j = 0, n_old = content == MANIFEST_BOTH ? manifest->n_old : 0;
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r;

	sort(manifest->new_paths, manifest->n_new);
	while (i < n_old || j < manifest->n_new) {
		int order = i == n_old ? 1 : j == manifest->n_new ? -1
			    : strcmp(manifest->old_paths[i], manifest->new_paths[j]);

		text_addf(&text, "%s\n", order <= 0 ? manifest->old_paths[i] : manifest->new_paths[j]);
		i += order <= 0;
		j += order >= 0;
	}
	if (text.error)
		return text.error;
	r = file_make_parents(manifest->path);
	if (r == 0)
		r = file_write(manifest->path, text.bytes ? text.bytes : "", text.length, 0644);
	return r < 0 ? r : 0;
}

int manifest_stale(struct manifest *manifest, int (*remove)(void *context, const char *path), void *context)
{
	int r = 0;

	sort(manifest->new_paths, manifest->n_new);
	for (size_t i = 0; i < manifest->n_old && r >= 0; i++)
		if (!manifest->n_new || !bsearch(&manifest->old_paths[i], manifest->new_paths, manifest->n_new,
						 sizeof(char *), compare))
			r = remove(context, manifest->old_paths[i]);
	return r < 0 ? r : 0;
}

bool manifest_had(const struct manifest *manifest, const char *path)
{
	return manifest->n_old && bsearch(&path, manifest->old_paths, manifest->n_old, sizeof(char *), compare);
}

void manifest_free(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->n_new; i++)
		free(manifest->new_paths[i]);
	free(manifest->new_paths);
	free(manifest->old_paths);
	free(manifest->old);
	free(manifest->path);
	*manifest = (struct manifest){ 0 };
}
