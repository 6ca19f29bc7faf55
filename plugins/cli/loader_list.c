/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list of loaders (see loader_list.h): "SUM VERSION PATH" a line.
 */
#include "loader_list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"

#define LIMIT (1u << 20)
#define SUM_LENGTH 16

/* FNV-1a with 64 bits, and the length: it tells a file that somebody has exchanged, not one that was made to look alike. */
static void sum_of(const char *bytes, size_t length, char ret[SUM_LENGTH + 1])
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
	snprintf(ret, SUM_LENGTH + 1, "%016" PRIx64, sum ^ length);
}

static struct loader_entry *find(const struct loader_list *list, const char *path)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->entries[i].path, path) == 0)
			return &list->entries[i];
	return NULL;
}

static struct loader_entry *add(struct loader_list *list, const char *path)
{
	struct loader_entry *entries = reallocarray(list->entries, list->count + 1, sizeof(*entries));

	if (!entries)
		return NULL;
	list->entries = entries;
	entries[list->count] = (struct loader_entry){ .path = strdup(path) };
	return entries[list->count].path ? &entries[list->count++] : NULL;
}

static bool is_version(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return length > 0 && length < LOADER_VERSION;
}

/* Cuts the line in three; a line that was damaged says nothing of its file. */
static int take_line(struct loader_list *list, char *line)
{
	char *version = strchr(line, ' '), *path = version ? strchr(version + 1, ' ') : NULL;
	struct loader_entry *entry;

	if (!path)
		return 0;
	*version++ = '\0';
	*path++ = '\0';
	if (strlen(line) != SUM_LENGTH || strspn(line, "0123456789abcdef") != SUM_LENGTH || !is_version(version) ||
	    !scalar_is_file_path(path) || find(list, path))
		return 0;
	entry = add(list, path);
	if (!entry)
		return -ENOMEM;
	memcpy(entry->sum, line, sizeof(entry->sum));
	memcpy(entry->version, version, strlen(version) + 1);
	return 0;
}

int loader_list_load(struct loader_list *list, const char *root)
{
	CLEANUP_FREE char *bytes = NULL;
	char *line, *end;
	size_t length;
	int r;

	*list = (struct loader_list){ .count = 0 };
	if (asprintf(&list->path, "%s/" LOADER_LIST, root) < 0) {
		list->path = NULL;
		return -ENOMEM;
	}
	r = file_read(list->path, LIMIT, &bytes, &length);
	if (r < 0)
		return r == -ENOENT || r == -ENOTDIR ? 0 : r;
	for (line = bytes; r == 0 && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		r = take_line(list, line);
	}
	return r;
}

int loader_list_save(const struct loader_list *list)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r;

	for (size_t i = 0; i < list->count; i++)
		text_addf(&text, "%s %s %s\n", list->entries[i].sum, list->entries[i].version, list->entries[i].path);
	if (text.error)
		return text.error;
	r = file_write(list->path, text.bytes ? text.bytes : "", text.length, 0644);
	return r < 0 ? r : 0;
}

void loader_list_free(struct loader_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->entries[i].path);
	free(list->entries);
	free(list->path);
	*list = (struct loader_list){ .count = 0 };
}

static const struct loader_entry *find_same(const struct loader_list *list, const char *path, const char *bytes,
					     size_t length)
{
	const struct loader_entry *entry = find(list, path);
	char sum[SUM_LENGTH + 1];

	if (!entry)
		return NULL;
	sum_of(bytes, length, sum);
	return strcmp(entry->sum, sum) == 0 ? entry : NULL;
}

bool loader_list_has(const struct loader_list *list, const char *path, const char *bytes, size_t length)
{
	return find_same(list, path, bytes, length) != NULL;
}

const char *loader_list_version(const struct loader_list *list, const char *path, const char *bytes, size_t length)
{
	const struct loader_entry *entry = find_same(list, path, bytes, length);

	return entry && strcmp(entry->version, "-") != 0 ? entry->version : NULL;
}

int loader_list_put(struct loader_list *list, const char *path, const char *bytes, size_t length, const char *version)
{
	struct loader_entry *entry = find(list, path);

	if (!entry)
		entry = add(list, path);
	if (!entry)
		return -ENOMEM;
	sum_of(bytes, length, entry->sum);
	snprintf(entry->version, sizeof(entry->version), "%s", version && is_version(version) ? version : "-");
	return 0;
}
